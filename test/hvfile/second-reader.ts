/**
 * A second reader of the container, written from hyperv-files §2 alone: no code, constant or checksum routine is shared with
 * src/hvfile. It is stricter than a reader need be: it demands what Hyper-V's own loader is known to demand of a writer.
 */

export interface SecondLeaf {
  readonly path: readonly string[];
  /** Number in the file: 3 int, 4 uint, 5 double, 6 string, 7 bytes, 8 bool. */
  readonly type: number;
  readonly value: string;
}

class Refused extends Error {}

const demand = (condition: boolean, message: string): void => {
  if (!condition) throw new Refused(message);
};

const POLYNOMIAL = 0xedb88320;

/** Bit by bit: slow, and owes nothing to any library. */
const crcOf = (bytes: readonly number[]): number => {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
};

class View {
  readonly #view: DataView;
  readonly length: number;
  constructor(file: Uint8Array) {
    this.#view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    this.length = file.byteLength;
  }
  u8 = (at: number): number => this.#view.getUint8(at);
  u16 = (at: number): number => this.#view.getUint16(at, true);
  u32 = (at: number): number => this.#view.getUint32(at, true);
  i32 = (at: number): number => this.#view.getInt32(at, true);
  u64 = (at: number): bigint => this.#view.getBigUint64(at, true);
  i64 = (at: number): bigint => this.#view.getBigInt64(at, true);
  f64 = (at: number): number => this.#view.getFloat64(at, true);
  bytes(at: number, length: number): number[] {
    demand(at >= 0 && at + length <= this.length, `bytes at ${at}`);
    return Array.from({ length }, (_, i) => this.u8(at + i));
  }
  /** CRC of a range in which four bytes count as zero. */
  crc(at: number, length: number, field: number): number {
    return crcOf(this.bytes(at, length).map((byte, i) => (i >= field && i < field + 4 ? 0 : byte)));
  }
}

interface Slot {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
}

interface Key {
  readonly id: string;
  readonly parent: string;
  readonly order: number;
  readonly name: string;
  readonly type: number;
  readonly value: string;
  readonly nextOrder: number;
}

const hex = (bytes: readonly number[]): string => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Every leaf of the file, depth first in the order of the children. @throws when the file breaks a rule */
export function readWithSecondReader(file: Uint8Array): SecondLeaf[] {
  const view = new View(file);
  const header = newestHeader(view);
  checkLog(view, header.log);
  const slots = allSlots(view);
  for (const slot of slots.filter((s) => s.type === 2 || s.type === 3)) {
    demand(slot.offset % header.alignment === 0, `object at ${slot.offset} is not aligned`);
    demand(slot.size % header.alignment === 0, `object at ${slot.offset} has the size ${slot.size}`);
    demand(slot.offset + slot.size <= view.length, `object at ${slot.offset} goes beyond the file`);
  }
  const keys = slots.filter((s) => s.type === 2).flatMap((slot) => keysOf(view, slot, slots));
  return leaves(keys);
}

function newestHeader(view: View): { alignment: number; log: number } {
  const good = [0, 4096].filter((at) => view.u32(at) === 0x01282014 && view.crc(at, 46, 4) === view.u32(at + 4));
  demand(good.length === 2, 'both headers of a new file must be good');
  demand(((view.u16(8) - view.u16(4096 + 8)) & 0xffff) === 1, 'the first header is one newer');
  demand(view.u32(10) === 0x400, 'format version');
  return { alignment: view.u32(22), log: Number(view.u64(26)) };
}

function checkLog(view: View, at: number): void {
  demand(view.u32(at) === 0x01110003, 'log signature');
  demand(view.crc(at, 34, 4) === view.u32(at + 4), 'log checksum');
  demand(view.u32(at + 8) === 0, 'the log is empty');
  demand(view.u32(at + 13) > 0, 'the log has room');
}

function allSlots(view: View): Slot[] {
  const found: Slot[] = [];
  let table: number | null = 8192;
  while (table !== null) {
    const at: number = table;
    demand(view.u32(at) === 0x01110001, `object table at ${at}`);
    const count = view.u32(at + 4);
    table = null;
    for (let i = 0; i < count; i++) {
      const entry = at + 8 + 18 * i;
      demand(view.crc(entry, 18, 1) === view.u32(entry + 1), `object entry at ${entry}`);
      const slot = { type: view.u8(entry), offset: Number(view.u64(entry + 5)), size: view.u32(entry + 13) };
      if (slot.type === 1) {
        demand(i === count - 1, 'only the last slot chains');
        table = slot.offset;
      } else found.push(slot);
    }
  }
  return found;
}

