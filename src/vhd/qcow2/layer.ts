import { DiskFormatError, type DiskHazardKind, type DiskInfo } from '../disk-info.ts';
import { inspectQcow2 } from './inspect.ts';
import type { DiskLayer, Run } from '../layer.ts';
import type { PageCache, PageReader } from '../page-cache.ts';
import { decompressCluster } from './compressed.ts';
import { type Qcow2Header, readQcow2Header } from './header.ts';
import type { ByteSource } from '../source.ts';

/** Compressed clusters have no place where they could be read: theirs are beyond what a file can have, by guest offset. */
const COMPRESSED_AT = 2 ** 52;
const SECTOR = 512;
const SUBCLUSTERS = 32;

/** What an entry of a second-level table says of its cluster. */
interface Entry {
  readonly kind: 'data' | 'zero' | 'absent' | 'compressed';
  /** In the file; of a compressed cluster where its bytes begin. */
  readonly start: number;
  /** Compressed only: bytes to its end, at most. */
  readonly length: number;
  /** Of the sub-clusters, lowest first; null: all are as `kind` says. */
  readonly bitmap: { readonly data: number; readonly zero: number } | null;
}

/** Where the data are not in the file, or not to be understood. What the backing file is called does not matter here. */
const UNREADABLE: ReadonlySet<DiskHazardKind> = new Set([
  'externalDataFile',
  'encrypted',
  'unknownFeature',
  'markedCorrupt',
]);

/** A qcow2 file that nobody writes to. What it does not hold is `absent`, whether or not it has a backing file. */
export const openQcow2Layer = async (file: ByteSource, cache: PageCache): Promise<DiskLayer> => {
  const info = await inspectQcow2(file);
  const hazard = info.hazards.find(({ kind }) => UNREADABLE.has(kind));
  if (hazard !== undefined) throw new DiskFormatError(hazard.message);
  return new Qcow2Layer(file, info, await readQcow2Header(file), cache.reader(file));
};

class Qcow2Layer implements DiskLayer {
  readonly info: DiskInfo;
  readonly source: ByteSource;
  readonly parentChanged = null;
  readonly #file: ByteSource;
  readonly #header: Qcow2Header;
  readonly #pages: PageReader;
  /** Clusters of one second-level table. */
  readonly #perTable: number;
  /** The compressed cluster that was read last: a reader takes one in pieces. */
  #last: { readonly cluster: number; readonly bytes: Promise<Buffer> } | null = null;

  constructor(file: ByteSource, info: DiskInfo, header: Qcow2Header, pages: PageReader) {
    this.#file = file;
    this.info = info;
    this.#header = header;
    this.#pages = pages;
    this.#perTable = header.clusterSize / header.l2EntryBytes;
    this.source = {
      size: COMPRESSED_AT + header.size,
      fill: (offset, into, what) => this.#fill(offset, into, what),
      read: async (offset, length, what) => {
        const bytes = Buffer.alloc(length);
        await this.#fill(offset, bytes, what);
        return bytes;
      },
    };
  }

