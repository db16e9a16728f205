import assert from 'node:assert/strict';
import { mkdtemp, open, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { DomainError } from '../../src/core/errors.ts';
import type { MachineSpec } from '../../src/core/machine-spec.ts';
import { savedPlacement } from '../../src/qemu/placement.ts';
import { encodeHeader, encodeTrailer, readSavedState } from '../../src/qemu/saved-state/format.ts';
import { sendStream } from '../../src/qemu/saved-state/send-stream.ts';
import { receiveStream } from '../../src/qemu/saved-state/write-stream.ts';

const header = {
  machineType: 'pc-i440fx-7.2',
  memoryMb: 64,
  processors: 1,
  adapterSlots: { n: 3 },
  controllers: [0, 2],
  generationId: true,
  peers: { n: 'hub' as const },
};

async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-state-'));
  try {
    await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function whole(stream: Uint8Array): Buffer {
  return Buffer.concat([encodeHeader(header), stream, encodeTrailer(crc32(stream), stream.length)]);
}

describe('saved state file', () => {
  test('hardening 25: where nobody can be listened for, no file stays, and none stays open', () =>
    inDirectory(async (directory) => {
      await assert.rejects(receiveStream(join(directory, 'none', 'in'), join(directory, 'state'), header, null));
      assert.deepEqual(await readdir(directory), []);
      const open = (await readdir('/proc/self/fd')).map((fd) => readlink(join('/proc/self/fd', fd)).catch(() => ''));
      assert.ok((await Promise.all(open)).every((path) => !path.startsWith(directory)));
    }));

  test('what is received is what is sent again, by header, length and checksum', () =>
    inDirectory(async (directory) => {
      const stream = Buffer.from(Array.from({ length: 700_000 }, (_, index) => (index * 7) & 0xff));
      const file = join(directory, 'state');
      {
        await using receiver = await receiveStream(join(directory, 'in'), file, header, null);
        const qemu = connect({ path: join(directory, 'in') });
        qemu.end(stream);
        await receiver.publish();
      }
      assert.deepEqual(await readdir(directory), ['state']);
      await using handle = await open(file, 'r');
      const state = await readSavedState(handle);
      assert.deepEqual(state.header, header);
      const received: Buffer[] = [];
      const server = createServer((socket) =>
        socket.on('data', (chunk: Buffer) => received.push(chunk)).on('end', () => socket.end()),
      );
      await new Promise<void>((resolve) => server.listen(join(directory, 'out'), resolve));
      await sendStream(handle, state, join(directory, 'out'), new AbortController().signal);
      await new Promise((resolve) => server.close(resolve));
      assert.ok(Buffer.concat(received).equals(stream));
    }));

  test('nothing is read before the receiver is ready, nor when that fails', () =>
    inDirectory(async (directory) => {
      const stream = Buffer.alloc(4 * 1024 * 1024, 1);
      const file = join(directory, 'state');
      const refused = new DomainError('failed', 'no room');
      for (const outcome of ['ready', 'refused'] as const) {
        const ready = Promise.withResolvers<void>();
        await using receiver = await receiveStream(join(directory, 'in'), file, header, null, ready.promise);
        const qemu = connect({ path: join(directory, 'in') });
        qemu.on('error', () => undefined);
        const sent = new Promise((resolve) => qemu.write(stream, resolve));
        qemu.end();
        assert.equal(await Promise.race([sent.then(() => 'sent'), sleep(50, 'held up')]), 'held up');
        if (outcome === 'ready') ready.resolve();
        else ready.reject(refused);
        if (outcome === 'ready') await receiver.received;
        else await assert.rejects(receiver.received, refused);
      }
      assert.deepEqual(await readdir(directory), []);
    }));

  test('a receiver that is given up leaves no file', () =>
    inDirectory(async (directory) => {
      {
        await using receiver = await receiveStream(join(directory, 'in'), join(directory, 'state'), header, null);
        const qemu = connect({ path: join(directory, 'in') });
        qemu.on('error', () => {});
        qemu.write('half');
        assert.ok(receiver.received instanceof Promise);
      }
      assert.deepEqual(await readdir(directory), []);
    }));

  test('one that the disk does not take leaves no file, under no name', (t) =>
    inDirectory(async (directory) => {
      const handle = await open(directory, 'r');
      await handle.close();
      {
        await using receiver = await receiveStream(join(directory, 'in'), join(directory, 'state'), header, null);
        connect({ path: join(directory, 'in') }).end('whole');
        await receiver.received;
        t.mock.method(Object.getPrototypeOf(handle), 'sync', () => Promise.reject(new Error('EIO')));
        await assert.rejects(receiver.publish(), /EIO/);
        t.mock.restoreAll();
      }
      assert.deepEqual(await readdir(directory), []);
    }));

  test('a header that would build another machine than any of ours is refused', () =>
    inDirectory(async (directory) => {
      const hostile: readonly object[] = [
        { machineType: 'pc,kernel=/etc/shadow' },
        { machineType: 'microvm' },
        { machineType: 'none' },
        { memoryMb: 0 },
        { memoryMb: 1e300 },
        { processors: -1 },
        { controllers: [4] },
        { controllers: [0, 0] },
        { controllers: Array.from({ length: 1000 }, (_, index) => index) },
        { adapterSlots: { n: 12 } },
        { adapterSlots: { n: 3, m: 3 } },
        { adapterSlots: { ['n'.repeat(65)]: 1 } },
        { peers: { n: 'file' } },
      ];
      for (const change of hostile) {
        const file = join(directory, 'hostile');
        const start = encodeHeader({ ...header, ...change });
        await writeFile(file, Buffer.concat([start, encodeTrailer(0, 0)]));
        await using handle = await open(file, 'r');
        await assert.rejects(
          readSavedState(handle),
          (error) => error instanceof DomainError && /incomplete or damaged/.test(error.message),
          JSON.stringify(change),
        );
      }
    }));

  test('one that fits no place or no memory of this host is refused before QEMU is started', () => {
    const spec = { generation: 2, processors: 1, adapters: [{ id: 'n' }] } as unknown as MachineSpec;
    assert.equal(savedPlacement(spec, header).memoryMb, 64);
    const refused = (change: object, code: DomainError['code']): void =>
      assert.throws(
        () => savedPlacement(spec, { ...header, ...change }),
        (error) => error instanceof DomainError && error.code === code,
      );
    refused({ memoryMb: 2 ** 40 }, 'outOfMemory');
    // Generation 2 has places for eight.
    refused({ adapterSlots: { n: 8 } }, 'failed');
    refused({ processors: 2 }, 'invalidState');
  });

  test('cut anywhere, it is refused', () =>
    inDirectory(async (directory) => {
      const bytes = whole(Buffer.alloc(1000, 1));
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (length) => {
          const file = join(directory, 'cut');
          await writeFile(file, bytes.subarray(0, length));
          await using handle = await open(file, 'r');
          await assert.rejects(readSavedState(handle), DomainError);
        }),
        { numRuns: 60 },
      );
    }));

  test('any byte changed is found: at once in what we wrote, by checksum in what QEMU wrote', () =>
    inDirectory(async (directory) => {
      const bytes = whole(Buffer.from('the stream of QEMU'));
      const file = join(directory, 'changed');
      const server = createServer((socket) => socket.resume().on('error', () => {}));
      await new Promise<void>((resolve) => server.listen(join(directory, 'out'), resolve));
      for (let at = 0; at < bytes.length; at++) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 0x01;
        await writeFile(file, changed);
        await using handle = await open(file, 'r');
        const state = await readSavedState(handle).catch((error: unknown) => {
          assert.ok(error instanceof DomainError);
          return null;
        });
        if (state === null || JSON.stringify(state.header) !== JSON.stringify(header)) continue;
        await assert.rejects(
          sendStream(handle, state, join(directory, 'out'), new AbortController().signal),
          DomainError,
          `byte ${at}`,
        );
      }
      await new Promise((resolve) => server.close(resolve));
    }));
});
