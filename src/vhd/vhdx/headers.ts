import { guidAt, NIL_GUID } from '../binary.ts';
import { crc32c } from './crc32c.ts';
import { DiskFormatError } from '../disk-info.ts';
import type { ByteSource } from '../source.ts';

/** Numbers of MS-VHDX §2.2; all little-endian. */
const KIB = 1024;
export const MIB = 1024 * 1024;
export const HEADERS_AT: readonly number[] = [64 * KIB, 128 * KIB];
export const HEADER_BYTES = 4096;

export interface VhdxHeader {
  /** Which of the two copies it is. */
  readonly copy: 0 | 1;
  readonly sequence: bigint;
  readonly fileWriteId: string;
  readonly dataWriteId: string;
  /** Null: the log is empty. */
  readonly logId: string | null;
  readonly logOffset: number;
  readonly logLength: number;
}

/** The one that is valid and newer; `damaged` tells that the other is not valid. */
export const readVhdxHeader = async (
  source: ByteSource,
): Promise<{ readonly header: VhdxHeader; readonly damaged: boolean }> => {
  const identifier = await source.read(0, 8, 'The file identifier');
  if (identifier.toString('latin1') !== 'vhdxfile') throw new DiskFormatError('It is no VHDX file', 0);
  const copies = await Promise.all(HEADERS_AT.map((at) => source.read(at, HEADER_BYTES, 'A header')));
  const valid = copies.filter(isValid);
  const [first, second] = valid;
  if (first === undefined) throw new DiskFormatError('Both headers are damaged', HEADERS_AT[0] ?? 0);
  if (second === undefined) return { header: parse(first, source, copies.indexOf(first)), damaged: true };
  const newer = second.readBigUInt64LE(8) > first.readBigUInt64LE(8);
  // Twins are seen in the wild (Disk2vhd); with the same number but other content nobody can tell which one counts.
  if (second.readBigUInt64LE(8) === first.readBigUInt64LE(8) && !first.equals(second))
    throw new DiskFormatError('Both headers have the same sequence number and differ', HEADERS_AT[1] ?? 0);
  return { header: parse(newer ? second : first, source, newer ? 1 : 0), damaged: false };
};

const isValid = (bytes: Buffer): boolean =>
  bytes.toString('latin1', 0, 4) === 'head' && crc32c(bytes, 4) === bytes.readUInt32LE(4);

const parse = (bytes: Buffer, source: ByteSource, index: number): VhdxHeader => {
  const copy = index === 0 ? 0 : 1;
  const at = HEADERS_AT[copy] ?? 0;
  const version = bytes.readUInt16LE(66);
  if (version !== 1) throw new DiskFormatError(`The VHDX version ${version} is not known`, at + 66);
  const logId = guidAt(bytes, 48);
  const logLength = bytes.readUInt32LE(68);
  const logOffset = Number(bytes.readBigUInt64LE(72));
  if (logId !== NIL_GUID && bytes.readUInt16LE(64) !== 0)
    throw new DiskFormatError(`The version ${bytes.readUInt16LE(64)} of the log is not known`, at + 64);
  checkExtent('The log', logOffset, logLength, source, at + 68);
  return {
    copy,
    sequence: bytes.readBigUInt64LE(8),
    fileWriteId: guidAt(bytes, 16),
    dataWriteId: guidAt(bytes, 32),
    logId: logId === NIL_GUID ? null : logId,
    logOffset,
    logLength,
  };
};

/** Everything after the first MiB is made of whole MiBs inside the file. */
export const checkExtent = (what: string, offset: number, length: number, source: ByteSource, at: number): void => {
  const whole = offset % MIB === 0 && length % MIB === 0;
  if (!whole || offset < MIB || length === 0 || !Number.isSafeInteger(offset) || offset + length > source.size)
    throw new DiskFormatError(`${what} is not in its place`, at);
};
