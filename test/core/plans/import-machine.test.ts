import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { firstText } from '../../../src/core/devices/effective.ts';
import type { Job } from '../../../src/core/jobs/job.ts';
import { createPathResolver } from '../../../src/core/paths/resolver.ts';
import { type CopyIdentities, copyDisks, removeCopies } from '../../../src/core/plans/copy-disks.ts';
import type { MachineImport } from '../../../src/core/plans/requests.ts';
import { createImageTool } from '../../../src/qemu/images/image-tool.ts';
import { childDisk, plainDisk } from '../../kit/differencing-disks.ts';
import { FailingPower } from '../failing-power.ts';
import { CALLER, first, makeWorld, ofKind, refusal, type World } from '../kit.ts';
import { acceptedBySchema } from '../transfer/configurations.ts';
import { hashesOf } from '../transfer/export-kit.ts';
import {
  adapterOn,
  checkpoint,
  diskAt,
  DISKS,
  type Exported,
  exportOf,
  FIRST,
  MACHINE,
  onDisks,
  plain,
} from './plan-kit.ts';

const wantedOf = (directory: string, changes: Partial<MachineImport> = {}): MachineImport => ({
  directory,
  newIdentifiers: false,
  elementName: null,
  files: new Map(),
  discarded: new Set(),
  switches: new Map(),
  configurationRoot: null,
  snapshotRoot: null,
  copy: null,
  accepts: acceptedBySchema,
  ...changes,
});

const importing = async (world: World, wanted: MachineImport): Promise<Job> =>
  world.ended(await world.until(world.core.plans.importMachine(CALLER, wanted)));

const disksOf = (world: World, id: string): readonly (string | null)[] =>
  ofKind(world.system(id), 'hardDiskImage').map((device) => firstText(device, 'HostResource'));

const filesBelow = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();

/** Nothing of the import is there, whatever it was about to make. */
const nothingOf = async (world: World, copies: string, label: string): Promise<void> => {
  assert.deepEqual([...world.core.graph.systems()], [], label);
  assert.deepEqual(await filesBelow(copies), [], label);
  assert.deepEqual(await filesBelow(join(world.directory, 'data', 'state', 'systems')), [], label);
};

