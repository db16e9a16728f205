import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { DomainError } from '../errors.ts';
import { shown } from './refusal.ts';
import type { ResolvedPath } from './resolver.ts';

/** Linux O_PATH: a place in the tree, with no right to read it. Node has no name for it; the same on x86 and ARM. */
const O_PATH = 0o10000000;

/**
 * Opens what a client's path resolved to, one name at a time and following no link: a link that was put in place since
 * is an error, and not followed (paths.md, Allowed roots). `/proc/self/fd/N/name` is openat(N, name).
 * Never blocks on a FIFO; refuses everything but a plain file.
 */
export const openResolved = async ({ text, file }: ResolvedPath, flags: number, mode = 0o600): Promise<FileHandle> => {
  const names = file.split('/').filter((name) => name !== '');
  const last = names.pop();
  if (last === undefined) throw new DomainError('invalidParameter', `${shown(text)} is no file.`);
  let folder = await open('/', O_PATH | constants.O_DIRECTORY);
  try {
    for (const name of names) {
      const next = await step(text, folder, name, O_PATH | constants.O_DIRECTORY, 0);
      await folder.close();
      folder = next;
    }
    const handle = await step(text, folder, last, flags | constants.O_NONBLOCK, mode);
    const isFile = await handle.stat().then(
      (stat) => stat.isFile(),
      () => false,
    );
    if (isFile) return handle;
    await handle.close();
    throw new DomainError('invalidParameter', `${shown(text)} is no plain file.`);
  } finally {
    await folder.close();
  }
};

const step = async (
  text: string,
  folder: FileHandle,
  name: string,
  flags: number,
  mode: number,
): Promise<FileHandle> => {
  try {
    return await open(`/proc/self/fd/${folder.fd}/${name}`, flags | constants.O_NOFOLLOW, mode);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new DomainError('invalidParameter', `${shown(text)} does not exist any more.`, {
        hresult: '0x80070002',
        cause,
      });
    if (code === 'ELOOP' || code === 'ENOTDIR')
      throw new DomainError('invalidParameter', `${shown(text)} was replaced by a link while it was being opened.`, {
        cause,
      });
    if (code === 'EACCES' || code === 'EPERM')
      throw new DomainError('failed', `${shown(text)} cannot be opened: access is denied.`, {
        hresult: '0x80070005',
        cause,
      });
    throw new DomainError(
      'failed',
      `${shown(text)} cannot be opened: its file system reports an error (${code ?? 'unknown'}).`,
      {
        cause,
      },
    );
  }
};
