import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { GuestAgent } from '../../src/qemu/machine/guest-agent.ts';
import { QMP_COMMANDS, type QmpCommand } from '../../src/qmp/commands.ts';
import { QmpError } from '../../src/qmp/errors.ts';
import { QmpSession } from '../../src/qmp/session.ts';
import { fuzz } from '../kit/fuzz.ts';

/*
 * What a guest's agent, and a QEMU that a guest broke into, may answer: true answers with members that are missing, doubled,
 * of other types, deeper or larger than they are, in pieces. Either they are read, or the connection is refused by a QmpError.
 */

/** `VSMS_FUZZ_RUNS` for more, `VSMS_FUZZ_SEED` for those of a failure, which prints it. */
const RUNS = fuzz(300);
/** There are many commands of QMP, whose answers differ in less. */
const QMP_RUNS = fuzz(120);
/** Nobody waits for it: whoever answers ends the connection behind the answer. */
const LIMIT_MS = 120_000;

const NASTY: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  2 ** 64,
  '',
  '\0\u001b[2J\n',
  '\u202e',
  '9'.repeat(3000),
  [],
  {},
  [[[[[[[[{}]]]]]]]],
  Array.from({ length: 2000 }, (_, n) => n),
  { constructor: { prototype: { polluted: true } } },
];
const KEYS = ['__proto__', 'constructor', 'id', 'event', 'return', 'error', 'toString', ''];

interface Change {
  readonly kind: 'remove' | 'replace' | 'rename' | 'double' | 'nest';
  readonly at: number;
  readonly value: unknown;
  readonly key: string;
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('remove', 'replace', 'rename', 'double', 'nest'),
  at: fc.nat(10_000),
  value: fc.constantFrom(...NASTY),
  key: fc.constantFrom(...KEYS),
});

