import type { ByteSource } from './source.ts';

/** Tables and bitmaps are read in pages of this size; entries never lie across two of them. */
export const PAGE_BYTES = 16 * 1024;

type Page = Buffer | Promise<Buffer>;

/**
 * Pages of the tables of all files of a chain, bounded together. Two generations: when the young one is full the old one
 * goes; a hit in the old one makes it young again. As good as an LRU here, and a hit in the young one costs one look-up.
 */
export class PageCache {
  readonly #half: number;
  #young = new Map<number, Page>();
  #old = new Map<number, Page>();
  #readers = 0;

  constructor(bytes: number) {
    this.#half = Math.max(4, Math.floor(bytes / PAGE_BYTES / 2));
  }

  reader(source: ByteSource): PageReader {
    return new PageReader(this, source, this.#readers++);
  }

  get(key: number): Page | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: number, page: Page): void {
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, page);
  }

  drop(key: number): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }
}

/** Numbers of pages stay below this; with the number of the reader they make one key. */
const KEYS_OF_READER = 2 ** 40;

export class PageReader {
  readonly #cache: PageCache;
  readonly #source: ByteSource;
  readonly #base: number;

  constructor(cache: PageCache, source: ByteSource, reader: number) {
    this.#cache = cache;
    this.#source = source;
    this.#base = reader * KEYS_OF_READER;
  }

  /** Calls `use` with the page that holds `position` and its place there; at once when the page is in memory. */
  at<T>(position: number, what: string, use: (page: Buffer, at: number) => T | Promise<T>): T | Promise<T> {
    const index = Math.floor(position / PAGE_BYTES);
    const page = this.#cache.get(this.#base + index) ?? this.#load(index, what);
    const at = position - index * PAGE_BYTES;
    return page instanceof Promise ? page.then((loaded) => use(loaded, at)) : use(page, at);
  }

  /** What the page that begins at `position` holds from now on. */
  put(position: number, page: Buffer): void {
    this.#cache.set(this.#base + Math.floor(position / PAGE_BYTES), page);
  }

  #load(index: number, what: string): Page {
    const key = this.#base + index;
    const start = index * PAGE_BYTES;
    const bytes = Buffer.alloc(Math.max(0, Math.min(PAGE_BYTES, this.#source.size - start)));
    if (this.#source.fillNow?.(start, bytes, what) === true) {
      this.#cache.set(key, bytes);
      return bytes;
    }
    const loading = this.#source.fill(start, bytes, what).then(() => bytes);
    this.#cache.set(key, loading);
    return loading.then(
      (page) => {
        // Dropped meanwhile, it may have been loaded again and changed: only its own place is taken.
        if (this.#cache.get(key) === loading) this.#cache.set(key, page);
        return page;
      },
      (error: unknown) => {
        if (this.#cache.get(key) === loading) this.#cache.drop(key);
        throw error;
      },
    );
  }
}
