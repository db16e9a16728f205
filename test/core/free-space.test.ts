import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LackOfRoom } from '../../src/core/disks/free-space.ts';

test('too little room: what is free is never told as more than it is, nor as much as is needed', () => {
  const told = (needed: bigint, free: bigint): string => new LackOfRoom('/disks', { needed, free }, 'the disk').message;
  const mib = 1024n * 1024n;
  assert.match(told(mib, 260n * 1024n), /1 MiB are needed and 0 MiB are free/);
  assert.match(told(mib + 1n, mib), /2 MiB are needed and 1 MiB are free/);
  assert.match(told(9n * mib, 4n * mib), /9 MiB are needed and 4 MiB are free/);
});
