import type { FileHandle } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { crc32 } from 'node:zlib';
import { damaged, type SavedState } from './format.ts';

const CHUNK = 256 * 1024;

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
      if (!peer.write(chunk)) await Promise.race([once(peer, 'drain'), once(peer, 'close').then(hungUp)]);
      if (peer.destroyed) hungUp();
    }
    if (crc !== state.crc) throw damaged();
    await new Promise<void>((resolve, reject) => {
      peer.once('error', reject);
      peer.end(resolve);
    });
  } finally {
    signal.removeEventListener('abort', abort);
    // QEMU closes when it has read to the end; destroying now would cut what it has not read yet.
    if (!peer.writableFinished) peer.destroy();
  }
}

function hungUp(): never {
  throw new Error('QEMU hung up on the saved state');
}

async function dial(socket: string): Promise<Socket> {
  const peer = connect({ path: socket });
  await once(peer, 'connect');
  // QEMU answers nothing on this socket; a failure shows in the next write.
  peer.on('error', () => {});
  peer.resume();
  return peer;
}
