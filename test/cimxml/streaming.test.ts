import assert from 'node:assert/strict';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'node:test';
import type { CimInstance } from '../../src/cim/instance.ts';
import { createWorld, V2, type World } from '../wsman/kit/world.ts';
import { basic, startEndpoint, type TestEndpoint } from './kit/endpoint.ts';
import { className, intrinsic, value } from './kit/messages.ts';
import { outputs } from './kit/reply.ts';

const COUNT = 20_000;
const CLASS = { ClassName: className('Msvm_ComputerSystem') };

/** A host with many systems that are made as they are read, and remembers that a reading was given up. */
function crowded(failAt = Number.POSITIVE_INFINITY): {
  readonly world: World;
  readonly state: { read: number; over: boolean };
} {
  const world = createWorld();
  const state = { read: 0, over: false };
  const [first] = world.systems.instances;
  world.systems.enumerate = function* (): Generator<CimInstance> {
    try {
      for (; state.read < COUNT; state.read++) {
        if (state.read === failAt) throw new Error('the graph broke');
        yield first!.with({ Name: `system-${state.read}`, ElementName: 'x'.repeat(200) });
      }
    } finally {
      state.over = true;
    }
  };
  return { world, state };
}

/** The reply, unread. */
function ask(endpoint: TestEndpoint, message = intrinsic('EnumerateInstances', V2, CLASS)): Promise<IncomingMessage> {
  const headers = { authorization: basic('admin'), 'content-type': 'application/xml', connection: 'close' };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: endpoint.port, path: '/cimom', method: 'POST', headers }, resolve);
    sent.on('error', reject);
    sent.end(message);
  });
}

/** Wait until nothing more is read. */
async function settled(state: { readonly read: number }): Promise<number> {
  for (let before = -1; before !== state.read || before === 0; ) {
    before = state.read;
    await sleep(200);
  }
  return state.read;
}

describe('large replies (X-041)', () => {
  test('instances are read no faster than the client takes them, and all of them arrive', async () => {
    const { world, state } = crowded();
    await using endpoint = await startEndpoint(world);
    const reply = await ask(endpoint);
    const read = await settled(state);
    assert.ok(read > 0 && read < COUNT / 2, `${read} read though the client reads nothing`);
    let seen = 0;
    let tail = '';
    for await (const chunk of reply.setEncoding('utf8') as AsyncIterable<string>) {
      const text = tail + chunk;
      const whole = text.lastIndexOf('</INSTANCE>') + '</INSTANCE>'.length;
      seen += text.slice(0, whole).split('</INSTANCE>').length - 1;
      tail = text.slice(whole);
    }
    assert.equal(seen, COUNT);
    assert.equal(state.read, COUNT);
    assert.match(tail, /<\/SIMPLERSP><\/MESSAGE><\/CIM>$/);
  });

  test('a client that goes away ends the reading', async () => {
    const { world, state } = crowded();
    await using endpoint = await startEndpoint(world);
    const reply = await ask(endpoint);
    await settled(state);
    reply.destroy();
    while (!state.over) await sleep(5);
    assert.ok(state.read < COUNT);
  });

  test('a client that is cut off amid the answer to a Pull cannot go on behind what it never got', async () => {
    const { world, state } = crowded();
    await using endpoint = await startEndpoint(world, { limits: { maxPullCharacters: 1 << 30 } });
    const opened = outputs(await endpoint.call('OpenEnumerateInstances', V2, CLASS));
    const context = { EnumerationContext: value(String(opened['EnumerationContext'])) };
    const pull = (count: number): string =>
      intrinsic('PullInstancesWithPath', V2, { ...context, MaxObjectCount: value(count) });
    assert.equal((await endpoint.send(pull(10))).items.length, 10);
    const unread = await ask(endpoint, pull(10_000));
    unread.destroy();
    while (!state.over) await sleep(5);
    const next = await endpoint.send(pull(10));
    assert.deepEqual([next.status, next.items.length], [21, 0]);
  });

  test('what fails at once is an ERROR; what fails later breaks the connection off, and the service goes on', async () => {
    const early = crowded(0);
    await using first = await startEndpoint(early.world);
    const refused = await first.call('EnumerateInstances', V2, CLASS);
    assert.deepEqual([refused.status, /graph/.test(refused.text)], [1, false]);
    const late = crowded(5000);
    await using second = await startEndpoint(late.world);
    await assert.rejects(second.http(intrinsic('EnumerateInstances', V2, CLASS)), /aborted|socket hang up/);
    assert.ok(second.logged.some((l) => l.message === 'a reply broke off'));
    const next = await second.call('GetClass', V2, CLASS);
    assert.equal(next.status, 0);
  });

  test('pulled in batches, only what was pulled is read', async () => {
    const { world, state } = crowded();
    await using endpoint = await startEndpoint(world);
    const reply = await endpoint.call('OpenEnumerateInstances', V2, { ...CLASS, MaxObjectCount: value(100) });
    assert.deepEqual([reply.items.length, state.read], [100, 100]);
    await endpoint.call('CloseEnumeration', V2, {
      EnumerationContext: value(String(outputs(reply)['EnumerationContext'])),
    });
    assert.ok(state.over);
  });
});
