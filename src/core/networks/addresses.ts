import { isIPv4, isIPv6 } from 'node:net';
import type { PortRange } from './host-network.ts';

/**
 * Addresses and ports in access rules, as clients write them, in the one form that goes on to the host: nothing else of
 * their text does. Undefined: it is none.
 */

/** What Hyper-V's clients write for "any address". */
const ANY = new Set(['', '*', '*.*', 'any']);

export const isAny = (text: string | null): boolean => text === null || ANY.has(text.trim().toLowerCase());

const PREFIX_BITS = { ipv4: 32, ipv6: 128 } as const;

/** `10.0.0.0` and 8 to `10.0.0.0/8`; null: any. */
export const networkText = (
  family: 'ipv4' | 'ipv6',
  address: string | null,
  prefix: number,
): string | null | undefined => {
  if (address === null || isAny(address)) return null;
  const text = address.trim().toLowerCase();
  const fits = family === 'ipv4' ? isIPv4(text) : isIPv6(text) && !text.includes('%');
  if (!fits || !Number.isInteger(prefix) || prefix < 0 || prefix > PREFIX_BITS[family]) return undefined;
  return prefix === 0 ? null : `${text}/${prefix}`;
};

/** Bits of a network of `networkText`; a MAC address counts as whole. */
export const prefixOf = (network: string | null): number =>
  network === null ? 0 : Number(network.split('/')[1] ?? 128);

/** `00-15-5D-01-02-03` to `00:15:5d:01:02:03`; null: any. */
export const macText = (address: string | null): string | null | undefined => {
  if (address === null || isAny(address)) return null;
  const digits = address.replaceAll(/[-:.\s]/g, '').toLowerCase();
  return /^[0-9a-f]{12}$/.test(digits) ? (digits.match(/../g) ?? []).join(':') : undefined;
};

const MAX_RANGES = 16;
const RANGE = /^(\d{1,5})(?:-(\d{1,5}))?$/;

/** `ANY`, `80`, `80-90` and lists of them; empty: any. */
export const portRanges = (text: string): readonly PortRange[] | undefined => {
  if (isAny(text)) return [];
  const ranges: PortRange[] = [];
  for (const word of text.split(',')) {
    const found = RANGE.exec(word.trim());
    if (found === null) return undefined;
    const first = Number(found[1]);
    const last = Number(found[2] ?? found[1]);
    if (first > last || last > 65_535) return undefined;
    ranges.push({ first, last });
  }
  return ranges.length > MAX_RANGES ? undefined : ranges;
};

const PROTOCOLS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 };

/** A number, or one of the usual names; null: any. */
export const protocolNumber = (text: string): number | null | undefined => {
  if (isAny(text)) return null;
  const word = text.trim().toLowerCase();
  const number = PROTOCOLS[word] ?? (/^\d{1,3}$/.test(word) ? Number(word) : undefined);
  return number === undefined || number > 255 ? undefined : number;
};

/** An address or network in one text: `10.0.0.0/8`, `fe80::1`; its family, and null for any. */
export const anyNetwork = (
  text: string,
): { readonly family: 'ipv4' | 'ipv6' | null; readonly network: string | null } | undefined => {
  if (isAny(text)) return { family: null, network: null };
  const [address = '', bits, ...more] = text.trim().split('/');
  if (more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined;
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const network = networkText(family, address, bits === undefined ? PREFIX_BITS[family] : Number(bits));
  return network === undefined ? undefined : { family, network };
};
