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