function keysOf(view: View, slot: Slot, slots: readonly Slot[]): Key[] {
  const { offset, size } = slot;
  demand(view.u16(offset) === 2, 'key table signature');
  demand(view.crc(offset, 10, 6) === view.u32(offset + 6), 'key table checksum');
  const table = view.u16(offset + 2);
  const keys: Key[] = [];
  let at = 10;
  // Hyper-V's loop: an entry that starts where only a header fits is never reached.
  while (at + 21 < size) {
    const p = offset + at;
    const length = view.u32(p + 2);
    demand(length > 21 && at + length <= size, `entry of ${length} bytes at ${p}`);
    if (view.u8(p) !== 1) keys.push(keyAt(view, p, `${table}:${at}`, slots));
    at += length;
  }
  demand(at === size, `the entries of table ${table} fill it exactly`);
  return keys;
}

function keyAt(view: View, p: number, id: string, slots: readonly Slot[]): Key {
  const type = view.u8(p);
  const inObject = (view.u8(p + 1) & 1) === 1;
  const nameLength = view.u8(p + 20);
  const data = p + 21 + nameLength;
  const name = new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(view.bytes(p + 21, nameLength - 1)));
  demand(view.u8(data - 1) === 0, 'a name ends with NUL');
  const parentTable = view.u16(p + 6);
  const length = lengthOf(view, type, inObject, data);
  demand(view.crc(p, data + length - p, 12) === view.u32(p + 12), `checksum of ${name}`);
  demand(inObject || length < 2048 + 4, `the value of ${name} belongs into a file object`);
  return {
    id,
    parent: parentTable === 0 ? 'root' : `${parentTable}:${view.u32(p + 8)}`,
    order: view.u32(p + 16),
    name,
    type,
    value: valueOf(view, type, inObject, data, slots),
    nextOrder: type === 9 ? view.u32(data + 8) : 0,
  };
}

function lengthOf(view: View, type: number, inObject: boolean, data: number): number {
  if (inObject) return 12;
  const length = { 3: 8, 4: 8, 5: 8, 8: 4, 9: 12 }[type];
  return length ?? 4 + view.u32(data);
}

function valueOf(view: View, type: number, inObject: boolean, data: number, slots: readonly Slot[]): string {
  if (type === 3) return String(view.i64(data));
  if (type === 4) return String(view.u64(data));
  if (type === 5) return String(view.f64(data));
  if (type === 8) return view.i32(data) === 0 ? 'false' : 'true';
  if (type === 9) return '';
  const length = view.u32(data);
  const from = inObject ? Number(view.u64(data + 4)) : data + 4;
  if (inObject) {
    demand(length >= 2048, 'a small value lies in a file object');
    demand(
      slots.some((slot) => slot.type === 3 && slot.offset === from && slot.size >= length),
      'the object of a value is in the object table',
    );
  }
  const bytes = view.bytes(from, length);
  if (type === 7) return hex(bytes);
  demand(type === 6, `type ${type}`);
  let text = '';
  for (let i = 0; i + 1 < bytes.length; i += 2)
    text += String.fromCharCode((bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8));
  return text.endsWith('\0') ? text.slice(0, -1) : text;
}

function leaves(keys: readonly Key[]): SecondLeaf[] {
  const below = new Map<string, Key[]>();
  for (const key of keys) below.set(key.parent, [...(below.get(key.parent) ?? []), key]);
  const found: SecondLeaf[] = [];
  const walk = (id: string, path: readonly string[]): void => {
    const children = (below.get(id) ?? []).toSorted((a, b) => a.order - b.order);
    for (const [i, key] of children.entries()) {
      demand(key.order === i + 1, `${key.name} is number ${key.order} of its parent`);
      const itsPath = [...path, key.name];
      if (key.type === 9) {
        demand(key.nextOrder === (below.get(key.id) ?? []).length + 1, `next order of ${key.name}`);
        walk(key.id, itsPath);
      } else found.push({ path: itsPath, type: key.type, value: key.value });
    }
  };
  walk('root', []);
  return found;
}
