import { stat, truncate } from 'node:fs/promises';
import { changeVhdFooter, changeVhdHeader, changeVhdxHeaders, changeVhdxRegions, patch } from './fixtures.ts';
import { composeEntry, markDirty, writeRing } from './log.ts';

const MIB = 1024 * 1024;

/** Values that break arithmetic more often than any random ones. */
const EDGES = [0n, 1n, 7n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n] as const;

const noise = (random: (below: number) => number): Buffer => {
  if (random(2) === 0) return Buffer.from(Array.from({ length: 1 + random(8) }, () => random(256)));
  const bytes = Buffer.alloc(8);
  const edge = EDGES[random(EDGES.length)] ?? 0n;
  if (random(2) === 0) bytes.writeBigUInt64LE(edge);
  else bytes.writeBigUInt64BE(edge);
  return bytes.subarray(0, random(2) === 0 ? 8 : 4);
};

/** One change somewhere that matters: checksums are made right again, so that what lies behind them is tested too. */
export type Mutate = (file: string, random: (below: number) => number) => Promise<void>;

const inside =
  (from: number, to: number): Mutate =>
  (file, random) =>
    patch(file, from + random(to - from - 8), noise(random));

const cut: Mutate = async (file, random) => truncate(file, random((await stat(file)).size));

const blend = (bytes: Buffer, random: (below: number) => number, to = bytes.length): void => {
  const change = noise(random);
  change.copy(bytes, random(to - change.length));
};

export const VHD_MUTATIONS: readonly Mutate[] = [
  // The table and the places of the parent's name; the first block's bitmap comes behind.
  inside(1536, 1536 + 64),
  inside(1536, 8192),
  (file, random) => changeVhdHeader(file, (header) => blend(header, random)),
  async (file, random) => changeVhdFooter(file, [(await stat(file)).size - 512], (footer) => blend(footer, random, 96)),
  cut,
];

export const VHDX_MUTATIONS: readonly Mutate[] = [
  inside(3 * MIB, 3 * MIB + 128),
  inside(3 * MIB, 3 * MIB + 128),
  inside(2 * MIB, 2 * MIB + 256),
  inside(2 * MIB + 65536, 2 * MIB + 65536 + 400),
  (file, random) => changeVhdxHeaders(file, (header) => blend(header, random, 80)),
  (file, random) => changeVhdxRegions(file, (table) => blend(table, random, 96)),
  cut,
];

export const DIRTY_MUTATIONS: readonly Mutate[] = [
  inside(MIB, MIB + 128),
  inside(MIB, MIB + 3 * 4096),
  async (file, random) => {
    const size = (await stat(file)).size;
    const edge = (): number => [0, 4096, 2 * MIB, 3 * MIB, size - 4096, size, 2 ** 45][random(7)] ?? 0;
    const changes = Array.from({ length: 1 + random(5) }, () =>
      random(2) === 0 ? { offset: edge(), zeros: edge() } : { offset: edge(), data: Buffer.alloc(4096, noise(random)) },
    );
    await writeRing(file, 0, composeEntry({ sequence: 3n, tail: 0, flushed: 0, last: edge(), changes }));
  },
  (file, random) => changeVhdxHeaders(file, (header) => blend(header, random, 80)),
];

export const makeDirty = async (file: string): Promise<void> => {
  const size = (await stat(file)).size;
  const changes = [{ offset: size - 8192, data: Buffer.alloc(4096, 5) }];
  await writeRing(file, 0, composeEntry({ sequence: 2n, tail: 0, flushed: size, last: size, changes }));
  await markDirty(file);
};

/** One change or a few. */
export const damage = async (
  file: string,
  mutations: readonly Mutate[],
  random: (below: number) => number,
): Promise<void> => {
  for (let n = 0; n <= random(3); n++)
    await (mutations[random(mutations.length)] as Mutate)(file, random).catch(impossible);
};

/** A mutation of what an earlier one has cut off, or made to lie beyond what a file can have. */
const impossible = (error: unknown): void => {
  if (!(error instanceof RangeError) && (error as NodeJS.ErrnoException).code !== 'EFBIG') throw error;
};
