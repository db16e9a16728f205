import { randomBytes, timingSafeEqual } from 'node:crypto';
import { AV } from './av-pairs.ts';
import { bindingFits, type ChannelBindingPolicy, targetFits } from './channel-bindings.ts';
import { NtlmFormatError } from './fields.ts';
import { challengeFlags, has, NTLM } from './flags.ts';
import { hmacMd5, responseKey } from './keys.ts';
import {
  type AuthenticateMessage,
  type NtlmV2Response,
  readAuthenticate,
  readNegotiate,
  readNtlmV2,
  takeMic,
  writeChallenge,
} from './messages.ts';
import { Rc4 } from './rc4.ts';
import { NtlmSession } from './session.ts';

/** An account that may log in by NTLM. */
export interface NtlmAccount<A> {
  readonly account: A;
  readonly ntHash: Buffer;
}

export interface NtlmServer<A> {
  readonly hostName: string;
  /** The account of a user and domain as the client wrote them. */
  readonly findAccount: (user: string, domain: string) => NtlmAccount<A> | undefined;
  readonly channelBinding: ChannelBindingPolicy;
  /** Other names of this host, in lower case. */
  readonly otherNames?: readonly string[];
}

export type NtlmRefusal =
  | 'malformed'
  | 'no challenge was given'
  | 'anonymous'
  | 'not NTLMv2'
  | 'unknown user or wrong password'
  | 'message integrity'
  | 'old challenge'
  | 'channel binding'
  | 'another service';

export type NtlmOutcome<A> =
  | { readonly ok: true; readonly account: A; readonly session: NtlmSession | null }
  /** Why, for the log only: a client learns no more than that it did not get in. */
  | { readonly ok: false; readonly reason: NtlmRefusal; readonly user: string };

/** Unix epoch in FILETIME, 100 ns since 1601. */
const EPOCH = 116_444_736_000_000_000n;

const fileTime = (): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(Date.now()) * 10_000n + EPOCH);
  return bytes;
};

/** Stands for the hash of accounts that do not exist, so that they cost the same work. */
const NOBODY = randomBytes(16);

const netbiosName = (host: string): string => (host.split('.')[0] ?? host).slice(0, 15).toUpperCase();

/** The account behind a log-in, and what proves it. */
interface Proven<A> {
  readonly account: A;
  readonly baseKey: Buffer;
}

interface Challenged {
  readonly negotiate: Buffer;
  readonly challenge: Buffer;
  readonly nonce: Buffer;
  readonly timestamp: Buffer;
  readonly flags: number;
}

/** One log-in by NTLMv2, on the server's side (MS-NLMP 3.2.5): a challenge, and one answer to it. */
export class NtlmAcceptor<A> {
  readonly #server: NtlmServer<A>;
  /** Of the TLS connection; null without TLS. */
  readonly #endPoint: Buffer | null;
  #challenged: Challenged | undefined;

  constructor(server: NtlmServer<A>, endPoint: Buffer | null) {
    this.#server = server;
    this.#endPoint = endPoint;
  }

  /** CHALLENGE for a NEGOTIATE. @throws NtlmFormatError */
  challenge(negotiate: Buffer): Buffer {
    const flags = challengeFlags(readNegotiate(negotiate));
    const nonce = randomBytes(8);
    const timestamp = fileTime();
    const challenge = writeChallenge({
      flags,
      challenge: nonce,
      netbiosName: netbiosName(this.#server.hostName),
      dnsName: this.#server.hostName.toLowerCase(),
      timestamp,
    });
    this.#challenged = { negotiate: Buffer.from(negotiate), challenge, nonce, timestamp, flags };
    return challenge;
  }

  /** User name in an AUTHENTICATE, for what must be known before anything is checked; '' when there is none. */
  static userOf(authenticate: Buffer): string {
    try {
      return readAuthenticate(authenticate).user;
    } catch {
      return '';
    }
  }

  /** Judge an AUTHENTICATE. The challenge is used up by it, whatever comes out. */
  authenticate(token: Buffer): NtlmOutcome<A> {
    const challenged = this.#challenged;
    this.#challenged = undefined;
    let user = '';
    try {
      const message = readAuthenticate(token);
      user = message.user;
      if (challenged === undefined) return { ok: false, reason: 'no challenge was given', user };
      return this.#judge(challenged, message, token);
    } catch (error) {
      if (!(error instanceof NtlmFormatError)) throw error;
      return { ok: false, reason: 'malformed', user };
    }
  }

  #judge(challenged: Challenged, message: AuthenticateMessage, token: Buffer): NtlmOutcome<A> {
    const { user } = message;
    const refuse = (reason: NtlmRefusal): NtlmOutcome<A> => ({ ok: false, reason, user });
    if (user === '' || message.ntResponse.length === 0) return refuse('anonymous');
    const response = readNtlmV2(message.ntResponse);
    if (response === undefined) return refuse('not NTLMv2');
    const proven = this.#prove(challenged, message, response);
    if (proven === undefined) return refuse('unknown user or wrong password');

    // A flag that was not offered was put in on the way.
    const flags = (message.flags & challenged.flags) >>> 0;
    const sessionKey = exportedKey(proven.baseKey, message, flags);
    if (sessionKey === undefined) return refuse('malformed');
    if (response.mic && !micFits(sessionKey, challenged, token)) return refuse('message integrity');
    const echoed = response.attributes.get(AV.timestamp);
    if (echoed !== undefined && !echoed.equals(challenged.timestamp)) return refuse('old challenge');
    const bound = response.attributes.get(AV.channelBindings);
    if (!bindingFits(this.#server.channelBinding, this.#endPoint, bound)) return refuse('channel binding');
    const { hostName, otherNames = [] } = this.#server;
    const short = hostName.split('.')[0] ?? hostName;
    const hosts = new Set([hostName.toLowerCase(), short.toLowerCase(), ...otherNames]);
    if (!targetFits(this.#server.channelBinding, hosts, response.attributes.get(AV.targetName)))
      return refuse('another service');
    return {
      ok: true,
      account: proven.account,
      session: has(flags, NTLM.extendedSessionSecurity) ? new NtlmSession(sessionKey, flags) : null,
    };
  }

  #prove(challenged: Challenged, message: AuthenticateMessage, response: NtlmV2Response): Proven<A> | undefined {
    const found = this.#server.findAccount(message.user, message.domain);
    const key = responseKey(found?.ntHash ?? NOBODY, message.user, message.domain);
    const proof = hmacMd5(key, challenged.nonce, response.blob);
    const fits = timingSafeEqual(proof, response.proof);
    if (!fits || found === undefined) return undefined;
    return { account: found.account, baseKey: hmacMd5(key, proof) };
  }
}

/** ExportedSessionKey; undefined when the client agreed on an exchange and sent no key. */
function exportedKey(baseKey: Buffer, message: AuthenticateMessage, flags: number): Buffer | undefined {
  if (!has(flags, NTLM.keyExchange)) return baseKey;
  if (message.encryptedSessionKey.length !== 16) return undefined;
  return new Rc4(baseKey).apply(message.encryptedSessionKey);
}

function micFits(sessionKey: Buffer, challenged: Challenged, token: Buffer): boolean {
  const { mic, without } = takeMic(token);
  return timingSafeEqual(hmacMd5(sessionKey, challenged.negotiate, challenged.challenge, without), mic);
}
