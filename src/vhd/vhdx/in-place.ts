import { randomUUID } from 'node:crypto';
import { type BlockSink, checkRange } from '../block-source.ts';
import { DiskFormatError, type DiskInfo } from '../disk-info.ts';
import { EditJournal } from './edit-journal.ts';
import { inspectVhdx } from './inspect.ts';
import type { DiskLayer } from '../layer.ts';
import type { PageCache } from '../page-cache.ts';
import type { WritableSource } from '../source.ts';
import { type Edit, TableEdits } from './table-edits.ts';
import { BLOCK, type BlockEntry, encodeEntry, ENTRY_BYTES, entryOf, VhdxBlocks } from './blocks.ts';
import { MIB, readVhdxHeader } from './headers.ts';
import { VhdxLayer } from './layer.ts';
import { readVhdxRegions } from './regions.ts';
import { renewVhdxIdentity, replayVhdxLog } from './reopen.ts';

/** Pages of tables that are changed in memory before they are written without being asked for: 4 MiB. */
const MOST_EDITED = 256;

const ZEROS = Buffer.alloc(MIB);

/**
 * Opens a VHDX to be written where it lies: a differencing one gets what its guest writes, and its parents are not touched.
 * A log is replayed into the file first. The whole block table is looked through: of blocks that lie over each other one
 * would be changed with the other. `journal`: a file beside it that keeps what a process that dies would take with it, and may hold
 * what one has left; none: what was not flushed is lost with the process. Rejects with DiskFormatError.
 */
export const openVhdxInPlace = async (
  file: WritableSource,
  cache: PageCache,
  journal: string | null = null,
): Promise<{ readonly layer: DiskLayer; readonly sink: Required<BlockSink> }> => {
  const found = await readVhdxHeader(file);
  if (found.header.logId !== null) await replayVhdxLog(file, found.header);
  const { header } = await readVhdxHeader(file);
  const info = await inspectVhdx(file);
  const blocks = new VhdxBlocks(file, info, await readVhdxRegions(file, header), header);
  const kept = journal === null ? null : EditJournal.open(journal);
  const edits = new TableEdits(cache.reader(file), kept?.journal ?? null);
  const layer = new VhdxLayer(file, info, blocks, edits);
  await layer.checkBlocks();
  const sink = new VhdxInPlace(file, info, blocks, edits, layer, kept?.journal ?? null);
  if (kept !== null) await sink.goOnFrom(kept.left);
  return { layer, sink };
};

/**
 * Blocks that are written for the first time get a place at the end of the file; what changes in the tables stays in memory
 * until a flush. A flush brings to the disk first the data, then the bits that tell of them (with the entry of a bitmap that
 * is new), then the entries of their blocks, each before the next. An entry has eight bytes and is never torn, and each one
 * is true without the others, so that no log is needed: a file that was left anywhere holds all that was flushed. What a
 * crash leaves of places that no entry names yet is lost room, at most that of the blocks since the last flush.
 */
class VhdxInPlace implements Required<BlockSink> {
  readonly #file: WritableSource;
  readonly #info: DiskInfo;
  readonly #blocks: VhdxBlocks;
  readonly #edits: TableEdits;
  readonly #layer: VhdxLayer;
  readonly #journal: EditJournal | null;
  /** Entries of bitmaps that no flush has brought into the file yet. */
  #newBitmaps = new Set<number>();
  #begun: Promise<void> | null = null;
  /** Changes of tables, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #flushing: Promise<void> = Promise.resolve();
  /** A flush that has not begun yet: whoever asks now is served by it too. */
  #next: Promise<void> | null = null;
  /** Why nobody knows any more what is on the disk. */
  #lost: { readonly cause: unknown } | null = null;

  constructor(
    file: WritableSource,
    info: DiskInfo,
    blocks: VhdxBlocks,
    edits: TableEdits,
    layer: VhdxLayer,
    journal: EditJournal | null,
  ) {
    this.#journal = journal;
    this.#file = file;
    this.#info = info;
    this.#blocks = blocks;
    this.#edits = edits;
    this.#layer = layer;
  }

