import { basename, dirname } from 'node:path';
import { copyDisk } from '../../vhd/copy/disk.ts';
import { copyLayer, measureLayer } from '../../vhd/copy/layer.ts';
import type { DiskWriter } from '../../vhd/disk-writer.ts';
import type { DiskLayer } from '../../vhd/layer.ts';
import { MergedSource } from '../../vhd/chain/merged-source.ts';
import { openFolder } from '../paths/open-folder.ts';
import { withStorageErrors } from '../disks/storage-errors.ts';
import { type DiskToWrite, openWriter } from './new-disk.ts';

export interface WriteOptions {
  readonly signal: AbortSignal;
  /** Fraction, 0 to 1. */
  readonly progress: (fraction: number) => void;
}

/** Writes a disk in the place of what has its name now, whole and durable; when this rejects, nothing is changed. */
export const writeDisk = (
  disk: DiskToWrite,
  file: string,
  fill: (writer: DiskWriter) => Promise<void>,
): Promise<void> =>
  withStorageErrors(dirname(file), async () => {
    const folder = await openFolder({ text: dirname(file), file: dirname(file) });
    try {
      const writer = await openWriter(disk, dirname(file), folder.inside(basename(file)));
      try {
        await fill(writer);
        await writer.close();
      } catch (error) {
        await writer.discard();
        throw error;
      }
    } finally {
      await folder.close();
    }
  });

/** What the disk shows: all its files together, the youngest first. */
export const fillWithContent =
  ([top, ...below]: readonly DiskLayer[], { signal, progress }: WriteOptions) =>
  async (writer: DiskWriter): Promise<void> => {
    if (top === undefined) return;
    const source = new MergedSource([top, ...below], () => Promise.resolve());
    const done = (bytes: number): void => progress(source.size === 0 ? 1 : bytes / source.size);
    await copyDisk(source, writer, { signal, progress: done });
  };

/** What these files of a chain, youngest first, hold over the one below them: later ones win. */
export const fillWithLayers =
  (layers: readonly DiskLayer[], root: boolean, { signal, progress }: WriteOptions) =>
  async (writer: DiskWriter): Promise<void> => {
    let total = 0;
    for (const layer of layers) total += await measureLayer(layer, signal);
    let before = 0;
    for (const [index, layer] of layers.toReversed().entries()) {
      let copied = 0;
      const done = (bytes: number): void => {
        copied = bytes;
        progress((before + bytes) / total);
      };
      await copyLayer(layer, writer, { signal, progress: done, root: root && index === 0 });
      before += copied;
    }
    progress(1);
  };
