import { both16, both32, directoryRecord, type Extent, SECTOR, volumeTime } from './record.ts';

export interface IsoFile {
  /** As Joliet tells it, 64 characters at most. */
  readonly name: string;
  readonly content: Buffer;
}

/** Where things are: descriptors from 16 on (ECMA-119 §6.2.1), then what they point to. */
const PRIMARY = { descriptor: 16, tableLittle: 19, tableBig: 20, root: 23 } as const;
const JOLIET = { descriptor: 17, tableLittle: 21, tableBig: 22, root: 24 } as const;
const TERMINATOR = 18;
const FIRST_FILE = 25;
/** UCS-2 of level 3, in the field that the primary descriptor leaves empty. */
const JOLIET_ESCAPE = Buffer.from('%/E', 'latin1');
/** The root is its only directory. */
const TABLE_BYTES = 10;

interface Names {
  readonly file: (name: string) => Buffer;
  readonly text: (text: string, bytes: number) => Buffer;
}

/** d-characters, eight of them, no dot in front (ECMA-119 §7.5.1): what a reader shows that knows no Joliet. */
const PRIMARY_NAMES: Names = {
  file: (name) =>
    Buffer.from(
      `${name
        .toUpperCase()
        .replace(/[^A-Z0-9]/g, '_')
        .slice(0, 8)}.;1`,
      'latin1',
    ),
  text: (text, bytes) => Buffer.from(text.padEnd(bytes).slice(0, bytes), 'latin1'),
};

const JOLIET_NAMES: Names = {
  // Without a version, as genisoimage writes them.
  file: (name) => bigEndian(name),
  text: (text, bytes) => bigEndian(text.padEnd(bytes / 2).slice(0, Math.floor(bytes / 2))),
};

const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/**
 * An image with these files in its root, in sectors of 2048 bytes. `at`: the time of all of it.
 * @throws RangeError for files that do not fit one directory sector, or whose short names are the same
 */
export const isoImage = (volume: string, files: readonly IsoFile[], at: Date): Buffer => {
  let next = FIRST_FILE;
  const placed = files.map(({ name, content }) => {
    const extent = { sector: next, bytes: content.length };
    next += Math.ceil(content.length / SECTOR);
    return { name, content, extent };
  });
  const image = Buffer.alloc(next * SECTOR);
  const put = (sector: number, bytes: Buffer): number => bytes.copy(image, sector * SECTOR);
  for (const [place, names, escape] of [
    [PRIMARY, PRIMARY_NAMES, Buffer.alloc(0)],
    [JOLIET, JOLIET_NAMES, JOLIET_ESCAPE],
  ] as const) {
    put(place.root, rootDirectory(place.root, placed, names, at));
    put(place.tableLittle, pathTable(place.root, 'little'));
    put(place.tableBig, pathTable(place.root, 'big'));
    put(place.descriptor, descriptor(volume, next, place, names, escape, at));
  }
  put(TERMINATOR, Buffer.from('\u00ffCD001\u0001', 'latin1'));
  for (const { content, extent } of placed) put(extent.sector, content);
  return image;
};

const rootExtent = (sector: number): Extent => ({ sector, bytes: SECTOR });

const rootDirectory = (
  root: number,
  files: readonly { readonly name: string; readonly extent: Extent }[],
  names: Names,
  at: Date,
): Buffer => {
  const sorted = files
    .map(({ name, extent }) => ({ id: names.file(name), extent }))
    .toSorted((a, b) => Buffer.compare(a.id, b.id));
  if (new Set(sorted.map(({ id }) => id.toString('latin1'))).size < sorted.length)
    throw new RangeError('two files of an ISO image have the same short name');
  const directory = Buffer.concat([
    directoryRecord(Buffer.from([0]), rootExtent(root), at, true),
    directoryRecord(Buffer.from([1]), rootExtent(root), at, true),
    ...sorted.map(({ id, extent }) => directoryRecord(id, extent, at, false)),
  ]);
  if (directory.length > SECTOR) throw new RangeError('the files of an ISO image do not fit its directory');
  return directory;
};

/** The one record of a path table (ECMA-119 §9.4). */
const pathTable = (root: number, order: 'little' | 'big'): Buffer => {
  const table = Buffer.alloc(TABLE_BYTES);
  table.writeUInt8(1, 0);
  if (order === 'little') {
    table.writeUInt32LE(root, 2);
    table.writeUInt16LE(1, 6);
  } else {
    table.writeUInt32BE(root, 2);
    table.writeUInt16BE(1, 6);
  }
  return table;
};

/** A volume descriptor (ECMA-119 §8.4, §8.5), field by field. */
const descriptor = (
  volume: string,
  sectors: number,
  place: typeof PRIMARY | typeof JOLIET,
  { text }: Names,
  escape: Buffer,
  at: Date,
): Buffer => {
  const bigTable = Buffer.alloc(8);
  bigTable.writeUInt32BE(place.tableBig, 0);
  const littleTable = Buffer.alloc(8);
  littleTable.writeUInt32LE(place.tableLittle, 0);
  return Buffer.concat([
    Buffer.from([escape.length === 0 ? 1 : 2]),
    Buffer.from('CD001\u0001\0', 'latin1'),
    text('', 32),
    text(volume, 32),
    Buffer.alloc(8),
    both32(sectors),
    Buffer.concat([escape, Buffer.alloc(32 - escape.length)]),
    both16(1),
    both16(1),
    both16(SECTOR),
    both32(TABLE_BYTES),
    littleTable,
    bigTable,
    directoryRecord(Buffer.from([0]), rootExtent(place.root), at, true),
    text('', 128),
    text('', 128),
    text('', 128),
    text('', 128),
    oddText(text),
    oddText(text),
    oddText(text),
    volumeTime(at),
    volumeTime(at),
    volumeTime(null),
    volumeTime(null),
    Buffer.from([1]),
  ]);
};

/** Names of files that tell more, of 37 bytes: an odd one stays over where a character has two. */
const oddText = (text: Names['text']): Buffer => {
  const even = text('', 37);
  return Buffer.concat([even, Buffer.alloc(37 - even.length)]);
};
