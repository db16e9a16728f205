import { HvFileError } from '../error.ts';
import type { HvNode, HvValue } from '../tree.ts';
import { TreeBuilder } from '../tree-builder.ts';
import type {
  DefinedController,
  DefinedDrive,
  DefinitionValues,
  MachineDefinition,
  OwnFacts,
  VirtualDevice,
} from './definition.ts';
import { DEVICE, DISPLAYS, INTEGRATION, OPTIONAL_DEVICES, STANDARD_DEVICES } from './devices.ts';
import {
  ADAPTER_FIELDS,
  BOOT_DEVICES,
  CONNECTION_FIELDS,
  DISPLAY_FIELDS,
  type Field,
  FIRMWARE_FIELDS,
  IMAGE_FIELDS,
  INTEGRATION_FIELDS,
  MEMORY_FIELDS,
  PROCESSOR_FIELDS,
  SCSI_FIELDS,
  SYSTEM_FIELDS,
} from './fields.ts';
import { writeFeatures } from './port-features.ts';
import { LOCAL_TIME, MANIFEST_VERSION, OWN } from './read-definition.ts';
import { writeOtherDevices } from './other-devices.ts';
import { OWN_SETTINGS, writeOwnValues } from './own-values.ts';
import { OWN_CONNECTION, OWN_EMULATED } from './read-network.ts';
import { OWN_DRIVE } from './read-storage.ts';

const string = (value: string): HvValue => ({ type: 'string', value });
const integer = (value: number): HvValue => ({ type: 'int', value: BigInt(value) });
const bool = (value: boolean): HvValue => ({ type: 'bool', value });

/** `own`: where properties go that the table has no key for. */
type Put = (base: string, fields: readonly Field[], values: DefinitionValues, own?: string) => void;

const ROOT = 'configuration';
const device = (id: string): string => `${ROOT}/_${id.toLowerCase()}_`;

/**
 * The tree of keys of a definition: what `readDefinition` reads as the same definition, and what a Hyper-V host expects
 * of a configuration of its own (manifest without gaps, a data node for every adapter and SCSI controller).
 * @throws HvFileError for a kind of integration component or display that is none
 */
export const writeDefinition = (definition: MachineDefinition): HvNode => {
  const tree = new TreeBuilder();
  const put: Put = (base, fields, values, own = OWN_SETTINGS) => {
    const rest = new Map(Object.entries(values));
    for (const { path, property, codec } of fields) {
      const value = values[property];
      const leaf = value === undefined ? undefined : codec.write(value);
      if (leaf === undefined) continue;
      tree.set(`${base}/${path}`, leaf);
      rest.delete(property);
    }
    // What has no key there, or a value that the key cannot say.
    const above = `${base}/${own}`.split('/').map((name) => ({ name, index: 0 }));
    writeOwnValues(tree, above, Object.fromEntries(rest));
  };
  writeIdentity(tree, definition);
  writeSystem(tree, definition.system, put);
  put(ROOT, PROCESSOR_FIELDS, definition.processor, OWN.processor);
  put(ROOT, MEMORY_FIELDS, definition.memory, OWN.memory);
  const manifest = manifestOf(definition);
  writeManifest(tree, manifest);
  for (const [id, version] of Object.entries(versionsOf(definition, manifest)))
    tree.set(`${device(id)}/VDEVVersion`, integer(version));
  for (const controller of definition.controllers) writeController(tree, controller, put);
  for (const adapter of definition.adapters) {
    const node = device(adapter.id);
    put(node, ADAPTER_FIELDS, adapter.values);
    put(node, CONNECTION_FIELDS, adapter.connection.values, OWN_CONNECTION);
    tree.set(`${node}/IsConnected`, bool(adapter.connection.connected));
    tree.set(`${node}/SwitchName`, string(adapter.connection.switchId));
    tree.set(`${node}/PortName`, string(adapter.connection.portId));
    for (const resource of adapter.connection.hostResources)
      tree.append(`${node}/Connection/HostResources/HostResource`, string(resource));
    writeFeatures(tree, `${node}/Connection`, adapter.connection.features);
    if (adapter.kind === 'emulatedEthernet' && isSyntheticIn(manifest, adapter.id))
      tree.set(`${node}/${OWN_EMULATED}`, bool(true));
  }
  for (const port of definition.serialPorts) {
    const node = `${device(DEVICE.serial)}/port${port.index}`;
    tree.set(`${node}/connection`, string(port.connection));
    put(node, [], port.values);
  }
  for (const [kind, values] of Object.entries(definition.integration))
    put(device(known(INTEGRATION, kind)), INTEGRATION_FIELDS, values);
  for (const [kind, values] of Object.entries(definition.displays))
    put(device(known(DISPLAYS, kind)), DISPLAY_FIELDS[kind] ?? [], values);
  if (definition.tpm && !manifest.some(({ classId }) => classId.toLowerCase().startsWith('736e6aa9-')))
    tree.set(`${ROOT}/${OWN.tpm}`, bool(true));
  for (const source of definition.bootSources) {
    const text = source.kind === 'drive' ? `drive:${source.controller}:${source.slot}` : `adapter:${source.adapter}`;
    tree.append(`${ROOT}/${OWN.bootSources}/source`, string(text));
  }
  writeOtherDevices(tree, ROOT, definition.others);
  if (definition.own !== null) writeOwnFacts(tree, definition.own);
  writeSnapshots(tree, definition);
  writeFiles(tree, definition);
  for (const { steps, leaf } of definition.unmapped) tree.place(steps, leaf);
  return tree.build();
};

