import { guidBytes } from '../binary.ts';
import { crc32c } from './crc32c.ts';
import type { NewParent } from '../disk-writer.ts';
import { VHDX_LOCATOR } from '../parent-locator.ts';
import { MIB } from './headers.ts';
import { ITEMS, TABLE_BYTES as METADATA_TABLE_BYTES } from './metadata.ts';
import { BAT, METADATA, type VhdxRegion } from './regions.ts';

/** Structures of a new VHDX (MS-VHDX §2.2, 2.6), each with its place in the file. */
export interface Piece {
  readonly at: number;
  readonly bytes: Buffer;
}

const KIB = 1024;
const CREATOR = 'vsms';

export const composeIdentifier = (): Piece => {
  const bytes = Buffer.alloc(520);
  bytes.write('vhdxfile', 0, 'latin1');
  bytes.write(CREATOR, 8, 'utf16le');
  return { at: 0, bytes };
};

export const composeHeaders = (fileWriteId: string, dataWriteId: string, log: VhdxRegion): readonly Piece[] =>
  [64 * KIB, 128 * KIB].map((at, index) => {
    const bytes = Buffer.alloc(4096);
    bytes.write('head', 0, 'latin1');
    bytes.writeBigUInt64LE(BigInt(index + 1), 8);
    guidBytes(fileWriteId).copy(bytes, 16);
    guidBytes(dataWriteId).copy(bytes, 32);
    bytes.writeUInt16LE(1, 66);
    bytes.writeUInt32LE(log.length, 68);
    bytes.writeBigUInt64LE(BigInt(log.offset), 72);
    return { at, bytes: sealed(bytes) };
  });

export const composeRegions = (bat: VhdxRegion, metadata: VhdxRegion): readonly Piece[] => {
  const bytes = Buffer.alloc(64 * KIB);
  bytes.write('regi', 0, 'latin1');
  bytes.writeUInt32LE(2, 8);
  for (const [index, [id, region]] of (
    [
      [BAT, bat],
      [METADATA, metadata],
    ] as const
  ).entries()) {
    const entry = 16 + index * 32;
    guidBytes(id).copy(bytes, entry);
    bytes.writeBigUInt64LE(BigInt(region.offset), entry + 16);
    bytes.writeUInt32LE(region.length, entry + 24);
    bytes.writeUInt32LE(1, entry + 28);
  }
  return [192 * KIB, 256 * KIB].map((at) => ({ at, bytes: sealed(Buffer.from(bytes)) }));
};

/** With the checksum that headers and region tables have at the same place. */
export const sealed = (bytes: Buffer): Buffer => {
  bytes.writeUInt32LE(crc32c(bytes, 4), 4);
  return bytes;
};

export interface VhdxParameters {
  readonly blockSize: number;
  readonly fixed: boolean;
  readonly size: number;
  readonly id: string;
  readonly logicalSectorSize: number;
  readonly physicalSectorSize: number;
  readonly parent: NewParent | null;
}

const VIRTUAL_DISK = 2;
const REQUIRED = 4;

export const composeMetadata = (parameters: VhdxParameters, at: number): Piece => {
  const { blockSize, fixed, size, id, logicalSectorSize, physicalSectorSize, parent } = parameters;
  const files = Buffer.alloc(8);
  files.writeUInt32LE(blockSize, 0);
  files.writeUInt32LE((fixed ? 1 : 0) | (parent === null ? 0 : 2), 4);
  const items: [id: string, value: Buffer, flags: number][] = [
    [ITEMS.fileParameters, files, REQUIRED],
    [ITEMS.diskSize, u64(size), REQUIRED | VIRTUAL_DISK],
    [ITEMS.diskId, guidBytes(id), REQUIRED | VIRTUAL_DISK],
    [ITEMS.logicalSector, u32(logicalSectorSize), REQUIRED | VIRTUAL_DISK],
    [ITEMS.physicalSector, u32(physicalSectorSize), REQUIRED | VIRTUAL_DISK],
  ];
  if (parent !== null) items.push([ITEMS.parentLocator, composeLocator(parent), REQUIRED]);
  const table = Buffer.alloc(METADATA_TABLE_BYTES);
  table.write('metadata', 0, 'latin1');
  table.writeUInt16LE(items.length, 10);
  const values: Buffer[] = [];
  let offset = METADATA_TABLE_BYTES;
  for (const [index, [item, value, flags]] of items.entries()) {
    const entry = 32 + index * 32;
    guidBytes(item).copy(table, entry);
    table.writeUInt32LE(offset, entry + 16);
    table.writeUInt32LE(value.length, entry + 20);
    table.writeUInt32LE(flags, entry + 24);
    values.push(value);
    offset += value.length;
  }
  const bytes = Buffer.concat([table, ...values]);
  if (bytes.length > MIB) throw new RangeError('The names of the parent are too long');
  return { at, bytes };
};

/** Pairs of UTF-16 texts (§2.6.2.6). */
const composeLocator = (parent: NewParent): Buffer => {
  const pairs = [
    ['parent_linkage', `{${parent.linkage.toLowerCase()}}`],
    ['relative_path', parent.relativePath],
    ...(parent.absolutePath === undefined ? [] : [['absolute_win32_path', parent.absolutePath]]),
  ] as const;
  const head = Buffer.alloc(20 + pairs.length * 12);
  guidBytes(VHDX_LOCATOR).copy(head, 0);
  head.writeUInt16LE(pairs.length, 18);
  const texts: Buffer[] = [];
  let at = head.length;
  for (const [index, pair] of pairs.entries())
    for (const [which, text] of pair.entries()) {
      const bytes = Buffer.from(text, 'utf16le');
      if (bytes.length > 0xffff) throw new RangeError('The path of the parent is too long');
      head.writeUInt32LE(at, 20 + index * 12 + which * 4);
      head.writeUInt16LE(bytes.length, 20 + index * 12 + 8 + which * 2);
      texts.push(bytes);
      at += bytes.length;
    }
  return Buffer.concat([head, ...texts]);
};

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
