import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { access, copyFile, open as openFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { BlockSink } from '../../src/vhd/block-source.ts';
import { type DiskChain, openChain } from '../../src/vhd/chain/chain.ts';
import { copyDisk } from '../../src/vhd/copy/disk.ts';
import { DiskFormatError } from '../../src/vhd/disk-info.ts';
import { flatLayer } from '../../src/vhd/flat-layer.ts';
import { inspectRaw } from '../../src/vhd/inspect-flat.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { MergedSource } from '../../src/vhd/chain/merged-source.ts';
import { PageCache } from '../../src/vhd/page-cache.ts';
import { besideChild, plainFile } from '../../src/vhd/chain/parent-names.ts';
import { BLOCK } from '../../src/vhd/vhdx/blocks.ts';
import { openVhdxInPlace } from '../../src/vhd/vhdx/in-place.ts';
import { createVhdx } from '../../src/vhd/vhdx/writer.ts';
import {
  contentByLibvhdi,
  contentByQemu,
  contentOf,
  create,
  type DiskKind,
  extentsAgree,
  KINDS,
  readAll,
  scribble,
  seeded,
} from './disks.ts';
import { FakeFile } from './fake-file.ts';
import { qemuImg, withDirectory } from './fixtures.ts';
import { composeEntry, markDirty, writeRing } from './log.ts';
import { damage, VHDX_MUTATIONS } from './mutations.ts';

const MIB = 1024 * 1024;
const VHDX = KINDS.filter(({ format }) => format === 'vhdx');
const SMALL = KINDS[1] as DiskKind;

interface Pair {
  readonly base: string;
  readonly leaf: string;
  readonly model: Buffer;
}

/** A leaf that has some blocks in part, over a base with content. */
const pair = async (kind: DiskKind, directory: string, size: number, seed: number): Promise<Pair> => {
  const random = seeded(seed);
  const model = Buffer.alloc(size);
  const base = join(directory, `base${seed}.vhdx`);
  const leaf = join(directory, `leaf${seed}.avhdx`);
  for (const [file, parent] of [
    [base, null],
    [leaf, base],
  ] as const) {
    const writer = await create(kind, file, size, 'dynamic', parent);
    await scribble(writer, model, random, parent === null ? 8 : 3);
    await writer.close();
  }
  return { base, leaf, model };
};

const writable = async (leaf: string): Promise<DiskChain & { readonly sink: Required<BlockSink> }> => {
  const file = { ...plainFile(leaf), open: () => openFile(leaf, 'r+') };
  const chain = await openChain(file, besideChild, { writable: true });
  assert.ok(chain.sink !== null);
  return { ...chain, sink: chain.sink };
};

/** Files of our writer have the block table at 3 MiB; that of a small disk has one chunk. */
const hasZeroBlock = async (leaf: string): Promise<boolean> => {
  const table = (await readFile(leaf)).subarray(3 * MIB, 3 * MIB + 64);
  return [0, 8, 16, 24, 32, 40].some((at) => ((table[at] ?? 0) & 7) === BLOCK.zero);
};

type Step =
  | { readonly kind: 'write' | 'zero'; readonly at: number; readonly length: number; readonly byte: number }
  | { readonly kind: 'flush' }
  | { readonly kind: 'reopen' };

/** In sectors of a disk of so many. */
const steps = (sectors: number): fc.Arbitrary<readonly Step[]> => {
  const length = fc.oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: sectors }));
  const change = fc.record({
    kind: fc.constantFrom('write' as const, 'write' as const, 'zero' as const),
    at: fc.integer({ min: 0, max: sectors - 1 }),
    length,
    byte: fc.integer({ min: 1, max: 255 }),
  });
  const rest = fc.constantFrom({ kind: 'flush' as const }, { kind: 'reopen' as const });
  return fc.array(fc.oneof({ weight: 5, arbitrary: change }, { weight: 1, arbitrary: rest }), { maxLength: 24 });
};

