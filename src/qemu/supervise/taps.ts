import { createHash } from 'node:crypto';
import { DomainError } from '../../core/errors.ts';
import { runCommand } from './run-command.ts';
import type { RunUser } from './user.ts';

/** A tap device is made by the service (root) and owned by QEMU's user, who then needs no privilege to open it. */
/** @param bridge null: plugged into nothing */
export async function makeTap(device: string, bridge: string | null, user: RunUser | null): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new DomainError(
      'notAvailable',
      'Only a service that runs as root can plug a network adapter into a bridge. Use the default NAT switch, or run the service as root.',
    );
  }
  await removeTap(device);
  await runCommand('ip', [
    'tuntap',
    'add',
    'dev',
    device,
    'mode',
    'tap',
    ...(user === null ? [] : ['user', String(user.uid)]),
  ]);
  await moveTap(device, bridge);
}

/** Plugs a tap into another bridge, or (null) into none. */
export async function moveTap(device: string, bridge: string | null): Promise<void> {
  if (bridge === null) {
    await runCommand('ip', ['link', 'set', 'dev', device, 'nomaster', 'down']);
    return;
  }
  // IFNAMSIZ is 16 with the NUL; a leading dash would be an option.
  if (!/^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,14}$/.test(bridge)) {
    throw new DomainError(
      'invalidParameter',
      'The switch names a bridge that cannot exist. Correct the name of its bridge.',
    );
  }
  await runCommand('ip', ['link', 'set', 'dev', device, 'master', bridge, 'up']).catch((cause: unknown) => {
    throw new DomainError(
      'invalidParameter',
      `There is no bridge ${bridge} on this host. Make it, or connect the adapter elsewhere.`,
      { cause },
    );
  });
}

export async function removeTap(device: string): Promise<void> {
  await runCommand('ip', ['link', 'delete', 'dev', device]).catch(() => {});
}

/** Name of an adapter's tap; 15 bytes at most (IFNAMSIZ). Known before the device is made, so that it can be written down first. */
export function tapName(machineId: string, adapterId: string): string {
  return `vsms${createHash('sha256').update(`${machineId}\n${adapterId}`).digest('hex').slice(0, 11)}`;
}