describe('import of a machine in one job (K17)', () => {
  test('the plan is fitted: disks of the export, switches by name or none, folders of this host', async (t) => {
    const world = await makeWorld(t);
    const known = first([...world.core.graph.switches()]);
    const definition = plain({
      ...onDisks(diskAt(0, 'D:\\Hyper-V\\old.raw'), diskAt(1, `${DISKS}\\disk.raw`)),
      system: { ...plain().system, ConfigurationDataRoot: 'D:\\Hyper-V', SnapshotDataRoot: 'E:\\Snapshots' },
      adapters: [adapterOn('00000000-0000-4000-8000-00000000DEAD', 'Old Switch')],
    });
    const { folder } = await exportOf(world, definition, { disks: ['disk.raw', 'old.raw'] });
    const before = await hashesOf(folder);
    const unmapped = await importing(world, wantedOf(folder));
    assert.equal(unmapped.state, 7, unmapped.errorDescription ?? '');
    assert.deepEqual(disksOf(world, MACHINE), [`${folder}/${DISKS}/old.raw`, `${folder}/${DISKS}/disk.raw`]);
    assert.equal(firstText(first(ofKind(world.system(MACHINE), 'ethernetConnection')), 'HostResource'), null);
    assert.notEqual(world.system(MACHINE).active.values.ConfigurationDataRoot, 'D:\\Hyper-V');
    await world.ended(await world.core.operations.destroy(CALLER, MACHINE));
    const mapped = await importing(world, wantedOf(folder, { switches: new Map([['old switch', known.id]]) }));
    assert.equal(mapped.state, 7, mapped.errorDescription ?? '');
    const connection = first(ofKind(world.system(MACHINE), 'ethernetConnection'));
    assert.equal(firstText(connection, 'HostResource'), `switch:${known.id}`);
    assert.deepEqual(await hashesOf(folder), before);
  });

  test('paths, Comparison: a disk that another machine has under another name is in use (K17)', async (t) => {
    const world = await makeWorld(t);
    const one = await exportOf(world, plain());
    const alias = join(world.directory, 'disks', 'alias.raw');
    await symlink(join(one.folder, DISKS, 'disk.raw'), alias);
    const two = await exportOf(world, plain({ id: FIRST, ...onDisks(diskAt(0, alias)) }), { name: 'two', disks: [] });
    assert.equal((await importing(world, wantedOf(two.folder))).state, 7);
    const refused = await importing(world, wantedOf(one.folder));
    assert.deepEqual([refused.state, refused.errorCode], [10, 32768]);
    assert.match(refused.errorDescription ?? '', /disk\.raw.* is in use by the virtual machine/);
    assert.equal(world.core.graph.system(MACHINE), undefined);
  });

  test('the folder of two machines, and one without any, name what is wrong', async (t) => {
    const world = await makeWorld(t);
    const { folder } = await exportOf(world, plain());
    await exportOf(world, plain({ id: FIRST }));
    const two = refusal('invalidParameter', /holds 2 virtual machines/);
    await assert.rejects(world.core.plans.importMachine(CALLER, wantedOf(folder)), two);
    await mkdir(join(world.directory, 'disks', 'none', 'Virtual Machines'), { recursive: true });
    const none = refusal('invalidParameter', /holds no definition/);
    await assert.rejects(
      world.core.plans.importMachine(CALLER, wantedOf(join(world.directory, 'disks', 'none'))),
      none,
    );
    await nothingOf(world, join(world.directory, 'disks', 'copies'), 'refused');
  });

  test('a file that appears under the name of a copy stays, whatever is taken back', async (t) => {
    const world = await makeWorld(t);
    const { folder } = await exportOf(world, plain());
    const data = join(world.directory, 'data');
    const paths = createPathResolver({
      dataDirectory: data,
      stateDirectory: join(data, 'state'),
      roots: [join(world.directory, 'disks')],
    });
    const copies = join(world.directory, 'disks', 'copies');
    const to = join(copies, 'disk.raw');
    const chosen = { copies: [{ from: join(folder, DISKS, 'disk.raw'), to, unfinished: '.unfinished' }], made: [] };
    const kept: CopyIdentities[] = [];
    const options = {
      signal: new AbortController().signal,
      progress: () => undefined,
      kept: {},
      keep: async (identities: CopyIdentities) => {
        kept.push(identities);
        // Between the copy and its name.
        await writeFile(to, 'of somebody else', { flag: 'wx' });
      },
    };
    const context = { fleet: { ids: () => [], get: () => undefined }, images: createImageTool() };
    await assert.rejects(copyDisks(context, paths, chosen, options), refusal('failed', /is there already/));
    await removeCopies(paths, chosen, kept.at(-1) ?? assert.fail());
    assert.deepEqual(await readdir(copies), ['disk.raw']);
    assert.equal(await readFile(to, 'utf8'), 'of somebody else');
  });
});

test('what another program writes to is not copied', async (t) => {
  const world = await makeWorld(t);
  const { folder } = await exportOf(world, plain());
  const copies = join(world.directory, 'disks', 'copies');
  const wanted = wantedOf(folder, { copy: { folder: copies, targets: new Map() } });
  {
    await using _held = await createImageTool().hold([join(folder, DISKS, 'disk.raw')], 'alone');
    const job = await importing(world, wanted);
    assert.equal(job.state, 10);
    assert.match(job.errorDescription ?? '', /disk\.raw is in use by another machine or program/);
    await nothingOf(world, copies, 'refused');
  }
  assert.equal((await importing(world, wanted)).state, 7);
});

