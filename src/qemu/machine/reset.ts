import { setTimeout as sleep } from 'node:timers/promises';
import type { QmpEvent } from '../../qmp/events.ts';
import type { MachineContext } from './context.ts';

const RESET_LIMIT_MS = 10_000;
/** Running time that the firmware has for its own reset. */
const FIRMWARE_LIMIT_MS = 30_000;
const STATUS_MS = 1000;
/** In which QEMU carries out a second reset that the firmware asked for together with its first. */
const ECHO_MS = 100;

/** In which the firmware answers that second reset, on a busy host. */
const ECHO_ANSWER_MS = 3000;

const isReset = (event: QmpEvent): QmpEvent | null => (event.name === 'RESET' ? event : null);

/**
 * Resets the machine from outside. Resolves when it is done. Of a machine that a restart of its guest turns off, the guest
 * may restart freely until settleReset() has ended.
 */
export async function resetMachine(context: MachineContext): Promise<void> {
  const { id, monitor, spec, host } = context;
  if (spec.offOnReboot) {
    // TurnOffOnGuestRestart is about the guest's restarts: not about the operator's, nor what the firmware adds to them.
    await host.records.change(id, { resetting: true });
    await monitor.execute('set-action', { reboot: 'reset' });
  }
  const done = monitor.waitFor(isReset, RESET_LIMIT_MS);
  try {
    await monitor.execute('system_reset', {});
    await done.found;
  } finally {
    done.stop();
  }
}

/** After resetMachine(), or found after a restart of the service: a restart of the guest is the machine's end again. */
export async function settleReset(context: MachineContext): Promise<void> {
  const { id, monitor, host } = context;
  for (;;) {
    await firmwareReset(context);
    // The answer to a question comes from the loop that carries out resets: what was asked for before is done after it.
    await monitor.execute('query-status', {});
    await sleep(ECHO_MS, undefined, { ref: false });
    await monitor.execute('query-status', {});
    const again = context.resets.echoed();
    if (!again && !context.resets.owed) break;
    // SeaBIOS may have begun anew before its second reset came, and answers that one too.
    if (again) await sleep(ECHO_ANSWER_MS, undefined, { ref: false });
  }
  await monitor.execute('set-action', { reboot: 'shutdown' });
  await host.records.change(id, { resetting: false });
}

/** Resolves when the firmware has reset the machine as well, or has had the time for it. */
async function firmwareReset({ monitor, resets }: MachineContext): Promise<void> {
  for (let ran = 0; resets.owed && ran < FIRMWARE_LIMIT_MS; ) {
    await Promise.race([resets.answered(), sleep(STATUS_MS, undefined, { ref: false })]);
    // While the guest is paused its firmware does nothing.
    if (resets.owed && (await monitor.execute('query-status', {})).running) ran += STATUS_MS;
  }
  resets.giveUp();
}
