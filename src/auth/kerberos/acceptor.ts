import { createHash, randomInt } from 'node:crypto';
import { bindingFits, type ChannelBindingPolicy } from '../ntlm/channel-bindings.ts';
import { OID } from '../spnego/tokens.ts';
import { KerberosKey, USAGE } from './encryption.ts';
import type { KeytabEntry } from './keytab.ts';
import {
  type ApRequest,
  apRequestOf,
  type Authenticator,
  type EncryptedData,
  frameApReply,
  readApRequest,
  readAuthenticator,
  readTicketPart,
  type TicketPart,
  writeApReply,
  writeApReplyPart,
} from './messages.ts';
import { ReplayCache } from './replay-cache.ts';
import { KerberosSession } from './session.ts';

export interface KerberosOptions<A> {
  readonly keytab: readonly KeytabEntry[];
  /** The account of `alice@REALM`. */
  readonly findAccount: (principal: string) => A | undefined;
  readonly channelBinding: ChannelBindingPolicy;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** What was used before; missing: nothing, and it is known in memory alone. */
  readonly replays?: ReplayCache;
  /** What was used before this moment may not be known: older authenticators are refused. Milliseconds since 1970. */
  readonly notBefore?: number;
}

export type KerberosRefusal =
  | 'no key for the ticket'
  | 'ticket or authenticator is forged'
  | 'ticket is not valid now'
  | 'clocks differ by more than five minutes'
  | 'replayed'
  | 'older than this service'
  | 'no checksum of GSS-API'
  | 'channel binding'
  | 'no account for the principal';

export type KerberosOutcome<A> =
  | {
      readonly ok: true;
      readonly account: A;
      readonly session: KerberosSession;
      readonly token: Buffer | null;
      /** The ticket is over then; milliseconds since 1970. */
      readonly until: number;
    }
  | { readonly ok: false; readonly reason: KerberosRefusal; readonly user: string };

/** How far clocks may differ (RFC 4120 §1.6). */
const SKEW_MS = 5 * 60_000;
/** Keys that a ticket is tried with when it does not say which. */
const MOST_KEYS = 16;
/** Checksum of the authenticator that carries the wishes of GSS-API (RFC 4121 §4.1.1). */
const GSS_CHECKSUM = 0x8003;
const GSS_FLAG = { mutual: 0x02, confidentiality: 0x10 } as const;

interface Wishes {
  readonly binding: Buffer;
  readonly flags: number;
}

/** Accepts clients that hold a ticket for this service (RFC 4120 §3.2.3, RFC 4121). One for the whole service. */
export class KerberosServer<A> {
  readonly #options: KerberosOptions<A>;
  readonly #replays: ReplayCache;

  constructor(options: KerberosOptions<A>) {
    this.#options = options;
    this.#replays = options.replays ?? new ReplayCache();
  }

  /**
   * `inner` is what follows the mechanism's identifier in the client's token; `endPoint` as in NTLM.
   * @throws DerError for bytes that are no AP-REQ
   */
  accept(inner: Buffer, endPoint: Buffer | null): KerberosOutcome<A> {
    const request = readApRequest(apRequestOf(inner));
    const part = this.#open(request);
    if (part === null) return refused('no key for the ticket');
    const now = this.#options.now?.() ?? Date.now();
    if (part.invalid || part.start > now + SKEW_MS || part.end < now - SKEW_MS)
      return refused('ticket is not valid now', part.client);
    const sessionKey = keyOf(part.key);
    const proof = sessionKey === null ? null : openAuthenticator(sessionKey, request.authenticator);
    if (sessionKey === null || proof?.client !== part.client)
      return refused('ticket or authenticator is forged', part.client);
    if (Math.abs(proof.time - now) > SKEW_MS) return refused('clocks differ by more than five minutes', part.client);
    if (proof.time < (this.#options.notBefore ?? 0)) return refused('older than this service', part.client);
    const used = createHash('sha256').update(request.authenticator.cipher).digest('base64');
    if (!this.#replays.use(used, now + 2 * SKEW_MS, now)) return refused('replayed', part.client);
    return this.#enter(part, proof, sessionKey, endPoint);
  }

  #enter(part: TicketPart, proof: Authenticator, sessionKey: KerberosKey, endPoint: Buffer | null): KerberosOutcome<A> {
    const wishes = wishesOf(proof);
    if (wishes === null) return refused('no checksum of GSS-API', part.client);
    if (!bindingFits(this.#options.channelBinding, endPoint, wishes.binding))
      return refused('channel binding', part.client);
    const account = this.#options.findAccount(part.client);
    if (account === undefined) return refused('no account for the principal', part.client);
    const mutual = (wishes.flags & GSS_FLAG.mutual) !== 0;
    const send = mutual ? randomInt(2 ** 30) : proof.sequence;
    // Without a key of its own from us the client's is the one of the context (RFC 4121 §2).
    const contextKey = proof.subkey === null ? sessionKey : keyOf(proof.subkey);
    if (contextKey === null) return refused('ticket or authenticator is forged', part.client);
    const sealing = (wishes.flags & GSS_FLAG.confidentiality) !== 0;
    return {
      ok: true,
      account,
      session: new KerberosSession(contextKey, sealing, { receive: proof.sequence, send }),
      token: mutual ? reply(sessionKey, proof, send) : null,
      until: part.end + SKEW_MS,
    };
  }

  /** The keys that fit what the ticket says, those of its service first: clients write host names in many ways. */
  #open({ ticket }: ApRequest): TicketPart | null {
    const { etype, version, cipher } = ticket.encrypted;
    const fitting = this.#options.keytab
      .filter(({ key, version: held }) => key.etype === etype && (version === null || held === (version & 0xffffffff)))
      .toSorted((a, b) => Number(b.principal === ticket.service) - Number(a.principal === ticket.service));
    for (const { key } of fitting.slice(0, MOST_KEYS)) {
      const plain = key.decrypt(USAGE.ticket, cipher);
      if (plain !== undefined) return readTicketPart(plain);
    }
    return null;
  }
}

const refused = (reason: KerberosRefusal, user = ''): KerberosOutcome<never> => ({ ok: false, reason, user });

const keyOf = ({ etype, key }: { readonly etype: number; readonly key: Buffer }): KerberosKey | null => {
  try {
    return new KerberosKey(etype, key);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
};

const openAuthenticator = (key: KerberosKey, { etype, cipher }: EncryptedData): Authenticator | null => {
  const plain = etype === key.etype ? key.decrypt(USAGE.authenticator, cipher) : undefined;
  return plain === undefined ? null : readAuthenticator(plain);
};

const wishesOf = ({ checksum }: Authenticator): Wishes | null => {
  if (checksum === null || checksum.type !== GSS_CHECKSUM) return null;
  const { bytes } = checksum;
  if (bytes.length < 24 || bytes.readUInt32LE(0) !== 16) return null;
  return { binding: bytes.subarray(4, 20), flags: bytes.readUInt32LE(20) };
};

const reply = (key: KerberosKey, proof: Authenticator, sequence: number): Buffer =>
  frameApReply(OID.kerberos, writeApReply(key.etype, key.encrypt(USAGE.apRep, writeApReplyPart(proof, sequence))));
