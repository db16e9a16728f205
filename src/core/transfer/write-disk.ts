import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { changedLayer } from '../../vhd/chain/changed-layer.ts';
import { copyDisk } from '../../vhd/copy/disk.ts';
import { copyLayer, measureLayer } from '../../vhd/copy/layer.ts';
import { formatOfName } from '../../vhd/disk-format.ts';
import { DiskFormatError, type DiskInfo } from '../../vhd/disk-info.ts';
import type { DiskWriter } from '../../vhd/disk-writer.ts';
import { inspectDisk } from '../../vhd/inspect.ts';
import type { DiskLayer } from '../../vhd/layer.ts';
import { MergedSource } from '../../vhd/chain/merged-source.ts';
import { renameBacking } from '../../vhd/qcow2/backing.ts';
import { withSource } from '../../vhd/source.ts';
import { createVhdx, type NewVhdx } from '../../vhd/vhdx/writer.ts';
import { copyFile } from '../disks/copy-file.ts';
import { withLayers } from '../disks/layers.ts';
import { DomainError } from '../errors.ts';
import { openResolved } from '../paths/open.ts';
import type { BackingImage } from '../machine-spec.ts';
import { quote } from '../systems/refusals.ts';
import type { ExportedDisk } from './export-disks.ts';

export interface Extents {
  /** Bytes that are read: what progress counts. */
  readonly work: number;
  /** Bytes that the copy takes at most. */
  readonly room: number;
}

export interface WriteOptions {
  readonly signal: AbortSignal;
  readonly progress: (done: number) => void;
}

/** The file that was written for the one below a disk. */
export interface WrittenBelow {
  readonly file: string;
  /** As Windows will find it, where that is known; the name beside the disk does anyway. */
  readonly windowsPath: string | null;
}

/** What a copy of these disks costs. Reads tables, no data. */
export const measureDisk = (disk: ExportedDisk, signal: AbortSignal): Promise<Extents> =>
  explained(disk, async () => {
    if (disk.how === 'copy' || disk.how === 'relink')
      return withFile(disk.files[0], ({ handle }) => measureFile(handle));
    if (disk.how === 'changes')
      return withChanges(disk, async (layer) => {
        const work = await measureLayer(layer, signal);
        return { work, room: work };
      });
    return withLayers(disk.files, async (layers, handles) => {
      let [work, room] = [0, 0];
      for (const [i, layer] of layers.entries()) {
        const data = await measureLayer(layer, signal);
        const { blocks } = (await handles[i]?.stat()) ?? { blocks: 0 };
        work += data;
        // A sparse raw file holds less than it says; a compressed one more.
        room += layer.info.format === 'raw' ? Math.min(data, blocks * 512) : data;
      }
      const size = layers[0]?.info.virtualSize ?? 0;
      return disk.how === 'merge' ? { work: size, room: Math.min(room, size) } : { work, room };
    });
  });

const measureFile = async (handle: FileHandle): Promise<Extents> => {
  const { size, blocks } = await handle.stat();
  return { work: size, room: Math.min(size, blocks * 512) };
};

/**
 * Writes one disk of an export as `target`, which does not exist; durable when this resolves.
 */
export const writeDisk = (
  disk: ExportedDisk,
  target: string,
  below: WrittenBelow | null,
  options: WriteOptions,
): Promise<void> =>
  explained(disk, async () => {
    if (disk.how === 'copy') return copyWhole(disk, target, options);
    if (disk.how === 'relink') return relink(disk, target, options);
    if (disk.how === 'changes')
      return withChanges(disk, async (layer, { linkage, sector }) => {
        const parent = { linkage, relativePath: `.\\${disk.below ?? ''}` };
        await filled(
          await createVhdx({ ...commonOf(disk, layer, target, sector), type: 'differencing', parent }),
          (writer) => copyLayer(layer, writer, { ...options, root: false }),
        );
      });
    return withLayers(disk.files, async (layers) => {
      const [top] = layers;
      if (top === undefined) return;
      await filled(await newVhdx(disk, layers, top, target, below), (writer) =>
        disk.how === 'merge'
          ? copyDisk(new MergedSource([top, ...layers.slice(1)], noRelease), writer, options)
          : copyLayer(top, writer, { ...options, root: below === null }),
      );
    });
  });

/** What it gets is whole, or the file is gone. */
const filled = async (writer: DiskWriter, fill: (writer: DiskWriter) => Promise<void>): Promise<void> => {
  try {
    await fill(writer);
    await writer.close();
  } catch (error) {
    await writer.discard();
    throw error;
  }
};

