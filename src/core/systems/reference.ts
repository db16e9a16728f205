import { ADAPTER_KINDS, IMAGE_KINDS } from '../devices/wiring.ts';
import { NO_MAC } from '../devices/ethernet.ts';
import { kindRow } from '../devices/kinds.ts';
import { deviceValue } from '../devices/effective.ts';
import type { DeviceSetting, Guid, SettingValues } from '../model.ts';
import type { SystemsContext } from './context.ts';
import { withDeviceValues } from './draft.ts';
import { newGuid } from './identifiers.ts';
import { invalid, quote } from './refusals.ts';
import { elementNameOf } from './system-defaults.ts';

/** What a new machine takes from a reference configuration (management-service §2, DefineSystem). */
export interface ReferenceCopy {
  readonly generation: 1 | 2;
  readonly name: string;
  readonly values: SettingValues;
  readonly devices: readonly DeviceSetting[];
  readonly bootSources: readonly string[];
}

/** A machine's identity, which no other machine may have. */
const IDENTITY: ReadonlySet<string> = new Set([
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
  const renamed = new Map<string, string>();
  // Disk files are not shared with a living machine; a checkpoint's are frozen and may be.
  const kept =
    snapshot === null ? configuration.devices.filter((device) => !IMAGE_KINDS.has(device.kind)) : configuration.devices;
  const devices = kept.map((device) => copyDevice(device, renamed));
  const rename = (part: string): string => renamePart(part, renamed);
  return {
    generation: system.generation,
    name: elementNameOf(configuration),
    values,
    devices,
    bootSources: configuration.bootSources.map(rename),
  };
};

const GUID = /^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}/;

/** Controllers and adapters get GUIDs of their own, and what hangs below them with it; fixed parts stay. */
const copyDevice = (device: DeviceSetting, renamed: Map<string, string>): DeviceSetting => {
  const row = kindRow(device.kind);
  if (device.parent === null && row.removable && row.fixedPart === null) {
    const guid = GUID.exec(device.part)?.[0];
    if (guid !== undefined && !renamed.has(guid)) renamed.set(guid, newGuid());
  }
  const part = renamePart(device.part, renamed);
  const parent = device.parent === null ? null : renamePart(device.parent, renamed);
  const copy = part === device.part && parent === device.parent ? device : { ...device, part, parent };
  const dynamic = ADAPTER_KINDS.has(device.kind) && deviceValue(device, 'StaticMacAddress') !== true;
  return dynamic ? withDeviceValues(copy, { Address: NO_MAC }) : copy;
};

const renamePart = (part: string, renamed: ReadonlyMap<string, string>): string => {
  const guid = GUID.exec(part)?.[0];
  const fresh = guid === undefined ? undefined : renamed.get(guid);
  return guid === undefined || fresh === undefined ? part : fresh + part.slice(guid.length);
};
