import { crc32 } from 'node:zlib';
import { HvFileError } from '../error.ts';
import type { HvLimits } from '../limits.ts';
import { type ByteSource, checkRange, sizeOf } from '../source.ts';
import type { FileHeader } from './header.ts';
import { checksum, hex, LOG_ENTRY_SIZE, LOG_HEADER_SIZE, REPLAY_LOG_SIGNATURE } from './layout.ts';

interface Patch {
  readonly offset: number;
  readonly bytes: Buffer;
}

export interface ReplayedFile {
  readonly source: ByteSource;
  /** Entries applied: 0 for a file that was closed properly. */
  readonly entries: number;
}

/**
 * The file as its last writer meant it: what a dirty log holds is laid over the reads; the file is never written. Only the
 * counted entries are valid: behind the header of a clean log the stale ones of earlier commits still lie.
 */
export const replayLog = async (source: ByteSource, header: FileHeader, limits: HvLimits): Promise<ReplayedFile> => {
  const { logOffset } = header;
  const bytes = await source.read(logOffset, LOG_HEADER_SIZE, 'The replay log');
  const fail = (reason: 'signature' | 'checksum' | 'structure' | 'limit', message: string, at: number): never => {
    throw new HvFileError(reason, message, { offset: logOffset + at });
  };
  const signature = bytes.readUInt32LE(0);
  if (signature !== REPLAY_LOG_SIGNATURE) fail('signature', `The replay log starts with ${hex(signature)}`, 0);
  const recorded = bytes.readUInt32LE(4);
  const entries = bytes.readUInt32LE(8);
  const most = bytes.readUInt32LE(13);
  if (checksum(bytes, 0, LOG_HEADER_SIZE, 4) !== recorded)
    fail('checksum', 'The checksum of the replay log is wrong', 4);
  if (most === 0) fail('structure', 'The replay log has room for no entry', 13);
  if (entries === 0) return { source, entries };
  if (entries > most) fail('structure', `The replay log has ${entries} entries and room for ${most}`, 8);
  if (entries > limits.logEntries) fail('limit', `The replay log has ${entries} entries`, 8);
  const tableSize = LOG_HEADER_SIZE + entries * LOG_ENTRY_SIZE;
  if (tableSize > header.logSize || (header.logHeaderSize > 0 && tableSize > header.logHeaderSize))
    fail('structure', `${entries} entries do not fit into the replay log`, 8);
  const table = await source.read(
    logOffset + LOG_HEADER_SIZE,
    entries * LOG_ENTRY_SIZE,
    'The entries of the replay log',
  );
  const patches: Patch[] = [];
  let total = 0;
  for (let i = 0; i < entries; i++) {
    const patch = await readPatch(source, header, table.subarray(i * LOG_ENTRY_SIZE, (i + 1) * LOG_ENTRY_SIZE), i);
    total += patch.bytes.length;
    if (total > limits.logBytes) fail('limit', `The replay log carries more than ${limits.logBytes} bytes`, 0);
    patches.push(patch);
  }
  return { source: overlay(source, patches), entries };
};

const readPatch = async (source: ByteSource, header: FileHeader, entry: Buffer, index: number): Promise<Patch> => {
  const at = header.logOffset + LOG_HEADER_SIZE + index * LOG_ENTRY_SIZE;
  const what = `Entry ${index} of the replay log`;
  const headerCrc = entry.readUInt32LE(20);
  const dataCrc = entry.readUInt32LE(24);
  if (checksum(entry, 0, LOG_ENTRY_SIZE, 20) !== headerCrc)
    throw new HvFileError('checksum', `The checksum of entry ${index} of the replay log is wrong`, { offset: at });
  const destination = sizeOf(entry.readBigUInt64LE(0), `${what}: its destination`, at);
  const size = entry.readUInt32LE(8);
  const inside = sizeOf(entry.readBigUInt64LE(12), `${what}: its place in the log`, at + 12);
  if (inside < LOG_HEADER_SIZE || inside + size > header.logSize)
    throw new HvFileError('bounds', `${what} takes its data from outside of the log`, { offset: at });
  // A commit may make the file longer by what it carries, not by more.
  if (destination > source.size)
    throw new HvFileError('bounds', `${what} goes to ${destination}, beyond the end of the file`, { offset: at });
  if (destination < header.logOffset + header.logSize && destination + size > header.logOffset)
    throw new HvFileError('structure', `${what} writes over the log itself`, { offset: at });
  const bytes = await source.read(header.logOffset + inside, size, what);
  if (crc32(bytes) !== dataCrc)
    throw new HvFileError('checksum', `The checksum of the data of entry ${index} of the replay log is wrong`, {
      offset: at,
    });
  return { offset: destination, bytes };
};

const overlay = (source: ByteSource, patches: readonly Patch[]): ByteSource => {
  const size = Math.max(source.size, ...patches.map((patch) => patch.offset + patch.bytes.length));
  return {
    size,
    read: async (offset, length, what) => {
      checkRange(size, offset, length, what);
      const result = Buffer.alloc(length);
      const held = Math.min(length, Math.max(0, source.size - offset));
      if (held > 0) (await source.read(offset, held, what)).copy(result);
      for (const patch of patches) {
        const from = Math.max(offset, patch.offset);
        const to = Math.min(offset + length, patch.offset + patch.bytes.length);
        if (from < to) patch.bytes.copy(result, from - offset, from - patch.offset, to - patch.offset);
      }
      return result;
    },
  };
};
