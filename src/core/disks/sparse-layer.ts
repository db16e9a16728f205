import type { FileExtent } from '../../vhd/data-extents.ts';
import type { DiskLayer, Run } from '../../vhd/layer.ts';

/** A flat disk (raw, fixed VHD), of which holes of the file are zeros without being read. */
export const sparseLayer = (layer: DiskLayer, extents: readonly FileExtent[]): DiskLayer => ({
  info: layer.info,
  source: layer.source,
  parentChanged: layer.parentChanged,
  checkBlocks: () => layer.checkBlocks(),
  locate: (offset, length): Run => {
    const next = extents[firstEndingBehind(extents, offset)];
    if (next === undefined) return { kind: 'zero', length };
    if (next.start > offset) return { kind: 'zero', length: Math.min(length, next.start - offset) };
    return { kind: 'data', length: Math.min(length, next.end - offset), position: offset };
  },
});

const firstEndingBehind = (extents: readonly FileExtent[], offset: number): number => {
  let [low, high] = [0, extents.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((extents[middle]?.end ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
};
