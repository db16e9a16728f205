import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkRange } from '../block-source.ts';
import type { CopyOptions } from './disk.ts';
import { CopyPieces } from './pieces.ts';
import type { DiskWriter } from '../disk-writer.ts';
import type { DiskLayer, Run } from '../layer.ts';
import { isZero, PIECE_BYTES } from '../zeros.ts';

/** Tables that are in memory answer without a turn of the event loop: a hostile file can tell of millions of runs that way. */
const RUNS_A_TURN = 1024;

/** What a layer says of itself, from its start to its end. Rejects when the signal is aborted. */
async function* runsOf(layer: DiskLayer, signal?: AbortSignal): AsyncGenerator<Run & { readonly at: number }> {
  const { virtualSize } = layer.info;
  for (let at = 0, told = 1; at < virtualSize; told++) {
    signal?.throwIfAborted();
    const run = await layer.locate(at, virtualSize - at);
    yield { ...run, at };
    at += run.length;
    if (told % RUNS_A_TURN === 0) await nextTurn();
  }
}

/** Bytes that a layer holds as data, to say what a copy of it will take. Reads its tables only. */
export const measureLayer = async (layer: DiskLayer, signal?: AbortSignal): Promise<number> => {
  let data = 0;
  for await (const run of runsOf(layer, signal)) if (run.kind === 'data') data += run.length;
  return data;
};

/**
 * Copies what one file of a chain holds, and nothing of its parents, into a new disk of the same sectors: a file with a
 * parent becomes a differencing disk, one without a disk of its own (`root`), in which zeros take no room. `progress`
 * counts bytes of data. The caller closes both.
 */
export const copyLayer = async (
  layer: DiskLayer,
  writer: DiskWriter,
  options: CopyOptions & { readonly root: boolean },
): Promise<void> => {
  const { signal, progress, root } = options;
  const sector = writer.logicalSectorSize;
  checkRange(writer.size, 0, layer.info.virtualSize);
  const pieces = new CopyPieces();
  let copied = 0;
  const clear = async (offset: number, length: number): Promise<void> => {
    if (!root) await writer.zero(offset, Math.ceil(length / sector) * sector);
  };
  try {
    for await (const run of runsOf(layer, signal)) {
      // A file can tell of more zeros than there is memory to note them.
      if (run.kind === 'zero') await pieces.inTurn(() => clear(run.at, run.length));
      for (let done = 0; run.kind === 'data' && done < run.length; ) {
        signal?.throwIfAborted();
        const length = Math.min(PIECE_BYTES, run.length - done);
        // A raw file can end inside of a sector, which then is filled up with zeros.
        const whole = Math.ceil(length / sector) * sector;
        const [place, position] = [run.at + done, run.position + done];
        await pieces.add(
          async (buffer) => {
            buffer.fill(0, length, whole);
            await layer.source.fill(position, buffer.subarray(0, length), 'A block');
          },
          async (buffer) => {
            const sectors = buffer.subarray(0, whole);
            if (isZero(sectors)) await clear(place, length);
            else await writer.write(place, sectors);
            copied += length;
            progress?.(copied);
          },
        );
        done += length;
      }
    }
    await pieces.done();
  } finally {
    // Whatever went wrong: the caller may discard the writer now.
    await pieces.done().catch(() => undefined);
  }
};
