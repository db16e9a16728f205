import { ObjectPath } from '../../cim/object-path.ts';
import type { Management } from '../management/management.ts';
import { Problem } from '../problems/problem.ts';
import { CONNECTION, EMULATED_NIC, IMAGE, type NewResource, RESOURCE, SYNTHETIC_NIC } from './resources.ts';
import type { DevicesView } from './view.ts';

/** Settings by which Hyper-V's clients make devices (client-usage; object-model §6). */

export type DiskKind = 'disk' | 'dvd' | 'floppy';

const DRIVES: Readonly<Record<DiskKind, { readonly type: number; readonly drive: string; readonly image: string }>> = {
  disk: { type: 17, drive: 'Microsoft:Hyper-V:Synthetic Disk Drive', image: 'Microsoft:Hyper-V:Virtual Hard Disk' },
  dvd: { type: 16, drive: 'Microsoft:Hyper-V:Synthetic DVD Drive', image: 'Microsoft:Hyper-V:Virtual CD/DVD Disk' },
  floppy: {
    type: 14,
    drive: 'Microsoft:Hyper-V:Synthetic Diskette Drive',
    image: 'Microsoft:Hyper-V:Virtual Floppy Disk',
  },
};

export const scsiController = (id?: string): NewResource => ({
  className: RESOURCE,
  ...(id === undefined ? {} : { id }),
  values: { ResourceType: 6, ResourceSubType: 'Microsoft:Hyper-V:Synthetic SCSI Controller' },
});

export const driveOf = (
  kind: DiskKind,
  id: string,
  parent: NonNullable<NewResource['parent']>,
  location: number,
): NewResource => ({
  className: RESOURCE,
  id,
  parent,
  values: {
    ResourceType: DRIVES[kind].type,
    ResourceSubType: DRIVES[kind].drive,
    AddressOnParent: String(location),
  },
});

export const imageOf = (kind: DiskKind, parent: NonNullable<NewResource['parent']>, path: string): NewResource => ({
  className: IMAGE,
  parent,
  values: { ResourceType: 31, ResourceSubType: DRIVES[kind].image, HostResource: [path] },
});

/** Drives on a controller. */
const SLOTS: Readonly<Record<string, number>> = { ide: 2, scsi: 64 };

export interface FreePlace {
  readonly parent: NonNullable<NewResource['parent']>;
  readonly location: number;
  /** What must be made first. */
  readonly before: readonly NewResource[];
}

/**
 * Where a new drive goes: where the client wants it, or to the first place that is free; a machine without IDE gets a SCSI
 * controller when it has none or they are full.
 * @throws Problem
 */
export const placeFor = (
  devices: DevicesView,
  wanted: { readonly controllerId: string | null; readonly location: number | null },
): FreePlace => {
  const { controllerId, location } = wanted;
  const candidates = devices.controllers.filter(
    ({ id, kind }) => kind !== 'floppy' && (controllerId === null || id.toLowerCase() === controllerId.toLowerCase()),
  );
  if (controllerId !== null && candidates.length === 0)
    throw new Problem('invalid-parameter', 'controllerId: there is no such controller. GET devices tells them.', {
      errors: [{ path: 'controllerId', message: 'is no controller of this machine' }],
    });
  for (const { id, kind } of candidates) {
    const taken = new Set(devices.disks.filter((disk) => disk.controllerId === id).map((disk) => disk.location));
    const free = Array.from({ length: SLOTS[kind] ?? 0 }, (_, slot) => slot).find((slot) => !taken.has(slot));
    // A place that the client names is the domain's to judge.
    const chosen = location ?? free;
    if (chosen !== undefined) return { parent: { className: RESOURCE, part: id }, location: chosen, before: [] };
  }
  if (controllerId === null && !devices.controllers.some(({ kind }) => kind === 'ide'))
    return { parent: { made: 'controller' }, location: location ?? 0, before: [scsiController('controller')] };
  throw new Problem('invalid-parameter', 'There is no free place for another drive. Add a SCSI controller first.');
};

/** The path of a switch as settings refer to it. */
export const switchReference = (management: Management, id: string): string =>
  management.reference(
    ObjectPath.of('Msvm_VirtualEthernetSwitch', { CreationClassName: 'Msvm_VirtualEthernetSwitch', Name: id }),
  );

export interface NewNic {
  readonly kind: 'synthetic' | 'emulated';
  readonly name: string;
  readonly switchId: string | null;
  /** null: dynamic. */
  readonly mac: string | null;
}

/** 12 hexadecimal digits, as Hyper-V writes them. */
export const plainMac = (mac: string): string => mac.replaceAll(/[:-]/g, '').toUpperCase();

export const nicResources = (management: Management, id: string, nic: NewNic): readonly NewResource[] => {
  const synthetic = nic.kind === 'synthetic';
  const port: NewResource = {
    className: synthetic ? SYNTHETIC_NIC : EMULATED_NIC,
    id,
    values: {
      ResourceType: 10,
      ResourceSubType: `Microsoft:Hyper-V:${synthetic ? 'Synthetic' : 'Emulated'} Ethernet Port`,
      ElementName: nic.name,
      ...(nic.mac === null ? {} : { Address: plainMac(nic.mac), StaticMacAddress: true }),
    },
  };
  return nic.switchId === null ? [port] : [port, connectionOf({ made: id }, switchReference(management, nic.switchId))];
};

export const connectionOf = (parent: NonNullable<NewResource['parent']>, target: string): NewResource => ({
  className: CONNECTION,
  parent,
  values: {
    ResourceType: 33,
    ResourceSubType: 'Microsoft:Hyper-V:Ethernet Connection',
    HostResource: [target],
  },
});