  /** With what one that died has changed and not brought into the file, or in part. A bitmap may be one that it made. */
  async goOnFrom(left: readonly Edit[]): Promise<void> {
    for (const edit of left) {
      const { position, bytes } = edit;
      if (position + bytes.length > this.#file.size)
        throw new DiskFormatError('What was left lies outside of the file');
      await this.#edits.restore(edit);
      for (const entryAt of this.#blocks.bitmapEntriesIn(position, bytes.length)) this.#newBitmaps.add(entryAt);
    }
  }

  get sectorSize(): number {
    return this.#info.logicalSectorSize;
  }

  async write(offset: number, data: Buffer): Promise<void> {
    await this.#each(offset, data.length, (block, within, done, length) =>
      this.#put(block, within, data.subarray(done, done + length)),
    );
  }

  async zero(offset: number, length: number): Promise<void> {
    await this.#each(offset, length, (block, within, _, part) => this.#clear(block, within, part));
  }

  async #each(
    offset: number,
    length: number,
    work: (block: number, within: number, done: number, length: number) => Promise<void>,
  ): Promise<void> {
    const { virtualSize, logicalSectorSize, blockSize } = this.#info;
    checkRange(virtualSize, offset, length);
    if (offset % logicalSectorSize !== 0 || length % logicalSectorSize !== 0)
      throw new RangeError('Only whole sectors can be written');
    if (length === 0) return;
    this.#requireSound();
    await this.#begin();
    for (let done = 0; done < length; ) {
      const block = Math.floor((offset + done) / blockSize);
      const within = offset + done - block * blockSize;
      const part = Math.min(length - done, blockSize - within);
      await work(block, within, done, part);
      done += part;
      if (this.#edits.size > MOST_EDITED) await this.flush();
    }
  }

  /** Once, before anything else is changed. */
  async #begin(): Promise<void> {
    this.#begun ??= renewVhdxIdentity(this.#file, randomUUID(), randomUUID());
    try {
      await this.#begun;
    } catch (error) {
      this.#begun = null;
      throw error;
    }
  }

