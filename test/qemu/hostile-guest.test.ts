import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DomainError } from '../../src/core/errors.ts';
import { displaySize } from '../../src/qemu/machine/display-size.ts';
import { Edges } from '../../src/qemu/machine/edges.ts';
import { ResetReader } from '../../src/qemu/machine/reset-reader.ts';
import type { GuestCopy } from '../../src/core/ports.ts';
import type { AdapterLog } from '../../src/qemu/log.ts';
import type { CounterSampler } from '../../src/qemu/machine/counters.ts';
import { FigureSampler } from '../../src/qemu/machine/figures.ts';
import { GuestAgent } from '../../src/qemu/machine/guest-agent.ts';
import { copyToGuest } from '../../src/qemu/machine/guest-files.ts';
import { parsePpm } from '../../src/qemu/machine/screen.ts';
import type { Monitor } from '../../src/qemu/supervise/monitor.ts';
import { readUntrusted } from '../../src/qemu/supervise/untrusted-file.ts';

/** A unix socket on which `serve` speaks. */
async function peer(serve: (socket: Socket) => void): Promise<AsyncDisposable & { readonly path: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-peer-'));
  const path = join(directory, 's');
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** An agent that answers requests by `answer`; undefined: says nothing. */
function agent(answer: (request: { execute: string; arguments: { id?: number } }) => string | Uint8Array | undefined) {
  return peer((socket) => {
    socket.on('data', (chunk) => {
      for (const line of chunk.toString('latin1').replaceAll('\u00ff', '').split('\n')) {
        if (line === '') continue;
        const text = answer(JSON.parse(line));
        if (text !== undefined) socket.write(text);
      }
    });
  });
}

const synced = (request: { execute: string; arguments: { id?: number } }): string | undefined =>
  request.execute === 'guest-sync-delimited' ? `\u00ff{"return": ${request.arguments.id}}\n` : undefined;

describe('hardening 16: guest agent', () => {
  test('an agent that answers is asked for its system; what an earlier question left is thrown away', async () => {
    await using guest = await agent((request) => {
      const sync = synced(request);
      if (sync !== undefined) return Buffer.from(`{"return": {"pretty-name": "old"}}\n${sync}`, 'latin1');
      return '{"return": {"pretty-name": "Debian\\u001b[31m\\n12", "id": "debian"}}\n';
    });
    const client = new GuestAgent(guest.path);
    await client.ping(5000);
    assert.equal((await client.operatingSystem(5000))?.name, 'Debian [31m 12');
    client.close();
  });

  test('one that says nothing, nonsense, or too much costs a time limit at most, and the next call starts afresh', async () => {
    let mode: 'silent' | 'junk' | 'flood' | 'slow' | 'well' = 'silent';
    await using guest = await agent((request) => {
      switch (mode) {
        case 'silent':
          return undefined;
        case 'junk':
          return 'junk\n';
        case 'flood':
          return 'x'.repeat(1024 * 1024);
        case 'slow':
          return '{';
        case 'well':
          return Buffer.from(synced(request) ?? '{"return": {}}\n', 'latin1');
      }
    });
    const client = new GuestAgent(guest.path);
    for (const next of ['silent', 'junk', 'flood', 'slow'] as const) {
      mode = next;
      await assert.rejects(client.ping(150), Error, next);
    }
    mode = 'well';
    await client.ping(5000);
    // An answer of another shape is no name.
    assert.equal(await client.operatingSystem(5000), null);
    client.close();
  });

  test('the time that the guest tells: a number of nanoseconds, and nothing else is believed', async () => {
    let told = '1700000000123456789';
    await using guest = await agent((request) => {
      const sync = synced(request);
      return sync === undefined ? `{"return": ${told}}\n` : Buffer.from(sync, 'latin1');
    });
    const client = new GuestAgent(guest.path);
    assert.equal(await client.time(5000), 1_700_000_000_123);
    for (told of ['"yesterday"', 'null', '{}', '1e999', '-1e999']) assert.equal(await client.time(5000), null, told);
    client.close();
  });

  test('items that programs in the guest tell: whole records are read, and nothing else is believed', async () => {
    const record = (name: string | Buffer, data: string | Buffer): Buffer => {
      const bytes = Buffer.alloc(512 + 2048);
      Buffer.from(name).copy(bytes, 0, 0, 512);
      Buffer.from(data).copy(bytes, 512, 0, 2048);
      return bytes;
    };
    const POOL = '/var/lib/hyperv/.kvp_pool_1';
    let pool: Buffer = Buffer.alloc(0);
    let mode: 'well' | 'missing' | 'nonsense' | 'endless' = 'well';
    let [at, open] = [0, 0];
    await using guest = await agent((request) => {
      const sync = synced(request);
      if (sync !== undefined) return Buffer.from(sync, 'latin1');
      const args = request.arguments as { path?: string; count?: number };
      switch (request.execute) {
        case 'guest-file-open':
          if (mode === 'missing') return '{"error": {"class": "GenericError", "desc": "No such file"}}\n';
          assert.equal(args.path, POOL);
          [at, open] = [0, open + 1];
          return '{"return": 7}\n';
        case 'guest-file-read': {
          if (mode === 'nonsense') return '{"return": {"buf-b64": 5, "eof": "no"}}\n';
          const piece = mode === 'endless' ? record('x', 'y') : pool.subarray(at, at + Math.min(args.count ?? 0, 3000));
          at += piece.length;
          const eof = mode !== 'endless' && at >= pool.length;
          return `${JSON.stringify({ return: { count: piece.length, 'buf-b64': piece.toString('base64'), eof } })}\n`;
        }
        case 'guest-file-close':
          open--;
          return '{"return": {}}\n';
        default:
          return undefined;
      }
    });
    const client = new GuestAgent(guest.path);
    pool = Buffer.concat([
      record('role', 'web'),
      record('', 'without a name'),
      record('role', 'database'),
      record('bell\u0007\u001b[31m', Buffer.alloc(2048, 'd')),
      record(Buffer.alloc(512, 0xff), 'no text'),
      Buffer.from('cut off'),
    ]);
    assert.deepEqual(await client.exchangeItems(POOL, 5000), [
      { name: 'role', data: 'database' },
      { name: 'bell  [31m', data: 'd'.repeat(2048) },
      { name: '\ufffd'.repeat(512), data: 'no text' },
    ]);
    pool = Buffer.concat(Array.from({ length: 200 }, (_, index) => record(`n${index}`, 'x')));
    assert.equal((await client.exchangeItems(POOL, 5000)).length, 64);
    for (const [next, wanted] of [
      ['missing', []],
      ['nonsense', []],
      ['endless', [{ name: 'x', data: 'y' }]],
    ] as const) {
      mode = next;
      assert.deepEqual(await client.exchangeItems(POOL, 5000), wanted, next);
    }
    assert.equal(open, 0, 'what was opened is closed');
    client.close();
  });

  test('a Windows guest is asked for the file of its script, another one for that of its daemon', async () => {
    for (const [system, pool] of [
      ['Windows Server 2022 Standard', 'C:\\Program Files\\vsms\\kvp_pool_1'],
      ['Debian GNU/Linux 13', '/var/lib/hyperv/.kvp_pool_1'],
    ] as const) {
      const opened: (string | undefined)[] = [];
      await using guest = await agent((request) => {
        const sync = synced(request);
        if (sync !== undefined) return Buffer.from(sync, 'latin1');
        if (request.execute === 'guest-get-osinfo') return `{"return": {"pretty-name": "${system}"}}\n`;
        if (request.execute === 'guest-file-open') opened.push((request.arguments as { path?: string }).path);
        return request.execute === 'guest-ping'
          ? '{"return": {}}\n'
          : '{"error": {"class": "GenericError", "desc": "no"}}\n';
      });
      const sampler = new FigureSampler({
        monitor: {
          process: { pid: process.pid },
          execute: async () => null,
        } as unknown as Monitor,
        agent: new GuestAgent(guest.path),
        counters: { sample: async () => undefined, noteGuest: () => undefined } as unknown as CounterSampler,
        vncSocket: '/nonexistent',
        processors: 1,
        log: { debug: () => undefined } as unknown as AdapterLog,
      });
      sampler.start();
      // Its timer keeps no process alive.
      while (sampler.figures.guest === null) await new Promise((resolve) => setTimeout(resolve, 20));
      sampler.stop();
      assert.deepEqual([sampler.figures.guestOperatingSystem, ...opened], [system, pool]);
    }
  });

  test('a name of ten megabytes is refused, one of ten thousand characters cut', async () => {
    let length = 10_000;
    await using guest = await agent((request) => {
      const sync = synced(request);
      return sync === undefined
        ? `{"return": {"pretty-name": "${'n'.repeat(length)}"}}\n`
        : Buffer.from(sync, 'latin1');
    });
    const client = new GuestAgent(guest.path);
    assert.equal((await client.operatingSystem(5000))?.name.length, 256);
    length = 10_000_000;
    await assert.rejects(client.operatingSystem(5000));
    client.close();
  });
});

describe('hardening 16: a guest that files are copied to', () => {
  const copyBy = async (
    answers: Readonly<Record<string, unknown>>,
    more: Partial<GuestCopy> = {},
  ): Promise<string[]> => {
    const asked: string[] = [];
    await using guest = await agent((request) => {
      const sync = synced(request);
      if (sync !== undefined) return Buffer.from(sync, 'latin1');
      asked.push(request.execute);
      return `${JSON.stringify(answers[request.execute] ?? { return: {} })}\n`;
    });
    const client = new GuestAgent(guest.path);
    try {
      await copyToGuest(
        client,
        {
          destination: '/tmp/a',
          overwrite: true,
          createFolders: false,
          size: 10,
          read: async () => undefined,
          ...more,
        },
        () => undefined,
        new AbortController().signal,
      );
      return asked;
    } finally {
      client.close();
    }
  };
  const well = {
    'guest-file-open': { return: 7 },
    'guest-file-write': { return: { count: 10, eof: false } },
    'guest-exec': { return: { pid: 1 } },
    'guest-exec-status': { return: { exited: true, exitcode: 0 } },
  };

  test('opened, written, flushed, closed', async () => {
    assert.deepEqual(await copyBy(well), [
      'guest-file-open',
      'guest-file-write',
      'guest-file-flush',
      'guest-file-close',
    ]);
  });

  test('counts that cannot be, handles that are none, words of any length: refused, and nothing hangs', async () => {
    for (const count of [0, -1, 11, 1e9, '10', null])
      await assert.rejects(copyBy({ ...well, 'guest-file-write': { return: { count } } }), /what no agent answers/);
    for (const handle of ['7', -1, null, {}, [1], 1.5])
      await assert.rejects(copyBy({ ...well, 'guest-file-open': { return: handle } }), /what no agent answers/);
    const desc = `\u001b[31m${'x'.repeat(10_000)}`;
    await assert.rejects(
      copyBy({ ...well, 'guest-file-open': { error: { class: 'GenericError', desc } } }),
      (error) => {
        assert.ok(error instanceof DomainError);
        assert.ok(error.message.length < 300 && !error.message.includes('\u001b'), error.message);
        return true;
      },
    );
    await assert.rejects(
      copyBy({ ...well, 'guest-exec-status': { return: { exited: 'yes' } } }, { createFolders: true }),
      /what no agent answers/,
    );
    await assert.rejects(
      copyBy({ ...well, 'guest-exec-status': { return: { exited: true, exitcode: 1 } } }, { createFolders: true }),
      /could not make the folders/,
    );
    await assert.rejects(
      copyBy({ ...well, 'guest-exec-status': { return: { exited: true, exitcode: 1 } } }, { atOnce: true }),
      /could not give the file its name/,
    );
  });

  test('a name in a command of Windows is a text and no command', async () => {
    const asked: unknown[] = [];
    await using guest = await agent((request) => {
      const sync = synced(request);
      if (sync !== undefined) return Buffer.from(sync, 'latin1');
      asked.push(request);
      return `${JSON.stringify(well[request.execute as keyof typeof well] ?? { return: {} })}\n`;
    });
    const client = new GuestAgent(guest.path);
    const destination = "C:\\a'; Remove-Item C:\\ -Recurse; '\\b";
    const read = async (): Promise<void> => undefined;
    const copy = { destination, overwrite: true, createFolders: true, size: 0, read };
    await copyToGuest(client, copy, () => undefined, new AbortController().signal);
    client.close();
    const [made] = asked as { arguments: { arg: string[] } }[];
    assert.equal(
      made?.arguments.arg.at(-1),
      "New-Item -Force -ItemType Directory -Path 'C:\\a''; Remove-Item C:\\ -Recurse; '''",
    );
  });
});

describe('hardening 16: what a guest tells of its network', () => {
  const interfaces = async (told: unknown) => {
    await using guest = await agent((request) => {
      const sync = synced(request);
      return sync === undefined ? `${JSON.stringify({ return: told })}\n` : Buffer.from(sync, 'latin1');
    });
    const client = new GuestAgent(guest.path);
    try {
      return await client.interfaces(5000);
    } finally {
      client.close();
    }
  };
  const address = (text: string, prefix: unknown) => ({ 'ip-address': text, 'ip-address-type': 'ipv4', prefix });

  test('hardware addresses and addresses are read; what is none is left out', async () => {
    const told = [
      { name: 'lo', 'hardware-address': '00:00:00:00:00:00', 'ip-addresses': [address('127.0.0.1', 8)] },
      { name: 'tun0', 'ip-addresses': [address('10.9.9.9', 32)] },
      { name: 'odd', 'hardware-address': '<script>' },
      { name: 'quiet', 'hardware-address': '00:15:5d:01:02:04' },
      {
        name: 'eth0',
        'hardware-address': '00:15:5d:01:02:03',
        statistics: { 'rx-bytes': 7, 'tx-bytes': 9, 'rx-packets': 1 },
        'ip-addresses': [
          address('10.0.2.15', 24),
          address('fe80::215:5dff:fe01:203', 64),
          address("'; DROP TABLE", 24),
          address('10.0.2.16', 33),
          address('10.0.2.17', -1),
          address('10.0.2.18', 1.5),
        ],
      },
    ];
    assert.deepEqual(await interfaces(told), [
      { mac: '00155D010204', addresses: [], traffic: null },
      {
        mac: '00155D010203',
        addresses: [
          { address: '10.0.2.15', prefixLength: 24 },
          { address: 'fe80::215:5dff:fe01:203', prefixLength: 64 },
        ],
        traffic: { receivedBytes: 7, sentBytes: 9 },
      },
    ]);
  });

  test('another shape is no interface, and thousands are cut', async () => {
    for (const told of [null, {}, 'eth0', [{ 'ip-addresses': 'many' }], [[]]])
      assert.deepEqual(await interfaces(told), []);
    const many = Array.from({ length: 1000 }, () => ({
      'hardware-address': '00:15:5d:01:02:03',
      'ip-addresses': Array.from({ length: 100 }, () => address('10.0.0.1', 8)).slice(0, 2),
    }));
    assert.equal((await interfaces(many)).length, 64);
  });
});

describe('hardening 16: display', () => {
  test('the size is read from the greeting of a VNC server; anything else is null', async () => {
    const size = async (serve: (socket: Socket) => void) => {
      await using server = await peer(serve);
      return await displaySize(server.path, 200);
    };
    const greet = (socket: Socket, security: readonly number[], rest: Buffer): void => {
      socket.write('RFB 003.008\n');
      socket.once('data', () => {
        socket.write(Uint8Array.of(security.length, ...security));
        socket.once('data', () => socket.write(rest));
      });
    };
    const init = Buffer.alloc(4 + 24);
    init.writeUInt16BE(1024, 4);
    init.writeUInt16BE(768, 6);
    assert.deepEqual(await size((socket) => greet(socket, [1], init)), { width: 1024, height: 768 });
    assert.equal(await size((socket) => greet(socket, [2], init)), null);
    assert.equal(await size((socket) => void socket.write(Buffer.alloc(100_000, 65))), null);
    assert.equal(await size(() => {}), null);
    assert.equal(await size((socket) => socket.destroy()), null);
    assert.equal(await displaySize('/nonexistent', 200), null);
  });

  test('a picture is read exactly, and refused when it is not what its head says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (width, height) => {
        const pixels = Buffer.from(Array.from({ length: width * height * 3 }, (_, index) => index & 0xff));
        const file = Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), pixels]);
        assert.deepEqual(parsePpm(file), { width, height, rgb: new Uint8Array(pixels) });
        assert.throws(() => parsePpm(file.subarray(0, -1)), DomainError);
        assert.throws(() => parsePpm(Buffer.concat([file, Buffer.alloc(1)])), DomainError);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assert.throws(() => parsePpm(Buffer.from(bytes)), DomainError);
      }),
    );
  });
});

