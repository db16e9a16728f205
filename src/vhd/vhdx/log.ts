import { guidAt } from '../binary.ts';
import { crc32c } from './crc32c.ts';
import { DiskFormatError } from '../disk-info.ts';
import { type ByteSource, readSize } from '../source.ts';
import type { VhdxHeader } from './headers.ts';

/** Numbers of MS-VHDX §2.3; the log is a ring of sectors of 4 KiB. */
export const LOG_SECTOR = 4096;
export const LOG_HEADER_BYTES = 64;
export const LOG_DESCRIPTOR_BYTES = 32;

/** Hyper-V and QEMU make logs of 1 MiB. */
const MAX_LOG_BYTES = 64 * 1024 * 1024;
/** What a log may cost us: a made-up one can pretend at each sector that an entry fills the whole ring. */
const MAX_CHECKED = 8;
const MAX_ZERO_RANGES = 16_384;

/** Identifier and headers have their own way to be changed; a log that writes there is an attack. */
const LOGGED_FROM = 192 * 1024;

/** No file system has larger files. */
const MAX_FILE_BYTES = 2 ** 52;

export interface LogRange {
  readonly offset: number;
  readonly length: number;
}

/** What the log of a file that was not closed changes in it. A data sector counts more than a zero range. */
export interface LogReplay {
  /** The file counts as this long. */
  readonly size: number;
  /** Sorted, apart from one another. */
  readonly zeros: readonly LogRange[];
  /** By offset in sectors. */
  readonly sectors: ReadonlyMap<number, Buffer>;
}

interface Entry {
  /** In the ring. */
  readonly at: number;
  readonly length: number;
  readonly tail: number;
  readonly sequence: bigint;
  readonly descriptors: number;
}

/**
 * A log that was named and not written any further changes nothing: a writer that was killed in between leaves the name of its log
 * in the header, and no entry of it, or the first one in part. Rejects when entries are there and none of their sequences is whole, for
 * then nobody knows what the file should hold (§2.3.3).
 */
export const readVhdxLog = async (source: ByteSource, header: VhdxHeader): Promise<LogReplay> => {
  const { logOffset, logLength, logId } = header;
  if (logId === null) throw new TypeError('An empty log is not replayed');
  if (logLength > MAX_LOG_BYTES) throw new DiskFormatError(`A log of ${logLength} bytes is too long`, logOffset);
  const ring = Buffer.allocUnsafe(logLength);
  await source.fill(logOffset, ring, 'The log');
  const active = findActive(ring, logId, logOffset);
  if (active === null) {
    if (isUnwritten(ring, logId)) return { size: source.size, zeros: [], sectors: new Map() };
    throw new DiskFormatError('The file was not closed, and its log is damaged', logOffset);
  }
  return replay(ring, active, source, header);
};

const findActive = (ring: Buffer, logId: string, logOffset: number): readonly Entry[] | null => {
  let budget = ring.length * MAX_CHECKED;
  const spend = (bytes: number): void => {
    budget -= bytes;
    if (budget < 0) throw new DiskFormatError('The entries of the log contradict each other', logOffset);
  };
  let active: readonly Entry[] | null = null;
  let tail = 0;
  while (tail < ring.length) {
    const sequence: Entry[] = [];
    let head = tail;
    let left = ring.length;
    for (;;) {
      const entry = parseEntry(ring, head, logId, spend);
      const last = sequence.at(-1);
      if (entry === null || entry.length > left || (last !== undefined && entry.sequence !== last.sequence + 1n)) break;
      sequence.push(entry);
      left -= entry.length;
      head = (head + entry.length) % ring.length;
      if (left === 0) break;
    }
    const last = sequence.at(-1);
    const from = last === undefined ? -1 : sequence.findIndex((entry) => entry.at === last.tail);
    if (last !== undefined && from >= 0 && last.sequence > (active?.at(-1)?.sequence ?? -1n))
      active = sequence.slice(from);
    if (sequence.length > 0 && head <= tail) break;
    tail = sequence.length === 0 ? tail + LOG_SECTOR : head;
  }
  return active;
};

/** Nothing of the file is changed before the first entry of a log is on the disk, which is told by its checksum. */
const isUnwritten = (ring: Buffer, logId: string): boolean => {
  let begun = 0;
  for (let at = 0; at < ring.length; at += LOG_SECTOR) {
    if (!isEntryOf(ring, at, logId)) continue;
    if (++begun > 1 || parseEntry(ring, at, logId, () => undefined) !== null) return false;
  }
  return true;
};

const isEntryOf = (ring: Buffer, at: number, logId: string): boolean =>
  ring.toString('latin1', at, at + 4) === 'loge' && guidAt(ring, at + 32) === logId;

/** Null: no valid entry begins here. */
const parseEntry = (ring: Buffer, at: number, logId: string, spend: (bytes: number) => void): Entry | null => {
  if (!isEntryOf(ring, at, logId)) return null;
  const length = ring.readUInt32LE(at + 8);
  const tail = ring.readUInt32LE(at + 12);
  const sequence = ring.readBigUInt64LE(at + 16);
  const descriptors = ring.readUInt32LE(at + 24);
  if (length === 0 || length % LOG_SECTOR !== 0 || length > ring.length || tail % LOG_SECTOR !== 0) return null;
  if (sequence === 0n) return null;
  if (descriptorSectors(descriptors) * LOG_SECTOR > length) return null;
  spend(length);
  const bytes = slice(ring, at, length);
  if (crc32c(bytes, 4) !== bytes.readUInt32LE(4)) return null;
  return { at, length, tail, sequence, descriptors };
};

