import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { DomainError } from '../errors.ts';
import { shown } from './refusal.ts';
import type { ResolvedPath } from './resolver.ts';

/** Linux O_PATH: a place in the tree, with no right to read it; as in open.ts. */
const O_PATH = 0o10000000;

/** A folder that stays the one that was opened, whatever is done to the names above it. */
export interface OpenFolder {
  /** Linux path of the folder as it was resolved. */
  readonly file: string;
  /** A path that leads into this folder and into no other one; only while it is open. */
  inside(name: string): string;
  close(): Promise<void>;
}

/**
 * Opens what a client's path resolved to, one name at a time and following no link, and makes the folders that are missing
 * (mode 0750). `/proc/self/fd/N/name` is openat(N, name).
 * @throws DomainError failed with 0x80070005 where the service may not, invalidParameter for a link that came in between
 */
export const openFolder = async (resolved: Pick<ResolvedPath, 'text' | 'file'>): Promise<OpenFolder> => {
  let handle = await open('/', O_PATH | constants.O_DIRECTORY);
  try {
    for (const name of resolved.file.split('/').filter((each) => each !== '')) {
      const next = await step(resolved.text, handle, name);
      await handle.close();
      handle = next;
    }
  } catch (error) {
    await handle.close();
    throw error;
  }
  const held = handle;
  return {
    file: resolved.file,
    inside: (name) => `/proc/self/fd/${held.fd}/${name}`,
    close: () => held.close(),
  };
};

const step = async (text: string, folder: FileHandle, name: string): Promise<FileHandle> => {
  const path = `/proc/self/fd/${folder.fd}/${name}`;
  const flags = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  try {
    try {
      return await open(path, flags);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await mkdir(path, 0o750);
      return await open(path, flags);
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    if (code === 'ELOOP' || code === 'ENOTDIR')
      throw new DomainError('invalidParameter', `${shown(text)} was replaced by a link or a file.`, { cause });
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
      throw new DomainError(
        'failed',
        `The folder ${shown(text)} cannot be made or entered by the service. Correct its rights or choose another one.`,
        { hresult: '0x80070005', cause },
      );
    throw new DomainError('failed', `The folder ${shown(text)} cannot be used: its file system reports ${code}.`, {
      cause,
    });
  }
};
