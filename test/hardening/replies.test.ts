import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { GuestAgent } from '../../src/qemu/machine/guest-agent.ts';
import { QmpSession } from '../../src/qmp/session.ts';

/** Answers like an agent until the question that the test is about. */
const agent = (onQuestion: (socket: Socket, name: string) => void): ((socket: Socket) => void) => {
  return (socket) => {
    socket.on('error', () => undefined);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1').replaceAll('\u00ff', '');
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        const { execute, arguments: args } = JSON.parse(line) as { execute: string; arguments?: { id?: number } };
        if (execute === 'guest-sync-delimited')
          socket.write(`\u00ff${JSON.stringify({ return: args?.id })}\n`, 'latin1');
        else onQuestion(socket, execute);
      }
    });
  };
};

describe('16 replies of guests and of QEMU are bounded and dropped', () => {
  let directory = '';
  const servers: Server[] = [];
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vsms-r-'));
  });
  after(async () => {
    for (const server of servers) server.close();
    await rm(directory, { recursive: true, force: true });
  });

  const listen = async (behave: (socket: Socket) => void): Promise<string> => {
    const path = join(directory, `s${servers.length}`);
    const server = createServer(behave);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return path;
  };

  const LIMIT_MS = 1000;
  const write = (text: string) => (socket: Socket) => socket.write(text, 'latin1');

  const many = `{"return":{${Array.from({ length: 10_000 }, (_, i) => `"key${i}":${i}`).join(',')},"name":"Debian"}}\n`;
  const polluting = '{"return":{"__proto__":{"name":"polluted"},"constructor":{"prototype":{"name":"x"}}}}\n';
  const cases: readonly (readonly [string, (socket: Socket) => void])[] = [
    ['10 000 keys', write(many)],
    ['keys of prototypes', write(polluting)],
    ['a thousand answers to one question', write(polluting.repeat(1000))],
    ['ten megabytes', write(`{"return":{"name":"${'x'.repeat(10_000_000)}"}}\n`)],
    ['a line that never ends', write('x'.repeat(10_000_000))],
    ['200 000 brackets', write(`${'['.repeat(200_000)}\n`)],
    ['no JSON', write('hello, host\n'.repeat(1000))],
    ['other types', write('{"return":{"name":{"a":[1]},"version":7,"pretty-name":null}}\n')],
    ['an error with megabytes', write(`{"error":{"class":"X","desc":"${'y'.repeat(200_000)}"}}\n`)],
    ['NULs', write('\0'.repeat(100_000))],
    ['the end of the connection', (socket) => socket.end()],
    [
      'a slow drip',
      (socket) => {
        const timer = setInterval(() => socket.write('{'), 10);
        socket.on('close', () => clearInterval(timer));
      },
    ],
  ];

  for (const [label, behave] of cases) {
    test(`guest agent: ${label}`, async () => {
      let sick = true;
      const path = await listen(
        agent((socket, name) => {
          if (name !== 'guest-get-osinfo') return;
          if (sick) behave(socket);
          else socket.write('{"return":{"pretty-name":"well again"}}\n');
        }),
      );
      const guest = new GuestAgent(path);
      try {
        const system = await guest.operatingSystem(LIMIT_MS).catch((error: unknown) => {
          assert.ok(error instanceof Error && error.message.length < 2000);
          return null;
        });
        assert.ok(system === null || system.name === 'Debian', String(system?.name));
        assert.equal(({} as { name?: string }).name, undefined);
        sick = false;
        assert.equal((await guest.operatingSystem(LIMIT_MS * 10))?.name, 'well again');
      } finally {
        guest.close();
      }
    });
  }

  const GREETING = '{"QMP":{"version":{"qemu":{"major":7,"minor":2,"micro":0},"package":""},"capabilities":[]}}\n';
  for (const [label, text] of [
    ['nonsense instead of a greeting', 'hello\n'],
    ['a greeting without an end', `{"QMP":{"x":"${'z'.repeat(40_000_000)}`],
    ['brackets instead of a greeting', `${'['.repeat(1_000_000)}\n`],
    ['events without an end after the greeting', `${GREETING}${'{"event":"X","data":{}}\n'.repeat(100_000)}`],
  ] as const) {
    test(`QMP: ${label}`, async () => {
      const path = await listen((socket) => {
        socket.on('error', () => undefined);
        socket.write(text, 'latin1');
      });
      await assert.rejects(
        QmpSession.open(path, { connectTimeoutMs: LIMIT_MS, greetingTimeoutMs: LIMIT_MS }).then(async (session) => {
          try {
            return await session.execute('query-status', {}, { timeoutMs: LIMIT_MS });
          } finally {
            session.close();
          }
        }),
        (error: unknown) => error instanceof Error && error.message.length < 2000,
      );
    });
  }
});
