import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ResetReader } from '../../src/qemu/machine/reset-reader.ts';

const reset = (guest: boolean, at: number) =>
  ({ name: 'RESET', data: { guest, reason: guest ? 'guest-reset' : 'host-qmp-system-reset' }, at }) as const;

/** Whose resets these are, each `[by the guest's side, time]`. */
const read = (reader: ResetReader, ...resets: readonly (readonly [boolean, number])[]): readonly string[] =>
  resets.map(([guest, at]) => reader.read(reset(guest, at)));

describe('whose reset it is (times as QEMU 7.2 gave them)', () => {
  test('SeaBIOS answers each reset with one of its own', () =>
    assert.deepEqual(
      read(new ResetReader(true), [false, 307], [true, 336], [true, 1819], [true, 1846], [true, 3320], [true, 3346]),
      ['host', 'firmware', 'guest', 'firmware', 'guest', 'firmware'],
    ));

  test('or with two at once, the second of which it may answer again', () => {
    const reader = new ResetReader(true);
    assert.deepEqual(read(reader, [false, 4820], [true, 4848]), ['host', 'firmware']);
    assert.equal(reader.echoed(), false);
    assert.deepEqual(read(reader, [true, 4848.4]), ['firmware']);
    assert.equal(reader.echoed(), true);
    assert.deepEqual(read(reader, [true, 5203], [true, 9000]), ['firmware', 'guest']);
    assert.equal(reader.echoed(), true);
    assert.equal(reader.echoed(), false);
  });

  test('a guest that asked twice is told once, however long its firmware takes; so is one with a fast firmware', () => {
    assert.deepEqual(
      read(new ResetReader(true), [true, 1000], [true, 1000.6], [true, 1354], [true, 1354.5], [true, 3000]),
      ['guest', 'firmware', 'firmware', 'firmware', 'guest'],
    );
    assert.deepEqual(read(new ResetReader(true), [true, 1000], [true, 1003], [true, 7000]), [
      'guest',
      'firmware',
      'guest',
    ]);
  });

  test('resets from outside that come before it has answered', () =>
    assert.deepEqual(read(new ResetReader(true), [false, 6325], [false, 6336], [false, 6347], [true, 6358]), [
      'host',
      'host',
      'host',
      'firmware',
    ]));

  test('an answer that never came is not taken from the guest for ever', () => {
    assert.deepEqual(read(new ResetReader(true), [true, 0], [true, 31_000]), ['guest', 'guest']);
  });

  test('a paused firmware answers when it runs again', () => {
    const reader = new ResetReader(true);
    assert.deepEqual(read(reader, [false, 0]), ['host']);
    reader.resumed(3_600_000);
    assert.deepEqual(read(reader, [true, 3_600_030], [true, 3_700_000]), ['firmware', 'guest']);
  });

  test('UEFI adds none', () => {
    const reader = new ResetReader(false);
    assert.deepEqual(read(reader, [false, 0], [true, 10], [true, 20]), ['host', 'guest', 'guest']);
    assert.equal(reader.owed, false);
  });

  test('what a former service left owed is answered; whoever waits hears of it', async () => {
    const reader = new ResetReader(true, true);
    const answered = reader.answered();
    assert.equal(reader.owed, true);
    assert.deepEqual(read(reader, [true, 5]), ['firmware']);
    await answered;
    await reader.answered();
  });

  test('to give up the waiting ends it', async () => {
    const reader = new ResetReader(true);
    read(reader, [false, 0]);
    const answered = reader.answered();
    reader.giveUp();
    await answered;
    assert.deepEqual(read(reader, [true, 200]), ['guest']);
  });
});
