import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { DomainError } from '../../core/errors.ts';
import type { DiskSpec } from '../../core/ports.ts';
import type { DiskSource } from '../command-line/layout.ts';
import type { ServedImage } from '../supervise/storage-daemon.ts';
import { readQcow2Header } from './qcow2-header.ts';
import { readVhdFooter } from './vhd-footer.ts';
import { vhdxHasParent } from './vhdx-parent.ts';

type Image = NonNullable<DiskSpec['image']>;

/** What QEMU may open for an image: the file itself, or what a storage daemon serves. */
export type CheckedImage =
  | { readonly kind: 'direct'; readonly source: Extract<DiskSource, { kind: 'file' }> }
  | { readonly kind: 'served'; readonly image: ServedImage };

/**
 * Looks into an image before any QEMU program sees it, and refuses one that leads to other files or is not what its format
 * says (hardening 9, 10; spec qemu §3). Rejects with DomainError that names the file.
 */
export async function checkImage(image: Image): Promise<CheckedImage> {
  await using handle = await openImage(image.file, image.readOnly);
  const found = await handle.stat();
  if (!found.isFile() && !found.isBlockDevice()) throw refused(image, 'it is neither a file nor a block device');
  return await CHECKS[image.format](image, handle, found.size);
}

const CHECKS: Readonly<
  Record<Image['format'], (image: Image, handle: FileHandle, size: number) => Promise<CheckedImage>>
> = {
  // Whatever a raw disk holds, it is raw: a guest may write any header into it.
  raw: async (image) => direct(image, 'raw', null),
  qcow2: async (image, handle) => {
    const header = await readQcow2Header(handle);
    if (header === null) throw refused(image, 'it is not a qcow2 image, or its header is damaged');
    if (header.externalData) throw refused(image, 'it keeps its data in another file');
    if (header.encrypted) throw refused(image, 'it is encrypted');
    if (header.backingFile !== null)
      throw refused(image, 'it is an overlay over another image, and that image was not given');
    return direct(image, 'qcow2', null);
  },
  vhd: async (image, handle, size) => {
    const footer = await readVhdFooter(handle, size);
    if (footer === null) throw refused(image, 'it is not a VHD, or its footer is damaged');
    // QEMU would open it without its parent and read zeros for what is missing (spec qemu §3).
    if (footer.type === 'differencing') throw refused(image, 'it is a differencing VHD, which needs its parent');
    if (footer.type === 'fixed') return direct(image, 'raw', footer.size);
    return { kind: 'served', image: { driver: 'vpc', file: image.file, readOnly: image.readOnly } };
  },
  vhdx: async (image, handle) => {
    const hasParent = await vhdxHasParent(handle);
    if (hasParent === null) throw refused(image, 'it is not a VHDX, or its tables are damaged');
    if (hasParent) throw refused(image, 'it is a differencing VHDX, which needs its parent');
    return { kind: 'served', image: { driver: 'vhdx', file: image.file, readOnly: image.readOnly } };
  },
};

function direct(image: Image, driver: 'raw' | 'qcow2', size: number | null): CheckedImage {
  return {
    kind: 'direct',
    source: { kind: 'file', driver, file: image.file, readOnly: image.readOnly, size },
  };
}

/** Opening for write finds out at once what a read-only file system would only tell the guest. */
async function openImage(file: string, readOnly: boolean): Promise<FileHandle> {
  try {
    // A FIFO would hold us until somebody writes.
    return await open(file, (readOnly ? constants.O_RDONLY : constants.O_RDWR) | constants.O_NONBLOCK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new DomainError('invalidParameter', `The disk ${file} does not exist. Attach one that does.`, {
        cause,
        hresult: '0x80070002',
      });
    }
    throw new DomainError(
      'accessDenied',
      `The disk ${file} cannot be opened. Check its permissions and its file system.`,
      { cause },
    );
  }
}

function refused(image: Image, why: string): DomainError {
  return new DomainError(
    'invalidParameter',
    `The disk ${image.file} is refused: ${why}. Attach a complete image of its own format.`,
  );
}
