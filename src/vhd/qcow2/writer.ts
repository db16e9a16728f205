import { randomUUID } from 'node:crypto';
import { checkRange } from '../block-source.ts';
import type { DiskWriter, NewDisk } from '../disk-writer.ts';
import { NewFile } from '../new-file.ts';
import {
  BYTES_AN_ENTRY,
  CLUSTER,
  COUNTS_A_BLOCK,
  ENTRIES_A_TABLE,
  HEADER_BYTES,
  writeDiskId,
  writeHeader,
} from './compose.ts';
import { MAX_L1_ENTRIES } from './header.ts';
import { WorkQueue } from '../queue.ts';
import { isZero } from '../zeros.ts';

const SECTOR = 512;
/** Second-level tables in memory, 4 MiB; a copy goes through a disk from its start to its end. */
const MOST_TABLES = 64;
/** The cluster has one user, so that it may be written where it lies. */
const COPIED = 1n << 63n;
const L1_AT = CLUSTER;
const ZEROS = Buffer.alloc(CLUSTER);

/** RangeError where qcow2 has no such disk. */
export const createQcow2 = async (disk: NewDisk): Promise<DiskWriter> => {
  const entries = Math.ceil(disk.size / Number(BYTES_AN_ENTRY));
  if (disk.size <= 0 || disk.size % SECTOR !== 0 || entries > MAX_L1_ENTRIES)
    throw new RangeError(`A qcow2 disk cannot have ${disk.size} bytes`);
  return new Qcow2Writer(disk, entries, await NewFile.create(disk.file, disk.replace ?? false));
};

/**
 * Header, first-level table, then clusters and second-level tables in the order in which they are wanted; the counts of
 * clusters at the end, and the header, which makes it a qcow2 file, when everything else is on the disk. Clusters of zeros take no room.
 */
class Qcow2Writer implements DiskWriter {
  readonly size: number;
  readonly logicalSectorSize = SECTOR;
  readonly #id: string;
  readonly #file: NewFile;
  readonly #queue = new WorkQueue();
  /** Places of second-level tables in the file; 0: there is none. */
  readonly #l1: Float64Array;
  /** Those that are in memory, by their number; the one that was used last is the last. */
  readonly #tables = new Map<number, Buffer>();
  /** Where the next cluster goes. */
  #end: number;

  constructor(disk: NewDisk, entries: number, file: NewFile) {
    this.size = disk.size;
    this.#id = disk.id ?? randomUUID();
    this.#file = file;
    this.#l1 = new Float64Array(entries);
    this.#end = L1_AT + Math.ceil((entries * 8) / CLUSTER) * CLUSTER;
  }

