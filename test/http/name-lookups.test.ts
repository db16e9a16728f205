import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventSinks } from '../../src/daemon/event-sinks.ts';
import { allowedAddress } from '../../src/http/deliver.ts';
import { NameLookups } from '../../src/http/name-lookups.ts';

/** A resolver that answers when it is told to. */
const slowResolver = () => {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const lookups = new NameLookups((host) => {
    asked.push(host);
    return new Promise((resolve) => answers.push(() => resolve([{ address: '192.0.2.1' }])));
  });
  return { asked, answers, lookups };
};

const url = new URL('http://sink.example/');
const soon = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('hardening 17: where no sink is listed, no resolver is asked for a name that a client chose', async () => {
  const { asked, lookups } = slowResolver();
  assert.equal(await allowedAddress(url, eventSinks([]), AbortSignal.abort(), lookups), null);
  assert.deepEqual(asked, []);
});

test('names are looked up one at a time, and whoever gives up waits no longer', async () => {
  const { asked, answers, lookups } = slowResolver();
  const allow = eventSinks(['192.0.2.0/24']);
  const [first, second] = [new AbortController(), new AbortController()];
  const looked = [first, second, new AbortController()].map(({ signal }, i) =>
    allowedAddress(new URL(`http://sink${i}.example/`), allow, signal, lookups),
  );
  await soon();
  assert.deepEqual(asked, ['sink0.example']);
  first.abort();
  second.abort();
  assert.equal(await looked[0], null);
  assert.equal(await looked[1], null);
  assert.deepEqual(asked, ['sink0.example'], 'the resolver is still busy with the first one');
  answers.shift()?.();
  await soon();
  assert.deepEqual(asked, ['sink0.example', 'sink2.example'], 'nobody wants the second one any more');
  answers.shift()?.();
  assert.equal(await looked[2], '192.0.2.1');
});

test('a name that is not there keeps nobody waiting', async () => {
  const lookups = new NameLookups((host) =>
    host === 'no.example' ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve([{ address: '192.0.2.1' }]),
  );
  const { signal } = new AbortController();
  await assert.rejects(lookups.addressesOf('no.example', signal), /ENOTFOUND/);
  assert.deepEqual(await lookups.addressesOf('yes.example', signal), ['192.0.2.1']);
});
