import { setImmediate as nextTurn } from 'node:timers/promises';

/** What the objects of an enumeration are, and so which Pull fits it. */
export type PullKind = 'withPath' | 'paths' | 'instances';

export interface Batch {
  /** Finished XML. */
  readonly items: readonly string[];
  /** Nothing comes after these. */
  readonly done: boolean;
}

/** Items between two turns of the event loop. */
const STRIDE = 64;

/** Results of an Open operation, written as they are pulled: one item is held at most that nobody asked for. */
export class PullSource {
  readonly kind: PullKind;
  readonly #iterator: Iterator<string> | AsyncIterator<string>;
  #next: string | null = null;
  #ended = false;

  constructor(kind: PullKind, items: Iterable<string> | AsyncIterable<string>) {
    this.kind = kind;
    this.#iterator = Symbol.iterator in items ? items[Symbol.iterator]() : items[Symbol.asyncIterator]();
  }

  /** At most `maxItems`, and no more than `maxCharacters` together unless the first alone is longer. */
  async pull(maxItems: number, maxCharacters: number, signal: AbortSignal): Promise<Batch> {
    const items: string[] = [];
    let characters = 0;
    while (items.length < maxItems) {
      const item = await this.#peek();
      if (item === null) return { items, done: true };
      if (items.length > 0 && characters + item.length > maxCharacters) return { items, done: false };
      this.#next = null;
      items.push(item);
      characters += item.length;
      if (items.length % STRIDE === 0) {
        await nextTurn();
        signal.throwIfAborted();
      }
    }
    return { items, done: (await this.#peek()) === null };
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#next = null;
    const closing = this.#iterator.return?.();
    if (closing instanceof Promise) closing.catch(() => undefined);
  }

  async #peek(): Promise<string | null> {
    if (this.#next !== null || this.#ended) return this.#next;
    const result = await this.#iterator.next();
    if (result.done === true) this.#ended = true;
    else this.#next = result.value;
    return this.#next;
  }
}
