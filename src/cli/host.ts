import { HOST_SHUTDOWN } from '../daemon/orders/control.ts';
import { order } from './control.ts';

/**
 * `vsms host shutdown`: machines of this host stop as their AutomaticShutdownAction says, then the service ends (K20). For
 * the unit that runs when the host goes down; exit code 1 when a machine still runs.
 */
export async function shutDownHost(): Promise<void> {
  const left = await order(HOST_SHUTDOWN);
  if (!Array.isArray(left)) throw new Error('The service gave an answer that is none.');
  for (const name of left)
    console.error(`vsms: ${JSON.stringify(name)} could not be stopped; the service's log tells why`);
  if (left.length > 0) process.exitCode = 1;
  else console.log('All virtual machines are stopped; the service ends.');
}
