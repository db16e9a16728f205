import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import type { DiskHazardKind, DiskInfo } from '../../vhd/disk-info.ts';
import type { DiskWriter, NewParent } from '../../vhd/disk-writer.ts';
import { fatalHazards, inspectDisk } from '../../vhd/inspect.ts';
import { createQcow2 } from '../../vhd/qcow2/writer.ts';
import { createVhd } from '../../vhd/vhd/writer.ts';
import { createVhdx } from '../../vhd/vhdx/writer.ts';
import { DomainError } from '../errors.ts';
import { newGuid } from '../systems/identifiers.ts';
import { quote } from '../systems/refusals.ts';
import type { VirtualHardDiskSettings } from '../disks/virtual-hard-disk.ts';

/** A disk to be written. */
export interface DiskToWrite {
  readonly format: VirtualHardDiskSettings['format'];
  readonly type: VirtualHardDiskSettings['type'];
  readonly size: number;
  readonly blockSize: number;
  readonly logicalSectorSize: number;
  readonly physicalSectorSize: number;
  readonly id: string | null;
  /** Resolved file of the parent. */
  readonly parent: string | null;
  /** Kept where the content stays, so that children still know it; null: a new one. */
  readonly dataWriteId: string | null;
}

/** `folder`: where the disk will be. `target`: a path that leads into that very folder. A file of that name gives way when all is done. */
export const openWriter = async (disk: DiskToWrite, folder: string, target: string): Promise<DiskWriter> => {
  const { format, type, size, parent } = disk;
  const common = {
    file: target,
    size,
    type,
    replace: true,
    ...(disk.id === null ? {} : { id: disk.id }),
    ...(parent === null ? {} : { parent: await linkTo(parent, format, folder) }),
  };
  if (format === 'vhd') return createVhd(common);
  if (format === 'qcow2') return createQcow2(common);
  return createVhdx({
    ...common,
    ...(disk.blockSize === 0 ? {} : { blockSize: disk.blockSize }),
    ...(disk.logicalSectorSize === 0 ? {} : { logicalSectorSize: sector(disk.logicalSectorSize) }),
    ...(disk.dataWriteId === null ? {} : { dataWriteId: disk.dataWriteId }),
    ...(disk.physicalSectorSize === 0 ? {} : { physicalSectorSize: sector(disk.physicalSectorSize) }),
  });
};

const sector = (bytes: number): 512 | 4096 => (bytes === 4096 ? 4096 : 512);

/** What a child notes of its parent. Windows knows no absolute path to it, so the relative one must lead there. */
const linkTo = async (parent: string, format: DiskToWrite['format'], folder: string): Promise<NewParent> => {
  const info = await inspectDisk(parent);
  const linkage = format === 'vhd' ? info.id : info.dataWriteId;
  if (info.format !== format || linkage === null)
    throw new DomainError(
      'invalidParameter',
      `${quote(parent)} is a disk of the format ${info.format}. The parent of a ${format} disk has its format.`,
    );
  const { mtimeMs } = await stat(parent);
  const way = relative(folder, parent).replaceAll('/', '\\');
  return { linkage, relativePath: way.startsWith('..') ? way : `.\\${way}`, changed: mtimeMs };
};

/** All of a chain as one disk, in the format of its youngest file. */
export const mergedDisk = (info: DiskInfo, id: string): DiskToWrite =>
  info.format === 'qcow2'
    ? {
        format: 'qcow2',
        type: 'dynamic',
        size: Math.ceil(info.virtualSize / 512) * 512,
        blockSize: 0,
        logicalSectorSize: 512,
        physicalSectorSize: 0,
        id,
        parent: null,
        dataWriteId: null,
      }
    : { ...likeDisk(info, null), type: 'dynamic', id };

/** What a qcow2 file holds besides its content, and a new one would not: what has to go first. */
const LOST_WITH_QCOW2: Readonly<Partial<Record<DiskHazardKind, string>>> = {
  backingFile: 'lies over another file. Merge it first.',
  internalSnapshots: 'holds snapshots of its own, which would be lost. Remove them first (qemu-img snapshot -d).',
  bitmaps: 'holds bitmaps of backups, which would be lost. Remove them first (qemu-img bitmap --remove).',
};

/** The same disk in a file of its own without the room that zeros take. @throws DomainError where more than zeros would go */
export const compactedQcow2 = (info: DiskInfo, text: string): DiskToWrite => {
  const [unreadable] = fatalHazards(info);
  if (unreadable !== undefined) throw new DomainError('failed', `${quote(text)} cannot be read. ${unreadable.message}`);
  for (const { kind } of info.hazards) {
    const why = LOST_WITH_QCOW2[kind];
    if (why !== undefined) throw new DomainError('notSupported', `${quote(text)} ${why}`);
  }
  return mergedDisk(info, info.id ?? newGuid());
};

/** What a file is, to write one like it. */
export const likeDisk = (info: DiskInfo, parent: string | null): DiskToWrite => {
  if (info.format !== 'vhd' && info.format !== 'vhdx')
    throw new DomainError(
      'notSupported',
      `Disks of the format ${info.format} are not changed by this method. Convert it to a VHDX, or use qemu-img.`,
    );
  return {
    format: info.format,
    type: info.type,
    size: info.virtualSize,
    blockSize: info.format === 'vhdx' && info.type !== 'fixed' ? info.blockSize : 0,
    logicalSectorSize: info.logicalSectorSize,
    physicalSectorSize: info.format === 'vhdx' ? info.physicalSectorSize : 0,
    id: info.id,
    parent,
    dataWriteId: null,
  };
};
