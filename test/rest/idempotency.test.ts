import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IdempotentReplies } from '../../src/rest/endpoint/idempotency.ts';

const REQUEST = { route: '/api/v1/cim/query', body: Buffer.from('{}') };

test('Idempotency-Key: answers are kept up to a size, the oldest go first', async () => {
  const replies = new IdempotentReplies();
  let made = 0;
  const large = { status: 200, body: { text: 'x'.repeat(1 << 20) } };
  const ask = (key: string) =>
    replies.once('HOST\\viewer', key, REQUEST, async () => {
      made += 1;
      return large;
    });
  for (let i = 0; i < 100; i += 1) await ask(`k${i}`);
  assert.equal(made, 100);
  const again = await ask('k99');
  assert.equal(again.headers?.['idempotency-replayed'], 'true');
  assert.equal(made, 100, 'the newest is there');
  await ask('k0');
  assert.equal(made, 101, 'the oldest is not, and is made anew');
  await assert.rejects(
    replies.once('HOST\\viewer', 'k99', { ...REQUEST, route: '/other' }, async () => large),
    /another request/,
  );
});

test('Idempotency-Key: what an account was answered goes with it, also what it is still to be answered', async () => {
  const replies = new IdempotentReplies();
  const under = Promise.withResolvers<{ readonly status: number }>();
  const ask = (owner: string, key: string, reply: Promise<{ readonly status: number }>) =>
    replies.once(`${owner}\nadministrator\n`, key, REQUEST, () => reply);
  const secret = Promise.resolve({ status: 201 });
  await ask('HOST\\eve', 'made', secret);
  await ask('HOST\\evelyn', 'made', secret);
  const late = ask('HOST\\eve', 'late', under.promise);
  replies.forgetAccount('HOST\\eve');
  under.resolve({ status: 201 });
  await late;
  const fresh = Promise.resolve({ status: 200 });
  for (const key of ['made', 'late']) assert.equal((await ask('HOST\\eve', key, fresh)).status, 200, key);
  assert.equal((await ask('HOST\\evelyn', 'made', fresh)).status, 201);
});
