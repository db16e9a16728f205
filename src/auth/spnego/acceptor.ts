import type { KerberosOutcome, KerberosRefusal, KerberosServer } from '../kerberos/acceptor.ts';
import { NtlmAcceptor, type NtlmOutcome, type NtlmRefusal, type NtlmServer } from '../ntlm/acceptor.ts';
import { isNtlm, MAX_TOKEN_BYTES, messageType, NtlmFormatError } from '../ntlm/fields.ts';
import { context, DerError, TAG } from '../der.ts';
import { OID, readInitialContext, readNegTokenInit, readNegTokenResp, writeNegTokenResp } from './tokens.ts';

/** What may be behind Negotiate; null: it is not offered. */
export interface NegotiateServers<A> {
  readonly ntlm: NtlmServer<A> | null;
  readonly kerberos: KerberosServer<A> | null;
}

/** Messages under the keys of a log-in. */
export interface SecuritySession {
  /** Client and service agreed on encryption. */
  readonly sealing: boolean;
  seal(message: Uint8Array): { readonly signature: Buffer; readonly sealed: Buffer };
  /** undefined: forged or out of sequence. */
  unseal(message: { readonly signature: Buffer; readonly sealed: Buffer }): Buffer | undefined;
}

export type NegotiateRefusal = NtlmRefusal | KerberosRefusal | 'no common mechanism';

export type NegotiateStep<A> =
  /** Send `token` with a 401 and wait for the next one. */
  | { readonly kind: 'continue'; readonly token: Buffer }
  /** `token`, if any, goes with the answer. */
  | {
      readonly kind: 'done';
      readonly account: A;
      readonly session: SecuritySession | null;
      readonly token: Buffer | null;
      /** The log-in is over then, milliseconds since 1970; not given: it has no end of its own. */
      readonly until?: number;
    }
  | { readonly kind: 'refused'; readonly reason: NegotiateRefusal; readonly user: string };

/** SPNEGO as far as it has come. */
interface Spnego {
  readonly mechanismList: Buffer;
  /** NTLM was not the client's first choice, so nobody on the way may have struck out the better one (RFC 4178 §5). */
  readonly micRequired: boolean;
}

const refused = (reason: NegotiateRefusal, user = ''): NegotiateStep<never> => ({
  kind: 'refused',
  reason,
  user,
});

const KERBEROS: ReadonlySet<string> = new Set([OID.kerberos, OID.microsoftKerberos]);

/** One log-in by the Negotiate scheme: NTLM or Kerberos, inside SPNEGO or bare (wire-auth §4). */
export class NegotiateAcceptor<A> {
  readonly #ntlm: NtlmAcceptor<A> | null;
  readonly #kerberos: KerberosServer<A> | null;
  readonly #endPoint: Buffer | null;
  /** undefined: the client speaks bare NTLM, or has not spoken. */
  #spnego: Spnego | undefined;

  constructor({ ntlm, kerberos }: NegotiateServers<A>, endPoint: Buffer | null) {
    this.#ntlm = ntlm === null ? null : new NtlmAcceptor(ntlm, endPoint);
    this.#kerberos = kerberos;
    this.#endPoint = endPoint;
  }

  /** Is this a client's first token? Whatever was under way is over then. */
  static begins(token: Buffer): boolean {
    return token[0] === TAG.application || messageType(token) === 1;
  }

  /** User who a token says to be, when it is the one to be judged; undefined: the token proves nothing yet. */
  static claimedUser(token: Buffer): string | undefined {
    let ntlm: Buffer | null = token;
    if (token[0] === context(1)) {
      try {
        ntlm = readNegTokenResp(token).token;
      } catch {
        return undefined;
      }
    }
    if (ntlm === null || messageType(ntlm) !== 3) return undefined;
    return NtlmAcceptor.userOf(ntlm);
  }

  accept(token: Buffer): NegotiateStep<A> {
    if (token.length > MAX_TOKEN_BYTES) return refused('malformed');
    try {
      if (isNtlm(token)) return this.#bare(token);
      return token[0] === TAG.application ? this.#init(token) : this.#respond(token);
    } catch (error) {
      if (error instanceof NtlmFormatError || error instanceof DerError) return refused('malformed');
      throw error;
    }
  }

