import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endedSoon } from '../../../src/msvm/v2/methods/job-desk.ts';

const FOREVER_MS = 2 ** 30;

test('an answer waits for the end of a short job, and for a long one no longer than it may', async () => {
  const ended = Promise.withResolvers<undefined>();
  const asked: string[] = [];
  const desk = {
    ended: (job: string) => {
      asked.push(job);
      return ended.promise;
    },
  };
  // It goes on for as long as this test.
  await endedSoon(desk, 'long', 1);
  let answered = false;
  const answer = endedSoon(desk, 'short', FOREVER_MS).then(() => (answered = true));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(answered, false);
  ended.resolve(undefined);
  await answer;
  assert.deepEqual(asked, ['long', 'short']);
});
