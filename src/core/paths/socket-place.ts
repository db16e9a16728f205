import { createHash } from 'node:crypto';
import { lstat, mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DomainError } from '../errors.ts';
import { shown } from './refusal.ts';

/** sun_path holds 108 bytes with its NUL; a longer one would be cut off silently (decisions K25). */
const MAX_SOCKET_BYTES = 107;

export interface SocketPlace {
  /** Path to bind. */
  readonly bind: string;
  /** Path that was promised, when it is another one: a link to `bind`. */
  readonly link: string | null;
}

/** Where a socket that is promised at `file` is bound. `runDirectory` is short: the caller's choice. */
export const socketPlace = (file: string, runDirectory: string): SocketPlace => {
  if (Buffer.byteLength(file) <= MAX_SOCKET_BYTES) return { bind: file, link: null };
  const name = createHash('sha256').update(file).digest('hex').slice(0, 16);
  const bind = join(runDirectory, `${name}.sock`);
  if (Buffer.byteLength(bind) > MAX_SOCKET_BYTES)
    throw new DomainError(
      'failed',
      `The directory ${shown(runDirectory)} is too long for sockets. Choose a shorter data directory.`,
    );
  return { bind, link: file };
};

/** Makes the folder and the link, and clears away a socket or link that a former service left. Never removes anything else. */
export const prepareSocketPlace = async (place: SocketPlace): Promise<void> => {
  for (const path of [place.bind, place.link]) {
    if (path === null) continue;
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await clear(path);
  }
  if (place.link !== null) await symlink(place.bind, place.link);
};

/** Takes the socket and its link away. */
export const removeSocketPlace = async (place: SocketPlace): Promise<void> => {
  await clear(place.bind);
  if (place.link !== null) await clear(place.link);
};

const clear = async (path: string): Promise<void> => {
  const stat = await lstat(path).catch(() => null);
  if (stat === null) return;
  if (!stat.isSocket() && !stat.isSymbolicLink())
    throw new DomainError('failed', `${shown(path)} is in the way: it is no socket. Move it or choose another name.`);
  await rm(path, { force: true });
};
