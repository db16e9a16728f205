import { isIPv6 } from 'node:net';

export const isLoopback = (address: string): boolean =>
  address === '::1' || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);

const LOOPBACK = 'loopback';

/**
 * Whose an address is, as far as an address tells: guesses and connections are counted by it. A host has a whole /64 of IPv6
 * for itself, and all of the loopback. A zone (`fe80::1%eth0`) is no part of the network.
 */
export const holderOf = (address: string): string => {
  if (isLoopback(address)) return LOOPBACK;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const bare = address.replace(/%.*$/, '');
  return isIPv6(bare) ? `${networkOf(bare)}::/64` : bare;
};

/** The first four groups; only what follows a `::` is unknown by its place. */
const networkOf = (address: string): string => {
  const [before = '', after] = address.split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const zeros = after === undefined ? 0 : 8 - head.length - tail.length;
  return [...head, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...tail]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
};
