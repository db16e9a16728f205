import { createHash } from 'node:crypto';
import { DomainError } from '../../core/errors.ts';
import type { HostNetwork } from '../../core/networks/host-network.ts';
import { runCommand } from './run-command.ts';
import type { RunUser } from './user.ts';

/** A tap device is made by the service (root) and owned by QEMU's user, who then needs no privilege to open it. */
export async function makeTap(device: string, user: RunUser | null): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new DomainError(
      'notAvailable',
      'Only a service that runs as root can plug a network adapter into a bridge. Use the default NAT switch, or run the service as root.',
    );
  }
  await runCommand('ip', [
    'tuntap',
    'add',
    'dev',
    device,
    'mode',
    'tap',
    ...(user === null ? [] : ['user', String(user.uid)]),
  ]);
}

/** The rules of its port go first: none may outlive it. Also one that is gone already. */
export async function removeTap(network: HostNetwork, device: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  await network.unplug(device);
  await runCommand('ip', ['link', 'delete', 'dev', device]).catch(() => {});
}

/** Name of an adapter's tap; 15 bytes at most (IFNAMSIZ). Known before the device is made, so that it can be written down first. */
export function tapName(machineId: string, adapterId: string): string {
  return `vsms${createHash('sha256').update(`${machineId}\n${adapterId}`).digest('hex').slice(0, 11)}`;
}
