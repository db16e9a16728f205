import assert from 'node:assert/strict';
import { copyFile, open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ChainError } from '../../src/vhd/chain/chain-error.ts';
import { DiskFormatError } from '../../src/vhd/disk-info.ts';
import { FUZZ_SEED, fuzzed, fuzzRuns } from '../kit/fuzz.ts';
import { create, type DiskKind, fileEnding, KINDS, open, scribble, seeded } from './disks.ts';
import { patch, withDirectory } from './fixtures.ts';
import { damage, DIRTY_MUTATIONS, makeDirty, type Mutate, VHD_MUTATIONS, VHDX_MUTATIONS } from './mutations.ts';

const MIB = 1024 * 1024;
const REFUSED = fuzzRuns(100);
/** Some damage is in places that nobody reads. */
const MOST = REFUSED * 10;

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

describe(`hardening 12 ${REFUSED} damaged files of each kind are refused with a reason and a place; others are read`, () => {
  for (const { name, kind, type, mutations, prepare } of CASES)
    test(name, () =>
      withDirectory(async (directory) => {
        const random = seeded(FUZZ_SEED + name.length * 1000);
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
        let made = 0;
        for (; refused < REFUSED && made < MOST; made++) {
          await copyFile(good, bad);
          await damage(bad, mutations, random);
          const isRefused = await fuzzed(`file ${made} of ${name}`, () => refuses(bad, random));
          if (isRefused) refused++;
        }
        assert.equal(refused, REFUSED, `after ${made} files, VSMS_FUZZ_SEED=${FUZZ_SEED}`);
      }),
    );
});

/** A damaged file is read, or refused as it should be: then true. */
const refuses = async (file: string, random: (below: number) => number): Promise<boolean> => {
  try {
    await readSome(file, random);
    return false;
  } catch (error) {
    assert.ok(error instanceof DiskFormatError || error instanceof ChainError, String((error as Error).stack));
    if (error instanceof DiskFormatError) {
      assert.ok(error.offset !== null, `no place: ${error.message}`);
      assert.ok(Number.isSafeInteger(error.offset) && error.offset >= 0, error.message);
    }
    assert.ok(error.message.length < 1000, 'a message does not carry the file');
    return true;
  }
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
