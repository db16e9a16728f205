/** Disks are copied in pieces of this size at most. */
export const PIECE_BYTES = 1024 * 1024;

const ZEROS = Buffer.alloc(PIECE_BYTES);

/** A piece, at most PIECE_BYTES long. */
export const isZero = (piece: Buffer): boolean => piece.equals(ZEROS.subarray(0, piece.length));
