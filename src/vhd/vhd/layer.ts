import { bitRun } from '../bit-run.ts';
import { DiskFormatError, type DiskInfo } from '../disk-info.ts';
import { inspectVhd, readVhdFooter } from './inspect.ts';
import { flatLayer } from '../flat-layer.ts';
import type { DiskLayer, Run } from '../layer.ts';
import { PAGE_BYTES, type PageCache, type PageReader } from '../page-cache.ts';
import type { ByteSource } from '../source.ts';
import { VHD_HEADER_BYTES, readVhdHeader, type VhdHeader } from './header.ts';

const SECTOR = 512;
const UNUSED = 0xffffffff;

/** More blocks than Hyper-V's 2 MiB need for the largest disk; what checkBlocks sorts in memory. */
const MAX_CHECKED_BLOCKS = 4 * 1024 * 1024;

export const openVhdLayer = async (source: ByteSource, cache: PageCache): Promise<DiskLayer> => {
  const info = await inspectVhd(source);
  if (info.type === 'fixed') return flatLayer(source, info);
  const { dataOffset } = await readVhdFooter(source, []);
  return new VhdLayer(source, info, await readVhdHeader(source, dataOffset), Number(dataOffset), cache.reader(source));
};

/** Sectors of its bitmap lie before the data of each block, in whole sectors. */
export const vhdBitmapBytes = (blockSize: number): number => Math.ceil(blockSize / SECTOR / 8 / SECTOR) * SECTOR;

class VhdLayer implements DiskLayer {
  readonly info: DiskInfo;
  readonly source: ByteSource;
  readonly parentChanged: number | null;
  readonly #header: VhdHeader;
  readonly #headerAt: number;
  readonly #pages: PageReader;
  readonly #bitmapBytes: number;
  readonly #differencing: boolean;

  constructor(source: ByteSource, info: DiskInfo, header: VhdHeader, headerAt: number, pages: PageReader) {
    this.source = source;
    this.info = info;
    this.#header = header;
    this.#headerAt = headerAt;
    this.#pages = pages;
    this.#bitmapBytes = vhdBitmapBytes(header.blockSize);
    this.#differencing = info.type === 'differencing';
    this.parentChanged = this.#differencing ? header.parentChanged : null;
  }

  locate(offset: number, length: number): Run | Promise<Run> {
    const { blockSize, tableOffset } = this.#header;
    const block = Math.floor(offset / blockSize);
    const within = offset - block * blockSize;
    const most = Math.min(length, blockSize - within);
    const entryAt = tableOffset + block * 4;
    return this.#pages.at(entryAt, 'The block table', (page, at): Run | Promise<Run> => {
      const sector = page.readUInt32BE(at);
      if (sector === UNUSED) {
        // With the blocks that follow in the same page: a large empty disk is told in few runs.
        let empty = most;
        for (let next = at + 4; empty < length && next + 4 <= page.length; next += 4) {
          if (page.readUInt32BE(next) !== UNUSED) break;
          empty += blockSize;
        }
        return { kind: this.#differencing ? 'absent' : 'zero', length: Math.min(empty, length) };
      }
      const start = sector * SECTOR;
      this.#check(start, within + most, entryAt);
      const position = start + this.#bitmapBytes + within;
      // Blocks without a parent are written whole when they are taken into use; Windows and QEMU do not look at their bitmaps.
      if (!this.#differencing) return { kind: 'data', length: most, position };
      return this.#inBitmap(start, within, most, position);
    });
  }

  #inBitmap(start: number, within: number, most: number, position: number): Run | Promise<Run> {
    const sector = Math.floor(within / SECTOR);
    const byte = start + Math.floor(sector / 8);
    return this.#pages.at(byte, 'The bitmap of a block', (page, at): Run => {
      const first = at * 8 + (sector % 8);
      const end = Math.min(
        PAGE_BYTES * 8,
        page.length * 8,
        first + Math.ceil((within - sector * SECTOR + most) / SECTOR),
      );
      const { set, count } = bitRun(page, first, end, 'highFirst');
      const length = Math.min(most, (sector + count) * SECTOR - within);
      return set ? { kind: 'data', length, position } : { kind: 'absent', length };
    });
  }

  #check(start: number, used: number, entryAt: number): void {
    const { tableOffset, tableEntries } = this.#header;
    const end = start + this.#bitmapBytes + used;
    const inTable = start < tableOffset + tableEntries * 4 && end > tableOffset;
    const inHeader = start < this.#headerAt + VHD_HEADER_BYTES && end > this.#headerAt;
    if (start === 0 || inTable || inHeader) throw new DiskFormatError('A block lies where a header lies', entryAt);
    if (end > this.source.size) throw new DiskFormatError('A block lies outside of the file', entryAt);
  }

  async checkBlocks(): Promise<void> {
    const { tableOffset, blockSize } = this.#header;
    const blocks = Math.ceil(this.info.virtualSize / blockSize);
    if (blocks > MAX_CHECKED_BLOCKS) throw new DiskFormatError(`A table of ${blocks} blocks is too long`, tableOffset);
    const starts = new Uint32Array(blocks);
    let used = 0;
    for (let block = 0; block < blocks; block++) {
      const entryAt = tableOffset + block * 4;
      const sector = await this.#pages.at(entryAt, 'The block table', (page, at) => page.readUInt32BE(at));
      if (sector === UNUSED) continue;
      this.#check(sector * SECTOR, Math.min(blockSize, this.info.virtualSize - block * blockSize), entryAt);
      starts[used++] = sector;
    }
    const sorted = starts.subarray(0, used).toSorted();
    const each = (this.#bitmapBytes + blockSize) / SECTOR;
    for (let i = 1; i < used; i++)
      if ((sorted[i] ?? 0) - (sorted[i - 1] ?? 0) < each)
        throw new DiskFormatError('Two blocks overlap', (sorted[i] ?? 0) * SECTOR);
  }
}
