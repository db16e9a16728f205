import { ADAPTER_KINDS, IMAGE_KINDS } from '../devices/wiring.ts';
import { NO_MAC } from '../devices/ethernet.ts';
import { kindRow } from '../devices/kinds.ts';
import { deviceValue } from '../devices/effective.ts';
import type { DeviceSetting, Guid, SettingValues } from '../model.ts';
import type { SystemsContext } from './context.ts';
import { withDeviceValues } from './draft.ts';
import { invalid, quote } from './refusals.ts';
import { namedPort, renameDevices } from './rename-parts.ts';
import { elementNameOf } from './system-defaults.ts';

/** What a new machine takes from a reference configuration (management-service §2, DefineSystem). */
export interface ReferenceCopy {
  readonly generation: 1 | 2;
  readonly name: string;
  readonly values: SettingValues;
  readonly devices: readonly DeviceSetting[];
  readonly bootSources: readonly string[];
}

/** Values that are a machine's identity, which no other machine may have. */
export const IDENTITY: ReadonlySet<string> = new Set([
  'ElementName',
  'BIOSGUID',
  'BIOSSerialNumber',
  'BaseBoardSerialNumber',
  'ChassisSerialNumber',
  'ChassisAssetTag',
]);

export const copyReference = (context: Pick<SystemsContext, 'graph'>, id: Guid): ReferenceCopy => {
  const place = context.graph.configuration(id);
  if (place === undefined) throw invalid(`The reference configuration ${quote(id)} does not exist.`);
  const { system, configuration, snapshot } = place;
  const values = Object.fromEntries(Object.entries(configuration.values).filter(([name]) => !IDENTITY.has(name)));
  // Disk files are not shared with a living machine; a checkpoint's are frozen and may be.
  const kept =
    snapshot === null ? configuration.devices.filter((device) => !IMAGE_KINDS.has(device.kind)) : configuration.devices;
  const { devices, rename } = renameDevices(kept, named);
  return {
    generation: system.generation,
    name: elementNameOf(configuration),
    values,
    devices: devices.map(withoutDynamicMac),
    bootSources: configuration.bootSources.map(rename),
  };
};

/** Controllers, adapters and ports get GUIDs of their own; fixed parts stay. */
const named = (device: DeviceSetting): string | null => {
  const row = kindRow(device.kind);
  const own = device.parent === null && row.removable && row.fixedPart === null;
  return own ? (device.part.split('\\')[0] ?? null) : namedPort(device);
};

const withoutDynamicMac = (device: DeviceSetting): DeviceSetting =>
  ADAPTER_KINDS.has(device.kind) && deviceValue(device, 'StaticMacAddress') !== true
    ? withDeviceValues(device, { Address: NO_MAC })
    : device;
