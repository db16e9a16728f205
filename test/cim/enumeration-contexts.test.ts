import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EnumerationContexts } from '../../src/cim/enumerations/contexts.ts';

test('hardening 19: requests at the same time do not get past the limit of a user; what was begun is closed', () => {
  const closed: string[] = [];
  const source = (name: string) => ({ close: () => void closed.push(name) });
  const contexts = new EnumerationContexts<ReturnType<typeof source>>({
    maxPerUser: 2,
    idleMs: 1000,
    now: () => 0,
    refuse: (refusal) => new Error(refusal),
  });
  // All three were told that there is room before any of them took it.
  for (let i = 0; i < 3; i++) contexts.checkQuota('alice');
  const first = contexts.open('alice', source('a'));
  contexts.open('alice', source('b'));
  assert.throws(() => contexts.open('alice', source('c')), /quota/);
  assert.deepEqual(closed, ['c']);
  contexts.open('bob', source('d'));
  contexts.release(first, 'alice');
  contexts.open('alice', source('e'));
  assert.deepEqual(closed, ['c', 'a']);
  assert.equal(contexts.size, 3);
});

test('hardening 19: what is expired is gone for Pull and Release alike, swept or not, and a late Pull renews nothing', () => {
  let now = 0;
  const closed: string[] = [];
  const contexts = new EnumerationContexts<{ close(): void }>({
    maxPerUser: 2,
    idleMs: 1000,
    now: () => now,
    refuse: (refusal) => new Error(refusal),
  });
  const open = (name: string): string => contexts.open('alice', { close: () => void closed.push(name) });
  const [pulled, released] = [open('a'), open('b')];
  assert.equal(contexts.isForeign(pulled, 'bob'), true);
  assert.equal(contexts.isForeign(pulled, 'alice'), false);
  assert.equal(contexts.isForeign('uuid:none', 'bob'), false);
  now = 1000;
  const { renew } = contexts.take(pulled, 'alice');
  const renewed = renew();
  now = 2001;
  assert.throws(() => contexts.take(renewed, 'alice'), /unknown/);
  assert.throws(() => contexts.take(renewed, 'alice'), /unknown/);
  assert.throws(() => contexts.release(released, 'alice'), /unknown/);
  assert.deepEqual(closed, ['a', 'b']);
  assert.equal(contexts.size, 0);
  // Their places are free again.
  open('c');
  open('d');
});
