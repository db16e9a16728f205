import { createHash } from 'node:crypto';
import { filesBetween } from '../differencing/between.ts';
import { filesOf } from '../disks/chain-files.ts';
import type { DiskFiles } from '../disks/disk-files.ts';
import type { BackingImage, DiskImage } from '../machine-spec.ts';
import type { Guid, ReferencePoint, VirtualSystem } from '../model.ts';
import type { DiskOfBackup, DiskSince } from './export-disks.ts';

type Sweep = Pick<DiskFiles, 'inspect'>;

/**
 * DataWriteGuid of a disk in backups of a moment, whoever makes them and how often: a checkpoint and the reference point that it
 * becomes have one identifier, so that changes since that point fit on each of them and on no other. `index`: of the disk in it.
 */
export const backupIdentity = (moment: Guid, index: number): string => {
  const hash = createHash('sha256').update(`${moment.toUpperCase()}:${index}`).digest('hex').toUpperCase();
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-');
};

/** A VHD alone is backed up as it is, and nothing can lie over it: it is always exported whole. */
const isPlainVhd = (image: DiskImage): boolean => image.format === 'vhd' && filesOf(image).length === 1;

/** A checkpoint or a reference point, with its disks in the order that both have them in. */
export interface Moment {
  readonly id: Guid;
  readonly disks: readonly { readonly file: string }[];
}

/**
 * How the disks of a moment are backed up, by the file that each is; `images` by the text that names them. `base`: the
 * reference point since which changes are wanted; a disk that it does not know is exported whole.
 */
export const disksOfBackup = async (
  sweep: Sweep,
  system: VirtualSystem,
  moment: Moment,
  images: ReadonlyMap<string, DiskImage>,
  base: ReferencePoint | null,
): Promise<ReadonlyMap<string, DiskOfBackup>> => {
  const backups = new Map<string, DiskOfBackup>();
  for (const [index, { file }] of moment.disks.entries()) {
    const image = images.get(file);
    if (image === undefined || isPlainVhd(image)) continue;
    const since = base === null ? null : await sinceOf(sweep, system, base, file);
    backups.set(image.file, { dataWriteId: backupIdentity(moment.id, index), since });
  }
  return backups;
};

const sinceOf = async (
  sweep: Sweep,
  system: VirtualSystem,
  base: ReferencePoint,
  file: string,
): Promise<DiskSince | null> => {
  for (const [index, disk] of base.disks.entries()) {
    const between = filesBetween(system, disk.file, file);
    if (between === null) continue;
    const then = await sweep.inspect(disk.file, 'disk', 'read');
    if (isPlainVhd(then)) return null;
    const files = await Promise.all(
      between.map(async (each): Promise<BackingImage> => {
        const found = await sweep.inspect(each, 'disk', 'read');
        return { file: found.file, format: found.format };
      }),
    );
    return { between: files, linkage: backupIdentity(base.id, index) };
  }
  return null;
};
