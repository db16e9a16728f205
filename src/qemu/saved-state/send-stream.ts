import type { FileHandle } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { crc32 } from 'node:zlib';
import { damaged, type SavedState } from './format.ts';

const CHUNK = 256 * 1024;
/** A QEMU that takes nothing for so long has died in spirit. */
const STALL_MS = 120_000;

/** Sends the stream of a saved state to a QEMU that waits for it on `socket`. Rejects when it is damaged or QEMU hangs up. */
export async function sendStream(
  handle: FileHandle,
  state: SavedState,
  socket: string,
  signal: AbortSignal,
): Promise<void> {
  const peer = await dial(socket);
  const abort = (): void => void peer.destroy(new Error('cancelled'));
  signal.addEventListener('abort', abort, { once: true });
  const closed = once(peer, 'close').then(hungUp);
  closed.catch(() => {});
  try {
    let crc = 0;
    const buffer = Buffer.alloc(CHUNK);
    for (let sent = 0; sent < state.streamLength; ) {
      const { bytesRead } = await handle.read(
        buffer,
        0,
        Math.min(CHUNK, state.streamLength - sent),
        state.streamOffset + sent,
      );
      if (bytesRead === 0) throw damaged();
      const chunk = Buffer.from(buffer.subarray(0, bytesRead));
      crc = crc32(chunk, crc);
      sent += bytesRead;
      if (peer.destroyed) hungUp();
      if (!peer.write(chunk)) await Promise.race([new Promise((resolve) => peer.once('drain', resolve)), closed]);
    }
    if (crc !== state.crc) throw damaged();
    // A QEMU that has read to the end of its state may hang up before we do.
    await Promise.race([new Promise<void>((resolve) => peer.end(resolve)), closed.catch(() => {})]);
  } finally {
    signal.removeEventListener('abort', abort);
    // Only what was cut short is torn down; QEMU closes the rest when it has read it.
    if (!peer.writableFinished) peer.destroy();
  }
}

function hungUp(): never {
  throw new Error('QEMU hung up on the saved state');
}

async function dial(socket: string): Promise<Socket> {
  const peer = connect({ path: socket });
  // QEMU answers nothing on this socket; a failure shows in the next write.
  peer.on('error', () => {});
  await once(peer, 'connect');
  peer.setTimeout(STALL_MS, () => peer.destroy());
  peer.resume();
  return peer;
}
