import { rm } from 'node:fs/promises';
import { chainFiles, linksOf } from '../disks/chain-files.ts';
import { DomainError } from '../errors.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import type { Machine } from '../ports.ts';
import type { SystemsContext } from '../systems/context.ts';
import { revise } from '../systems/ledger.ts';
import { refreshSpec } from './capture.ts';
import {
  afterMerge,
  differencingOf,
  type DiskTask,
  disksOf,
  diskTasks,
  isSameTask,
  type StreamTask,
  withMergeBegun,
  withoutFile,
} from '../differencing/disk-tree.ts';
import { heldFiles } from '../differencing/held-files.ts';
import { commitInTurn, inTurn } from './in-turn.ts';
import { streamSource } from './stream-task.ts';
import { requireUnused } from './unused-files.ts';

type MergeTask = Extract<DiskTask, { kind: 'merge' }>;

/** One step towards shorter chains. Interrupted at any moment, it is done again from its begin. */
export const performDiskTask = async (
  context: SystemsContext,
  system: VirtualSystem,
  task: DiskTask | StreamTask,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  await requireUnused(context, system.id, task.kind === 'merge' ? [task.file, task.parent] : [task.file]);
  if (task.kind === 'delete') return deleteFile(context, system.id, task.file, signal);
  if (task.kind === 'stream') return streamSource(context, system, task, progress, signal);
  const machine = context.fleet.get(system.id)?.machine;
  if (task.drive !== null && machine !== undefined)
    return mergeLive(context, system, machine, { ...task, drive: task.drive }, progress, signal);
  return mergeFiles(context, system, task, progress, signal);
};

/** The file first, then its row: a crash between leaves a row without a file, and deleting that again does no harm. */
const deleteFile = async (context: SystemsContext, id: Guid, file: string, signal: AbortSignal): Promise<void> => {
  await rm(await context.paths.diskFile(file), { force: true });
  await commitInTurn(context, id, signal, (now) => ({ differencing: withoutFile(now, file) }));
};

/** No machine has the files: what lies over `file` may still be a chain of its own. */
const mergeFiles = async (
  context: SystemsContext,
  system: VirtualSystem,
  task: MergeTask,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  const { images, disks } = context;
  const top = await disks.inspect(task.file, 'disk');
  if (chainFiles(top).length === 1) {
    // Made whole (stand-alone.ts) by a job that died before it could say so.
    await commitInTurn(context, system.id, signal, (now) => ({ differencing: withoutFile(now, task.file) }));
    return;
  }
  const below = await disks.inspect(task.parent, 'disk');
  await markBegun(context, system.id, task, signal);
  await images.commit(top, progress, signal);
  for (const { file, parent } of differencingOf(system)) {
    signal.throwIfAborted();
    if (parent === task.file) await images.rebase((await disks.inspect(file, 'disk')).file, below);
  }
  await commitMerge(context, system.id, task, signal);
};

/** The running machine does it, file by file of the drive's chain. */
const mergeLive = async (
  context: SystemsContext,
  system: VirtualSystem,
  machine: Machine,
  task: MergeTask & { readonly drive: string },
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  const { disks, images } = context;
  const base = await disks.inspect(task.parent, 'disk');
  const isCurrent = disksOf(system.active).some(({ drive, file }) => drive === task.drive && file === task.file);
  await machine.merge(
    {
      disk: task.drive,
      top: await context.paths.diskFile(task.file),
      base: linksOf(base)[0],
      begun: () => markBegun(context, system.id, task, signal),
      switchOver: (change) =>
        inTurn(context.turns, system.id, signal, async () => {
          await change();
          await commitNow(context, system.id, task);
        }),
    },
    progress,
    signal,
  );
  if (!isCurrent) {
    // The machine has rewritten the header of what lies over `file` in its own chain; other branches are in no machine.
    const held = chainOver(system, task);
    for (const { file, parent } of differencingOf(system))
      if (parent === task.file && !held.has(file)) await images.rebase((await disks.inspect(file, 'disk')).file, base);
    await commitMerge(context, system.id, task, signal);
  }
  await refreshSpec(context, system.id);
};

/** Files of the drive's chain, from its current one downwards. */
const chainOver = (system: VirtualSystem, { drive }: MergeTask): ReadonlySet<string> => {
  const below = new Map(differencingOf(system).map(({ file, parent }) => [file, parent]));
  const chain = new Set<string>();
  const top = disksOf(system.active).find((disk) => disk.drive === drive)?.file;
  for (let at: string | null | undefined = top; at !== null && at !== undefined; at = below.get(at)) chain.add(at);
  return chain;
};

/**
 * Before the first header is changed: whoever comes after an interruption (a task of another file, a start, the next service)
 * cannot see how far it came. Nothing to mark where no file lies over it.
 */
const markBegun = async (context: SystemsContext, id: Guid, task: MergeTask, signal: AbortSignal): Promise<void> => {
  const isOver = (now: VirtualSystem): boolean => differencingOf(now).some(({ parent }) => parent === task.file);
  const isMarked = (now: VirtualSystem): boolean =>
    differencingOf(now).some(({ file, merging }) => file === task.file && merging === true);
  await inTurn(context.turns, id, signal, async () => {
    const now = requireWanted(context, id, task);
    if (isOver(now) && !isMarked(now))
      await context.ledger.commit(now, revise(now, { differencing: withMergeBegun(now, task.file) }));
  });
};

/** The names of the files change hands; nothing when the record does not want this merge any more. */
const commitMerge = (context: SystemsContext, id: Guid, task: MergeTask, signal: AbortSignal): Promise<void> =>
  inTurn(context.turns, id, signal, () => commitNow(context, id, task));

const commitNow = async (context: SystemsContext, id: Guid, task: MergeTask): Promise<void> => {
  const now = requireWanted(context, id, task);
  await context.ledger.commit(now, revise(now, afterMerge(now, task)));
};

const requireWanted = (context: SystemsContext, id: Guid, task: MergeTask): VirtualSystem => {
  const now = context.graph.system(id);
  const wanted =
    now !== undefined && diskTasks(now, heldFiles(context.graph, now)).some((one) => isSameTask(one, task));
  if (now === undefined || !wanted)
    throw new DomainError('failed', 'The disks of the virtual machine changed while they were merged.');
  return now;
};
