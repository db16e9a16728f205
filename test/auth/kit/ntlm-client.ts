import { randomBytes } from 'node:crypto';
import { AV, type AvPairs, readAvPairs, writeAvPairs } from '../../../src/auth/ntlm/av-pairs.ts';
import { readField, writeField, writeHead } from '../../../src/auth/ntlm/fields.ts';
import { has, NTLM } from '../../../src/auth/ntlm/flags.ts';
import { hmacMd5, ntHash, responseKey } from '../../../src/auth/ntlm/keys.ts';
import { Rc4 } from '../../../src/auth/ntlm/rc4.ts';
import { NtlmSession } from '../../../src/auth/ntlm/session.ts';

/** What a modern client asks for. */
export const MODERN =
  NTLM.unicode |
  NTLM.requestTarget |
  NTLM.sign |
  NTLM.seal |
  NTLM.ntlm |
  NTLM.alwaysSign |
  NTLM.extendedSessionSecurity |
  NTLM.key128 |
  NTLM.keyExchange;

export function negotiateMessage(flags: number = MODERN, version = true): Buffer {
  const head = Buffer.alloc(version ? 40 : 32);
  writeHead(head, 1);
  head.writeUInt32LE(flags >>> 0, 12);
  writeField(head, 16, 0, head.length);
  writeField(head, 24, 0, head.length);
  return head;
}

export interface Challenge {
  readonly flags: number;
  readonly nonce: Buffer;
  readonly targetName: Buffer;
  readonly info: AvPairs;
  readonly whole: Buffer;
}

export function readChallenge(token: Buffer): Challenge {
  return {
    flags: token.readUInt32LE(20),
    nonce: token.subarray(24, 32),
    targetName: readField(token, 12),
    info: readAvPairs(readField(token, 40)),
    whole: token,
  };
}

export interface ClientOptions {
  readonly user: string;
  readonly password: string;
  readonly domain?: string;
  /** Flags of the AUTHENTICATE; those of the challenge by default. */
  readonly flags?: number;
  readonly mic?: boolean;
  readonly bindings?: Buffer;
  /** Name of the wanted service. */
  readonly target?: string;
  readonly timestamp?: Buffer;
  /** Another response than NTLMv2's. */
  readonly ntResponse?: Buffer;
}

export interface ClientAnswer {
  readonly token: Buffer;
  readonly session: NtlmSession;
}

/** AUTHENTICATE for a challenge, and the client's end of the session. */
export function answerChallenge(negotiate: Buffer, challenge: Challenge, options: ClientOptions): ClientAnswer {
  const flags = options.flags ?? challenge.flags;
  const { user, domain = '' } = options;
  const withMic = options.mic ?? true;
  const info: [number, Buffer][] = [...challenge.info].filter(([id]) => id !== AV.timestamp);
  info.push([AV.timestamp, options.timestamp ?? challenge.info.get(AV.timestamp) ?? Buffer.alloc(8)]);
  if (withMic) info.push([AV.flags, Buffer.from([2, 0, 0, 0])]);
  if (options.target !== undefined) info.push([AV.targetName, Buffer.from(options.target, 'utf16le')]);
  if (options.bindings !== undefined) info.push([AV.channelBindings, options.bindings]);
  const blob = Buffer.concat([
    Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]),
    Buffer.alloc(8),
    randomBytes(8),
    Buffer.alloc(4),
    writeAvPairs(info),
    Buffer.alloc(4),
  ]);
  const key = responseKey(ntHash(options.password), user, domain);
  const proof = hmacMd5(key, challenge.nonce, blob);
  const baseKey = hmacMd5(key, proof);
  const exchange = has(flags, NTLM.keyExchange);
  const sessionKey = exchange ? randomBytes(16) : baseKey;
  const text = (value: string): Buffer => Buffer.from(value, has(flags, NTLM.unicode) ? 'utf16le' : 'latin1');
  const token = assemble(flags, [
    [12, Buffer.alloc(0)],
    [20, options.ntResponse ?? Buffer.concat([proof, blob])],
    [28, text(domain)],
    [36, text(user)],
    [44, text('CLIENT')],
    [52, exchange ? new Rc4(baseKey).apply(sessionKey) : Buffer.alloc(0)],
  ]);
  if (withMic) token.set(hmacMd5(sessionKey, negotiate, challenge.whole, token), 72);
  return { token, session: new NtlmSession(sessionKey, flags, 'client') };
}

function assemble(flags: number, fields: readonly (readonly [number, Buffer])[]): Buffer {
  const head = Buffer.alloc(88);
  writeHead(head, 3);
  head.writeUInt32LE(flags >>> 0, 60);
  let offset = head.length;
  for (const [at, value] of fields) {
    writeField(head, at, value.length, offset);
    offset += value.length;
  }
  return Buffer.concat([head, ...fields.map(([, value]) => value)]);
}
