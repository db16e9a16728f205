import type { Server } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import { isLoopback } from '../auth/authenticator.ts';

export interface ConnectionLimits {
  /** Open connections of one listener. */
  readonly connections: number;
  /** Of them, those of one address. */
  readonly perAddress: number;
}

const LOOPBACK = 'loopback';

/**
 * Who a connection counts for. A host has a whole /64 of IPv6 for itself, and all of the loopback.
 * A zone (`fe80::1%eth0`) is no part of the network.
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

/**
 * Keeps one address from holding all connections of a listener (hardening, slowloris): what is beyond its share is ended at once.
 * The loopback, where proxies and the programs of this host are, may hold all but one share, so that others get in.
 * `onFull`: an address has come to its share; told again after it was below it.
 */
export const shareConnections = (
  server: Pick<Server, 'on' | 'maxConnections'>,
  { connections, perAddress }: ConnectionLimits,
  onFull: (address: string, share: number) => void,
): void => {
  server.maxConnections = connections;
  const open = new Map<string, number>();
  const told = new Set<string>();
  const shareOf = (holder: string): number =>
    holder === LOOPBACK ? Math.max(perAddress, connections - perAddress) : perAddress;
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const holder = holderOf(address);
    const count = open.get(holder) ?? 0;
    if (count >= shareOf(holder)) {
      if (!told.has(holder)) onFull(address, shareOf(holder));
      told.add(holder);
      socket.destroy();
      return;
    }
    open.set(holder, count + 1);
    socket.once('close', () => {
      const left = (open.get(holder) ?? 1) - 1;
      told.delete(holder);
      if (left === 0) open.delete(holder);
      else open.set(holder, left);
    });
  });
};
