import { canGrow, type GrowingFormat } from '../disks/image-tool.ts';
import type { DiskInfo } from '../../vhd/disk-info.ts';
import { chainFiles } from '../disks/chain-files.ts';
import { DomainError } from '../errors.ts';
import type { Guid } from '../model.ts';
import type { DiskSpec } from '../machine-spec.ts';
import type { SystemsContext } from '../systems/context.ts';
import { invalid, quote, wrongState } from '../systems/refusals.ts';
import { requireNotBusy, requireSystem } from '../systems/targets.ts';
import { requireUnused, userOf } from './in-use.ts';
import { requireUnneeded } from './needed-by.ts';
import { checkGrowth } from './settings.ts';

/** A disk gets larger where it is, by the machine that runs with it when there is one. */
export interface GrowWork {
  readonly kind: 'grow';
  readonly file: string;
  readonly format: GrowingFormat;
  /** Bytes. */
  readonly size: number;
  /** Of a fixed disk: how much of them is new. It has all its room from the beginning. */
  readonly added: number;
}

/** Bytes that the file takes more, at most (K33): others take it when the guest writes. */
export const roomToGrow = ({ added }: GrowWork): number => added;

/** What can be refused at once. Null: a VHD, or a VHDX that no machine runs with; these are written anew. */
export const growWork = async (
  context: SystemsContext,
  file: string,
  info: DiskInfo,
  size: bigint,
): Promise<GrowWork | null> => {
  const { format, virtualSize, logicalSectorSize, type } = info;
  if (!canGrow(format)) {
    if (format === 'vhd') requireOff(context, file);
    return null;
  }
  if (format === 'vhdx' && (type === 'differencing' || driveOf(context, file) === null)) return null;
  checkGrowth(size, BigInt(virtualSize), BigInt(logicalSectorSize));
  // Hyper-V refuses it too: what a checkpoint goes back to would be another disk.
  if (info.backing !== null)
    throw wrongState(
      `${quote(file)} lies over another file. Delete the checkpoints of its virtual machine, or wait until its import is copied, before it is resized.`,
    );
  // A running machine has it open because of these: they are what is to be changed.
  await requireUnneeded(context, file);
  requireGrowingDrive(context, file);
  const added = format === 'vhdx' && type === 'fixed' ? Number(size) - virtualSize : 0;
  return { kind: 'grow', file, format, size: Number(size), added };
};

/** As on Hyper-V. */
const requireOff = (context: SystemsContext, file: string): void => {
  const user = userOf(context, file);
  if (user !== null)
    throw new DomainError(
      'inUse',
      `${quote(file)} is in use by ${quote(user)}. A VHD does not grow while a virtual machine runs with it: turn that one off first, or convert the disk to a VHDX.`,
      { hresult: '0x80070020' },
    );
};

interface Drive {
  readonly system: Guid;
  readonly disk: DiskSpec;
}

/** Of a running machine that has the file open; null: none has. */
const driveOf = ({ fleet }: Pick<SystemsContext, 'fleet'>, file: string): Drive | null => {
  for (const system of fleet.ids())
    for (const disk of fleet.get(system)?.spec.disks ?? [])
      if (disk.image !== null && chainFiles(disk.image).includes(file)) return { system, disk };
  return null;
};

/** Of IDE drives guests do not expect it, and Hyper-V lets only those at SCSI grow (other-services §2). */
const requireGrowingDrive = (context: SystemsContext, file: string): Drive | null => {
  const drive = driveOf(context, file);
  if (drive === null) {
    requireUnused(context, file);
    return null;
  }
  const { disk } = drive;
  if (disk.bus !== 'scsi' || disk.media !== 'disk' || disk.image?.file !== file || disk.image.readOnly)
    throw wrongState(
      `${quote(file)} is in use by ${quote(userOf(context, file) ?? '')}. While a virtual machine runs only a hard disk at a SCSI controller grows: turn it off first.`,
    );
  return drive;
};

/** In the machine's turn, so that no checkpoint changes its file meanwhile. Rejects with DomainError. */
export const growDisk = async (context: SystemsContext, { file, format, size }: GrowWork): Promise<void> => {
  const drive = requireGrowingDrive(context, file);
  if (drive === null) {
    await context.images.grow(file, format, size);
    return;
  }
  await context.turns.run(drive.system, async () => {
    requireNotBusy(requireSystem(context, drive.system));
    const now = requireGrowingDrive(context, file);
    const machine = now === null ? undefined : context.fleet.get(now.system)?.machine;
    if (now?.system !== drive.system || machine === undefined)
      throw invalid(`${quote(file)} changed hands while it was to be resized. Try again.`);
    await machine.growDisk(now.disk.id, size);
  });
};
