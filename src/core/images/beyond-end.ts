import type { BlockSource } from '../../vhd/block-source.ts';
import { isZero, PIECE_BYTES } from '../../vhd/zeros.ts';
import { DomainError } from '../errors.ts';

/** Bytes up to the last one that is not zero from `from` on; `from` when there is none. */
export const endOfData = async (source: BlockSource, from: number, signal: AbortSignal): Promise<number> => {
  let end = from;
  for (let at = from; at < source.size; ) {
    signal.throwIfAborted();
    const { kind, length } = await source.extent(at, source.size - at);
    if (kind === 'zero') at += length;
    else {
      const piece = Buffer.alloc(Math.min(length, PIECE_BYTES));
      await source.read(at, piece);
      at += piece.length;
      if (!isZero(piece)) end = at;
    }
  }
  return end;
};

/** @throws DomainError when a guest would lose data: shrink its partitions first */
export const requireZeros = async (source: BlockSource, size: number, signal: AbortSignal): Promise<void> => {
  const end = await endOfData(source, size, signal);
  if (end > size)
    throw new DomainError(
      'invalidParameter',
      `The disk holds data up to ${end} bytes, beyond the size that is wanted. Shrink the partitions inside of it first.`,
    );
};
