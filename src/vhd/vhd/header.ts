import { isPowerOfTwo, utf16be, utf16le, guidAt } from '../binary.ts';
import { DiskFormatError, type DiskParent, type ParentName } from '../disk-info.ts';
import { type ByteSource, readSize } from '../source.ts';
import { vhdChecksum } from './footer.ts';

/** Header of a dynamic or differencing VHD. */
export interface VhdHeader {
  readonly tableOffset: number;
  readonly tableEntries: number;
  readonly blockSize: number;
  /** Meaningful for differencing disks only. */
  readonly parent: DiskParent;
  /** When the parent was last changed, in seconds since 2000. */
  readonly parentChanged: number;
}

export const VHD_HEADER_BYTES = 1024;

const COOKIE = 'cxsparse';
const CHECKSUM_AT = 36;
const MIN_BLOCK = 512;
const MAX_BLOCK = 256 * 1024 * 1024;
const LOCATORS_AT = 576;
const LOCATORS = 8;
const LOCATOR_BYTES = 24;

/** A path has 32 767 characters at most. */
const MAX_LOCATOR_BYTES = 65_534;

/** Platform codes of locators; others are of systems long gone. */
const PLATFORMS: Readonly<Record<string, ParentName['kind']>> = { W2ru: 'relative', W2ku: 'absolute' };

export const readVhdHeader = async (source: ByteSource, dataOffset: bigint): Promise<VhdHeader> => {
  const at = readSize(dataOffset, 'The offset of the dynamic header', 16);
  const bytes = await source.read(at, VHD_HEADER_BYTES, 'The dynamic header');
  if (bytes.toString('latin1', 0, 8) !== COOKIE) throw new DiskFormatError('There is no dynamic header', at);
  if (vhdChecksum(bytes, CHECKSUM_AT) !== bytes.readUInt32BE(CHECKSUM_AT))
    throw new DiskFormatError('The checksum of the dynamic header is wrong', at);
  const tableOffset = readSize(bytes.readBigUInt64BE(16), 'The offset of the block table', at + 16);
  const tableEntries = bytes.readUInt32BE(28);
  const blockSize = bytes.readUInt32BE(32);
  if (!isPowerOfTwo(blockSize) || blockSize < MIN_BLOCK || blockSize > MAX_BLOCK)
    throw new DiskFormatError(`The block size is ${blockSize}, which a VHD cannot have`, at + 32);
  if (tableOffset % 512 !== 0 || tableOffset + tableEntries * 4 > source.size)
    throw new DiskFormatError('The block table lies outside of the file', at + 16);
  const parent: DiskParent = {
    linkage: guidAt(bytes, 40),
    linkage2: null,
    names: await readNames(source, bytes, at),
  };
  return { tableOffset, tableEntries, blockSize, parent, parentChanged: bytes.readUInt32BE(56) };
};

const readNames = async (source: ByteSource, header: Buffer, at: number): Promise<readonly ParentName[]> => {
  const names: ParentName[] = [];
  for (let i = 0; i < LOCATORS; i++) {
    const entry = LOCATORS_AT + i * LOCATOR_BYTES;
    const kind = PLATFORMS[header.toString('latin1', entry, entry + 4)];
    if (kind === undefined) continue;
    const length = header.readUInt32BE(entry + 8);
    if (length > MAX_LOCATOR_BYTES) throw new DiskFormatError('The path of the parent is too long', at + entry + 8);
    const offset = readSize(
      header.readBigUInt64BE(entry + 16),
      'The offset of the path of the parent',
      at + entry + 16,
    );
    const text = utf16le(await source.read(offset, length, 'The path of the parent'));
    if (text !== '') names.push({ kind, text });
  }
  const name = utf16be(header.subarray(64, 576));
  if (name !== '') names.push({ kind: 'name', text: name });
  return names;
};
