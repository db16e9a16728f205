import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { type FileHandle, open as openFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { NbdExport, NbdLimits } from '../../src/nbd/exports.ts';
import { CHUNK, COMMAND, COMMAND_FLAG, ERROR, EXPORT_FLAG, INFO, OPTION, REPLY } from '../../src/nbd/protocol.ts';
import { NbdServer } from '../../src/nbd/server.ts';
import type { BlockSource } from '../../src/vhd/block-source.ts';
import { create, KINDS, open, scribble, seeded } from '../vhd/disks.ts';
import { qemuImg, withDirectory } from '../vhd/fixtures.ts';
import { contextRequest, infoRequest, NbdClient } from './client.ts';

const run = promisify(execFile);
const MIB = 1024 * 1024;

/** A disk in memory, zero where its bytes are. */
const memorySource = (bytes: Buffer): BlockSource => ({
  size: bytes.length,
  logicalSectorSize: 512,
  read: async (offset, into) => {
    bytes.copy(into, 0, offset, offset + into.length);
  },
  extent: async (offset, length) => {
    const zero = bytes[offset] === 0;
    let at = offset;
    while (at < offset + length && (bytes[at] === 0) === zero) at++;
    return { kind: zero ? 'zero' : 'data', length: at - offset };
  },
  close: () => Promise.resolve(),
});

const withServer = async (
  exports: readonly NbdExport[],
  work: (path: string, server: NbdServer, ends: (string | null)[], failures: unknown[]) => Promise<void>,
  limits: Partial<NbdLimits> = {},
): Promise<void> =>
  withDirectory(async (directory) => {
    const ends: (string | null)[] = [];
    const failures: unknown[] = [];
    const server = await NbdServer.listen({
      path: join(directory, 'nbd.sock'),
      exports,
      limits,
      ended: (reason) => ends.push(reason),
      failed: (error) => failures.push(error),
    });
    try {
      await work(server.path, server, ends, failures);
    } finally {
      await server.close();
    }
  });

const readOnly = (name: string, source: BlockSource): NbdExport => ({ name, source, sink: null });
const uri = (name: string, path: string): string => `nbd+unix:///${name}?socket=${path}`;

describe('QEMU reads what is served', () => {
  for (const kind of KINDS)
    test(`a chain of three: ${kind.name}`, () =>
      withDirectory(async (directory) => {
        const random = seeded(4);
        const model = Buffer.alloc(72 * MIB);
        let file: string | null = null;
        for (const name of [`a.${kind.format}`, `b.a${kind.format}`, `c.a${kind.format}`]) {
          const next = join(directory, name);
          const writer = await create(kind, next, model.length, 'dynamic', file);
          await scribble(writer, model.subarray(0, 6 * MIB), random, 8);
          await writer.close();
          file = next;
        }
        const { source } = await open(file ?? '');
        await withServer([readOnly('disk', source)], async (path) => {
          const raw = join(directory, 'c.raw');
          await qemuImg('convert', '-f', 'raw', '-O', 'raw', uri('disk', path), raw);
          assert.ok(model.equals(await readFile(raw)));
          await qemuImg('compare', '-f', 'raw', '-F', 'raw', uri('disk', path), raw);
          const map = JSON.parse(await qemuImg('map', '--output=json', '-f', 'raw', uri('disk', path))) as {
            start: number;
            length: number;
            zero: boolean;
          }[];
          const last = map.at(-1);
          assert.ok(last?.zero === true && last.length >= 30 * MIB, 'zeros are told, not sent');
          for (const { start, length, zero } of map)
            if (zero) assert.ok(model.subarray(start, start + length).every((byte) => byte === 0));
          await assert.rejects(run('qemu-io', ['-f', 'raw', '-c', 'write 0 4k', uri('disk', path)]));
        });
        await source.close();
      }));

  test('hyperv-files §1 a qcow2 overlay over a served chain takes it in and stands alone', () =>
    withDirectory(async (directory) => {
      const [, kind] = KINDS;
      assert.ok(kind);
      const random = seeded(5);
      const model = Buffer.alloc(16 * MIB);
      const files = ['a.vhdx', 'b.avhdx'].map((name) => join(directory, name));
      for (const [index, file] of files.entries()) {
        const writer = await create(kind, file, model.length, 'dynamic', files[index - 1] ?? null);
        await scribble(writer, model, random, 6);
        await writer.close();
      }
      const { source } = await open(files[1] ?? '');
      const overlay = join(directory, 'overlay.qcow2');
      await withServer([readOnly('disk', source)], async (path) => {
        await qemuImg('create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', uri('disk', path), overlay);
        await run('qemu-io', ['-f', 'qcow2', '-c', 'write -q -P 0x77 3M 100k', overlay]);
        model.fill(0x77, 3 * MIB, 3 * MIB + 100 * 1024);
        await qemuImg('rebase', '-f', 'qcow2', '-b', '', overlay);
      });
      await source.close();
      const raw = join(directory, 'overlay.raw');
      await qemuImg('convert', '-f', 'qcow2', '-O', 'raw', overlay, raw);
      assert.ok(model.equals(await readFile(raw)));
    }));

  test('qemu-io reads odd places', () =>
    withServer([readOnly('', memorySource(Buffer.alloc(1_000_001, 0x5a)))], async (path) => {
      const { stdout } = await run('qemu-io', [
        ...[
          '-r',
          '-f',
          'raw',
          '-c',
          'read -P 0x5a 1 511',
          '-c',
          'read -P 0x5a 999999 2',
          '-c',
          'read -P 0x5a 12345 777777',
        ],
        uri('', path),
      ]);
      assert.equal(stdout.match(/^read \d+\/\d+ bytes/gm)?.length, 3, stdout);
    }));

  test('a disk that can be written: qemu-io writes, flushes, and reads it back', () =>
    withDirectory(async (directory) => {
      const file = join(directory, 'a.img');
      await writeFile(file, Buffer.alloc(2 * MIB));
      const handle = await openFile(file, 'r+');
      await withServer([fileExport('rw', handle, 2 * MIB)], async (path) => {
        const { stdout } = await run('qemu-io', [
          ...['-f', 'raw', '-c', 'write -P 0x11 0 64k', '-c', 'write -f -P 0x22 1M 512', '-c', 'flush'],
          ...['-c', 'read -P 0x11 0 64k', '-c', 'read -P 0x22 1M 512', '-c', 'read -P 0 64k 1k', uri('rw', path)],
        ]);
        assert.doesNotMatch(stdout, /failed/);
      });
      await handle.close();
      const bytes = await readFile(file);
      assert.deepEqual([bytes[0], bytes[65535], bytes[65536], bytes[MIB], bytes[MIB + 512]], [0x11, 0x11, 0, 0x22, 0]);
    }));
});

const fileExport = (name: string, handle: FileHandle, size: number): NbdExport => ({
  name,
  source: {
    size,
    logicalSectorSize: 512,
    read: async (offset, into) => {
      await handle.read(into, 0, into.length, offset);
    },
    extent: (_, length) => Promise.resolve({ kind: 'data', length }),
    close: () => Promise.resolve(),
  },
  sink: {
    write: async (offset, data) => {
      await handle.write(data, 0, data.length, offset);
    },
    flush: () => handle.datasync(),
  },
});

describe('NBD protocol', () => {
  const bytes = Buffer.alloc(100_000, 0x41);
  bytes.fill(0, 20_000, 70_000);
  const both = [readOnly('one', memorySource(bytes)), readOnly('zwei', memorySource(Buffer.alloc(512)))];

  test('options: list, info, go, and what is not supported', () =>
    withServer(both, async (path) => {
      const client = await NbdClient.greeted(path);
      const listed = await client.option(OPTION.list);
      assert.deepEqual(
        listed.map(({ type, data }) => [type, data.subarray(4).toString()]),
        [
          [REPLY.server, 'one'],
          [REPLY.server, 'zwei'],
          [REPLY.ack, ''],
        ],
      );
      const infos = await client.option(OPTION.info, infoRequest('zwei', [INFO.name]));
      assert.deepEqual(
        infos.map(({ type, data }) => [type, data.length === 0 ? null : data.readUInt16BE(0)]),
        [
          [REPLY.info, INFO.export],
          [REPLY.info, INFO.blockSize],
          [REPLY.info, INFO.name],
          [REPLY.ack, null],
        ],
      );
      assert.equal(infos[0]?.data.readBigUInt64BE(2), 512n);
      for (const [option, data, reason] of [
        [OPTION.startTls, Buffer.alloc(0), REPLY.unsupported],
        [99, Buffer.alloc(10), REPLY.unsupported],
        [OPTION.list, Buffer.alloc(1), REPLY.invalid],
        [OPTION.structuredReply, Buffer.alloc(1), REPLY.invalid],
        [OPTION.info, Buffer.alloc(3), REPLY.invalid],
        [OPTION.info, Buffer.from([255, 255, 255, 255, 0, 0]), REPLY.invalid],
        [OPTION.info, Buffer.concat([infoRequest('one'), Buffer.alloc(1)]), REPLY.invalid],
        [OPTION.go, infoRequest('nobody'), REPLY.unknown],
        // Contexts need structured replies.
        [OPTION.setMetaContext, contextRequest('one', 'base:allocation'), REPLY.invalid],
      ] as const)
        assert.equal((await client.option(option, data)).at(-1)?.type, reason, `option ${option}`);
      assert.equal((await client.go('one')).at(-1)?.type, REPLY.ack);
      client.request(COMMAND.read, 0, 100, 7n);
      const reply = await client.simpleReply(100);
      assert.deepEqual([reply.error, reply.cookie], [0, 7n]);
      assert.ok(reply.data.equals(bytes.subarray(0, 100)));
      client.request(COMMAND.disconnect, 0, 0);
      assert.equal((await client.closed()).length, 0);
    }));

  test('the old way to choose an export, with zeroes and without', () =>
    withServer(both, async (path) => {
      for (const [flags, length] of [
        [1, 134],
        [3, 10],
      ] as const) {
        const client = await NbdClient.greeted(path, flags);
        client.sendOption(OPTION.exportName, Buffer.from('one'));
        assert.equal((await client.take(length)).readBigUInt64BE(0), 100_000n);
        client.request(COMMAND.read, 99_999, 1);
        assert.deepEqual((await client.simpleReply(1)).data, Buffer.from('A'));
        client.close();
      }
      const client = await NbdClient.greeted(path);
      client.sendOption(OPTION.exportName, Buffer.from('nobody'));
      assert.equal((await client.closed()).length, 0);
    }));

  test('structured replies: data, holes, block status, errors', () =>
    withServer(both, async (path) => {
      const client = await NbdClient.greeted(path);
      await client.option(OPTION.structuredReply);
      const offered = await client.option(OPTION.listMetaContext, contextRequest('one'));
      assert.equal(offered[0]?.data.subarray(4).toString(), 'base:allocation');
      assert.equal(
        (await client.option(OPTION.setMetaContext, contextRequest('one', 'qemu:x', 'base:allocation'))).length,
        2,
      );
      await client.go('one');
      client.request(COMMAND.read, 19_000, 2000, 5n);
      const data = await client.chunk();
      assert.deepEqual([data.flags, data.type, data.cookie], [1, CHUNK.offsetData, 5n]);
      assert.ok(data.data.subarray(8).equals(bytes.subarray(19_000, 21_000)));
      client.request(COMMAND.read, 20_000, 50_000);
      const hole = await client.chunk();
      assert.deepEqual(
        [hole.type, hole.data.readBigUInt64BE(0), hole.data.readUInt32BE(8)],
        [CHUNK.offsetHole, 20_000n, 50_000],
      );
      client.request(COMMAND.blockStatus, 10_000, 90_000);
      const status = await client.chunk();
      assert.equal(status.type, CHUNK.blockStatus);
      const words = Array.from({ length: status.data.length / 4 }, (_, i) => status.data.readUInt32BE(i * 4));
      assert.deepEqual(words, [1, 10_000, 0, 50_000, 3, 30_000, 0]);
      client.request(COMMAND.blockStatus, 10_000, 90_000, 1n, 8);
      assert.equal((await client.chunk()).data.length, 12);
      for (const [type, offset, length, flags, code] of [
        [COMMAND.read, 100_000, 1, 0, ERROR.invalid],
        [COMMAND.read, 99_999, 2, 0, ERROR.invalid],
        [COMMAND.read, 2n ** 64n - 1n, 1, 0, ERROR.invalid],
        [COMMAND.read, 0, 0, 0, ERROR.invalid],
        [COMMAND.read, 0, 1, 0x8000, ERROR.invalid],
        [COMMAND.blockStatus, 0, 2 ** 32 - 1, 0, ERROR.invalid],
        [77, 0, 1, 0, ERROR.notSupported],
      ] as const) {
        client.request(type, offset, length, 9n, flags);
        const reply = await client.chunk();
        assert.deepEqual([reply.type, reply.cookie, reply.data.readUInt32BE(0)], [CHUNK.error, 9n, code]);
      }
      client.request(COMMAND.write, 0, 4, 3n, 0, Buffer.from('evil'));
      assert.equal((await client.chunk()).data.readUInt32BE(0), ERROR.perm);
      client.request(COMMAND.flush, 0, 0);
      assert.equal((await client.chunk()).type, CHUNK.none);
      client.close();
    }));

  test('a disk of sectors is written in whole ones, and zeros need not be sent', async () => {
    const content = Buffer.alloc(64 * 1024, 0x55);
    let flushes = 0;
    const disk: NbdExport = {
      name: 'disk',
      source: memorySource(content),
      sink: {
        sectorSize: 4096,
        write: async (offset, data) => void data.copy(content, offset),
        zero: async (offset, length) => void content.fill(0, offset, offset + length),
        flush: async () => void flushes++,
      },
    };
    await withServer([disk, readOnly('ro', memorySource(Buffer.alloc(4096)))], async (path) => {
      const client = await NbdClient.greeted(path);
      const [told, sizes] = await client.option(OPTION.info, infoRequest('disk'));
      assert.equal((told?.data.readUInt16BE(10) ?? 0) & EXPORT_FLAG.writeZeroes, EXPORT_FLAG.writeZeroes);
      assert.equal(sizes?.data.readUInt32BE(2), 4096, 'the smallest block');
      await client.go('disk');
      for (const [type, offset, length, flags, code] of [
        [COMMAND.writeZeroes, 4096, 8192, 0, 0],
        [COMMAND.writeZeroes, 16_384, 4096, COMMAND_FLAG.noHole | COMMAND_FLAG.fua, 0],
        [COMMAND.writeZeroes, 512, 4096, 0, ERROR.invalid],
        [COMMAND.writeZeroes, 0, 512, 0, ERROR.invalid],
        [COMMAND.writeZeroes, 0, 4096, 0x8000, ERROR.invalid],
        [COMMAND.writeZeroes, 61_440, 8192, 0, ERROR.noSpace],
        [COMMAND.writeZeroes, 0, 2 ** 32 - 4096, 0, ERROR.noSpace],
      ] as const) {
        client.request(type, offset, length, 4n, flags);
        assert.equal((await client.simpleReply(0)).error, code, `${length} at ${offset}`);
      }
      client.request(COMMAND.write, 100, 4096, 5n, 0, Buffer.alloc(4096));
      assert.equal((await client.simpleReply(0)).error, ERROR.invalid);
      assert.equal(flushes, 1);
      const expected = Buffer.alloc(64 * 1024, 0x55)
        .fill(0, 4096, 12_288)
        .fill(0, 16_384, 20_480);
      assert.ok(content.equals(expected));
      client.close();
      const other = await NbdClient.greeted(path);
      await other.go('ro');
      other.request(COMMAND.writeZeroes, 0, 512);
      assert.equal((await other.simpleReply(0)).error, ERROR.perm);
      other.close();
    });
  });

  test('what is offered: one chunk only where there are chunks, durable writes only where there are writes', () =>
    withDirectory(async (directory) => {
      const file = join(directory, 'a.img');
      await writeFile(file, Buffer.alloc(4096));
      const handle = await openFile(file, 'r+');
      await withServer([readOnly('ro', memorySource(bytes)), fileExport('rw', handle, 4096)], async (path) => {
        const offered = async (client: NbdClient, name: string): Promise<number> =>
          (await client.option(OPTION.info, infoRequest(name)))[0]?.data.readUInt16BE(10) ?? 0;
        const { hasFlags, readOnly: ro, flush, fua, df, multiConn } = EXPORT_FLAG;
        const client = await NbdClient.greeted(path);
        assert.equal(await offered(client, 'ro'), hasFlags | multiConn | ro);
        assert.equal(await offered(client, 'rw'), hasFlags | multiConn | flush | fua);
        await client.option(OPTION.structuredReply);
        assert.equal(await offered(client, 'ro'), hasFlags | multiConn | ro | df);
        await client.go('rw');
        // Where it is offered it may come with every command.
        client.request(COMMAND.read, 0, 512, 1n, COMMAND_FLAG.fua);
        assert.equal((await client.chunk()).type, CHUNK.offsetData);
        client.request(COMMAND.flush, 0, 0, 2n, COMMAND_FLAG.fua);
        assert.equal((await client.chunk()).type, CHUNK.none);
        client.close();
      });
      await handle.close();
    }));

  test('a context of one export does not count for another', () =>
    withServer(both, async (path) => {
      const client = await NbdClient.greeted(path);
      await client.option(OPTION.structuredReply);
      await client.option(OPTION.setMetaContext, contextRequest('one', 'base:allocation'));
      await client.go('zwei');
      client.request(COMMAND.blockStatus, 0, 512);
      assert.equal((await client.chunk()).data.readUInt32BE(0), ERROR.invalid);
      client.close();
    }));

  test('a disk that cannot be read is an I/O error; the reason is for us only', () => {
    const broken: BlockSource = {
      ...memorySource(Buffer.alloc(512)),
      read: () => Promise.reject(new Error('secret path')),
    };
    return withServer([readOnly('x', broken)], async (path, _, __, failures) => {
      const client = await NbdClient.greeted(path);
      await client.go('x');
      client.request(COMMAND.read, 0, 512);
      assert.equal((await client.simpleReply(512)).error, ERROR.io);
      assert.equal(failures.length, 1);
      client.request(COMMAND.disconnect, 0, 0);
      await client.closed();
    });
  });

  test('requests that were sent before goodbye are answered', () =>
    withServer(both, async (path) => {
      const client = await NbdClient.greeted(path);
      await client.go('one');
      for (let i = 0; i < 20; i++) client.request(COMMAND.read, i, 1000, BigInt(i));
      client.request(COMMAND.disconnect, 0, 0);
      assert.equal((await client.closed()).length, 20 * 1016);
    }));
});

describe('hostile clients', () => {
  const disk = [readOnly('x', memorySource(Buffer.alloc(4 * MIB, 1)))];

  const expectEnd = async (
    limits: Partial<NbdLimits>,
    reason: RegExp,
    work: (client: NbdClient) => Promise<void> | void,
  ): Promise<void> =>
    withServer(
      disk,
      async (path, server, ends) => {
        const client = await NbdClient.greeted(path);
        await work(client);
        await client.closed();
        while (server.clients > 0) await new Promise(setImmediate);
        assert.match(ends[0] ?? 'none', reason);
        // The others do not suffer.
        const other = await NbdClient.greeted(path);
        assert.equal((await other.go('x')).at(-1)?.type, REPLY.ack);
        other.close();
      },
      limits,
    );

  test('an option that is too long', () =>
    expectEnd({}, /option is too long/, (client) => client.sendOption(OPTION.go, Buffer.alloc(10), 2 ** 32 - 1)));

  test('too many options', () =>
    expectEnd({ options: 5 }, /too many options/, (client) => {
      for (let i = 0; i < 10; i++) client.sendOption(OPTION.list);
    }));

  test('an option without its beginning', () =>
    expectEnd({}, /option does not begin/, (client) => client.send(Buffer.alloc(64, 0xff))));

  test('flags that were not offered', () =>
    withServer(disk, async (path, _, ends) => {
      for (const flags of [0, 2, 7, 0xffff_ffff]) {
        const client = await NbdClient.greeted(path, flags);
        await client.closed();
      }
      assert.equal(ends.length, 4);
      assert.ok(ends.every((end) => /flags/.test(end ?? '')));
    }));

  test('a handshake without an end', () => expectEnd({ handshakeMs: 50 }, /handshake took too long/, () => undefined));

  test('a request without its beginning, and one that is too long', async () => {
    await expectEnd({}, /request does not begin/, async (client) => {
      await client.go('x');
      client.send(Buffer.alloc(28, 0xff));
    });
    for (const command of [COMMAND.read, COMMAND.write])
      await expectEnd({}, /request is too long/, async (client) => {
        await client.go('x');
        client.request(command, 0, 33 * MIB);
      });
  });

  test('a request that stops in its middle', () =>
    expectEnd({ stallMs: 50 }, /not completed in time/, async (client) => {
      await client.go('x');
      client.request(COMMAND.write, 0, 1000, 1n, 0, Buffer.alloc(10));
    }));

  test('a client that asks and never takes the answers: bounded, then closed', () =>
    withServer(
      disk,
      async (path, server, ends) => {
        const client = await NbdClient.greeted(path);
        await client.go('x');
        client.socket.pause();
        const before = process.memoryUsage().rss;
        for (let i = 0; i < 500; i++) client.request(COMMAND.read, 0, 4 * MIB);
        while (server.clients > 0) await new Promise((resolve) => setTimeout(resolve, 5));
        assert.match(ends[0] ?? '', /does not take its answers/);
        assert.ok(process.memoryUsage().rss - before < 400 * MIB);
        client.close();
      },
      { stallMs: 100, replyBytes: 16 * MIB },
    ));

  test('more clients than are allowed are turned away', () =>
    withServer(
      disk,
      async (path) => {
        const first = await NbdClient.greeted(path);
        assert.equal((await first.go('x')).at(-1)?.type, REPLY.ack);
        const second = await NbdClient.connect(path);
        assert.equal((await second.closed()).length, 0);
        first.close();
      },
      { connections: 1 },
    ));

  test('noise in every phase: closed or answered, never a crash', () =>
    withServer(
      disk,
      async (path, server) => {
        const random = seeded(12);
        for (let round = 0; round < 100; round++) {
          const client = await NbdClient.connect(path);
          if (round % 3 > 0) client.send(Buffer.from([0, 0, 0, 3]));
          if (round % 3 === 2) client.sendOption(OPTION.go, infoRequest('x'));
          const noise = Buffer.from(Array.from({ length: 1 + random(300) }, () => random(256)));
          if (round % 2 === 0) noise.writeUInt8(random(12), 0);
          if (round % 3 === 1) client.sendOption(random(12), noise);
          else if (round % 3 === 2) client.request(random(10), random(5 * MIB), random(8000), 1n, random(16), noise);
          else client.send(noise);
          client.socket.end();
          await client.closed();
        }
        const client = await NbdClient.greeted(path);
        assert.equal((await client.go('x')).at(-1)?.type, REPLY.ack);
        client.close();
        assert.ok(server.clients >= 0);
      },
      { stallMs: 100, handshakeMs: 500 },
    ));

  test('a socket left behind is taken over, another file is not; others may not enter', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'nbd.sock');
      await run(process.execPath, [
        '-e',
        `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`,
      ]).catch(() => undefined);
      assert.ok((await stat(path)).isSocket());
      const server = await NbdServer.listen({ path, exports: disk });
      assert.equal((await stat(path)).mode & 0o007, 0);
      await server.close();
      await writeFile(path, 'precious');
      await assert.rejects(NbdServer.listen({ path, exports: disk }), { code: 'EADDRINUSE' });
      assert.equal(await readFile(path, 'utf8'), 'precious');
    }));
});
