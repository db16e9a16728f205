import { bitRun } from '../bit-run.ts';
import { DiskFormatError, type DiskInfo } from '../disk-info.ts';
import { inspectVhdx } from './inspect.ts';
import type { DiskLayer, Run } from '../layer.ts';
import { PAGE_BYTES, type PageCache, type PageReader } from '../page-cache.ts';
import { replayedSource } from './replayed-source.ts';
import type { ByteSource } from '../source.ts';
import { BLOCK, entryOf, VhdxBlocks } from './blocks.ts';
import { MIB, readVhdxHeader } from './headers.ts';
import { readVhdxLog } from './log.ts';
import { readVhdxRegions } from './regions.ts';

/** Of a file for which checkBlocks has room to note every MiB: as much as the largest disk, its tables and its gaps need. */
const MAX_CHECKED_MIB = 2 ** 27;

/** A log is replayed in memory first: tables that it changes count as changed. */
export const openVhdxLayer = async (file: ByteSource, cache: PageCache): Promise<DiskLayer> => {
  const { header } = await readVhdxHeader(file);
  const source = header.logId === null ? file : replayedSource(file, await readVhdxLog(file, header));
  const info = await inspectVhdx(source);
  const blocks = new VhdxBlocks(source, info, await readVhdxRegions(source, header), header);
  return new VhdxLayer(source, info, blocks, cache.reader(source));
};

export class VhdxLayer implements DiskLayer {
  readonly info: DiskInfo;
  readonly source: ByteSource;
  readonly parentChanged = null;
  readonly #blocks: VhdxBlocks;
  readonly #pages: Pick<PageReader, 'at'>;
  readonly #differencing: boolean;

  constructor(source: ByteSource, info: DiskInfo, blocks: VhdxBlocks, pages: Pick<PageReader, 'at'>) {
    this.source = source;
    this.info = info;
    this.#blocks = blocks;
    this.#pages = pages;
    this.#differencing = info.type === 'differencing';
  }

  locate(offset: number, length: number): Run | Promise<Run> {
    const { blockSize } = this.info;
    const block = Math.floor(offset / blockSize);
    const within = offset - block * blockSize;
    const most = Math.min(length, blockSize - within);
    const entryAt = this.#blocks.payloadEntry(block);
    return this.#pages.at(entryAt, 'The block table', (page, at): Run | Promise<Run> => {
      const { state, start } = entryOf(page, at);
      const kind = this.#emptyKind(state);
      if (kind !== null) return { kind, length: this.#emptyLength(kind, page, at, block, most, length) };
      if (state !== BLOCK.present && !(state === BLOCK.partial && this.#differencing))
        throw new DiskFormatError(`A block of this disk cannot have the state ${state}`, entryAt);
      this.#blocks.check(start, within + most, entryAt);
      const position = start + within;
      return state === BLOCK.present
        ? { kind: 'data', length: most, position }
        : this.#inBitmap(block, within, most, position);
    });
  }

  /** Null: the block has data. Undefined and unmapped blocks never show the parent's data (§2.5.1.1). */
  #emptyKind(state: number): 'absent' | 'zero' | null {
    if (state === BLOCK.notPresent) return this.#differencing ? 'absent' : 'zero';
    return state === BLOCK.zero || state === BLOCK.undefined || state === BLOCK.unmapped ? 'zero' : null;
  }

  /** With the blocks that follow in the same page: a large empty disk is told in few runs. */
  #emptyLength(kind: string, page: Buffer, at: number, block: number, first: number, most: number): number {
    let length = first;
    let next = block + 1;
    for (let place = at + 8; length < most && next % this.#blocks.chunk !== 0 && place + 8 <= page.length; place += 8) {
      if (this.#emptyKind((page[place] ?? 0) & 7) !== kind) break;
      length += this.info.blockSize;
      next++;
    }
    return Math.min(length, most);
  }

  #inBitmap(block: number, within: number, most: number, position: number): Run | Promise<Run> {
    const { logicalSectorSize } = this.info;
    const chunk = Math.floor(block / this.#blocks.chunk);
    const entryAt = this.#blocks.bitmapEntry(chunk);
    const sector = Math.floor(within / logicalSectorSize);
    const bit = this.#blocks.bitOf(block, sector);
    return this.#pages.at(entryAt, 'The block table', (page, at): Run | Promise<Run> => {
      const { state, start } = entryOf(page, at);
      if (state !== BLOCK.present) throw new DiskFormatError('The bitmap of a partial block is missing', entryAt);
      this.#blocks.check(start, MIB, entryAt);
      return this.#pages.at(start + Math.floor(bit / 8), 'The bitmap of a block', (bits, place): Run => {
        const first = place * 8 + (bit % 8);
        const sectors = Math.ceil((within - sector * logicalSectorSize + most) / logicalSectorSize);
        const { set, count } = bitRun(bits, first, Math.min(PAGE_BYTES * 8, first + sectors), 'lowFirst');
        const length = Math.min(most, (sector + count) * logicalSectorSize - within);
        return set ? { kind: 'data', length, position } : { kind: 'absent', length };
      });
    });
  }

  async checkBlocks(): Promise<void> {
    const { blockSize, virtualSize } = this.info;
    const mibs = Math.ceil(this.source.size / MIB);
    if (mibs > MAX_CHECKED_MIB) throw new DiskFormatError(`A file of ${this.source.size} bytes is too long to check`);
    const taken = new Uint8Array(Math.ceil(mibs / 8));
    const take = (start: number, bytes: number, entryAt: number): void => {
      this.#blocks.check(start, bytes, entryAt);
      for (let mib = start / MIB; mib < (start + bytes) / MIB; mib++) {
        const bit = 1 << (mib & 7);
        if (((taken[mib >>> 3] ?? 0) & bit) !== 0) throw new DiskFormatError('Two blocks overlap', entryAt);
        taken[mib >>> 3] = (taken[mib >>> 3] ?? 0) | bit;
      }
    };
    const blocks = Math.ceil(virtualSize / blockSize);
    for (let block = 0; block < blocks; block++) {
      const entryAt = this.#blocks.payloadEntry(block);
      const entry = this.#pages.at(entryAt, 'The block table', entryOf);
      // Of tens of thousands almost all are in memory: waiting for nothing would take longer than looking.
      const { state, start } = entry instanceof Promise ? await entry : entry;
      if (state === BLOCK.present || (state === BLOCK.partial && this.#differencing))
        take(start, Math.min(blockSize, Math.ceil((virtualSize - block * blockSize) / MIB) * MIB), entryAt);
      else if (state > BLOCK.unmapped)
        throw new DiskFormatError(`A block of this disk cannot have the state ${state}`, entryAt);
    }
    if (!this.#differencing) return;
    for (let chunk = 0; chunk < Math.ceil(blocks / this.#blocks.chunk); chunk++) {
      const entryAt = this.#blocks.bitmapEntry(chunk);
      const entry = this.#pages.at(entryAt, 'The block table', entryOf);
      const { state, start } = entry instanceof Promise ? await entry : entry;
      if (state === BLOCK.present) take(start, MIB, entryAt);
    }
  }
}
