import { DomainError } from '../../core/errors.ts';
import { isCommandError, QmpError } from '../../qmp/errors.ts';
import type { Monitor } from '../supervise/monitor.ts';

/** A guest may take its time, or never answer (firmware, no hot-plug driver). */
const GUEST_LIMIT_MS = 20_000;

/**
 * Removes a device and waits until it is gone, not only asked for: DEVICE_DELETED of that device (spec qemu §2). A guest
 * that did not answer in time may still do it when it has booted: then the next call finds the device gone, or waits with
 * the guest for the end of the first request.
 */
export async function unplug(monitor: Pick<Monitor, 'execute' | 'waitFor'>, device: string): Promise<void> {
  const deleted = monitor.waitFor((event) => {
    if (event.name !== 'DEVICE_DELETED' && event.name !== 'DEVICE_UNPLUG_GUEST_ERROR') return null;
    return event.data.device === device ? event.name : null;
  }, GUEST_LIMIT_MS);
  try {
    await monitor.execute('device_del', { id: device }).catch((error: unknown) => {
      if (!isBeingUnplugged(error)) throw error;
    });
    if ((await deleted.found) === 'DEVICE_DELETED') return;
  } catch (error) {
    if (isCommandError(error, 'DeviceNotFound')) return;
    if (!(error instanceof QmpError) || error.failure !== 'timeout') throw error;
  } finally {
    deleted.stop();
  }
  throw new DomainError(
    'failed',
    'The guest does not give the device back. Wait until it has started, or turn the machine off first.',
  );
}

const isBeingUnplugged = (error: unknown): boolean =>
  isCommandError(error) && /already in the process of unplug/.test(error.message);
