import { lstat, mkdir, readlink, symlink, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { DomainError } from '../../core/errors.ts';

/**
 * A promised socket path is a link to the socket in the machine's directory (K25): the promised place may be one that
 * QEMU's user cannot write to, and its path may be longer than a socket's may be.
 */
export async function placeSocketLink(promised: string, socket: string): Promise<void> {
  await mkdir(dirname(promised), { recursive: true, mode: 0o755 });
  await refuseForeign(promised, socket);
  // Nobody listens there, or it is this link: that there is none for a moment harms nobody, and nothing half-made is ever left.
  await unlink(promised).catch(() => {});
  await symlink(socket, promised);
}

/** Takes the link away if it still leads to `socket`. */
export async function removeSocketLink(promised: string, socket: string): Promise<void> {
  if ((await readlink(promised).catch(() => null)) === socket) await unlink(promised).catch(() => {});
}

async function refuseForeign(promised: string, socket: string): Promise<void> {
  const found = await lstat(promised).catch(() => null);
  if (found === null) return;
  const inUse = new DomainError(
    'fileInUse',
    'The pipe of a serial port is in use by another machine or program. Give the port another pipe.',
  );
  if (!found.isSymbolicLink() && !found.isSocket()) throw inUse;
  const leadsTo = await readlink(promised).catch(() => null);
  if (leadsTo !== socket && (await somebodyListens(promised))) throw inUse;
}

function somebodyListens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const done = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', done(true));
    socket.once('error', done(false));
    socket.setTimeout(1000, done(true));
  });
}
