/** Which sectors of a block were written; VHD counts from the highest bit of a byte, VHDX from the lowest. */
export class SectorMap {
  readonly bits: Buffer;
  readonly #sectors: number;
  readonly #flip: number;
  #count = 0;

  constructor(sectors: number, order: 'highFirst' | 'lowFirst') {
    this.bits = Buffer.alloc(Math.ceil(sectors / 8));
    this.#sectors = sectors;
    this.#flip = order === 'highFirst' ? 7 : 0;
  }

  get full(): boolean {
    return this.#count === this.#sectors;
  }

  mark(from: number, count: number): void {
    for (let sector = from; sector < from + count; sector++) {
      const byte = sector >>> 3;
      const bit = 1 << ((sector & 7) ^ this.#flip);
      const before = this.bits[byte] ?? 0;
      if ((before & bit) !== 0) continue;
      this.bits[byte] = before | bit;
      this.#count++;
    }
  }
}
