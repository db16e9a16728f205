import { createHash } from 'node:crypto';
import { Problem } from '../problems/problem.ts';
import type { Reply } from '../routes/route.ts';

interface Remembered {
  readonly fingerprint: string;
  readonly reply: Promise<Reply>;
  readonly until: number;
  /** Of its answer, when there is one. */
  characters: number;
}

const KEPT_MS = 24 * 3600_000;
/** Keys of all accounts together; the oldest goes. */
const MOST = 10_000;
/** Characters of all answers together; the oldest goes. */
const MOST_CHARACTERS = 32 << 20;

/** Answers of POST requests by account and `Idempotency-Key`; in memory. */
export class IdempotentReplies {
  readonly #replies = new Map<string, Remembered>();
  #characters = 0;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * The answer that the key has already, also one that is under way, else that of `work`. What was refused is not
   * remembered: the client may mend what stood in the way and ask again.
   * @throws Problem idempotency-key-reused
   */
  async once(
    owner: string,
    key: string,
    request: { readonly route: string; readonly body: Buffer },
    work: () => Promise<Reply>,
  ): Promise<Reply> {
    const id = `${owner}\n${key}`;
    const fingerprint = createHash('sha256').update(`${request.route}\n`).update(request.body).digest('base64');
    const known = this.#replies.get(id);
    if (known !== undefined && known.until > this.#now()) {
      if (known.fingerprint !== fingerprint)
        throw new Problem('idempotency-key-reused', 'This Idempotency-Key came with another request before.');
      const reply = await known.reply;
      return { ...reply, headers: { ...reply.headers, 'idempotency-replayed': 'true' } };
    }
    const reply = work();
    this.#forget(id);
    const remembered: Remembered = { fingerprint, reply, until: this.#now() + KEPT_MS, characters: 0 };
    this.#replies.set(id, remembered);
    this.#makeRoom();
    try {
      const { body } = await reply;
      if (this.#replies.get(id) === remembered) {
        remembered.characters = body === undefined ? 0 : JSON.stringify(body).length;
        this.#characters += remembered.characters;
        this.#makeRoom();
      }
      return await reply;
    } catch (error) {
      if (this.#replies.get(id) === remembered) this.#forget(id);
      throw error;
    }
  }

  /** An account was removed: what it was answered is not for another one of its name. `account`: what its owners begin with. */
  forgetAccount(account: string): void {
    for (const id of [...this.#replies.keys()]) if (id.startsWith(`${account}\n`)) this.#forget(id);
  }

  #makeRoom(): void {
    while (this.#replies.size > MOST || this.#characters > MOST_CHARACTERS)
      this.#forget(this.#replies.keys().next().value ?? '');
  }

  #forget(id: string): void {
    this.#characters -= this.#replies.get(id)?.characters ?? 0;
    this.#replies.delete(id);
  }
}
