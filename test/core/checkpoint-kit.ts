import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { firstText } from '../../src/core/devices/effective.ts';
import type { Job } from '../../src/core/jobs/job.ts';
import type { Configuration, Guid, Snapshot } from '../../src/core/model.ts';
import type { SnapshotRequest } from '../../src/core/requests.ts';
import { nextDiskTask } from '../../src/core/differencing/disk-tree.ts';
import { heldFiles } from '../../src/core/differencing/held-files.ts';
import { readDisk } from './disk-content.ts';
import { add, CALLER, diskDrive, first, GENERATION_2, image, scsiController, type World } from './kit.ts';

export const STANDARD: SnapshotRequest = {
  type: 'standard',
  elementName: null,
  notes: null,
  applicationConsistent: false,
  ignoreNonSnapshottableDisks: false,
};

/** A machine with disks on a SCSI controller, standard checkpoints. */
export const machineWith = async (world: World, disks: number, generation: 1 | 2 = 1): Promise<Guid> => {
  const { id } = await world.define({
    values: { ElementName: 'vm', UserSnapshotType: 5, ...(generation === 2 ? GENERATION_2 : {}) },
  });
  const [controller] = await add(world, id, scsiController());
  for (let index = 0; index < disks; index++) {
    const [drive] = await add(world, id, diskDrive(controller ?? assert.fail(), String(index)));
    await add(world, id, image(drive ?? assert.fail(), await world.makeDisk(`disk${index}.raw`)));
  }
  return id;
};

/** Another machine, `other`, with just this disk. */
export const machineOn = async (world: World, file: string): Promise<Guid> => {
  const { id } = await world.define({ values: { ElementName: 'other', UserSnapshotType: 5 } });
  const drive = first(await add(world, id, diskDrive(first(await add(world, id, scsiController())))));
  await add(world, id, image(drive, file));
  return id;
};

export const done = (job: Job): void => assert.equal(job.state, 7, job.errorDescription ?? '');

export const create = async (world: World, id: Guid, request: Partial<SnapshotRequest> = {}): Promise<Guid> => {
  const { job, snapshot } = await world.core.snapshots.create(CALLER, id, { ...STANDARD, ...request });
  done(await world.ended(job));
  return snapshot;
};

export const apply = async (world: World, snapshot: Guid): Promise<void> =>
  done(await world.ended(await world.core.snapshots.apply(CALLER, snapshot)));

export const destroy = async (world: World, snapshot: Guid, tree = false): Promise<void> => {
  const { snapshots } = world.core;
  done(await world.ended(await (tree ? snapshots.destroyTree(CALLER, snapshot) : snapshots.destroy(CALLER, snapshot))));
};

export const remove = async (world: World, id: Guid): Promise<void> =>
  done(await world.ended(await world.core.operations.destroy(CALLER, id)));

/** Nothing is at work on the system, and its chains are as short as they can be. */
export const merged = (world: World, id: Guid): Promise<void> =>
  world.eventually(() => {
    const system = world.system(id);
    return (
      system.operation === null && nextDiskTask(system, heldFiles(world.core.graph, system)) === null && noJobs(world)
    );
  });

const noJobs = (world: World): boolean => [...world.core.graph.jobs()].every((job) => job.endedAt !== null);

/** Whatever they ended with. */
export const jobsEnded = (world: World): Promise<void> => world.eventually(() => noJobs(world));

export const filesOf = (configuration: Configuration): readonly string[] =>
  configuration.devices.flatMap((device) =>
    device.kind === 'hardDiskImage' ? (firstText(device, 'HostResource') ?? []) : [],
  );

export const currentFile = (world: World, id: Guid): string => first(filesOf(world.system(id).active));

export const snapshotOf = (world: World, id: Guid, snapshot: Guid): Snapshot =>
  world.system(id).snapshots.find((held) => held.configuration.id === snapshot) ?? assert.fail('no such checkpoint');

export const filesIn = async (world: World): Promise<readonly string[]> =>
  (await readdir(join(world.directory, 'disks'))).toSorted();

export const parentsOf = (world: World, id: Guid): Readonly<Record<Guid, Guid | null>> =>
  Object.fromEntries(world.system(id).snapshots.map((held) => [held.configuration.id, held.parent]));

/** What each checkpoint's first disk holds, and the current one under `now`. */
export const contents = async (world: World, id: Guid): Promise<Readonly<Record<string, number>>> => {
  const system = world.system(id);
  const found: Record<string, number> = { now: await readDisk(first(filesOf(system.active))) };
  for (const { configuration } of system.snapshots)
    found[configuration.id] = await readDisk(first(filesOf(configuration)));
  return found;
};

/** No file that nothing names, none missing; the same for the directories of checkpoints. */
export const nothingLeftOver = async (world: World, id: Guid): Promise<void> => {
  const system = world.system(id);
  const all = [...world.core.graph.systems()];
  const named = all
    .flatMap(({ active, snapshots }) => [active, ...snapshots.map(({ configuration }) => configuration)])
    .flatMap(filesOf);
  const rows = all
    .flatMap(({ differencing }) => differencing ?? [])
    .flatMap(({ file, parent }) => (parent === null ? [file] : [file, parent]));
  const directories = await readdir(join(world.directory, 'data', 'state', 'systems')).catch(() => []);
  for (const name of directories) assert.ok(world.core.graph.system(name) !== undefined, `${name} is no system`);
  assert.deepEqual(await filesIn(world), [...new Set([...named, ...rows].map((file) => basename(file)))].toSorted());
  const directory = join(world.directory, 'data', 'state', 'systems', id, 'snapshots');
  const known = system.snapshots.map(({ configuration }) => configuration.id).toSorted();
  assert.deepEqual((await readdir(directory).catch(() => [])).toSorted(), known);
};
