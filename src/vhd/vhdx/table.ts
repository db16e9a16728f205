import type { Piece } from './compose.ts';
import { MIB } from './headers.ts';
import { BLOCK, encodeEntry, ENTRY_BYTES } from './blocks.ts';

/** Entries of one page: 64 KiB in the file. */
const PAGE_ENTRIES = 8192;

export interface TableShape {
  readonly blocks: number;
  /** Payload blocks between two entries of bitmaps. */
  readonly chunk: number;
  /** Differencing disks have the bitmap entry of the last chunk too (MS-VHDX §2.5). */
  readonly withBitmaps: boolean;
  readonly at: number;
}

/** The block table of a new VHDX; only pages with an entry take memory. */
export class VhdxTable {
  readonly blocks: number;
  readonly chunk: number;
  /** Bytes of its region: whole MiBs. */
  readonly length: number;
  readonly #at: number;
  readonly #pages = new Map<number, Buffer>();
  readonly #bitmaps = new Map<number, number>();
  #fixed: { readonly start: number; readonly blockSize: number } | null = null;

  constructor({ blocks, chunk, withBitmaps, at }: TableShape) {
    this.blocks = blocks;
    this.chunk = chunk;
    this.#at = at;
    const chunks = Math.ceil(blocks / chunk);
    const entries = withBitmaps ? chunks * (chunk + 1) : blocks + chunks - 1;
    this.length = Math.ceil((entries * ENTRY_BYTES) / MIB) * MIB;
  }

  /** All blocks are present, one after the other. */
  presentFrom(start: number, blockSize: number): void {
    this.#fixed = { start, blockSize };
  }

  get(block: number): { readonly state: number; readonly start: number } {
    if (this.#fixed !== null) return { state: BLOCK.present, start: this.#fixedStart(block) };
    const index = this.#index(block);
    const page = this.#pages.get(Math.floor(index / PAGE_ENTRIES));
    if (page === undefined) return { state: BLOCK.notPresent, start: 0 };
    const entry = page.readBigUInt64LE((index % PAGE_ENTRIES) * ENTRY_BYTES);
    return { state: Number(entry & 7n), start: Number(entry >> 20n) * MIB };
  }

  set(block: number, state: number, start: number): void {
    this.#put(this.#index(block), state, start);
  }

  bitmap(chunk: number): number | null {
    return this.#bitmaps.get(chunk) ?? null;
  }

  setBitmap(chunk: number, start: number): void {
    this.#bitmaps.set(chunk, start);
    this.#put(chunk * (this.chunk + 1) + this.chunk, BLOCK.present, start);
  }

  /** What of the table is not zero, page by page. */
  *pieces(): Generator<Piece> {
    if (this.#fixed === null) {
      for (const [page, bytes] of this.#pages) yield { at: this.#at + page * PAGE_ENTRIES * ENTRY_BYTES, bytes };
      return;
    }
    for (let block = 0; block < this.blocks; ) {
      const page = Math.floor(this.#index(block) / PAGE_ENTRIES);
      const bytes = Buffer.alloc(PAGE_ENTRIES * ENTRY_BYTES);
      for (; block < this.blocks && Math.floor(this.#index(block) / PAGE_ENTRIES) === page; block++)
        encodeEntry(bytes, (this.#index(block) % PAGE_ENTRIES) * ENTRY_BYTES, {
          state: BLOCK.present,
          start: this.#fixedStart(block),
        });
      yield { at: this.#at + page * PAGE_ENTRIES * ENTRY_BYTES, bytes };
    }
  }

  #fixedStart(block: number): number {
    return (this.#fixed?.start ?? 0) + block * (this.#fixed?.blockSize ?? 0);
  }

  #put(index: number, state: number, start: number): void {
    const number = Math.floor(index / PAGE_ENTRIES);
    let page = this.#pages.get(number);
    if (page === undefined) {
      page = Buffer.alloc(PAGE_ENTRIES * ENTRY_BYTES);
      this.#pages.set(number, page);
    }
    encodeEntry(page, (index % PAGE_ENTRIES) * ENTRY_BYTES, { state, start });
  }

  #index(block: number): number {
    return block + Math.floor(block / this.chunk);
  }
}
