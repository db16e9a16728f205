import { HvFileError, type HvFilePlace } from '../error.ts';
import type { HvNode, HvValue } from '../tree.ts';
import { TreeBuilder } from '../tree-builder.ts';
import type { CimXmlInstance } from './cim-instances.ts';
import {
  BOOT_NAMES,
  BOOT_PATH,
  CONTROLLER_SUBTYPES,
  DISK_SUBTYPES,
  DRIVE_SUBTYPES,
  ETHERNET_CLASSES,
  type ExpProperty,
  SINGLE_INSTANCES,
} from './exp-tables.ts';

const IDE = '83f8638b-8dca-4152-9eda-2ca8b33039b4';
const SCSI = 'd422512d-2bf2-4752-809d-7b82b5fcb1b4';
const DISKETTE = '8f0d2762-0b00-4e04-af4f-19010527cb93';
const SERIAL = '8e3a359f-559a-4b6a-98a9-1690a6100ed7';
const ETHERNET = '2fc216b0-d2e2-4967-9b6d-b8a5c9ca2778';
const RASD = 'Msvm_ResourceAllocationSettingData';
const GUID = /[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}/gi;

const string = (value: string): HvValue => ({ type: 'string', value });
const integer = (value: number): HvValue => ({ type: 'int', value: BigInt(value) });

/**
 * The instances of a 2008 export as the tree of the later formats; what has no place there becomes
 * `instances/CLASS[n]/PROPERTY`, so that it is reported and not lost.
 * @throws HvFileError for a value that is not of its type
 */
export const expTree = (instances: readonly CimXmlInstance[]): HvNode => new ExpTree(instances).build();

class ExpTree {
  readonly #tree = new TreeBuilder();
  readonly #instances: readonly CimXmlInstance[];
  readonly #byId = new Map<string, CimXmlInstance>();
  readonly #used = new Map<CimXmlInstance, Set<string>>();
  #devices = 0;

  constructor(instances: readonly CimXmlInstance[]) {
    this.#instances = instances;
    for (const instance of instances) {
      const id = this.#text(instance, 'InstanceID');
      if (id !== '') this.#byId.set(id.toLowerCase(), instance);
    }
  }

  build(): HvNode {
    for (const [className, properties] of Object.entries(SINGLE_INSTANCES)) {
      // The first one is the machine's own; a second of its kind stays among the instances.
      const instance = this.#instances.find((other) => other.className === className);
      if (instance !== undefined) for (const property of properties) this.#property(instance, property);
    }
    this.#bootOrder();
    for (const instance of this.#instances) {
      const ethernet = Object.hasOwn(ETHERNET_CLASSES, instance.className)
        ? ETHERNET_CLASSES[instance.className]
        : undefined;
      if (ethernet !== undefined) this.#adapter(instance, ethernet.emulated);
      else if (instance.className === RASD) this.#resource(instance);
    }
    if (this.#devices > 0) this.#tree.set('configuration/manifest/size', integer(this.#devices));
    this.#rest();
    return this.#tree.build();
  }

  #text(instance: CimXmlInstance, name: string): string {
    return instance.properties.get(name)?.values?.[0] ?? '';
  }

