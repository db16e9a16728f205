import type { CimClient } from './cim-client.ts';
import { listOf, numberOf, textOf } from './object.ts';
import type { ObjectOf } from './schema.ts';
import { wqlText } from './texts.ts';

type Configuration = ObjectOf<'Msvm_VirtualSystemSettingData'>;

export interface PlanDisk {
  /** InstanceID of the setting that names the file. */
  readonly setting: string;
  readonly kind: 'disk' | 'cd' | 'floppy';
  /** `IDE 0:1`, `SCSI 0:12`, `floppy`. */
  readonly place: string;
  readonly file: string;
}

export interface PlanNetwork {
  /** InstanceID of the connection. */
  readonly setting: string;
  readonly adapter: string;
  readonly mac: string;
  readonly connected: boolean;
  /** Name of the switch, on this host or on the one that the plan comes from; '' when none. */
  readonly switch: string;
}

export interface PlanConfiguration {
  readonly id: string;
  readonly name: string;
  /** A checkpoint whose definition was not found. */
  readonly missing: boolean;
  readonly disks: readonly PlanDisk[];
  readonly networks: readonly PlanNetwork[];
}

export interface PlanDetails {
  readonly id: string;
  readonly name: string;
  readonly generation: number;
  readonly version: string;
  readonly processors: number;
  readonly memoryMb: number;
  readonly dynamicMemory: boolean;
  readonly secureBoot: boolean;
  readonly saved: boolean;
  readonly dataRoot: string;
  readonly notes: string;
  readonly active: PlanConfiguration;
  readonly checkpoints: readonly (PlanConfiguration & { readonly parent: string | null })[];
}

export interface HostSwitch {
  readonly id: string;
  readonly name: string;
}

export const hostSwitches = async (client: CimClient): Promise<readonly HostSwitch[]> => {
  const found: HostSwitch[] = [];
  for await (const { properties } of client.query('SELECT * FROM Msvm_VirtualEthernetSwitch'))
    found.push({ id: textOf(properties['Name']) ?? '', name: textOf(properties['ElementName']) ?? '' });
  return found;
};

/** Everything of a plan that a person decides by, in calls of Hyper-V's API. */
export const planDetails = async (client: CimClient, id: string): Promise<PlanDetails> => {
  const all: Configuration[] = [];
  const query = `SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemIdentifier = ${wqlText(id)}` as const;
  for await (const object of client.query(query)) if (/:(?:Planned|Missing)$/.test(typeOf(object))) all.push(object);
  const active = all.find((object) => typeOf(object).endsWith('System:Planned'));
  if (active === undefined) throw new Error(`The plan ${id} has no settings.`);
  const switches = await hostSwitches(client);
  const configuration = (object: Configuration): Promise<PlanConfiguration> =>
    configurationOf(client, object, switches);
  const own = idOf(active);
  const memory = await client.first(`SELECT * FROM Msvm_MemorySettingData WHERE ${below(own)}`);
  const processor = await client.first(`SELECT * FROM Msvm_ProcessorSettingData WHERE ${below(own)}`);
  const text = (name: keyof Configuration['properties']): string => textOf(active.properties[name]) ?? '';
  const checkpoints = [];
  for (const object of all.filter((each) => each !== active))
    checkpoints.push({
      ...(await configuration(object)),
      parent: /Microsoft:([0-9A-F-]{36})/i.exec(textOf(object.properties['Parent']) ?? '')?.[1] ?? null,
    });
  return {
    id,
    name: text('ElementName'),
    generation: text('VirtualSystemSubType').endsWith(':2') ? 2 : 1,
    version: text('Version'),
    processors: numberOf(processor?.properties['VirtualQuantity']),
    memoryMb: numberOf(memory?.properties['VirtualQuantity']),
    dynamicMemory: textOf(memory?.properties['DynamicMemoryEnabled']) === 'true',
    secureBoot: text('SecureBootEnabled') === 'true',
    saved: text('IsSaved') === 'true',
    dataRoot: text('ConfigurationDataRoot'),
    notes: listOf(active.properties['Notes'])
      .filter((note) => typeof note === 'string')
      .join('\n'),
    active: await configuration(active),
    checkpoints,
  };
};

