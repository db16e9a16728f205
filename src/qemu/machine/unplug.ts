import { DomainError } from '../../core/errors.ts';
import { QmpError } from '../../qmp/errors.ts';
import type { Monitor } from '../supervise/monitor.ts';

/** A guest may take its time, or never answer (firmware, no hot-plug driver). */
const GUEST_LIMIT_MS = 20_000;

/** Removes a device and waits until it is gone, not only asked for: DEVICE_DELETED of that device (spec qemu §2). */
export async function unplug(monitor: Monitor, device: string): Promise<void> {
  const deleted = monitor.waitFor((event) => {
    if (event.name !== 'DEVICE_DELETED' && event.name !== 'DEVICE_UNPLUG_GUEST_ERROR') return null;
    return event.data.device === device ? event.name : null;
  }, GUEST_LIMIT_MS);
  try {
    await monitor.execute('device_del', { id: device });
    if ((await deleted.found) === 'DEVICE_DELETED') return;
  } catch (error) {
    if (!(error instanceof QmpError) || error.failure !== 'timeout') throw error;
  } finally {
    deleted.stop();
  }
  throw new DomainError(
    'failed',
    'The guest does not give the device back. Wait until it has started, or turn the machine off first.',
  );
}