  #bare(token: Buffer): NegotiateStep<A> {
    const ntlm = this.#ntlm;
    if (ntlm === null) return refused('no common mechanism');
    if (this.#spnego !== undefined) return refused('malformed');
    if (messageType(token) === 1) return { kind: 'continue', token: ntlm.challenge(token) };
    const outcome = ntlm.authenticate(token);
    return outcome.ok
      ? { kind: 'done', account: outcome.account, session: outcome.session, token: null }
      : refused(outcome.reason, outcome.user);
  }

  #init(token: Buffer): NegotiateStep<A> {
    const { mechanism, inner } = readInitialContext(token);
    if (KERBEROS.has(mechanism)) return this.#ticket(inner, null);
    if (mechanism !== OID.spnego) return refused('no common mechanism');
    const init = readNegTokenInit(inner);
    const [preferred = ''] = init.mechanisms;
    // A ticket comes with the first choice or not at all: whoever has one prefers it.
    if (this.#kerberos !== null && KERBEROS.has(preferred) && init.token !== null)
      return this.#ticket(readInitialContext(init.token).inner, preferred);
    const place = this.#ntlm === null ? -1 : init.mechanisms.indexOf(OID.ntlm);
    if (place < 0) return refused('no common mechanism');
    this.#spnego = { mechanismList: Buffer.from(init.mechanismList), micRequired: place > 0 };
    // The token of a client is for its first choice; for another one it has to send it again.
    if (place > 0 || init.token === null) {
      const state = place > 0 ? 'requestMic' : 'incomplete';
      return { kind: 'continue', token: writeNegTokenResp({ state, mechanism: OID.ntlm }) };
    }
    return this.#challenge(init.token, true);
  }

  /** Kerberos takes one token; `mechanism` is the name that SPNEGO's client has for it, null: it is bare. */
  #ticket(inner: Buffer, mechanism: string | null): NegotiateStep<A> {
    const outcome: KerberosOutcome<A> | undefined = this.#kerberos?.accept(inner, this.#endPoint);
    if (outcome === undefined) return refused('no common mechanism');
    if (!outcome.ok) return refused(outcome.reason, outcome.user);
    const { account, session, token, until } = outcome;
    if (mechanism === null) return { kind: 'done', account, session, token, until };
    const answer = writeNegTokenResp({ state: 'completed', mechanism, ...(token === null ? {} : { token }) });
    return { kind: 'done', account, session, token: answer, until };
  }

  #challenge(negotiate: Buffer, first: boolean): NegotiateStep<A> {
    if (this.#ntlm === null) return refused('no common mechanism');
    const token = this.#ntlm.challenge(negotiate);
    const named = first ? { mechanism: OID.ntlm } : {};
    return { kind: 'continue', token: writeNegTokenResp({ state: 'incomplete', ...named, token }) };
  }

  #respond(bytes: Buffer): NegotiateStep<A> {
    const spnego = this.#spnego;
    const { token, mechListMic } = readNegTokenResp(bytes);
    if (spnego === undefined || token === null || this.#ntlm === null) return refused('malformed');
    if (messageType(token) === 1) return this.#challenge(token, false);
    const outcome = this.#ntlm.authenticate(token);
    if (!outcome.ok) return refused(outcome.reason, outcome.user);
    return this.#finish(spnego, outcome, mechListMic);
  }

  #finish(
    spnego: Spnego,
    { account, session }: NtlmOutcome<A> & { ok: true },
    mechListMic: Buffer | null,
  ): NegotiateStep<A> {
    if (mechListMic === null) {
      if (spnego.micRequired) return refused('message integrity');
      return { kind: 'done', account, session, token: writeNegTokenResp({ state: 'completed' }) };
    }
    if (session?.verify(spnego.mechanismList, mechListMic) !== true) return refused('message integrity');
    const ours = session.sign(spnego.mechanismList);
    session.restartStreams();
    return { kind: 'done', account, session, token: writeNegTokenResp({ state: 'completed', mechListMic: ours }) };
  }
}
