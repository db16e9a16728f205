import { DiskFormatError } from '../disk-info.ts';
import type { ByteSource } from '../source.ts';
import { LOG_SECTOR, type LogReplay } from './log.ts';

/** A file as it will be when its log has been replayed; the file itself is not touched. */
export const replayedSource = (base: ByteSource, replay: LogReplay): ByteSource => {
  const { size, zeros, sectors } = replay;
  const fill = async (offset: number, into: Buffer, what: string): Promise<void> => {
    const end = offset + into.length;
    if (!Number.isSafeInteger(offset) || offset < 0 || end > size)
      throw new DiskFormatError(`${what} lies outside of the file of ${size} bytes`);
    const inFile = Math.max(0, Math.min(end, base.size) - offset);
    if (inFile > 0) await base.fill(offset, into.subarray(0, inFile), what);
    into.fill(0, inFile);
    for (const zero of zeros)
      if (zero.offset < end && zero.offset + zero.length > offset)
        into.fill(0, Math.max(0, zero.offset - offset), Math.min(end, zero.offset + zero.length) - offset);
    for (let sector = Math.floor(offset / LOG_SECTOR); sector * LOG_SECTOR < end; sector++) {
      const found = sectors.get(sector);
      if (found === undefined) continue;
      const at = sector * LOG_SECTOR - offset;
      found.copy(into, Math.max(0, at), Math.max(0, -at), Math.min(LOG_SECTOR, into.length - at));
    }
  };
  return {
    size,
    fill,
    read: async (offset, length, what) => {
      const bytes = Buffer.alloc(Math.min(length, size));
      if (bytes.length < length) throw new DiskFormatError(`${what} lies outside of the file of ${size} bytes`);
      await fill(offset, bytes, what);
      return bytes;
    },
  };
};