  locate(offset: number, length: number): Run | Promise<Run> {
    const { clusterSize } = this.#header;
    const cluster = Math.floor(offset / clusterSize);
    const within = offset - cluster * clusterSize;
    const table = this.#table(cluster);
    const found = (at: number | null): Run | Promise<Run> => {
      if (at !== null) return this.#inTable(at, cluster, within, length);
      const end = (Math.floor(cluster / this.#perTable) + 1) * this.#perTable * clusterSize;
      return { kind: 'absent', length: Math.min(length, end - offset) };
    };
    return table instanceof Promise ? table.then(found) : found(table);
  }

  /** Place of the second-level table of a cluster; null: there is none. */
  #table(cluster: number): number | null | Promise<number | null> {
    const entryAt = this.#header.l1Offset + Math.floor(cluster / this.#perTable) * 8;
    if (entryAt + 8 > this.#file.size)
      throw new DiskFormatError('The first-level table lies outside of the file', entryAt);
    return this.#pages.at(entryAt, 'The first-level table', (page, at) => {
      const start = placeIn(page, at);
      if (start === 0) return null;
      if (start % this.#header.clusterSize !== 0 || start + this.#header.clusterSize > this.#file.size)
        throw new DiskFormatError('A second-level table is not in its place', entryAt);
      return start;
    });
  }

  #inTable(table: number, cluster: number, within: number, length: number): Run | Promise<Run> {
    const { clusterSize, l2EntryBytes } = this.#header;
    const index = cluster % this.#perTable;
    const entryAt = table + index * l2EntryBytes;
    return this.#pages.at(entryAt, 'A second-level table', (page, at): Run => {
      const entry = this.#entry(page, at, entryAt);
      if (entry.bitmap !== null) return this.#inBitmap(entry, entry.bitmap, within, length);
      let covered = clusterSize - within;
      if (entry.kind === 'compressed')
        return {
          kind: 'data',
          length: Math.min(length, covered),
          position: COMPRESSED_AT + cluster * clusterSize + within,
        };
      // With the clusters that follow in the same page: few runs, and long reads.
      for (let next = 1; covered < length && index + next < this.#perTable; next++) {
        const place = at + next * l2EntryBytes;
        if (place + l2EntryBytes > page.length) break;
        const { kind, start, bitmap } = this.#entry(page, place, entryAt + next * l2EntryBytes);
        const follows =
          kind === entry.kind && bitmap === null && (kind !== 'data' || start === entry.start + next * clusterSize);
        if (!follows) break;
        covered += clusterSize;
      }
      const most = Math.min(length, covered);
      return entry.kind === 'data'
        ? { kind: 'data', length: most, position: entry.start + within }
        : { kind: entry.kind, length: most };
    });
  }

  #inBitmap(entry: Entry, bitmap: NonNullable<Entry['bitmap']>, within: number, length: number): Run {
    const size = this.#header.clusterSize / SUBCLUSTERS;
    const first = Math.floor(within / size);
    const kindOf = (bit: number): Run['kind'] =>
      ((bitmap.data >>> bit) & 1) === 1 ? 'data' : ((bitmap.zero >>> bit) & 1) === 1 ? 'zero' : 'absent';
    const kind = kindOf(first);
    let bit = first + 1;
    while (bit < SUBCLUSTERS && kindOf(bit) === kind) bit++;
    const most = Math.min(length, bit * size - within);
    return kind === 'data' ? { kind, length: most, position: entry.start + within } : { kind, length: most };
  }

  #entry(page: Buffer, at: number, entryAt: number): Entry {
    const { clusterSize, l2EntryBytes, version } = this.#header;
    const high = page.readUInt32BE(at);
    const extended = l2EntryBytes === 16;
    if ((high & 0x4000_0000) !== 0) return this.#compressed(high, page.readUInt32BE(at + 4), entryAt);
    const start = placeIn(page, at);
    if (start % clusterSize !== 0) throw new DiskFormatError('A cluster is not in its place', entryAt);
    if (start >= this.#file.size) throw new DiskFormatError('A cluster lies outside of the file', entryAt);
    const none = { start, length: 0, bitmap: null };
    if (extended) {
      const [zero, data] = [page.readUInt32BE(at + 8), page.readUInt32BE(at + 12)];
      if ((zero & data) !== 0 || (start === 0 && data !== 0))
        throw new DiskFormatError('The sub-clusters of a cluster contradict each other', entryAt);
      if (data === 0xffff_ffff) return { kind: 'data', ...none };
      if (data === 0 && (zero === 0 || zero === 0xffff_ffff)) return { kind: zero === 0 ? 'absent' : 'zero', ...none };
      return { kind: 'data', ...none, bitmap: { data, zero } };
    }
    if (version === 3 && (page.readUInt32BE(at + 4) & 1) === 1) return { kind: 'zero', ...none };
    return { kind: start === 0 ? 'absent' : 'data', ...none };
  }

  /** Bits 0 to x-1 are the place, the rest up to bit 61 further sectors; x = 62 - (cluster bits - 8). */
  #compressed(high: number, low: number, entryAt: number): Entry {
    const bits = 62 - (Math.log2(this.#header.clusterSize) - 8);
    const upper = high & 0x3fff_ffff;
    const start = (upper % 2 ** (bits - 32)) * 2 ** 32 + low;
    const sectors = Math.floor(upper / 2 ** (bits - 32)) + 1;
    if (start >= this.#file.size) throw new DiskFormatError('A compressed cluster lies outside of the file', entryAt);
    const length = Math.min(sectors * SECTOR - (start % SECTOR), this.#file.size - start);
    return { kind: 'compressed', start, length, bitmap: null };
  }

  async #fill(offset: number, into: Buffer, what: string): Promise<void> {
    if (offset < COMPRESSED_AT) {
      // The last cluster may be cut off where only its begin was ever written: the rest reads as zeros.
      const inFile = Math.max(0, Math.min(into.length, this.#file.size - offset));
      if (inFile > 0) await this.#file.fill(offset, into.subarray(0, inFile), what);
      into.fill(0, inFile);
      return;
    }
    const { clusterSize } = this.#header;
    const cluster = Math.floor((offset - COMPRESSED_AT) / clusterSize);
    if (this.#last?.cluster !== cluster) this.#last = { cluster, bytes: this.#decompress(cluster, what) };
    const bytes = await this.#last.bytes;
    bytes.copy(into, 0, offset - COMPRESSED_AT - cluster * clusterSize);
  }

  async #decompress(cluster: number, what: string): Promise<Buffer> {
    const { clusterSize, compression, l2EntryBytes } = this.#header;
    const table = await this.#table(cluster);
    const entryAt = (table ?? 0) + (cluster % this.#perTable) * l2EntryBytes;
    const { start, length } = await this.#pages.at(entryAt, 'A second-level table', (page, at) =>
      this.#entry(page, at, entryAt),
    );
    return decompressCluster(await this.#file.read(start, length, what), clusterSize, compression, start);
  }

  async checkBlocks(): Promise<void> {
    for (let at = 0; at < this.#header.size; ) at += (await this.locate(at, this.#header.size - at)).length;
  }
}

/** Bits 9 to 55 of an entry. */
const placeIn = (page: Buffer, at: number): number =>
  (page.readUInt32BE(at) & 0x00ff_ffff) * 2 ** 32 + ((page.readUInt32BE(at + 4) & 0xffff_fe00) >>> 0);
