/** NegotiateFlags of MS-NLMP 2.2.2.5, those that are spoken here. */
export const NTLM = {
  unicode: 0x0000_0001,
  oem: 0x0000_0002,
  requestTarget: 0x0000_0004,
  sign: 0x0000_0010,
  seal: 0x0000_0020,
  ntlm: 0x0000_0200,
  alwaysSign: 0x0000_8000,
  targetTypeServer: 0x0002_0000,
  extendedSessionSecurity: 0x0008_0000,
  targetInfo: 0x0080_0000,
  version: 0x0200_0000,
  key128: 0x2000_0000,
  keyExchange: 0x4000_0000,
  key56: 0x8000_0000,
} as const;

export const has = (flags: number, flag: number): boolean => (flags & flag) !== 0;

/** What a client may ask for and get. */
const GRANTED = NTLM.requestTarget | NTLM.sign | NTLM.seal | NTLM.key128 | NTLM.keyExchange | NTLM.key56;

const ALWAYS =
  NTLM.targetInfo | NTLM.targetTypeServer | NTLM.ntlm | NTLM.alwaysSign | NTLM.extendedSessionSecurity | NTLM.version;

/**
 * Flags of the CHALLENGE for those of a NEGOTIATE: exactly one character set, Unicode when the client has it, for
 * gss-ntlmssp stops at two (wire-auth §5.1).
 */
export const challengeFlags = (client: number): number =>
  ((client & GRANTED) | ALWAYS | (has(client, NTLM.unicode) || !has(client, NTLM.oem) ? NTLM.unicode : NTLM.oem)) >>> 0;
