import assert from 'node:assert/strict';
import { access, copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import type { ImageTool } from '../../src/core/disks/image-tool.ts';
import { DomainError } from '../../src/core/errors.ts';
import type { Guid } from '../../src/core/model.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import {
  create,
  currentFile,
  destroy,
  done,
  filesIn,
  jobsEnded,
  machineOn,
  machineWith,
  merged,
  nothingLeftOver,
  remove,
} from './checkpoint-kit.ts';
import { readDisk, writeDisk } from './disk-content.ts';
import { add, CALLER, diskDrive, first, image, makeWorld, ofKind, type World } from './kit.ts';

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const takeOut = async (world: World, id: Guid): Promise<void> => {
  const { part } = first(ofKind(world.system(id), 'hardDiskImage'));
  await world.core.operations.removeResources(CALLER, [{ configuration: id, part }]);
};

const told = (world: World): string =>
  [...world.core.graph.jobs()].map(({ errorDescription }) => errorDescription ?? '').join('\n');

/** Two machines over one file, each by a checkpoint that is gone; the first one's disk holds 2, the other's 3, the file 1. */
const twoOverOne = async (
  t: TestContext,
  images?: (tool: ImageTool) => ImageTool,
): Promise<{ world: World; id: Guid; other: Guid; shared: string }> => {
  const world = await makeWorld(t, images === undefined ? {} : { images });
  const id = await machineWith(world, 1);
  const shared = currentFile(world, id);
  await writeDisk(shared, 1);
  const other = await machineOn(world, shared);
  const snapshots = [await create(world, id), await create(world, other)];
  await writeDisk(currentFile(world, id), 2);
  await writeDisk(currentFile(world, other), 3);
  for (const snapshot of snapshots) {
    await destroy(world, snapshot);
    await jobsEnded(world);
  }
  return { world, id, other, shared };
};

describe('a merge that waits for another machine goes on when that lets go, and by no clock', () => {
  const overFile = async (
    t: TestContext,
  ): Promise<{ world: World; id: Guid; file: string; wait: () => Promise<void> }> => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const file = currentFile(world, id);
    const snapshot = await create(world, id);
    await writeDisk(currentFile(world, id), 2);
    return {
      world,
      id,
      file,
      wait: async () => {
        await destroy(world, snapshot);
        await jobsEnded(world);
        assert.match(told(world), /attached to another virtual machine, 'other'/);
        assert.equal(world.system(id).differencing?.length, 1);
        assert.equal(world.patience.waits, false);
      },
    };
  };
  const ended = async (world: World, id: Guid, file: string): Promise<void> => {
    await merged(world, id);
    assert.deepEqual([currentFile(world, id), await readDisk(file)], [file, 2]);
    await nothingLeftOver(world, id);
  };

  test('its disk is taken out', async (t) => {
    const { world, id, file, wait } = await overFile(t);
    const other = await machineOn(world, file);
    await wait();
    await takeOut(world, other);
    await ended(world, id, file);
  });

  test('it is deleted', async (t) => {
    const { world, id, file, wait } = await overFile(t);
    const other = await machineOn(world, file);
    await wait();
    await remove(world, other);
    await ended(world, id, file);
  });

  test('the checkpoint that names the file is deleted', async (t) => {
    const { world, id, file, wait } = await overFile(t);
    const other = await machineOn(world, file);
    const named = await create(world, other);
    const over = currentFile(world, other);
    await takeOut(world, other);
    // Taken out it is the client's, who does not want it.
    await rm(over);
    await wait();
    await destroy(world, named);
    await merged(world, id);
    assert.deepEqual([currentFile(world, id), await readDisk(file)], [file, 2]);
  });

  test('what else may be merged is not held up', async (t) => {
    const { world, id, file } = await overFile(t);
    await machineOn(world, file);
    const snapshots = [await create(world, id), await create(world, id)];
    await writeDisk(currentFile(world, id), 4);
    for (const snapshot of [...world.system(id).snapshots].map(({ configuration }) => configuration.id))
      await destroy(world, snapshot);
    await jobsEnded(world);
    assert.equal(snapshots.length, 2);
    // All of its own are one, over the file that is not its alone.
    await world.eventually(() => world.system(id).differencing?.length === 1);
    assert.deepEqual([await readDisk(currentFile(world, id)), await readDisk(file)], [4, 0]);
    assert.match(told(world), /attached to another virtual machine/);
  });
});

