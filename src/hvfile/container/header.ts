import { HvFileError } from '../error.ts';
import { type ByteSource, sizeOf } from '../source.ts';
import {
  checksum,
  FILE_SIGNATURE,
  FIRST_OBJECT_TABLE,
  HEADER_COPIES,
  HEADER_SIZE,
  hex,
  NEWEST_VERSION,
  OLDEST_VERSION,
} from './layout.ts';

export interface FileHeader {
  /** Where the copy stands that is in force. */
  readonly offset: number;
  readonly sequence: number;
  readonly version: number;
  readonly dataVersion: number;
  readonly alignment: number;
  readonly logOffset: number;
  readonly logSize: number;
  readonly logHeaderSize: number;
}

/** Is `a` newer? Sequence numbers wrap at 16 bits. */
export const isNewer = (a: number, b: number): boolean => a !== b && ((a - b) & 0xffff) < 0x8000;

/**
 * The copy that is in force: a good checksum and the newer sequence number.
 * @throws HvFileError with the trouble of the first copy when neither is good
 */
export const readHeader = async (source: ByteSource): Promise<FileHeader> => {
  const troubles: HvFileError[] = [];
  let best: FileHeader | null = null;
  for (const offset of HEADER_COPIES) {
    try {
      const copy = parseHeader(await source.read(offset, HEADER_SIZE, 'The file header'), offset);
      if (best === null || isNewer(copy.sequence, best.sequence)) best = copy;
    } catch (error) {
      if (!(error instanceof HvFileError)) throw error;
      troubles.push(error);
    }
  }
  if (best === null) throw troubles[0] ?? new HvFileError('signature', 'It has no header', { offset: 0 });
  checkHeader(best);
  return best;
};

const parseHeader = (bytes: Buffer, offset: number): FileHeader => {
  const signature = bytes.readUInt32LE(0);
  if (signature !== FILE_SIGNATURE)
    throw new HvFileError('signature', `It is no Hyper-V storage file: it starts with ${hex(signature)}`, { offset });
  const recorded = bytes.readUInt32LE(4);
  if (checksum(bytes, 0, HEADER_SIZE, 4) !== recorded)
    throw new HvFileError('checksum', 'The checksum of the file header is wrong', { offset });
  return {
    offset,
    sequence: bytes.readUInt16LE(8),
    version: bytes.readUInt32LE(10),
    dataVersion: bytes.readUInt32LE(14),
    alignment: bytes.readUInt32LE(22),
    logOffset: sizeOf(bytes.readBigUInt64LE(26), 'The offset of the replay log', offset + 26),
    logSize: sizeOf(bytes.readBigUInt64LE(34), 'The size of the replay log', offset + 34),
    logHeaderSize: bytes.readUInt32LE(42),
  };
};

const checkHeader = (header: FileHeader): void => {
  const { offset, version, alignment, logOffset } = header;
  if (version < OLDEST_VERSION || version > NEWEST_VERSION)
    throw new HvFileError(
      'version',
      `The format version ${version >>> 8}.${version & 0xff} is not supported: 2.0 to 4.0 are`,
      { offset: offset + 10 },
    );
  if (alignment < 4096 || alignment > 65_536 || (alignment & (alignment - 1)) !== 0)
    throw new HvFileError('structure', `The alignment ${alignment} is no power of two from 4096 to 65536`, {
      offset: offset + 22,
    });
  if (logOffset < FIRST_OBJECT_TABLE)
    throw new HvFileError('structure', 'The replay log lies in the headers', { offset: offset + 26 });
};
