import { basename, dirname } from 'node:path';
import type { BlockSource } from '../../vhd/block-source.ts';
import { copyDisk } from '../../vhd/copy/disk.ts';
import { measureLayer } from '../../vhd/copy/layer.ts';
import { DiskFormatError } from '../../vhd/disk-info.ts';
import type { DiskLayer } from '../../vhd/layer.ts';
import { MergedSource } from '../../vhd/chain/merged-source.ts';
import { NewFile } from '../../vhd/new-file.ts';
import { withLayers } from '../disks/layers.ts';
import { DomainError } from '../errors.ts';
import { openFolder } from '../paths/open-folder.ts';
import type { BackingImage } from '../machine-spec.ts';
import type { GrowWork } from './grow-disk.ts';
import { requireZeros } from './beyond-end.ts';
import type { DiskToWrite } from './new-disk.ts';
import { fillWithContent, fillWithLayers, writeDisk, type WriteOptions } from './write-content.ts';

/** What a job of the image service does; plain data. */
export type ImageWork = NewFileWork | GrowWork;

/** What makes a whole new file, or reads some. `files`: youngest first. */
export type NewFileWork =
  | { readonly kind: 'create'; readonly disk: DiskToWrite }
  | { readonly kind: 'floppy' }
  /** Everything that the chain shows, into a new disk. */
  | { readonly kind: 'convert'; readonly disk: DiskToWrite; readonly files: readonly BackingImage[] }
  /** The same disk with another size, or without the room that zeros take. */
  | { readonly kind: 'resize' | 'compact'; readonly disk: DiskToWrite; readonly files: readonly [BackingImage] }
  /** Files of a chain become its oldest one. */
  | { readonly kind: 'merge'; readonly disk: DiskToWrite; readonly files: readonly BackingImage[] }
  | { readonly kind: 'setParent'; readonly disk: DiskToWrite; readonly files: readonly [BackingImage] }
  /** The same disk with another identity, sector size or parent. */
  | { readonly kind: 'change'; readonly disk: DiskToWrite; readonly files: readonly [BackingImage] }
  | { readonly kind: 'validate'; readonly files: readonly BackingImage[] };

/** 80 tracks of 2 sides of 18 sectors. */
export const FLOPPY_BYTES = 80 * 2 * 18 * 512;
/** Headers, tables and the log of a disk that holds nothing. */
const EMPTY_BYTES = 8 * 1024 * 1024;

export interface PerformOptions extends WriteOptions {
  /** Called once before anything is written, with the bytes that the result takes at most (K33). Rejects when there is no room. */
  readonly requireRoom: (bytes: number) => Promise<void>;
}

export const perform = async (work: NewFileWork, target: string, options: PerformOptions): Promise<void> => {
  if (work.kind === 'create') {
    await options.requireRoom(work.disk.type === 'fixed' ? work.disk.size + EMPTY_BYTES : EMPTY_BYTES);
    return explained(() => writeDisk(work.disk, target, () => Promise.resolve()));
  }
  if (work.kind === 'floppy') {
    await options.requireRoom(FLOPPY_BYTES);
    return writeFloppy(target);
  }
  // Opened once for all: to find the holes of a sparse file takes a program of its own.
  return explained(() =>
    withLayers(work.files, async (layers) => {
      if (work.kind === 'validate') return validate(layers, options);
      await options.requireRoom(await roomFor(work.disk, layers, options.signal));
      await rewrite(work, layers, target, options);
    }),
  );
};

/** Reads tables, no data. */
const roomFor = async (disk: DiskToWrite, layers: readonly DiskLayer[], signal: AbortSignal): Promise<number> => {
  if (disk.type === 'fixed') return disk.size + EMPTY_BYTES;
  let data = 0;
  for (const layer of layers) data += await measureLayer(layer, signal);
  return Math.min(data, disk.size) + EMPTY_BYTES;
};

/** `layers`: the files of the work, open. */
const rewrite = (
  { kind, disk }: Exclude<NewFileWork, { readonly kind: 'create' | 'floppy' | 'validate' }>,
  layers: readonly DiskLayer[],
  target: string,
  options: WriteOptions,
): Promise<void> => {
  switch (kind) {
    case 'convert':
      return writeDisk(disk, target, fillWithContent(layers, options));
    case 'setParent':
      return writeDisk(disk, target, fillWithLayers(layers, false, options));
    case 'compact':
      return compact(disk, layers, target, options);
    case 'merge':
      return writeDisk(disk, target, fillWithLayers(layers, disk.parent === null, options));
    case 'resize':
    case 'change':
      return resize(disk, layers, target, options);
  }
};

/** Of zeros. */
const writeFloppy = async (target: string): Promise<void> => {
  const folder = await openFolder({ text: dirname(target), file: dirname(target) });
  try {
    const file = await NewFile.create(folder.inside(basename(target)), true);
    try {
      await file.resize(FLOPPY_BYTES);
      await file.commit();
    } catch (error) {
      await file.discard();
      throw error;
    }
  } finally {
    await folder.close();
  }
};

/** What is compressed in a qcow2 file would be written as it is: that is no way to make a file smaller. */
const compact = async (
  disk: DiskToWrite,
  layers: readonly DiskLayer[],
  target: string,
  options: WriteOptions,
): Promise<void> => {
  for (const layer of disk.format === 'qcow2' ? layers : [])
    if ((await measureLayer(layer, options.signal)) > layer.info.fileSize)
      throw new DomainError(
        'notSupported',
        'The file holds compressed clusters and would become larger. Convert it with qemu-img convert -c.',
      );
  await writeDisk(disk, target, fillWithLayers(layers, disk.parent === null, options));
};

/** A smaller disk must have nothing behind its new end; of a differencing one only its own file counts. */
const resize = async (
  disk: DiskToWrite,
  layers: readonly DiskLayer[],
  target: string,
  options: WriteOptions,
): Promise<void> => {
  if (disk.parent !== null) return writeDisk(disk, target, fillWithLayers(layers, false, options));
  const [layer] = layers;
  if (layer === undefined) return;
  const whole = new MergedSource([layer], () => Promise.resolve());
  if (whole.size > disk.size) await requireZeros(whole, disk.size, options.signal);
  const source = cut(whole, disk.size);
  const progress = (done: number): void => options.progress(done / source.size);
  await writeDisk(disk, target, (writer) => copyDisk(source, writer, { signal: options.signal, progress }));
};

const cut = (source: BlockSource, size: number): BlockSource =>
  source.size <= size
    ? source
    : {
        size,
        logicalSectorSize: source.logicalSectorSize,
        read: (offset, into) => source.read(offset, into),
        extent: (offset, length) => source.extent(offset, Math.min(length, size - offset)),
        close: () => source.close(),
      };

/** Every table of every file is read, and that each block lies inside of its file. */
const validate = async (layers: readonly DiskLayer[], { signal, progress }: WriteOptions): Promise<void> => {
  for (const [index, layer] of layers.entries()) {
    await measureLayer(layer, signal);
    progress((index + 1) / layers.length);
  }
};

const explained = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DiskFormatError || error instanceof RangeError)
      throw new DomainError('failed', `The disk is damaged or cannot be like that: ${error.message}`, { cause: error });
    throw error;
  }
};