describe('machines over one file are deleted in any order', () => {
  for (const order of ['first', 'second', 'both at once'] as const)
    test(`${order}: each disk is as it was, and no file is left that is nobody's`, async (t) => {
      const { world, id, other, shared } = await twoOverOne(t);
      const disks = { [id]: currentFile(world, id), [other]: currentFile(world, other) };
      if (order === 'both at once') {
        const jobs = [id, other].map((each) => world.core.operations.destroy(CALLER, each));
        for (const job of jobs) done(await world.ended(await job));
      } else {
        const [gone, left] = order === 'first' ? [id, other] : [other, id];
        await remove(world, gone);
        await merged(world, left);
        // What is left has the file for itself.
        assert.equal(currentFile(world, left), shared);
        await remove(world, left);
        const kept = [disks[gone] ?? '', shared];
        assert.deepEqual(await Promise.all(kept.map((file) => readDisk(file))), order === 'first' ? [2, 3] : [3, 2]);
        assert.deepEqual(await filesIn(world), kept.map((file) => basename(file)).toSorted());
        return;
      }
      // Whoever came last may have had the file for itself.
      const whereIs = async (file: string): Promise<string> => ((await exists(file)) ? file : shared);
      const found = await Promise.all(Object.values(disks).map(whereIs));
      assert.notEqual(found[0], found[1]);
      assert.deepEqual(await Promise.all(found.map((file) => readDisk(file))), [2, 3]);
      assert.deepEqual(await filesIn(world), [...new Set([...found, shared])].map((file) => basename(file)).toSorted());
    });

  test('one that has its own file twice, under two names', async (t) => {
    const world = await makeWorld(t);
    const folder = join(world.directory, 'data', 'drives', 'c', 'disks');
    await mkdir(folder, { recursive: true });
    await copyFile(await world.makeDisk('any.raw'), join(folder, 'Base.raw'));
    const id = await machineOn(world, 'C:\\disks\\Base.raw');
    const { part } = first(ofKind(world.system(id), 'scsiController'));
    const drive = first(await add(world, id, diskDrive({ configuration: id, part }, '1')));
    await add(world, id, image(drive, 'c:\\DISKS\\base.RAW'));
    await create(world, id);
    await remove(world, id);
    assert.equal(world.core.graph.system(id), undefined);
  });

  test('one whose checkpoint another machine has laid its disk over leaves that file to it', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    await create(world, id);
    await writeDisk(currentFile(world, id), 2);
    const below = currentFile(world, id);
    await create(world, id);
    await writeDisk(currentFile(world, id), 3);
    const own = currentFile(world, id);
    const laid = join(world.directory, 'disks', 'laid.qcow2');
    await createImageTool().createOverlay(laid, { file: below, format: 'qcow2' });
    const other = await machineOn(world, laid);
    await remove(world, id);
    assert.deepEqual([await readDisk(own), await readDisk(laid)], [3, 2]);
    assert.equal(currentFile(world, other), laid);
  });

  test('where the job dies when a disk is whole, the disk is taken as it is', async (t) => {
    let breaks = true;
    const { world, id, other, shared } = await twoOverOne(t, (tool) => ({
      createOverlay: (...args) => tool.createOverlay(...args),
      commit: (...args) => tool.commit(...args),
      stream: async (...args) => {
        await tool.stream(...args);
        if (breaks) throw new DomainError('failed', 'It broke.');
      },
      rebase: (...args) => tool.rebase(...args),
      hold: (...args) => tool.hold(...args),
      grow: (...args) => tool.grow(...args),
    }));
    const own = currentFile(world, id);
    const job = await world.ended(await world.core.operations.destroy(CALLER, id));
    assert.equal(job.state, 10);
    breaks = false;
    await remove(world, other);
    await merged(world, id);
    assert.deepEqual([currentFile(world, id), await readDisk(own)], [own, 2]);
    await remove(world, id);
    await access(shared);
    assert.equal(await readDisk(own), 2);
  });
});

