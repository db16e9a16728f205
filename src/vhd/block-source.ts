/** What a stretch of a disk holds: `zero` reads as zeros and takes no room. */
export interface BlockExtent {
  readonly length: number;
  readonly kind: 'data' | 'zero';
}

/**
 * The content of a disk as its guest sees it, read-only, whatever file or chain of files it lies in.
 * Offsets and lengths are bytes and may be anything inside of the disk; RangeError outside of it, DiskFormatError where
 * a file breaks its format.
 */
export interface BlockSource {
  readonly size: number;
  readonly logicalSectorSize: number;
  /** Fills all of `into`. */
  read(offset: number, into: Buffer): Promise<void>;
  /**
   * The same at once, where nothing has to be waited for: what the stretch holds. `zero`: all of it reads as zeros, and
   * `into` is left as it was. Null: not now, it takes `read`. Throws what `read` rejects with.
   */
  readNow?(offset: number, into: Buffer): BlockExtent['kind'] | null;
  /** What lies at `offset`, for at most `length` bytes; the next extent can be of the same kind. */
  extent(offset: number, length: number): Promise<BlockExtent>;
  close(): Promise<void>;
}

/** A disk that can be written. */
export interface BlockSink {
  /** Unit of what is written, in bytes; missing: anything. */
  readonly sectorSize?: number;
  write(offset: number, data: Buffer): Promise<void>;
  /** Zeros that need not be sent. */
  zero?(offset: number, length: number): Promise<void>;
  /** All that was written before survives a loss of power. */
  flush(): Promise<void>;
}

/** The extents of a whole disk in order, each as long as it can be. */
export async function* extentsOf(source: BlockSource): AsyncGenerator<BlockExtent & { readonly offset: number }> {
  let start = 0;
  let kind: BlockExtent['kind'] | null = null;
  let at = 0;
  while (at < source.size) {
    const next = await source.extent(at, source.size - at);
    if (kind !== null && next.kind !== kind) {
      yield { offset: start, length: at - start, kind };
      start = at;
    }
    kind = next.kind;
    at += next.length;
  }
  if (kind !== null) yield { offset: start, length: at - start, kind };
}

export const checkRange = (size: number, offset: number, length: number): void => {
  if (!Number.isSafeInteger(offset) || offset < 0 || length < 0 || offset + length > size)
    throw new RangeError(`${length} bytes at ${offset} are not inside of the disk of ${size} bytes`);
};
