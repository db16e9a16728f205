import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import type { Job } from '../../src/core/jobs/job.ts';
import type { Guid } from '../../src/core/model.ts';
import type { Store } from '../../src/core/ports.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { create, currentFile, destroy, done, merged, nothingLeftOver, STANDARD } from './checkpoint-kit.ts';
import { readDisk, writeDisk } from './disk-content.ts';
import { FailingPower } from './failing-power.ts';
import { pair } from './collection-kit.ts';
import { CALLER, first, makeWorld, refusal, type World } from './kit.ts';

const take = async (world: World, collection: Guid): Promise<Guid> => {
  const { job, snapshot } = await world.core.collectionOperations.createSnapshot(CALLER, collection, STANDARD);
  assert.equal(job.type, 198);
  done(await world.ended(job));
  return snapshot;
};

const write = async (world: World, machines: readonly Guid[], pattern: number): Promise<void> => {
  for (const id of machines) await writeDisk(currentFile(world, id), pattern);
};
const read = (world: World, machines: readonly Guid[]): Promise<readonly number[]> =>
  Promise.all(machines.map((id) => readDisk(currentFile(world, id))));

describe('collections', () => {
  test('members, names and cycles; all of it survives a restart, and what is gone is no member', async (t) => {
    const world = await makeWorld(t);
    const { machines, collection } = await pair(world);
    const operations = () => world.core.collectionOperations;
    await assert.rejects(operations().addMember(collection, machines[0]), refusal('invalidParameter', /already/));
    await assert.rejects(operations().addMember(collection, collection), refusal('wrongType', /of virtual machines/));
    await assert.rejects(
      operations().define({ name: 'x', type: 'systems', id: machines[0] }),
      refusal('invalidParameter', /in use/),
    );
    await assert.rejects(
      operations().define({ name: 'x', type: 'systems', id: '../etc' }),
      refusal('invalidParameter', /no GUID/),
    );
    const top = await operations().define({ name: 'top', type: 'collections', id: null });
    const middle = await operations().define({ name: 'middle', type: 'collections', id: null });
    await operations().addMember(top.id, middle.id);
    await operations().addMember(middle.id, collection);
    await assert.rejects(operations().addMember(middle.id, top.id), refusal('invalidParameter', /of itself/));
    await assert.rejects(operations().addMember(top.id, machines[0]), refusal('wrongType', /of collections/));
    await operations().rename(top.id, 'all');
    await world.restart({ crash: true });
    const { collections } = world.core;
    assert.deepEqual(collections.collection(top.id), { ...top, name: 'all', members: [middle.id] });
    assert.deepEqual([...collections.collectionsOf(machines[0])], [collections.collection(collection)]);
    done(await world.ended(await world.core.operations.destroy(CALLER, machines[0])));
    await world.eventually(() => collections.collection(collection)?.members.length === 1);
    await operations().destroy(collection);
    assert.deepEqual(collections.collection(middle.id)?.members, []);
    assert.deepEqual([...collections.collectionsOf(machines[1])], []);
    assert.notEqual(world.core.graph.system(machines[1]), undefined);
  });

  test('a checkpoint of all machines is applied to all, and deleted on all', async (t) => {
    const world = await makeWorld(t);
    const { machines, collection } = await pair(world);
    const { collectionOperations, collections } = world.core;
    await write(world, machines, 1);
    const snapshot = await take(world, collection);
    const { parts } = collections.snapshot(snapshot) ?? assert.fail('a checkpoint');
    assert.deepEqual(
      parts.map(({ system }) => system),
      machines,
    );
    for (const part of parts) assert.equal(world.core.graph.configuration(part.snapshot)?.system.id, part.system);
    await write(world, machines, 2);
    done(await world.request(machines[1], 2));
    await assert.rejects(
      collectionOperations.applySnapshot(CALLER, snapshot),
      refusal('invalidState', /^'second': .*is running/),
    );
    done(await world.request(machines[1], 3));
    done(await world.ended(await collectionOperations.applySnapshot(CALLER, snapshot)));
    assert.deepEqual(await read(world, machines), [1, 1]);
    assert.deepEqual(collections.collection(collection)?.lastApplied?.systems, machines);
    await world.restart();
    done(await world.ended(await world.core.collectionOperations.destroySnapshot(CALLER, snapshot)));
    assert.deepEqual([...world.core.collections.snapshots()], []);
    for (const id of machines) {
      assert.equal(world.system(id).snapshots.length, 0);
      await merged(world, id);
      await nothingLeftOver(world, id);
    }
  });

  test('one that cannot take its share: none has a checkpoint, and the job says which', async (t) => {
    const world = await makeWorld(t);
    const { machines, collection } = await pair(world);
    await world.core.operations.modify(CALLER, machines[1], { values: { UserSnapshotType: 2 } });
    const { job } = await world.core.collectionOperations.createSnapshot(CALLER, collection, STANDARD);
    const ended = await world.ended(job);
    assert.equal(ended.state, 10);
    assert.match(ended.errors[0]?.message ?? '', /^'second': Checkpoints of this virtual machine are disabled/);
    assert.equal(ended.errorCode, 32_775);
    assert.deepEqual([...world.core.collections.snapshots()], []);
    for (const id of machines) {
      assert.equal(world.system(id).snapshots.length, 0);
      await merged(world, id);
      await nothingLeftOver(world, id);
    }
    const empty = await world.core.collectionOperations.define({ name: 'none', type: 'systems', id: null });
    await assert.rejects(
      world.core.collectionOperations.createSnapshot(CALLER, empty.id, STANDARD),
      refusal('invalidState', /has no machines/),
    );
  });

  test('a part that is deleted alone is no part any more; with the last one the whole is gone', async (t) => {
    const world = await makeWorld(t);
    const { machines, collection } = await pair(world);
    const snapshot = await take(world, collection);
    const other = await create(world, machines[0]);
    const parts = world.core.collections.snapshot(snapshot)?.parts ?? [];
    await destroy(world, other);
    assert.equal(world.core.collections.snapshot(snapshot)?.parts.length, 2);
    await destroy(world, first(parts).snapshot);
    await world.eventually(() => world.core.collections.snapshot(snapshot)?.parts.length === 1);
    await destroy(world, parts[1]?.snapshot ?? '');
    await world.eventually(() => world.core.collections.snapshot(snapshot) === undefined);
    await world.restart();
    assert.deepEqual([...world.core.collections.snapshots()], []);
  });

  test('a part that is deleted while another is being taken is none', async (t) => {
    const gate = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    const world = await makeWorld(t, {
      images: (tool) => ({
        ...tool,
        createOverlay: async (file, below) => {
          if (file.includes('second')) {
            entered.resolve();
            await gate.promise;
          }
          await tool.createOverlay(file, below);
        },
      }),
    });
    const { machines, collection } = await pair(world);
    const { job } = await world.core.collectionOperations.createSnapshot(CALLER, collection, STANDARD);
    await entered.promise;
    await world.eventually(() => world.system(machines[0]).snapshots.length === 1);
    await destroy(world, first(world.system(machines[0]).snapshots).configuration.id);
    gate.resolve();
    done(await world.ended(job));
    const [whole] = [...world.core.collections.snapshots()];
    assert.deepEqual(
      whole?.parts.map(({ system }) => system),
      [machines[1]],
    );
  });

  test('a store that refuses the cancel of one machine: the others end, and the service goes on', async (t) => {
    const gate = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    const memory = createMemoryStore();
    let refused = 0;
    const store: Store = {
      load: (table) => memory.load(table),
      close: () => memory.close(),
      commit: async (changes) => {
        const cancels = changes.some(({ value }) => {
          const job = (value as { readonly job?: Job } | null)?.job;
          return job?.type === 70 && job.state === 6;
        });
        if (cancels) {
          refused += 1;
          throw new DomainError('failed', 'The store could not write.');
        }
        await memory.commit(changes);
      },
    };
    const world = await makeWorld(t, {
      openStore: () => store,
      images: (tool) => ({
        ...tool,
        createOverlay: async (file, below) => {
          entered.resolve();
          await gate.promise;
          await tool.createOverlay(file, below);
        },
      }),
    });
    const { machines, collection } = await pair(world);
    const { job } = await world.core.collectionOperations.createSnapshot(CALLER, collection, STANDARD);
    await world.until(entered.promise);
    assert.equal(await world.core.jobs.requestStateChange(job.id, 4), 0);
    gate.resolve();
    assert.equal((await world.ended(job)).state, 8);
    assert.ok(refused > 0);
    for (const id of machines) {
      assert.equal(world.system(id).snapshots.length, 0);
      await merged(world, id);
      await nothingLeftOver(world, id);
    }
  });

  test('an export of a checkpoint has a folder for each machine', async (t) => {
    const world = await makeWorld(t);
    const { machines, collection } = await pair(world);
    const snapshot = await take(world, collection);
    const directory = join(world.directory, 'disks', 'out');
    const wanted = { directory, storage: true };
    const job = await world.ended(await world.core.collectionOperations.exportSnapshot(CALLER, snapshot, wanted));
    done(job);
    assert.deepEqual((await readdir(directory)).toSorted(), ['second', 'vm']);
    for (const [index, name] of ['vm', 'second'].entries())
      assert.ok((await readdir(join(directory, name, 'Virtual Machines'))).includes(`${machines[index]}.vmcx`));
    // What is there already is not overwritten.
    const again = await world.ended(await world.core.collectionOperations.exportSnapshot(CALLER, snapshot, wanted));
    assert.equal(again.state, 10);
  });
});

