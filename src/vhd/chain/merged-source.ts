import { type BlockExtent, type BlockSource, checkRange } from '../block-source.ts';
import type { DiskLayer, Run } from '../layer.ts';

/** Reads of one request that wait for the disk together, when it is made of many pieces. */
const MAX_PARALLEL = 16;
/** Runs that are put together to one extent before it is told. */
const MAX_JOINED = 512;

type Place =
  | { readonly kind: 'zero'; readonly length: number }
  | (Extract<Run, { kind: 'data' }> & { readonly layer: DiskLayer });

/** The layers of a chain, the youngest first, as the one disk that they are. */
export class MergedSource implements BlockSource {
  readonly size: number;
  readonly logicalSectorSize: number;
  readonly #layers: readonly DiskLayer[];
  readonly #release: () => Promise<void>;
  #closed: Promise<void> | null = null;

  constructor(layers: readonly [DiskLayer, ...DiskLayer[]], release: () => Promise<void>) {
    this.size = layers[0].info.virtualSize;
    this.logicalSectorSize = layers[0].info.logicalSectorSize;
    this.#layers = layers;
    this.#release = release;
  }

  async read(offset: number, into: Buffer): Promise<void> {
    checkRange(this.size, offset, into.length);
    const first = into.length === 0 ? null : this.#find(0, offset, into.length);
    if (first === null) return;
    const run = first instanceof Promise ? await first : first;
    if (run.length === into.length) return fetch(run, into);
    await this.#readPieces(run, offset, into);
  }

  readNow(offset: number, into: Buffer): BlockExtent['kind'] | null {
    checkRange(this.size, offset, into.length);
    let kind: BlockExtent['kind'] = 'zero';
    for (let done = 0; done < into.length; ) {
      const run = this.#find(0, offset + done, into.length - done);
      if (run instanceof Promise) {
        // Whoever reads it the other way will hear of a failure.
        run.catch(() => undefined);
        return null;
      }
      if (run.kind === 'data') {
        if (kind === 'zero') into.fill(0, 0, done);
        kind = 'data';
        const piece = into.subarray(done, done + run.length);
        if (run.layer.source.fillNow?.(run.position, piece, 'A block') !== true) return null;
      } else if (kind === 'data') into.fill(0, done, done + run.length);
      done += run.length;
    }
    return kind;
  }

  async #readPieces(first: Place, offset: number, into: Buffer): Promise<void> {
    const pending: Promise<void>[] = [];
    try {
      let run = first;
      let done = 0;
      for (;;) {
        pending.push(fetch(run, into.subarray(done, done + run.length)));
        if (pending.length === MAX_PARALLEL) await Promise.all(pending.splice(0));
        done += run.length;
        if (done === into.length) break;
        run = await this.#find(0, offset + done, into.length - done);
      }
      await Promise.all(pending);
    } finally {
      // Nothing may write into the caller's buffer after it was given back, whatever went wrong.
      await Promise.allSettled(pending);
    }
  }

  async extent(offset: number, length: number): Promise<BlockExtent> {
    checkRange(this.size, offset, length);
    if (length === 0) throw new RangeError('An extent has at least one byte');
    let run = await this.#find(0, offset, length);
    const { kind } = run;
    let done = run.length;
    for (let joined = 1; done < length && joined < MAX_JOINED; joined++) {
      run = await this.#find(0, offset + done, length - done);
      if (run.kind !== kind) break;
      done += run.length;
    }
    return { kind, length: done };
  }

  /** At once when all tables are in memory: a promise per layer would cost more than the read. */
  #find(from: number, offset: number, length: number): Place | Promise<Place> {
    let most = length;
    for (let i = from; i < this.#layers.length; i++) {
      const layer = this.#layers[i];
      if (layer === undefined) break;
      const { virtualSize } = layer.info;
      // A child can be larger than its parent: there the parent has nothing.
      if (offset >= virtualSize) break;
      most = Math.min(most, virtualSize - offset);
      const run = layer.locate(offset, most);
      if (run instanceof Promise)
        return run.then((found) =>
          found.kind === 'absent' ? this.#find(i + 1, offset, found.length) : placed(found, layer),
        );
      if (run.kind !== 'absent') return placed(run, layer);
      most = run.length;
    }
    return { kind: 'zero', length: most };
  }

  close(): Promise<void> {
    this.#closed ??= this.#release();
    return this.#closed;
  }
}

const placed = (run: Run, layer: DiskLayer): Place =>
  run.kind === 'data' ? { ...run, layer } : { kind: 'zero', length: run.length };

const fetch = async (place: Place, into: Buffer): Promise<void> => {
  if (place.kind === 'zero') into.fill(0);
  else await place.layer.source.fill(place.position, into, 'A block');
};
