import { type VirtualSwitch, VirtualSwitches } from '../client/switches.ts';
import { connect, type ConnectOptions, UsageError } from './connect.ts';
import { jsonText, printable, table } from './output.ts';

type Format = 'table' | 'json' | 'name';

async function withSwitches<T>(options: ConnectOptions, work: (switches: VirtualSwitches) => Promise<T>): Promise<T> {
  const client = connect(options);
  try {
    return await work(new VirtualSwitches(client));
  } finally {
    client.close();
  }
}

const show = (switches: readonly VirtualSwitch[], format: Format): string => {
  if (format === 'json') return jsonText(switches);
  if (format === 'name') return switches.map(({ name }) => printable(name)).join('\n');
  return table(
    ['name', 'kind', 'adapter', 'host', 'id', 'notes'],
    switches.map((one) => [
      printable(one.name),
      one.kind,
      printable(one.adapter ?? ''),
      one.host ? 'yes' : '',
      one.id,
      printable(one.notes),
    ]),
  );
};

export async function listSwitches(options: ConnectOptions & { output: Format }): Promise<void> {
  await withSwitches(options, async (switches) => console.log(show(await switches.list(), options.output)));
}

export async function showSwitch(name: string, options: ConnectOptions & { output: Format }): Promise<void> {
  await withSwitches(options, async (switches) => console.log(show([await switches.find(name)], options.output)));
}

export async function listHostAdapters(options: ConnectOptions & { output: Format }): Promise<void> {
  await withSwitches(options, async (switches) => {
    const adapters = await switches.adapters();
    if (options.output === 'json') console.log(jsonText(adapters));
    else if (options.output === 'name') console.log(adapters.map(({ name }) => printable(name)).join('\n'));
    else {
      const rows = adapters.map((one) => [
        printable(one.name),
        one.mac,
        one.up ? 'up' : 'down',
        one.bound ? 'yes' : '',
      ]);
      console.log(table(['name', 'mac', 'link', 'in use'], rows));
    }
  });
}

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
