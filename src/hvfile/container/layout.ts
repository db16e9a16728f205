import { crc32 } from 'node:zlib';

/** Facts of the container that readers and the writer share (hyperv-files §2). Little-endian, packed. */
export const FILE_SIGNATURE = 0x0128_2014;
export const OBJECT_TABLE_SIGNATURE = 0x0111_0001;
export const REPLAY_LOG_SIGNATURE = 0x0111_0003;
export const KEY_TABLE_SIGNATURE = 0x0002;

export const HEADER_COPIES: readonly number[] = [0, 4096];
export const FIRST_OBJECT_TABLE = 8192;

export const HEADER_SIZE = 46;
export const OBJECT_TABLE_HEADER_SIZE = 8;
export const OBJECT_ENTRY_SIZE = 18;
export const LOG_HEADER_SIZE = 34;
export const LOG_ENTRY_SIZE = 28;
export const KEY_TABLE_HEADER_SIZE = 10;
export const KEY_ENTRY_SIZE = 21;

/** (major << 8) | minor. Before 2.0 key names were UTF-16 or the layout was another one. */
export const OLDEST_VERSION = 0x0200;
export const NEWEST_VERSION = 0x0400;
/** Checksums of object entries mean something from here on. */
export const OBJECT_CHECKSUM_VERSION = 0x0301;
/** Children have an order of their own from here on. */
export const ORDERED_VERSION = 0x0400;

export const OBJECT = { empty: 0, objectTable: 1, keyTable: 2, fileObject: 3, free: 4 } as const;
export const OBJECT_ALLOCATED = 0x01;

export const KEY = { free: 1, int: 3, uint: 4, double: 5, string: 6, bytes: 7, bool: 8, node: 9 } as const;
export const KEY_IN_FILE_OBJECT = 0x01;

/** Values of this size and above lie in a file object. */
export const OBJECT_THRESHOLD = 2048;

/** CRC-32 (zlib's, not the CRC-32C of VHDX) of a range whose own checksum field counts as zero. Changes `bytes` there. */
export const checksum = (bytes: Buffer, start: number, end: number, field: number): number => {
  bytes.writeUInt32LE(0, field);
  return crc32(bytes.subarray(start, end));
};

export const hex = (value: number, digits = 8): string => `0x${value.toString(16).padStart(digits, '0')}`;
