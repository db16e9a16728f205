import type { DiskLayer, Run } from '../../vhd/layer.ts';
import type { DiskRange } from '../requests.ts';

/** In one answer: it has to fit into the envelope that clients of WS-Management take (512 KB). */
const MAXIMUM_RANGES = 1024;
/** Stretches that one answer looks at: a disk in small pieces must not keep the service. */
const MAXIMUM_LOOKS = 65_536;

/**
 * Where one of the layers holds something from `offset` to `end`, in bytes, in order; zeros that a guest wrote are something.
 * `processed`: up to where that is told.
 */
export const changedRanges = async (
  layers: readonly DiskLayer[],
  offset: number,
  end: number,
): Promise<{ readonly processed: number; readonly ranges: readonly DiskRange[] }> => {
  const ranges: DiskRange[] = [];
  let at = offset;
  for (let looks = 0; at < end && looks < MAXIMUM_LOOKS; looks++) {
    let length = end - at;
    let changed = false;
    for (const layer of layers) {
      const run = await runOf(layer, at, length);
      length = run.length;
      changed ||= run.kind !== 'absent';
    }
    const last = ranges.at(-1);
    if (changed && last !== undefined && last.offset + last.length === at)
      ranges[ranges.length - 1] = { offset: last.offset, length: last.length + length };
    else if (changed) {
      if (ranges.length === MAXIMUM_RANGES) break;
      ranges.push({ offset: at, length });
    }
    at += length;
  }
  return { processed: at - offset, ranges };
};

/** Files of one disk may be of different sizes: it was resized. */
const runOf = (layer: DiskLayer, at: number, length: number): Run | Promise<Run> => {
  const { virtualSize } = layer.info;
  return at >= virtualSize ? { kind: 'absent', length } : layer.locate(at, Math.min(length, virtualSize - at));
};
