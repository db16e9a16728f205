import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { NbdLimits } from '../../src/nbd/exports.ts';
import { CHUNK, COMMAND, ERROR, OPTION } from '../../src/nbd/protocol.ts';
import { ReplyBuffers } from '../../src/nbd/reply-buffers.ts';
import { NbdServer } from '../../src/nbd/server.ts';
import type { BlockSource } from '../../src/vhd/block-source.ts';
import { openChain } from '../../src/vhd/chain/chain.ts';
import { besideChild, plainFile } from '../../src/vhd/chain/parent-names.ts';
import { create, KINDS, scribble, seeded } from '../vhd/disks.ts';
import { withDirectory } from '../vhd/fixtures.ts';
import { layeredDisk } from '../vhd/layered.ts';
import { NbdClient } from './client.ts';

const MIB = 1024 * 1024;
const DF = 4;

const withDisk = (
  source: BlockSource,
  work: (path: string, ends: (string | null)[]) => Promise<void>,
  limits: Partial<NbdLimits> = {},
): Promise<void> =>
  withDirectory(async (directory) => {
    const ends: (string | null)[] = [];
    const exports = [{ name: 'disk', source, sink: null }];
    const ended = (reason: string | null): unknown => ends.push(reason);
    const server = await NbdServer.listen({ path: join(directory, 's.sock'), exports, limits, ended });
    try {
      await work(server.path, ends);
    } finally {
      await server.close();
    }
  });

const connected = async (path: string, structured: boolean): Promise<NbdClient> => {
  const client = await NbdClient.greeted(path);
  if (structured) await client.option(OPTION.structuredReply);
  await client.go('disk');
  return client;
};

interface Wanted {
  readonly offset: number;
  readonly length: number;
  readonly flags: number;
}

/** Asks for all at once; the answers come in any order, and one in several chunks among those of others. */
const readTogether = async (
  client: NbdClient,
  wanted: readonly Wanted[],
  structured: boolean,
): Promise<readonly Buffer[]> => {
  for (const [index, { offset, length, flags }] of wanted.entries())
    client.request(COMMAND.read, offset, length, BigInt(index), flags);
  const found = wanted.map(({ length }) => Buffer.alloc(length, 0xee));
  const covered = wanted.map(() => 0);
  for (let open = wanted.length; open > 0; ) {
    if (!structured) {
      const head = await client.take(16);
      assert.equal(head.readUInt32BE(4), 0);
      const index = Number(head.readBigUInt64BE(8));
      const into = found[index] as Buffer;
      (await client.take(into.length)).copy(into);
      open--;
      continue;
    }
    const { type, flags, cookie, data } = await client.chunk();
    const index = Number(cookie);
    const [{ offset, flags: asked }, into] = [wanted[index] as Wanted, found[index] as Buffer];
    const at = Number(data.readBigUInt64BE(0)) - offset;
    const length = type === CHUNK.offsetHole ? data.readUInt32BE(8) : data.length - 8;
    assert.ok(type === CHUNK.offsetHole || type === CHUNK.offsetData, `chunk ${type}`);
    assert.ok(at >= 0 && length > 0 && at + length <= into.length, 'inside of what was asked for');
    if (type === CHUNK.offsetHole) into.fill(0, at, at + length);
    else data.copy(into, at, 8);
    covered[index] = (covered[index] ?? 0) + length;
    if ((asked & DF) !== 0) assert.equal(flags & 1, 1, 'in one chunk');
    if ((flags & 1) === 0) continue;
    assert.equal(covered[index], into.length, 'all of it, once');
    open--;
  }
  return found;
};

describe('reads equal the bytes of the disk, whatever comes together', () => {
  for (const kind of KINDS)
    for (const mode of ['waiting', 'threads'] as const)
      test(`${kind.name}, ${mode}`, () =>
        withDirectory(async (directory) => {
          const random = seeded(kind.name.length + mode.length);
          const model = Buffer.alloc(24 * MIB);
          const raw = join(directory, 'm.raw');
          model.fill('stripes ', 0, 3 * MIB);
          await writeFile(raw, model.subarray(0, 4 * MIB));
          // Small stripes in three files, then what is written over it and empty room.
          const [below = ''] = await layeredDisk(raw, directory, kind, 3);
          const file = join(directory, `top.a${kind.format}`);
          const writer = await create(kind, file, model.length, 'dynamic', below);
          await scribble(writer, model, random, 12);
          await writer.close();
          const { source } = await openChain(plainFile(file), besideChild, { mode, cacheBytes: 1 });
          await withDisk(source, async (path) => {
            for (const structured of [true, false]) {
              const client = await connected(path, structured);
              for (let round = 0; round < 4; round++) {
                const wanted = Array.from({ length: 24 }, (): Wanted => {
                  const most = [512, 5000, 70_000, 600_000, 3 * MIB][random(5)] ?? 1;
                  const length = 1 + random(most);
                  const flags = structured && random(4) === 0 ? DF : 0;
                  return { offset: random(model.length - length), length, flags };
                });
                const found = await readTogether(client, wanted, structured);
                for (const [index, { offset, length }] of wanted.entries())
                  assert.ok(found[index]?.equals(model.subarray(offset, offset + length)), `${length} at ${offset}`);
              }
              client.close();
            }
          });
          await source.close();
        }));
});

