import { HvFileError } from '../error.ts';
import type { HvLimits } from '../limits.ts';
import { type ByteSource, checkRange, sizeOf } from '../source.ts';
import type { FileHeader } from './header.ts';
import {
  checksum,
  FIRST_OBJECT_TABLE,
  hex,
  OBJECT,
  OBJECT_ALLOCATED,
  OBJECT_CHECKSUM_VERSION,
  OBJECT_ENTRY_SIZE,
  OBJECT_TABLE_HEADER_SIZE,
  OBJECT_TABLE_SIGNATURE,
} from './layout.ts';

export interface FileRange {
  readonly offset: number;
  readonly size: number;
}

interface ObjectEntry extends FileRange {
  readonly type: number;
  /** Of the entry itself. */
  readonly at: number;
}

export interface ObjectDirectory {
  readonly keyTables: readonly FileRange[];
  /** Headers, object tables, key tables and the log, by offset: no value may lie there. */
  readonly metadata: readonly FileRange[];
}

/** All objects of the file, by way of the chain of object tables: count bounds, cycles, bounds, overlaps (hardening 13). */
export const readObjects = async (
  source: ByteSource,
  header: FileHeader,
  limits: HvLimits,
): Promise<ObjectDirectory> => {
  const entries: ObjectEntry[] = [];
  const tables: FileRange[] = [];
  const visited = new Set<number>();
  let total = 0;
  // The first table is no larger than it says; the others have the size that the entry gives.
  const pending: { offset: number; room: number | null }[] = [{ offset: FIRST_OBJECT_TABLE, room: null }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { offset, room } = next;
    if (visited.has(offset))
      throw new HvFileError('structure', 'The chain of object tables comes back to a table', { offset });
    visited.add(offset);
    const bytes = await readTable(source, offset, room, limits.objects - total);
    total += (bytes.length - OBJECT_TABLE_HEADER_SIZE) / OBJECT_ENTRY_SIZE;
    tables.push({ offset, size: room ?? bytes.length });
    for (const entry of entriesOf(bytes, offset, header.version)) {
      if (entry.type === OBJECT.objectTable) pending.push({ offset: entry.offset, room: entry.size });
      entries.push(entry);
    }
  }
  for (const entry of entries.filter(({ type }) => type !== OBJECT.fileObject))
    checkRange(source.size, entry.offset, entry.size, 'An object');
  const logEnd = header.logOffset + header.logSize;
  const metadata = [
    { offset: 0, size: FIRST_OBJECT_TABLE },
    ...tables,
    ...entries.filter(({ type }) => type === OBJECT.keyTable),
    { offset: header.logOffset, size: logEnd - header.logOffset },
  ].toSorted((a, b) => a.offset - b.offset);
  checkOverlaps(metadata);
  checkOverlaps(
    [...metadata, ...entries.filter(({ type }) => type === OBJECT.fileObject)].toSorted((a, b) => a.offset - b.offset),
  );
  return { keyTables: entries.filter(({ type }) => type === OBJECT.keyTable), metadata };
};

const readTable = async (source: ByteSource, offset: number, room: number | null, left: number): Promise<Buffer> => {
  const head = await source.read(offset, OBJECT_TABLE_HEADER_SIZE, 'An object table');
  const signature = head.readUInt32LE(0);
  if (signature !== OBJECT_TABLE_SIGNATURE)
    throw new HvFileError('signature', `An object table starts with ${hex(signature)}`, { offset });
  const count = head.readUInt32LE(4);
  if (count > left)
    throw new HvFileError('limit', `An object table of ${count} entries is too large`, { offset: offset + 4 });
  const size = OBJECT_TABLE_HEADER_SIZE + count * OBJECT_ENTRY_SIZE;
  if (room !== null && size > room)
    throw new HvFileError('structure', `An object table of ${count} entries does not fit into ${room} bytes`, {
      offset: offset + 4,
    });
  return source.read(offset, size, 'An object table');
};

function* entriesOf(table: Buffer, tableOffset: number, version: number): Generator<ObjectEntry> {
  for (let at = OBJECT_TABLE_HEADER_SIZE; at < table.length; at += OBJECT_ENTRY_SIZE) {
    const type = table.readUInt8(at);
    const allocated = (table.readUInt8(at + 17) & OBJECT_ALLOCATED) !== 0;
    // Free space, and what newer hosts keep here (replay log, change tracking): nothing of it is read by this table.
    if (!allocated || type < OBJECT.objectTable || type > OBJECT.fileObject) continue;
    const recorded = table.readUInt32LE(at + 1);
    if (version >= OBJECT_CHECKSUM_VERSION && checksum(table, at, at + OBJECT_ENTRY_SIZE, at + 1) !== recorded)
      throw new HvFileError('checksum', 'The checksum of an object entry is wrong', { offset: tableOffset + at });
    yield {
      type,
      at: tableOffset + at,
      offset: sizeOf(table.readBigUInt64LE(at + 5), 'The offset of an object', tableOffset + at + 5),
      size: table.readUInt32LE(at + 13),
    };
  }
}

const checkOverlaps = (sorted: readonly FileRange[]): void => {
  let last: FileRange | null = null;
  for (const range of sorted) {
    if (range.size === 0) continue;
    if (last !== null && range.offset < last.offset + last.size)
      throw new HvFileError('structure', `Two objects share bytes: one starts at ${last.offset}`, {
        offset: range.offset,
      });
    last = range;
  }
};

/** Does a value lie where the file's own structures lie? */
export const overlapsMetadata = (metadata: readonly FileRange[], range: FileRange): boolean => {
  let low = 0;
  let high = metadata.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const m = metadata[middle];
    if (m !== undefined && m.offset + m.size <= range.offset) low = middle + 1;
    else high = middle;
  }
  const next = metadata[low];
  return next !== undefined && range.size > 0 && next.offset < range.offset + range.size;
};
