import type { CimInstance } from '../../../cim/instance.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import { deviceValue, findDevice } from '../../../core/devices/effective.ts';
import { kindRow } from '../../../core/devices/kinds.ts';
import { ADAPTER_KINDS } from '../../../core/devices/wiring.ts';
import type { ConfigurationPlace } from '../../../core/graph.ts';
import type { DeviceSetting } from '../../../core/model.ts';
import type { EntitySet, Match } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import type { BootSourceEntity } from '../entities.ts';
import { configurationOfPrefix, parseInstanceId, settingInstanceId } from './instance-id.ts';
import { allPlaces } from './places.ts';

export const BOOT_SOURCE = 'Msvm_BootSourceSettingData';
const SUFFIX = '\\B';

/** VMBus class ids of the devices firmware can boot from, as the guest's device path shows them (object-model §9). */
const VMBUS_CHANNEL = 'VenHw(9B17E5A2-0891-42DD-B653-80B5C22809BA';
const SCSI_CLASS = 'BA6163D904A14D29B60572E2FFB1DC7F';
const NETWORK_CLASS = 'F8615163DF3E46C5913FF2D2F965ED0E';

export const bootSourceEntity = (place: ConfigurationPlace, setting: DeviceSetting): BootSourceEntity => ({
  kind: 'bootSource',
  className: BOOT_SOURCE,
  place,
  setting,
  row: kindRow(setting.kind),
});

/** Boot entries in BootSourceOrder. */
export function* bootSourcesOf(place: ConfigurationPlace): Iterable<BootSourceEntity> {
  for (const part of place.configuration.bootSources) {
    const setting = findDevice(place.configuration, part);
    if (setting !== undefined) yield bootSourceEntity(place, setting);
  }
}

export const isBootSource = (place: ConfigurationPlace, setting: DeviceSetting): boolean =>
  place.configuration.bootSources.some((part) => part.toLowerCase() === setting.part.toLowerCase());

export const bootSourcePath = (projection: Projection, place: ConfigurationPlace, part: string): ObjectPath =>
  projection.devicePath(BOOT_SOURCE, { InstanceID: settingInstanceId(place.configuration.id, part) + SUFFIX });

const compact = (part: string): string => (part.split('\\')[0] ?? '').replaceAll('-', '').toUpperCase();

/** Clients read `Scsi(controller,slot)` and `MAC(` out of this (object-model §9). */
const firmwareDevicePath = (place: ConfigurationPlace, setting: DeviceSetting): string => {
  const bus = `\\AcpiEx(VMBus,0,0)\\${VMBUS_CHANNEL},`;
  if (ADAPTER_KINDS.has(setting.kind)) {
    return `${bus}${NETWORK_CLASS}${compact(setting.part)})\\MAC(${String(deviceValue(setting, 'Address') ?? '')},0x1)`;
  }
  const controllers = place.configuration.devices.filter((device) => device.kind === 'scsiController');
  const index = Math.max(
    0,
    controllers.findIndex((device) => device.part === setting.parent),
  );
  const slot = String(deviceValue(setting, 'AddressOnParent') ?? '0');
  return `${bus}${SCSI_CLASS}${compact(setting.part)})\\Scsi(${index},${slot})`;
};

export const bootSourceInstance = (projection: Projection, entity: BootSourceEntity): CimInstance => {
  const network = ADAPTER_KINDS.has(entity.setting.kind);
  return projection
    .shape(BOOT_SOURCE, '', () => ({
      Caption: 'Boot Source',
      Description: 'Boot source of the virtual machine',
      ElementName: 'Boot Source',
    }))
    .make({
      InstanceID: settingInstanceId(entity.place.configuration.id, entity.setting.part) + SUFFIX,
      BootSourceType: network ? 2 : 1,
      BootSourceDescription: network ? 'EFI Network' : 'EFI SCSI Device',
      FirmwareDevicePath: firmwareDevicePath(entity.place, entity.setting),
      OtherLocation: '',
      OptionalData: [],
    });
};

export class BootSourceSet implements EntitySet<BootSourceEntity> {
  readonly kind = 'bootSource';
  readonly className = BOOT_SOURCE;
  readonly #projection: Projection;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  *entities(): Iterable<BootSourceEntity> {
    for (const place of allPlaces(this.#projection.graph)) yield* bootSourcesOf(place);
  }

  find(path: ObjectPath): BootSourceEntity | undefined {
    const id = path.key('InstanceID');
    const parsed = typeof id === 'string' ? parseInstanceId(id) : null;
    if (parsed?.part?.toLowerCase().endsWith(SUFFIX.toLowerCase()) !== true) return undefined;
    const place = this.#projection.graph.configuration(parsed.configuration);
    if (place === undefined) return undefined;
    const setting = findDevice(place.configuration, parsed.part.slice(0, -SUFFIX.length));
    return setting !== undefined && isBootSource(place, setting) ? bootSourceEntity(place, setting) : undefined;
  }

  path(entity: BootSourceEntity): ObjectPath {
    return bootSourcePath(this.#projection, entity.place, entity.setting.part);
  }

  instance(entity: BootSourceEntity): CimInstance {
    return bootSourceInstance(this.#projection, entity);
  }

  candidates(property: string, _match: Match, value: string): Iterable<BootSourceEntity> | undefined {
    const configuration = property === 'instanceid' ? configurationOfPrefix(value) : null;
    if (configuration === null) return undefined;
    const place = this.#projection.graph.configuration(configuration);
    return place === undefined ? [] : bootSourcesOf(place);
  }
}
