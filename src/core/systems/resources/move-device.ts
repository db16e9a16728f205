import { kindRow } from '../../devices/kinds.ts';
import { DRIVE_KINDS } from '../../devices/wiring.ts';
import type { DeviceSetting, SettingValue } from '../../model.ts';
import type { ResourceInput } from '../../requests.ts';
import { type ConfigurationDraft, withDeviceValues } from '../draft.ts';
import { presenceMoment } from './device-properties.ts';
import { momentAllows, momentRefusal } from '../moments.ts';
import { isOnIde } from './place-resources.ts';
import { placeDevice, slotOf } from '../placement.ts';
import { invalid, quote } from '../refusals.ts';

const INSTANCE_ID = /^Microsoft:([^\\]+)\\(.+)$/s;

/**
 * A modify with another Parent or slot moves a drive with its disk; since the part tells the slot, ids change
 * (management-service §2). Answers the part that the setting has now.
 */
export const moveDevice = (
  draft: ConfigurationDraft,
  device: DeviceSetting,
  parent: ResourceInput['parent'],
  address: SettingValue,
): string => {
  const target = wantedParent(draft, device, parent);
  const slot = address === null || address === '' ? null : String(address);
  const current = slotOf(device);
  const sameParent = target === null || target.part === device.parent;
  if (sameParent && (slot === null || current === null || Number(slot) === current)) return device.part;
  if (!DRIVE_KINDS.has(device.kind) || device.kind === 'disketteDrive') {
    // Slots of things that have none are noise of whole-object round trips.
    if (sameParent) return device.part;
    throw invalid(`${kindRow(device.kind).elementName} stays below its Parent. Remove it and add it anew.`);
  }
  const controller = target ?? (device.parent === null ? undefined : draft.find(device.parent));
  if (controller === undefined) throw invalid('The drive has no controller.');
  const onIde = isOnIde(draft, device) || controller.kind === 'ideController';
  const moment = presenceMoment(device.kind, draft.system.generation, onIde);
  if (!momentAllows(draft.system, moment)) throw momentRefusal(draft.system, 'The place of a drive', moment);
  const place = placeDevice(draft, kindRow(device.kind), controller, sameParent ? slot : (slot ?? null));
  const moved = withDeviceValues(
    { ...device, part: place.part, parent: place.parent },
    { AddressOnParent: String(place.slot ?? 0) },
  );
  const children = draft.children(device.part);
  draft.replace(device.part, moved);
  for (const child of children) {
    draft.replace(child.part, { ...child, part: place.part.replace(/\\D$/, '\\L'), parent: place.part });
  }
  return place.part;
};

/** Null: the client names no parent. */
const wantedParent = (
  draft: ConfigurationDraft,
  device: DeviceSetting,
  parent: ResourceInput['parent'],
): DeviceSetting | null => {
  if (parent === undefined) return null;
  const ref = typeof parent === 'string' ? parseInstanceId(parent) : parent;
  if (ref === null)
    throw invalid(
      'The Parent of a resource names nothing that exists. Give the path of a setting of this virtual machine.',
    );
  if (ref.configuration.toUpperCase() !== draft.original.id) {
    throw invalid(
      'The Parent belongs to another virtual machine or snapshot. Give a setting of the same configuration.',
    );
  }
  const found = draft.find(ref.part);
  if (found === undefined) throw invalid(`The Parent ${quote(ref.part)} is no setting of this configuration.`);
  // Things without a place below another keep none, whatever a client writes there.
  return device.parent === null ? null : found;
};

const parseInstanceId = (text: string): { readonly configuration: string; readonly part: string } | null => {
  const match = INSTANCE_ID.exec(text);
  const [, configuration, part] = match ?? [];
  return configuration === undefined || part === undefined ? null : { configuration, part };
};
