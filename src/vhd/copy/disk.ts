import { type BlockSource, checkRange } from '../block-source.ts';
import { CopyPieces } from './pieces.ts';
import type { DiskWriter } from '../disk-writer.ts';
import { isZero, PIECE_BYTES } from '../zeros.ts';

export interface CopyOptions {
  /** Stops between two pieces; the writer is then the caller's to discard. */
  readonly signal?: AbortSignal;
  /** Bytes of the disk that are done, zeros included. */
  readonly progress?: (done: number) => void;
}

/**
 * Copies a disk into a new one of the same size or larger: conversion, and with a chain as the source its merge. Zeros
 * take no room in the new disk. The caller closes both.
 */
export const copyDisk = async (source: BlockSource, writer: DiskWriter, options: CopyOptions = {}): Promise<void> => {
  const { signal, progress } = options;
  const { logicalSectorSize: sector } = writer;
  checkRange(writer.size, 0, source.size);
  const pieces = new CopyPieces();
  try {
    for (let at = 0; at < source.size; ) {
      signal?.throwIfAborted();
      const extent = await source.extent(at, Math.min(source.size - at, writer.size));
      const place = at;
      // Extents end at sectors of the source, and those of the writer can be larger: the rest is read with what follows.
      const zeros = extent.kind === 'zero' ? extent.length - (extent.length % sector) : 0;
      if (zeros > 0) {
        at += zeros;
        void pieces.inTurn(async () => progress?.(place + zeros));
        continue;
      }
      const rest = source.size - at;
      const length = Math.min(PIECE_BYTES, rest, Math.ceil(extent.length / sector) * sector);
      // A raw file can end inside of a sector, which then is filled up with zeros.
      const whole = Math.ceil(length / sector) * sector;
      await pieces.add(
        async (buffer) => {
          buffer.fill(0, length, whole);
          await source.read(place, buffer.subarray(0, length));
        },
        async (buffer) => {
          const sectors = buffer.subarray(0, whole);
          // Also those that the source holds as data: a raw file tells of none.
          if (!isZero(sectors)) await writer.write(place, sectors);
          progress?.(place + length);
        },
      );
      at += length;
    }
    await pieces.done();
  } finally {
    // Whatever went wrong: the caller may discard the writer now.
    await pieces.done().catch(() => undefined);
  }
};
