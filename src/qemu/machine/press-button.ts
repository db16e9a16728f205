import { QmpError } from '../../qmp/errors.ts';
import { isAlive, waitUntilGone } from '../supervise/process-identity.ts';
import type { MachineContext } from './context.ts';

/** QEMU closes its monitor some milliseconds before it ends. */
const END_LIMIT_MS = 5_000;

/**
 * The ACPI power button. A guest that goes at once takes QEMU with it: whatever we ask QEMU then breaks the connection, and its answer is
 * lost where it had not been read. Rejects with QmpError.
 */
export async function pressButton({ monitor }: Pick<MachineContext, 'monitor'>): Promise<void> {
  const lived = await isAlive(monitor.process);
  await monitor.execute('system_powerdown', {}).catch(async (error: unknown) => {
    const broke = error instanceof QmpError && error.failure === 'closed';
    if (!lived || !broke || !(await waitUntilGone(monitor.process, END_LIMIT_MS))) throw error;
  });
}
