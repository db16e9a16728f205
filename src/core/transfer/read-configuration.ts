import type {
  BootSource,
  DefinedAdapter,
  DefinedController,
  DefinitionValues,
  MachineDefinition,
} from '../../hvfile/definition/definition.ts';
import { SERIAL_PART } from '../devices/consoles.ts';
import { DEFAULT_DEVICES } from '../devices/default-devices.ts';
import { findDevice } from '../devices/effective.ts';
import { findKind, kindRow } from '../devices/kinds.ts';
import { BOOTABLE_KINDS, LIMITS, PARENTS_OF } from '../devices/wiring.ts';
import type { Configuration, DeviceSetting, Guid, SettingValues } from '../model.ts';
import { sameValue } from '../settings-equal.ts';
import { withDeviceValues } from '../systems/draft.ts';
import { NO_VALUES } from '../systems/record.ts';
import { FOLLOWS } from '../systems/system-defaults.ts';
import { mergeValues } from '../systems/settings/system-values.ts';
import {
  adapterPart,
  blankDevice,
  connectionPart,
  controllerPart,
  drivePart,
  featurePart,
  imagePart,
  sectionPart,
  THIS_HOST_ONLY,
} from './definition-places.ts';

export interface ReadOptions {
  /** Of the configuration: the machine's, or a checkpoint's. */
  readonly id: Guid;
  /** For what a definition of another program gives no identity of its own. */
  newGuid(): Guid;
  /**
   * May a setting of the class have this value? A file of another host says anything; what the schema has no property of
   * that type for is left out and told in `refused`.
   */
  accepts(className: string, property: string, value: SettingValues[string]): boolean;
}

/** What a definition says and no configuration can be. */
export interface RefusedValue {
  /** Part of the device; null: of the VSSD. */
  readonly part: string | null;
  /** Null: the device itself, which a machine of the generation cannot have there. */
  readonly property: string | null;
}

/** As object-model §5 forms them: a GUID, then numbers, GUIDs and short words. */
const PART = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\\[\w-]{1,36}){0,5}$/i;

export interface ReadConfiguration {
  readonly configuration: Configuration;
  readonly refused: readonly RefusedValue[];
}

export const VSSD = 'Msvm_VirtualSystemSettingData';

/** The configuration that a definition describes, paths and switches as recorded. The reverse of `writeConfiguration`. */
export const readConfiguration = (definition: MachineDefinition, options: ReadOptions): ReadConfiguration =>
  new ConfigurationReader(definition, options).read();

class ConfigurationReader {
  readonly #definition: MachineDefinition;
  readonly #options: ReadOptions;
  readonly #devices = new Map<string, DeviceSetting>();
  readonly #refused: RefusedValue[] = [];

  constructor(definition: MachineDefinition, options: ReadOptions) {
    this.#definition = definition;
    this.#options = options;
  }