const writeOwnFacts = (tree: TreeBuilder, { absent, deviceModels, localTimeClock }: OwnFacts): void => {
  // Also without a part in it: the node says that the definition is one of ours.
  tree.open(`${ROOT}/${OWN.absent}`.split('/').map((name) => ({ name, index: 0 })));
  for (const part of absent) tree.append(`${ROOT}/${OWN.absent}/part`, string(part));
  if (deviceModels !== null) tree.set(`${ROOT}/${OWN.deviceModels}`, string(deviceModels));
  if (localTimeClock === true) tree.set(`${ROOT}/${OWN.clock}`, string(LOCAL_TIME));
};

const known = (kinds: Readonly<Record<string, string>>, kind: string): string => {
  const classId = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (classId === undefined)
    throw new HvFileError('value', `The kind ${kind} has no device here; it belongs to the others`, {
      path: `/${ROOT}`,
    });
  return classId;
};

const writeIdentity = (tree: TreeBuilder, definition: MachineDefinition): void => {
  tree.set(`${ROOT}/properties/global_id`, string(definition.id));
  tree.set(`${ROOT}/properties/type_id`, string(definition.typeId));
  tree.set(`${ROOT}/properties/subtype`, integer(definition.generation - 1));
  tree.set(`${ROOT}/settings/global/logical_id`, string(definition.logicalId ?? definition.id));
  if (definition.createdAt !== null) {
    const value = Buffer.alloc(8);
    value.writeBigUInt64LE(definition.createdAt);
    tree.set(`${ROOT}/properties/creation_time`, { type: 'bytes', value });
  }
  if (definition.generationId !== null)
    tree.set(`${ROOT}/global_settings/devices/generation_id`, string(definition.generationId));
};

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const isSyntheticIn = (manifest: readonly VirtualDevice[], id: string): boolean =>
  manifest.some((entry) => same(entry.instanceId, id) && same(entry.classId, DEVICE.ethernet));

/** The recorded devices, or those of every machine; then what the definition has and they lack. Ghosts are left out. */
const manifestOf = (definition: MachineDefinition): VirtualDevice[] => {
  const { generation, adapters, controllers, integration } = definition;
  const kept: VirtualDevice[] =
    definition.manifest.length > 0
      ? [...definition.manifest]
      : STANDARD_DEVICES.filter((row) => row.generations.includes(generation)).map(({ classId, name }) => ({
          name,
          classId,
          instanceId: classId,
          flags: 1,
        }));
  const scsi = controllers.filter(({ kind }) => kind === 'scsiController');
  const alive = [...adapters, ...scsi].map(({ id }) => id);
  const perInstance = [DEVICE.ethernet, DEVICE.scsi];
  const entries = kept.filter(
    (entry) => !perInstance.some((id) => same(id, entry.classId)) || alive.some((id) => same(id, entry.instanceId)),
  );
  const add = (classId: string, instanceId: string): void => {
    if (entries.some((entry) => same(entry.instanceId, instanceId))) return;
    entries.push({
      name: OPTIONAL_DEVICES[classId]?.name ?? '',
      classId,
      instanceId: instanceId.toLowerCase(),
      flags: 1,
    });
  };
  for (const kind of Object.keys(integration)) {
    const classId = INTEGRATION[kind];
    if (classId !== undefined) add(classId, classId);
  }
  for (const adapter of adapters) add(DEVICE.ethernet, adapter.id);
  for (const controller of scsi) add(DEVICE.scsi, controller.id);
  return entries;
};

const writeManifest = (tree: TreeBuilder, manifest: readonly VirtualDevice[]): void => {
  tree.set(`${ROOT}/manifest/version`, integer(MANIFEST_VERSION));
  tree.set(`${ROOT}/manifest/size`, integer(manifest.length));
  for (const [i, entry] of manifest.entries()) {
    const node = `${ROOT}/manifest/vdev${String(i + 1).padStart(3, '0')}`;
    tree.set(`${node}/device`, string(entry.classId));
    tree.set(`${node}/instance`, string(entry.instanceId));
    tree.set(`${node}/name`, string(entry.name));
    tree.set(`${node}/flags`, integer(entry.flags));
  }
};

