import { randomUUID } from 'node:crypto';
import { checkRange } from '../block-source.ts';
import type { DiskWriter, NewDisk, NewParent } from '../disk-writer.ts';
import { NewFile } from '../new-file.ts';
import { WorkQueue } from '../queue.ts';
import { SectorMap } from '../sector-map.ts';
import { composeFooter, composeHeader } from './compose.ts';
import { MAX_SIZE, VHD_FOOTER_BYTES } from './footer.ts';
import { VHD_HEADER_BYTES } from './header.ts';
import { vhdBitmapBytes } from './layer.ts';

export interface NewVhd extends NewDisk {
  readonly type: 'fixed' | 'dynamic' | 'differencing';
  /** With 'differencing' only, and then always. */
  readonly parent?: NewParent;
}

const SECTOR = 512;
/** What Hyper-V writes; other sizes are allowed and rarely read. */
const BLOCK_SIZE = 2 * 1024 * 1024;
const UNUSED = 0xffffffff;
const TABLE_AT = VHD_FOOTER_BYTES + VHD_HEADER_BYTES;
const ZEROS = Buffer.alloc(BLOCK_SIZE);

/** RangeError where VHD has no such disk. */
export const createVhd = async (disk: NewVhd): Promise<DiskWriter> => {
  if (disk.size <= 0 || disk.size > MAX_SIZE || disk.size % SECTOR !== 0)
    throw new RangeError(`A VHD cannot have ${disk.size} bytes`);
  if ((disk.type === 'differencing') !== (disk.parent !== undefined))
    throw new TypeError('A differencing disk has a parent, and no other has');
  const footer = composeFooter({ type: disk.type, size: disk.size, id: disk.id ?? randomUUID(), created: new Date() });
  const file = await NewFile.create(disk.file, disk.replace ?? false);
  try {
    if (disk.type === 'fixed') await file.resize(disk.size);
    return disk.type === 'fixed' ? new FixedVhdWriter(disk, file, footer) : new VhdWriter(disk, file, footer);
  } catch (error) {
    await file.discard();
    throw error;
  }
};

/** What the two have in common: one piece of work at a time, whole sectors, the footer last. */
abstract class BaseWriter implements DiskWriter {
  readonly size: number;
  readonly logicalSectorSize = SECTOR;
  protected readonly file: NewFile;
  protected readonly footer: Buffer;
  readonly #queue = new WorkQueue();

  constructor(disk: NewVhd, file: NewFile, footer: Buffer) {
    this.size = disk.size;
    this.file = file;
    this.footer = footer;
  }

  protected abstract put(offset: number, data: Buffer): Promise<void>;
  protected abstract clear(offset: number, length: number): Promise<void>;
  /** Everything but what makes the file a VHD; resolves to the place of the footer. */
  protected abstract complete(): Promise<number>;
  /** After the content is on the disk. */
  protected abstract seal(end: number): Promise<void>;

  write(offset: number, data: Buffer): Promise<void> {
    return this.#queue.run(() => {
      this.#check(offset, data.length);
      return this.put(offset, data);
    });
  }

  zero(offset: number, length: number): Promise<void> {
    return this.#queue.run(() => {
      this.#check(offset, length);
      return this.clear(offset, length);
    });
  }

  #check(offset: number, length: number): void {
    checkRange(this.size, offset, length);
    if (offset % SECTOR !== 0 || length % SECTOR !== 0) throw new RangeError('Only whole sectors can be written');
  }

  async close(): Promise<void> {
    try {
      await this.#queue.run(async () => {
        const end = await this.complete();
        await this.file.sync();
        await this.seal(end);
        await this.file.commit();
      });
    } catch (error) {
      await this.file.discard();
      throw error;
    }
  }

  async discard(): Promise<void> {
    await this.#queue.settled();
    await this.file.discard();
  }
}

class FixedVhdWriter extends BaseWriter {
  protected put(offset: number, data: Buffer): Promise<void> {
    return this.file.write(offset, data);
  }

