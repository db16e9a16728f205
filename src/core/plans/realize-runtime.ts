import { constants } from 'node:fs';
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyFile } from '../disks/copy-file.ts';
import { requireSpace } from '../disks/free-space.ts';
import type { FileProgress } from '../jobs/job.ts';
import type { Guid, ImportedRuntimeFile, VirtualSystem } from '../model.ts';
import { openResolved } from '../paths/open.ts';
import { joinText } from '../paths/path-text.ts';
import type { PathResolver } from '../paths/resolver.ts';
import { syncFolder } from '../paths/sync.ts';
import { MEMORY_FILE } from '../systems/files/state-files.ts';
import { snapshotDirectory, type SystemPaths } from '../systems/files/system-paths.ts';
import { RUNTIME_PLACES } from '../transfer/runtime-files.ts';

/** One file to be copied: where it is read, by the text of a client's path, and its place in the service's directory. */
interface RuntimeCopy {
  readonly text: string;
  readonly target: string;
  readonly bytes: number;
}

/**
 * Runtime and saved-state files from the import folder into the state directory of the machine to be (seed). Every file has
 * its name there only when it is whole and durable; the source is only read. `progress`: fraction of all bytes, and those of the file that is copied.
 */
export const copyRuntime = async (
  paths: PathResolver,
  places: SystemPaths,
  plan: VirtualSystem,
  id: Guid,
  options: { readonly progress: (fraction: number, file: FileProgress) => void; readonly signal: AbortSignal },
): Promise<void> => {
  const copies: RuntimeCopy[] = [];
  for (const file of plan.importSource?.runtime ?? []) copies.push(...(await copiesOf(paths, places, plan, id, file)));
  const directory = places.stateDirectory(id);
  // Also when it stays empty: going back to a checkpoint copies into it.
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const total = copies.reduce((sum, { bytes }) => sum + bytes, 0);
  await requireSpace(directory, total, 'the saved state and firmware of the virtual machine');
  let done = 0;
  for (const copy of copies) {
    const before = done;
    const progress = (bytes: number): void => {
      const done = Math.min(bytes, copy.bytes);
      options.progress(total === 0 ? 1 : (before + done) / total, { name: copy.text, done, total: copy.bytes });
    };
    progress(0);
    await copyOne(paths, copy, { signal: options.signal, progress });
    done += copy.bytes;
  }
  await syncFolder(dirname(directory));
};

/** Takes back all of `copyRuntime`: a plan has nothing in that directory. */
export const removeRuntime = (places: SystemPaths, id: Guid): Promise<void> =>
  rm(places.stateDirectory(id), { recursive: true, force: true });

const copiesOf = async (
  paths: PathResolver,
  places: SystemPaths,
  plan: VirtualSystem,
  id: Guid,
  { kind, file, configuration }: ImportedRuntimeFile,
): Promise<readonly RuntimeCopy[]> => {
  // What only Hyper-V reads stays where it is (the client was told by a finding).
  if (kind === 'foreignState' || file === null) return [];
  const active = configuration === plan.active.id;
  if (!active && !plan.snapshots.some((each) => each.configuration.id === configuration)) return [];
  const folder = active ? places.stateDirectory(id) : snapshotDirectory(places, id, configuration);
  if (kind === 'tpm') return tpmCopies(paths, file, join(folder, RUNTIME_PLACES.tpm));
  const name = kind === 'firmware' ? RUNTIME_PLACES.firmware : active ? plan.savedState : MEMORY_FILE;
  return name === null ? [] : [await measured(paths, file, join(folder, name))];
};

/** State of a TPM: a folder of a few plain files. */
const MAX_TPM_FILES = 64;

const tpmCopies = async (paths: PathResolver, folder: string, target: string): Promise<readonly RuntimeCopy[]> => {
  const { file } = await paths.resolve(folder, 'folder');
  const copies: RuntimeCopy[] = [];
  for (const name of (await readdir(file)).toSorted().slice(0, MAX_TPM_FILES))
    if ((await lstat(join(file, name))).isFile())
      copies.push(await measured(paths, joinText(folder, name), join(target, name)));
  return copies;
};

const measured = async (paths: PathResolver, text: string, target: string): Promise<RuntimeCopy> => {
  const { file } = await paths.resolve(text, 'file');
  return { text, target, bytes: (await lstat(file)).size };
};

const copyOne = async (
  paths: PathResolver,
  { text, target }: RuntimeCopy,
  options: { readonly signal: AbortSignal; readonly progress: (bytes: number) => void },
): Promise<void> => {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const unfinished = `${target}.new`;
  await rm(unfinished, { force: true });
  const handle = await openResolved(await paths.resolve(text, 'file'), constants.O_RDONLY);
  try {
    await copyFile(handle, unfinished, { ...options, mode: 0o600 });
  } finally {
    await handle.close();
  }
  await rename(unfinished, target);
  await syncFolder(dirname(target));
};
