import type { DiskLayer, Run } from '../layer.ts';
import type { MergedSource } from './merged-source.ts';

/**
 * What may differ between a disk and what it was, as the one file that lies over the disk as it was: where one of `between` (files
 * that only one of both lies over) holds something, it has what `whole` shows there, and nothing elsewhere. Runs begin and end at
 * sectors of `sector` bytes, which the disk has whole.
 */
export const changedLayer = (
  top: DiskLayer,
  between: readonly DiskLayer[],
  whole: MergedSource,
  sector: number,
): DiskLayer => {
  const { size } = whole;
  /** Down to a whole sector, but to the end of the disk. */
  const floor = (offset: number, length: number): number =>
    offset + length >= size ? length : length - (length % sector);
  const stretch = async (
    offset: number,
    length: number,
  ): Promise<{ readonly changed: boolean; readonly length: number }> => {
    let [changed, run] = [false, length];
    for (const layer of between) {
      const { virtualSize } = layer.info;
      if (offset >= virtualSize) continue;
      const found = await layer.locate(offset, Math.min(run, virtualSize - offset));
      // Behind the end of a smaller one nothing is held.
      if (found.kind !== 'absent' || offset + found.length < virtualSize) run = Math.min(run, found.length);
      changed ||= found.kind !== 'absent';
    }
    const aligned = floor(offset, run);
    // A sector of which a part is held counts as a whole.
    return aligned === 0 ? { changed: true, length: Math.min(sector, length) } : { changed, length: aligned };
  };
  const locate = async (offset: number, length: number): Promise<Run> => {
    const found = await stretch(offset, length);
    if (!found.changed) return { kind: 'absent', length: found.length };
    const extent = await whole.extent(offset, found.length);
    const aligned = floor(offset, extent.length);
    if (aligned === 0) return { kind: 'data', length: Math.min(sector, found.length), position: offset };
    return extent.kind === 'zero'
      ? { kind: 'zero', length: aligned }
      : { kind: 'data', length: aligned, position: offset };
  };
  return {
    info: top.info,
    source: {
      size,
      read: async (offset, length) => {
        const bytes = Buffer.alloc(length);
        await whole.read(offset, bytes);
        return bytes;
      },
      fill: (offset, into) => whole.read(offset, into),
    },
    parentChanged: null,
    locate,
    checkBlocks: () => Promise.resolve(),
  };
};