/** What of a disk may differ from a former moment, opened as one layer. */
const withChanges = <T>(
  { files, since }: ExportedDisk,
  work: (layer: DiskLayer, over: { readonly linkage: string; readonly sector: 512 | 4096 }) => Promise<T>,
): Promise<T> => {
  if (since === undefined) throw new Error('changes since no moment');
  return withLayers([...files, ...since.between], async (layers) => {
    const [[top, ...below], between] = [layers.slice(0, files.length), layers.slice(files.length)];
    if (top === undefined) throw new Error('a disk without a file');
    const sector = backupSector(layers.slice(0, files.length));
    const whole = new MergedSource([top, ...below], noRelease);
    return work(changedLayer(top, between, whole, sector), { linkage: since.linkage, sector });
  });
};

/** Of the disk at the bottom, which all moments have in common. */
const backupSector = (chain: readonly DiskLayer[]): 512 | 4096 =>
  chain.at(-1)?.info.logicalSectorSize === 4096 ? 4096 : 512;

const noRelease = (): Promise<void> => Promise.resolve();

const copyWhole = (disk: ExportedDisk, target: string, options: WriteOptions): Promise<void> =>
  withFile(disk.files[0], ({ handle }) => copyFile(handle, target, options));

/** QEMU's names of formats. */
const QEMU_FORMATS = { raw: 'raw', qcow2: 'qcow2', vhd: 'vpc', vhdx: 'vhdx', iso: 'raw' } as const;

/** By a name without a folder: the files are found wherever the folder of the export goes. */
const relink = async (disk: ExportedDisk, target: string, options: WriteOptions): Promise<void> => {
  await copyWhole(disk, target, options);
  const name = disk.below ?? '';
  const handle = await open(target, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    await withSource(target, handle, (source) =>
      renameBacking(handle, source, { name, format: QEMU_FORMATS[formatOfName(name)] }),
    );
  } finally {
    await handle.close();
  }
};

const newVhdx = async (
  disk: ExportedDisk,
  layers: readonly DiskLayer[],
  layer: DiskLayer,
  target: string,
  below: WrittenBelow | null,
): Promise<DiskWriter> => {
  const parent = below === null ? null : await inspectDisk(below.file);
  const sector = disk.dataWriteId === undefined ? sectorOf(disk, layer.info, parent) : backupSector(layers);
  const common = commonOf(disk, layer, target, sector);
  if (parent === null) return createVhdx({ ...common, type: 'dynamic' });
  if (parent.dataWriteId === null) throw new Error('the parent of a differencing disk is a VHDX');
  return createVhdx({
    ...common,
    type: 'differencing',
    parent: {
      linkage: parent.dataWriteId,
      relativePath: `.\\${disk.below ?? ''}`,
      ...(below?.windowsPath == null ? {} : { absolutePath: below.windowsPath }),
    },
  });
};

const commonOf = (
  { dataWriteId }: ExportedDisk,
  { info }: DiskLayer,
  file: string,
  logicalSectorSize: 512 | 4096,
): Pick<NewVhdx, 'file' | 'size' | 'logicalSectorSize' | 'id' | 'dataWriteId'> => ({
  file,
  size: Math.ceil(info.virtualSize / logicalSectorSize) * logicalSectorSize,
  logicalSectorSize,
  ...(info.format === 'vhdx' && info.id !== null ? { id: info.id } : {}),
  ...(dataWriteId === undefined ? {} : { dataWriteId }),
});

/** A chain has sectors of one size, that of the disk at its bottom. */
const sectorOf = (disk: ExportedDisk, info: DiskInfo, parent: DiskInfo | null): 512 | 4096 => {
  const sector = (parent ?? info).logicalSectorSize === 4096 ? 4096 : 512;
  // Sub-clusters of a qcow2 file are a thirty-second of its clusters.
  if (sector === 4096 && info.format === 'qcow2' && info.blockSize % (32 * sector) !== 0 && disk.below !== null)
    throw new DomainError(
      'failed',
      'Its pieces are smaller than the 4096-byte sectors of the disk below it. Merge its checkpoints before the export.',
    );
  return sector;
};

interface OpenFile {
  readonly image: BackingImage;
  readonly handle: FileHandle;
}

const withFile = async <T>(image: BackingImage | undefined, work: (file: OpenFile) => Promise<T>): Promise<T> => {
  if (image === undefined) throw new Error('a disk without a file');
  const handle = await openResolved({ text: image.file, file: image.file, exists: true }, constants.O_RDONLY);
  try {
    return await work({ image, handle });
  } finally {
    await handle.close();
  }
};

/** Which disk it is about, in errors of its format. */
const explained = async <T>(disk: ExportedDisk, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const file = disk.files[0]?.file ?? disk.name;
    if (error instanceof DiskFormatError)
      throw new DomainError('failed', `The disk ${quote(file)} cannot be exported: ${error.message}`, { cause: error });
    if (error instanceof DomainError && error.cause === undefined && !error.message.includes(file))
      throw new DomainError(error.code, `The disk ${quote(file)} cannot be exported: ${error.message}`);
    throw error;
  }
};
