import type {
  BootSource,
  DefinedAdapter,
  DefinedConnection,
  DefinedController,
  DefinedDrive,
  DefinedSerialPort,
  DefinedSnapshots,
  DefinitionValues,
  MachineDefinition,
  OtherDevice,
  PortFeature,
} from '../../hvfile/definition/definition.ts';
import {
  ADAPTER_FIELDS,
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
} from '../../hvfile/definition/fields.ts';
import { MACHINE_TYPE } from '../../hvfile/definition/read-definition.ts';
import { DEFAULT_DEVICES } from '../devices/default-devices.ts';
import { SERIAL_PART } from '../devices/consoles.ts';
import { childrenOf, deviceValue, effectiveDevice, findDevice, firstText } from '../devices/effective.ts';
import { kindRow } from '../devices/kinds.ts';
import { tpmSetting } from '../devices/tpm.ts';
import { ADAPTER_KINDS } from '../devices/wiring.ts';
import type { Configuration, DeviceSetting, Guid, SettingValues, Snapshot, VirtualSystem } from '../model.ts';
import { sameValue } from '../settings-equal.ts';
import { switchOfLink } from '../systems/machine/external-checks.ts';
import { effectiveValues } from '../systems/system-defaults.ts';
import { fileTime } from './file-time.ts';
import {
  adapterPart,
  blankDevice,
  connectionPart,
  CONTROLLER_KINDS,
  controllerPart,
  drivePart,
  featurePart,
  guidOfPart,
  IMAGE_IN,
  imagePart,
  DATA_ROOTS,
  SECTION_OF,
  sectionPart,
  SNAPSHOT_TYPES,
  THIS_HOST_ONLY,
} from './definition-places.ts';

/** A configuration on its way into a file. */
export interface DefinitionSource {
  readonly system: VirtualSystem;
  /** Null: the active settings. */
  readonly snapshot: Snapshot | null;
  /** What the file describes: a checkpoint stays one, or becomes a machine of its own. */
  readonly as:
    | { readonly kind: 'machine'; readonly id: Guid; readonly name: string; readonly snapshots: DefinedSnapshots }
    | { readonly kind: 'snapshot' };
  /** The data root that machines of this host have anyway: not recorded, so that another host takes its own (K13). */
  readonly defaultDataRoot: string | null;
  /** Is the memory of the guest exported with it? */
  readonly withSavedState: boolean;
  /** Readable name of a switch; null: it is not known any more. */
  switchName(id: Guid): string | null;
  /** Path that the definition records for an image: that of the copy, or the one on this host. */
  imagePath(image: DeviceSetting, hostResource: string): string;
}

/**
 * The definition of a machine or a checkpoint: every setting stands where Hyper-V looks for it, and what Hyper-V has no
 * place for in nodes of our own. `readConfiguration` makes the same configuration of it.
 */
export const writeConfiguration = (source: DefinitionSource): MachineDefinition => {
  const { system, snapshot, as } = source;
  const configuration = snapshot?.configuration ?? system.active;
  const writer = new ConfigurationWriter(source, configuration);
  const machine = as.kind === 'machine';
  return {
    id: machine ? as.id : configuration.id,
    kind: as.kind,
    typeId: machine ? MACHINE_TYPE : SNAPSHOT_TYPES[snapshot?.type ?? 'standard'],
    logicalId: null,
    generation: system.generation,
    system: writer.system(machine ? as.name : null),
    createdAt: fileTime(snapshot?.createdAt ?? system.createdAt),
    generationId: null,
    processor: writer.section('processor', PROCESSOR_FIELDS),
    memory: writer.section('memory', MEMORY_FIELDS),
    controllers: writer.controllers(),
    adapters: writer.adapters(),
    serialPorts: writer.serialPorts(),
    integration: writer.sections('integration', () => INTEGRATION_FIELDS),
    displays: writer.sections('displays', (kind) => DISPLAY_FIELDS[kind] ?? []),
    tpm: tpmSetting(configuration) !== undefined,
    bootSources: writer.bootSources(),
    snapshots: machine ? as.snapshots : { items: [], parent: snapshot?.parent ?? null },
    // Runtime files lie beside the definition under its own name.
    files: { guestState: null, savedState: null, savedMemory: null },
    manifest: [],
    dataVersions: {},
    unmapped: [],
    own: {
      absent: writer.absent(),
      deviceModels: system.extras?.deviceModels ?? 'virtio',
      ...(system.extras?.localTimeClock === true ? { localTimeClock: true as const } : {}),
    },
    // After all others: what none of them took.
    others: writer.others(),
  };
};

