/** CRC-32C (Castagnoli), as VHDX uses it; the container of .vmcx uses the other one, zlib's. */
const TABLE: Uint32Array = (() => {
  const table = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    let value = i;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
    table[i] = value >>> 0;
  }
  return table;
})();

/** `zeroAt`: the four bytes of the checksum itself count as zero. */
export const crc32c = (bytes: Uint8Array, zeroAt = -4): number => {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) {
    const byte = i >= zeroAt && i < zeroAt + 4 ? 0 : (bytes[i] ?? 0);
    crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
};
