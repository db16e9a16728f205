import assert from 'node:assert/strict';
import { access, copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import type { Job } from '../../src/core/jobs/job.ts';
import type { ImageTool } from '../../src/core/disks/image-tool.ts';
import type { Guid } from '../../src/core/model.ts';
import {
  apply,
  contents,
  create,
  currentFile,
  destroy,
  done,
  filesOf,
  jobsEnded,
  machineOn,
  machineWith,
  merged,
  nothingLeftOver,
  remove,
  snapshotOf,
} from './checkpoint-kit.ts';
import { readDisk, writeDisk } from './disk-content.ts';
import { add, CALLER, diskDrive, first, image, makeWorld, ofKind } from './kit.ts';

/** An image tool at one of whose calls something else happens first. */
class Interruption {
  calls = 0;
  #at = Number.POSITIVE_INFINITY;
  #happens: () => Promise<void> = async () => undefined;

  at(call: number, happens: () => Promise<void>): void {
    this.calls = 0;
    this.#at = call;
    this.#happens = happens;
  }

  over = (tool: ImageTool): ImageTool => ({
    createOverlay: (...args) => tool.createOverlay(...args),
    commit: (...args) => this.#guard(() => tool.commit(...args)),
    stream: (...args) => this.#guard(() => tool.stream(...args)),
    rebase: (...args) => this.#guard(() => tool.rebase(...args)),
    hold: (...args) => tool.hold(...args),
    grow: (...args) => tool.grow(...args),
  });

  async #guard(work: () => Promise<void>): Promise<void> {
    if (this.calls++ === this.#at) await this.#happens();
    await work();
  }
}

type Power = 'off' | 'running';
/** What needs the disks in the middle of the merge; with the lowest checkpoint gone, the file below is to be merged too. */
type Interrupter = 'destroy the one below' | 'create' | 'apply the youngest';

/**
 * Three checkpoints over each other; the middle one goes, and what lies over its file is merged into it, a file that stays. At
 * each call of the image tool somebody else has the disks of the machine first.
 */
const interruptAtEach = async (t: TestContext, power: Power, interrupter: Interrupter): Promise<void> => {
  for (let call = 0; ; call++) {
    const interruption = new Interruption();
    const world = await makeWorld(t, { images: interruption.over });
    const id = await machineWith(world, 1);
    await writeDisk(currentFile(world, id), 1);
    if (power === 'running') done(await world.request(id, 2));
    const snapshots: Guid[] = [];
    for (const pattern of [2, 3, 4]) {
      snapshots.push(await create(world, id));
      await writeDisk(currentFile(world, id), pattern);
    }
    const [lowest = '', middle = '', youngest = ''] = snapshots;
    const { snapshots: service } = world.core;
    const other: { job: Promise<Job> | null } = { job: null };
    interruption.at(call, async () => {
      if (interrupter === 'destroy the one below') other.job = service.destroy(CALLER, lowest);
      else if (interrupter === 'apply the youngest') other.job = service.apply(CALLER, youngest);
      else other.job = create(world, id).then(() => service.destroy(CALLER, lowest));
      // So that it has the turn of the machine when the tool is done.
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    });
    done(await world.ended(await service.destroy(CALLER, middle)));
    await merged(world, id);
    if (other.job !== null) done(await world.ended(await other.job));
    await merged(world, id);
    const label = `${interrupter} of a machine that is ${power}, at call ${call}`;
    const found = await contents(world, id);
    assert.equal(found['now'], interrupter === 'apply the youngest' && other.job !== null ? 3 : 4, `${label}: now`);
    assert.equal(found[youngest], 3, `${label}: the youngest`);
    await nothingLeftOver(world, id);
    assert.deepEqual(world.problems, [], label);
    if (world.system(id).power === 'off') done(await world.request(id, 2));
    if (other.job !== null) continue;
    assert.ok(call > 1, `the merge had ${call} calls`);
    return;
  }
};

describe('whoever needs the disks in the middle of a merge finds each file as its record says, or the merge is ended first', () => {
  // Of a machine that runs none is applied.
  for (const power of ['off', 'running'] as const)
    for (const interrupter of ['destroy the one below', 'create', 'apply the youngest'] as const)
      if (power === 'off' || interrupter !== 'apply the youngest')
        test(`${interrupter} of a machine that is ${power}`, (t) => interruptAtEach(t, power, interrupter));
});

describe('files that another machine names', () => {
  test('the disk of a checkpoint that another machine runs with is not deleted under it', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const [a, b] = [await create(world, id), await create(world, id)];
    // B has a file that nothing lies over when A is applied.
    const file = first(filesOf(snapshotOf(world, id, b).configuration));
    const other = await machineOn(world, file);
    done(await world.request(other, 2));
    await apply(world, a);
    await destroy(world, b);
    await jobsEnded(world);
    await access(file);
    done(await world.request(other, 3));
    await remove(world, other);
    await merged(world, id);
    await nothingLeftOver(world, id);
  });

  test('two machines over one file, each by a checkpoint that is gone: it is merged into by none, then by the one that is left', async (t) => {
    const world = await makeWorld(t);
    const id = await machineWith(world, 1);
    const shared = currentFile(world, id);
    await writeDisk(shared, 1);
    const other = await machineOn(world, shared);
    const [a, b] = [await create(world, id), await create(world, other)];
    await writeDisk(currentFile(world, other), 3);
    await destroy(world, a);
    await jobsEnded(world);
    await destroy(world, b);
    await jobsEnded(world);
    assert.equal(await readDisk(currentFile(world, id)), 1);
    await writeDisk(currentFile(world, id), 2);
    assert.equal(await readDisk(currentFile(world, other)), 3);
    const told = [...world.core.graph.jobs()].map(({ errorDescription }) => errorDescription ?? '');
    assert.ok(
      told.some((text) => /A disk of 'vm' lies over/.test(text)),
      told.join(),
    );
    // Its disk is taken out first: it could not be merged, and stays as it is.
    const { part } = first(ofKind(world.system(other), 'hardDiskImage'));
    await world.core.operations.removeResources(CALLER, [{ configuration: other, part }]);
    await remove(world, other);
    await merged(world, id);
    assert.equal(currentFile(world, id), shared);
    assert.equal(await readDisk(shared), 2);
  });

  test('two disks of one machine over one file of two names: none is merged into it', async (t) => {
    const world = await makeWorld(t);
    const folder = join(world.directory, 'data', 'drives', 'c', 'disks');
    await mkdir(folder, { recursive: true });
    await copyFile(await world.makeDisk('any.raw'), join(folder, 'Base.raw'));
    const id = await machineOn(world, 'C:\\disks\\Base.raw');
    const { part } = first(ofKind(world.system(id), 'scsiController'));
    const drive = first(await add(world, id, diskDrive({ configuration: id, part }, '1')));
    await add(world, id, image(drive, 'c:\\DISKS\\base.RAW'));
    const a = await create(world, id);
    await destroy(world, a);
    await jobsEnded(world);
    assert.equal(world.system(id).differencing?.length, 2);
  });

  test('a disk of another name for the same file is not merged into', async (t) => {
    const world = await makeWorld(t);
    const folder = join(world.directory, 'data', 'drives', 'c', 'disks');
    await mkdir(folder, { recursive: true });
    await copyFile(await world.makeDisk('any.raw'), join(folder, 'Base.raw'));
    await rm(join(world.directory, 'disks', 'any.raw'));
    const id = await machineOn(world, 'C:\\disks\\Base.raw');
    await writeDisk(join(folder, 'Base.raw'), 1);
    const a = await create(world, id);
    const other = await machineOn(world, 'c:\\DISKS\\base.RAW');
    await destroy(world, a);
    await jobsEnded(world);
    assert.equal(world.system(id).differencing?.length, 1);
    assert.ok([...world.core.graph.jobs()].some((job) => /attached to another/.test(job.errorDescription ?? '')));
    await remove(world, other);
    await merged(world, id);
    assert.deepEqual(world.system(id).differencing, []);
  });
});
