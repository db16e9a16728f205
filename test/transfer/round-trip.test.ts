import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { firstText } from '../../src/core/devices/effective.ts';
import type { Configuration, VirtualSystem } from '../../src/core/model.ts';
import { diskHash } from '../kit/disk-hash.ts';
import { CALLER, type World } from '../core/kit.ts';
import { acceptedBySchema } from '../core/transfer/configurations.ts';
import {
  defineWith,
  type ExportWorld,
  exported,
  makeExportWorld,
  makeImage,
  takeCheckpoints,
} from '../core/transfer/export-kit.ts';

const hashOf = (world: World, text: string): Promise<string> =>
  diskHash(join(world.directory, 'data'), [join(world.directory, 'disks')], text);

const diskOf = ({ devices }: Configuration): string => {
  const device = devices.find(({ kind }) => kind === 'hardDiskImage');
  return device === undefined ? '' : (firstText(device, 'HostResource') ?? '');
};

/** Everything but where the disks lie, and identifiers where those are made new. */
const settingsOf = ({ values, devices }: Configuration, newIds: boolean): unknown => {
  const { SnapshotDataRoot: _, ConfigurationDataRoot: __, SwapFileDataRoot: ___, ...kept } = values;
  return {
    values: newIds ? { ...kept, BIOSGUID: null } : kept,
    devices: devices.map((device) =>
      device.kind === 'hardDiskImage' ? { ...device, values: { ...device.values, HostResource: [] } } : device,
    ),
  };
};

/** The states of a machine by name: its settings, its content, and the name of the state below. */
const statesOf = async (world: World, system: VirtualSystem, newIds: boolean) => {
  const nameOf = (id: string | null): string | null => {
    const found = system.snapshots.find(({ configuration }) => configuration.id === id);
    return found === undefined ? null : String(found.configuration.values.ElementName);
  };
  const states: Record<string, unknown> = {};
  const all = [
    { configuration: system.active, parent: system.currentSnapshot },
    ...system.snapshots.map(({ configuration, parent }) => ({ configuration, parent })),
  ];
  for (const { configuration, parent } of all)
    states[String(configuration.values.ElementName)] = {
      parent: nameOf(parent),
      content: await hashOf(world, diskOf(configuration)),
      settings: settingsOf(configuration, newIds),
    };
  return states;
};

/** Exports the machine, destroys nothing, and makes it again from the folder on another host. */
const moved = async (
  t: TestContext,
  source: ExportWorld,
  id: string,
  newIdentifiers: boolean,
): Promise<{ world: ExportWorld; system: VirtualSystem }> => {
  const job = await exported(source, id);
  assert.equal(job.state, 7, job.errorDescription ?? '');
  const world = await makeExportWorld(t);
  await rename(source.out, world.out);
  const plan = await world.core.plans.importSystem(CALLER, {
    definition: join(world.out, 'Virtual Machines', `${id}.vmcx`),
    snapshotFolder: join(world.out, 'Snapshots'),
    newIdentifiers,
    accepts: acceptedBySchema,
  });
  const realized = await world.ended(await world.core.plans.realize(CALLER, plan.id));
  assert.equal(realized.state, 7, realized.errorDescription ?? '');
  const system = world.system(plan.id);
  assert.equal(system.kind, 'realized');
  assert.equal(system.id === id, !newIdentifiers);
  return { world, system };
};

describe('export, import elsewhere, realize: the machine and its checkpoints are the same', () => {
  /** Parents of checkpoints as takeCheckpoints has them: none, or one that was taken before. */
  const trees = (most: number) =>
    fc
      .array(fc.option(fc.nat({ max: 1000 }), { nil: null, freq: 8 }), { maxLength: most })
      .map((given) => given.map((n, i) => (n === null || i === 0 ? null : n % i)));
  const cases = [
    ...fc.sample(trees(12), 4),
    [],
    // A chain of fifty.
    Array.from({ length: 50 }, (_, i) => (i === 0 ? null : i - 1)),
  ];
  for (const [n, tree] of cases.entries())
    test(`${tree.length} checkpoints: ${JSON.stringify(tree)}`, async (t) => {
      const base = ['disk.raw', 'disk.qcow2', 'disk.vhdx', 'disk.vhd'][n % 4] ?? '';
      const newIds = n % 2 === 1;
      const source = await makeExportWorld(t);
      const disk = join(source.disks, base);
      await makeImage(disk, 3);
      const { id } = await defineWith(source, 'web1', [disk]);
      await takeCheckpoints(source, id, disk, tree);
      const before = await statesOf(source, source.system(id), newIds);
      assert.equal(Object.keys(before).length, tree.length + 1);
      const { world, system } = await moved(t, source, id, newIds);
      assert.deepEqual(await statesOf(world, system, newIds), before);
      assert.equal((await world.request(system.id, 2)).state, 7);
    });
});
