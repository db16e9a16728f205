import { stat } from 'node:fs/promises';
import { withSource } from '../../src/vhd/source.ts';
import { crc32c } from '../../src/vhd/vhdx/crc32c.ts';
import { readVhdxHeader } from '../../src/vhd/vhdx/headers.ts';
import { readVhdxRegions } from '../../src/vhd/vhdx/regions.ts';
import { changeVhdxHeaders, guidBytes, patch, peek } from './fixtures.ts';

/** Logs of VHDX files that were not closed, as a host leaves them when its power goes (MS-VHDX §2.3). */
const SECTOR = 4096;
export const LOG_ID = '0A0B0C0D-0102-0304-0506-0708090A0B0C';

export type Change =
  | { readonly offset: number; readonly data: Buffer }
  | { readonly offset: number; readonly zeros: number };

export interface EntryOptions {
  readonly sequence: bigint;
  /** Where in the log the oldest entry lies that is not in the file yet. */
  readonly tail: number;
  readonly flushed: number;
  readonly last: number;
  readonly changes: readonly Change[];
  readonly logId?: string;
}

export const composeEntry = (options: EntryOptions): Buffer => {
  const { sequence, changes } = options;
  const sectors = changes.filter((change) => 'data' in change);
  const head = Math.ceil((64 + changes.length * 32) / SECTOR) * SECTOR;
  const entry = Buffer.alloc(head + sectors.length * SECTOR);
  entry.write('loge', 0, 'latin1');
  entry.writeUInt32LE(entry.length, 8);
  entry.writeUInt32LE(options.tail, 12);
  entry.writeBigUInt64LE(sequence, 16);
  entry.writeUInt32LE(changes.length, 24);
  guidBytes(options.logId ?? LOG_ID).copy(entry, 32);
  entry.writeBigUInt64LE(BigInt(options.flushed), 48);
  entry.writeBigUInt64LE(BigInt(options.last), 56);
  let at = head;
  for (const [index, change] of changes.entries()) {
    const descriptor = entry.subarray(64 + index * 32, 96 + index * 32);
    descriptor.writeBigUInt64LE(BigInt(change.offset), 16);
    descriptor.writeBigUInt64LE(sequence, 24);
    if ('zeros' in change) {
      descriptor.write('zero', 0, 'latin1');
      descriptor.writeBigUInt64LE(BigInt(change.zeros), 8);
      continue;
    }
    descriptor.write('desc', 0, 'latin1');
    change.data.copy(descriptor, 8, 0, 8);
    change.data.copy(descriptor, 4, SECTOR - 4, SECTOR);
    const sector = entry.subarray(at, at + SECTOR);
    change.data.copy(sector, 8, 8, SECTOR - 4);
    sector.write('data', 0, 'latin1');
    sector.writeUInt32LE(Number(sequence >> 32n), 4);
    sector.writeUInt32LE(Number(sequence & 0xffff_ffffn), SECTOR - 4);
    at += SECTOR;
  }
  entry.writeUInt32LE(crc32c(entry, 4), 4);
  return entry;
};

export const logRegion = async (file: string): Promise<{ readonly offset: number; readonly length: number }> => {
  const header = await peek(file, 128 * 1024, SECTOR);
  return { offset: Number(header.readBigUInt64LE(72)), length: header.readUInt32LE(68) };
};

/** Writes into the ring, around its end. */
export const writeRing = async (file: string, at: number, bytes: Buffer): Promise<void> => {
  const { offset, length } = await logRegion(file);
  const first = Math.min(bytes.length, length - at);
  await patch(file, offset + at, bytes.subarray(0, first));
  if (first < bytes.length) await patch(file, offset, bytes.subarray(first));
};

export const markDirty = (file: string, logId: string = LOG_ID): Promise<void> =>
  changeVhdxHeaders(file, (header) => {
    guidBytes(logId).copy(header, 48);
  });

/**
 * Leaves a file as its writer does that is killed when a change of the first sector of the block table is in the log and not in its
 * place. `write`: what gets a new block.
 */
export const leaveInLog = async (file: string, write: () => Promise<unknown>): Promise<void> => {
  const { bat } = await withSource(file, null, async (source) =>
    readVhdxRegions(source, (await readVhdxHeader(source)).header),
  );
  const before = await peek(file, bat.offset, SECTOR);
  await write();
  const data = await peek(file, bat.offset, SECTOR);
  if (data.equals(before)) throw new Error('the block table is as it was');
  await patch(file, bat.offset, before);
  const { size } = await stat(file);
  const changes = [{ offset: bat.offset, data }];
  await writeRing(file, 0, composeEntry({ sequence: 1n, tail: 0, flushed: size, last: size, changes }));
  await markDirty(file);
};
