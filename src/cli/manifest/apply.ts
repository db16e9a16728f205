import type { CimClient } from '../../client/cim-client.ts';
import { MethodError } from '../../client/method-error.ts';
import { Drives } from '../../client/drives.ts';
import { Images } from '../../client/images.ts';
import { changeMachine } from '../../client/machine-settings.ts';
import { NetworkAdapters } from '../../client/network-adapters.ts';
import { VirtualSwitches } from '../../client/switches.ts';
import { VirtualMachines } from '../../client/virtual-machines.ts';
import { REQUESTS } from '../../client/machine.ts';
import { byteSize } from '../byte-size.ts';
import { UsageError } from '../connect.ts';
import { kindOf, macText, memoryOf, type MemoryWords, sameFile } from './diff.ts';
import type { Manifest, ManifestDisk } from './schema.ts';
import { type MachineNow, readMachine } from './state.ts';
import { START_ACTIONS, STOP_ACTIONS } from '../vm/setting-words.ts';

/** Makes a new machine what the file says; it goes again when a part of it is refused. Resolves to its id. */
export const createFrom = async (client: CimClient, wanted: Manifest): Promise<string> => {
  const machines = new VirtualMachines(client);
  const memory = wanted.memory === undefined ? null : memoryOf(wanted.memory);
  const id = await machines.create({
    name: wanted.name,
    generation: wanted.generation ?? 2,
    memoryMb: memory?.startup ?? 1024,
    processors: wanted.processors ?? 1,
    disks: [],
    isos: [],
    switch: null,
    serial: wanted.serial ?? null,
    secureBoot: wanted.secureBoot ?? true,
    notes: wanted.notes ?? '',
  });
  try {
    await changeTo(client, await readMachine(client, id), wanted);
  } catch (error) {
    // Why it was refused matters more than what became of the half-made machine.
    await machines.request(id, REQUESTS.stop).catch(() => undefined);
    await machines.delete(id).catch(() => undefined);
    throw error;
  }
  return id;
};

/**
 * Makes a machine what the file says, step by step; each step is whole, and the same file goes on where a refused one
 * stopped. @throws UsageError MethodError
 */
export const changeTo = async (client: CimClient, now: MachineNow, wanted: Manifest): Promise<void> => {
  if (wanted.generation !== undefined && wanted.generation !== now.manifest.generation)
    throw new UsageError(
      `"${now.machine.name}" is of generation ${now.manifest.generation}, which cannot be changed. Make another machine.`,
    );
  const switches = await switchIds(client, wanted);
  if (wanted.state === 'off' && now.manifest.state !== 'off') await reach(client, now, 'off');
  await changeSettings(client, now, wanted);
  if (wanted.disks !== undefined) await changeDisks(client, now, wanted.disks);
  if (wanted.networks !== undefined) await changeNetworks(client, now.machine.id, wanted.networks, switches);
  if (wanted.state !== undefined) await reach(client, await readMachine(client, now.machine.id), wanted.state);
};

/** Ids of the switches by their names, found before anything is changed. @throws NotFoundError for one that is not there */
const switchIds = async (client: CimClient, { networks = [] }: Manifest): Promise<ReadonlyMap<string, string>> => {
  const switches = new VirtualSwitches(client);
  const found = new Map<string, string>();
  for (const { switch: name } of networks)
    if (name !== null && !found.has(name)) found.set(name, (await switches.find(name)).id);
  return found;
};

const changeSettings = async (
  client: CimClient,
  { machine, manifest }: MachineNow,
  wanted: Manifest,
): Promise<void> => {
  const memory: Partial<MemoryWords> = wanted.memory === undefined ? {} : memoryOf(wanted.memory);
  const held: Partial<MemoryWords> = manifest.memory === undefined ? {} : memoryOf(manifest.memory);
  const change = {
    name: changed(manifest.name, wanted.name),
    notes: changed(manifest.notes, wanted.notes),
    processors: changed(manifest.processors, wanted.processors),
    memoryMb: changed(held.startup, memory.startup),
    minimumMb: changed(held.minimum, memory.minimum),
    maximumMb: changed(held.maximum, memory.maximum),
    dynamicMemory: changed(held.dynamic, memory.dynamic),
    automaticStart: numberOf(START_ACTIONS, changed(manifest.automaticStart, wanted.automaticStart)),
    automaticStop: numberOf(STOP_ACTIONS, changed(manifest.automaticStop, wanted.automaticStop)),
    secureBoot: changed(manifest.secureBoot, wanted.secureBoot),
    serial: changed(manifest.serial, wanted.serial === null ? '' : wanted.serial),
  };
  await changeMachine(
    client,
    machine.id,
    Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
  );
};

