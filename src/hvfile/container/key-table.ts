import { isUtf8 } from 'node:buffer';
import { HvFileError } from '../error.ts';
import type { HvValue } from '../tree.ts';
import {
  checksum,
  hex,
  KEY,
  KEY_ENTRY_SIZE,
  KEY_IN_FILE_OBJECT,
  KEY_TABLE_HEADER_SIZE,
  KEY_TABLE_SIGNATURE,
} from './layout.ts';

/** A value that lies in a file object: read after all keys are known. */
export interface ObjectReference {
  readonly type: 'reference';
  readonly of: 'string' | 'bytes';
  readonly offset: number;
  readonly size: number;
}

export interface KeyEntry {
  /** In the file, for messages. */
  readonly at: number;
  /** Place in its table; what children name as their parent. */
  readonly position: number;
  readonly parentTable: number;
  readonly parentPosition: number;
  readonly sequence: number;
  readonly name: string;
  /** Null: a node. */
  readonly value: HvValue | ObjectReference | null;
}

export interface KeyTable {
  readonly index: number;
  readonly sequence: number;
  readonly at: number;
  readonly bytes: Buffer;
}

/** @throws HvFileError */
export const openKeyTable = (bytes: Buffer, at: number): KeyTable => {
  if (bytes.length < KEY_TABLE_HEADER_SIZE)
    throw new HvFileError('bounds', `A key table of ${bytes.length} bytes has no room for its header`, { offset: at });
  const signature = bytes.readUInt16LE(0);
  if (signature !== KEY_TABLE_SIGNATURE)
    throw new HvFileError('signature', `A key table starts with ${hex(signature, 4)}`, { offset: at });
  const recorded = bytes.readUInt32LE(6);
  if (checksum(bytes, 0, KEY_TABLE_HEADER_SIZE, 6) !== recorded)
    throw new HvFileError('checksum', 'The checksum of a key table is wrong', { offset: at });
  const index = bytes.readUInt16LE(2);
  if (index === 0) throw new HvFileError('structure', 'A key table has the index 0', { offset: at + 2 });
  return { index, sequence: bytes.readUInt16LE(4), at, bytes };
};

/** Entries but the free ones. `room`: how many the caller still takes. */
export const readKeyEntries = (table: KeyTable, room: number): KeyEntry[] => {
  const { bytes } = table;
  const entries: KeyEntry[] = [];
  let position = KEY_TABLE_HEADER_SIZE;
  while (position + KEY_ENTRY_SIZE <= bytes.length) {
    const size = bytes.readUInt32LE(position + 2);
    if (size === 0) break;
    const at = table.at + position;
    if (size < KEY_ENTRY_SIZE) throw new HvFileError('structure', `A key has the size ${size}`, { offset: at + 2 });
    if (size > bytes.length - position)
      throw new HvFileError('bounds', `A key of ${size} bytes does not fit into its table`, { offset: at + 2 });
    if (bytes.readUInt8(position) !== KEY.free) {
      if (entries.length >= room) throw new HvFileError('limit', 'The file has too many keys', { offset: at });
      entries.push(readEntry(table, position, size));
    }
    position += size;
  }
  return entries;
};

const readEntry = (table: KeyTable, position: number, size: number): KeyEntry => {
  const { bytes } = table;
  const at = table.at + position;
  const nameStart = position + KEY_ENTRY_SIZE;
  const nameSize = bytes.readUInt8(position + 20);
  const dataStart = nameStart + nameSize;
  const end = position + size;
  if (nameSize < 2 || dataStart > end) throw new HvFileError('structure', 'A key has no name', { offset: at + 20 });
  const type = bytes.readUInt8(position);
  const inObject = (bytes.readUInt8(position + 1) & KEY_IN_FILE_OBJECT) !== 0;
  const dataSize = sizeOfData(bytes, type, inObject, dataStart, end, at);
  const recorded = bytes.readUInt32LE(position + 12);
  // Over the meaning of the entry only: what lies behind the data is slack of an earlier, longer value.
  if (checksum(bytes, position, dataStart + dataSize, position + 12) !== recorded)
    throw new HvFileError('checksum', 'The checksum of a key is wrong', { offset: at });
  return {
    at,
    position,
    parentTable: bytes.readUInt16LE(position + 6),
    parentPosition: bytes.readUInt32LE(position + 8),
    sequence: bytes.readUInt32LE(position + 16),
    name: readName(bytes, nameStart, dataStart, at),
    value: readValue(bytes, type, inObject, dataStart, at),
  };
};

