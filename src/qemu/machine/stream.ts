import { createHash } from 'node:crypto';
import { DomainError } from '../../core/errors.ts';
import type { StreamRequest } from '../../core/ports.ts';
import type { DiskImage } from '../../core/machine-spec.ts';
import { isCommandError } from '../../qmp/errors.ts';
import { fileNode, servedNode } from '../command-line/ids.ts';
import type { Monitor } from '../supervise/monitor.ts';
import { cancelJob, isConcluded, requireSuccess, untilAtRest } from './block-job.ts';
import { holders, isNodeOf } from './block-graph.ts';
import type { MachineContext } from './context.ts';
import { endLeftOvers, WORK_PREFIX } from './merge.ts';

/** Of a disk that a guest uses: it reads and writes beside the copy. */
const LIVE_BYTES_PER_SECOND = 100 * 1024 * 1024;
const UNLIMITED = 0;

/** By a block job: what the file has already is not copied again. */
export async function streamFile(
  context: MachineContext,
  { disk, file }: StreamRequest,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { monitor, host } = context;
  await endLeftOvers(monitor);
  const names = await nodeNames(monitor);
  const holder = holders(disk).find((one) => names.has(fileNode(one, file)));
  if (holder === undefined) throw new DomainError('invalidParameter', 'The drive has no such file in its chain.');
  // Below another overlay it was only read so far.
  await host.access.give(context.id, [{ owner: `disk:${disk}`, file, access: 'rw' }]);
  await streamNode(monitor, fileNode(holder, file), LIVE_BYTES_PER_SECOND, progress, signal);
  await closeUnused(monitor, holder);
  if (!(await nodeNames(monitor)).has(servedNode(holder))) {
    await host.chains.stop(context, holder);
    await host.daemons.stop(context, holder);
  }
  forgetBelow(context, disk, file);
}

/** Rejects with DomainError; an interrupted one leaves the node as it was, with more in it. */
export async function streamNode(
  monitor: Monitor,
  node: string,
  speed: number,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const id = `${WORK_PREFIX}${createHash('sha256').update(node).digest('hex').slice(0, 16)}`;
  await monitor.execute('block-stream', { 'job-id': id, device: node, speed, 'auto-dismiss': false });
  try {
    requireSuccess(await untilAtRest(monitor, id, progress, signal));
  } finally {
    if (await isConcluded(monitor, id)) await monitor.execute('job-dismiss', { id }).catch(() => undefined);
    else await cancelJob(monitor, id);
  }
}

export const streamAtOnce = (
  monitor: Monitor,
  node: string,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> => streamNode(monitor, node, UNLIMITED, progress, signal);

/** The nodes of a drive that nothing lies over any more; QEMU refuses to close those in use. */
async function closeUnused(monitor: Monitor, holder: string): Promise<void> {
  for (let closed = true; closed; ) {
    closed = false;
    for (const name of await nodeNames(monitor)) {
      if (!isNodeOf(holder, name)) continue;
      try {
        await monitor.execute('blockdev-del', { 'node-name': name });
        closed = true;
      } catch (error) {
        if (!isCommandError(error)) throw error;
      }
    }
  }
}

async function nodeNames(monitor: Monitor): Promise<ReadonlySet<string>> {
  const nodes = await monitor.execute('query-named-block-nodes', { flat: true });
  return new Set(nodes.flatMap(({ 'node-name': name }) => name ?? []));
}

/** The machine's words about the drive, without what lay below the file. */
function forgetBelow(context: MachineContext, disk: string, file: string): void {
  const spec = context.disks.get(disk);
  const image = spec?.image ?? null;
  if (spec === undefined || image === null) return;
  context.disks.set(disk, { ...spec, image: cutBelow(image, file) });
}

export const cutBelow = ({ backing = [], ...top }: DiskImage, file: string): DiskImage => {
  const at = backing.findIndex((below) => below.file === file);
  const left = top.file === file ? [] : at < 0 ? backing : backing.slice(0, at + 1);
  return left.length === 0 ? top : { ...top, backing: left };
};
