import { isIP } from 'node:net';
import { z } from 'zod';
import type { AdapterCounters, GuestInterface } from '../../core/ports.ts';

/** A network interface as the guest tells of it; what it writes here is believed of itself only. */
export interface ToldInterface extends GuestInterface {
  /** Counters since the guest began; null: it does not count. */
  readonly traffic: AdapterCounters | null;
}

const shape = z.array(
  z.object({
    'hardware-address': z.string().max(64).optional(),
    'ip-addresses': z.array(z.object({ 'ip-address': z.string(), prefix: z.number() })).optional(),
    statistics: z.object({ 'rx-bytes': z.number().nonnegative(), 'tx-bytes': z.number().nonnegative() }).optional(),
  }),
);

/** Interfaces of a guest, and addresses of one: what it tells beyond that is left out (hardening 16). */
const MOST = 64;

/** The answer of guest-network-get-interfaces: those with a hardware address. Loopback has one of zeros. */
export function readInterfaces(answer: unknown): readonly ToldInterface[] {
  const told = shape.safeParse(answer);
  if (!told.success) return [];
  return told.data.slice(0, MOST).flatMap(({ 'hardware-address': hardware, 'ip-addresses': addresses, statistics }) => {
    const mac = (hardware ?? '').replaceAll(/[:-]/g, '').toUpperCase();
    if (!/^[0-9A-F]{12}$/.test(mac) || /^0+$/.test(mac)) return [];
    const traffic =
      statistics === undefined ? null : { receivedBytes: statistics['rx-bytes'], sentBytes: statistics['tx-bytes'] };
    return [{ mac, addresses: validAddresses(addresses ?? []), traffic }];
  });
}

const validAddresses = (
  told: readonly { readonly 'ip-address': string; readonly prefix: number }[],
): GuestInterface['addresses'] =>
  told.slice(0, MOST).flatMap(({ 'ip-address': address, prefix: prefixLength }) => {
    const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    return Number.isInteger(prefixLength) && prefixLength >= 0 && prefixLength <= bits
      ? [{ address, prefixLength }]
      : [];
  });
