import type { CimInstance } from '../../cim/instance.ts';
import type { CimValue, CimValues } from '../../cim/values.ts';
import { deviceValue, findDevice } from '../../core/devices/effective.ts';
import type { DeviceKindRow } from '../../core/devices/kind.ts';
import { ADAPTER_KINDS, DRIVE_KINDS, IMAGE_KINDS } from '../../core/devices/wiring.ts';
import type { ConfigurationPlace } from '../../core/graph.ts';
import type { DeviceSetting } from '../../core/model.ts';
import type { Projection } from '../projection.ts';
import { knownValues } from '../shape.ts';
import { settingInstanceId } from '../v2/settings/instance-id.ts';
import { renderResourceLink } from '../v2/settings/resource-link.ts';
import { type SettingDialect, settingPath } from '../v2/settings/setting.ts';
import { v1Row } from './kinds.ts';
import { connectedPort, portPath } from './switch-port.ts';

/** The one class whose kinds have several classes in v2. */
const RASD = 'Msvm_ResourceAllocationSettingData';

/** Values that v1 says with words of its own; the row of the kind has them. */
const TRANSLATED: ReadonlySet<string> = new Set([
  'ResourceType',
  'ResourceSubType',
  'OtherResourceType',
  'AllocationUnits',
  'PoolID',
]);

const links = (projection: Projection, setting: DeviceSetting): CimValue => {
  const held = deviceValue(setting, 'HostResource');
  return Array.isArray(held) ? held.map((link) => renderResourceLink(projection, String(link))) : null;
};

/** Slot, file and switch port stand in other properties than in v2 (object-model §12). */
const wiring = (projection: Projection, place: ConfigurationPlace, setting: DeviceSetting): CimValues => {
  const { kind } = setting;
  if (IMAGE_KINDS.has(kind)) return { Connection: links(projection, setting), HostResource: null };
  if (DRIVE_KINDS.has(kind))
    return { Address: deviceValue(setting, 'AddressOnParent'), HostResource: links(projection, setting) };
  if (ADAPTER_KINDS.has(kind)) {
    const port = connectedPort(projection, place, setting);
    return { Connection: port === null ? [''] : [projection.text(portPath(projection, port))] };
  }
  return {};
};

const parentText = (projection: Projection, place: ConfigurationPlace, parent: string): string | null => {
  const above = findDevice(place.configuration, parent);
  const row = above === undefined ? undefined : v1Row(above.kind);
  return above === undefined || row === undefined
    ? null
    : projection.text(settingPath(projection, row, place, above.part));
};

const instance = (
  projection: Projection,
  place: ConfigurationPlace,
  setting: DeviceSetting,
  row: DeviceKindRow,
): CimInstance => {
  const shape = projection.shape(row.settingClass, row.kind, () => row.defaults);
  const values: CimValues = { ...(setting.values as CimValues), ...wiring(projection, place, setting) };
  for (const name of TRANSLATED) delete values[name];
  values['InstanceID'] = settingInstanceId(place.configuration.id, setting.part);
  if (setting.parent !== null) values['Parent'] = parentText(projection, place, setting.parent);
  return shape.make(knownValues(shape.class, values));
};

/** Settings as v1 shows them. The index of names and addresses knows the classes of v2: it serves those that v1 has too. */
export const V1_SETTINGS: SettingDialect = { row: v1Row, instance, indexed: (className) => className !== RASD };
