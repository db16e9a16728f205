import { join } from 'node:path';
import { DomainError } from '../../core/errors.ts';
import type { SerialSpec } from '../../core/machine-spec.ts';
import { serialChardev } from '../command-line/ids.ts';
import { placeSocketLink, removeSocketLink } from '../supervise/socket-link.ts';
import { recordOf, settled, touch, type MachineContext } from './context.ts';

/** Socket of a serial port in the machine's directory. */
export function serialSocket(directory: string, index: number): string {
  return join(directory, `${serialChardev(index)}.sock`);
}

/** Connects a port to another pipe, or to none, while the guest runs. Touched: that came to no end before, and is done whole. */
export async function connectSerial(context: MachineContext, port: SerialSpec): Promise<void> {
  const { host, spec } = context;
  const index = spec.serialPorts.findIndex(({ id }) => id === port.id);
  if (index < 0) throw new DomainError('invalidParameter', 'The machine has no such serial port.');
  const socket = serialSocket(context.directories.sockets, index);
  const { links, touched } = recordOf(context);
  // Two: a service died while it changed them.
  const held = links.filter((link) => link.socket === socket);
  const old = held.filter(({ promised }) => promised !== port.socket);
  if (touched[port.id] === undefined && old.length === 0 && held.length === (port.socket === null ? 0 : 1)) return;
  await touch(context, port.id);
  const others = links.filter((link) => link.socket !== socket);
  if (port.socket !== null) {
    await host.records.change(context.id, { links: [...others, ...old, { promised: port.socket, socket }] });
    // Nothing has changed for the guest yet.
    await placeSocketLink(port.socket, socket).catch(async (error: unknown) => {
      await host.records.change(context.id, { links });
      await settled(context, port.id);
      throw error;
    });
  }
  try {
    await listen(context, index, port.socket === null ? null : socket);
  } catch (error) {
    if (port.socket !== null) await removeSocketLink(port.socket, socket);
    await listen(context, index, held.length === 0 ? null : socket);
    for (const { promised } of held) await placeSocketLink(promised, socket);
    await host.records.change(context.id, { links: [...others, ...held] });
    await settled(context, port.id);
    throw error;
  }
  for (const { promised } of old) await removeSocketLink(promised, socket);
  await host.records.change(context.id, {
    links: port.socket === null ? others : [...others, { promised: port.socket, socket }],
  });
  await settled(context, port.id);
}

/** Whoever is on the old pipe is taken off: nobody reads along behind the back of the new one. */
async function listen({ monitor }: MachineContext, index: number, path: string | null): Promise<void> {
  const id = serialChardev(index);
  await monitor.execute('chardev-change', { id, backend: { type: 'null', data: {} } });
  if (path === null) return;
  const addr = { type: 'unix', data: { path } } as const;
  await monitor.execute('chardev-change', {
    id,
    backend: { type: 'socket', data: { addr, server: true, wait: false } },
  });
}
