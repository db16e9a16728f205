import { crc32 } from 'node:zlib';
import { HvFileError } from '../error.ts';
import { HV_LIMITS } from '../limits.ts';
import { type HvItem, type HvLeaf, type HvNode, isNode } from '../tree.ts';
import {
  FILE_SIGNATURE,
  FIRST_OBJECT_TABLE,
  HEADER_COPIES,
  HEADER_SIZE,
  KEY,
  KEY_ENTRY_SIZE,
  KEY_IN_FILE_OBJECT,
  KEY_TABLE_HEADER_SIZE,
  KEY_TABLE_SIGNATURE,
  LOG_ENTRY_SIZE,
  LOG_HEADER_SIZE,
  NEWEST_VERSION,
  OBJECT,
  OBJECT_ALLOCATED,
  OBJECT_ENTRY_SIZE,
  OBJECT_TABLE_HEADER_SIZE,
  OBJECT_TABLE_SIGNATURE,
  OBJECT_THRESHOLD,
  REPLAY_LOG_SIGNATURE,
} from './layout.ts';

const PAGE = 4096;
const LOG_SIZE = 36_864;
/** The last slot of a table is for the next table. */
const SLOTS = Math.floor((PAGE - OBJECT_TABLE_HEADER_SIZE) / OBJECT_ENTRY_SIZE);

const aligned = (size: number): number => Math.ceil(size / PAGE) * PAGE;

/**
 * The file of a tree, format version 4.0, closed (its replay log is empty but valid).
 * @throws HvFileError for what the format cannot carry: a name of more than 254 bytes, a value that still lies in another
 * file, more keys or levels than our own reader takes
 */
export const writeContainer = (root: HvNode): Buffer => {
  const keys = new KeyWriter();
  keys.children(root, { table: 0, position: 0 }, '', 0);
  keys.closeTable();
  const tables = keys.tables;
  const objectTables = Math.max(1, Math.ceil((tables.length + keys.objects.length) / (SLOTS - 1)));
  const logOffset = FIRST_OBJECT_TABLE + objectTables * PAGE;
  let end = logOffset + LOG_SIZE;
  const entries: { type: number; offset: number; size: number }[] = [];
  const place = (type: number, length: number): number => {
    const offset = end;
    entries.push({ type, offset, size: aligned(length) });
    end += aligned(length);
    return offset;
  };
  const tableOffsets = tables.map((table) => place(OBJECT.keyTable, table.length));
  for (const object of keys.objects) object.settle(place(OBJECT.fileObject, object.bytes.length));
  const file = Buffer.alloc(end);
  for (const [copy, offset] of HEADER_COPIES.entries()) headerBytes(2 - copy, logOffset).copy(file, offset);
  for (let i = 0; i < objectTables; i++) {
    const slots = entries.slice(i * (SLOTS - 1), (i + 1) * (SLOTS - 1));
    const next = i + 1 < objectTables ? FIRST_OBJECT_TABLE + (i + 1) * PAGE : null;
    objectTable(slots, next).copy(file, FIRST_OBJECT_TABLE + i * PAGE);
  }
  logHeader().copy(file, logOffset);
  for (const [i, table] of tables.entries()) table.copy(file, tableOffsets[i] ?? 0);
  for (const object of keys.objects) object.bytes.copy(file, object.offset());
  return file;
};

interface Place {
  readonly table: number;
  readonly position: number;
}

interface LargeValue {
  readonly bytes: Buffer;
  settle(offset: number): void;
  offset(): number;
}

class KeyWriter {
  readonly tables: Buffer[] = [];
  readonly objects: LargeValue[] = [];
  #position = PAGE;
  #items = 0;