test('a copy takes the whole chain along: an overlay, the differencing disk below it and the parent of that', async (t) => {
  const world = await makeWorld(t);
  const { folder } = await exportOf(world, plain(onDisks(diskAt(0, `${DISKS}\\top.qcow2`))), {
    disks: ['content.raw'],
  });
  const at = (name: string): string => join(folder, DISKS, name);
  const base = await plainDisk('vhdx', at('base.vhdx'), at('content.raw'));
  const child = await childDisk('vhdx', at('child.avhdx'), base, [[0, Buffer.alloc(4096, 1)]]);
  await createImageTool().createOverlay(at('top.qcow2'), { file: child, format: 'vhdx' });
  const copies = join(world.directory, 'disks', 'copies');
  const job = await importing(world, wantedOf(folder, { copy: { folder: copies, targets: new Map() } }));
  assert.equal(job.state, 7, job.errorDescription ?? '');
  assert.deepEqual((await readdir(copies)).toSorted(), ['base.vhdx', 'child.avhdx', 'top.qcow2']);
  await rm(folder, { recursive: true });
  assert.equal((await world.request(MACHINE, 2)).state, 7);
});

type Death = 'before' | 'after' | 'refused';

/** More than an import has. */
const MAXIMUM_COMMITS = 40;

const quietly = (work: Promise<void>): Promise<void> => work.catch(() => undefined);

/** To its end; it never comes where the store is dead. */
const importingToItsEnd = async (world: World, wanted: MachineImport): Promise<void> => {
  await world.core.jobs.ended((await world.core.plans.importMachine(CALLER, wanted)).id);
};

const dieAtEach = async (t: TestContext, copy: boolean, death: Death): Promise<void> => {
  const reached = { commits: 0, old: 0, new: 0 };
  for (let commit = 0; commit < MAXIMUM_COMMITS; commit++) {
    const power = new FailingPower();
    const world = await makeWorld(t, { openStore: power.open });
    const snapshots = [checkpoint(FIRST, 'before', 'first.raw')];
    const definition = plain({
      snapshots: { items: [{ id: FIRST, parent: null }], parent: FIRST },
    });
    const exported: Exported = await exportOf(world, definition, { snapshots, disks: ['disk.raw', 'first.raw'] });
    const before = await hashesOf(exported.folder);
    const copies = join(world.directory, 'disks', 'copies');
    const wanted = wantedOf(exported.folder, copy ? { copy: { folder: copies, targets: new Map() } } : {});
    power.failAt(commit, death === 'after', death !== 'refused');
    const progress = { over: false };
    void quietly(importingToItsEnd(world, wanted)).finally(() => {
      progress.over = true;
    });
    await world.eventually(() => power.failed || progress.over);
    const label = `${copy ? 'copied' : 'in place'}, ${death} commit ${commit}`;
    if (!power.failed) {
      reached.commits = commit;
      break;
    }
    if (death === 'refused') await world.clock.advance(1000);
    await world.restart({ crash: true });
    await world.eventually(() => [...world.core.graph.jobs()].every((job) => job.endedAt !== null));
    const machine = world.core.graph.system(MACHINE);
    if (machine?.kind === 'realized') {
      reached.new++;
      assert.equal(machine.operation, null, label);
      assert.equal(machine.snapshots.length, 1, label);
    } else {
      reached.old++;
      await nothingOf(world, copies, label);
      const again = await importing(world, wanted);
      assert.equal(again.state, 7, `${label}: ${again.errorDescription ?? ''}`);
    }
    assert.deepEqual(await hashesOf(exported.folder), before, label);
    assert.equal((await world.request(MACHINE, 2)).state, 7, label);
  }
  assert.ok(reached.commits > 3 && reached.old > 0, JSON.stringify(reached));
};

describe('import of a machine while the service dies at each commit: the machine, or nothing', () => {
  for (const copy of [false, true])
    for (const death of ['before', 'after', 'refused'] as const)
      test(`${copy ? 'with copies of the disks' : 'in place'}, ${death}`, (t) => dieAtEach(t, copy, death));
});
