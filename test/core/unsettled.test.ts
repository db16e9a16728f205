import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnsettledWork } from '../../src/core/jobs/unsettled.ts';
import { Patience } from './patience.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what takes long to settle holds up nothing else, and is not begun twice', async () => {
  const patience = new Patience();
  const unsettled = new UnsettledWork(patience.later);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const tries = { long: 0, short: 0, late: 0 };
  unsettled.add(() => {
    tries.long += 1;
    return promise;
  });
  unsettled.add(async () => ++tries.short === 3);
  for (let round = 0; round < 3; round++) {
    patience.wake();
    await turn();
  }
  assert.deepEqual(tries, { long: 1, short: 3, late: 0 });
  assert.equal(patience.waits, false, 'nothing is left that could be tried');
  unsettled.add(async () => ++tries.late === 1);
  patience.wake();
  await turn();
  assert.deepEqual(tries, { long: 1, short: 3, late: 1 });
  resolve(false);
  await turn();
  assert.equal(patience.waits, true, 'that it failed is heard');
  unsettled.close();
  assert.equal(patience.waits, false);
});
