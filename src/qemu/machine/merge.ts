import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { linksOf } from '../../core/disks/chain-files.ts';
import { DomainError } from '../../core/errors.ts';
import type { MergeRequest } from '../../core/ports.ts';
import { isCommandError } from '../../qmp/errors.ts';
import { fileNode, servedNode } from '../command-line/ids.ts';
import type { Monitor } from '../supervise/monitor.ts';
import { cancelJob, completeJob, isConcluded, untilAtRest } from './block-job.ts';
import { holders } from './block-graph.ts';
import { requireTop, topNodes } from './chain.ts';
import type { MachineContext } from './context.ts';
import { onceConnected, writeBelow } from './serve-below.ts';

/** Ours, among the block jobs of a machine. */
export const WORK_PREFIX = 'merge-';

const jobOf = ({ disk, top }: MergeRequest): string =>
  `${WORK_PREFIX}${createHash('sha256').update(`${disk}\n${top}`).digest('hex').slice(0, 16)}`;

/**
 * Moves one file of a drive's chain into the one below by a block job. Of the file on top the guest goes on writing to the
 * lower one, and stands still while it changes over: both hold the same then, so that whichever the record names is right.
 */
export async function mergeFile(
  context: MachineContext,
  request: MergeRequest,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { monitor, host } = context;
  await endLeftOvers(monitor);
  const nodes = await chainNodes(context, request);
  if (nodes === null) return forget(context, request);
  const { top, base, current } = nodes;
  const served = base === servedNode(holderOf(request.disk, base));
  if (top !== current && (served || request.base.format === 'vhd' || request.base.format === 'vhdx'))
    throw new DomainError('notSupported', 'This disk is merged when the virtual machine is turned off.');
  // The files of a chain are given open to what serves them.
  if (request.base.parents === undefined)
    await host.access.give(context.id, [{ owner: `disk:${request.disk}`, file: request.base.file, access: 'rw' }]);
  signal.throwIfAborted();
  const anew = served && (await writeBelow(context, request.disk));
  await request.begun();
  const id = jobOf(request);
  const commit = (): Promise<unknown> =>
    monitor.execute('block-commit', {
      'job-id': id,
      device: current,
      'top-node': top,
      'base-node': base,
      'auto-dismiss': false,
      ...(top === current ? {} : { 'backing-file': nameFor(request) }),
    });
  await (anew ? onceConnected(monitor, base, commit) : commit());
  try {
    const end = await untilAtRest(monitor, id, progress, signal);
    if (end.status === 'ready') await request.switchOver(() => changeOver(context, id));
  } catch (error) {
    if (!(await isConcluded(monitor, id))) await cancelJob(monitor, id);
    else await monitor.execute('job-dismiss', { id }).catch(() => undefined);
    if (top !== current || (await topNodes(context, [request.disk])).get(request.disk) === top) await goOn(context);
    else standStill(context, error);
    throw error;
  }
  await goOn(context);
  await monitor.execute('job-dismiss', { id });
  forget(context, request);
  await monitor.execute('blockdev-del', { 'node-name': top });
}

/** How the header of the file above names the lower one: as core's image tool does. */
const nameFor = ({ top, base }: MergeRequest): string =>
  dirname(top) === dirname(base.file) ? `./${basename(base.file)}` : base.file;

const holderOf = (disk: string, node: string): string =>
  holders(disk).find((holder) => servedNode(holder) === node) ?? disk;

/** Nodes of the two files; null when the upper one is not in the chain any more. */
async function chainNodes(
  context: MachineContext,
  { disk, top, base }: MergeRequest,
): Promise<{ readonly top: string; readonly base: string; readonly current: string } | null> {
  const { monitor } = context;
  const current = requireTop(await topNodes(context, [disk]), disk);
  const found = await monitor.execute('query-named-block-nodes', { flat: true });
  const names = new Set(found.flatMap(({ 'node-name': name }) => name ?? []));
  const topName = holders(disk)
    .map((holder) => fileNode(holder, top))
    .find((name) => names.has(name));
  if (topName === undefined) return null;
  if (topName !== current) {
    // QEMU closes no node that something lies over: one that it closes is out of the chain.
    const closed = await monitor.execute('blockdev-del', { 'node-name': topName }).then(
      () => true,
      (error: unknown) => {
        if (isCommandError(error)) return false;
        throw error;
      },
    );
    if (closed) return null;
  }
  const baseName = holders(disk)
    .flatMap((holder) => [fileNode(holder, base.file), servedNode(holder)])
    .find((name) => names.has(name));
  if (baseName === undefined) throw new DomainError('failed', 'The lower file is not in the chain of the drive.');
  return { top: topName, base: baseName, current };
}

/** With the guest standing still, so that both files hold the same. Written down, for a service that comes after us. */
async function changeOver(context: MachineContext, id: string): Promise<void> {
  const { monitor, host } = context;
  const { running } = await monitor.execute('query-status', {});
  await host.records.change(context.id, { phase: 'merging', ranBeforeSave: running });
  await context.edges.silence(['STOP'], async () => {
    if (running) await monitor.execute('stop', {});
  });
  await completeJob(monitor, id);
}

async function goOn(context: MachineContext): Promise<void> {
  const { monitor, host } = context;
  const record = host.records.get(context.id);
  if (record?.phase !== 'merging') return;
  if (record.ranBeforeSave)
    await context.edges.silence(['RESUME'], async () => void (await monitor.execute('cont', {})));
  await host.records.change(context.id, { phase: 'running' });
}

/** The drive has changed over and no record says so: what the guest wrote now would be lost with the next start. */
function standStill(context: MachineContext, error: unknown): void {
  context.host.log.error(
    { err: error, system: context.id },
    'a guest stands still: the change of its disk file could not be recorded; start the service again',
  );
  context.edges.push({ kind: 'paused' });
}

/** A former service was about to merge: what it had copied is copied again. */
export async function endLeftOvers(monitor: Monitor): Promise<void> {
  for (const { id } of await monitor.execute('query-jobs', {}))
    if (id.startsWith(WORK_PREFIX)) await cancelJob(monitor, id);
}

/** The machine's words about the drive, without the file that went. */
function forget(context: MachineContext, { disk, top }: MergeRequest): void {
  const spec = context.disks.get(disk);
  const image = spec?.image ?? null;
  if (spec === undefined || image === null) return;
  const [first, ...below] = linksOf(image).filter(({ file }) => file !== top);
  if (first === undefined) return;
  const { readOnly } = image;
  const next = below.length === 0 ? { ...first, readOnly } : { ...first, readOnly, backing: below };
  context.disks.set(disk, { ...spec, image: next });
}
