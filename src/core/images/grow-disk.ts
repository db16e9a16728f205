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

/** A raw or qcow2 disk gets larger where it is, by the machine that runs with it when there is one. */
export interface GrowWork {
  readonly kind: 'grow';
  readonly file: string;
  readonly format: GrowingFormat;
  /** Bytes. */
  readonly size: number;
}

/** What can be refused at once. Null: a disk of another format, which is written anew instead, with no machine running. */
export const growWork = async (
  context: SystemsContext,
  file: string,
  info: DiskInfo,
  size: bigint,
): Promise<GrowWork | null> => {
  const { format } = info;
  if (!canGrow(format)) {
    requireOff(context, file, format);
    return null;
  }
  checkGrowth(size, BigInt(info.virtualSize));
  // Hyper-V refuses it too: what a checkpoint goes back to would be another disk.
  if (info.backing !== null)
    throw wrongState(
      `${quote(file)} lies over another file. Delete the checkpoints of its virtual machine, or wait until its import is copied, before it is resized.`,
    );
  // A running machine has it open because of these: they are what is to be changed.
  await requireUnneeded(context, file);
  requireGrowingDrive(context, file);
  return { kind: 'grow', file, format, size: Number(size) };
};

const requireOff = (context: SystemsContext, file: string, format: string): void => {
  const user = userOf(context, file);
  if (user !== null)
    throw new DomainError(
      'inUse',
      `${quote(file)} is in use by ${quote(user)}. A ${format.toUpperCase()} does not grow here while a virtual machine runs with it: turn that one off first. Raw and qcow2 disks do.`,
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
