import { guidAt } from '../binary.ts';
import { crc32c } from './crc32c.ts';
import { DiskFormatError } from '../disk-info.ts';
import type { ByteSource } from '../source.ts';
import { checkExtent, type VhdxHeader } from './headers.ts';

const KIB = 1024;
const TABLES_AT: readonly number[] = [192 * KIB, 256 * KIB];
const TABLE_BYTES = 64 * KIB;
const MAX_ENTRIES = 2047;

export const BAT = '2DC27766-F623-4200-9D64-115E9BFD4A08';
export const METADATA = '8B7CA206-4790-4B9A-B8FE-575F050F886E';

export interface VhdxRegion {
  readonly offset: number;
  readonly length: number;
}

export interface VhdxRegions {
  readonly bat: VhdxRegion;
  readonly metadata: VhdxRegion;
  /** One of the two tables is damaged. */
  readonly damaged: boolean;
}

export const readVhdxRegions = async (source: ByteSource, header: VhdxHeader): Promise<VhdxRegions> => {
  const copies = await Promise.all(TABLES_AT.map((at) => source.read(at, TABLE_BYTES, 'A region table')));
  const index = copies.findIndex(isValid);
  const table = copies[index];
  if (table === undefined) throw new DiskFormatError('Both region tables are damaged', TABLES_AT[0] ?? 0);
  const found = parse(table, source, TABLES_AT[index] ?? 0);
  checkOverlap([...found.values(), { offset: header.logOffset, length: header.logLength }]);
  const bat = found.get(BAT);
  const metadata = found.get(METADATA);
  if (bat === undefined || metadata === undefined)
    throw new DiskFormatError('The block table or the metadata are missing', TABLES_AT[index] ?? 0);
  return { bat, metadata, damaged: !copies.every(isValid) };
};

const isValid = (bytes: Buffer): boolean =>
  bytes.toString('latin1', 0, 4) === 'regi' && crc32c(bytes, 4) === bytes.readUInt32LE(4);

const parse = (table: Buffer, source: ByteSource, at: number): ReadonlyMap<string, VhdxRegion> => {
  const count = table.readUInt32LE(8);
  if (count > MAX_ENTRIES) throw new DiskFormatError(`A region table cannot have ${count} entries`, at + 8);
  const regions = new Map<string, VhdxRegion>();
  for (let i = 0; i < count; i++) {
    const entry = 16 + i * 32;
    const id = guidAt(table, entry);
    const region = { offset: Number(table.readBigUInt64LE(entry + 16)), length: table.readUInt32LE(entry + 24) };
    if (regions.has(id)) throw new DiskFormatError('A region is there twice', at + entry);
    checkExtent('A region', region.offset, region.length, source, at + entry);
    const required = (table.readUInt32LE(entry + 28) & 1) !== 0;
    if (required && id !== BAT && id !== METADATA)
      throw new DiskFormatError(`The required region ${id} is not known`, at + entry);
    regions.set(id, region);
  }
  return regions;
};

const checkOverlap = (regions: readonly VhdxRegion[]): void => {
  let end = 0;
  for (const region of regions.toSorted((a, b) => a.offset - b.offset)) {
    if (region.offset < end) throw new DiskFormatError('Regions overlap', region.offset);
    end = region.offset + region.length;
  }
};
