import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { copyFile, type FileCopyOptions } from '../disks/copy-file.ts';
import type { Snapshot, VirtualSystem } from '../model.ts';
import { MEMORY_FILE } from '../systems/files/state-files.ts';
import { snapshotDirectory, type SystemPaths } from '../systems/files/system-paths.ts';
import { RUNTIME_ENDINGS, type RuntimeKind } from './layout.ts';

/** A file or folder of the service's own that belongs to a configuration, and its name beside the definition. */
export interface RuntimeFile {
  readonly kind: RuntimeKind;
  readonly file: string;
  readonly name: string;
  readonly bytes: number;
}

/** Names in the directory of a machine, or of a checkpoint. */
export const RUNTIME_PLACES = { firmware: 'uefi-variables.fd', tpm: 'tpm' } as const;

/** What exists of it now. The saved state goes along only where it is asked for: firmware and TPM are the machine's own. */
export const runtimeFilesOf = async (
  paths: SystemPaths,
  system: VirtualSystem,
  snapshot: Snapshot | null,
  options: { readonly id: string; readonly savedState: boolean },
): Promise<readonly RuntimeFile[]> => {
  const state = paths.stateDirectory(system.id);
  const directory = snapshot === null ? state : snapshotDirectory(paths, system.id, snapshot.configuration.id);
  const memory = snapshot === null ? system.savedState : MEMORY_FILE;
  const candidates: readonly (readonly [kind: RuntimeKind, file: string | null])[] = [
    ['savedState', options.savedState ? memory : null],
    ['firmware', RUNTIME_PLACES.firmware],
    ['tpm', RUNTIME_PLACES.tpm],
  ];
  const found: RuntimeFile[] = [];
  for (const [kind, name] of candidates) {
    const file = name === null ? null : join(directory, name);
    const bytes = file === null ? null : await bytesOf(file);
    if (file !== null && bytes !== null)
      found.push({ kind, file, name: `${options.id}${RUNTIME_ENDINGS[kind]}`, bytes });
  }
  return found;
};

/** Of a file, or of the plain files in a folder; null: neither. */
const bytesOf = async (path: string): Promise<number | null> => {
  const stat = await lstat(path).catch(() => null);
  if (stat?.isFile() === true) return stat.size;
  if (stat?.isDirectory() !== true) return null;
  const sizes = await Promise.all((await readdir(path)).map((name) => bytesOf(join(path, name))));
  return sizes.reduce((sum: number, size) => sum + (size ?? 0), 0);
};

/** Copies a runtime file; a folder with the plain files in it. `progress`: bytes of this one. */
export const copyRuntimeFile = async (
  { file }: Pick<RuntimeFile, 'file'>,
  target: string,
  options: FileCopyOptions,
): Promise<void> => {
  if ((await lstat(file)).isDirectory()) {
    await mkdir(target, { mode: 0o700 });
    for (const name of (await readdir(file)).toSorted())
      if ((await lstat(join(file, name))).isFile()) await copyOne(join(file, name), join(target, name), options);
    return;
  }
  await copyOne(file, target, options);
};

const copyOne = async (file: string, target: string, options: FileCopyOptions): Promise<void> => {
  const handle: FileHandle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    await copyFile(handle, target, options);
  } finally {
    await handle.close();
  }
};
