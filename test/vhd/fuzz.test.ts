import assert from 'node:assert/strict';
import { copyFile, open as openFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ChainError } from '../../src/vhd/chain-error.ts';
import { DiskFormatError } from '../../src/vhd/disk-info.ts';
import { create, type DiskKind, fileEnding, KINDS, open, scribble, seeded } from './disks.ts';
import {
  changeVhdFooter,
  changeVhdHeader,
  changeVhdxHeaders,
  changeVhdxRegions,
  patch,
  withDirectory,
} from './fixtures.ts';
import { composeEntry, markDirty, writeRing } from './log.ts';

const MIB = 1024 * 1024;
const MUTATIONS = 100;

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
type Mutate = (file: string, random: (below: number) => number) => Promise<void>;

const inside =
  (from: number, to: number): Mutate =>
  (file, random) =>
    patch(file, from + random(to - from - 8), noise(random));

const cut: Mutate = async (file, random) => truncate(file, random((await stat(file)).size));

const blend = (bytes: Buffer, random: (below: number) => number, to = bytes.length): void => {
  const change = noise(random);
  change.copy(bytes, random(to - change.length));
};

const VHD_MUTATIONS: readonly Mutate[] = [
  // The table and the places of the parent's name; the first block's bitmap comes behind.
  inside(1536, 1536 + 64),
  inside(1536, 8192),
  (file, random) => changeVhdHeader(file, (header) => blend(header, random)),
  async (file, random) => changeVhdFooter(file, [(await stat(file)).size - 512], (footer) => blend(footer, random, 96)),
  cut,
];

const VHDX_MUTATIONS: readonly Mutate[] = [
  inside(3 * MIB, 3 * MIB + 128),
  inside(3 * MIB, 3 * MIB + 128),
  inside(2 * MIB, 2 * MIB + 256),
  inside(2 * MIB + 65536, 2 * MIB + 65536 + 400),
  (file, random) => changeVhdxHeaders(file, (header) => blend(header, random, 80)),
  (file, random) => changeVhdxRegions(file, (table) => blend(table, random, 96)),
  cut,
];

