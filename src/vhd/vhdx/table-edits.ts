import { PAGE_BYTES, type PageReader } from '../page-cache.ts';

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

/** Where edits are noted before they are in the file (edit-journal.ts). */
export interface EditNotes {
  append(edit: Edit): void;
  /** All others are in the file. */
  keepOnly(edits: readonly Edit[]): void;
}

/**
 * Changes to the tables of a file that are not in it yet, page by page. Whoever reads sees them at once; the file gets them
 * when it is flushed, all that was changed until then.
 */
export class TableEdits {
  readonly #pages: PageReader;
  readonly #notes: EditNotes | null;
  #edited = new Map<number, EditedPage>();
  /** On their way into the file. */
  #leaving = new Map<number, EditedPage>();

  constructor(pages: PageReader, notes: EditNotes | null = null) {
    this.#pages = pages;
    this.#notes = notes;
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
  change(position: number, length: number, what: string, apply: (bytes: Buffer, done: number) => void): Promise<void> {
    return this.#change(position, length, what, apply, this.#notes);
  }

  /** The same of an edit that is noted already. */
  restore({ position, bytes }: Edit): Promise<void> {
    const apply = (into: Buffer, done: number): void => void bytes.copy(into, 0, done, done + into.length);
    return this.#change(position, bytes.length, 'What was left', apply, null);
  }

  async #change(
    position: number,
    length: number,
    what: string,
    apply: (bytes: Buffer, done: number) => void,
    notes: EditNotes | null,
  ): Promise<void> {
    for (let done = 0; done < length; ) {
      const index = Math.floor((position + done) / PAGE_BYTES);
      const page = this.#edited.get(index) ?? (await this.#load(index, what));
      const from = position + done - index * PAGE_BYTES;
      const part = Math.min(length - done, PAGE_BYTES - from);
      const bytes = page.bytes.subarray(from, from + part);
      apply(bytes, done);
      notes?.append({ position: position + done, bytes });
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
    return editsOf(this.#leaving);
  }

  /** What was taken is in the file. */
  done(): void {
    for (const [index, { bytes }] of this.#leaving) this.#pages.put(index * PAGE_BYTES, bytes);
    this.#leaving = new Map();
    this.#notes?.keepOnly(editsOf(this.#edited));
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

const editsOf = (pages: ReadonlyMap<number, EditedPage>): readonly Edit[] =>
  [...pages].map(([index, { bytes, from, to }]) => ({
    position: index * PAGE_BYTES + from,
    bytes: bytes.subarray(from, to),
  }));
