import type { Switches } from '../client/host.ts';
import type { HostAdapter, VirtualSwitch } from '../client/switch.ts';
import { connectHost, type ConnectOptions, UsageError } from './connect.ts';
import type { Listing } from './print/listing.ts';
import { printable } from './print/output.ts';
import { type ListFlags, printHostList } from './print/print-list.ts';

async function withSwitches<T>(options: ConnectOptions, work: (switches: Switches) => Promise<T>): Promise<T> {
  const host = await connectHost(options);
  try {
    return await work(host.switches);
  } finally {
    host.close();
  }
}

const SWITCHES: Listing<VirtualSwitch> = {
  name: ({ name }) => name,
  columns: [
    { name: 'name', text: ({ name }) => name },
    { name: 'kind', text: ({ kind }) => kind },
    { name: 'adapter', text: ({ adapter }) => adapter ?? '' },
    { name: 'host', text: ({ host }) => (host ? 'yes' : '') },
    { name: 'id', text: ({ id }) => id },
    { name: 'notes', text: ({ notes }) => notes },
  ],
};

const ADAPTERS: Listing<HostAdapter> = {
  name: ({ name }) => name,
  columns: [
    { name: 'name', text: ({ name }) => name },
    { name: 'mac', text: ({ mac }) => mac },
    { name: 'link', text: ({ up }) => (up ? 'up' : 'down') },
    { name: 'in use', text: ({ bound }) => (bound ? 'yes' : '') },
  ],
};

export const listSwitches = (flags: ListFlags): Promise<void> =>
  printHostList(flags, SWITCHES, ({ switches }) => switches.list());

export const showSwitch = (name: string, flags: ListFlags): Promise<void> =>
  printHostList(flags, SWITCHES, async ({ switches }) => [await switches.find(name)]);

export const listHostAdapters = (flags: ListFlags): Promise<void> =>
  printHostList(flags, ADAPTERS, ({ switches }) => switches.adapters());

export interface SwitchFlags extends ConnectOptions {
  readonly adapter?: string;
  readonly internal?: boolean;
  readonly notes: string;
}

export async function createSwitch(name: string, flags: SwitchFlags): Promise<void> {
  if (name.trim() === '') throw new UsageError('A switch needs a name.');
  await withSwitches(flags, async (switches) => {
    const id = await switches.create({
      name,
      notes: flags.notes,
      adapter: flags.adapter ?? null,
      host: flags.internal === true,
    });
    console.log(`${printable(name)} ${id}`);
  });
}

export async function deleteSwitch(name: string, options: ConnectOptions): Promise<void> {
  await withSwitches(options, async (switches) => {
    const { id, name: found } = await switches.find(name);
    await switches.delete(id);
    console.log(`${printable(found)} is deleted; machines that were on it are disconnected.`);
  });
}
