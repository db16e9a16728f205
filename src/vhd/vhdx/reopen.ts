import { guidBytes, NIL_GUID } from '../binary.ts';
import { DiskFormatError } from '../disk-info.ts';
import type { WritableSource } from '../source.ts';
import { sealed } from './compose.ts';
import { HEADER_BYTES, HEADERS_AT, readVhdxHeader, type VhdxHeader } from './headers.ts';
import { LOG_SECTOR, readVhdxLog } from './log.ts';
import { PIECE_BYTES } from '../zeros.ts';

const ZEROS = Buffer.alloc(PIECE_BYTES);
const LAST_SEQUENCE = 2n ** 64n - 1n;

/**
 * Writes what the log of a file that was not closed holds to its places, then calls the log empty (MS-VHDX §2.3.3).
 * Interrupted anywhere it is done again from the beginning. DiskFormatError where nobody knows what the file should hold.
 */
export const replayVhdxLog = async (file: WritableSource, header: VhdxHeader): Promise<void> => {
  const { size, zeros, sectors } = await readVhdxLog(file, header);
  const before = file.size;
  if (size > before) await file.extend(size);
  for (const { offset, length } of zeros) {
    // What the file has just got is zero already.
    const end = Math.min(offset + length, before);
    for (let at = offset; at < end; at += ZEROS.length) await file.write(at, ZEROS.subarray(0, end - at));
  }
  for (const [sector, bytes] of sectors) await file.write(sector * LOG_SECTOR, bytes);
  await file.sync();
  await changeHeaders(file, (bytes) => guidBytes(NIL_GUID).copy(bytes, 48));
};

/**
 * Tells that the file, and what the guest sees of it, is another one from now on: whoever noted the old identity of a
 * parent finds out (§2.2.2.1). On the disk before the first change is made.
 */
export const renewVhdxIdentity = (file: WritableSource, fileWriteId: string, dataWriteId: string): Promise<void> =>
  changeHeaders(file, (bytes) => {
    guidBytes(fileWriteId).copy(bytes, 16);
    guidBytes(dataWriteId).copy(bytes, 32);
  });

/** Always into the copy that is not in use, which then is the newer one; twice, so that both tell the same. */
const changeHeaders = async (file: WritableSource, change: (bytes: Buffer) => void): Promise<void> => {
  for (const _ of HEADERS_AT) {
    const { header } = await readVhdxHeader(file);
    const [now, other] = header.copy === 0 ? HEADERS_AT : HEADERS_AT.toReversed();
    if (now === undefined || other === undefined) throw new Error('a VHDX has two headers');
    if (header.sequence >= LAST_SEQUENCE) throw new DiskFormatError('The header cannot be changed once more', now + 8);
    const bytes = await file.read(now, HEADER_BYTES, 'A header');
    change(bytes);
    bytes.writeBigUInt64LE(header.sequence + 1n, 8);
    await file.write(other, sealed(bytes));
    await file.sync();
  }
};
