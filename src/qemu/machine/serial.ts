import { join } from 'node:path';
import { DomainError } from '../../core/errors.ts';
import type { SerialSpec } from '../../core/machine-spec.ts';
import { serialChardev } from '../command-line/ids.ts';
import { placeSocketLink, removeSocketLink } from '../supervise/socket-link.ts';
import { recordOf, type MachineContext } from './context.ts';

/** Socket of a serial port in the machine's directory. */
export function serialSocket(directory: string, index: number): string {
  return join(directory, `${serialChardev(index)}.sock`);
}

/** Connects a port to another pipe, or to none, while the guest runs. */
export async function connectSerial(context: MachineContext, port: SerialSpec): Promise<void> {
  const { monitor, host, spec } = context;
  const index = spec.serialPorts.findIndex(({ id }) => id === port.id);
  if (index < 0) throw new DomainError('invalidParameter', 'The machine has no such serial port.');
  const socket = serialSocket(context.directories.sockets, index);
  const { links } = recordOf(context);
  const old = links.find((link) => link.socket === socket);
  if (old?.promised === port.socket || (old === undefined && port.socket === null)) return;
  const others = links.filter((link) => link !== old);
  if (port.socket !== null) {
    await host.records.change(context.id, { links: [...links, { promised: port.socket, socket }] });
    await placeSocketLink(port.socket, socket);
  }
  const id = serialChardev(index);
  // Whoever is on the old pipe is taken off: nobody reads along behind the back of the new one.
  await monitor.execute('chardev-change', { id, backend: { type: 'null', data: {} } });
  if (port.socket !== null) {
    const addr = { type: 'unix', data: { path: socket } } as const;
    await monitor.execute('chardev-change', {
      id,
      backend: { type: 'socket', data: { addr, server: true, wait: false } },
    });
  }
  if (old !== undefined) await removeSocketLink(old.promised, socket);
  await host.records.change(context.id, {
    links: port.socket === null ? others : [...others, { promised: port.socket, socket }],
  });
}