  #use(instance: CimXmlInstance, ...names: readonly string[]): void {
    const used = this.#used.get(instance) ?? new Set();
    for (const name of names) used.add(name);
    this.#used.set(instance, used);
  }

  #property(instance: CimXmlInstance, { property, path, type }: ExpProperty): void {
    const held = instance.properties.get(property);
    const text = held?.values?.[0];
    if (held === undefined || text === undefined) return;
    const place = (): HvFilePlace => ({ path: `/${instance.className}/${property}`, offset: held.at() });
    this.#tree.set(`configuration/${path}`, valueOf(text, type, place), held.at);
    this.#use(instance, property);
  }

  #bootOrder(): void {
    const instance = this.#instances.find(({ className }) => className === 'Msvm_VirtualSystemSettingData');
    const names = (instance?.properties.get('BootOrder')?.values ?? []).map((text) => BOOT_NAMES[Number(text)]);
    if (instance === undefined || names.length !== 4 || names.includes(undefined)) return;
    for (const [i, name] of names.entries())
      this.#tree.set(`configuration/${BOOT_PATH}/device${i}`, string(name ?? ''));
    this.#use(instance, 'BootOrder');
  }

  #device(classId: string, instanceId: string, name: string): string {
    const node = `configuration/manifest/vdev${String(++this.#devices).padStart(3, '0')}`;
    this.#tree.set(`${node}/device`, string(classId));
    this.#tree.set(`${node}/instance`, string(instanceId));
    this.#tree.set(`${node}/name`, string(name));
    return `configuration/_${instanceId.toLowerCase()}_`;
  }

  /** `Microsoft:<machine>\<device>\...`: the device's GUID; undefined when there is none. */
  #deviceId(instance: CimXmlInstance): string | undefined {
    return (this.#text(instance, 'InstanceID').match(GUID) ?? [])[1]?.toUpperCase();
  }

  #adapter(instance: CimXmlInstance, emulated: boolean): void {
    const id = this.#deviceId(instance);
    const address = this.#text(instance, 'Address').replace(/[-:]/g, '').toUpperCase();
    if (id === undefined || !/^[0-9A-F]{12}$/.test(address)) return;
    const node = this.#device(ETHERNET, id, emulated ? 'Emulated Ethernet Port' : 'Synthetic Ethernet Port');
    this.#tree.set(`${node}/FriendlyName`, string(this.#text(instance, 'ElementName')));
    this.#tree.set(`${node}/MacAddress`, string((address.match(/../g) ?? []).join('-')));
    const fixed = this.#text(instance, 'StaticMacAddress');
    const value = valueOf(fixed === '' ? 'FALSE' : fixed, 'bool', () => ({
      path: `/${instance.className}/StaticMacAddress`,
      offset: instance.properties.get('StaticMacAddress')?.at() ?? 0,
    }));
    this.#tree.set(`${node}/MacAddressIsStatic`, value);
    if (emulated) this.#tree.set(`${node}/vsms_emulated`, { type: 'bool', value: true });
    // Msvm_SwitchPort.CreationClassName="...",Name="<port>",SystemName="<switch>"
    const connection = this.#text(instance, 'Connection');
    const switchId = /SystemName="([^"]+)"/i.exec(connection)?.[1] ?? '';
    this.#tree.set(`${node}/IsConnected`, { type: 'bool', value: connection !== '' });
    this.#tree.set(`${node}/SwitchName`, string(switchId));
    this.#tree.set(`${node}/PortName`, string(/[.,]Name="([^"]+)"/i.exec(connection)?.[1] ?? ''));
    this.#use(instance, 'InstanceID', 'Address', 'ElementName', 'StaticMacAddress', 'Connection');
  }

  #resource(instance: CimXmlInstance): void {
    const subType = this.#text(instance, 'ResourceSubType');
    if (subType === CONTROLLER_SUBTYPES.scsi) {
      const id = this.#deviceId(instance);
      if (id === undefined) return;
      this.#tree.set(`${this.#device(SCSI, id, 'Synthetic SCSI Controller')}/VDEVVersion`, integer(256));
      this.#use(instance, 'InstanceID', 'ResourceSubType');
    } else if (subType === CONTROLLER_SUBTYPES.serialPort) {
      const port = Number(/\\(\d)$/.exec(this.#text(instance, 'InstanceID'))?.[1] ?? '0');
      this.#tree.set(`configuration/_${SERIAL}_/port${port}/connection`, string(this.#text(instance, 'Connection')));
      this.#use(instance, 'InstanceID', 'ResourceSubType', 'Connection');
    } else if (Object.hasOwn(DRIVE_SUBTYPES, subType)) {
      const drive = this.#drivePath(instance);
      if (drive === undefined) return;
      this.#tree.set(`${drive}/type`, string(DRIVE_SUBTYPES[subType] ?? ''));
      this.#use(instance, 'InstanceID', 'ResourceSubType', 'Address', 'Parent');
    } else if (DISK_SUBTYPES.has(subType)) {
      const above = this.#parent(instance);
      const drive = above === undefined ? undefined : this.#drivePath(above);
      if (drive === undefined) return;
      this.#tree.set(`${drive}/pathname`, string(this.#text(instance, 'Connection')));
      this.#use(instance, 'InstanceID', 'ResourceSubType', 'Connection', 'Parent');
    }
  }

  /** `...Msvm_ResourceAllocationSettingData.InstanceID="Microsoft:...\\...\\0"` */
  #parent(instance: CimXmlInstance): CimXmlInstance | undefined {
    const id = /InstanceID="([^"]+)"/i.exec(this.#text(instance, 'Parent'))?.[1] ?? '';
    return this.#byId.get(id.replaceAll('\\\\', '\\').toLowerCase());
  }

  #drivePath(drive: CimXmlInstance): string | undefined {
    const controller = this.#parent(drive);
    const slot = this.#text(drive, 'Address');
    if (controller === undefined || !/^\d{1,2}$/.test(slot)) return undefined;
    const subType = this.#text(controller, 'ResourceSubType');
    if (subType === CONTROLLER_SUBTYPES.ide) {
      const index = this.#text(controller, 'Address');
      if (index !== '0' && index !== '1') return undefined;
      this.#use(controller, 'InstanceID', 'ResourceSubType', 'Address');
      return `configuration/_${IDE}_/controller${index}/drive${Number(slot)}`;
    }
    if (subType === CONTROLLER_SUBTYPES.diskette) {
      this.#use(controller, 'InstanceID', 'ResourceSubType');
      return `configuration/_${DISKETTE}_/controller0/drive${Number(slot)}`;
    }
    const id = this.#deviceId(controller);
    if (subType !== CONTROLLER_SUBTYPES.scsi || id === undefined) return undefined;
    return `configuration/_${id.toLowerCase()}_/controller0/drive${Number(slot)}`;
  }

  #rest(): void {
    const counts = new Map<string, number>();
    for (const instance of this.#instances) {
      const index = counts.get(instance.className) ?? 0;
      counts.set(instance.className, index + 1);
      const above = [
        { name: 'instances', index: 0 },
        { name: instance.className, index },
      ];
      for (const [name, { values }] of instance.properties) {
        if (values === null || this.#used.get(instance)?.has(name) === true) continue;
        for (const [i, value] of values.entries()) this.#tree.place([...above, { name, index: i }], string(value));
      }
    }
  }
}

const valueOf = (text: string, type: ExpProperty['type'], place: () => HvFilePlace): HvValue => {
  if (type === 'string') return string(text);
  const trimmed = text.trim();
  if (type === 'int' && /^\d{1,18}$/.test(trimmed)) return { type: 'int', value: BigInt(trimmed) };
  if (type === 'bool' && /^(?:true|false)$/i.test(trimmed)) return { type: 'bool', value: /^true$/i.test(trimmed) };
  throw new HvFileError('value', `"${text.slice(0, 40)}" is no ${type === 'int' ? 'integer' : 'boolean'}`, place());
};
