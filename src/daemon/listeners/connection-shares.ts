import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { holderOf, isLoopback } from '../../auth/address.ts';

export interface ConnectionLimits {
  /** Open connections of one listener. */
  readonly connections: number;
  /** Of them, those of one address. */
  readonly perAddress: number;
}

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
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const holder = holderOf(address);
    const share = isLoopback(address) ? Math.max(perAddress, connections - perAddress) : perAddress;
    const count = open.get(holder) ?? 0;
    if (count >= share) {
      if (!told.has(holder)) onFull(address, share);
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
