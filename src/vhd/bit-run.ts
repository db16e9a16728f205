/**
 * How many bits from `start` have the value of the first of them, at most to `end`; both count from the beginning of
 * `bytes`. VHD counts from the highest bit of a byte, VHDX from the lowest.
 */
export const bitRun = (
  bytes: Buffer,
  start: number,
  end: number,
  order: 'highFirst' | 'lowFirst',
): { readonly set: boolean; readonly count: number } => {
  const flip = order === 'highFirst' ? 7 : 0;
  const bitAt = (bit: number): number => ((bytes[bit >>> 3] ?? 0) >>> ((bit & 7) ^ flip)) & 1;
  const first = bitAt(start);
  const same = first === 1 ? 0xff : 0;
  let bit = start + 1;
  while (bit < end) {
    if ((bit & 7) === 0 && bit + 8 <= end && bytes[bit >>> 3] === same) bit += 8;
    else if (bitAt(bit) === first) bit++;
    else break;
  }
  return { set: first === 1, count: bit - start };
};