/** All places of a value that can be changed: who holds it, and its name there. */
const places = (value: unknown): readonly (readonly [holder: Record<string, unknown>, key: string])[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.keys(value).flatMap((key) => {
        const holder = value as Record<string, unknown>;
        return [[holder, key] as const, ...places(holder[key])];
      });

const changed = (message: unknown, changes: readonly Change[]): unknown => {
  const root: Record<string, unknown> = { message: structuredClone(message) };
  for (const { kind, at, value, key } of changes) {
    const all = places(root);
    const [holder, name] = all[at % all.length] ?? [root, 'message'];
    const held = holder[name];
    if (kind === 'remove') delete holder[name];
    else if (kind === 'replace') holder[name] = structuredClone(value);
    else if (kind === 'double') holder[name] = [held, structuredClone(held)];
    else if (kind === 'nest') holder[name] = { [name]: held };
    // As JSON.parse does it, so that __proto__ is a member like any.
    else Object.defineProperty(holder, key, { value: held, enumerable: true, configurable: true, writable: true });
  }
  return root['message'] ?? null;
};

/** How the text of an answer arrives: whole or cut off, with something before or in it, in pieces. */
const delivery = fc.record({
  cut: fc.option(fc.nat(10_000), { freq: 8 }),
  insert: fc.option(
    fc.tuple(fc.nat(10_000), fc.constantFrom('\n', '\0', '\u00ff', '{', '"', '\u00c3', '1e999', '\r\n')),
    {
      freq: 4,
    },
  ),
  pieces: fc.integer({ min: 1, max: 5 }),
});

type Delivery = typeof delivery extends fc.Arbitrary<infer T> ? T : never;

const deliver = (socket: Socket, text: string, { cut, insert, pieces }: Delivery): void => {
  let sent = `${text}\n`;
  if (insert !== null) {
    const at = insert[0] % sent.length;
    sent = sent.slice(0, at) + insert[1] + sent.slice(at);
  }
  if (cut !== null) sent = sent.slice(0, cut % sent.length);
  const bytes = Buffer.from(sent, 'latin1');
  const size = Math.max(1, Math.ceil(bytes.length / pieces));
  for (let at = 0; at < bytes.length; at += size) socket.write(bytes.subarray(at, at + size));
};

const requireRefusal = (error: unknown): void => {
  assert.ok(error instanceof QmpError, String((error as Error).stack));
  assert.ok(error.message.length < 5000, 'what is told is short');
};

describe('16 answers made of true ones are read, or refused in one way', () => {
  let directory = '';
  let server: Server;
  let behave: (socket: Socket, line: Record<string, unknown>) => void = () => undefined;
  let greet: (socket: Socket) => void = () => undefined;
  const path = (): string => join(directory, 's');
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vsms-f-'));
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      greet(socket);
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1').replaceAll('\u00ff', '');
        for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
          const line = text.slice(0, end);
          text = text.slice(end + 1);
          behave(socket, JSON.parse(line));
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(path(), resolve));
  });
  after(async () => {
    server.close();
    await rm(directory, { recursive: true, force: true });
  });

  const ANSWERS: Readonly<Record<string, unknown>> = {
    'guest-get-osinfo': { name: 'Debian GNU/Linux', 'version-id': '12', 'pretty-name': 'Debian 12', machine: 'x86_64' },
    'guest-get-host-name': { 'host-name': 'web1' },
    'guest-network-get-interfaces': [
      {
        name: 'eth0',
        'hardware-address': '52:54:00:12:34:56',
        'ip-addresses': [{ 'ip-address-type': 'ipv4', 'ip-address': '10.0.2.15', prefix: 24 }],
        statistics: { 'rx-bytes': 1, 'tx-bytes': 2, 'rx-packets': 1, 'tx-packets': 1 },
      },
    ],
    'guest-fsfreeze-freeze': 3,
  };

  const agentCalls: Readonly<Record<string, (agent: GuestAgent) => Promise<unknown>>> = {
    'guest-get-osinfo': (agent) => agent.operatingSystem(LIMIT_MS),
    'guest-get-host-name': (agent) => agent.hostName(LIMIT_MS),
    'guest-network-get-interfaces': (agent) => agent.interfaces(LIMIT_MS),
    'guest-fsfreeze-freeze': (agent) => agent.freeze(LIMIT_MS),
  };

  /** What is told of a guest is short, and nothing in it moves a cursor. */
  const requireTame = (told: unknown): void => {
    const text = JSON.stringify(told ?? null);
    assert.ok(text.length < 64 * 64 * 100, `${text.length}`);
    assert.doesNotMatch(text, /\\u00[01]|\\u001b|\u202e/);
  };

  for (const [name, call] of Object.entries(agentCalls)) {
    test(`guest agent: ${name}`, async () => {
      greet = () => undefined;
      await fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 4 }), delivery, async (changes, how) => {
          behave = (socket, { execute, arguments: args }) => {
            if (execute === 'guest-sync-delimited') {
              socket.write(`${JSON.stringify({ return: (args as { id: number }).id })}\n`, 'latin1');
              return;
            }
            deliver(socket, JSON.stringify(changed({ return: ANSWERS[name] }, changes)), how);
            socket.end();
          };
          const agent = new GuestAgent(path());
          try {
            requireTame(await call(agent));
          } catch (error) {
            requireRefusal(error);
          } finally {
            agent.close();
          }
          assert.equal(({} as { polluted?: boolean }).polluted, undefined);
        }),
        RUNS,
      );
    });
  }

  const GREETING = { QMP: { version: { qemu: { major: 7, minor: 2, micro: 0 }, package: '' }, capabilities: ['oob'] } };
  const TIME = { seconds: 1_700_000_000, microseconds: 5 };
  /** What comes before the answer. */
  const EVENTS: readonly object[] = [
    { event: 'STOP', timestamp: TIME },
    { event: 'SHUTDOWN', data: { guest: true, reason: 'guest-shutdown' }, timestamp: TIME },
    {
      event: 'BLOCK_IO_ERROR',
      data: { device: '', 'node-name': 'a', operation: 'write', action: 'stop', nospace: true, reason: 'No space' },
      timestamp: TIME,
    },
    { event: 'JOB_STATUS_CHANGE', data: { id: 'j', status: 'running' }, timestamp: TIME },
  ];
  const COMMANDS = {
    'query-status': { status: 'running', running: true, singlestep: false },
    'query-migrate': { status: 'active', ram: { transferred: 1, remaining: 2, total: 3 } },
    'query-jobs': [{ id: 'j', type: 'commit', status: 'running', 'current-progress': 1, 'total-progress': 2 }],
    'query-uuid': { UUID: '5b2e1c1f-6c0e-4a55-9d0f-0d6f4b1f0c11' },
    'query-version': { qemu: { major: 7, minor: 2, micro: 22 }, package: 'Debian 1:7.2' },
    'query-balloon': { actual: 67_108_864 },
    'query-named-block-nodes': [{ 'node-name': 'n', ro: false, drv: 'qcow2', file: 'f', cache: { direct: false } }],
    'qom-get': { 'last-update': 1_700_000_000, stats: { 'stat-free-memory': 1, 'stat-total-memory': 2 ** 64 } },
    'qom-list': [
      { name: 'drive-0123', type: 'child<scsi-hd>' },
      { name: 'type', type: 'string' },
    ],
    'human-monitor-command': 'hub 0\r\n \\ plug-0123: index=0,type=tap\r\n',
    'query-block': [{ qdev: '/machine/x', inserted: { 'node-name': 'n', file: 'f' }, removable: false }],
    'query-blockstats': [
      {
        qdev: 'd',
        stats: {
          ...{ rd_bytes: 1, wr_bytes: 2, rd_operations: 3, wr_operations: 4 },
          ...{ rd_total_time_ns: 5, wr_total_time_ns: 6 },
        },
      },
    ],
  } as const satisfies Partial<Record<QmpCommand, unknown>>;

  test('QMP: every command whose answer is read is among them', () => {
    const read = Object.entries(QMP_COMMANDS).filter(([, { result }]) => result !== QMP_COMMANDS.stop.result);
    assert.deepEqual(Object.keys(COMMANDS).toSorted(), read.map(([name]) => name).toSorted());
  });

  const ARGUMENTS: Readonly<Partial<Record<keyof typeof COMMANDS, object>>> = {
    'query-named-block-nodes': { flat: true },
    'qom-get': { path: '/machine/peripheral/balloon0', property: 'guest-stats' },
    'qom-list': { path: '/machine/peripheral' },
    'human-monitor-command': { 'command-line': 'info network' },
  };

  for (const name of Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]) {
    test(`QMP: ${name}`, async () => {
      const messages = fc.tuple(
        fc.constantFrom('greeting', 'event', 'answer', 'refusal'),
        fc.constantFrom(...EVENTS),
        fc.array(change, { maxLength: 4 }),
        delivery,
      );
      await fc.assert(
        fc.asyncProperty(messages, async ([spoilt, event, changes, how]) => {
          const send = (socket: Socket, what: typeof spoilt, message: object): void => {
            if (what === spoilt) deliver(socket, JSON.stringify(changed(message, changes)), how);
            else socket.write(`${JSON.stringify(message)}\n`);
          };
          greet = (socket) => {
            send(socket, 'greeting', GREETING);
            if (spoilt === 'greeting') socket.end();
          };
          behave = (socket, { execute, id }) => {
            if (execute === 'qmp_capabilities') {
              socket.write(`${JSON.stringify({ return: {}, id })}\n`);
              return;
            }
            send(socket, 'event', event);
            if (spoilt === 'refusal')
              send(socket, 'refusal', { error: { class: 'GenericError', desc: 'no such node' }, id });
            else send(socket, 'answer', { return: COMMANDS[name], id });
            socket.end();
          };
          try {
            const session = await QmpSession.open(path(), { greetingTimeoutMs: LIMIT_MS });
            let heard = 0;
            session.listen(() => heard++);
            try {
              await session.execute(name, (ARGUMENTS[name] ?? {}) as never, { timeoutMs: LIMIT_MS });
              assert.ok(heard <= 1);
            } finally {
              session.close();
            }
          } catch (error) {
            requireRefusal(error);
          }
          assert.equal(({} as { polluted?: boolean }).polluted, undefined);
        }),
        QMP_RUNS,
      );
    });
  }
});
