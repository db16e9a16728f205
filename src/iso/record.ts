/** Bytes of a sector, which is also a block of the volume (ECMA-119 §6.1.2). */
export const SECTOR = 2048;

/** Both byte orders, little first (ECMA-119 §7.2.3, §7.3.3). */
export const both16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(value, 0);
  bytes.writeUInt16BE(value, 2);
  return bytes;
};

export const both32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value, 0);
  bytes.writeUInt32BE(value, 4);
  return bytes;
};

/** A run of sectors, and the bytes that count of it. */
export interface Extent {
  readonly sector: number;
  readonly bytes: number;
}

const DIRECTORY = 2;

/** A directory record (ECMA-119 §9.1). `name`: the identifier as it is stored. */
export const directoryRecord = (name: Buffer, { sector, bytes }: Extent, at: Date, isDirectory: boolean): Buffer => {
  const length = 33 + name.length + ((33 + name.length) % 2);
  const record = Buffer.alloc(length);
  record.writeUInt8(length, 0);
  both32(sector).copy(record, 2);
  both32(bytes).copy(record, 10);
  Buffer.from([
    at.getUTCFullYear() - 1900,
    at.getUTCMonth() + 1,
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
    0,
  ]).copy(record, 18);
  record.writeUInt8(isDirectory ? DIRECTORY : 0, 25);
  both16(1).copy(record, 28);
  record.writeUInt8(name.length, 32);
  name.copy(record, 33);
  return record;
};

/** 17 bytes of a volume descriptor's time (ECMA-119 §8.4.26.1); the last is the offset from UTC. */
export const volumeTime = (at: Date | null): Buffer =>
  Buffer.from(`${at === null ? '0'.repeat(16) : `${at.toISOString().replace(/\D/g, '').slice(0, 14)}00`}\0`, 'latin1');
