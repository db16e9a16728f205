import { constants } from 'node:fs';
import { access, copyFile, type FileHandle, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { allOf } from '../../all-of.ts';
import type { Guid } from '../../model.ts';
import { syncFile, syncFolder } from '../../paths/sync.ts';
import { snapshotDirectory, snapshotsDirectory, type SystemPaths } from './system-paths.ts';

/**
 * What belongs to a checkpoint besides its disks and settings, in `<state>/systems/<system>/snapshots/<checkpoint>/`:
 * `memory.vmstate`, once more in the form that forks share when it was forked, and copies of what the firmware and the TPM of
 * the machine had written by then. The same names as in the directory of the system itself.
 */
export const MEMORY_FILE = 'memory.vmstate';
export const SHARED_MEMORY_FILE = 'memory-shared.vmstate';
const VARIABLES_FILE = 'uefi-variables.fd';
const TPM_DIRECTORY = 'tpm';

/** Its name lasts when the folder that it is in is synced. */
export const makeSnapshotDirectory = async (paths: SystemPaths, system: Guid, snapshot: Guid): Promise<string> => {
  const directory = snapshotDirectory(paths, system, snapshot);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return directory;
};

export const removeSnapshotDirectory = (paths: SystemPaths, system: Guid, snapshot: Guid): Promise<void> =>
  rm(snapshotDirectory(paths, system, snapshot), { recursive: true, force: true });

/** Copies the state of firmware and TPM from one directory to another; what is not there is taken away there. Repeatable. */
export const copyFirmwareState = async (from: string, to: string): Promise<void> => {
  const had = await hasFirmwareState(to);
  await copyFirmwareNow(from, to);
  await syncFirmwareState(to);
  // What was taken away, too.
  if (had) await syncFolder(to);
};

const hasFirmwareState = async (directory: string): Promise<boolean> =>
  (await Promise.all([isThere(join(directory, VARIABLES_FILE)), isThere(join(directory, TPM_DIRECTORY))])).includes(
    true,
  );

/** The same without waiting for the disk, while a guest stands still; `syncFirmwareState` follows. */
export const copyFirmwareNow = async (from: string, to: string): Promise<void> => {
  await allOf([
    replaceBy(join(from, VARIABLES_FILE), join(to, VARIABLES_FILE), (source, target) =>
      copyFile(source, target, constants.COPYFILE_FICLONE),
    ),
    replaceBy(join(from, TPM_DIRECTORY), join(to, TPM_DIRECTORY), copyTpmState),
  ]);
};

/** Firmware and TPM state in a directory; whatever else is in it was synced by who wrote it. */
export const syncFirmwareState = async (directory: string): Promise<void> => {
  const variables = join(directory, VARIABLES_FILE);
  const tpm = join(directory, TPM_DIRECTORY);
  const [hasVariables, hasTpm] = await Promise.all([isThere(variables), isThere(tpm)]);
  if (hasVariables) await syncFile(variables);
  if (hasTpm) await syncTree(tpm);
  if (hasVariables || hasTpm) await syncFolder(directory);
};

/** What swtpm writes before it renames it over the state: half-made, and gone at any time. */
const UNFINISHED_STATE = /^TMP/;

/** The plain files of a directory in which swtpm may be writing, and in which its user may have made anything. */
const copyTpmState = async (source: string, target: string): Promise<void> => {
  const names = await readdir(source);
  await mkdir(target, { mode: 0o700 });
  for (const name of names) {
    if (UNFINISHED_STATE.test(name)) continue;
    const handle = await openPlain(join(source, name));
    if (handle === null) continue;
    try {
      await copyFile(`/proc/self/fd/${handle.fd}`, join(target, name), COPY_NEW);
    } finally {
      await handle.close();
    }
  }
};

const COPY_NEW = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE;

/** Null: no plain file, or gone. */
const openPlain = async (path: string): Promise<FileHandle | null> => {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    return null;
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'ENXIO'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
};

/** A half-made copy never has the name, and of a file the name is never gone. */
const replaceBy = async (
  source: string,
  target: string,
  copy: (source: string, target: string) => Promise<void>,
): Promise<void> => {
  if (!(await isThere(source))) {
    await rm(target, { recursive: true, force: true });
    return;
  }
  const unfinished = `${target}.new`;
  await rm(unfinished, { recursive: true, force: true });
  const there = await copy(source, unfinished).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  if (there && (await stat(unfinished)).isFile()) return rename(unfinished, target);
  // A folder cannot take the place of another; who copies does it again after a crash (snapshots/apply.ts).
  await rm(target, { recursive: true, force: true });
  if (there) await rename(unfinished, target);
};

/** Rejects where nobody can tell: what cannot be looked at must not be taken for gone. */
export const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );

/** The same bytes under a second name: saved states are written once and then only read, so nothing need be copied. */
export const linkMemory = async (source: string, target: string): Promise<void> => {
  await rm(target, { force: true });
  await link(source, target);
  await syncFolder(dirname(target));
};

/** Directories of checkpoints that no record names: a crash left them. */
export const sweepSnapshotDirectories = async (
  paths: SystemPaths,
  system: Guid,
  known: ReadonlySet<Guid>,
): Promise<void> => {
  const directory = snapshotsDirectory(paths, system);
  for (const name of await readdir(directory).catch(() => []))
    if (!known.has(name)) await rm(join(directory, name), { recursive: true, force: true });
};

/** A directory with all that is in it. */
const syncTree = async (directory: string): Promise<void> => {
  await syncFolder(directory);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else if (entry.isFile()) await syncFile(path);
  }
};
