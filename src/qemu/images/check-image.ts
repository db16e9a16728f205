import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { DomainError } from '../../core/errors.ts';
import type { DiskImage } from '../../core/machine-spec.ts';
import { DiskFormatError, type DiskHazardKind, type DiskInfo } from '../../vhd/disk-info.ts';
import { fatalHazards, inspectDisk } from '../../vhd/inspect.ts';
import type { DiskSource } from '../command-line/layout.ts';
import type { ServedChain } from '../supervise/chain-server.ts';
import type { ServedImage } from '../supervise/storage-daemon.ts';

/** What QEMU may open for an image: the file itself, or what a storage daemon serves. */
export type CheckedImage =
  | { readonly kind: 'direct'; readonly source: Extract<DiskSource, { kind: 'file' }> }
  | { readonly kind: 'served'; readonly image: ServedImage }
  | { readonly kind: 'chain'; readonly chain: ServedChain };

/**
 * Looks into an image and the chain below it before any QEMU program sees them, and refuses one that leads to files that
 * were not given or is not what its format says (hardening 9, 10; spec qemu §3). Answers top first. Rejects with
 * DomainError that names the file.
 */
export async function checkImage(image: DiskImage): Promise<readonly CheckedImage[]> {
  const below = image.backing ?? [];
  const chain: readonly Link[] = [
    { ...image, last: below.length === 0 },
    ...below.map((backing, index) => ({
      ...backing,
      readOnly: true,
      // Only what is served is opened for writing from the beginning: a daemon cannot be asked to later.
      served: backing.own === true,
      last: index === below.length - 1,
    })),
  ];
  return Promise.all(chain.map(checkLink));
}

/** A served image is still one: it lies over nothing, and its format is what it was. Rejects with DomainError. */
export async function requireServed({ driver, file, readOnly }: ServedImage): Promise<void> {
  const format = driver === 'vpc' ? 'vhd' : 'vhdx';
  const found = await checkLink({ file, format, readOnly, last: true, served: true });
  if (found.kind !== 'served') throw refused({ file, format, readOnly }, 'It is another kind of disk than before.');
}

/** One file of a chain. `last`: nothing was given below it. */
interface Link extends DiskImage {
  readonly last: boolean;
  /** Served by a storage daemon that writes, or has its log replayed by it, though it is only read at first. */
  readonly served?: boolean;
}

async function checkLink(image: Link): Promise<CheckedImage> {
  await using handle = await openImage(image.file, image.readOnly);
  const found = await handle.stat();
  if (!found.isFile() && !found.isBlockDevice()) throw refused(image, 'It is neither a file nor a block device.');
  if (!image.last && image.format !== 'qcow2') throw refused(image, 'Only a qcow2 image lies over another one.');
  // Whatever a raw disk holds, it is raw: a guest may write any header into it.
  if (image.format === 'raw') return direct(image, 'raw', null);
  if (image.parents !== undefined) return await differencing(image, image.parents, handle);
  const info = await inspect(image, handle);
  if (info.backing !== null && image.last)
    throw refused(image, 'It is an overlay over another image, and that image was not given.');
  if (info.backing === null && !image.last) throw refused(image, 'It is no overlay, and an image below was given.');
  if (image.format === 'qcow2') return direct(image, 'qcow2', null);
  if (image.format === 'vhd' && info.type === 'fixed') return direct(image, 'raw', info.virtualSize);
  const driver = image.format === 'vhd' ? 'vpc' : 'vhdx';
  const readOnly = image.readOnly && image.served !== true;
  // QEMU reads none whose log is to be replayed, and what is only read is not changed for it: our own reader replays it in memory.
  if (driver === 'vhdx' && readOnly && info.hazards.some(({ kind }) => kind === 'notClosed'))
    return { kind: 'chain', chain: { format: 'vhdx', files: [image.file], writable: false } };
  return { kind: 'served', image: { driver, file: image.file, readOnly } };
}

/** Whether the parents are the right ones is found out by whatever serves them. */
async function differencing(image: Link, parents: readonly string[], handle: FileHandle): Promise<CheckedImage> {
  const { format } = image;
  if ((format !== 'vhd' && format !== 'vhdx') || !image.last)
    throw refused(image, 'Only a VHD or VHDX at the end of a chain of overlays has parents.');
  if (format === 'vhd' && !image.readOnly) throw refused(image, 'No differencing VHD is written to.');
  const writable = format === 'vhdx' && (!image.readOnly || image.served === true);
  const info = await inspect(image, handle, 'differencing');
  if (info.type !== 'differencing') throw refused(image, 'It has no parents, and parents were given.');
  return { kind: 'chain', chain: { format, files: [image.file, ...parents], writable } };
}

/** The headers, read by us before QEMU reads them: QEMU opens a differencing VHD without its parent (spec qemu §3). */
async function inspect(image: Link, handle: FileHandle, accepted?: DiskHazardKind): Promise<DiskInfo> {
  let info: DiskInfo;
  try {
    info = await inspectDisk(image.file, handle, image.format);
  } catch (error) {
    if (error instanceof DiskFormatError) throw refused(image, `${error.message}.`);
    throw error;
  }
  const fatal = fatalHazards(info).find(({ kind }) => kind !== accepted);
  if (fatal !== undefined) throw refused(image, fatal.message);
  return info;
}

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
    `The disk ${image.file} is refused. ${why} Attach a complete image of its own format.`,
  );
}
