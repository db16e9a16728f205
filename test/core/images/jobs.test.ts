import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import type { DiskFiles } from '../../../src/core/disks/disk-files.ts';
import { createImageTool } from '../../../src/qemu/images/image-tool.ts';
import { createDiskFiles } from '../../../src/core/disks/inspected-files.ts';
import { DomainError } from '../../../src/core/errors.ts';
import type { StepContext } from '../../../src/core/jobs/definition.ts';
import { imageDefinition, type ImageParams } from '../../../src/core/images/image-job.ts';
import { type ImageWork, perform } from '../../../src/core/images/image-work.ts';
import { likeDisk } from '../../../src/core/images/new-disk.ts';
import { createPathResolver } from '../../../src/core/paths/resolver.ts';
import type { SystemsContext } from '../../../src/core/systems/context.ts';
import { createVirtualClock } from '../../../src/simulated/virtual-clock.ts';
import { createMemoryStore } from '../../../src/store/memory.ts';
import { inspectDisk } from '../../../src/vhd/inspect.ts';
import { childDisk, hashOf, plainDisk } from '../../kit/differencing-disks.ts';
import { exerciseJob, type JobTrial } from '../jobs-harness.ts';

const MIB = 1024 * 1024;
const ID = '3F2504E0-4F89-41D3-9A0C-0305E82C3301';

/** What a job of the image service finds on the disk, anew for each trial. */
const trial = async (
  name: ImageWork['kind'] | 'create qcow2' | 'convert to qcow2' | 'compact qcow2',
): Promise<JobTrial<ImageParams> & { readonly disks: DiskFiles }> => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-images-'));
  const state = join(directory, 'state');
  await mkdir(state);
  const raw = join(directory, 'content.img');
  await writeFile(raw, Buffer.alloc(3 * MIB, 1));
  const base = await plainDisk('vhdx', join(directory, 'base.vhdx'), raw);
  const child = await childDisk('vhdx', join(directory, 'child.avhdx'), base, [[0, Buffer.alloc(4096, 2)]]);
  const made = join(directory, 'made.vhdx');
  const images = [child, base].map((file) => ({ file, format: 'vhdx' as const }));
  const like = likeDisk(await inspectDisk(base), null);
  const thin = join(directory, 'thin.qcow2');
  if (name === 'compact qcow2') execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, thin]);
  const qcow2 = { ...like, format: 'qcow2' as const, blockSize: 0, id: ID };
  const [youngest = { file: child, format: 'vhdx' as const }] = images;
  const ofBase = { file: base, format: 'vhdx' as const };
  const works: Readonly<Record<string, readonly [ImageWork, target: string, consumed: readonly string[]]>> = {
    create: [{ kind: 'create', disk: { ...like, id: ID } }, made, []],
    convert: [{ kind: 'convert', disk: { ...like, id: ID }, files: images }, made, []],
    compact: [{ kind: 'compact', disk: like, files: [ofBase] }, base, []],
    'create qcow2': [{ kind: 'create', disk: qcow2 }, join(directory, 'made.qcow2'), []],
    'convert to qcow2': [{ kind: 'convert', disk: qcow2, files: images }, join(directory, 'made.qcow2'), []],
    'compact qcow2': [{ kind: 'compact', disk: qcow2, files: [{ file: thin, format: 'qcow2' }] }, thin, []],
    grow: [{ kind: 'grow', file: raw, format: 'raw', size: 8 * MIB, added: 0 }, raw, []],
    merge: [{ kind: 'merge', disk: like, files: images }, base, [youngest.file]],
  };
  const [work, target, consumed] = works[name] ?? assert.fail(name);
  const { kind } = work;
  const before = { names: (await readdir(directory)).toSorted(), base: await hashOf(base), child: await hashOf(child) };
  const disks = createDiskFiles(createPathResolver({ dataDirectory: directory, stateDirectory: state }));
  // No machine has anything open here.
  const context = {
    disks,
    images: createImageTool(),
    graph: { systems: () => [] },
    fleet: { ids: () => [], get: () => undefined },
  };
  const names = async (): Promise<readonly string[]> => (await readdir(directory)).toSorted();
  return {
    disks,
    store: createMemoryStore(),
    clock: createVirtualClock(),
    define: () => imageDefinition(context as unknown as SystemsContext, kind),
    params: { work, target, text: target, files: images.map(({ file }) => file), consumed },
    affected: [],
    pristine: async () => {
      assert.deepEqual(await names(), before.names);
      assert.equal(await hashOf(child), before.child);
      // A whole new file may have taken the name of the old one: then it has the same content.
      if ((await hashOf(base)) !== before.base) assert.equal((await inspectDisk(base)).virtualSize, 3 * MIB);
      if (name === 'compact qcow2') {
        // Before and after it holds the same.
        execFileSync('qemu-img', ['check', '-q', '-f', 'qcow2', thin]);
        execFileSync('qemu-img', ['compare', '-q', '-f', 'qcow2', '-F', 'raw', thin, raw]);
      }
      // A disk that grows where it is has the old size or the new one, and its content.
      const content = await readFile(raw);
      assert.ok([3 * MIB, 8 * MIB].includes(content.length));
      assert.ok(content.subarray(0, 3 * MIB).equals(Buffer.alloc(3 * MIB, 1)));
    },
    complete: async () => {
      const wanted = before.names.filter((name) => !consumed.some((file) => file.endsWith(name)));
      assert.deepEqual(
        await names(),
        before.names.includes(basename(target)) ? wanted : [...wanted, basename(target)].toSorted(),
      );
      assert.equal((await inspectDisk(target)).virtualSize, (kind === 'grow' ? 8 : 3) * MIB);
    },
    dispose: () => rm(directory, { recursive: true, force: true }),
  };
};

