import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Charset, encodedLength } from '../../http/charset.ts';
import { WsmanFault } from '../faults/fault.ts';
import type { ItemSource, PulledItems, PullOrder } from './item-source.ts';

/** Milliseconds that writing one batch may hold the event loop before others get their turn. */
const TURN_MS = 15;
/** Items between two looks at the clock. */
const CLOCK_STRIDE = 64;

/**
 * Results of a query, written as they are pulled: at no time is more than one item held that was not asked for, so
 * that 10 000 systems stream in bounded memory (W-065).
 */
export class RenderedSource<T> implements ItemSource {
  readonly #iterator: Iterator<T> | AsyncIterator<T>;
  readonly #sync: boolean;
  readonly #render: (item: T) => string;
  readonly #onError: (error: unknown) => unknown;
  #next: string | null = null;
  /** Of a Pull whose reply came too late, the last one first: what comes before all that was not read yet. */
  #back: string[] = [];
  #exhausted = false;

  /** @param onError turns what the iteration throws into what the client sees. */
  constructor(
    items: Iterable<T> | AsyncIterable<T>,
    render: (item: T) => string,
    onError: (error: unknown) => unknown = (error) => error,
  ) {
    this.#sync = Symbol.iterator in items;
    this.#iterator = Symbol.iterator in items ? items[Symbol.iterator]() : items[Symbol.asyncIterator]();
    this.#render = render;
    this.#onError = onError;
  }

  async pull(order: PullOrder): Promise<PulledItems> {
    const items: string[] = [];
    let bytes = 0;
    let turn = performance.now();
    while (items.length < order.maxItems) {
      const peeked = this.#peek();
      const item = peeked instanceof Promise ? await peeked : peeked;
      if (item === null) return this.#given(items, true, order);
      const size = encodedLength(item, order.charset);
      if (items.length > 0 && bytes + size > order.maxBytes) return this.#given(items, false, order);
      // The item stays: the client may ask again with a larger envelope.
      if (size > order.maxItemBytes) throw tooLarge(size, order.charset);
      this.#next = null;
      items.push(item);
      bytes += size;
      if (items.length % CLOCK_STRIDE === 0 && performance.now() - turn > TURN_MS) {
        await nextTurn();
        if (order.signal.aborted) break;
        turn = performance.now();
      }
    }
    const done = !order.signal.aborted && (await this.#peek()) === null;
    return this.#given(items, done, order);
  }

  /** Nobody gets items whose Pull is over: they are kept for the next one (spec §5.7, TimedOut). */
  #given(items: string[], done: boolean, { signal }: PullOrder): PulledItems {
    if (!signal.aborted) return { items, done };
    if (this.#next !== null) this.#back.push(this.#next);
    this.#next = null;
    for (const item of items.toReversed()) this.#back.push(item);
    throw new WsmanFault('timedOut');
  }

  close(): void {
    this.#next = null;
    this.#back = [];
    if (this.#exhausted) return;
    this.#exhausted = true;
    const ended = this.#iterator.return?.();
    if (ended instanceof Promise) ended.catch(() => undefined);
  }

  /** The next item without taking it; null at the end. */
  #peek(): string | null | Promise<string | null> {
    this.#next ??= this.#back.pop() ?? null;
    if (this.#next !== null || this.#exhausted) return this.#next;
    if (!this.#sync) return this.#peekAsync();
    try {
      return this.#accept((this.#iterator as Iterator<T>).next());
    } catch (error) {
      this.#exhausted = true;
      throw this.#onError(error);
    }
  }

  async #peekAsync(): Promise<string | null> {
    try {
      return this.#accept(await (this.#iterator as AsyncIterator<T>).next());
    } catch (error) {
      this.#exhausted = true;
      throw this.#onError(error);
    }
  }

  #accept(result: IteratorResult<T>): string | null {
    if (result.done === true) this.#exhausted = true;
    else this.#next = this.#render(result.value);
    return this.#next;
  }
}

const tooLarge = (size: number, charset: Charset): WsmanFault =>
  new WsmanFault('envelopeExceeded', `One item takes ${size} bytes in ${charset}: raise MaxEnvelopeSize.`);
