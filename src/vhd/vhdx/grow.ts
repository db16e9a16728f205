import { randomUUID } from 'node:crypto';
import { DiskFormatError } from '../disk-info.ts';
import { batBytes } from './inspect.ts';
import type { WritableSource } from '../source.ts';
import { BLOCK, encodeEntry, ENTRY_BYTES } from './blocks.ts';
import { MIB, readVhdxHeader } from './headers.ts';
import { readVhdxMetadata, type VhdxMetadata } from './metadata.ts';
import { readVhdxRegions, type VhdxRegions } from './regions.ts';
import { renewVhdxIdentity, replayVhdxLog } from './reopen.ts';

/** Entries that are written at a time. */
const PAGE_ENTRIES = 8192;
const SECTOR_BYTES = 512;

/**
 * Makes a VHDX that nobody else has open larger where it is, to `bytes`; a log that its last writer left is replayed first. All
 * that the larger disk needs is on the disk before its size is written, eight bytes within one sector: whatever dies in
 * between, the file is whole, and of one size or the other.
 * @throws DiskFormatError for one that cannot: with a parent, damaged, or without room in its block table
 */
export const growVhdx = async (file: WritableSource, bytes: number): Promise<void> => {
  const { header } = await readVhdxHeader(file);
  if (header.logId !== null) await replayVhdxLog(file, header);
  const regions = await readVhdxRegions(file, header);
  const metadata = await readVhdxMetadata(file, regions.metadata);
  if (metadata.hasParent) throw new DiskFormatError('A differencing VHDX does not grow where it is');
  if (bytes < metadata.diskSize) throw new DiskFormatError(`It has ${metadata.diskSize} bytes, and can only grow`);
  if (bytes % metadata.logicalSectorSize !== 0)
    throw new DiskFormatError(`Its sectors have ${metadata.logicalSectorSize} bytes, of which the size is no multiple`);
  if (bytes === metadata.diskSize) return;
  if (batBytes({ ...metadata, diskSize: bytes }) > regions.bat.length)
    throw new DiskFormatError('Its block table has no room for a disk of that size', regions.bat.offset);
  if ((metadata.diskSizeAt % SECTOR_BYTES) + 8 > SECTOR_BYTES)
    throw new DiskFormatError('Its size lies in two sectors', metadata.diskSizeAt);
  await addBlocks(file, regions, metadata, bytes);
  await file.sync();
  await renewVhdxIdentity(file, randomUUID(), randomUUID());
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(bytes));
  await file.write(metadata.diskSizeAt, size);
  await file.sync();
};

/** What lay behind the end of the table means nothing until now. A fixed disk has all its blocks, which are zeros. */
const addBlocks = async (
  file: WritableSource,
  { bat }: VhdxRegions,
  { diskSize, blockSize, logicalSectorSize, leaveAllocated }: VhdxMetadata,
  bytes: number,
): Promise<void> => {
  const chunk = (2 ** 23 * logicalSectorSize) / blockSize;
  const indexOf = (block: number): number => block + Math.floor(block / chunk);
  const [before, after] = [Math.ceil(diskSize / blockSize), Math.ceil(bytes / blockSize)];
  const start = Math.ceil(file.size / MIB) * MIB;
  if (leaveAllocated && after > before) await file.extend(start + (after - before) * blockSize);
  for (let block = before; block < after; ) {
    const first = indexOf(block);
    const page = Buffer.alloc(Math.min(PAGE_ENTRIES, indexOf(after - 1) + 1 - first) * ENTRY_BYTES);
    for (; block < after && (indexOf(block) - first) * ENTRY_BYTES < page.length; block++)
      if (leaveAllocated)
        encodeEntry(page, (indexOf(block) - first) * ENTRY_BYTES, {
          state: BLOCK.present,
          start: start + (block - before) * blockSize,
        });
    await file.write(bat.offset + first * ENTRY_BYTES, page);
  }
};
