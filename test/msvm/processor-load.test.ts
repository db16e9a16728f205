import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProcessorLoad } from '../../src/msvm/cimv2/processor-load.ts';

test('load of the host: the mean since the boot first, then that of the time between two looks', () => {
  let now = 0;
  let times = { busy: 100, idle: 300 };
  const load = new ProcessorLoad(
    () => times,
    () => now,
  );
  assert.equal(load.percent(), 25);
  times = { busy: 190, idle: 310 };
  now = 999;
  assert.equal(load.percent(), 25, 'too soon to tell');
  now = 1000;
  assert.equal(load.percent(), 90);
  now = 2000;
  assert.equal(load.percent(), 90, 'a clock that stands still tells nothing new');
  times = { busy: 180, idle: 410 };
  now = 3000;
  assert.equal(load.percent(), 0, 'a processor that was taken away does not make it negative');
});
