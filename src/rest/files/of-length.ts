import { pipeline, type Readable, Transform } from 'node:stream';

/**
 * The same bytes; fails when fewer come than were promised: an answer that ended there would take the next one of its connection
 * for the rest.
 */
export const ofLength = (source: Readable, bytes: number): Readable => {
  let left = bytes;
  const checked = new Transform({
    transform(piece: Buffer, _encoding, done) {
      left -= piece.length;
      done(null, piece);
    },
    flush(done) {
      done(left > 0 ? new Error('The file became shorter while it was read.') : null);
    },
  });
  // Told to whoever reads the result.
  pipeline(source, checked, () => undefined);
  return checked;
};
