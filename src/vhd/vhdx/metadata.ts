import { guidAt, isPowerOfTwo } from '../binary.ts';
import { DiskFormatError, type DiskParent } from '../disk-info.ts';
import { parseParentLocator } from '../parent-locator.ts';
import { type ByteSource, readSize } from '../source.ts';
import { MIB } from './headers.ts';
import type { VhdxRegion } from './regions.ts';

export const TABLE_BYTES = 64 * 1024;
const MAX_ENTRIES = 2047;
const MAX_ITEM_BYTES = MIB;

export const ITEMS = {
  fileParameters: 'CAA16737-FA36-4D43-B3B6-33F0AA44E76B',
  diskSize: '2FA54224-CD1B-4876-B211-5DBED83BF4B8',
  diskId: 'BECA12AB-B2E6-4523-93EF-C309E000C746',
  logicalSector: '8141BF1D-A96F-4709-BA47-F233A8FAAB5F',
  physicalSector: 'CDA348C7-445D-4471-9CC9-E9885251C556',
  parentLocator: 'A8D35F2D-B30B-454D-ABF7-D3D84834AB0C',
} as const;

const KNOWN = new Set<string>(Object.values(ITEMS));

/** 64 TB (MS-VHDX §2.6.2.2). */
export const MAX_DISK_BYTES = 64 * 1024 ** 4;

export interface VhdxMetadata {
  readonly blockSize: number;
  readonly leaveAllocated: boolean;
  readonly hasParent: boolean;
  readonly diskSize: number;
  /** Where in the file the size of the disk is: eight bytes. */
  readonly diskSizeAt: number;
  readonly diskId: string;
  readonly logicalSectorSize: number;
  readonly physicalSectorSize: number;
  readonly parent: DiskParent | null;
}

interface Item {
  readonly offset: number;
  readonly length: number;
}

export const readVhdxMetadata = async (source: ByteSource, region: VhdxRegion): Promise<VhdxMetadata> => {
  const items = parseTable(await source.read(region.offset, TABLE_BYTES, 'The metadata table'), region);
  const need = async (id: string, bytes: number): Promise<Buffer> => {
    const item = items.get(id);
    if (item === undefined || item.length !== bytes)
      throw new DiskFormatError(`The metadata item ${id} is missing or malformed`, region.offset);
    return source.read(item.offset, bytes, 'A metadata item');
  };
  const parameters = await need(ITEMS.fileParameters, 8);
  const blockSize = parameters.readUInt32LE(0);
  if (!isPowerOfTwo(blockSize) || blockSize < MIB || blockSize > 256 * MIB)
    throw new DiskFormatError(`The block size is ${blockSize}, which a VHDX cannot have`, region.offset);
  const flags = parameters.readUInt32LE(4);
  const logicalSectorSize = (await need(ITEMS.logicalSector, 4)).readUInt32LE(0);
  const physicalSectorSize = (await need(ITEMS.physicalSector, 4)).readUInt32LE(0);
  for (const sector of [logicalSectorSize, physicalSectorSize])
    if (sector !== 512 && sector !== 4096)
      throw new DiskFormatError(`A sector cannot have ${sector} bytes`, region.offset);
  const diskSize = readSize((await need(ITEMS.diskSize, 8)).readBigUInt64LE(0), 'The size of the disk', region.offset);
  if (diskSize === 0 || diskSize % logicalSectorSize !== 0 || diskSize > MAX_DISK_BYTES)
    throw new DiskFormatError(`The size of the disk is ${diskSize}, which a VHDX cannot have`, region.offset);
  const hasParent = (flags & 2) !== 0;
  return {
    blockSize,
    leaveAllocated: (flags & 1) !== 0,
    hasParent,
    diskSize,
    diskSizeAt: items.get(ITEMS.diskSize)?.offset ?? 0,
    diskId: guidAt(await need(ITEMS.diskId, 16), 0),
    logicalSectorSize,
    physicalSectorSize,
    parent: hasParent ? await readParent(source, items.get(ITEMS.parentLocator), region) : null,
  };
};

const readParent = async (source: ByteSource, item: Item | undefined, region: VhdxRegion): Promise<DiskParent> => {
  if (item === undefined) throw new DiskFormatError('A differencing disk does not tell its parent', region.offset);
  return parseParentLocator(await source.read(item.offset, item.length, 'The parent locator'), item.offset);
};

const parseTable = (table: Buffer, region: VhdxRegion): ReadonlyMap<string, Item> => {
  if (table.toString('latin1', 0, 8) !== 'metadata')
    throw new DiskFormatError('There is no metadata table', region.offset);
  const count = table.readUInt16LE(10);
  if (count > MAX_ENTRIES)
    throw new DiskFormatError(`A metadata table cannot have ${count} entries`, region.offset + 10);
  const items = new Map<string, Item>();
  for (let i = 0; i < count; i++) {
    const entry = 32 + i * 32;
    const at = region.offset + entry;
    const id = guidAt(table, entry);
    const offset = table.readUInt32LE(entry + 16);
    const length = table.readUInt32LE(entry + 20);
    const flags = table.readUInt32LE(entry + 24);
    const isUser = (flags & 1) !== 0;
    if (length > MAX_ITEM_BYTES || (length > 0 && (offset < TABLE_BYTES || offset + length > region.length)))
      throw new DiskFormatError('A metadata item is not in its place', at);
    if ((flags & 4) !== 0 && (isUser || !KNOWN.has(id)))
      throw new DiskFormatError(`The required metadata item ${id} is not known`, at);
    if (isUser) continue;
    if (items.has(id)) throw new DiskFormatError('A metadata item is there twice', at);
    items.set(id, { offset: region.offset + offset, length });
  }
  return items;
};