const readName = (bytes: Buffer, start: number, end: number, at: number): string => {
  if (bytes.readUInt8(end - 1) !== 0)
    throw new HvFileError('encoding', 'The name of a key does not end', { offset: at });
  const name = bytes.toString('utf8', start, end - 1);
  if (name.includes('\0')) throw new HvFileError('encoding', 'The name of a key has a NUL inside', { offset: at });
  if (name.includes('\uFFFD') && !isUtf8(bytes.subarray(start, end - 1)))
    throw new HvFileError('encoding', 'The name of a key is no UTF-8', { offset: at });
  return name;
};

const FIXED_SIZES: Readonly<Record<number, number>> = {
  [KEY.int]: 8,
  [KEY.uint]: 8,
  [KEY.double]: 8,
  [KEY.bool]: 4,
  [KEY.node]: 12,
};
const REFERENCE_SIZE = 12;

const sizeOfData = (bytes: Buffer, type: number, inObject: boolean, start: number, end: number, at: number): number => {
  const variable = type === KEY.string || type === KEY.bytes;
  const fixed = FIXED_SIZES[type];
  if (!variable && fixed === undefined)
    throw new HvFileError('structure', `A key has the unknown type ${type}`, { offset: at });
  if (inObject && !variable)
    throw new HvFileError('structure', `A key of type ${type} says that its value lies in a file object`, {
      offset: at,
    });
  let size = inObject ? REFERENCE_SIZE : (fixed ?? 4);
  if (!inObject && variable && start + 4 <= end) size += bytes.readUInt32LE(start);
  if (start + size > end) throw new HvFileError('bounds', 'The value of a key is larger than the key', { offset: at });
  return size;
};

const readValue = (bytes: Buffer, type: number, inObject: boolean, start: number, at: number): KeyEntry['value'] => {
  if (inObject) {
    const offset = bytes.readBigUInt64LE(start + 4);
    if (offset > BigInt(Number.MAX_SAFE_INTEGER))
      throw new HvFileError('bounds', `A value lies at ${offset}, which cannot be`, { offset: at });
    const of = type === KEY.string ? 'string' : 'bytes';
    return { type: 'reference', of, offset: Number(offset), size: bytes.readUInt32LE(start) };
  }
  switch (type) {
    case KEY.int:
      return { type: 'int', value: bytes.readBigInt64LE(start) };
    case KEY.uint:
      return { type: 'uint', value: bytes.readBigUInt64LE(start) };
    case KEY.double:
      return { type: 'double', value: bytes.readDoubleLE(start) };
    case KEY.bool:
      return { type: 'bool', value: bytes.readInt32LE(start) !== 0 };
    case KEY.string: {
      const from = start + 4;
      return { type: 'string', value: readText(bytes, from, from + bytes.readUInt32LE(start), at) };
    }
    case KEY.bytes: {
      const from = start + 4;
      return { type: 'bytes', value: Buffer.from(bytes.subarray(from, from + bytes.readUInt32LE(start))) };
    }
    default:
      return null;
  }
};

/** UTF-16LE; writers count one NUL at the end as part of the value. */
export const readText = (bytes: Buffer, start: number, end: number, at: number): string => {
  if (((end - start) & 1) !== 0)
    throw new HvFileError('encoding', `A string of ${end - start} bytes is no UTF-16`, { offset: at });
  const stop = end - start >= 2 && bytes.readUInt16LE(end - 2) === 0 ? end - 2 : end;
  return bytes.toString('utf16le', start, stop);
};
