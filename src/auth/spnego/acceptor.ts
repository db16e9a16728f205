import { NtlmAcceptor, type NtlmOutcome, type NtlmRefusal, type NtlmServer } from '../ntlm/acceptor.ts';
import { isNtlm, MAX_TOKEN_BYTES, messageType, NtlmFormatError } from '../ntlm/fields.ts';
import type { NtlmSession } from '../ntlm/session.ts';
import { context, DerError, TAG } from './der.ts';
import { OID, readInitialContext, readNegTokenInit, readNegTokenResp, writeNegTokenResp } from './tokens.ts';

export type NegotiateStep<A> =
  /** Send `token` with a 401 and wait for the next one. */
  | { readonly kind: 'continue'; readonly token: Buffer }
  /** `token`, if any, goes with the answer. */
  | { readonly kind: 'done'; readonly account: A; readonly session: NtlmSession | null; readonly token: Buffer | null }
  | { readonly kind: 'refused'; readonly reason: NtlmRefusal | 'no common mechanism'; readonly user: string };

/** SPNEGO as far as it has come. */
interface Spnego {
  readonly mechanismList: Buffer;
  /** NTLM was not the client's first choice, so nobody on the way may have struck out the better one (RFC 4178 §5). */
  readonly micRequired: boolean;
}

const refused = (reason: NtlmRefusal | 'no common mechanism', user = ''): NegotiateStep<never> => ({
  kind: 'refused',
  reason,
  user,
});

/** One log-in by the Negotiate scheme: NTLM inside SPNEGO, or bare (wire-auth §4). */
export class NegotiateAcceptor<A> {
  readonly #ntlm: NtlmAcceptor<A>;
  /** undefined: the client speaks bare NTLM, or has not spoken. */
  #spnego: Spnego | undefined;

  constructor(server: NtlmServer<A>, endPoint: Buffer | null) {
    this.#ntlm = new NtlmAcceptor(server, endPoint);
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
    if (this.#spnego !== undefined) return refused('malformed');
    if (messageType(token) === 1) return { kind: 'continue', token: this.#ntlm.challenge(token) };
    const outcome = this.#ntlm.authenticate(token);
    return outcome.ok
      ? { kind: 'done', account: outcome.account, session: outcome.session, token: null }
      : refused(outcome.reason, outcome.user);
  }

  #init(token: Buffer): NegotiateStep<A> {
    const { mechanism, inner } = readInitialContext(token);
    if (mechanism !== OID.spnego) return refused('no common mechanism');
    const init = readNegTokenInit(inner);
    const place = init.mechanisms.indexOf(OID.ntlm);
    if (place < 0) return refused('no common mechanism');
    this.#spnego = { mechanismList: Buffer.from(init.mechanismList), micRequired: place > 0 };
    // The token of a client is for its first choice; for another one it has to send it again.
    if (place > 0 || init.token === null) {
      const state = place > 0 ? 'requestMic' : 'incomplete';
      return { kind: 'continue', token: writeNegTokenResp({ state, mechanism: OID.ntlm }) };
    }
    return this.#challenge(init.token, true);
  }

  #challenge(negotiate: Buffer, first: boolean): NegotiateStep<A> {
    const token = this.#ntlm.challenge(negotiate);
    const named = first ? { mechanism: OID.ntlm } : {};
    return { kind: 'continue', token: writeNegTokenResp({ state: 'incomplete', ...named, token }) };
  }

  #respond(bytes: Buffer): NegotiateStep<A> {
    const spnego = this.#spnego;
    const { token, mechListMic } = readNegTokenResp(bytes);
    if (spnego === undefined || token === null) return refused('malformed');
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