test('files that QEMU writes: no link is followed, nothing but a file is read, and no more than the limit', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-untrusted-'));
  try {
    const path = (name: string): string => join(directory, name);
    await writeFile(path('file'), 'x'.repeat(100));
    await symlink('/etc/passwd', path('link'));
    execFileSync('mkfifo', [path('fifo')]);
    assert.equal((await readUntrusted(path('file'), 100)).length, 100);
    await assert.rejects(readUntrusted(path('file'), 99));
    await assert.rejects(readUntrusted(path('link'), 100_000));
    await assert.rejects(readUntrusted(path('fifo'), 100));
    await assert.rejects(readUntrusted(directory, 100));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

describe('edges of a machine', () => {
  const collect = async (edges: Edges): Promise<unknown[]> => {
    const seen: unknown[] = [];
    for await (const event of edges.events()) seen.push(event);
    return seen;
  };

  test('lifecycle §3: the stop that follows an I/O error is told as that error, once, with its disk', async () => {
    const edges = new Edges((node) => (node === 'disk-1' ? 'the disk' : null), new ResetReader(true));
    const error = {
      device: '',
      'node-name': 'disk-1',
      operation: 'write',
      action: 'stop',
      nospace: true,
      reason: 'No space left on device',
    } as const;
    edges.take({ name: 'BLOCK_IO_ERROR', data: error, at: 0 });
    edges.take({ name: 'STOP', data: {}, at: 0 });
    edges.take({ name: 'RESUME', data: {}, at: 0 });
    edges.take({ name: 'BLOCK_IO_ERROR', data: { ...error, action: 'report' }, at: 0 });
    edges.take({ name: 'STOP', data: {}, at: 0 });
    edges.end();
    assert.deepEqual(await collect(edges), [
      { kind: 'ioError', disk: 'the disk', noSpace: true, reason: 'No space left on device' },
      { kind: 'resumed' },
      { kind: 'paused' },
      { kind: 'stopped', by: 'crash', reason: 'QEMU ended without a word' },
    ]);
  });

  test('what a call does is not told while it runs, and is told again after it', async () => {
    const edges = new Edges(() => null, new ResetReader(true));
    await edges.silence(['STOP'], async () => edges.take({ name: 'STOP', data: {}, at: 0 }));
    await edges.silence(['RESET'], async () => edges.take({ name: 'STOP', data: {}, at: 0 }));
    await assert.rejects(edges.silence(['STOP'], () => Promise.reject(new Error('no'))));
    edges.take({ name: 'STOP', data: {}, at: 0 });
    edges.take({ name: 'SHUTDOWN', data: { guest: true, reason: 'guest-shutdown' }, at: 0 });
    edges.end();
    edges.end();
    assert.deepEqual(await collect(edges), [
      { kind: 'paused' },
      { kind: 'paused' },
      { kind: 'stopped', by: 'guest', reason: 'guest-shutdown' },
    ]);
  });

  test("an end that a call asked for is the host's, an end by a signal too", async () => {
    const asked = new Edges(() => null, new ResetReader(true));
    asked.expectEnd();
    asked.take({ name: 'SHUTDOWN', data: { guest: false, reason: 'host-qmp-quit' }, at: 0 });
    asked.end();
    assert.deepEqual(await collect(asked), [{ kind: 'stopped', by: 'host', reason: null }]);
    const signalled = new Edges(() => null, new ResetReader(true));
    signalled.take({ name: 'SHUTDOWN', data: { guest: false, reason: 'host-signal' }, at: 0 });
    signalled.end();
    assert.deepEqual(await collect(signalled), [{ kind: 'stopped', by: 'host', reason: 'host-signal' }]);
  });
});
