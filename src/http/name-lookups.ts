import { lookup } from 'node:dns/promises';

type Lookup = (host: string) => Promise<readonly { readonly address: string }[]>;

/**
 * Addresses of names that clients choose. One name is looked up at a time: a resolver that does not answer holds a thread of the
 * few that files need as well, for as long as it likes.
 */
export class NameLookups {
  readonly #lookup: Lookup;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(lookupOne: Lookup = (host) => lookup(host, { all: true })) {
    this.#lookup = lookupOne;
  }

  /** Waits for its turn and the answer until `signal` aborts. @throws Error when there is no such name, and the signal's reason */
  async addressesOf(host: string, signal: AbortSignal): Promise<readonly string[]> {
    const { promise: over, reject } = Promise.withResolvers<never>();
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    // Whoever gave up does not ask any more when it would be his turn.
    const own = this.#turn.then(() => (signal.aborted ? [] : this.#lookup(host)));
    this.#turn = own.catch(() => undefined);
    try {
      return (await Promise.race([own, over])).map(({ address }) => address);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}