const changed = <T>(now: T | undefined, wanted: T | undefined): T | undefined => (now === wanted ? undefined : wanted);

const numberOf = (words: Readonly<Record<string, number>>, word: string | undefined): number | undefined =>
  word === undefined ? undefined : words[word];

const changeDisks = async (
  client: CimClient,
  { machine, disks }: MachineNow,
  wanted: readonly ManifestDisk[],
): Promise<void> => {
  const drives = new Drives(client);
  const images = new Images(client);
  for (const disk of wanted) if (disk.size !== undefined) await makeMissing(images, disk);
  for (const disk of disks) if (!wanted.some(({ file }) => sameFile(file, disk.file))) await drives.detach(disk);
  for (const disk of wanted)
    if (!disks.some(({ file }) => sameFile(file, disk.file))) await drives.attach(machine.id, kindOf(disk), disk.file);
};

/** A disk that is there keeps its size: a file that says another one is no order to write to it. */
const makeMissing = async (images: Images, { file, size }: ManifestDisk): Promise<void> => {
  try {
    await images.describe(file);
    return;
  } catch (error) {
    if (!(error instanceof MethodError)) throw error;
  }
  const format = /\.vhd$/i.test(file) ? 'vhd' : 'vhdx';
  const sizeBytes = typeof size === 'number' ? size : byteSize(size ?? '', `size of ${file}`);
  await images.create({ path: file, format, type: 'dynamic', sizeBytes, parent: null });
};

const changeNetworks = async (
  client: CimClient,
  machine: string,
  wanted: NonNullable<Manifest['networks']>,
  switches: ReadonlyMap<string, string>,
): Promise<void> => {
  const adapters = new NetworkAdapters(client);
  for (const extra of (await adapters.list(machine)).slice(wanted.length)) await adapters.remove(machine, extra);
  for (let count = (await adapters.list(machine)).length; count < wanted.length; count++)
    await adapters.add(machine, { switchId: null });
  for (const [index, { switch: name, mac, vlan }] of wanted.entries()) {
    const adapter = (await adapters.list(machine))[index];
    if (adapter === undefined) continue;
    const target = name === null ? null : (switches.get(name) ?? null);
    if (target === null && adapter.switch !== null) await adapters.disconnect(machine, adapter);
    if (target !== null && target !== adapter.switch) await adapters.connect(machine, adapter, target);
    const address = mac === undefined ? undefined : macText(mac);
    const isDynamic = address === 'dynamic';
    if (address !== undefined && (isDynamic ? !adapter.dynamicMac : adapter.dynamicMac || adapter.mac !== address))
      await adapters.change(machine, adapter, { mac: isDynamic ? null : address });
    if (vlan === undefined || vlan === adapter.vlan) continue;
    // A new connection is known by now.
    const [again = adapter] = (await adapters.list(machine)).slice(index, index + 1);
    await adapters.change(machine, again, { vlan });
  }
};

/** Requests that lead from a state to another one, in their order. */
const WAYS: Readonly<Record<NonNullable<Manifest['state']>, Readonly<Record<string, readonly number[]>>>> = {
  running: { off: [REQUESTS.start], saved: [REQUESTS.start], paused: [REQUESTS.resume] },
  off: {
    running: [REQUESTS.shutdown],
    paused: [REQUESTS.resume, REQUESTS.shutdown],
    saved: [REQUESTS.start, REQUESTS.shutdown],
  },
  saved: { running: [REQUESTS.save], paused: [REQUESTS.save], off: [REQUESTS.start, REQUESTS.save] },
  paused: {
    running: [REQUESTS.pause],
    off: [REQUESTS.start, REQUESTS.pause],
    saved: [REQUESTS.start, REQUESTS.pause],
  },
};

const reach = async (
  client: CimClient,
  { machine, manifest }: MachineNow,
  state: NonNullable<Manifest['state']>,
): Promise<void> => {
  const machines = new VirtualMachines(client);
  for (const request of WAYS[state][manifest.state ?? ''] ?? []) await machines.request(machine.id, request);
};
