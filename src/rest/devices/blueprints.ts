import { ObjectPath } from '../../cim/object-path.ts';
import type { Management } from '../management/management.ts';
import { CONNECTION, EMULATED_NIC, IMAGE, type NewResource, RESOURCE, SYNTHETIC_NIC } from './resources.ts';

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
