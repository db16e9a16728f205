import { constants } from 'node:fs';
import { lstat, open, readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { inspectDisk } from '../../vhd/inspect.ts';
import { isZero } from '../../vhd/zeros.ts';
import { requireSpace } from '../disks/free-space.ts';
import { DomainError } from '../errors.ts';
import { defineJob, type JobDefinition, type StepContext } from '../jobs/definition.ts';
import { openFolder } from '../paths/open-folder.ts';
import type { SystemsContext } from '../systems/context.ts';
import { holdForReading } from '../systems/running/held-disks.ts';
import { quote } from '../systems/refusals.ts';
import { withStorageErrors } from '../disks/storage-errors.ts';
import { growDisk, roomToGrow } from './grow-disk.ts';
import { requireUnused } from './in-use.ts';
import { requireUnneeded } from './needed-by.ts';
import { FLOPPY_BYTES, type ImageWork, perform } from './image-work.ts';

export interface ImageParams {
  readonly work: ImageWork;
  /** What the job writes, as a resolved file. */
  readonly target: string;
  /** As the client wrote it. */
  readonly text: string;
  /** Files that are read or written and must stay as they are meanwhile. */
  readonly files: readonly string[];
  /** Files that go when all is done: children that were merged. */
  readonly consumed: readonly string[];
}

export type ImageDefinition = JobDefinition<ImageParams>;

/** Numbers of Msvm_StorageJob.JobType. */
const TYPES: Readonly<Record<ImageWork['kind'], number>> = {
  create: 1,
  floppy: 2,
  compact: 3,
  resize: 4,
  grow: 4,
  merge: 5,
  convert: 6,
  setParent: 0,
  change: 0,
  validate: 9,
};

const CAPTIONS: Readonly<Record<ImageWork['kind'], string>> = {
  create: 'Creating Virtual Hard Disk',
  floppy: 'Creating Virtual Floppy Disk',
  compact: 'Compacting Virtual Hard Disk',
  resize: 'Resizing Virtual Hard Disk',
  grow: 'Resizing Virtual Hard Disk',
  merge: 'Merging Virtual Hard Disks',
  convert: 'Converting Virtual Hard Disk',
  setParent: 'Changing the Parent of a Virtual Hard Disk',
  change: 'Changing the Settings of a Virtual Hard Disk',
  validate: 'Validating Virtual Hard Disk',
};

/** Kinds of work whose target must not be there before. */
const MAKES: ReadonlySet<ImageWork['kind']> = new Set(['create', 'floppy', 'convert']);

/** What shows something else afterwards, or is gone; where that is needed as it is, it is refused. */
export const CHANGES_CONTENT: ReadonlySet<ImageWork['kind']> = new Set(['resize', 'grow', 'merge']);

/** One definition a kind, since the type of a job is its definition's. */
export const imageDefinition = (context: SystemsContext, kind: ImageWork['kind']): ImageDefinition =>
  defineJob<ImageParams>({
    name: `image-${kind}`,
    type: TYPES[kind],
    className: 'Msvm_StorageJob',
    cancellable: true,
    onRestart: 'undo',
    commitPoint: 'write',
    caption: () => CAPTIONS[kind],
    failure: ({ text }) => `${CAPTIONS[kind]} ${quote(text)} failed.`,
    steps: [
      {
        name: 'reserve',
        weight: 0,
        run: (step, params) => reserve(step, params),
        undo: async (undo, { work, target }, results) => {
          if (results['reserve'] === RESERVED && (await isFree(undo.jobId, work, target)))
            await rm(target, { force: true });
        },
      },
      {
        name: 'write',
        weight: 1,
        run: (step, params) => write(context, step, params),
        undo: (_, { target }) => removeUnfinished(context, target),
      },
      {
        name: 'clear',
        weight: 0,
        run: async (_, { consumed }) => {
          for (const file of consumed) await rm(file, { force: true });
        },
      },
    ],
  });

const RESERVED = 'reserved';
const NOTHING = 'nothing';

/** A file of the name that the new one will have, so that nobody else takes it; it holds the job's id. Said before it is made. */
const reserve = async (step: StepContext, { work, target, text }: ImageParams): Promise<string> => {
  if (!MAKES.has(work.kind)) return NOTHING;
  await step.keep(RESERVED);
  await withStorageErrors(dirname(target), async () => {
    const folder = await openFolder({ text: dirname(target), file: dirname(target) });
    try {
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
      await using file = await open(folder.inside(basename(target)), flags, 0o640);
      await file.writeFile(step.jobId);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (await isReservation(step.jobId, target)) return;
      // Somebody was faster: nothing of that name is this job's to take back.
      await step.keep(NOTHING);
      throw exists(text);
    } finally {
      await folder.close();
    }
  });
  return RESERVED;
};

/** Nothing is there, or what this job has made before it was interrupted: its disk has the identity that was chosen for it. */
const isFree = async (jobId: string, work: ImageWork, target: string): Promise<boolean> => {
  const found = await lstat(target).catch(() => null);
  if (found === null || (found.isFile() && found.size === 0)) return true;
  if (!found.isFile()) return false;
  if (await isReservation(jobId, target)) return true;
  if (work.kind === 'floppy') return found.size === FLOPPY_BYTES && isZero(await readFile(target));
  if (!('disk' in work)) return false;
  const info = await inspectDisk(target).catch(() => null);
  return info !== null && info.id !== null && info.id.toUpperCase() === work.disk.id?.toUpperCase();
};

const isReservation = async (jobId: string, target: string): Promise<boolean> => {
  const found = await lstat(target);
  return found.isFile() && found.size === jobId.length && (await readFile(target, 'latin1')) === jobId;
};

const write = async (context: SystemsContext, step: StepContext, params: ImageParams): Promise<void> => {
  const { work, target, files } = params;
  using _kept = context.disks.claim([...new Set([target, ...files])]);
  if (CHANGES_CONTENT.has(work.kind))
    for (const file of [target, ...params.consumed]) await requireUnneeded(context, file);
  if (work.kind === 'grow') {
    await requireSpace(dirname(target), roomToGrow(work), `the disk ${quote(basename(target))}`);
    await withStorageErrors(dirname(target), () => growDisk(context, work));
    return;
  }
  const replaced = MAKES.has(work.kind) || work.kind === 'validate' ? [] : [target, ...params.consumed];
  if (MAKES.has(work.kind) && !(await isFree(step.jobId, work, target))) throw exists(params.text);
  // A disk that is only read by a machine may be read by us as well.
  for (const file of replaced) requireUnused(context, file);
  // Neither an export nor a program that is none of ours.
  const read = [...files, ...('files' in work ? work.files.map(({ file }) => file) : [])];
  await using _unread = await context.images.hold(replaced, 'alone');
  await using _unchanged = await holdForReading(
    context,
    read.filter((file) => !replaced.includes(file)),
  );
  await withStorageErrors(dirname(target), () =>
    perform(work, target, {
      signal: step.signal,
      progress: (fraction) => step.progress(fraction),
      requireRoom: (bytes) => requireSpace(dirname(target), bytes, `the disk ${quote(basename(target))}`),
    }),
  );
};

export const exists = (text: string): DomainError =>
  new DomainError('failed', `${quote(text)} is there already. Choose another name, or remove it first.`, {
    hresult: '0x80070050',
  });

/** What a crash leaves has a name of its own (vhd/new-file.ts). While another job writes the disk, that file is its. */
const removeUnfinished = async ({ disks }: SystemsContext, target: string): Promise<void> => {
  try {
    using _kept = disks.claim([target]);
    const prefix = `.${basename(target)}.`;
    for (const name of await readdir(dirname(target)).catch(() => []))
      if (name.startsWith(prefix) && name.endsWith('.unfinished'))
        await rm(join(dirname(target), name), { force: true });
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'inUse')) throw error;
  }
};
