import { constants } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { withStorageErrors } from '../../core/disks/storage-errors.ts';
import { DomainError } from '../../core/errors.ts';
import { syncFolder } from '../../core/paths/sync.ts';
import type { BackingImage, DiskFormat } from '../../core/machine-spec.ts';
import { inspectDisk } from '../../vhd/inspect.ts';
import { allOf } from '../all-of.ts';
import { encodeOverlay } from '../../vhd/qcow2-overlay.ts';
import type { PlainModes } from './plain-modes.ts';

/** QEMU's names of the formats. */
export const FORMAT_NAMES = {
  raw: 'raw',
  qcow2: 'qcow2',
  vhd: 'vpc',
  vhdx: 'vhdx',
} as const satisfies Readonly<Record<DiskFormat, string>>;

/** A file of the same folder is named by its name alone, so that the folder may move. `./`: no colon makes it a protocol. */
export const backingName = (overlay: string, below: string): string =>
  dirname(overlay) === dirname(below) ? `./${basename(below)}` : below;

export const virtualSize = async ({ file, format }: BackingImage): Promise<bigint> => {
  await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  return BigInt((await inspectDisk(file, handle, format)).virtualSize);
};

/**
 * Writes an overlay that holds nothing (ImageTool.createOverlay). By ourselves: a process of qemu-img took longer than all
 * the rest of a checkpoint. Whole and on the disk when it resolves; when it rejects, no file is there.
 */
export const createEmptyOverlay = async (file: string, below: BackingImage, modes: PlainModes): Promise<void> => {
  await rm(file, { force: true });
  try {
    await withStorageErrors(dirname(file), () => writeOverlay(file, below, modes));
  } catch (error) {
    await rm(file, { force: true });
    if (error instanceof DomainError) throw error;
    throw new DomainError('failed', 'An overlay could not be written. The log of the service has the reason.', {
      cause: error,
    });
  }
};

const writeOverlay = async (file: string, below: BackingImage, modes: PlainModes): Promise<void> => {
  const [size, modeBelow, owner] = await Promise.all([virtualSize(below), modes.of(below.file), stat(below.file)]);
  const { head, length } = encodeOverlay({
    size,
    backing: { name: backingName(file, below.file), format: FORMAT_NAMES[below.format] },
  });
  await using handle = await open(file, 'wx', 0o600);
  await handle.writeFile(head);
  await handle.truncate(length);
  if (process.getuid?.() === 0) await handle.chown(owner.uid, owner.gid);
  // Over an image that nobody may write to, too.
  const mode = (modeBelow & 0o666) | 0o600;
  await handle.chmod(mode);
  await allOf([handle.sync(), syncFolder(dirname(file))]);
  modes.remember(file, (await handle.stat()).ino, mode);
};