describe('jobs of the image service: done, undone, killed and repeated at every step', () => {
  for (const kind of [
    'create',
    'convert',
    'compact',
    'merge',
    'grow',
    'create qcow2',
    'convert to qcow2',
    'compact qcow2',
  ] as const)
    test(kind, () => exerciseJob(() => trial(kind)));
});

for (const kind of ['compact', 'compact qcow2', 'merge'] as const)
  test(`a ${kind} tells how far it is by its bytes, not by its files`, async () => {
    const { params, dispose } = await trial(kind);
    try {
      assert.ok(params.work.kind !== 'grow');
      const told: number[] = [];
      const { signal } = new AbortController();
      const requireRoom = (bytes: number): Promise<void> => {
        assert.ok(bytes > 0 && told.length === 0, `${bytes} bytes were asked for after ${told.length} pieces`);
        return Promise.resolve();
      };
      await perform(params.work, params.target, { signal, progress: (fraction) => told.push(fraction), requireRoom });
      assert.ok(told.filter((fraction) => fraction < 1).length >= 2, told.join(' '));
      assert.deepEqual(
        told,
        told.toSorted((a, b) => a - b),
      );
      assert.equal(told.at(-1), 1);
    } finally {
      await dispose?.();
    }
  });

test("a file that a job changes is nobody else's meanwhile", async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-images-'));
  try {
    await mkdir(join(directory, 'state'));
    const raw = join(directory, 'disk.img');
    await writeFile(raw, Buffer.alloc(MIB));
    const disks = createDiskFiles(
      createPathResolver({ dataDirectory: directory, stateDirectory: join(directory, 'state') }),
    );
    const busy = (error: unknown): boolean => error instanceof DomainError && error.code === 'inUse';
    {
      using _mine = disks.claim([raw]);
      await assert.rejects(disks.inspect(raw, 'disk'), busy);
      assert.throws(() => disks.claim([raw]), busy);
    }
    assert.equal((await disks.inspect(raw, 'disk')).file, raw);
    assert.equal((await readFile(raw)).length, MIB);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

/** A job as the steps see it, one at a time. */
const stepsOf = (made: JobTrial<ImageParams>, jobId: string) => {
  const { steps } = made.define(made.clock, made.store);
  const results: Record<string, unknown> = {};
  const step = (name: string) => steps.find((each) => each.name === name) ?? assert.fail(name);
  return {
    run: async (name: string): Promise<void> => {
      const context: StepContext = {
        jobId,
        signal: new AbortController().signal,
        progress: () => undefined,
        join: () => undefined,
        keep: async (result) => {
          results[name] = result;
        },
        affect: () => undefined,
        warn: () => undefined,
      };
      results[name] = (await step(name).run(context, made.params, results)) ?? results[name];
    },
    undo: async (...names: readonly string[]): Promise<void> => {
      for (const name of names) await step(name).undo?.({ jobId, join: () => undefined }, made.params, results);
    },
  };
};

const is = (hresult: string) => (error: unknown) => error instanceof DomainError && error.hresult === hresult;

describe('two jobs of the image service on one file', () => {
  test('of two that make it the slower is refused and takes nothing away', async () => {
    const made = await trial('create');
    try {
      const [one, other, third] = ['ONE', 'OTHER', 'THIRD'].map((id) => stepsOf(made, id));
      if (one === undefined || other === undefined || third === undefined) assert.fail();
      await one.run('reserve');
      await assert.rejects(other.run('reserve'), is('0x80070050'));
      await other.undo('reserve');
      await one.run('write');
      await other.undo('reserve');
      await made.complete(made.store);
      await assert.rejects(third.run('reserve'), is('0x80070050'));
      await third.undo('reserve');
      await made.complete(made.store);
    } finally {
      await made.dispose();
    }
  });

  test('the one that finds it kept leaves what the other has begun', async () => {
    const made = await trial('compact');
    try {
      const unfinished = join(dirname(made.params.target), `.${basename(made.params.target)}.0123.unfinished`);
      await writeFile(unfinished, 'of the other');
      const late = stepsOf(made, 'LATE');
      {
        using _other = made.disks.claim([made.params.target]);
        await assert.rejects(late.run('write'), is('0x80070020'));
        await late.undo('write', 'reserve');
        assert.equal(await readFile(unfinished, 'latin1'), 'of the other');
      }
      await late.undo('write', 'reserve');
      await made.pristine(made.store);
    } finally {
      await made.dispose();
    }
  });
});
