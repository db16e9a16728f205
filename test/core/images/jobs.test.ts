import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createDiskFiles } from '../../../src/core/disks/inspected-files.ts';
import { DomainError } from '../../../src/core/errors.ts';
import { imageDefinition, type ImageParams } from '../../../src/core/images/image-job.ts';
import type { ImageWork } from '../../../src/core/images/image-work.ts';
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
const trial = async (kind: ImageWork['kind']): Promise<JobTrial<ImageParams>> => {
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
  const [youngest = { file: child, format: 'vhdx' as const }] = images;
  const ofBase = { file: base, format: 'vhdx' as const };
  const works: Readonly<Record<string, readonly [ImageWork, target: string, consumed: readonly string[]]>> = {
    create: [{ kind: 'create', disk: { ...like, id: ID } }, made, []],
    convert: [{ kind: 'convert', disk: { ...like, id: ID }, files: images }, made, []],
    compact: [{ kind: 'compact', disk: like, files: [ofBase] }, base, []],
    merge: [{ kind: 'merge', disk: like, files: images }, base, [youngest.file]],
  };
  const [work, target, consumed] = works[kind] ?? assert.fail(kind);
  const before = { names: (await readdir(directory)).toSorted(), base: await hashOf(base), child: await hashOf(child) };
  const disks = createDiskFiles(createPathResolver({ dataDirectory: directory, stateDirectory: state }));
  // No machine has anything open here.
  const context = { disks, graph: { systems: () => [] }, fleet: { ids: () => [], get: () => undefined } };
  const names = async (): Promise<readonly string[]> => (await readdir(directory)).toSorted();
  return {
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
    },
    complete: async () => {
      const wanted = before.names.filter((name) => !consumed.some((file) => file.endsWith(name)));
      assert.deepEqual(await names(), target === made ? [...wanted, 'made.vhdx'].toSorted() : wanted);
      assert.equal((await inspectDisk(target)).virtualSize, 3 * MIB);
    },
    dispose: () => rm(directory, { recursive: true, force: true }),
  };
};

describe('jobs of the image service: done, undone, killed and repeated at every step', () => {
  for (const kind of ['create', 'convert', 'compact', 'merge'] as const)
    test(kind, () => exerciseJob(() => trial(kind)));
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
