import { HvFileError } from '../error.ts';
import { childNode, type HvNode, isNode, offsetOf } from '../tree.ts';
import type {
  BootSource,
  DefinedSerialPort,
  DefinedSnapshots,
  DefinitionValues,
  MachineDefinition,
  OwnFacts,
  VirtualDevice,
} from './definition.ts';
import { DEVICE, DISPLAYS, INTEGRATION, TPM_PREFIX } from './devices.ts';
import {
  BOOT_DEVICES,
  DISPLAY_FIELDS,
  FIRMWARE_FIELDS,
  INTEGRATION_FIELDS,
  MEMORY_FIELDS,
  PROCESSOR_FIELDS,
  SYSTEM_FIELDS,
} from './fields.ts';
import { readOtherDevices } from './other-devices.ts';
import { OWN_SETTINGS } from './own-values.ts';
import { readAdapters } from './read-network.ts';
import { readControllers } from './read-storage.ts';
import { guidOf, Reading } from './reading.ts';

export const MACHINE_TYPE = 'Virtual Machines';
/** Nodes of our own in files that we write; Hyper-V passes over names that it does not know. */
export const OWN = {
  tpm: 'vsms/tpm',
  bootSources: 'vsms/boot_sources',
  system: 'vsms/system',
  processor: 'vsms/processor',
  memory: 'vsms/memory',
  absent: 'vsms/absent',
  deviceModels: 'vsms/device_models',
  clock: 'vsms/clock',
} as const;

/** Value of `OWN.clock`. */
export const LOCAL_TIME = 'local';

/**
 * The machine that a tree of keys describes, whatever format the tree came from. Values that make no sense are left
 * unmapped rather than refused; only an identity that is missing or wrong is an error.
 * @throws HvFileError with the path
 */
export const readDefinition = (root: HvNode): MachineDefinition => {
  const configuration = childNode(root, 'configuration');
  if (configuration === undefined)
    throw new HvFileError('missing', 'It holds no configuration of a machine', {
      path: '/configuration',
      offset: offsetOf(root.children[0]),
    });
  const reading = new Reading(root, configuration);
  const id = readId(reading, 'properties/global_id');
  const typeId = reading.string(configuration, 'properties/type_id') ?? MACHINE_TYPE;
  const manifest = readManifest(reading);
  const firmware = reading.devices.get(DEVICE.firmware);
  return {
    id,
    kind: typeId === MACHINE_TYPE ? 'machine' : 'snapshot',
    typeId,
    logicalId: readLogicalId(reading, id),
    generation: readGeneration(reading),
    system: {
      ...reading.fields(configuration, SYSTEM_FIELDS, OWN.system),
      ...reading.fields(firmware, FIRMWARE_FIELDS, null),
      ...readBootOrder(reading, firmware),
    },
    createdAt: readCreation(reading),
    generationId: reading.string(configuration, 'global_settings/devices/generation_id') ?? null,
    processor: reading.fields(configuration, PROCESSOR_FIELDS, OWN.processor),
    memory: reading.fields(configuration, MEMORY_FIELDS, OWN.memory),
    controllers: readControllers(reading, manifest),
    adapters: readAdapters(reading, manifest),
    serialPorts: readSerialPorts(reading),
    integration: readIntegration(reading, manifest),
    displays: readDisplays(reading),
    tpm: readTpm(reading, manifest),
    others: readOtherDevices(reading),
    own: readOwnFacts(reading),
    bootSources: readBootSources(reading),
    snapshots: readSnapshots(reading),
    files: {
      guestState: reading.string(reading.devices.get(DEVICE.guestState), 'StateFilePath') ?? null,
      savedState: reading.string(configuration, 'savedstate/vsvlocation') ?? null,
      savedMemory: reading.string(configuration, 'savedstate/memlocation') ?? null,
    },
    manifest,
    dataVersions: readDataVersions(reading),
    unmapped: reading.unmapped(),
  };
};

