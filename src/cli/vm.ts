import { writeFile } from 'node:fs/promises';
import { encodePng } from '../png/encode.ts';
import { connect, UsageError, type ConnectOptions } from './connect.ts';
import { REQUESTS, STATE_NAMES, VirtualMachines, type VirtualMachine } from '../client/virtual-machines.ts';
import { duration, jsonText, printable, table } from './output.ts';
import { wholeNumber } from './whole-number.ts';

type Format = 'table' | 'json' | 'name';

const stateName = (state: number): string => STATE_NAMES[state] ?? String(state);

async function withMachines<T>(options: ConnectOptions, work: (machines: VirtualMachines) => Promise<T>): Promise<T> {
  const client = connect(options);
  try {
    return await work(new VirtualMachines(client));
  } finally {
    client.close();
  }
}

const show = (machines: readonly VirtualMachine[], format: Format): string => {
  if (format === 'json') return jsonText(machines.map((m) => ({ ...m, state: stateName(m.state) })));
  if (format === 'name') return machines.map((m) => printable(m.name)).join('\n');
  return table(
    ['name', 'state', 'uptime', 'pid', 'id'],
    machines.map((m) => [
      printable(m.name),
      stateName(m.state),
      duration(m.onTimeMs),
      m.processId === null ? '' : String(m.processId),
      m.id,
    ]),
  );
};

export async function list(options: ConnectOptions & { output: Format }): Promise<void> {
  await withMachines(options, async (machines) => console.log(show(await machines.list(), options.output)));
}

export async function showOne(name: string, options: ConnectOptions & { output: Format }): Promise<void> {
  await withMachines(options, async (machines) => console.log(show([await machines.find(name)], options.output)));
}

export interface CreateFlags extends ConnectOptions {
  readonly generation: string;
  readonly memory: string;
  readonly processors: string;
  readonly disk: readonly string[];
  readonly iso: readonly string[];
  readonly switch?: string;
  readonly serial?: string;
  readonly secureBoot: boolean;
  readonly notes: string;
}

export async function create(name: string, flags: CreateFlags): Promise<void> {
  const generation = flags.generation === '1' ? 1 : flags.generation === '2' ? 2 : null;
  if (generation === null) throw new UsageError('--generation is 1 or 2.');
  await withMachines(flags, async (machines) => {
    const id = await machines.create({
      name,
      generation,
      memoryMb: wholeNumber(flags.memory, '--memory'),
      processors: wholeNumber(flags.processors, '--processors'),
      disks: flags.disk,
      isos: flags.iso,
      switch: flags.switch ?? null,
      serial: flags.serial ?? null,
      secureBoot: flags.secureBoot,
      notes: flags.notes,
    });
    console.log(`${printable(name)} ${id}`);
  });
}

/** start, stop, save, ...: one RequestStateChange, waited for. */
export async function request(verb: keyof typeof REQUESTS, name: string, options: ConnectOptions): Promise<void> {
  await withMachines(options, async (machines) => {
    const { id } = await machines.find(name);
    await machines.request(id, REQUESTS[verb]);
    console.log(stateName((await machines.find(id)).state));
  });
}

export async function remove(name: string, options: ConnectOptions): Promise<void> {
  await withMachines(options, async (machines) => {
    const machine = await machines.find(name);
    await machines.delete(machine.id);
    console.log(`${printable(machine.name)} is deleted; its disks are kept.`);
  });
}

export async function screenshot(
  name: string,
  file: string,
  options: ConnectOptions & { width: string; height: string },
): Promise<void> {
  const width = wholeNumber(options.width, '--width');
  const height = wholeNumber(options.height, '--height');
  await withMachines(options, async (machines) => {
    const { id } = await machines.find(name);
    const rgb565 = await machines.thumbnail(id, width, height);
    await writeFile(file, encodePng(rgb565, width, height));
    console.log(file);
  });
}
