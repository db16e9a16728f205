import { deviceValue } from '../devices/effective.ts';
import type { DeviceKindRow } from '../devices/kind.ts';
import { kindRow } from '../devices/kinds.ts';
import { DRIVE_KINDS, IMAGE_KINDS, PARENTS_OF, SLOTS_OF } from '../devices/wiring.ts';
import type { DeviceKind, DeviceSetting, Guid, SettingValue } from '../model.ts';
import type { ConfigurationDraft } from './draft.ts';
import { newGuid } from './identifiers.ts';
import { invalid, quote } from './refusals.ts';

/** Where a setting goes: its parent, its slot, its part (object-model §5). */
export interface Place {
  readonly part: string;
  readonly parent: string | null;
  readonly slot: number | null;
}

export const placeDevice = (
  draft: ConfigurationDraft,
  row: DeviceKindRow,
  parent: DeviceSetting | null,
  address: SettingValue,
  connectionId?: Guid,
): Place => {
  const allowed = PARENTS_OF[row.kind];
  if (allowed === undefined) return { part: ownPart(row), parent: null, slot: null };
  if (parent === null) {
    throw invalid(
      `${row.elementName} needs a Parent: ${allowed.map((kind) => kindRow(kind).elementName).join(' or ')}.`,
    );
  }
  if (!allowed.includes(parent.kind)) {
    const wanted = allowed.map((kind) => kindRow(kind).elementName).join(' or ');
    throw invalid(
      `${row.elementName} does not fit below ${kindRow(parent.kind).elementName}; its Parent must be ${wanted}.`,
    );
  }
  if (row.kind === 'dvdDrive' && parent.kind === 'scsiController' && draft.system.generation === 1) {
    throw invalid('A DVD drive on a SCSI controller needs generation 2. Put it on an IDE controller.');
  }
  if (DRIVE_KINDS.has(row.kind)) {
    const slot = freeSlot(draft, parent, address);
    return { part: `${parent.part}\\${slot}\\D`, parent: parent.part, slot };
  }
  if (IMAGE_KINDS.has(row.kind)) {
    if (draft.children(parent.part).length > 0)
      throw invalid(`The drive already holds a disk (${quote(parent.part)}). Remove it first.`);
    return { part: parent.part.replace(/\\D$/, '\\L'), parent: parent.part, slot: null };
  }
  const middle = row.featureId === undefined ? '' : `${row.featureId}\\`;
  const id = row.kind === 'ethernetConnection' ? (connectionId ?? newGuid()) : newGuid();
  return { part: `${parent.part}\\${middle}${id}`, parent: parent.part, slot: null };
};

/** Kinds whose part has a third segment below the GUID (object-model §5). */
const NUMBERED: ReadonlySet<DeviceKind> = new Set(['scsiController', 'emulatedEthernet']);

const ownPart = (row: DeviceKindRow): string => {
  if (row.fixedPart !== null) return row.fixedPart;
  return NUMBERED.has(row.kind) ? `${newGuid()}\\0` : newGuid();
};

export const slotOf = (device: DeviceSetting): number | null => {
  const value = deviceValue(device, 'AddressOnParent');
  return typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : null;
};

/** The slot that is asked for, or the lowest free one. */
const freeSlot = (draft: ConfigurationDraft, controller: DeviceSetting, address: SettingValue): number => {
  const slots = SLOTS_OF[controller.kind] ?? 0;
  const name = kindRow(controller.kind).elementName;
  const taken = new Set(draft.children(controller.part).map(slotOf));
  if (address === null || address === '') {
    for (let slot = 0; slot < slots; slot++) if (!taken.has(slot)) return slot;
    throw invalid(`The ${name} has no free slot; it has ${slots}. Use another controller.`);
  }
  const text = String(address);
  const slot = /^\d{1,3}$/.test(text) ? Number(text) : -1;
  if (slot < 0 || slot >= slots) {
    throw invalid(`AddressOnParent ${quote(text)} is no slot of the ${name}; its slots are 0 to ${slots - 1}.`);
  }
  if (taken.has(slot)) throw invalid(`Slot ${slot} of the ${name} is occupied. Choose another AddressOnParent.`);
  return slot;
};
