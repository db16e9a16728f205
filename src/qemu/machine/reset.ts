import type { QmpEvent } from '../../qmp/events.ts';
import type { MachineContext } from './context.ts';

const RESET_LIMIT_MS = 10_000;
/** SeaBIOS answers a reset with one of its own, some milliseconds later. */
const FIRMWARE_LIMIT_MS = 2000;

const isReset = (event: QmpEvent): QmpEvent | null => (event.name === 'RESET' ? event : null);

/** Resets the machine from outside. Resolves when it is done. */
export async function resetMachine(context: MachineContext): Promise<void> {
  const { monitor, spec } = context;
  if (!spec.offOnReboot) return resetOnce(context);
  // TurnOffOnGuestRestart is about the guest's restarts, not about the operator's.
  await monitor.execute('set-action', { reboot: 'reset' });
  try {
    const second = spec.generation === 1 ? resetsOf(context, 2) : null;
    await resetOnce(context);
    await second;
  } finally {
    await monitor.execute('set-action', { reboot: 'shutdown' });
  }
}

async function resetOnce({ monitor }: MachineContext): Promise<void> {
  const done = monitor.waitFor(isReset, RESET_LIMIT_MS);
  try {
    await monitor.execute('system_reset', {});
    await done.found;
  } finally {
    done.stop();
  }
}

/** Resolves after so many resets, or when no more come. */
async function resetsOf({ monitor }: MachineContext, count: number): Promise<void> {
  let seen = 0;
  const all = monitor.waitFor(
    (event) => (isReset(event) !== null && ++seen === count ? event : null),
    FIRMWARE_LIMIT_MS,
  );
  await all.found.catch(() => {});
}
