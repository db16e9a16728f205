import { chown } from 'node:fs/promises';
import { open, rename, unlink } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { allOf } from '../../core/all-of.ts';
import { syncFolder } from '../../core/paths/sync.ts';
import type { RunUser } from '../supervise/user.ts';
import { BatchedFile } from './batched-file.ts';
import { encodeHeader, encodeTrailer, type SavedStateHeader } from './format.ts';

/** The receiving end of `migrate unix:PATH`: no program is started, so the sandbox allows it (spec qemu §4). */
export interface StreamReceiver extends AsyncDisposable {
  /**
   * Settles when QEMU closed the stream. The file is complete then, but still under its temporary name. Rejects when it
   * cannot be written.
   */
  readonly received: Promise<void>;
  /** Puts the complete file in its place, durably. */
  publish(): Promise<void>;
}

/**
 * Listens on `socket`, a path in a directory of the service, for one stream into `file`. Nothing of it is read before `ready`
 * resolves, so that who sends it is held up as soon as the socket is full; `received` rejects as `ready` does.
 */
export async function receiveStream(
  socket: string,
  file: string,
  header: SavedStateHeader,
  user: RunUser | null,
  ready: Promise<unknown> = Promise.resolve(),
): Promise<StreamReceiver> {
  const temporary = `${file}.partial`;
  const handle = await open(temporary, 'w', 0o600);
  const connected = Promise.withResolvers<Socket>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (peer) => {
    server.close();
    connected.resolve(peer);
  });
  // Who waits for QEMU has a monitor of it; nothing lives for this socket alone.
  server.unref();
  let peer: Socket | null = null;
  let published = false;
  const letGo = async (): Promise<void> => {
    server.close();
    peer?.destroy();
    await Promise.all([handle.close(), unlink(socket).catch(() => {})]);
    if (!published) await unlink(temporary).catch(() => {});
  };
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socket, resolve);
    });
    if (user !== null) await chown(socket, user.uid, user.gid);
  } catch (error) {
    await letGo();
    throw error;
  }
  // A connection that cannot be taken: the stream never comes.
  server.on('error', connected.reject);
  const received = (async () => {
    peer = await connected.promise;
    const out = new BatchedFile(handle);
    try {
      await ready;
      await out.write(encodeHeader(header));
      let crc = 0;
      let length = 0;
      for await (const chunk of peer as AsyncIterable<Buffer>) {
        crc = crc32(chunk, crc);
        length += chunk.length;
        await out.write(chunk);
      }
      await out.write(encodeTrailer(crc, length));
      await out.finish();
    } finally {
      peer.destroy();
      // Whoever closes the file finds nothing under way on it.
      await out.finish().catch(() => {});
    }
  })();
  // Awaited later; a failure in between is kept, not thrown into the void.
  received.catch(() => {});
  return {
    received,
    async publish() {
      await received;
      await rename(temporary, file);
      published = true;
      try {
        // One wait for the disk, not two. Its name means nothing before whoever asked for it has written that down.
        await allOf([handle.sync(), syncFolder(dirname(file))]);
      } catch (error) {
        await unlink(file).catch(() => {});
        throw error;
      }
    },
    [Symbol.asyncDispose]: letGo,
  };
}
