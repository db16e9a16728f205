import { z } from 'zod';
import type { CimInstance } from '../../cim/instance.ts';
import { partIn, partOf } from '../configurations/part-id.ts';
import { settingsBelow } from '../configurations/place.ts';
import type { Management } from '../management/management.ts';
import { flag, number, text, texts } from '../management/values.ts';
import { portView, viewPort } from './port-features.ts';
import { BANDWIDTH, SECURITY, VLAN } from './resources.ts';

const controllerSchema = z
  .strictObject({ id: z.string(), kind: z.enum(['ide', 'scsi', 'floppy']), number: z.number() })
  .meta({ id: 'Controller' });
const diskSchema = z
  .strictObject({
    id: z.string(),
    kind: z.enum(['disk', 'dvd', 'floppy']),
    controllerId: z.string().nullable(),
    controller: z.enum(['ide', 'scsi', 'floppy']).nullable(),
    controllerNumber: z.number().nullable(),
    location: z.number().nullable(),
    path: z.string().nullable(),
    imageId: z.string().nullable(),
  })
  .meta({ id: 'Disk' });
const nicSchema = z
  .strictObject({
    id: z.string(),
    kind: z.enum(['synthetic', 'emulated']),
    name: z.string(),
    mac: z.string(),
    macDynamic: z.boolean(),
    switchId: z.string().nullable(),
    switchName: z.string().nullable(),
    connected: z.boolean(),
    ...portView,
    connectionId: z.string().nullable(),
  })
  .meta({ id: 'Nic' });
const serialSchema = z
  .strictObject({ id: z.string(), name: z.string(), number: z.number(), pipe: z.string().nullable() })
  .meta({ id: 'SerialPort' });
const serviceSchema = z
  .strictObject({ id: z.string(), name: z.string(), enabled: z.boolean() })
  .meta({ id: 'IntegrationService' });

export const devicesSchema = z
  .strictObject({
    controllers: z.array(controllerSchema),
    disks: z.array(diskSchema),
    nics: z.array(nicSchema),
    serialPorts: z.array(serialSchema),
    integrationServices: z.array(serviceSchema),
    others: z.array(z.strictObject({ id: z.string(), className: z.string(), name: z.string() })),
  })
  .meta({ id: 'Devices' });

export { controllerSchema, diskSchema, nicSchema, serialSchema, serviceSchema };
export type DevicesView = z.infer<typeof devicesSchema>;
type ControllerView = z.infer<typeof controllerSchema>;
type DiskView = z.infer<typeof diskSchema>;
type NicView = z.infer<typeof nicSchema>;

