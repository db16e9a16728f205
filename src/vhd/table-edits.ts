import { PAGE_BYTES, type PageReader } from './page-cache.ts';

interface EditedPage {
  readonly bytes: Buffer;
  /** What of it was changed. */
  from: number;
  to: number;
}

/** Bytes that are to be written into a file. */
export interface Edit {
  readonly position: number;
  readonly bytes: Buffer;
}

/**
 * Changes to the tables of a file that are not in it yet, page by page. Whoever reads sees them at once; the file gets them
 * when it is flushed, all that was changed until then.
 */
export class TableEdits {
  readonly #pages: PageReader;
  #edited = new Map<number, EditedPage>();
  /** On their way into the file. */
  #leaving = new Map<number, EditedPage>();

  constructor(pages: PageReader) {
    this.#pages = pages;
  }

  /** Pages that are kept until they are flushed. */
  get size(): number {
    return this.#edited.size + this.#leaving.size;
  }

  /** As PageReader. */
  at<T>(position: number, what: string, use: (page: Buffer, at: number) => T | Promise<T>): T | Promise<T> {
    const index = Math.floor(position / PAGE_BYTES);
    const page = this.#edited.get(index) ?? this.#leaving.get(index);
    return page === undefined ? this.#pages.at(position, what, use) : use(page.bytes, position - index * PAGE_BYTES);
  }

  /**
   * Calls `apply` with what lies there, piece by piece, to be changed. One call at a time, and none while `take` is called:
   * that is the caller's to see to.
   */
  async change(
    position: number,
    length: number,
    what: string,
    apply: (bytes: Buffer, done: number) => void,
  ): Promise<void> {
    for (let done = 0; done < length; ) {
      const index = Math.floor((position + done) / PAGE_BYTES);
      const page = this.#edited.get(index) ?? (await this.#load(index, what));
      const from = position + done - index * PAGE_BYTES;
      const part = Math.min(length - done, PAGE_BYTES - from);
      apply(page.bytes.subarray(from, from + part), done);
      page.from = Math.min(page.from, from);
      page.to = Math.max(page.to, from + part);
      done += part;
    }
  }

  async #load(index: number, what: string): Promise<EditedPage> {
    const bytes = await this.at(index * PAGE_BYTES, what, (page) => page);
    const page = { bytes: Buffer.from(bytes), from: PAGE_BYTES, to: 0 };
    this.#edited.set(index, page);
    return page;
  }

  /** What was changed, as it is now. Until `done` or `failed` nothing else is taken. */
  take(): readonly Edit[] {
    if (this.#leaving.size > 0) throw new Error('The last changes have not arrived');
    this.#leaving = this.#edited;
    this.#edited = new Map();
    return [...this.#leaving].map(([index, { bytes, from, to }]) => ({
      position: index * PAGE_BYTES + from,
      bytes: bytes.subarray(from, to),
    }));
  }

  /** What was taken is in the file. */
  done(): void {
    for (const [index, { bytes }] of this.#leaving) this.#pages.put(index * PAGE_BYTES, bytes);
    this.#leaving = new Map();
  }

  /** It may be there in part, and is to be written again. */
  failed(): void {
    for (const [index, page] of this.#leaving) {
      const later = this.#edited.get(index);
      if (later === undefined) this.#edited.set(index, page);
      else {
        later.from = Math.min(later.from, page.from);
        later.to = Math.max(later.to, page.to);
      }
    }
    this.#leaving = new Map();
  }
}
