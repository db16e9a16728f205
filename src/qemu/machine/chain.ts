import { DomainError } from '../../core/errors.ts';
import { driveDevice, fileNode, servedNode, voidNode } from '../command-line/ids.ts';
import { isCommandError } from '../../qmp/errors.ts';
import { allOf } from '../../core/all-of.ts';
import { holders, isNodeOf } from './block-graph.ts';
import type { MachineContext } from './context.ts';

/**
 * Block node on top of each drive, as QEMU has it now; empty drives are not in it. Each device is asked for its own:
 * query-block tells all chains whole, which takes QEMU (and its guest) 30 ms and more at a depth of 50.
 */
export async function topNodes(
  context: MachineContext,
  ids: Iterable<string> = context.disks.keys(),
): Promise<ReadonlyMap<string, string>> {
  const found = await allOf([...ids].map(async (id) => [id, await topNode(context, id)] as const));
  return new Map(found.flatMap(([id, node]) => (node === null ? [] : [[id, node]])));
}

/** Of one drive; null: it is empty, is not there, or has lost its image (reopen-drives.ts). */
export async function topNode(context: MachineContext, id: string): Promise<string | null> {
  const node = await driveNode(context, id);
  if (node === null || holders(id).some((holder) => voidNode(holder) === node)) return null;
  // While a block job runs there is a node of QEMU's own on top, which query-block looks through.
  return holders(id).some((holder) => isNodeOf(holder, node)) ? node : searchedNode(context, id);
}

/** The node that a drive has itself. */
export async function driveNode(context: MachineContext, id: string): Promise<string | null> {
  const path = `/machine/peripheral/${driveDevice(id)}`;
  const node = await context.monitor.execute('qom-get', { path, property: 'drive' }).catch((error: unknown) => {
    if (isCommandError(error)) return null;
    throw error;
  });
  return typeof node !== 'string' || node === '' ? null : node;
}

async function searchedNode({ monitor }: MachineContext, id: string): Promise<string | null> {
  const devices = await monitor.execute('query-block', {});
  const device = driveDevice(id);
  const found = devices.find(({ qdev }) => qdev === device || qdev?.includes(`/${device}/`) === true);
  return found?.inserted?.['node-name'] ?? null;
}

/** File on top of each drive. */
export async function topFiles(context: MachineContext): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const [id, node] of await topNodes(context)) {
    const image = context.disks.get(id)?.image ?? null;
    if (image === null) continue;
    const chain = [image.file, ...(image.backing ?? []).map(({ file }) => file)];
    const base = chain.at(-1) ?? image.file;
    const file = holders(id).some((holder) => servedNode(holder) === node)
      ? base
      : chain.find((one) => holders(id).some((holder) => fileNode(holder, one) === node));
    if (file !== undefined) files.set(id, file);
  }
  return files;
}

export function requireTop(tops: ReadonlyMap<string, string>, diskId: string): string {
  const node = tops.get(diskId);
  if (node === undefined) throw new DomainError('invalidParameter', 'The machine has no disk in this drive.');
  return node;
}
