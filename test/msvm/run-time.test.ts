import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RunTime } from '../../src/msvm/cimv2/run-time.ts';

describe('run time of virtual processors', () => {
  test('grows with the load while a system runs, and begins anew with it', () => {
    const time = new RunTime(() => true);
    assert.deepEqual(
      [time.busyMs('a', 1000, 50), time.busyMs('a', 2000, 100), time.busyMs('a', 2000, 0), time.busyMs('a', 100, 10)],
      [500, 1500, 1500, 10],
    );
  });

  test('of systems that come and go, those that run are kept and the others are not', () => {
    let newest = 0;
    const time = new RunTime((id) => id === 'stays' || id === String(newest));
    time.busyMs('stays', 1000, 100);
    for (newest = 0; newest < 10_000; newest++) time.busyMs(String(newest), 1, 1);
    assert.ok(time.size <= 65, `${time.size}`);
    assert.equal(time.busyMs('stays', 2000, 100), 2000);
  });
});