/** ResourceType of controllers and drives (object-model §6). */
const CONTROLLERS: Readonly<Record<number, ControllerView['kind']>> = { 1: 'floppy', 5: 'ide', 6: 'scsi' };
const DRIVES: Readonly<Record<number, DiskView['kind']>> = { 14: 'floppy', 16: 'dvd', 17: 'disk' };
const RESOURCE = 'Msvm_ResourceAllocationSettingData';
const IMAGE = 'Msvm_StorageAllocationSettingData';
const CONNECTION = 'Msvm_EthernetPortAllocationSettingData';
const NICS: Readonly<Record<string, NicView['kind']>> = {
  Msvm_SyntheticEthernetPortSettingData: 'synthetic',
  Msvm_EmulatedEthernetPortSettingData: 'emulated',
};
const SERIAL = 'Msvm_SerialPortSettingData';
/** Told by the settings, and by adapters. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'Msvm_ProcessorSettingData',
  'Msvm_MemorySettingData',
  BANDWIDTH,
  SECURITY,
  VLAN,
]);

const ENABLED = 2;

const id = (setting: CimInstance): string => partOf(text(setting, 'InstanceID'));
const parent = (setting: CimInstance): string | null => partIn(text(setting, 'Parent'));
const sameId = (a: string | null, b: string): boolean => a !== null && a.toLowerCase() === b.toLowerCase();

const controllersOf = (settings: readonly CimInstance[]): readonly ControllerView[] => {
  const counts: Record<string, number> = {};
  return settings.flatMap((setting) => {
    const kind = setting.class.name === RESOURCE ? CONTROLLERS[number(setting, 'ResourceType') ?? -1] : undefined;
    const subType = text(setting, 'ResourceSubType') ?? '';
    // ResourceType 1 is "other": the controller of the serial ports has it too.
    if (kind === undefined || !/(IDE|SCSI|Diskette) Controller$/.test(subType)) return [];
    const counted = counts[kind] ?? 0;
    counts[kind] = counted + 1;
    // IDE controllers have a number of their own; SCSI controllers are counted in their order.
    const address = Number(text(setting, 'Address') ?? '');
    return [{ id: id(setting), kind, number: kind === 'ide' && Number.isInteger(address) ? address : counted }];
  });
};

const diskOf = (
  drive: CimInstance,
  kind: DiskView['kind'],
  settings: readonly CimInstance[],
  controllers: readonly ControllerView[],
): DiskView => {
  const own = id(drive);
  const controller = controllers.find((each) => sameId(parent(drive), each.id));
  const image = settings.find((each) => each.class.name === IMAGE && sameId(parent(each), own));
  const location = text(drive, 'AddressOnParent') ?? '';
  return {
    id: own,
    kind,
    controllerId: controller?.id ?? null,
    controller: controller?.kind ?? null,
    controllerNumber: controller?.number ?? null,
    location: /^\d+$/.test(location) ? Number(location) : null,
    path: image === undefined ? null : (texts(image, 'HostResource')[0] ?? null),
    imageId: image === undefined ? null : id(image),
  };
};

const nicOf = (
  nic: CimInstance,
  kind: NicView['kind'],
  settings: readonly CimInstance[],
  switches: ReadonlyMap<string, string>,
): NicView => {
  const own = id(nic);
  const connection = settings.find((each) => each.class.name === CONNECTION && sameId(parent(each), own));
  const resource = connection === undefined ? null : (texts(connection, 'HostResource')[0] ?? null);
  const switchId = /\bName="([^"]*)"/.exec(resource ?? '')?.[1]?.toUpperCase() ?? null;
  const below = connection === undefined ? null : `${id(connection).toLowerCase()}~`;
  const featureOf = (className: string): CimInstance | undefined =>
    below === null
      ? undefined
      : settings.find((each) => each.class.name === className && id(each).toLowerCase().startsWith(below));
  const known = connection === undefined ? null : text(connection, 'LastKnownSwitchName');
  return {
    id: own,
    kind,
    name: text(nic, 'ElementName') ?? '',
    mac: text(nic, 'Address') ?? '',
    macDynamic: flag(nic, 'StaticMacAddress') !== true,
    switchId,
    switchName: switchId === null ? (known === '' ? null : known) : (switches.get(switchId) ?? known),
    connected: switchId !== null && connection !== undefined && number(connection, 'EnabledState') === ENABLED,
    ...viewPort(featureOf),
    connectionId: connection === undefined ? null : id(connection),
  };
};

/** Devices of a machine, plan or checkpoint. */
export const devicesOf = async (management: Management, configuration: string): Promise<DevicesView> => {
  const settings = await settingsBelow(management, configuration);
  const switches = new Map<string, string>();
  if (settings.some((each) => each.class.name in NICS))
    for (const each of await management.query('SELECT Name, ElementName FROM Msvm_VirtualEthernetSwitch'))
      switches.set((text(each, 'Name') ?? '').toUpperCase(), text(each, 'ElementName') ?? '');
  const controllers = controllersOf(settings);
  const view: DevicesView = {
    controllers: [...controllers],
    disks: [],
    nics: [],
    serialPorts: [],
    integrationServices: [],
    others: [],
  };
  const known = new Set(controllers.map((each) => each.id));
  for (const setting of settings.filter((each) => id(each) !== '')) {
    const { name } = setting.class;
    const drive = name === RESOURCE ? DRIVES[number(setting, 'ResourceType') ?? -1] : undefined;
    const nic = NICS[name];
    if (drive !== undefined) view.disks.push(diskOf(setting, drive, settings, controllers));
    else if (nic !== undefined) view.nics.push(nicOf(setting, nic, settings, switches));
    else if (name === SERIAL) {
      const number = Number(id(setting).split('~').at(-1)) + 1;
      const pipe = texts(setting, 'Connection')[0] ?? '';
      view.serialPorts.push({
        id: id(setting),
        name: text(setting, 'ElementName') ?? '',
        number,
        pipe: pipe === '' ? null : pipe,
      });
    } else if (name.endsWith('ComponentSettingData')) {
      const enabled = number(setting, 'EnabledState') === ENABLED;
      view.integrationServices.push({ id: id(setting), name: text(setting, 'ElementName') ?? '', enabled });
    } else if (
      name !== IMAGE &&
      name !== CONNECTION &&
      !known.has(id(setting)) &&
      !ELSEWHERE.has(name) &&
      !name.startsWith('Msvm_BootSource')
    )
      view.others.push({ id: id(setting), className: name, name: text(setting, 'ElementName') ?? '' });
  }
  return view;
};