const applyStep = async (sink: Required<BlockSink>, model: Buffer, step: Step, sector: number): Promise<void> => {
  if (step.kind === 'flush') return sink.flush();
  if (step.kind === 'reopen') return;
  const at = step.at * sector;
  const bytes = Math.min(step.length * sector, model.length - at);
  if (step.kind === 'zero') {
    await sink.zero(at, bytes);
    model.fill(0, at, at + bytes);
  } else {
    await sink.write(at, Buffer.alloc(bytes, step.byte));
    model.fill(step.byte, at, at + bytes);
  }
};

for (const kind of VHDX)
  describe(`a differencing disk that is written where it lies: ${kind.name}`, () => {
    test('what was written is what we and libvhdi read, and QEMU once it is merged; the parent stays', () =>
      withDirectory(async (directory) => {
        let run = 0;
        const size = 5 * MIB + 5 * kind.sector;
        await fc.assert(
          fc.asyncProperty(steps(size / kind.sector), async (each) => {
            const { base, leaf, model } = await pair(kind, directory, size, ++run);
            const before = await readFile(base);
            const idsBefore = await inspectDisk(leaf);
            let chain = await writable(leaf);
            for (const step of each) {
              await applyStep(chain.sink, model, step, kind.sector);
              if (step.kind !== 'reopen') continue;
              await chain.sink.flush();
              await chain.source.close();
              chain = await writable(leaf);
            }
            assert.ok(model.equals(await readAll(chain.source)), 'before the flush');
            assert.ok(await extentsAgree(chain.source, model), 'extents');
            await chain.sink.flush();
            assert.ok(model.equals(await readAll(chain.source)), 'after the flush');
            await chain.source.close();
            assert.ok(model.equals(await contentOf(leaf)), 'by the reader');
            // Of a block of zeros libvhdi 20210425 reads the parent's data.
            if (!(await hasZeroBlock(leaf))) assert.ok(model.equals(await contentByLibvhdi(leaf, base)), 'by libvhdi');
            const info = await inspectDisk(leaf);
            assert.deepEqual(
              info.hazards.map((hazard) => hazard.kind),
              ['differencing'],
            );
            const written = each.some((step) => step.kind === 'write' || step.kind === 'zero');
            assert.equal(info.dataWriteId !== idsBefore.dataWriteId, written, 'children of it are told');
            assert.ok(before.equals(await readFile(base)), 'the parent');
            if (kind.sector !== 512) return;
            const merged = join(directory, `merged${run}.vhdx`);
            const { source } = await openChain(plainFile(leaf), besideChild);
            const writer = await createVhdx({ file: merged, size, type: 'dynamic' });
            await copyDisk(source, writer);
            await writer.close();
            await source.close();
            assert.ok(model.equals(await contentByQemu(kind, merged)), 'by QEMU');
          }),
          { numRuns: 8 },
        );
      }));

    test('requests at once, with flushes among them', () =>
      withDirectory(async (directory) => {
        const size = 6 * MIB;
        const { leaf, model } = await pair(kind, directory, size, 50);
        const random = seeded(51);
        const chain = await writable(leaf);
        for (let round = 0; round < 6; round++) {
          const requests: Promise<void>[] = [];
          for (let at = 0; at < size; ) {
            const length = Math.min(size - at, (1 + random(random(3) === 0 ? 300 : 12)) * kind.sector);
            const from = at;
            const data = Buffer.alloc(length, `${random(1e9)} `);
            if (random(3) === 0) {
              requests.push(chain.sink.write(from, data));
              data.copy(model, from);
            } else if (random(9) === 0) {
              requests.push(chain.sink.zero(from, length));
              model.fill(0, from, from + length);
            }
            if (random(60) === 0) requests.push(chain.sink.flush());
            at += length;
          }
          await Promise.all(requests);
          assert.ok(model.equals(await readAll(chain.source)), `round ${round}`);
        }
        await chain.sink.flush();
        await chain.source.close();
        assert.ok(model.equals(await contentOf(leaf)));
      }));
  });