  children(parent: HvNode, at: Place, path: string, depth: number): void {
    if (depth > HV_LIMITS.depth)
      throw new HvFileError('limit', `Keys are nested deeper than ${HV_LIMITS.depth}`, { path });
    for (const [i, item] of parent.children.entries()) {
      if (++this.#items > HV_LIMITS.items) throw new HvFileError('limit', 'There are too many keys', { path });
      const itsPath = `${path}/${item.name}`;
      const place = this.#entry(item, at, i + 1, itsPath);
      if (isNode(item)) this.children(item, place, itsPath, depth + 1);
    }
  }

  #entry(item: HvItem, parent: Place, sequence: number, path: string): Place {
    const name = Buffer.from(`${item.name}\0`, 'utf8');
    if (item.name === '' || item.name.includes('\0') || !item.name.isWellFormed() || name.length > 0xff)
      throw new HvFileError('value', 'A key needs a name of 1 to 254 bytes of UTF-8', { path });
    const { type, data, object } = encode(item, path);
    const bytes = Buffer.alloc(KEY_ENTRY_SIZE + name.length + data.length);
    bytes.writeUInt8(type, 0);
    bytes.writeUInt8(object === null ? 0 : KEY_IN_FILE_OBJECT, 1);
    bytes.writeUInt32LE(bytes.length, 2);
    bytes.writeUInt16LE(parent.table, 6);
    bytes.writeUInt32LE(parent.position, 8);
    bytes.writeUInt32LE(sequence, 16);
    bytes.writeUInt8(name.length, 20);
    name.copy(bytes, KEY_ENTRY_SIZE);
    data.copy(bytes, KEY_ENTRY_SIZE + name.length);
    const { table, position } = this.#room(bytes.length, path);
    const target = this.tables[table - 1];
    if (target === undefined) throw new Error('the table that has room is there');
    bytes.copy(target, position);
    const seal = (): void => {
      const entry = target.subarray(position, position + bytes.length);
      entry.writeUInt32LE(0, 12);
      entry.writeUInt32LE(crc32(entry), 12);
    };
    if (object === null) seal();
    else {
      let placed = 0;
      this.objects.push({
        bytes: object,
        offset: () => placed,
        settle: (offset) => {
          placed = offset;
          target.writeBigUInt64LE(BigInt(offset), position + KEY_ENTRY_SIZE + name.length + 4);
          seal();
        },
      });
    }
    return { table, position };
  }

  /** Entries fill a table exactly; what is left must be more than a bare entry header, for the free entry there. */
  #room(size: number, path: string): Place {
    const left = PAGE - this.#position;
    if (size !== left && left - size <= KEY_ENTRY_SIZE) {
      this.closeTable();
      if (this.tables.length === 0xffff) throw new HvFileError('limit', 'There are too many key tables', { path });
      const table = Buffer.alloc(PAGE);
      table.writeUInt16LE(KEY_TABLE_SIGNATURE, 0);
      table.writeUInt16LE(this.tables.length + 1, 2);
      table.writeUInt16LE(1, 4);
      table.writeUInt32LE(crc32(table.subarray(0, KEY_TABLE_HEADER_SIZE)), 6);
      this.tables.push(table);
      this.#position = KEY_TABLE_HEADER_SIZE;
    }
    const position = this.#position;
    this.#position += size;
    return { table: this.tables.length, position };
  }

  /** A free entry over the rest of the table; nothing is added to it after. */
  closeTable(): void {
    const table = this.tables.at(-1);
    const left = PAGE - this.#position;
    if (table === undefined || left === 0) return;
    const free = table.subarray(this.#position, this.#position + KEY_ENTRY_SIZE);
    free.fill(0);
    free.writeUInt8(KEY.free, 0);
    free.writeUInt32LE(left, 2);
    free.writeUInt32LE(crc32(free), 12);
  }
}

interface Encoded {
  readonly type: number;
  readonly data: Buffer;
  readonly object: Buffer | null;
}

const encode = (item: HvItem, path: string): Encoded => {
  if (isNode(item)) {
    const data = Buffer.alloc(12);
    data.writeUInt32LE(item.children.length + 1, 8);
    return { type: KEY.node, data, object: null };
  }
  return encodeLeaf(item, path);
};

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