  async #put(block: number, within: number, data: Buffer): Promise<void> {
    const { blockSize } = this.#info;
    const found = await this.#layer.locate(block * blockSize + within, data.length);
    if (found.kind === 'data' && found.length === data.length) return this.#file.write(found.position, data);
    const start = await this.#inTurn(() => this.#take(block));
    await this.#file.write(start + within, data);
    // Only now, so that nobody reads, and no flush tells of, what is not there.
    await this.#inTurn(() => this.#mark(block, within, data.length));
  }

  async #clear(block: number, within: number, length: number): Promise<void> {
    const differencing = this.#info.type === 'differencing';
    const whole = within === 0 && length === this.#bytesOf(block);
    const isZero = await this.#inTurn(async () => {
      const { state } = await this.#entry(block);
      if (state === BLOCK.notPresent && differencing) {
        if (whole) await this.#set(this.#blocks.payloadEntry(block), { state: BLOCK.zero, start: 0 });
        return whole;
      }
      return state !== BLOCK.present && state !== BLOCK.partial;
    });
    if (isZero) return;
    for (let at = 0; at < length; at += ZEROS.length)
      await this.#put(block, within + at, ZEROS.subarray(0, length - at));
  }

  /** Place of a block, which gets one if it has none. */
  async #take(block: number): Promise<number> {
    const { blockSize } = this.#info;
    const entryAt = this.#blocks.payloadEntry(block);
    const { state, start } = await this.#entry(block);
    if (state === BLOCK.present || state === BLOCK.partial) {
      this.#blocks.check(start, this.#bytesOf(block), entryAt);
      return start;
    }
    const partial = state === BLOCK.notPresent && this.#info.type === 'differencing';
    // Bits of a block without a place mean nothing, and can be left of another time.
    if (partial) await this.#eachBit(block, 0, this.#sectorsOf(block), (bits) => bits.fill(0));
    const taken = await this.#grow(blockSize);
    // A block of zeros is whole already: the hole in the file is what it holds.
    await this.#set(entryAt, { state: partial ? BLOCK.partial : BLOCK.present, start: taken });
    return taken;
  }

  async #mark(block: number, within: number, length: number): Promise<void> {
    const { logicalSectorSize: sector } = this.#info;
    const { state, start } = await this.#entry(block);
    if (state !== BLOCK.partial) return;
    await this.#eachBit(block, within / sector, length / sector, (bits, first, count) => {
      for (let bit = first; bit < first + count; bit++) bits[bit >>> 3] = (bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
    });
    if (await this.#isFull(block)) await this.#set(this.#blocks.payloadEntry(block), { state: BLOCK.present, start });
  }

  async #isFull(block: number): Promise<boolean> {
    const { blockSize } = this.#info;
    const length = this.#bytesOf(block);
    for (let at = 0; at < length; ) {
      const found = await this.#layer.locate(block * blockSize + at, length - at);
      if (found.kind !== 'data') return false;
      at += found.length;
    }
    return true;
  }

  /** Bytes of a chunk's bitmap with the bits of sectors of a block; `first` and `count` are bits of those bytes. */
  async #eachBit(
    block: number,
    sector: number,
    sectors: number,
    apply: (bits: Buffer, first: number, count: number) => void,
  ): Promise<void> {
    const begin = this.#blocks.bitOf(block, sector);
    const from = Math.floor(begin / 8);
    const to = Math.ceil((begin + sectors) / 8);
    const start = await this.#bitmapOf(Math.floor(block / this.#blocks.chunk));
    await this.#edits.change(start + from, to - from, 'The bitmap of a block', (bits, done) => {
      const first = Math.max(begin - (from + done) * 8, 0);
      apply(bits, first, Math.min(begin + sectors - (from + done) * 8, bits.length * 8) - first);
    });
  }

  /** Place of a chunk's bitmap, which is made when it is missing. */
  async #bitmapOf(chunk: number): Promise<number> {
    const entryAt = this.#blocks.bitmapEntry(chunk);
    const { state, start } = await this.#edits.at(entryAt, 'The block table', entryOf);
    if (state === BLOCK.present) {
      this.#blocks.check(start, MIB, entryAt);
      return start;
    }
    const taken = await this.#grow(MIB);
    await this.#set(entryAt, { state: BLOCK.present, start: taken });
    this.#newBitmaps.add(entryAt);
    return taken;
  }

  /** Room at the end of the file, which reads as zeros. */
  async #grow(bytes: number): Promise<number> {
    const { blockSize, virtualSize } = this.#info;
    const last = await this.#entry(Math.ceil(virtualSize / blockSize) - 1);
    // What lies behind the end of the disk can be missing in the file, and still belongs to the last block.
    const end = last.state === BLOCK.present || last.state === BLOCK.partial ? last.start + blockSize : 0;
    const start = Math.ceil(Math.max(this.#file.size, end) / MIB) * MIB;
    await this.#file.extend(start + bytes);
    return start;
  }

  async #entry(block: number): Promise<BlockEntry> {
    return this.#edits.at(this.#blocks.payloadEntry(block), 'The block table', entryOf);
  }

  #set(entryAt: number, entry: BlockEntry): Promise<void> {
    return this.#edits.change(entryAt, ENTRY_BYTES, 'The block table', (bytes) => encodeEntry(bytes, 0, entry));
  }

  /** The last block can lie over the end of the disk; nobody writes there. */
  #bytesOf(block: number): number {
    const { blockSize, virtualSize } = this.#info;
    return Math.min(blockSize, virtualSize - block * blockSize);
  }

  #sectorsOf(block: number): number {
    return this.#bytesOf(block) / this.#info.logicalSectorSize;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  flush(): Promise<void> {
    this.#next ??= this.#flushing.then(() => {
      this.#next = null;
      const flush = this.#flushNow();
      this.#flushing = flush.catch(() => undefined);
      return flush;
    });
    return this.#next;
  }

  async #flushNow(): Promise<void> {
    this.#requireSound();
    const { edits, newBitmaps } = await this.#inTurn(async () => {
      const taken = { edits: this.#edits.take(), newBitmaps: this.#newBitmaps };
      this.#newBitmaps = new Set();
      return taken;
    });
    try {
      await this.#sync();
      const isEntry = ({ position }: Edit): boolean =>
        position >= this.#blocks.table.offset && position < this.#blocks.table.offset + this.#blocks.table.length;
      const entries = edits.filter(isEntry);
      await this.#arrive([
        ...edits.filter((edit) => !isEntry(edit)),
        ...entries.flatMap((edit) => onlyAt(edit, newBitmaps)),
      ]);
      await this.#arrive(entries);
      this.#edits.done();
    } catch (error) {
      this.#edits.failed();
      for (const entryAt of newBitmaps) this.#newBitmaps.add(entryAt);
      throw error;
    }
  }

  async #arrive(edits: readonly Edit[]): Promise<void> {
    if (edits.length === 0) return;
    for (const { position, bytes } of edits) await this.#file.write(position, bytes);
    await this.#sync();
  }

  /** The kernel tells of a page that could not be written once only: the next sync would know nothing. */
  async #sync(): Promise<void> {
    try {
      await this.#file.sync();
    } catch (cause) {
      this.#lost ??= { cause };
      this.#journal?.giveUp();
      throw cause;
    }
  }

  #requireSound(): void {
    if (this.#lost !== null) throw this.#lost.cause;
  }
}

/** The entries at these places alone, of a page with others. */
const onlyAt = ({ position, bytes }: Edit, places: ReadonlySet<number>): readonly Edit[] =>
  [...places]
    .filter((place) => place >= position && place < position + bytes.length)
    .map((place) => ({ position: place, bytes: bytes.subarray(place - position, place - position + ENTRY_BYTES) }));