test('a plain VHDX is written the same way, as QEMU finds it', () =>
  withDirectory(async (directory) => {
    const file = join(directory, 'plain.vhdx');
    const size = 5 * MIB;
    const model = Buffer.alloc(size);
    const random = seeded(7);
    const writer = await create(SMALL, file, size, 'dynamic');
    await scribble(writer, model, random, 4);
    await writer.close();
    const { source, sink } = await writable(file);
    await sink.write(3 * MIB - 512, Buffer.alloc(1024, 9));
    model.fill(9, 3 * MIB - 512, 3 * MIB + 512);
    await sink.zero(0, 512);
    model.fill(0, 0, 512);
    await sink.flush();
    await source.close();
    assert.ok(model.equals(await contentByQemu(SMALL, file)));
    await qemuImg('check', '-q', '-f', 'vhdx', file);
  }));

/** A leaf in memory over a parent in memory. */
const opened = async (file: FakeFile, parent: Buffer, journal: string | null = null) => {
  const below = { size: parent.length, read: async () => parent, fill: async () => {} };
  const flat = flatLayer(
    {
      ...below,
      fill: async (offset: number, into: Buffer) => void parent.copy(into, 0, offset, offset + into.length),
    },
    await inspectRaw(below),
  );
  const { layer, sink } = await openVhdxInPlace(file, new PageCache(MIB), journal);
  return { layer, sink, source: new MergedSource([layer, flat], async () => {}) };
};

/** What a disk writes whole or not at all, whatever the sectors are that the guest sees. */
const TORN = 512;

/** Of each sector what it may hold: what the last flush that was answered found, or anything since. */
class Allowed {
  readonly flushed: Buffer;
  #since = new Map<number, Buffer[]>();

  constructor(content: Buffer) {
    this.flushed = Buffer.from(content);
  }

  wrote(at: number, data: Buffer): void {
    for (let done = 0; done < data.length; done += TORN) {
      const index = (at + done) / TORN;
      this.#since.set(index, [...(this.#since.get(index) ?? []), data.subarray(done, done + TORN)]);
    }
  }

  flushedAll(content: Buffer): void {
    content.copy(this.flushed);
    this.#since = new Map();
  }

  check(content: Buffer, which: string): void {
    for (let at = 0; at < content.length; at += TORN) {
      const found = content.subarray(at, at + TORN);
      if (found.equals(this.flushed.subarray(at, at + TORN))) continue;
      const later = this.#since.get(at / TORN) ?? [];
      assert.ok(
        later.some((each) => each.equals(found)),
        `${which}: the sector at ${at} holds what nobody wrote there since the flush`,
      );
    }
  }
}

const SIZE = 5 * MIB;