  write(offset: number, data: Buffer): Promise<void> {
    return this.#queue.run(() => {
      this.#check(offset, data.length);
      return this.#put(offset, data);
    });
  }

  zero(offset: number, length: number): Promise<void> {
    return this.#queue.run(async () => {
      this.#check(offset, length);
      for (let done = 0; done < length; ) {
        const part = Math.min(length - done, CLUSTER - ((offset + done) % CLUSTER));
        await this.#put(offset + done, ZEROS.subarray(0, part));
        done += part;
      }
    });
  }

  #check(offset: number, length: number): void {
    checkRange(this.size, offset, length);
    if (offset % SECTOR !== 0 || length % SECTOR !== 0) throw new RangeError('Only whole sectors can be written');
  }

  /** Clusters that lie one after the other in the file are written at once. */
  async #put(offset: number, data: Buffer): Promise<void> {
    let run = { position: 0, from: 0, to: 0 };
    const flush = async (): Promise<void> => {
      if (run.to > run.from) await this.#file.write(run.position, data.subarray(run.from, run.to));
    };
    for (let done = 0; done < data.length; ) {
      const within = (offset + done) % CLUSTER;
      const to = Math.min(data.length, done + CLUSTER - within);
      const place = await this.#take(Math.floor((offset + done) / CLUSTER), isZero(data.subarray(done, to)));
      const position = place + within;
      if (place !== 0 && run.to === done && position === run.position + run.to - run.from) run = { ...run, to };
      else if (place !== 0) {
        await flush();
        run = { position, from: done, to };
      }
      done = to;
    }
    await flush();
  }

  /** Place of a cluster, which gets one if it has none; for zeros it gets none, and that is 0. */
  async #take(cluster: number, zeros: boolean): Promise<number> {
    const index = Math.floor(cluster / ENTRIES_A_TABLE);
    if (zeros && this.#l1[index] === 0) return 0;
    const table = await this.#table(index);
    const at = (cluster % ENTRIES_A_TABLE) * 8;
    const entry = table.readBigUInt64BE(at);
    if (entry !== 0n) return Number(entry & ~COPIED);
    if (zeros) return 0;
    const place = this.#allocate();
    table.writeBigUInt64BE(BigInt(place) | COPIED, at);
    return place;
  }

  async #table(index: number): Promise<Buffer> {
    const known = this.#tables.get(index);
    const table = known ?? Buffer.alloc(CLUSTER);
    if (known !== undefined) this.#tables.delete(index);
    else if (this.#l1[index] === 0) this.#l1[index] = this.#allocate();
    else await this.#file.read(this.#l1[index] ?? 0, table);
    this.#tables.set(index, table);
    const [oldest] = this.#tables;
    if (this.#tables.size > MOST_TABLES && oldest !== undefined) {
      await this.#file.write(this.#l1[oldest[0]] ?? 0, oldest[1]);
      this.#tables.delete(oldest[0]);
    }
    return table;
  }

  #allocate(): number {
    const place = this.#end;
    this.#end += CLUSTER;
    return place;
  }

  close(): Promise<void> {
    return this.#file.finish(() => this.#queue.run(() => this.#finish()));
  }

  async #finish(): Promise<void> {
    for (const [index, table] of this.#tables) await this.#file.write(this.#l1[index] ?? 0, table);
    const l1 = Buffer.alloc(this.#l1.length * 8);
    for (const [index, place] of this.#l1.entries())
      if (place !== 0) l1.writeBigUInt64BE(BigInt(place) | COPIED, index * 8);
    await this.#file.write(L1_AT, l1);
    const refcountTable = await this.#writeCounts();
    await this.#file.sync();
    const head = Buffer.alloc(HEADER_BYTES + 32);
    const l1Fields = { at: L1_AT, entries: this.#l1.length };
    writeHeader(head, { size: BigInt(this.size), l1: l1Fields, refcountTable });
    writeDiskId(head, this.#id);
    await this.#file.write(0, head);
    await this.#file.commit();
  }

  /** Every cluster of the file has one user; those that hold the counts are counted too. */
  async #writeCounts(): Promise<{ readonly at: number; readonly clusters: number }> {
    const used = this.#end / CLUSTER;
    let [blocks, clusters, total] = [0, 0, used];
    while (blocks * COUNTS_A_BLOCK < total) {
      blocks = Math.ceil(total / COUNTS_A_BLOCK);
      clusters = Math.ceil(blocks / ENTRIES_A_TABLE);
      total = used + clusters + blocks;
    }
    const at = this.#end;
    const table = Buffer.alloc(clusters * CLUSTER);
    const block = Buffer.alloc(CLUSTER);
    for (let count = 0; count < COUNTS_A_BLOCK; count++) block.writeUInt16BE(1, count * 2);
    await this.#file.resize(total * CLUSTER);
    for (let index = 0; index < blocks; index++) {
      const place = at + (clusters + index) * CLUSTER;
      table.writeBigUInt64BE(BigInt(place), index * 8);
      await this.#file.write(place, block.subarray(0, Math.min(COUNTS_A_BLOCK, total - index * COUNTS_A_BLOCK) * 2));
    }
    await this.#file.write(at, table);
    return { at, clusters };
  }

  async discard(): Promise<void> {
    await this.#queue.settled();
    await this.#file.discard();
  }
}