class ConfigurationWriter {
  readonly #source: DefinitionSource;
  readonly #configuration: Configuration;
  readonly #generation: 1 | 2;
  readonly #placed = new Set<DeviceSetting>();

  constructor(source: DefinitionSource, configuration: Configuration) {
    this.#source = source;
    this.#configuration = configuration;
    this.#generation = source.system.generation;
  }

  system(name: string | null): DefinitionValues {
    const { system, snapshot, as, defaultDataRoot, withSavedState } = this.#source;
    const effective = effectiveValues(system, this.#configuration, snapshot);
    const values: Record<string, SettingValues[string] | undefined> = { ...this.#configuration.values };
    for (const { property } of [...SYSTEM_FIELDS, ...FIRMWARE_FIELDS]) values[property] = effective[property];
    for (const property of THIS_HOST_ONLY) delete values[property];
    // Of a machine its saved state itself tells.
    if (as.kind === 'machine' || !withSavedState) delete values.IsSaved;
    if (defaultDataRoot !== null)
      for (const property of DATA_ROOTS) if (values[property] === defaultDataRoot) delete values[property];
    if (this.#generation === 1) values.BootOrder = effective.BootOrder;
    if (name !== null) values.ElementName = name;
    return withoutNulls(values);
  }

  /** Values of the one device of a kind. */
  section(kind: string, fields: readonly Field[]): DefinitionValues {
    const device = this.#configuration.devices.find((held) => held.kind === kind);
    return device === undefined ? {} : this.#take(device, fields);
  }

  sections(
    name: 'integration' | 'displays',
    fieldsOf: (kind: string) => readonly Field[],
  ): Readonly<Record<string, DefinitionValues>> {
    return Object.fromEntries(
      this.#configuration.devices
        .filter(({ kind, part }) => SECTION_OF[kind] === name && sectionPart(kind) === part)
        .map((device) => [device.kind, this.#take(device, fieldsOf(device.kind))]),
    );
  }

  controllers(): DefinedController[] {
    return this.#configuration.devices.flatMap((device) => {
      if (!CONTROLLER_KINDS.has(device.kind)) return [];
      const kind = device.kind as DefinedController['kind'];
      const index = kind === 'ideController' && device.part.endsWith('\\1') ? 1 : 0;
      const place = { kind, id: guidOfPart(device.part), index };
      if (controllerPart(place) !== device.part) return [];
      const values = this.#take(device, kind === 'scsiController' ? SCSI_FIELDS : []);
      return [{ ...place, values, drives: this.#drives(device.part) }];
    });
  }

  #drives(controller: string): DefinedDrive[] {
    const drives = childrenOf(this.#configuration, controller).flatMap((device) => {
      const slot = Number(deviceValue(device, 'AddressOnParent') ?? Number.NaN);
      const kind = device.kind as NonNullable<DefinedDrive['kind']>;
      if (!Object.hasOwn(IMAGE_IN, kind) || drivePart(controller, slot) !== device.part) return [];
      const values = this.#take(device, [], ['AddressOnParent']);
      return [{ slot, kind, recordedType: '', values, image: this.#image(device, kind) }];
    });
    return drives.toSorted((a, b) => a.slot - b.slot);
  }

  #image(drive: DeviceSetting, kind: NonNullable<DefinedDrive['kind']>): DefinedDrive['image'] {
    const image = findDevice(this.#configuration, imagePart(drive.part));
    const resource = image === undefined ? null : firstText(image, 'HostResource');
    if (image?.kind !== IMAGE_IN[kind] || image.parent !== drive.part || resource === null) return null;
    const paths = image.values.HostResource;
    const values = this.#take(image, IMAGE_FIELDS, Array.isArray(paths) && paths.length === 1 ? ['HostResource'] : []);
    return { kind: IMAGE_IN[kind], path: this.#source.imagePath(image, resource), values };
  }

  adapters(): DefinedAdapter[] {
    return this.#configuration.devices.flatMap((device) => {
      if (!ADAPTER_KINDS.has(device.kind)) return [];
      const place = { kind: device.kind as DefinedAdapter['kind'], id: guidOfPart(device.part) };
      if (adapterPart(place) !== device.part) return [];
      return [{ ...place, values: this.#take(device, ADAPTER_FIELDS), connection: this.#connection(device) }];
    });
  }

  #connection(adapter: DeviceSetting): DefinedConnection {
    const device = childrenOf(this.#configuration, adapter.part).find(({ kind }) => kind === 'ethernetConnection');
    const none = { connected: false, switchId: '', portId: '', hostResources: [], values: {}, features: [] };
    const portId = device?.part.split('\\').at(-1) ?? '';
    if (device === undefined || connectionPart(adapter.part, portId) !== device.part) return none;
    const resource = firstText(device, 'HostResource');
    const switchId = resource === null ? null : switchOfLink(resource);
    const link = switchId === null ? undefined : [`switch:${switchId.toUpperCase()}`];
    const enabled = deviceValue(device, 'EnabledState');
    const connected = enabled === 2 && switchId !== null;
    const said: string[] = [];
    if (sameValue(link, device.values.HostResource)) said.push('HostResource');
    if (enabled === (connected || switchId === null ? 2 : 3)) said.push('EnabledState');
    const name = switchId === null ? null : this.#source.switchName(switchId);
    return {
      ...none,
      connected,
      switchId: switchId?.toUpperCase() ?? '',
      portId,
      values: {
        ...this.#take(device, CONNECTION_FIELDS, said),
        ...(name === null ? {} : { LastKnownSwitchName: name }),
      },
      features: this.#features(device),
    };
  }

  #features(connection: DeviceSetting): PortFeature[] {
    return childrenOf(this.#configuration, connection.part).flatMap((device) => {
      const featureId = kindRow(device.kind).featureId;
      const id = device.part.split('\\').at(-1) ?? '';
      if (featureId === undefined || featurePart(connection.part, featureId, id) !== device.part) return [];
      const settings = [{ id, version: 0, values: this.#take(device, []), data: null }];
      return [{ featureId, kind: device.kind, displayName: '', flags: 0, settings }];
    });
  }

  serialPorts(): DefinedSerialPort[] {
    return this.#configuration.devices.flatMap((device) => {
      if (device.kind !== 'serialPort' || guidOfPart(device.part) !== SERIAL_PART) return [];
      const connection = firstText(device, 'Connection') ?? '';
      const said = sameValue(deviceValue(device, 'Connection'), [connection]) ? ['Connection'] : [];
      return [{ index: device.part.endsWith('\\1') ? 1 : 0, connection, values: this.#take(device, [], said) }];
    });
  }

  bootSources(): BootSource[] {
    return this.#configuration.bootSources.flatMap((part): BootSource[] => {
      const device = findDevice(this.#configuration, part);
      if (device === undefined) return [];
      if (ADAPTER_KINDS.has(device.kind)) return [{ kind: 'adapter', adapter: guidOfPart(part) }];
      const slot = Number(deviceValue(device, 'AddressOnParent') ?? Number.NaN);
      return [{ kind: 'drive', controller: guidOfPart(part), slot }];
    });
  }

  absent(): string[] {
    return DEFAULT_DEVICES[this.#generation]
      .filter(({ part }) => findDevice(this.#configuration, part) === undefined)
      .map(({ part }) => part);
  }

  others(): OtherDevice[] {
    const standard = DEFAULT_DEVICES[this.#generation];
    return this.#configuration.devices
      .filter((device) => !this.#placed.has(device) && !standard.includes(device))
      .map((device) => ({
        kind: device.kind,
        part: device.part,
        parent: device.parent,
        values: this.#take(device, []),
      }));
  }

  /** What the table has a key for, whatever its value, and what differs from a device of which nothing is said. */
  #take(device: DeviceSetting, fields: readonly Field[], said: readonly string[] = []): DefinitionValues {
    this.#placed.add(device);
    const effective = effectiveDevice(device);
    const blank = effectiveDevice(blankDevice(this.#generation, device));
    const keys = new Set(fields.map(({ property }) => property));
    return withoutNulls(
      Object.fromEntries(
        Object.entries(effective).filter(
          ([name, value]) => !said.includes(name) && (keys.has(name) || !sameValue(value, blank[name])),
        ),
      ),
    );
  }
}

const withoutNulls = (values: Readonly<Record<string, SettingValues[string] | undefined>>): DefinitionValues => {
  const kept: Record<string, DefinitionValues[string]> = {};
  for (const [name, value] of Object.entries(values)) if (value !== null && value !== undefined) kept[name] = value;
  return kept;
};