const readId = (reading: Reading, path: string): string => {
  const recorded = reading.string(reading.configuration, path);
  const { configuration } = reading;
  const offset = offsetOf(reading.leaf(configuration, path), childNode(configuration, 'properties'), configuration);
  const place = { path: `/configuration/${path}`, offset };
  if (recorded === undefined) throw new HvFileError('missing', 'The machine has no identifier', place);
  const id = guidOf(recorded);
  if (id === null) throw new HvFileError('value', `The identifier "${recorded.slice(0, 60)}" is no GUID`, place);
  return id;
};

const readLogicalId = (reading: Reading, id: string): string | null => {
  const recorded = reading.string(reading.configuration, 'settings/global/logical_id');
  return recorded === undefined || guidOf(recorded) === id ? null : recorded;
};

const readGeneration = (reading: Reading): 1 | 2 => {
  const path = 'properties/subtype';
  const leaf = reading.leaf(reading.configuration, path);
  // Before 2012 R2 there was one generation, and no word for it.
  if (leaf === undefined) return 1;
  const subtype = reading.number(reading.configuration, path);
  if (subtype === 0) return 1;
  if (subtype === 1) return 2;
  throw new HvFileError('value', 'The generation of the machine is neither 1 nor 2', {
    path: `/configuration/${path}`,
    offset: offsetOf(leaf),
  });
};

const readCreation = (reading: Reading): bigint | null => {
  const leaf = reading.leaf(reading.configuration, 'properties/creation_time');
  if (leaf?.type !== 'bytes' || leaf.value.length !== 8) return null;
  reading.use(leaf);
  return leaf.value.readBigUInt64LE();
};

const VDEV = /^vdev\d{3,6}$/;

export const MANIFEST_VERSION = 512;

/** Entries count one by one; `size` must say how many (hyperv-files §3), which is ours to write, not to believe. */
const readManifest = (reading: Reading): VirtualDevice[] => {
  const manifest = reading.node(reading.configuration, 'manifest');
  const devices: VirtualDevice[] = [];
  for (const item of manifest?.children ?? []) {
    if (!isNode(item) || !VDEV.test(item.name)) continue;
    const classId = reading.leaf(item, 'device');
    const instanceId = reading.leaf(item, 'instance');
    if (classId?.type !== 'string' || instanceId?.type !== 'string') continue;
    if (guidOf(classId.value) === null || guidOf(instanceId.value) === null) continue;
    reading.use(classId);
    reading.use(instanceId);
    devices.push({
      name: reading.string(item, 'name') ?? '',
      classId: classId.value,
      instanceId: instanceId.value,
      flags: reading.number(item, 'flags') ?? 1,
    });
  }
  reading.number(manifest, 'size');
  // The one that we write too; of another one nothing is known.
  const version = manifest === undefined ? undefined : reading.leaf(manifest, 'version');
  if (version?.type === 'int' && version.value === BigInt(MANIFEST_VERSION)) reading.use(version);
  return devices;
};

const readBootOrder = (reading: Reading, firmware: HvNode | undefined): DefinitionValues => {
  const leaves = [0, 1, 2, 3].map((n) => reading.leaf(firmware, `boot/device${n}`));
  const order = leaves.map(
    (leaf) => BOOT_DEVICES.find(([name]) => leaf?.type === 'string' && leaf.value === name)?.[1],
  );
  if (order.includes(undefined) || new Set(order).size !== 4) return {};
  for (const leaf of leaves) if (leaf !== undefined) reading.use(leaf);
  return { BootOrder: order.filter((device) => device !== undefined) };
};

const readSerialPorts = (reading: Reading): DefinedSerialPort[] => {
  const data = reading.devices.get(DEVICE.serial);
  return [0, 1].flatMap((index) => {
    const connection = reading.string(data, `port${index}/connection`);
    const values = reading.ownValues(reading.node(data, `port${index}/${OWN_SETTINGS}`));
    return connection === undefined ? [] : [{ index, connection, values }];
  });
};

