import { randomUUID } from 'node:crypto';
import { isPowerOfTwo } from '../binary.ts';
import { checkRange } from '../block-source.ts';
import type { DiskWriter, NewDisk, NewParent } from '../disk-writer.ts';
import { NewFile } from '../new-file.ts';
import { WorkQueue } from '../queue.ts';
import { SectorMap } from '../sector-map.ts';
import { composeHeaders, composeIdentifier, composeMetadata, composeRegions, type Piece } from './compose.ts';
import { MIB } from './headers.ts';
import { BITS_OF_CHUNK, BLOCK } from './blocks.ts';
import { MAX_DISK_BYTES } from './metadata.ts';
import { VhdxTable } from './table.ts';

export interface NewVhdx extends NewDisk {
  readonly type: 'fixed' | 'dynamic' | 'differencing';
  /** With 'differencing' only, and then always. */
  readonly parent?: NewParent;
  /** A power of two from 1 to 256 MiB; without it as Hyper-V: 32 MiB, 2 MiB when differencing. */
  readonly blockSize?: number;
  readonly logicalSectorSize?: 512 | 4096;
  readonly physicalSectorSize?: 512 | 4096;
  /** What children link to; a new one when not given. Only for a disk whose content is that of another file with this one. */
  readonly dataWriteId?: string;
}

const ZEROS = Buffer.alloc(MIB);

/** RangeError where VHDX has no such disk. */
export const createVhdx = async (disk: NewVhdx): Promise<DiskWriter> => {
  const logicalSectorSize = disk.logicalSectorSize ?? 512;
  const blockSize = disk.blockSize ?? (disk.type === 'differencing' ? 2 : 32) * MIB;
  if (disk.size <= 0 || disk.size > MAX_DISK_BYTES || disk.size % logicalSectorSize !== 0)
    throw new RangeError(`A VHDX cannot have ${disk.size} bytes in sectors of ${logicalSectorSize}`);
  if (!isPowerOfTwo(blockSize) || blockSize < MIB || blockSize > 256 * MIB)
    throw new RangeError(`A VHDX cannot have blocks of ${blockSize} bytes`);
  if ((disk.type === 'differencing') !== (disk.parent !== undefined))
    throw new TypeError('A differencing disk has a parent, and no other has');
  return VhdxWriter.create(disk, blockSize, logicalSectorSize);
};

/**
 * Header area, log, metadata, block table, then blocks. What makes the file a VHDX is written when everything else is on
 * the disk.
 */
class VhdxWriter implements DiskWriter {
  readonly size: number;
  readonly logicalSectorSize: number;
  readonly #disk: NewVhdx;
  readonly #blockSize: number;
  readonly #file: NewFile;
  readonly #queue = new WorkQueue();
  readonly #table: VhdxTable;
  /** Blocks that are written in part, in a differencing disk. */
  readonly #partial = new Map<number, SectorMap>();
  /** Where the next block goes. */
  #end: number;