const DIRTY_MUTATIONS: readonly Mutate[] = [
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

const makeDirty = async (file: string): Promise<void> => {
  const size = (await stat(file)).size;
  const changes = [{ offset: size - 8192, data: Buffer.alloc(4096, 5) }];
  await writeRing(file, 0, composeEntry({ sequence: 2n, tail: 0, flushed: size, last: size, changes }));
  await markDirty(file);
};

interface Case {
  readonly name: string;
  readonly kind: DiskKind;
  readonly type: 'fixed' | 'dynamic' | 'differencing';
  readonly mutations: readonly Mutate[];
  readonly prepare: (file: string) => Promise<void>;
}

const vhd = KINDS[0] as DiskKind;
const vhdx = KINDS[1] as DiskKind;
const asItIs = (): Promise<void> => Promise.resolve();

const CASES: readonly Case[] = [
  { name: 'fixed VHD', kind: vhd, type: 'fixed', mutations: VHD_MUTATIONS.slice(3), prepare: asItIs },
  { name: 'dynamic VHD', kind: vhd, type: 'dynamic', mutations: VHD_MUTATIONS, prepare: asItIs },
  { name: 'differencing VHD', kind: vhd, type: 'differencing', mutations: VHD_MUTATIONS, prepare: asItIs },
  { name: 'fixed VHDX', kind: vhdx, type: 'fixed', mutations: VHDX_MUTATIONS, prepare: asItIs },
  { name: 'dynamic VHDX', kind: vhdx, type: 'dynamic', mutations: VHDX_MUTATIONS, prepare: asItIs },
  { name: 'differencing VHDX', kind: vhdx, type: 'differencing', mutations: VHDX_MUTATIONS, prepare: asItIs },
  { name: 'VHDX that was not closed', kind: vhdx, type: 'dynamic', mutations: DIRTY_MUTATIONS, prepare: makeDirty },
];

describe(`hardening 12 ${MUTATIONS} damaged files of each kind: read, or refused with a reason`, () => {
  for (const { name, kind, type, mutations, prepare } of CASES)
    test(name, () =>
      withDirectory(async (directory) => {
        const random = seeded(name.length * 1000 + 12);
        const base = join(directory, `base.${fileEnding(kind, false)}`);
        const good = join(directory, `good.${fileEnding(kind, true)}`);
        const size = 4 * MIB;
        const make = async (file: string, parent: string | null): Promise<void> => {
          const writer = await create(kind, file, size, type === 'fixed' ? 'fixed' : 'dynamic', parent);
          await scribble(writer, Buffer.alloc(size), random, 6);
          await writer.close();
        };
        if (type === 'differencing') await make(base, null);
        await make(good, type === 'differencing' ? base : null);
        await prepare(good);
        await (await open(good)).source.close();
        const bad = join(directory, `bad.${fileEnding(kind, true)}`);
        let refused = 0;
        for (let i = 0; i < MUTATIONS; i++) {
          await copyFile(good, bad);
          for (let n = 0; n <= random(3); n++)
            await (mutations[random(mutations.length)] as Mutate)(bad, random).catch(impossible);
          try {
            await readSome(bad, random);
          } catch (error) {
            assert.ok(
              error instanceof DiskFormatError || error instanceof ChainError,
              `mutation ${i}: ${String((error as Error).stack)}`,
            );
            refused++;
          }
        }
        assert.ok(refused > 0, 'some of the damage was seen');
      }),
    );
});

/** A mutation of what an earlier one has cut off, or made to lie beyond what a file can have. */
const impossible = (error: unknown): void => {
  if (!(error instanceof RangeError) && (error as NodeJS.ErrnoException).code !== 'EFBIG') throw error;
};

/** A disk that claims terabytes is read in places, as its guest would. */
const readSome = async (file: string, random: (below: number) => number): Promise<void> => {
  const { source } = await open(file);
  try {
    assert.ok(Number.isSafeInteger(source.size) && source.size > 0);
    const into = Buffer.alloc(Math.min(source.size, MIB), 0xee);
    for (let i = 0; i < 6; i++) {
      const at = i < 4 ? Math.min(source.size - into.length, i * MIB) : random(source.size - into.length + 1);
      await source.read(at, into);
      const { length } = await source.extent(at, into.length);
      assert.ok(length > 0 && length <= into.length);
    }
  } finally {
    await source.close();
  }
};

test('hardening 12 tables that point outside, into the tables, or twice to one place are told with the place', () =>
  withDirectory(async (directory) => {
    const lies: readonly (readonly [bigint, RegExp])[] = [
      [((2n ** 43n) << 20n) | 6n, /outside of the file.*offset 3145728/],
      [(3n << 20n) | 6n, /where the tables lie/],
      [(2n << 20n) | 6n, /where the tables lie/],
      [(1n << 20n) | 6n, /where the tables lie/],
      [6n, /where the tables lie/],
      [(5n << 20n) | 6n, /overlap/],
      [4n, /state 4/],
      [(5n << 20n) | 7n, /state 7/],
    ];
    const file = join(directory, 'a.vhdx');
    const writer = await create(vhdx, file, 4 * MIB, 'dynamic');
    for (const at of [0, 1, 2]) await writer.write(at * MIB, Buffer.alloc(4096, 1));
    await writer.close();
    for (const [entry, reason] of lies) {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(entry);
      await patch(file, 3 * MIB, bytes);
      await assert.rejects(open(file), reason);
    }
  }));

test('a file that becomes shorter while it is read is an error; a running read ends before the file is closed', () =>
  withDirectory(async (directory) => {
    const file = join(directory, 'a.vhdx');
    const writer = await create(vhdx, file, 4 * MIB, 'dynamic');
    await writer.write(0, Buffer.alloc(4 * MIB, 1));
    await writer.close();
    const { source } = await open(file);
    const handle = await openFile(file, 'r+');
    await handle.truncate(5 * MIB);
    await handle.close();
    await assert.rejects(source.read(0, Buffer.alloc(4 * MIB)), /became shorter/);
    const last = source.read(0, Buffer.alloc(512));
    await source.close();
    await last;
    await assert.rejects(source.read(0, Buffer.alloc(512)), /closed/);
  }));