const inManifest = (manifest: readonly VirtualDevice[], classId: string): boolean =>
  manifest.some((device) => guidOf(device.classId) === classId.toUpperCase());

const readIntegration = (reading: Reading, manifest: readonly VirtualDevice[]): MachineDefinition['integration'] =>
  Object.fromEntries(
    Object.entries(INTEGRATION)
      .filter(([, classId]) => reading.devices.has(classId) || inManifest(manifest, classId))
      .map(([kind, classId]) => [kind, reading.fields(reading.devices.get(classId), INTEGRATION_FIELDS)]),
  );

const readDisplays = (reading: Reading): MachineDefinition['displays'] =>
  Object.fromEntries(
    Object.entries(DISPLAYS).flatMap(([kind, classId]) => {
      const data = reading.devices.get(classId);
      return data === undefined ? [] : [[kind, reading.fields(data, DISPLAY_FIELDS[kind] ?? [])]];
    }),
  );

const readTpm = (reading: Reading, manifest: readonly VirtualDevice[]): boolean => {
  const own = reading.boolean(reading.configuration, OWN.tpm) === true;
  return own || manifest.some((device) => guidOf(device.classId)?.toLowerCase().startsWith(TPM_PREFIX) === true);
};

const readOwnFacts = (reading: Reading): OwnFacts | null => {
  const absent = reading.node(reading.configuration, OWN.absent);
  if (absent === undefined) return null;
  const parts = absent.children.flatMap((item) => {
    if (item.type !== 'string' || item.name !== 'part') return [];
    reading.use(item);
    return [item.value];
  });
  const clock = reading.string(reading.configuration, OWN.clock);
  return {
    absent: parts,
    deviceModels: reading.string(reading.configuration, OWN.deviceModels) ?? null,
    ...(clock === LOCAL_TIME ? { localTimeClock: true as const } : {}),
  };
};

const DRIVE_SOURCE = /^drive:([0-9A-F-]{36}):(\d{1,2})$/;
const ADAPTER_SOURCE = /^adapter:([0-9A-F-]{36})$/;

const readBootSources = (reading: Reading): BootSource[] => {
  const sources: BootSource[] = [];
  for (const item of reading.node(reading.configuration, OWN.bootSources)?.children ?? []) {
    if (item.type !== 'string') continue;
    const drive = DRIVE_SOURCE.exec(item.value);
    const adapter = ADAPTER_SOURCE.exec(item.value)?.[1];
    if (drive?.[1] !== undefined) sources.push({ kind: 'drive', controller: drive[1], slot: Number(drive[2]) });
    else if (adapter !== undefined) sources.push({ kind: 'adapter', adapter });
    else continue;
    reading.use(item);
  }
  return sources;
};

/**
 * The list of checkpoints. No definition with checkpoints was ever at hand: this is the form that we write; entries of
 * another form stay unmapped.
 */
const readSnapshots = (reading: Reading): DefinedSnapshots => {
  const snapshots = reading.node(reading.configuration, 'global_settings/snapshots');
  const list = reading.node(snapshots, 'list');
  const items: DefinedSnapshots['items'][number][] = [];
  for (const item of list?.children ?? []) {
    const idLeaf = isNode(item) ? reading.leaf(item, 'id') : undefined;
    const id = idLeaf?.type === 'string' ? guidOf(idLeaf.value) : null;
    if (!isNode(item) || id === null || idLeaf === undefined) continue;
    reading.use(idLeaf);
    items.push({ id, parent: guidOf(reading.string(item, 'parent') ?? '') });
  }
  const size = reading.leaf(list, 'size');
  if (size?.type === 'int' && size.value === BigInt(items.length)) reading.use(size);
  return { items, parent: guidOf(reading.string(snapshots, 'parent') ?? '') };
};

const readDataVersions = (reading: Reading): Record<string, number> =>
  Object.fromEntries(
    [...reading.devices].flatMap(([id, data]) => {
      const version = reading.number(data, 'VDEVVersion');
      return version === undefined ? [] : [[id, version]];
    }),
  );