const typeOf = ({ properties }: Configuration): string => textOf(properties['VirtualSystemType']) ?? '';
const idOf = ({ properties }: Configuration): string =>
  (textOf(properties['InstanceID']) ?? '').replace(/^Microsoft:/, '');
const below = (configuration: string): string => `InstanceID LIKE 'Microsoft:${configuration}%'`;

const configurationOf = async (
  client: CimClient,
  object: Configuration,
  switches: readonly HostSwitch[],
): Promise<PlanConfiguration> => {
  const id = idOf(object);
  const missing = typeOf(object).endsWith(':Missing');
  return {
    id,
    name: textOf(object.properties['ElementName']) ?? '',
    missing,
    disks: missing ? [] : await disksOf(client, id),
    networks: missing ? [] : await networksOf(client, id, switches),
  };
};

const KINDS: readonly (readonly [ending: string, kind: PlanDisk['kind']])[] = [
  ['Virtual CD/DVD Disk', 'cd'],
  ['Virtual Floppy Disk', 'floppy'],
];

/** Images of a machine, plan or checkpoint with the drives that they are in, by its id. */
export const disksOf = async (client: CimClient, configuration: string): Promise<readonly PlanDisk[]> => {
  const disks: PlanDisk[] = [];
  const controllers = await scsiControllersOf(client, configuration);
  for await (const { properties } of client.query(
    `SELECT * FROM Msvm_StorageAllocationSettingData WHERE ${below(configuration)}`,
  )) {
    const setting = textOf(properties['InstanceID']) ?? '';
    const [, controller = '', index = '', slot = ''] = setting.split('\\');
    const kind =
      KINDS.find(([ending]) => (textOf(properties['ResourceSubType']) ?? '').endsWith(ending))?.[1] ?? 'disk';
    const scsi = controllers.indexOf(controller.toUpperCase());
    const place = kind === 'floppy' ? 'floppy' : scsi < 0 ? `IDE ${index}:${slot}` : `SCSI ${scsi}:${slot}`;
    disks.push({ setting, kind, place, file: textOf(properties['HostResource']) ?? '' });
  }
  return disks;
};

/** Their identifiers, in the order by which they are counted; those without images count too. */
const scsiControllersOf = async (client: CimClient, configuration: string): Promise<readonly string[]> => {
  const found: string[] = [];
  const query =
    `SELECT InstanceID FROM Msvm_ResourceAllocationSettingData WHERE ResourceType = 6 AND ${below(configuration)}` as const;
  for await (const { properties } of client.query(query))
    found.push((textOf(properties['InstanceID']) ?? '').split('\\')[1]?.toUpperCase() ?? '');
  return found;
};

const ENABLED = 2;

const networksOf = async (
  client: CimClient,
  configuration: string,
  switches: readonly HostSwitch[],
): Promise<readonly PlanNetwork[]> => {
  const adapters = new Map<string, { name: string; mac: string }>();
  for (const className of ['Msvm_SyntheticEthernetPortSettingData', 'Msvm_EmulatedEthernetPortSettingData'] as const)
    for await (const { properties } of client.query(`SELECT * FROM ${className} WHERE ${below(configuration)}`))
      adapters.set((textOf(properties['InstanceID']) ?? '').split('\\')[1] ?? '', {
        name: textOf(properties['ElementName']) ?? '',
        mac: textOf(properties['Address']) ?? '',
      });
  const networks: PlanNetwork[] = [];
  for await (const { properties } of client.query(
    `SELECT * FROM Msvm_EthernetPortAllocationSettingData WHERE ${below(configuration)}`,
  )) {
    const setting = textOf(properties['InstanceID']) ?? '';
    const adapter = adapters.get(setting.split('\\')[1] ?? '');
    const resource = textOf(properties['HostResource']) ?? '';
    const known = switches.find(({ id }) => id !== '' && resource.toUpperCase().includes(id.toUpperCase()));
    networks.push({
      setting,
      adapter: adapter?.name ?? '',
      mac: adapter?.mac ?? '',
      connected: resource !== '' && numberOf(properties['EnabledState']) === ENABLED,
      switch: known?.name ?? textOf(properties['LastKnownSwitchName']) ?? resource,
    });
  }
  return networks;
};
