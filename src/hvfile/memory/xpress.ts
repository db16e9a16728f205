import { HvFileError, type HvFilePlace } from '../error.ts';

/**
 * Plain LZ77 of MS-XCA 2.4, which Windows calls XPRESS: fills `target` from `source`. `placed`: where a byte of the source
 * lies, for messages. @throws HvFileError for what does not give exactly as many bytes
 */
export const unpackXpress = (source: Buffer, target: Buffer, placed: (byte: number) => HvFilePlace): void => {
  let read = 0;
  let written = 0;
  let flags = 0;
  let left = 0;
  /** Place of a byte of whose two lengths the upper one is still to be used; 0: none. */
  let shared = 0;
  const damaged = (): HvFileError =>
    new HvFileError('structure', 'A compressed page of memory is damaged', placed(read));
  const take = (bytes: 1 | 2 | 4): number => {
    if (read + bytes > source.length) throw damaged();
    read += bytes;
    return source.readUIntLE(read - bytes, bytes);
  };
  const lengthOf = (coded: number): number => {
    if (coded < 7) return coded + 3;
    let more: number;
    if (shared === 0) {
      shared = read;
      more = take(1) & 0xf;
    } else {
      more = (source[shared] ?? 0) >>> 4;
      shared = 0;
    }
    if (more < 15) return more + 10;
    const byte = take(1);
    if (byte < 255) return byte + 25;
    const short = take(2);
    const whole = short === 0 ? take(4) : short;
    if (whole < 22) throw damaged();
    return whole + 3;
  };
  while (written < target.length) {
    if (left === 0) {
      flags = take(4);
      left = 32;
    }
    left--;
    if (((flags >>> left) & 1) === 0) {
      target[written++] = take(1);
      continue;
    }
    const match = take(2);
    const distance = (match >>> 3) + 1;
    const length = lengthOf(match & 7);
    if (distance > written || length > target.length - written) throw damaged();
    // Byte by byte: a match may reach into what it writes.
    for (let i = 0; i < length; i++) target[written + i] = target[written + i - distance] ?? 0;
    written += length;
  }
};
