import type { FileHandle } from 'node:fs/promises';
import { readRange } from './read-range.ts';

/**
 * Is a VHDX a differencing one? (MS-VHDX 2.2.3 region table, 2.6 metadata region.) Null: not a VHDX, or a broken one.
 * QEMU refuses those with "Operation not supported"; we say why, and before QEMU sees the file.
 */
export async function vhdxHasParent(handle: FileHandle): Promise<boolean | null> {
  const signature = await readRange(handle, 0, 8);
  if (signature.toString('latin1') !== 'vhdxfile') return null;
  for (const table of REGION_TABLES) {
    const metadata = regionOffset(await readRange(handle, table, TABLE_BYTES));
    if (metadata === null) continue;
    return hasParentFlag(handle, metadata);
  }
  return null;
}

const REGION_TABLES = [192 * 1024, 256 * 1024] as const;
const TABLE_BYTES = 65_536;
const ENTRIES_LIMIT = 2047;
const METADATA_REGION = guidBytes('8B7CA206-4790-4B9A-B8FE-575F050F886E');
const FILE_PARAMETERS = guidBytes('CAA16737-FA36-4D43-B3B6-33F0AA44E76B');
const HAS_PARENT = 2;

function regionOffset(table: Buffer): number | null {
  if (table.length !== TABLE_BYTES || table.toString('latin1', 0, 4) !== 'regi') return null;
  const count = Math.min(table.readUInt32LE(8), ENTRIES_LIMIT);
  for (let entry = 16; entry < 16 + count * 32; entry += 32) {
    if (!table.subarray(entry, entry + 16).equals(METADATA_REGION)) continue;
    const offset = table.readBigUInt64LE(entry + 16);
    return offset <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(offset) : null;
  }
  return null;
}

async function hasParentFlag(handle: FileHandle, region: number): Promise<boolean | null> {
  const table = await readRange(handle, region, TABLE_BYTES);
  if (table.length !== TABLE_BYTES || table.toString('latin1', 0, 8) !== 'metadata') return null;
  const count = Math.min(table.readUInt16LE(10), ENTRIES_LIMIT);
  for (let entry = 32; entry < 32 + count * 32; entry += 32) {
    if (!table.subarray(entry, entry + 16).equals(FILE_PARAMETERS)) continue;
    const parameters = await readRange(handle, region + table.readUInt32LE(entry + 16), 8);
    return parameters.length === 8 ? (parameters.readUInt32LE(4) & HAS_PARENT) !== 0 : null;
  }
  return null;
}

/** First three fields little-endian, as Windows writes GUIDs. */
function guidBytes(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