const encodeLeaf = (leaf: HvLeaf, path: string): Encoded => {
  const data = Buffer.alloc(8);
  switch (leaf.type) {
    case 'int':
      if (leaf.value < MIN_INT || leaf.value > MAX_INT)
        throw new HvFileError('value', `${leaf.value} is no signed 64-bit integer`, { path });
      data.writeBigInt64LE(leaf.value);
      return { type: KEY.int, data, object: null };
    case 'uint':
      if (leaf.value < 0n || leaf.value > MAX_UINT)
        throw new HvFileError('value', `${leaf.value} is no unsigned 64-bit integer`, { path });
      data.writeBigUInt64LE(leaf.value);
      return { type: KEY.uint, data, object: null };
    case 'double':
      data.writeDoubleLE(leaf.value);
      return { type: KEY.double, data, object: null };
    case 'bool':
      data.writeInt32LE(leaf.value ? 1 : 0);
      return { type: KEY.bool, data: data.subarray(0, 4), object: null };
    case 'string':
      return encodeBytes(KEY.string, Buffer.from(`${leaf.value}\0`, 'utf16le'));
    case 'bytes':
      return encodeBytes(KEY.bytes, leaf.value);
    case 'object':
      throw new HvFileError('value', 'A value that lies in another file must be read before it can be written', {
        path,
      });
  }
};

const encodeBytes = (type: number, bytes: Buffer): Encoded => {
  const large = bytes.length >= OBJECT_THRESHOLD;
  const data = Buffer.alloc(large ? 12 : 4 + bytes.length);
  data.writeUInt32LE(bytes.length);
  if (!large) bytes.copy(data, 4);
  return { type, data, object: large ? bytes : null };
};

const headerBytes = (sequence: number, logOffset: number): Buffer => {
  const bytes = Buffer.alloc(HEADER_SIZE);
  bytes.writeUInt32LE(FILE_SIGNATURE, 0);
  bytes.writeUInt16LE(sequence, 8);
  bytes.writeUInt32LE(NEWEST_VERSION, 10);
  bytes.writeUInt32LE(PAGE, 22);
  bytes.writeBigUInt64LE(BigInt(logOffset), 26);
  bytes.writeBigUInt64LE(BigInt(LOG_SIZE), 34);
  bytes.writeUInt32LE(PAGE, 42);
  bytes.writeUInt32LE(crc32(bytes), 4);
  return bytes;
};

const objectTable = (
  slots: readonly { readonly type: number; readonly offset: number; readonly size: number }[],
  next: number | null,
): Buffer => {
  const bytes = Buffer.alloc(PAGE);
  bytes.writeUInt32LE(OBJECT_TABLE_SIGNATURE, 0);
  bytes.writeUInt32LE(SLOTS, 4);
  for (let i = 0; i < SLOTS; i++) {
    const chained = i === SLOTS - 1 && next !== null;
    const slot = chained ? { type: OBJECT.objectTable, offset: next, size: PAGE } : slots[i];
    const at = OBJECT_TABLE_HEADER_SIZE + i * OBJECT_ENTRY_SIZE;
    const entry = bytes.subarray(at, at + OBJECT_ENTRY_SIZE);
    entry.writeUInt8(slot?.type ?? OBJECT.empty, 0);
    entry.writeBigUInt64LE(BigInt(slot?.offset ?? 0), 5);
    entry.writeUInt32LE(slot?.size ?? 0, 13);
    entry.writeUInt8(OBJECT_ALLOCATED, 17);
    entry.writeUInt32LE(crc32(entry), 1);
  }
  return bytes;
};

const logHeader = (): Buffer => {
  const bytes = Buffer.alloc(LOG_HEADER_SIZE);
  bytes.writeUInt32LE(REPLAY_LOG_SIGNATURE, 0);
  bytes.writeUInt32LE(Math.floor((PAGE - LOG_HEADER_SIZE) / LOG_ENTRY_SIZE), 13);
  bytes.writeUInt32LE(crc32(bytes), 4);
  return bytes;
};
