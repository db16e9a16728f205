import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VerificationQueue } from '../../src/auth/verification-queue.ts';

test('A-005 few passwords are verified at a time, and addresses take turns', async () => {
  const queue = new VerificationQueue();
  const order: string[] = [];
  const ends: (() => void)[] = [];
  let most = 0;
  let running = 0;
  const verify = (address: string, name: string): Promise<void> =>
    queue.take(address, async () => {
      order.push(name);
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => ends.push(resolve));
      running -= 1;
    });
  const all = [
    ...Array.from({ length: 6 }, (_, i) => verify('192.0.2.1', `flood ${i}`)),
    verify('192.0.2.2', 'b 0'),
    verify('192.0.2.3', 'c 0'),
    verify('192.0.2.2', 'b 1'),
  ];
  for (let i = 0; i < all.length; i += 1) {
    while (ends.length === 0) await new Promise(setImmediate);
    ends.shift()?.();
  }
  await Promise.all(all);
  assert.equal(most, 2);
  const flood = (i: number): string => `flood ${i}`;
  assert.deepEqual(order, [flood(0), flood(1), flood(2), 'b 0', 'c 0', flood(3), 'b 1', flood(4), flood(5)]);
});

test('A-005 the addresses of one host have one turn together', async () => {
  const queue = new VerificationQueue();
  const order: string[] = [];
  const verify = (address: string): Promise<void> =>
    queue.take(address, async () => {
      order.push(address);
      await new Promise(setImmediate);
    });
  const flood = Array.from({ length: 8 }, (_, i) => `2001:db8::${i + 1}`);
  await Promise.all([...flood, '192.0.2.1'].map(verify));
  assert.equal(order.indexOf('192.0.2.1'), 3, 'after the two that came first and one of the rest');
});

test('a verification that fails gives its place to the next', async () => {
  const queue = new VerificationQueue();
  const failing = Array.from({ length: 5 }, () => queue.take('a', () => Promise.reject(new Error('no'))));
  for (const failed of failing) await assert.rejects(failed);
  assert.equal(await queue.take('a', async () => 'in'), 'in');
});