const MAXIMUM_COMMITS = 60;

const dieAtEach = async (t: TestContext, what: 'create' | 'destroy', durable: boolean): Promise<void> => {
  let reached = 0;
  for (let commit = 0; commit < MAXIMUM_COMMITS; commit++) {
    const power = new FailingPower();
    const world = await makeWorld(t, { openStore: power.open });
    const { machines, collection } = await pair(world);
    const held = what === 'destroy' ? await take(world, collection) : null;
    const progress = { over: false };
    power.failAt(commit, durable, true);
    const { collectionOperations } = world.core;
    const over = (): void => {
      progress.over = true;
    };
    (held === null
      ? collectionOperations.createSnapshot(CALLER, collection, STANDARD)
      : collectionOperations.destroySnapshot(CALLER, held)
    ).then(over, over);
    const rested = (): boolean => [...world.core.graph.jobs()].every((job) => job.endedAt !== null);
    await world.eventually(() => power.failed || (progress.over && rested()));
    if (!power.failed) {
      reached = commit;
      break;
    }
    await world.restart({ crash: true });
    await world.eventually(rested);
    for (const id of machines) await merged(world, id);
    // No checkpoint of a machine is nobody's, and none is named that is not there.
    const whole = [...world.core.collections.snapshots()];
    const parts = whole.flatMap((each) => each.parts.map(({ snapshot }) => snapshot));
    const there = machines.flatMap((id) => world.system(id).snapshots.map(({ configuration }) => configuration.id));
    assert.deepEqual(parts.toSorted(), there.toSorted(), `${what}, commit ${commit}`);
    for (const id of machines) await nothingLeftOver(world, id);
    if (held === null) {
      assert.equal(parts.length, whole.length * 2, `of both or of none, commit ${commit}`);
      await take(world, collection);
    } else if (whole.length > 0)
      done(await world.ended(await world.core.collectionOperations.destroySnapshot(CALLER, held)));
  }
  assert.ok(reached > 5, `${reached} commits were reached`);
};

describe('a service that dies at any commit leaves a checkpoint of a collection whole or not there', () => {
  test('create, just after it is durable', (t) => dieAtEach(t, 'create', true));
  test('destroy, just before', (t) => dieAtEach(t, 'destroy', false));
});