  private constructor(disk: NewVhdx, blockSize: number, logicalSectorSize: number, file: NewFile) {
    this.size = disk.size;
    this.logicalSectorSize = logicalSectorSize;
    this.#disk = disk;
    this.#blockSize = blockSize;
    this.#file = file;
    this.#table = new VhdxTable({
      blocks: Math.ceil(disk.size / blockSize),
      chunk: (BITS_OF_CHUNK * logicalSectorSize) / blockSize,
      withBitmaps: disk.type === 'differencing',
      at: TABLE_AT,
    });
    this.#end = TABLE_AT + this.#table.length;
  }

  static async create(disk: NewVhdx, blockSize: number, logicalSectorSize: number): Promise<VhdxWriter> {
    const file = await NewFile.create(disk.file, disk.replace ?? false);
    try {
      const writer = new VhdxWriter(disk, blockSize, logicalSectorSize, file);
      await writer.#begin();
      return writer;
    } catch (error) {
      await file.discard();
      throw error;
    }
  }

  async #begin(): Promise<void> {
    const { type, parent } = this.#disk;
    if (type === 'fixed') {
      this.#table.presentFrom(this.#end, this.#blockSize);
      this.#end += this.#table.blocks * this.#blockSize;
    }
    await this.#file.resize(this.#end);
    await this.#writePieces([
      ...composeRegions({ offset: TABLE_AT, length: this.#table.length }, { offset: METADATA_AT, length: MIB }),
      composeMetadata(
        {
          blockSize: this.#blockSize,
          fixed: type === 'fixed',
          size: this.size,
          id: this.#disk.id ?? randomUUID(),
          logicalSectorSize: this.logicalSectorSize,
          physicalSectorSize: this.#disk.physicalSectorSize ?? 4096,
          parent: parent ?? null,
        },
        METADATA_AT,
      ),
    ]);
  }

  write(offset: number, data: Buffer): Promise<void> {
    return this.#queue.run(() =>
      this.#each(offset, data.length, (block, within, done, length) =>
        this.#put(block, within, data.subarray(done, done + length)),
      ),
    );
  }

  zero(offset: number, length: number): Promise<void> {
    return this.#queue.run(() =>
      this.#each(offset, length, (block, within, _, part) => this.#clear(block, within, part)),
    );
  }

  async #each(
    offset: number,
    length: number,
    work: (block: number, within: number, done: number, length: number) => Promise<void>,
  ): Promise<void> {
    checkRange(this.size, offset, length);
    if (offset % this.logicalSectorSize !== 0 || length % this.logicalSectorSize !== 0)
      throw new RangeError('Only whole sectors can be written');
    for (let done = 0; done < length; ) {
      const block = Math.floor((offset + done) / this.#blockSize);
      const within = offset + done - block * this.#blockSize;
      const part = Math.min(length - done, this.#blockSize - within);
      await work(block, within, done, part);
      done += part;
    }
  }

  async #put(block: number, within: number, data: Buffer): Promise<void> {
    const start = await this.#take(block);
    await this.#file.write(start + within, data);
    const map = this.#partial.get(block);
    if (map === undefined) return;
    map.mark(within / this.logicalSectorSize, data.length / this.logicalSectorSize);
    if (!map.full) return;
    this.#partial.delete(block);
    this.#table.set(block, BLOCK.present, start);
  }

  async #clear(block: number, within: number, length: number): Promise<void> {
    const { state } = this.#table.get(block);
    const whole = within === 0 && (length === this.#blockSize || block * this.#blockSize + length === this.size);
    if (state === BLOCK.zero) return;
    if (state === BLOCK.notPresent) {
      if (this.#disk.type !== 'differencing') return;
      if (whole) {
        this.#table.set(block, BLOCK.zero, 0);
        return;
      }
    }
    for (let done = 0; done < length; done += ZEROS.length)
      await this.#put(block, within + done, ZEROS.subarray(0, Math.min(ZEROS.length, length - done)));
  }

  /** Place of a block, which gets one if it has none. */
  async #take(block: number): Promise<number> {
    const { state, start } = this.#table.get(block);
    if (state === BLOCK.present || state === BLOCK.partial) return start;
    const taken = this.#end;
    this.#end += this.#blockSize;
    await this.#file.resize(this.#end);
    // A block of zeros is whole already: the hole in the file is what it holds.
    const partial = state === BLOCK.notPresent && this.#disk.type === 'differencing';
    this.#table.set(block, partial ? BLOCK.partial : BLOCK.present, taken);
    if (partial) this.#partial.set(block, new SectorMap(this.#sectorsOf(block), 'lowFirst'));
    return taken;
  }

  /** The last block can lie over the end of the disk; nobody writes there. */
  #sectorsOf(block: number): number {
    return Math.min(this.#blockSize, this.size - block * this.#blockSize) / this.logicalSectorSize;
  }

  close(): Promise<void> {
    return this.#file.finish(() => this.#queue.run(() => this.#finish()));
  }

  async #finish(): Promise<void> {
    await this.#writeBitmaps();
    await this.#file.resize(this.#end);
    for (const piece of this.#table.pieces()) await this.#file.write(piece.at, piece.bytes);
    await this.#file.sync();
    await this.#writePieces([
      composeIdentifier(),
      ...composeHeaders(randomUUID(), this.#disk.dataWriteId ?? randomUUID(), { offset: MIB, length: MIB }),
    ]);
    await this.#file.commit();
  }

  async #writeBitmaps(): Promise<void> {
    const { chunk } = this.#table;
    for (const [block, map] of [...this.#partial].toSorted(([a], [b]) => a - b)) {
      const index = Math.floor(block / chunk);
      let start = this.#table.bitmap(index);
      if (start === null) {
        start = this.#end;
        this.#end += MIB;
        await this.#file.resize(this.#end);
        this.#table.setBitmap(index, start);
      }
      await this.#file.write(
        start + (block - index * chunk) * (this.#blockSize / this.logicalSectorSize / 8),
        map.bits,
      );
    }
  }

  async #writePieces(pieces: readonly Piece[]): Promise<void> {
    for (const piece of pieces) await this.#file.write(piece.at, piece.bytes);
  }

  async discard(): Promise<void> {
    await this.#queue.settled();
    await this.#file.discard();
  }
}

/** The log has the second MiB and stays empty. */
const METADATA_AT = 2 * MIB;
const TABLE_AT = 3 * MIB;
