import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { DomainError } from '../../core/errors.ts';
import type { DiskImage } from '../../core/ports.ts';
import type { DiskSource } from '../command-line/layout.ts';
import type { ServedImage } from '../supervise/storage-daemon.ts';
import { readQcow2Header } from './qcow2-header.ts';
import { readVhdFooter } from './vhd-footer.ts';
import { vhdxHasParent } from './vhdx-parent.ts';

/** What QEMU may open for an image: the file itself, or what a storage daemon serves. */
export type CheckedImage =
  | { readonly kind: 'direct'; readonly source: Extract<DiskSource, { kind: 'file' }> }
  | { readonly kind: 'served'; readonly image: ServedImage };

/**
 * Looks into an image and the chain below it before any QEMU program sees them, and refuses one that leads to files that
 * were not given or is not what its format says (hardening 9, 10; spec qemu §3). Answers top first. Rejects with
 * DomainError that names the file.
 */
export async function checkImage(image: DiskImage): Promise<readonly CheckedImage[]> {
  const below = image.backing ?? [];
  const chain: readonly Link[] = [
    { file: image.file, format: image.format, readOnly: image.readOnly, last: below.length === 0 },
    ...below.map((backing, index) => ({ ...backing, readOnly: true, last: index === below.length - 1 })),
  ];
  return Promise.all(chain.map(checkLink));
}

/** One file of a chain. `last`: nothing was given below it. */
interface Link extends DiskImage {
  readonly last: boolean;
}

async function checkLink(image: Link): Promise<CheckedImage> {
  await using handle = await openImage(image.file, image.readOnly);
  const found = await handle.stat();
  if (!found.isFile() && !found.isBlockDevice()) throw refused(image, 'it is neither a file nor a block device');
  if (!image.last && image.format !== 'qcow2') throw refused(image, 'only a qcow2 image lies over another one');
  return await CHECKS[image.format](image, handle, found.size);
}

const CHECKS: Readonly<
  Record<DiskImage['format'], (image: Link, handle: FileHandle, size: number) => Promise<CheckedImage>>
> = {
  // Whatever a raw disk holds, it is raw: a guest may write any header into it.
  raw: async (image) => direct(image, 'raw', null),
  qcow2: async (image, handle) => {
    const header = await readQcow2Header(handle);
    if (header === null) throw refused(image, 'it is not a qcow2 image, or its header is damaged');
    if (header.externalData) throw refused(image, 'it keeps its data in another file');
    if (header.encrypted) throw refused(image, 'it is encrypted');
    if (header.backingFile !== null && image.last)
      throw refused(image, 'it is an overlay over another image, and that image was not given');
    if (header.backingFile === null && !image.last)
      throw refused(image, 'it is no overlay, and an image below was given');
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

function direct(image: DiskImage, driver: 'raw' | 'qcow2', size: number | null): CheckedImage {
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

function refused(image: DiskImage, why: string): DomainError {
  return new DomainError(
    'invalidParameter',
    `The disk ${image.file} is refused: ${why}. Attach a complete image of its own format.`,
  );
}
