import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { withStorageErrors } from '../../core/disks/storage-errors.ts';
import { DomainError } from '../../core/errors.ts';
import { syncFolder } from '../../core/paths/sync.ts';
import type { BackingImage, DiskFormat } from '../../core/machine-spec.ts';
import { inspectDisk } from '../../vhd/inspect.ts';
import { allOf } from '../../core/all-of.ts';
import { encodeQcow2 } from '../../vhd/qcow2/overlay.ts';
import type { InheritedAccess, NewFile } from './inherited-access.ts';
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

/** What the maker of overlays knows of permissions. `inherited`: of a file that a running machine opens next. */
export interface OverlayAccess {
  readonly modes: PlainModes;
  readonly inherited: InheritedAccess | null;
}

/**
 * Writes an overlay that holds nothing (ImageTool.createOverlay). By ourselves: a process of qemu-img took longer than all
 * the rest of a checkpoint. Whole and on the disk when it resolves; when it rejects, no file is there.
 */
export const createEmptyOverlay = async (file: string, below: BackingImage, access: OverlayAccess): Promise<void> => {
  try {
    await withStorageErrors(dirname(file), () => writeOverlay(file, below, access));
  } catch (error) {
    await rm(file, { force: true });
    if (error instanceof DomainError) throw error;
    throw new DomainError('failed', 'An overlay could not be written. The log of the service has the reason.', {
      cause: error,
    });
  }
};

/** What is written to an overlay whose file is there, and whom it belongs to. */
interface Content {
  readonly head: Buffer;
  readonly length: number;
  readonly owner: { readonly uid: number; readonly gid: number };
  readonly mode: number;
}

const writeOverlay = async (file: string, below: BackingImage, { modes, inherited }: OverlayAccess): Promise<void> => {
  const [size, modeBelow, owner] = await allOf([
    virtualSize(below),
    modes.of(below.file),
    stat(below.file),
    rm(file, { force: true }),
  ]);
  const backing = { name: backingName(file, below.file), format: FORMAT_NAMES[below.format] };
  // Over an image that nobody may write to, too.
  const content = { ...encodeQcow2({ size, backing }), owner, mode: (modeBelow & 0o666) | 0o600 };
  const made = (await inherited?.create(file, content.mode)) ?? null;
  const inode =
    (made === null ? null : await moveIntoPlace(made, file, content)) ?? (await writeInPlace(file, content));
  modes.remember(file, inode, content.mode);
};

const writeInPlace = async (file: string, content: Content): Promise<number> => {
  await using handle = await open(file, 'wx', 0o600);
  await fill(handle, content, content.mode);
  // Not given on as a promise: one that rejects while the handle is closed has nobody who takes it.
  return await settled(handle, file);
};

/** Answers the file's inode; null: it cannot be moved there, and is gone. */
const moveIntoPlace = async ({ path, handle }: NewFile, file: string, content: Content): Promise<number | null> => {
  await using _ = handle;
  try {
    // Its group bits are the mask of the entry that it came with.
    await fill(handle, content, (content.mode & ~GROUP) | GROUP_MAY_WRITE);
    await rename(path, file);
  } catch (error) {
    await rm(path, { force: true });
    if ((error as NodeJS.ErrnoException).code === 'EXDEV') return null;
    throw error;
  }
  // Not given on as a promise: one that rejects while the handle is closed has nobody who takes it.
  return await settled(handle, file);
};

/** Side by side: each is a thread's round, and a machine waits for them. */
const fill = async (handle: FileHandle, { head, length, owner }: Content, mode: number): Promise<void> => {
  await allOf([
    handle.writeFile(head),
    // Longer than the head: in whichever order.
    handle.truncate(length),
    (async () => {
      if (process.getuid?.() === 0) await handle.chown(owner.uid, owner.gid);
      await handle.chmod(mode);
    })(),
  ]);
};

/** On the disk under its name; answers its inode. */
const settled = async (handle: FileHandle, file: string): Promise<number> => {
  const [{ ino }] = await allOf([handle.stat(), handle.sync(), syncFolder(dirname(file))]);
  return ino;
};

const GROUP = 0o070;
const GROUP_MAY_WRITE = 0o060;