describe('a disk that a client laid over a file by hand counts when a machine has it', () => {
  const laidOver = async (world: World, file: string, name: string): Promise<string> => {
    const laid = join(world.directory, 'disks', name);
    await createImageTool().createOverlay(laid, { file, format: 'raw' });
    return laid;
  };
  const scene = async (t: TestContext): Promise<{ world: World; id: Guid; file: string; snapshot: Guid }> => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const file = currentFile(world, id);
    await writeDisk(file, 1);
    const snapshot = await create(world, id);
    await writeDisk(currentFile(world, id), 2);
    return { world, id, file, snapshot };
  };
  const waits = async (world: World, id: Guid, laid: string): Promise<void> => {
    await jobsEnded(world);
    assert.match(told(world), /A disk of 'other' lies over/);
    assert.equal(world.system(id).differencing?.length, 1);
    assert.equal(await readDisk(laid), 1);
  };

  test('attached to one that is off; when that is taken out, the merge goes on', async (t) => {
    const { world, id, file, snapshot } = await scene(t);
    const laid = await laidOver(world, file, 'laid.qcow2');
    const other = await machineOn(world, laid);
    await destroy(world, snapshot);
    await waits(world, id, laid);
    await takeOut(world, other);
    await merged(world, id);
    assert.equal(await readDisk(file), 2);
  });

  test('two files up, with what it lies over known before a restart or not', async (t) => {
    const { world, id, file, snapshot } = await scene(t);
    const middle = await laidOver(world, file, 'middle.qcow2');
    const laid = join(world.directory, 'disks', 'laid.qcow2');
    await createImageTool().createOverlay(laid, { file: middle, format: 'qcow2' });
    await machineOn(world, laid);
    await world.restart();
    await destroy(world, snapshot);
    await waits(world, id, laid);
    await world.restart();
    await waits(world, id, laid);
  });

  test('to the machine itself, as a second disk', async (t) => {
    const { world, id, file, snapshot } = await scene(t);
    const laid = await laidOver(world, file, 'laid.qcow2');
    const { part } = first(ofKind(world.system(id), 'scsiController'));
    const drive = first(await add(world, id, diskDrive({ configuration: id, part }, '1')));
    await add(world, id, image(drive, laid));
    await destroy(world, snapshot);
    await jobsEnded(world);
    assert.match(told(world), /A disk of 'vm' lies over/);
    assert.equal(await readDisk(laid), 1);
  });

  test('put in the place of an attached one while its machine is off; taken away again, it is found out in time', async (t) => {
    const { world, id, file, snapshot } = await scene(t);
    const attached = join(world.directory, 'disks', 'attached.qcow2');
    await createImageTool().createOverlay(attached, { file: await world.makeDisk('plain.raw'), format: 'raw' });
    const other = await machineOn(world, attached);
    const [one, two] = [await create(world, other), await create(world, other)];
    await destroy(world, one);
    await merged(world, other);
    assert.ok(two);
    await rename(await laidOver(world, file, 'laid.qcow2'), attached);
    await destroy(world, snapshot);
    await waits(world, id, attached);
    assert.ok(world.patience.waits);
    await createImageTool().rebase(attached, { file: await world.makeDisk('plain.raw'), format: 'raw' });
    world.patience.wake();
    await merged(world, id);
    assert.equal(await readDisk(file), 2);
  });
});