/** All data, but for what cannot be read. */
const brokenFrom = (broken: number, size: number): BlockSource => ({
  size,
  logicalSectorSize: 512,
  read: async (offset, into) => {
    if (offset + into.length > broken) throw new Error('cannot be read');
    into.fill(0x42);
  },
  extent: (_, length) => Promise.resolve({ kind: 'data', length }),
  close: () => Promise.resolve(),
});

const whole = (size: number): BlockSource => ({ ...brokenFrom(size, size) });

describe('answers of a connection', () => {
  test('a long read that fails in its middle ends with one error; those after it are answered', () =>
    withDisk(brokenFrom(MIB, 4 * MIB), async (path) => {
      const client = await connected(path, true);
      client.request(COMMAND.read, 0, 2 * MIB, 5n);
      client.request(COMMAND.read, 0, 512, 6n);
      const types: number[] = [];
      let next: bigint | null = null;
      while (next === null || types.at(-1) !== CHUNK.error) {
        const { type, flags, cookie, data } = await client.chunk();
        if (cookie === 6n) next = cookie;
        else {
          types.push(type);
          assert.equal(flags & 1, type === CHUNK.error ? 1 : 0);
          if (type === CHUNK.error) assert.equal(data.readUInt32BE(0), ERROR.io);
        }
      }
      assert.deepEqual(new Set(types), new Set([CHUNK.offsetData, CHUNK.error]));
      client.request(COMMAND.disconnect, 0, 0);
      assert.equal((await client.closed()).length, 0, 'nothing of the request follows its error');
    }));

  test('a long read outside of the disk is refused before anything of it is sent', () =>
    withDisk(whole(MIB), async (path) => {
      const client = await connected(path, true);
      client.request(COMMAND.read, MIB / 2, MIB);
      const { type, data } = await client.chunk();
      assert.deepEqual([type, data.readUInt32BE(0)], [CHUNK.error, ERROR.invalid]);
      client.close();
    }));

  test('what was asked for before the client closed its direction is answered, however much it is', () =>
    withDisk(whole(MIB), async (path) => {
      const client = await connected(path, false);
      for (let i = 0; i < 200; i++) client.request(COMMAND.read, 0, 100_000, BigInt(i));
      client.socket.end();
      assert.equal((await client.closed()).length, 200 * 100_016);
    }));

  test('a client that takes its answers slowly, but takes them, is not closed', () =>
    withDisk(
      whole(MIB),
      async (path, ends) => {
        const client = await connected(path, true);
        let asked = 0;
        // Always more asked for than the kernel keeps, each taken in less than the limit.
        for (; asked < 12; asked++) client.request(COMMAND.read, 0, 200_000, BigInt(asked));
        for (let taken = 0; taken < 24; taken++) {
          client.socket.pause();
          await new Promise((resolve) => setTimeout(resolve, 40));
          client.socket.resume();
          await client.chunk();
          if (asked < 24) client.request(COMMAND.read, 0, 200_000, BigInt(asked++));
        }
        assert.deepEqual(ends, []);
        client.close();
      },
      { stallMs: 300 },
    ));

  test('buffers are used again, each by one answer at a time', () => {
    const buffers = new ReplyBuffers();
    const taken = Array.from({ length: 40 }, () => buffers.take(200_000));
    assert.equal(new Set(taken.map(({ buffer }) => buffer)).size, 40);
    const [first] = taken as [Buffer];
    for (const each of taken) buffers.give(each);
    const again = Array.from({ length: 40 }, () => buffers.take(70_000));
    assert.equal(new Set(again.map(({ buffer }) => buffer)).size, 40);
    assert.ok(again.some(({ buffer }) => buffer === first.buffer));
    // What it did not give it does not take.
    const foreign = Buffer.alloc(10);
    buffers.give(foreign);
    assert.notEqual(buffers.take(10).buffer, foreign.buffer);
    assert.equal(buffers.take(33 * MIB).length, 33 * MIB);
  });
});
