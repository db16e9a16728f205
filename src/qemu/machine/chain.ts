import { DomainError } from '../../core/errors.ts';
import { driveDevice, fileNode, servedNode } from '../command-line/ids.ts';
import type { MachineContext } from './context.ts';
import { holders } from './drives.ts';

/** Block node on top of each drive, as QEMU has it now; empty drives are not in it. */
export async function topNodes(context: MachineContext): Promise<ReadonlyMap<string, string>> {
  const devices = await context.monitor.execute('query-block', {});
  const tops = new Map<string, string>();
  for (const id of context.disks.keys()) {
    const device = driveDevice(id);
    const found = devices.find(({ qdev }) => qdev === device || qdev?.includes(`/${device}/`) === true);
    const node = found?.inserted?.['node-name'];
    if (node !== undefined) tops.set(id, node);
  }
  return tops;
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
