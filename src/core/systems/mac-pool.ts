import { createHash, randomInt } from 'node:crypto';
import { deviceValue } from '../devices/effective.ts';
import { NO_MAC } from '../devices/ethernet.ts';
import { ADAPTER_KINDS } from '../devices/wiring.ts';
import { DomainError } from '../errors.ts';
import type { Configuration, VirtualSystem } from '../model.ts';
import { withDeviceValues } from './draft.ts';

/** Hyper-V's vendor prefix, then one byte of the host's name, so that two hosts on a network seldom meet. */
export const defaultMacRange = (hostName: string): { readonly minimum: string; readonly maximum: string } => {
  const byte = createHash('sha256').update(hostName).digest('hex').slice(0, 2).toUpperCase();
  return { minimum: `00155D${byte}0000`, maximum: `00155D${byte}FFFF` };
};

/** Dynamic MAC addresses in use on this host. Built when the first one is asked for; a host without adapters pays nothing. */
export class MacPool {
  #used: Set<string> | null = null;

  /** The configuration with an address for each adapter that waits for one; the same record when none does. */
  assign(
    configuration: Configuration,
    systems: Iterable<VirtualSystem>,
    range: { minimum: string; maximum: string },
  ): Configuration {
    const waiting = configuration.devices.some(needsAddress);
    if (!waiting) return configuration;
    const used = (this.#used ??= collect(systems));
    const devices = configuration.devices.map((device) => {
      if (!needsAddress(device)) return device;
      const address = pick(used, range);
      used.add(address);
      return withDeviceValues(device, { Address: address });
    });
    return { ...configuration, devices };
  }

  /** Follows a change of a system. Addresses that `assign` gave are already counted and stay so. */
  follow(before: VirtualSystem | null, after: VirtualSystem | null): void {
    if (this.#used === null || before?.active.devices === after?.active.devices) return;
    const held = new Set(after === null ? [] : addressesOf(after));
    for (const address of held) this.#used.add(address);
    if (before === null) return;
    for (const address of addressesOf(before)) if (!held.has(address)) this.#used.delete(address);
  }
}

const needsAddress = (device: Configuration['devices'][number]): boolean =>
  ADAPTER_KINDS.has(device.kind) && deviceValue(device, 'Address') === NO_MAC;

const addressesOf = (system: VirtualSystem): readonly string[] =>
  system.active.devices.flatMap((device) => {
    if (!ADAPTER_KINDS.has(device.kind)) return [];
    const address = deviceValue(device, 'Address');
    return typeof address === 'string' && address !== NO_MAC ? [address] : [];
  });

const collect = (systems: Iterable<VirtualSystem>): Set<string> => {
  const used = new Set<string>();
  for (const system of systems) for (const address of addressesOf(system)) used.add(address);
  return used;
};

const pick = (used: ReadonlySet<string>, range: { minimum: string; maximum: string }): string => {
  const first = Number.parseInt(range.minimum, 16);
  const count = Number.parseInt(range.maximum, 16) - first + 1;
  const start = randomInt(count);
  for (let step = 0; step < count; step++) {
    const address = (first + ((start + step) % count)).toString(16).toUpperCase().padStart(12, '0');
    if (!used.has(address)) return address;
  }
  throw new DomainError(
    'failed',
    `All ${count} MAC addresses of the host's range are in use. Widen MinimumMacAddress and MaximumMacAddress of the service settings.`,
  );
};
