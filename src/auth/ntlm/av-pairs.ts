import { NtlmFormatError } from './fields.ts';

/** Ids of the attribute-value pairs (MS-NLMP 2.2.2.1). */
export const AV = {
  end: 0,
  netbiosComputer: 1,
  netbiosDomain: 2,
  dnsComputer: 3,
  dnsDomain: 4,
  flags: 6,
  timestamp: 7,
  targetName: 9,
  channelBindings: 10,
} as const;

/** Bit of AV.flags: the message carries a MIC. */
export const AV_FLAG_MIC = 0x2;

export type AvPairs = ReadonlyMap<number, Buffer>;

/** @throws NtlmFormatError when a pair is cut off, comes twice, or the end is missing */
export function readAvPairs(bytes: Buffer): AvPairs {
  const pairs = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= bytes.length; ) {
    const id = bytes.readUInt16LE(at);
    const length = bytes.readUInt16LE(at + 2);
    if (id === AV.end) return pairs;
    if (at + 4 + length > bytes.length) throw new NtlmFormatError('An attribute is cut off.');
    // Twice the same attribute could be read one way here and the other way elsewhere.
    if (pairs.has(id)) throw new NtlmFormatError('An attribute comes twice.');
    pairs.set(id, bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  throw new NtlmFormatError('The attributes have no end.');
}

export function writeAvPairs(pairs: readonly (readonly [number, Buffer])[]): Buffer {
  const pair = (id: number, value: Buffer): Buffer => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(id, 0);
    head.writeUInt16LE(value.length, 2);
    return Buffer.concat([head, value]);
  };
  return Buffer.concat([...pairs.map(([id, value]) => pair(id, value)), pair(AV.end, Buffer.alloc(0))]);
}
