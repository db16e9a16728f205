import { createHash, createHmac } from 'node:crypto';
import { has, NTLM } from './flags.ts';
import { md4 } from './md4.ts';

const md5 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export const hmacMd5 = (key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer => {
  const hmac = createHmac('md5', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
};

/** What stands for the password in NTLM; whoever has it can log in, so it is stored sealed and never shown. */
export const ntHash = (password: string): Buffer => md4(Buffer.from(password, 'utf16le'));

/** One code unit for one, as Windows does it: "ß" stays, it does not become "SS" (wire-auth §5). */
const upperCase = (text: string): string =>
  text
    .split('')
    .map((unit) => {
      const upper = unit.toUpperCase();
      return upper.length === 1 ? upper : unit;
    })
    .join('');

/** NTOWFv2: user in upper case, domain exactly as the client sent it. */
export const responseKey = (hash: Uint8Array, user: string, domain: string): Buffer =>
  hmacMd5(hash, Buffer.from(upperCase(user) + domain, 'utf16le'));

export type Direction = 'client' | 'server';

const MAGIC = {
  client: 'session key to client-to-server',
  server: 'session key to server-to-client',
} as const;

const derive = (key: Uint8Array, direction: Direction, purpose: 'signing' | 'sealing'): Buffer =>
  md5(key, Buffer.from(`${MAGIC[direction]} ${purpose} key magic constant\0`, 'latin1'));

export const signKey = (sessionKey: Uint8Array, direction: Direction): Buffer =>
  derive(sessionKey, direction, 'signing');

/** Weaker keys only where a client could not do better. */
export function sealKey(sessionKey: Uint8Array, flags: number, direction: Direction): Buffer {
  const bytes = has(flags, NTLM.key128) ? 16 : has(flags, NTLM.key56) ? 7 : 5;
  return derive(sessionKey.subarray(0, bytes), direction, 'sealing');
}