  protected async clear(offset: number, length: number): Promise<void> {
    for (let done = 0; done < length; done += ZEROS.length)
      await this.file.write(offset + done, ZEROS.subarray(0, Math.min(ZEROS.length, length - done)));
  }

  protected complete(): Promise<number> {
    return Promise.resolve(this.size);
  }

  protected seal(end: number): Promise<void> {
    return this.file.write(end, this.footer);
  }
}

class VhdWriter extends BaseWriter {
  readonly #differencing: boolean;
  readonly #header: { readonly header: Buffer; readonly locators: Buffer };
  readonly #locatorsAt: number;
  /** Sector numbers, as in the file. */
  readonly #table: Uint32Array;
  readonly #partial = new Map<number, SectorMap>();
  /** Where the next block goes. */
  #end: number;

  constructor(disk: NewVhd, file: NewFile, footer: Buffer) {
    super(disk, file, footer);
    this.#differencing = disk.type === 'differencing';
    const tableEntries = Math.ceil(disk.size / BLOCK_SIZE);
    this.#table = new Uint32Array(tableEntries).fill(UNUSED);
    this.#locatorsAt = TABLE_AT + Math.ceil((tableEntries * 4) / SECTOR) * SECTOR;
    const fields = { tableOffset: TABLE_AT, tableEntries, blockSize: BLOCK_SIZE };
    this.#header = composeHeader(fields, disk.parent ?? null, this.#locatorsAt);
    this.#end = this.#locatorsAt + this.#header.locators.length;
  }

  protected async put(offset: number, data: Buffer): Promise<void> {
    for (let done = 0; done < data.length; ) {
      const block = Math.floor((offset + done) / BLOCK_SIZE);
      const within = offset + done - block * BLOCK_SIZE;
      const part = data.subarray(done, done + BLOCK_SIZE - within);
      const start = (await this.#take(block)) * SECTOR;
      await this.file.write(start + BITMAP_BYTES + within, part);
      const map = this.#partial.get(block);
      map?.mark(within / SECTOR, part.length / SECTOR);
      if (map?.full === true) {
        await this.file.write(start, map.bits);
        this.#partial.delete(block);
      }
      done += part.length;
    }
  }

  protected async clear(offset: number, length: number): Promise<void> {
    for (let done = 0; done < length; ) {
      const block = Math.floor((offset + done) / BLOCK_SIZE);
      const part = Math.min(length - done, BLOCK_SIZE - (offset + done - block * BLOCK_SIZE));
      if (this.#differencing || this.#table[block] !== UNUSED) await this.put(offset + done, ZEROS.subarray(0, part));
      done += part;
    }
  }

  /** First sector of a block, which gets a place if it has none. */
  async #take(block: number): Promise<number> {
    const known = this.#table[block] ?? UNUSED;
    if (known !== UNUSED) return known;
    const start = this.#end / SECTOR;
    this.#table[block] = start;
    this.#end += BITMAP_BYTES + BLOCK_SIZE;
    await this.file.resize(this.#end);
    if (this.#differencing) {
      const sectors = Math.min(BLOCK_SIZE, this.size - block * BLOCK_SIZE) / SECTOR;
      this.#partial.set(block, new SectorMap(sectors, 'highFirst'));
    } else await this.file.write(start * SECTOR, Buffer.alloc(BITMAP_BYTES, 0xff));
    return start;
  }

  protected async complete(): Promise<number> {
    for (const [block, map] of this.#partial) await this.file.write((this.#table[block] ?? 0) * SECTOR, map.bits);
    const table = Buffer.alloc(this.#locatorsAt - TABLE_AT, 0xff);
    for (const [block, sector] of this.#table.entries()) table.writeUInt32BE(sector, block * 4);
    await this.file.write(VHD_FOOTER_BYTES, this.#header.header);
    await this.file.write(TABLE_AT, table, this.#header.locators);
    return this.#end;
  }

  protected async seal(end: number): Promise<void> {
    await this.file.write(0, this.footer);
    await this.file.write(end, this.footer);
  }
}

const BITMAP_BYTES = vhdBitmapBytes(BLOCK_SIZE);
