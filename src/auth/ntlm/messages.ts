import { AV, AV_FLAG_MIC, type AvPairs, readAvPairs, writeAvPairs } from './av-pairs.ts';
import { decodeText, encodeText, expectMessage, NtlmFormatError, readField, writeField, writeHead } from './fields.ts';
import { has, NTLM } from './flags.ts';

/** Flags of a NEGOTIATE; its domain and workstation say nothing that a server needs. @throws NtlmFormatError */
export function readNegotiate(token: Buffer): number {
  expectMessage(token, 1, 16);
  return token.readUInt32LE(12);
}

export interface ChallengeParts {
  readonly flags: number;
  /** Eight random bytes. */
  readonly challenge: Buffer;
  /** NetBIOS name of this host, which is its domain too. */
  readonly netbiosName: string;
  readonly dnsName: string;
  /** FILETIME, eight bytes; its presence makes clients send a MIC (wire-auth §5). */
  readonly timestamp: Buffer;
}

const CHALLENGE_HEAD = 56;

/** What Windows Server 2022 says here; clients look at the last byte only, the NTLM revision. */
const VERSION = Buffer.from([10, 0, 0x7c, 0x4f, 0, 0, 0, 15]);

export function writeChallenge(parts: ChallengeParts): Buffer {
  const target = encodeText(parts.netbiosName, has(parts.flags, NTLM.unicode));
  // Attributes are UTF-16LE whatever was negotiated.
  const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
  const info = writeAvPairs([
    [AV.netbiosDomain, utf16(parts.netbiosName)],
    [AV.netbiosComputer, utf16(parts.netbiosName)],
    [AV.dnsDomain, utf16(parts.dnsName)],
    [AV.dnsComputer, utf16(parts.dnsName)],
    [AV.timestamp, parts.timestamp],
  ]);
  const head = Buffer.alloc(CHALLENGE_HEAD);
  writeHead(head, 2);
  writeField(head, 12, target.length, CHALLENGE_HEAD);
  head.writeUInt32LE(parts.flags, 20);
  head.set(parts.challenge, 24);
  writeField(head, 40, info.length, CHALLENGE_HEAD + target.length);
  head.set(VERSION, 48);
  return Buffer.concat([head, target, info]);
}

export interface AuthenticateMessage {
  readonly flags: number;
  readonly user: string;
  /** As the client wrote it, for it is hashed (wire-auth §5). */
  readonly domain: string;
  readonly ntResponse: Buffer;
  readonly encryptedSessionKey: Buffer;
}

const AUTHENTICATE_HEAD = 64;

/** @throws NtlmFormatError */
export function readAuthenticate(token: Buffer): AuthenticateMessage {
  expectMessage(token, 3, AUTHENTICATE_HEAD);
  const flags = token.readUInt32LE(60);
  const unicode = has(flags, NTLM.unicode);
  return {
    flags,
    user: decodeText(readField(token, 36), unicode),
    domain: decodeText(readField(token, 28), unicode),
    ntResponse: readField(token, 20),
    encryptedSessionKey: readField(token, 52),
  };
}

/** The response of NTLMv2, taken apart. */
export interface NtlmV2Response {
  readonly proof: Buffer;
  /** What was proven over: everything behind the proof. */
  readonly blob: Buffer;
  readonly attributes: AvPairs;
  /** The client says that its message carries a MIC. */
  readonly mic: boolean;
}

const PROOF = 16;
const BLOB_HEAD = 28;

/**
 * undefined: not NTLMv2 (NTLMv1 has 24 bytes), which is refused.
 * @throws NtlmFormatError
 */
export function readNtlmV2(response: Buffer): NtlmV2Response | undefined {
  if (response.length < PROOF + BLOB_HEAD + 4) return undefined;
  const blob = response.subarray(PROOF);
  if (blob[0] !== 1 || blob[1] !== 1) return undefined;
  const attributes = readAvPairs(blob.subarray(BLOB_HEAD));
  const flags = attributes.get(AV.flags);
  if (flags !== undefined && flags.length !== 4) throw new NtlmFormatError('The flags attribute has another length.');
  return {
    proof: response.subarray(0, PROOF),
    blob,
    attributes,
    mic: flags !== undefined && has(flags.readUInt32LE(0), AV_FLAG_MIC),
  };
}

const MIC_AT = 72;
const MIC_END = 88;

/** The MIC and the message as it was when the MIC was made over it. @throws NtlmFormatError */
export function takeMic(token: Buffer): { readonly mic: Buffer; readonly without: Buffer } {
  if (token.length < MIC_END) throw new NtlmFormatError('The message has no room for its MIC.');
  const without = Buffer.from(token);
  without.fill(0, MIC_AT, MIC_END);
  return { mic: token.subarray(MIC_AT, MIC_END), without };
}