  read(): ReadConfiguration {
    const { generation, own } = this.#definition;
    const absent = new Set(own?.absent.filter((part) => this.#isRemovable(part)));
    for (const device of DEFAULT_DEVICES[generation]) if (!absent.has(device.part)) this.#keep(device);
    this.#sections();
    for (const controller of this.#definition.controllers) this.#controller(controller);
    for (const adapter of this.#definition.adapters) this.#adapter(adapter);
    for (const { index, connection, values } of this.#definition.serialPorts)
      this.#put('serialPort', `${SERIAL_PART}\\${index}`, SERIAL_PART, { Connection: [connection], ...values });
    for (const { kind, part, parent, values } of this.#definition.others)
      if (findKind(kind) !== undefined) this.#put(kind, part, parent, values);
    if (own === null && this.#definition.tpm)
      this.#put('security', sectionPart('security'), null, { TpmEnabled: true });
    const devices = [...this.#devices.values()];
    const standard = DEFAULT_DEVICES[generation];
    const untouched = devices.length === standard.length && devices.every((device, i) => device === standard[i]);
    return {
      configuration: {
        id: this.#options.id,
        values: this.#system(),
        devices: untouched ? standard : devices,
        bootSources: this.#bootSources(devices),
      },
      refused: this.#refused,
    };
  }

  #isRemovable(part: string): boolean {
    const device = findDevice({ devices: DEFAULT_DEVICES[this.#definition.generation] }, part);
    return device !== undefined && kindRow(device.kind).removable;
  }

  #system(): SettingValues {
    const { generation, system } = this.#definition;
    const values: Record<string, SettingValues[string]> = { ...this.#accepted(VSSD, null, system) };
    for (const name of THIS_HOST_ONLY) delete values[name];
    // Files write out what the domain takes over from another property.
    for (const [name, source] of Object.entries(FOLLOWS))
      if (sameValue(values[name], values[source])) delete values[name];
    return mergeValues(generation, NO_VALUES, values);
  }

  #sections(): void {
    const { processor, memory, integration, displays } = this.#definition;
    for (const [kind, values] of Object.entries({ processor, memory, ...integration, ...displays })) {
      const { part, parent } = { part: sectionPart(kind), parent: null };
      const there = this.#devices.has(part.toLowerCase()) || !this.#isStandard(part);
      if (there) this.#put(kind, part, parent, values);
    }
  }

  #isStandard(part: string): boolean {
    return findDevice({ devices: DEFAULT_DEVICES[this.#definition.generation] }, part) !== undefined;
  }

  #controller(controller: DefinedController): void {
    const part = controllerPart(controller);
    this.#put(controller.kind, part, null, controller.values);
    for (const { slot, kind, values, image } of controller.drives) {
      // A kind of drive that we do not know: its leaves are unmapped.
      if (kind === null) continue;
      const drive = drivePart(part, slot);
      this.#put(kind, drive, part, { ...values, AddressOnParent: String(slot) });
      if (image !== null)
        this.#put(image.kind, imagePart(drive), drive, { HostResource: [image.path], ...image.values });
    }
  }

  #adapter(adapter: DefinedAdapter): void {
    const part = adapterPart(adapter);
    this.#put(adapter.kind, part, null, adapter.values);
    const { connected, switchId, portId, values, features } = adapter.connection;
    // An adapter without a port is one that nothing was said about where we wrote it; other programs give it one always.
    if (portId === '' && this.#definition.own !== null) return;
    const connection = connectionPart(part, portId === '' ? this.#options.newGuid() : portId);
    this.#put('ethernetConnection', connection, part, {
      ...(switchId === '' ? {} : { HostResource: [`switch:${switchId}`] }),
      EnabledState: connected || switchId === '' ? 2 : 3,
      ...values,
    });
    for (const { kind, settings } of features) {
      const featureId = kind === null ? undefined : findKind(kind)?.featureId;
      if (kind === null || featureId === undefined) continue;
      for (const { id, values: said } of settings) {
        if (said === null) continue;
        const guid = id === '' ? this.#options.newGuid() : id;
        this.#put(kind, featurePart(connection, featureId, guid), connection, said);
      }
    }
  }

  #put(kind: string, part: string, parent: string | null, values: DefinitionValues): void {
    const before = this.#devices.get(part.toLowerCase());
    if (before === undefined && !this.#fits(kind, part, parent)) {
      this.#refused.push({ part, property: null });
      return;
    }
    const blank = before?.kind === kind ? before : blankDevice(this.#definition.generation, { kind, part, parent });
    this.#keep(withDeviceValues(blank, this.#accepted(kindRow(kind).settingClass, blank.part, values)));
  }

  /** Files of other hosts have any devices anywhere: those that no client could have added stay out. */
  #fits(kind: string, part: string, parent: string | null): boolean {
    const { generation } = this.#definition;
    const held = [...this.#devices.values()].filter((device) => device.kind === kind).length;
    if (!PART.test(part) || held >= (LIMITS[kind]?.[generation] ?? Number.POSITIVE_INFINITY)) return false;
    const parents = PARENTS_OF[kind];
    if (parents === undefined) return parent === null;
    const above = parent === null ? undefined : this.#devices.get(parent.toLowerCase());
    return above !== undefined && parents.includes(above.kind);
  }

  #keep(device: DeviceSetting): void {
    this.#devices.set(device.part.toLowerCase(), device);
  }

  #accepted(className: string, part: string | null, values: DefinitionValues): SettingValues {
    const accepted: Record<string, SettingValues[string]> = {};
    for (const [property, value] of Object.entries(values)) {
      if (this.#options.accepts(className, property, value)) accepted[property] = value;
      else this.#refused.push({ part, property });
    }
    return accepted;
  }

  /** As recorded; a definition of another program leaves the order to its .vmgs: then that of the devices. */
  #bootSources(devices: readonly DeviceSetting[]): readonly string[] {
    if (this.#definition.generation === 1) return [];
    const bootable = devices.filter(({ kind }) => BOOTABLE_KINDS.has(kind)).map(({ part }) => part);
    const recorded = this.#definition.bootSources.flatMap((source) => this.#bootSource(source, bootable));
    if (this.#definition.own !== null) return [...new Set(recorded)];
    return [...new Set([...recorded, ...bootable])];
  }

  #bootSource(source: BootSource, bootable: readonly string[]): readonly string[] {
    const part = source.kind === 'adapter' ? source.adapter : drivePart(`${source.controller}\\0`, source.slot);
    return bootable.filter((held) => held.toLowerCase() === part.toLowerCase());
  }
}
