import type { FileHandle } from 'node:fs/promises';
import { readRange } from './read-range.ts';

/** What a qcow2 header says about other files (QEMU docs/interop/qcow2). */
export interface Qcow2Header {
  readonly backingFile: string | null;
  readonly backingFormat: string | null;
  /** Data in another file; its name may be missing from the header. */
  readonly externalData: boolean;
  readonly encrypted: boolean;
}

const MAGIC = 0x514649fb;
const EXTERNAL_DATA_BIT = 2n;
const EXTENSION_BACKING_FORMAT = 0xe2792aca;
const EXTENSION_DATA_FILE = 0x44415441;
const BACKING_NAME_LIMIT = 1023;
const HEADER_BYTES = 65_536;

/** Null: not a qcow2 image, or one whose header breaks the format. */
export async function readQcow2Header(handle: FileHandle): Promise<Qcow2Header | null> {
  const bytes = await readRange(handle, 0, HEADER_BYTES);
  if (bytes.length < 72 || bytes.readUInt32BE(0) !== MAGIC) return null;
  const version = bytes.readUInt32BE(4);
  if (version !== 2 && version !== 3) return null;
  if (version === 3 && bytes.length < 104) return null;
  const backingOffset = bytes.readBigUInt64BE(8);
  const backingSize = bytes.readUInt32BE(16);
  const incompatible = version === 3 ? bytes.readBigUInt64BE(72) : 0n;
  const headerLength = version === 3 ? bytes.readUInt32BE(100) : 72;
  if (headerLength < 72 || headerLength > bytes.length) return null;
  const extensions = readExtensions(bytes, headerLength, backingOffset);
  if (extensions === null) return null;
  const backingFile = backingOffset === 0n ? null : readName(bytes, backingOffset, backingSize);
  if (backingOffset !== 0n && backingFile === null) return null;
  return {
    backingFile,
    backingFormat: extensions.get(EXTENSION_BACKING_FORMAT)?.toString('utf8') ?? null,
    externalData: (incompatible & (1n << EXTERNAL_DATA_BIT)) !== 0n || extensions.has(EXTENSION_DATA_FILE),
    encrypted: bytes.readUInt32BE(32) !== 0,
  };
}

function readExtensions(bytes: Buffer, start: number, backingOffset: bigint): ReadonlyMap<number, Buffer> | null {
  const found = new Map<number, Buffer>();
  const end = backingOffset > 0n && backingOffset < BigInt(bytes.length) ? Number(backingOffset) : bytes.length;
  for (let offset = start; offset + 8 <= end; ) {
    const type = bytes.readUInt32BE(offset);
    const length = bytes.readUInt32BE(offset + 4);
    if (type === 0) return found;
    if (length > end - offset - 8) return null;
    found.set(type, bytes.subarray(offset + 8, offset + 8 + length));
    offset += 8 + Math.ceil(length / 8) * 8;
  }
  return found;
}

function readName(bytes: Buffer, offset: bigint, size: number): string | null {
  if (size === 0 || size > BACKING_NAME_LIMIT || offset + BigInt(size) > BigInt(bytes.length)) return null;
  const name = bytes.toString('utf8', Number(offset), Number(offset) + size);
  return name.includes('\0') ? null : name;
}
