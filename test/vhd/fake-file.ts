import type { WritableSource } from '../../src/vhd/source.ts';

const SECTOR = 512;
const CAPACITY = 48 * 1024 * 1024;

/**
 * A file on a disk that loses its power: what was not synced is there sector by sector, as it was at any time since, or not
 * at all. Sectors are never torn, as no disk tears them.
 */
export class FakeFile implements WritableSource {
  readonly file = 'fake';
  readonly changed = 0;
  size: number;
  /** Calls that change something, so far. */
  calls = 0;
  /** The call at which the power goes; that one and all later ones do nothing. */
  powerGoesAt = Number.POSITIVE_INFINITY;
  /** The call at which the process dies: nobody hears of that one and all later ones. */
  diesAt = Number.POSITIVE_INFINITY;
  died: () => void = () => undefined;
  /** Tells which call fails, and how, without any effect. */
  failure: (call: number, kind: 'write' | 'extend' | 'sync') => string | null = () => null;
  readonly #now = Buffer.alloc(CAPACITY);
  readonly #durable = Buffer.alloc(CAPACITY);
  #durableSize: number;
  /** Of a sector, oldest first. */
  #since = new Map<number, Buffer[]>();

  constructor(content: Buffer) {
    content.copy(this.#now);
    content.copy(this.#durable);
    this.size = content.length;
    this.#durableSize = content.length;
  }

  async read(offset: number, length: number, what: string): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    await this.fill(offset, bytes, what);
    return bytes;
  }

  async fill(offset: number, into: Buffer, what: string): Promise<void> {
    await Promise.resolve();
    if (offset < 0 || offset + into.length > this.size) throw new Error(`${what} lies outside of the file`);
    this.#now.copy(into, 0, offset, offset + into.length);
  }

  async write(offset: number, data: Buffer): Promise<void> {
    await this.#call('write');
    data.copy(this.#now, offset);
    this.size = Math.max(this.size, offset + data.length);
    for (let at = Math.floor(offset / SECTOR); at * SECTOR < offset + data.length; at++) {
      const versions = this.#since.get(at) ?? [];
      versions.push(Buffer.from(this.#now.subarray(at * SECTOR, (at + 1) * SECTOR)));
      this.#since.set(at, versions);
    }
  }

  async extend(bytes: number): Promise<void> {
    await this.#call('extend');
    if (bytes > CAPACITY) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
    this.size = Math.max(this.size, bytes);
  }

  async sync(): Promise<void> {
    await this.#call('sync');
    for (const sector of this.#since.keys())
      this.#now.copy(this.#durable, sector * SECTOR, sector * SECTOR, (sector + 1) * SECTOR);
    this.#durableSize = this.size;
    this.#since = new Map();
  }

  async close(): Promise<void> {}

  async #call(kind: 'write' | 'extend' | 'sync'): Promise<void> {
    await Promise.resolve();
    const call = this.calls++;
    if (call === this.diesAt) this.died();
    if (call >= this.diesAt) await new Promise(() => undefined);
    if (call >= this.powerGoesAt) throw new Error('The power is gone');
    const code = this.failure(call, kind);
    if (code !== null) throw Object.assign(new Error(code), { code });
  }

  /** The bytes as they are now. */
  content(): Buffer {
    return Buffer.from(this.#now.subarray(0, this.size));
  }

  /** What is on the disk when the power comes back. */
  afterCrash(random: (below: number) => number): Buffer {
    const left = Buffer.from(this.#durable.subarray(0, this.size));
    const nothing = random(4) === 0;
    for (const [sector, versions] of this.#since) {
      const chosen = nothing ? undefined : versions[random(versions.length + 1) - 1];
      chosen?.copy(left, sector * SECTOR);
    }
    const size = random(2) === 0 ? this.#durableSize : this.#durableSize + random(this.size - this.#durableSize + 1);
    return left.subarray(0, size);
  }
}