const descriptorSectors = (descriptors: number): number =>
  Math.ceil((LOG_HEADER_BYTES + descriptors * LOG_DESCRIPTOR_BYTES) / LOG_SECTOR);

/** Part of the ring, put together where it goes over the end. */
const slice = (ring: Buffer, at: number, length: number): Buffer =>
  at + length <= ring.length
    ? ring.subarray(at, at + length)
    : Buffer.concat([ring.subarray(at), ring.subarray(0, at + length - ring.length)]);

const replay = (ring: Buffer, entries: readonly Entry[], source: ByteSource, header: VhdxHeader): LogReplay => {
  const { logOffset, logLength } = header;
  let size = source.size;
  let zeroRanges = 0;
  const zeros: LogRange[] = [];
  const sectors = new Map<number, Buffer>();
  const checked = (offsetField: bigint, length: number, at: number): number => {
    const offset = readSize(offsetField, 'An offset in the log', at);
    const inLog = offset < logOffset + logLength && offset + length > logOffset;
    if (offset % LOG_SECTOR !== 0 || length % LOG_SECTOR !== 0 || offset < LOGGED_FROM || inLog)
      throw new DiskFormatError('The log changes what a log must not change', at);
    if (offset + length > size) throw new DiskFormatError('The log writes outside of the file', at);
    return offset;
  };
  for (const entry of entries) {
    const bytes = slice(ring, entry.at, entry.length);
    const place = logOffset + entry.at;
    const flushed = readSize(bytes.readBigUInt64LE(48), 'The size of the file in the log', place + 48);
    const last = readSize(bytes.readBigUInt64LE(56), 'The size of the file in the log', place + 56);
    if (flushed > source.size)
      throw new DiskFormatError(
        `The file has ${source.size} bytes, and had ${flushed} when the log was written`,
        place + 48,
      );
    if (last > MAX_FILE_BYTES) throw new DiskFormatError('The size of the file in the log cannot be', place + 56);
    size = Math.max(size, last);
    let dataAt = descriptorSectors(entry.descriptors) * LOG_SECTOR;
    for (let i = 0; i < entry.descriptors; i++) {
      const descriptor = bytes.subarray(LOG_HEADER_BYTES + i * LOG_DESCRIPTOR_BYTES);
      const at = place + LOG_HEADER_BYTES + i * LOG_DESCRIPTOR_BYTES;
      const kind = descriptor.toString('latin1', 0, 4);
      if (descriptor.readBigUInt64LE(24) !== entry.sequence)
        throw new DiskFormatError('A descriptor of the log belongs to another entry', at);
      if (kind === 'zero') {
        const length = readSize(descriptor.readBigUInt64LE(8), 'A length in the log', at + 8);
        const offset = checked(descriptor.readBigUInt64LE(16), length, at);
        if (++zeroRanges > MAX_ZERO_RANGES) throw new DiskFormatError('The log has too many zero ranges', at);
        zeros.push({ offset, length });
        forget(sectors, offset / LOG_SECTOR, length / LOG_SECTOR);
      } else if (kind === 'desc') {
        if (dataAt + LOG_SECTOR > entry.length) throw new DiskFormatError('A sector of the log is missing', at);
        const offset = checked(descriptor.readBigUInt64LE(16), LOG_SECTOR, at);
        sectors.set(offset / LOG_SECTOR, composeSector(descriptor, bytes.subarray(dataAt), entry.sequence, at));
        dataAt += LOG_SECTOR;
      } else throw new DiskFormatError('A descriptor of the log is not known', at);
    }
  }
  return { size, zeros: united(zeros), sectors };
};

/** The first eight and the last four bytes lie in the descriptor; the sector has signs of being whole in their place. */
const composeSector = (descriptor: Buffer, sector: Buffer, sequence: bigint, at: number): Buffer => {
  const written = (BigInt(sector.readUInt32LE(4)) << 32n) | BigInt(sector.readUInt32LE(LOG_SECTOR - 4));
  if (sector.toString('latin1', 0, 4) !== 'data' || written !== sequence)
    throw new DiskFormatError('A sector of the log is damaged', at);
  const whole = Buffer.from(sector.subarray(0, LOG_SECTOR));
  descriptor.copy(whole, 0, 8, 16);
  descriptor.copy(whole, LOG_SECTOR - 4, 4, 8);
  return whole;
};

const forget = (sectors: Map<number, Buffer>, from: number, count: number): void => {
  if (count < sectors.size) for (let i = from; i < from + count; i++) sectors.delete(i);
  else for (const sector of sectors.keys()) if (sector >= from && sector < from + count) sectors.delete(sector);
};

const united = (ranges: readonly LogRange[]): readonly LogRange[] => {
  const result: LogRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.offset - b.offset)) {
    const last = result.at(-1);
    if (last === undefined || range.offset > last.offset + last.length) result.push(range);
    else {
      const end = Math.max(last.offset + last.length, range.offset + range.length);
      result[result.length - 1] = { offset: last.offset, length: end - last.offset };
    }
  }
  return result;
};
