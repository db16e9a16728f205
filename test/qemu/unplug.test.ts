import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { unplug } from '../../src/qemu/machine/unplug.ts';
import type { Monitor } from '../../src/qemu/supervise/monitor.ts';
import { QmpError } from '../../src/qmp/errors.ts';
import type { QmpEvent } from '../../src/qmp/events.ts';

/** A monitor whose device_del fails with `refusal`, and which sees `seen` afterwards. */
const monitorOf = (refusal: QmpError | null, seen: 'DEVICE_DELETED' | 'DEVICE_UNPLUG_GUEST_ERROR' | 'nothing') => {
  const waitFor: Monitor['waitFor'] = <T>(pick: (event: QmpEvent) => T | null) => {
    const found =
      seen === 'nothing'
        ? Promise.reject<T>(new QmpError('timeout', 'nothing happened'))
        : Promise.resolve(pick({ name: seen, data: { device: 'nic', path: '/nic' }, at: 0 }) as T);
    found.catch(() => undefined);
    return { found, stop: () => undefined };
  };
  const execute = (() =>
    refusal === null ? Promise.resolve({}) : Promise.reject(refusal)) as unknown as Monitor['execute'];
  return { waitFor, execute };
};

describe('a device of a running machine is given back (spec qemu §2)', () => {
  const refused = (text: string, errorClass = 'GenericError'): QmpError =>
    new QmpError('command', text, { errorClass });

  test('when the guest has let go', () => unplug(monitorOf(null, 'DEVICE_DELETED'), 'nic'));

  test('not when it refuses, or does not answer', async () => {
    const words = { code: 'failed', message: /does not give the device back/ };
    await assert.rejects(unplug(monitorOf(null, 'DEVICE_UNPLUG_GUEST_ERROR'), 'nic'), words);
    await assert.rejects(unplug(monitorOf(null, 'nothing'), 'nic'), words);
  });

  test('asked for again: a guest that did it late, and one that is still at it', async () => {
    await unplug(monitorOf(refused("Device 'nic' not found", 'DeviceNotFound'), 'nothing'), 'nic');
    const again = refused('Device nic is already in the process of unplug');
    await unplug(monitorOf(again, 'DEVICE_DELETED'), 'nic');
    await assert.rejects(unplug(monitorOf(again, 'nothing'), 'nic'), { code: 'failed' });
  });

  test("another refusal of QEMU's is no success", () =>
    assert.rejects(unplug(monitorOf(refused('Bus does not support hotplugging'), 'DEVICE_DELETED'), 'nic'), QmpError));
});
