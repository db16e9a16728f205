import { type HvNode, isNode } from '../tree.ts';
import type { DefinedController, DefinedDrive, VirtualDevice } from './definition.ts';
import { DEVICE } from './devices.ts';
import { IMAGE_FIELDS, SCSI_FIELDS } from './fields.ts';
import { guidOf, type Reading } from './reading.ts';

const DRIVES: Readonly<
  Record<string, { drive: DefinedDrive['kind']; image: NonNullable<DefinedDrive['image']>['kind'] }>
> = {
  VHD: { drive: 'diskDrive', image: 'hardDiskImage' },
  ISO: { drive: 'dvdDrive', image: 'cdImage' },
  VFD: { drive: 'disketteDrive', image: 'floppyImage' },
};

/** A node of our own: properties of the drive, beside those of the image in it. */
export const OWN_DRIVE = 'vsms_drive';

/** SCSI has 64 slots, IDE two, the diskette controller one. */
const SLOT = /^drive(\d|[1-5]\d|6[0-3])$/;

export const readControllers = (reading: Reading, manifest: readonly VirtualDevice[]): DefinedController[] => [
  ...[0, 1].flatMap((index) => singleton(reading, 'ideController', DEVICE.ide, index)),
  ...singleton(reading, 'disketteController', DEVICE.diskette, 0),
  ...manifest.flatMap((device) => scsi(reading, device)),
];

/** These are no entries of the manifest before configuration 6: the data node alone makes them. */
const singleton = (
  reading: Reading,
  kind: 'ideController' | 'disketteController',
  classId: string,
  index: number,
): DefinedController[] => {
  const data = reading.node(reading.devices.get(classId), `controller${index}`);
  return data === undefined
    ? []
    : [{ kind, id: classId.toUpperCase(), index, values: reading.fields(data, []), drives: readDrives(reading, data) }];
};

/** An entry of the manifest without a data node is a ghost that no host can start: it is no controller. */
const scsi = (reading: Reading, device: VirtualDevice): DefinedController[] => {
  const id = guidOf(device.instanceId);
  const data = id === null ? undefined : reading.devices.get(id.toLowerCase());
  if (guidOf(device.classId) !== DEVICE.scsi.toUpperCase() || id === null || data === undefined) return [];
  return [
    {
      kind: 'scsiController',
      id,
      index: 0,
      values: reading.fields(data, SCSI_FIELDS),
      drives: readDrives(reading, reading.node(data, 'controller0')),
    },
  ];
};

const readDrives = (reading: Reading, controller: HvNode | undefined): DefinedDrive[] => {
  const drives = new Map<number, DefinedDrive>();
  for (const item of controller?.children ?? []) {
    const slot = SLOT.exec(item.name)?.[1];
    if (slot === undefined || !isNode(item) || drives.has(Number(slot))) continue;
    const drive = readDrive(reading, item, Number(slot));
    if (drive !== null) drives.set(Number(slot), drive);
  }
  return [...drives.values()].toSorted((a, b) => a.slot - b.slot);
};

const readDrive = (reading: Reading, data: HvNode, slot: number): DefinedDrive | null => {
  const typeLeaf = reading.leaf(data, 'type');
  const recordedType = typeLeaf?.type === 'string' ? typeLeaf.value : '';
  const pathLeaf = reading.leaf(data, 'pathname');
  const path = pathLeaf?.type === 'string' ? pathLeaf.value : '';
  const kinds = DRIVES[recordedType.toUpperCase()];
  const empty = recordedType.toUpperCase() === 'NONE';
  if (kinds === undefined && !empty)
    return recordedType === '' ? null : { slot, kind: null, recordedType, values: {}, image: null };
  if (typeLeaf !== undefined) reading.use(typeLeaf);
  if (pathLeaf?.type === 'string' && (!empty || path === '')) reading.use(pathLeaf);
  if (kinds === undefined) return null;
  const image = path === '' ? null : { kind: kinds.image, path, values: reading.fields(data, IMAGE_FIELDS) };
  return { slot, kind: kinds.drive, recordedType, values: reading.ownValues(reading.node(data, OWN_DRIVE)), image };
};
