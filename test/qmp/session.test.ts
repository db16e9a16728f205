import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { QmpError } from '../../src/qmp/errors.ts';
import { QmpSession } from '../../src/qmp/session.ts';
import { GREETING, reply, startFakeQmp } from './fake-server.ts';

const failure = (kind: QmpError['failure']) => (error: unknown) => error instanceof QmpError && error.failure === kind;

describe('QMP session', () => {
  test('greeting, capabilities, then a call and its answer', async () => {
    await using server = await startFakeQmp({
      answer: (request, connection) => reply(connection, request.id, { status: 'running', running: true }),
    });
    const session = await QmpSession.open(server.path);
    assert.equal(session.greeting.version, '7.2.22');
    assert.deepEqual(await session.execute('query-status', {}), { status: 'running', running: true });
    session.close();
  });

  test('answers are matched by id, not by order', async () => {
    const waiting: (() => void)[] = [];
    await using server = await startFakeQmp({
      answer: (request, connection) => {
        const value = request.execute === 'query-uuid' ? { UUID: 'u' } : { status: 'paused', running: false };
        waiting.unshift(() => reply(connection, request.id, value));
        if (waiting.length === 2) for (const say of waiting) say();
      },
    });
    const session = await QmpSession.open(server.path);
    const [status, uuid] = await Promise.all([session.execute('query-status', {}), session.execute('query-uuid', {})]);
    assert.equal(status.status, 'paused');
    assert.equal(uuid.UUID, 'u');
    session.close();
  });

  test('an error of QEMU keeps its class and text', async () => {
    await using server = await startFakeQmp({
      answer: (request, connection) =>
        connection.write(
          `${JSON.stringify({ error: { class: 'DeviceNotFound', desc: 'no such device' }, id: request.id })}\n`,
        ),
    });
    const session = await QmpSession.open(server.path);
    await assert.rejects(session.execute('device_del', { id: 'x' }), (error) => {
      assert.ok(error instanceof QmpError);
      assert.equal(error.failure, 'command');
      assert.equal(error.errorClass, 'DeviceNotFound');
      assert.match(error.message, /no such device/);
      return true;
    });
    session.close();
  });

  test('spec qemu §7: a QEMU that falls silent costs the time limit of the call, and a late answer is dropped', async () => {
    let late: (() => void) | null = null;
    await using server = await startFakeQmp({
      answer: (request, connection) => {
        if (request.execute === 'stop') late = () => reply(connection, request.id, {});
        else reply(connection, request.id, { UUID: 'after' });
      },
    });
    const session = await QmpSession.open(server.path);
    await assert.rejects(session.execute('stop', {}, { timeoutMs: 30 }), failure('timeout'));
    assert.ok(late);
    (late as () => void)();
    assert.equal((await session.execute('query-uuid', {})).UUID, 'after');
    session.close();
  });

  test('end of file fails the calls in flight, ends the events and settles `closed`', async () => {
    await using server = await startFakeQmp({ answer: (_request, connection) => connection.end() });
    const session = await QmpSession.open(server.path);
    const seen: string[] = [];
    const reading = (async () => {
      for await (const event of session.events()) seen.push(event.name);
    })();
    await assert.rejects(session.execute('query-status', {}), failure('closed'));
    await reading;
    assert.equal(await session.closed, null);
    assert.deepEqual(seen, []);
    await assert.rejects(session.execute('query-status', {}), failure('closed'));
  });

  test('known events arrive in order, unknown ones are dropped', async () => {
    await using server = await startFakeQmp({
      answer: (request, connection) => {
        const stamp = { seconds: 1, microseconds: 2 };
        connection.write(`${JSON.stringify({ event: 'VNC_CONNECTED', data: {}, timestamp: stamp })}\n`);
        connection.write(`${JSON.stringify({ event: 'STOP', timestamp: stamp })}\n`);
        connection.write(
          `${JSON.stringify({ event: 'SHUTDOWN', data: { guest: true, reason: 'guest-shutdown' }, timestamp: stamp })}\n`,
        );
        reply(connection, request.id, {});
        connection.end();
      },
    });
    const session = await QmpSession.open(server.path);
    const events = session.events();
    await session.execute('stop', {});
    const seen: unknown[] = [];
    for await (const event of events) seen.push(event);
    assert.deepEqual(seen, [
      { name: 'STOP', data: {}, at: 1000.002 },
      { name: 'SHUTDOWN', data: { guest: true, reason: 'guest-shutdown' }, at: 1000.002 },
    ]);
  });

  test('spec qemu §6: a monitor in use gives no greeting, and the wait for it ends', async () => {
    await using server = await startFakeQmp({ greeting: '' });
    await assert.rejects(QmpSession.open(server.path, { greetingTimeoutMs: 30 }), failure('timeout'));
  });

  test('nobody listens: closed', async () => {
    await assert.rejects(QmpSession.open('/nonexistent/qmp.sock'), failure('closed'));
  });
});

describe('hardening 16: hostile peers of the QMP session', () => {
  const cases: [string, string][] = [
    ['not JSON', 'hello'],
    ['not an object', '[1]'],
    ['another greeting', '{"QMP": {"version": {"qemu": {"major": "7"}}}}'],
    ['a million opening brackets', '['.repeat(1_000_000)],
  ];
  for (const [name, greeting] of cases) {
    test(`greeting is ${name}`, async () => {
      await using server = await startFakeQmp({ greeting });
      await assert.rejects(QmpSession.open(server.path), failure('protocol'));
    });
  }

  const replies: [string, (id: unknown) => string][] = [
    ['an id never given', () => '{"return": {}, "id": 4711}'],
    ['no id', () => '{"return": {}}'],
    ['another shape', (id) => JSON.stringify({ return: { status: 7 }, id })],
    ['an unknown run state', (id) => JSON.stringify({ return: { status: 'flying', running: true }, id })],
    ['neither result nor error', (id) => JSON.stringify({ id })],
    ['an event of another shape', () => '{"event": "SHUTDOWN", "data": {"guest": "maybe"}}'],
  ];
  for (const [name, text] of replies) {
    test(`reply with ${name} ends in a protocol error`, async () => {
      await using server = await startFakeQmp({
        answer: (request, connection) => connection.write(`${text(request.id)}\n`),
      });
      const session = await QmpSession.open(server.path);
      await assert.rejects(session.execute('query-status', {}), failure('protocol'));
      session.close();
    });
  }

  test('a reply beyond the size limit ends the session before it is in memory', async () => {
    await using server = await startFakeQmp({
      answer: (_request, connection) => {
        for (let i = 0; i < 64; i++) connection.write('x'.repeat(4096));
      },
    });
    const session = await QmpSession.open(server.path, { messageLimit: 65_536 });
    await assert.rejects(session.execute('query-status', {}), failure('protocol'));
    assert.equal((await session.closed)?.failure, 'protocol');
  });

  test('a message dripping in byte by byte is read as one', async () => {
    await using server = await startFakeQmp({
      greeting: '',
      answer: (request, connection) => reply(connection, request.id, { UUID: 'ü' }),
    });
    const opening = QmpSession.open(server.path);
    while (server.connections[0] === undefined) await new Promise((resolve) => setImmediate(resolve));
    for (const byte of Buffer.from(`${GREETING}\r\n`)) {
      server.connections[0].write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const session = await opening;
    assert.equal((await session.execute('query-uuid', {})).UUID, 'ü');
    session.close();
  });
});
