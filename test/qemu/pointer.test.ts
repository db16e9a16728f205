import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { reportsOf } from '../../src/qemu/machine/move-pointer.ts';

/** As drivers and QEMU's own VNC server read an absolute axis. */
const pixelOf = (value: number, size: number): number => Math.floor((value * size) / 0x8000);

test('an absolute place is the same pixel again in the guest, on a screen of any size', () => {
  const screens = fc.tuple(
    fc.integer({ min: 1, max: 8192 }),
    fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  );
  fc.assert(
    fc.property(screens, ([size, share]) => {
      const pixel = Math.floor(size * share);
      const [[x] = []] = reportsOf({ kind: 'moveTo', x: pixel, y: 0 }, { width: size, height: 1 });
      assert.ok(x?.type === 'abs' && x.data.value >= 0 && x.data.value < 0x8000);
      assert.equal(pixelOf(x.data.value, size), pixel);
    }),
  );
});

test('a notch of the wheel is pressed in one report and released in the next', () => {
  const notch = (button: string) => [true, false].map((down) => [{ type: 'btn', data: { down, button } }]);
  const none = { width: 0, height: 0 };
  assert.deepEqual(reportsOf({ kind: 'scroll', notches: 2 }, none), [...notch('wheel-up'), ...notch('wheel-up')]);
  assert.deepEqual(reportsOf({ kind: 'scroll', notches: -1 }, none), notch('wheel-down'));
  assert.deepEqual(reportsOf({ kind: 'scroll', notches: 0 }, none), []);
});
