/** Disks are copied in pieces of this size at most: of smaller ones the turns of the event loop take more time than they save. */
export const PIECE_BYTES = 1024 * 1024;

const ZEROS = Buffer.alloc(PIECE_BYTES);

export const isZero = (bytes: Buffer): boolean => {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    if (!piece.equals(ZEROS.subarray(0, piece.length))) return false;
  }
  return true;
};
