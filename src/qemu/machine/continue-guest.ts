import { isCommandError } from '../../qmp/errors.ts';
import type { MachineContext } from './context.ts';
import { reopenDrives } from './reopen-drives.ts';

/**
 * Lets the guest go on, with all its disks. After a migration only `cont` gives QEMU its disks back: `thenStop` is for a paused
 * guest, which runs for the moment between two commands that are sent together. Rejects with DomainError or QmpError when it stands
 * still.
 */
export async function continueGuest(context: MachineContext, thenStop = false): Promise<void> {
  const { id, host, monitor } = context;
  // QEMU would let it go on without them.
  if (host.records.get(id)?.lostDrives === true) await reopenDrives(context);
  const go = async (): Promise<void> => {
    const going = [monitor.execute('cont', {}), ...(thenStop ? [monitor.execute('stop', {})] : [])];
    await Promise.all(going);
  };
  await go().catch(async (error: unknown) => {
    if (!isCommandError(error) || !(await reopenDrives(context))) throw error;
    await go();
  });
}
