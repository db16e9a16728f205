import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LeftBehind } from '../../src/qemu/machine/left-behind.ts';
import type { AdapterLog } from '../../src/qemu/log.ts';
import type { MachineRecord } from '../../src/qemu/supervise/machine-record.ts';

/** What lies behind a device and is cleared away at the n-th try only, and what is told of it. */
const stageOf = (tries: number) => {
  const told: string[] = [];
  const note = (kind: string) => (): void => void told.push(kind);
  const log: AdapterLog = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
  const stage = { told, tries: 0, underWay: 0, isDetached: false, isRecorded: true };
  const left = new LeftBehind(
    {
      id: 'machine',
      monitor: {
        get isDetached() {
          return stage.isDetached;
        },
      },
    },
    { log, records: { get: () => (stage.isRecorded ? ({} as MachineRecord) : null) } },
  );
  const cleared = Promise.withResolvers<void>();
  const clear = async (): Promise<void> => {
    assert.equal(stage.underWay++, 0, 'two at a time');
    await Promise.resolve();
    stage.underWay--;
    if (++stage.tries < tries) throw new Error('not yet');
    cleared.resolve();
  };
  return { stage, left, clear, cleared: cleared.promise };
};

describe('what is behind a device that the guest has given back', () => {
  test('is cleared away at once, and nobody is told', async () => {
    const { stage, left, clear } = stageOf(1);
    await left.clear('disk', clear);
    assert.deepEqual([stage.tries, stage.told], [1, []]);
  });

  test('is told where it stays, and tried again by itself until it is gone', async () => {
    const { stage, left, clear, cleared } = stageOf(3);
    await left.clear('disk', clear);
    assert.deepEqual(stage.told, ['warn']);
    await cleared;
    await new Promise(setImmediate);
    assert.deepEqual([stage.tries, stage.told], [3, ['warn', 'info', 'info']]);
    await left.require('disk');
    assert.equal(stage.tries, 3);
  });

  test('is tried before a device comes: its own must be gone, that of another need not be', async () => {
    const { stage, left, clear } = stageOf(4);
    await left.clear('disk', clear);
    await left.require('another');
    await assert.rejects(left.require('disk'), /not yet/);
    await Promise.all([left.require('disk'), left.require('disk')]);
    assert.equal(stage.tries, 4);
    stage.isDetached = true;
  });

  test('goes with the machine, or is left to the next service', async () => {
    for (const end of ['isRecorded', 'isDetached'] as const) {
      const { stage, left, clear } = stageOf(Number.POSITIVE_INFINITY);
      await left.clear('disk', clear);
      stage[end] = end === 'isDetached';
      await new Promise((resolve) => setTimeout(resolve, 1500));
      assert.equal(stage.tries, 1, end);
    }
  });
});