/** Recorded versions; for devices that the record lacks, those of configuration 9.0. */
const versionsOf = (definition: MachineDefinition, manifest: readonly VirtualDevice[]): Record<string, number> => {
  const versions: Record<string, number> = { ...definition.dataVersions };
  const recorded = new Set(definition.manifest.map(({ instanceId }) => instanceId.toLowerCase()));
  for (const { classId, instanceId } of manifest) {
    const id = instanceId.toLowerCase();
    const standard =
      STANDARD_DEVICES.find((row) => same(row.classId, classId))?.version ?? OPTIONAL_DEVICES[classId]?.version ?? null;
    if (versions[id] === undefined && standard !== null && !recorded.has(id)) versions[id] = standard;
  }
  return versions;
};

/** Of the VSSD some properties belong to the firmware's node; what neither table has goes into our own. */
const writeSystem = (tree: TreeBuilder, system: DefinitionValues, put: Put): void => {
  const firmware = new Set(FIRMWARE_FIELDS.map(({ property }) => property));
  const ordered = writeBootOrder(tree, system['BootOrder']);
  const pick = (wanted: (name: string) => boolean): DefinitionValues =>
    Object.fromEntries(Object.entries(system).filter(([name]) => wanted(name)));
  put(
    ROOT,
    SYSTEM_FIELDS,
    pick((name) => !firmware.has(name) && !(ordered && name === 'BootOrder')),
    OWN.system,
  );
  for (const field of FIRMWARE_FIELDS) {
    const value = system[field.property];
    if (value === undefined) continue;
    const leaf = field.codec.write(value);
    if (leaf !== undefined) tree.set(`${device(DEVICE.firmware)}/${field.path}`, leaf);
    else put(ROOT, [], { [field.property]: value }, OWN.system);
  }
};

/** False: it is none of the orders that the file can say, such as the empty one of generation 2. */
const writeBootOrder = (tree: TreeBuilder, order: DefinitionValues[string] | undefined): boolean => {
  if (!Array.isArray(order)) return false;
  const names = order.map((value: unknown) => BOOT_DEVICES.find(([, cim]) => cim === value)?.[0]);
  if (names.length !== 4 || new Set(names).size !== 4 || names.includes(undefined)) return false;
  for (const [i, name] of names.entries()) tree.set(`${device(DEVICE.firmware)}/boot/device${i}`, string(name ?? ''));
  return true;
};

const TYPES: Readonly<Record<NonNullable<DefinedDrive['kind']>, string>> = {
  diskDrive: 'VHD',
  dvdDrive: 'ISO',
  disketteDrive: 'VFD',
};

const writeController = (tree: TreeBuilder, controller: DefinedController, put: Put): void => {
  const data = device(controller.id);
  const node = `${data}/controller${controller.index}`;
  if (controller.kind === 'scsiController') put(data, SCSI_FIELDS, controller.values);
  else put(node, [], controller.values);
  // Both slots of an IDE channel are always there.
  const slots = controller.kind === 'ideController' ? [0, 1] : [];
  for (const slot of slots.filter((n) => !controller.drives.some((drive) => drive.slot === n))) {
    tree.set(`${node}/drive${slot}/type`, string('NONE'));
    tree.set(`${node}/drive${slot}/pathname`, string(''));
  }
  for (const drive of controller.drives) {
    if (drive.kind === null) continue;
    const base = `${node}/drive${drive.slot}`;
    tree.set(`${base}/type`, string(TYPES[drive.kind]));
    tree.set(`${base}/pathname`, string(drive.image?.path ?? ''));
    put(base, [], drive.values, OWN_DRIVE);
    put(base, IMAGE_FIELDS, drive.image?.values ?? {});
  }
};

const writeSnapshots = (tree: TreeBuilder, { snapshots }: MachineDefinition): void => {
  const base = `${ROOT}/global_settings/snapshots`;
  tree.set(`${base}/list/size`, integer(snapshots.items.length));
  for (const [i, { id, parent }] of snapshots.items.entries()) {
    const node = `${base}/list/snapshot${String(i + 1).padStart(3, '0')}`;
    tree.set(`${node}/id`, string(id));
    if (parent !== null) tree.set(`${node}/parent`, string(parent));
  }
  if (snapshots.parent !== null) tree.set(`${base}/parent`, string(snapshots.parent));
};

const writeFiles = (tree: TreeBuilder, { files }: MachineDefinition): void => {
  if (files.guestState !== null) tree.set(`${device(DEVICE.guestState)}/StateFilePath`, string(files.guestState));
  if (files.savedState !== null) tree.set(`${ROOT}/savedstate/vsvlocation`, string(files.savedState));
  if (files.savedMemory !== null) tree.set(`${ROOT}/savedstate/memlocation`, string(files.savedMemory));
};
