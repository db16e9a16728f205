/** GUID as Windows writes it: the first three groups little-endian. Upper case. */
export const guidAt = (bytes: Buffer, offset: number): string => {
  const hex = bytes
    .subarray(offset, offset + 16)
    .toString('hex')
    .toUpperCase();
  const swap = (from: number, to: number): string => (hex.slice(from, to).match(/../g) ?? []).toReversed().join('');
  return `${swap(0, 8)}-${swap(8, 12)}-${swap(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** The 16 bytes of a GUID's text, as Windows lays them out. */
export const guidBytes = (guid: string): Buffer => {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex');
  if (bytes.length !== 16) throw new TypeError(`${guid} is no GUID`);
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
};

export const NIL_GUID = '00000000-0000-0000-0000-000000000000';

/** Text up to the first NUL. */
export const utf16le = (bytes: Buffer): string => cutAtNul(bytes.subarray(0, bytes.length & ~1).toString('utf16le'));

export const utf16be = (bytes: Buffer): string => {
  const copy = Buffer.from(bytes.subarray(0, bytes.length & ~1));
  return cutAtNul(copy.swap16().toString('utf16le'));
};

const cutAtNul = (text: string): string => {
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)).toWellFormed();
};

export const isPowerOfTwo = (value: number): boolean => value > 0 && (BigInt(value) & (BigInt(value) - 1n)) === 0n;
