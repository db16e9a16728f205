import { basename, dirname } from 'node:path';
import type { BlockSource } from '../../vhd/block-source.ts';
import { copyDisk } from '../../vhd/copy-disk.ts';
import { measureLayer } from '../../vhd/copy-layer.ts';
import { DiskFormatError } from '../../vhd/disk-info.ts';
import { MergedSource } from '../../vhd/merged-source.ts';
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

/** Bytes that the result takes at most (K33). Reads tables, no data. */
export const roomFor = async (work: NewFileWork, signal: AbortSignal): Promise<number> => {
  if (work.kind === 'floppy') return FLOPPY_BYTES;
  if (work.kind === 'create') return work.disk.type === 'fixed' ? work.disk.size + EMPTY_BYTES : EMPTY_BYTES;
  if (work.kind === 'validate') return 0;
  if (work.disk.type === 'fixed') return work.disk.size + EMPTY_BYTES;
  const data = await explained(() =>
    withLayers(work.files, async (layers) => {
      let sum = 0;
      for (const layer of layers) sum += await measureLayer(layer, signal);
      return sum;
    }),
  );
  return Math.min(data, work.disk.size) + EMPTY_BYTES;
};

export const perform = (work: NewFileWork, target: string, options: WriteOptions): Promise<void> =>
  explained(() => {
    switch (work.kind) {
      case 'create':
        return writeDisk(work.disk, target, () => Promise.resolve());
      case 'floppy':
        return writeFloppy(target);
      case 'convert':
        return writeDisk(work.disk, target, fillWithContent(work.files, options));
      case 'setParent':
        return writeDisk(work.disk, target, fillWithLayers(work.files, false, options));
      case 'compact':
      case 'merge':
        return writeDisk(work.disk, target, fillWithLayers(work.files, work.disk.parent === null, options));
      case 'resize':
      case 'change':
        return resize(work.disk, work.files, target, options);
      case 'validate':
        return validate(work.files, options);
    }
  });

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

/** A smaller disk must have nothing behind its new end; of a differencing one only its own file counts. */
const resize = async (
  disk: DiskToWrite,
  files: readonly [BackingImage],
  target: string,
  options: WriteOptions,
): Promise<void> => {
  if (disk.parent !== null) return writeDisk(disk, target, fillWithLayers(files, false, options));
  await withLayers(files, async ([layer]) => {
    if (layer === undefined) return;
    const whole = new MergedSource([layer], () => Promise.resolve());
    if (whole.size > disk.size) await requireZeros(whole, disk.size, options.signal);
    const source = cut(whole, disk.size);
    const progress = (done: number): void => options.progress(done / source.size);
    await writeDisk(disk, target, (writer) => copyDisk(source, writer, { signal: options.signal, progress }));
  });
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
const validate = (files: readonly BackingImage[], { signal, progress }: WriteOptions): Promise<void> =>
  withLayers(files, async (layers) => {
    for (const [index, layer] of layers.entries()) {
      await measureLayer(layer, signal);
      progress((index + 1) / layers.length);
    }
  });

const explained = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DiskFormatError || error instanceof RangeError)
      throw new DomainError('failed', `The disk is damaged or cannot be like that: ${error.message}`, { cause: error });
    throw error;
  }
};