/** Writes, zeroes and flushes until the power goes. False: it did not. */
const workUntilDark = async (
  sink: Required<BlockSink>,
  model: Buffer,
  allowed: Allowed,
  sector: number,
  random: (below: number) => number,
): Promise<boolean> => {
  try {
    for (let i = 0; i < 7; i++) {
      const batch: Promise<void>[] = [];
      let flushes = 0;
      for (let at = random(40) * sector; at < SIZE && batch.length < 4; at += sector * (1 + random(2000))) {
        const length = Math.min(SIZE - at, (1 + random(random(5) === 0 ? 3000 : 30)) * sector);
        const zero = random(4) === 0;
        const data = zero ? Buffer.alloc(length) : Buffer.alloc(length, `${random(1e9)} `);
        allowed.wrote(at, data);
        data.copy(model, at);
        batch.push(zero ? sink.zero(at, length) : sink.write(at, data));
        if (flushes === 0 && random(3) === 0) flushes = batch.push(sink.flush());
        at += length;
      }
      const settled = await Promise.allSettled(batch);
      const failed = settled.find((each) => each.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      // One among others promises nothing of those: only what had been answered before it was asked for.
      if (random(3) > 0) continue;
      await sink.flush();
      allowed.flushedAll(model);
    }
    await sink.flush();
    allowed.flushedAll(model);
    return false;
  } catch (error) {
    assert.match((error as Error).message, /The power is gone/);
    return true;
  }
};

describe('the power goes', () => {
  for (const kind of VHDX.slice(0, 2))
    test(`${kind.name}: at every call, what was flushed is there and the tables are whole`, () =>
      withDirectory(async (directory) => {
        const { base, leaf } = await pair(kind, directory, SIZE, 80);
        const parent = await contentOf(base);
        const start = await readFile(leaf);
        const content = await contentOf(leaf);
        let dark = 0;
        for (let powerGoesAt = 0; ; powerGoesAt++) {
          const random = seeded(1000 + (powerGoesAt % 5));
          const model = Buffer.from(content);
          const allowed = new Allowed(content);
          let file = new FakeFile(start);
          file.powerGoesAt = powerGoesAt;
          let went = false;
          // The second time it goes in what the first time has left.
          for (let time = 0; time < 3; time++) {
            const { sink } = await opened(file, parent);
            went = await workUntilDark(sink, model, allowed, kind.sector, random);
            const left = file.afterCrash(random);
            file = new FakeFile(left);
            const { source, layer } = await opened(file, parent);
            await layer.checkBlocks();
            const now = await readAll(source);
            const which = `power at call ${powerGoesAt}, time ${time}`;
            allowed.check(now, which);
            // From here on it holds what it holds.
            now.copy(model);
            allowed.flushedAll(now);
            file.powerGoesAt = file.calls + 3 + random(40);
          }
          if (went) dark++;
          if (powerGoesAt === 45) break;
        }
        assert.ok(dark > 25, `it went ${dark} times`);
      }));
});

describe('the process dies, and the host goes on', () => {
  for (const kind of VHDX.slice(0, 2))
    test(`${kind.name}: at every call, the next one has all that was answered, flushed or not`, () =>
      withDirectory(async (directory) => {
        const { base, leaf } = await pair(kind, directory, SIZE, 82);
        const parent = await contentOf(base);
        const start = await readFile(leaf);
        const content = await contentOf(leaf);
        let deaths = 0;
        for (let first = 0; first < 40; first += 2) {
          const random = seeded(2000 + first);
          const model = Buffer.from(content);
          let file = new FakeFile(start);
          let journal = join(directory, `journal${first}`);
          file.diesAt = first;
          // The second one dies of what the first one has left.
          for (let time = 0; time < 3; time++) {
            const left = `${journal}.${time}`;
            const death = Promise.withResolvers<Buffer>();
            const [dying, its] = [file, journal];
            let lives = true;
            file.died = () => {
              // What it still does without any call of the kernel counts no more.
              lives = false;
              copyFileSync(its, left);
              death.resolve(dying.content());
            };
            const { sink } = await opened(file, parent, journal);
            const unanswered = new Allowed(model);
            const work = async (): Promise<null> => {
              for (let round = 0; round < 5; round++) {
                const batch: Promise<void>[] = [];
                for (let at = random(40) * kind.sector; at < SIZE && batch.length < 4; ) {
                  const length = Math.min(SIZE - at, (1 + random(random(5) === 0 ? 3000 : 30)) * kind.sector);
                  const zero = random(4) === 0;
                  const data = zero ? Buffer.alloc(length) : Buffer.alloc(length, `${random(1e9)} `);
                  const place = at;
                  unanswered.wrote(place, data);
                  const request = zero ? sink.zero(place, length) : sink.write(place, data);
                  batch.push(request.then(() => void (lives && data.copy(model, place))));
                  at += length + kind.sector * random(2000);
                }
                if (random(3) === 0) batch.push(sink.flush());
                await Promise.all(batch);
                unanswered.flushedAll(model);
              }
              return null;
            };
            const now = await Promise.race([death.promise, work()]);
            if (now === null) break;
            deaths++;
            file = new FakeFile(now);
            journal = left;
            const next = await opened(file, parent, journal);
            const found = await readAll(next.source);
            // What was answered in the last round is in the model, and what was not may be there or not.
            unanswered.check(found, `death at ${first}, time ${time}`);
            for (let at = 0; at < SIZE; at += TORN)
              if (!model.subarray(at, at + TORN).equals(unanswered.flushed.subarray(at, at + TORN)))
                assert.ok(found.subarray(at, at + TORN).equals(model.subarray(at, at + TORN)), `answered, at ${at}`);
            found.copy(model);
            await next.sink.flush();
            assert.ok(
              found.equals(await readAll((await opened(new FakeFile(file.content()), parent)).source)),
              'flushed',
            );
            assert.equal((await readFile(journal)).length, 0, 'nothing is left to be kept');
            file.diesAt = file.calls + random(25);
          }
        }
        assert.ok(deaths > 15, `${deaths} deaths`);
      }));

  test('after a sync that failed nobody goes on', () =>
    withDirectory(async (directory) => {
      const { base, leaf } = await pair(SMALL, directory, SIZE, 83);
      const file = new FakeFile(await readFile(leaf));
      const journal = join(directory, 'journal');
      const { sink } = await opened(file, await contentOf(base), journal);
      await sink.write(0, Buffer.alloc(512, 1));
      await access(journal);
      file.failure = (_, what) => (what === 'sync' ? 'EIO' : null);
      await assert.rejects(sink.flush(), { code: 'EIO' });
      await assert.rejects(access(journal), { code: 'ENOENT' });
    }));
});

describe('a log that was left', () => {
  test('is replayed into the file first, and again when that is interrupted', () =>
    withDirectory(async (directory) => {
      const { base, leaf } = await pair(SMALL, directory, SIZE, 85);
      const parent = await contentOf(base);
      const size = (await readFile(leaf)).length;
      // The log moves the first block to the end of the file, which it makes longer, and clears what it was.
      const table = (await readFile(leaf)).subarray(3 * MIB, 3 * MIB + 4096);
      table.writeBigUInt64LE((BigInt(size / MIB) << 20n) | BigInt(BLOCK.present), 0);
      const changes = [
        { offset: 3 * MIB, data: table },
        { offset: size, data: Buffer.alloc(4096, 'from the log') },
        { offset: size + 8192, zeros: MIB - 8192 },
      ];
      await writeRing(leaf, 0, composeEntry({ sequence: 7n, tail: 0, flushed: size, last: size + MIB, changes }));
      await markDirty(leaf);
      const expected = await contentOf(leaf);
      assert.ok(expected.subarray(0, 4096).equals(Buffer.alloc(4096, 'from the log')));
      assert.ok(expected.subarray(4096, MIB).every((byte) => byte === 0));
      const start = await readFile(leaf);
      let interrupted = 0;
      for (let powerGoesAt = 0; ; powerGoesAt++) {
        const random = seeded(86 + powerGoesAt);
        const file = new FakeFile(start);
        file.powerGoesAt = powerGoesAt;
        const replayed = await opened(file, parent).then(
          () => true,
          () => false,
        );
        const next = new FakeFile(file.afterCrash(random));
        const { source } = await opened(next, parent);
        assert.ok(expected.equals(await readAll(source)), `power at call ${powerGoesAt}`);
        if (replayed) break;
        interrupted++;
      }
      assert.ok(interrupted > 5, `${interrupted}`);
      const { sink, source } = await writable(leaf);
      await sink.write(0, Buffer.alloc(512, 1));
      await sink.flush();
      await source.close();
      Buffer.alloc(512, 1).copy(expected);
      assert.ok(expected.equals(await contentOf(leaf)));
      assert.deepEqual(
        (await inspectDisk(leaf)).hazards.map((hazard) => hazard.kind),
        ['differencing'],
      );
    }));
});

describe('what fails', () => {
  test('a full disk fails the request, and it succeeds when there is room again', () =>
    withDirectory(async (directory) => {
      const { base, leaf, model } = await pair(SMALL, directory, SIZE, 90);
      const parent = await contentOf(base);
      const start = await readFile(leaf);
      for (let failing = 4; failing < 40; failing += 3) {
        const file = new FakeFile(start);
        const expected = Buffer.from(model);
        const { sink, source } = await opened(file, parent);
        file.failure = (call, what) => (call >= failing && call < failing + 2 && what !== 'sync' ? 'ENOSPC' : null);
        const random = seeded(91);
        let refused = 0;
        for (let i = 0; i < 12; i++) {
          const at = random(SIZE / 512 - 600) * 512;
          const data = Buffer.alloc((1 + random(500)) * 512, i + 1);
          for (const work of [() => sink.write(at, data), () => sink.flush()])
            for (let tries = 0; ; tries++) {
              const code = await work().then(
                () => null,
                (error: NodeJS.ErrnoException) => error.code,
              );
              if (code === null) break;
              assert.equal(code, 'ENOSPC');
              assert.ok(tries < 4);
              refused++;
            }
          data.copy(expected, at);
        }
        assert.ok(expected.equals(await readAll(source)), `failing at ${failing}`);
        await sink.flush();
        const again = await opened(new FakeFile(file.content()), parent);
        assert.ok(expected.equals(await readAll(again.source)), `failing at ${failing}, opened again`);
        assert.ok(refused > 0 || failing > 30);
      }
    }));

  test('after a sync that failed nothing is promised any more', () =>
    withDirectory(async (directory) => {
      const { base, leaf } = await pair(SMALL, directory, SIZE, 92);
      const file = new FakeFile(await readFile(leaf));
      const { sink } = await opened(file, await contentOf(base));
      await sink.write(0, Buffer.alloc(512, 1));
      const now = file.calls;
      file.failure = (call, what) => (what === 'sync' && call >= now && call < now + 2 ? 'EIO' : null);
      await assert.rejects(sink.flush(), { code: 'EIO' });
      await assert.rejects(sink.flush(), { code: 'EIO' });
      file.failure = () => null;
      await assert.rejects(sink.flush(), { code: 'EIO' });
      await assert.rejects(sink.write(0, Buffer.alloc(512, 1)), { code: 'EIO' });
    }));

  test('what is no whole sector of the disk is refused', () =>
    withDirectory(async (directory) => {
      const { leaf } = await pair(SMALL, directory, SIZE, 93);
      const { source, sink } = await writable(leaf);
      for (const [at, length] of [
        [1, 512],
        [0, 100],
        [SIZE, 512],
        [-512, 512],
      ] as const)
        await assert.rejects(sink.write(at, Buffer.alloc(length)), RangeError);
      await source.close();
    }));

  test('a VHD is not written this way', () =>
    withDirectory(async (directory) => {
      const vhd = KINDS[0] as DiskKind;
      const file = join(directory, 'a.vhd');
      await (await create(vhd, file, SIZE, 'dynamic')).close();
      await assert.rejects(
        openChain({ ...plainFile(file), open: () => openFile(file, 'r+') }, besideChild, { writable: true }),
        /Only a VHDX is written where it lies/,
      );
    }));

  test('hardening 12 a leaf with damaged tables is refused, or the request is; the parents stay', () =>
    withDirectory(async (directory) => {
      const { base, leaf } = await pair(SMALL, directory, SIZE, 94);
      const before = await readFile(base);
      const random = seeded(95);
      let refused = 0;
      for (let i = 0; i < 100; i++) {
        const bad = join(directory, 'bad.avhdx');
        await copyFile(leaf, bad);
        await damage(bad, VHDX_MUTATIONS, random);
        const expectable = (error: unknown): null => {
          assert.ok(error instanceof DiskFormatError || (error as Error).name === 'ChainError', String(error));
          refused++;
          return null;
        };
        const chain = await writable(bad).catch(expectable);
        if (chain === null) continue;
        for (let at = 0; at < SIZE; at += MIB / 2)
          await chain.sink.write(at + random(100) * 512, Buffer.alloc(5120, 3)).catch(expectable);
        await chain.sink.flush().catch(expectable);
        await chain.source.close();
      }
      assert.ok(refused > 12, `${refused}`);
      assert.ok(before.equals(await readFile(base)));
    }));
});
