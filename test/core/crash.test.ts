import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import type { VirtualSystem } from '../../src/core/model.ts';
import { storeSystem } from '../../src/core/systems/record.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { FailingPower } from './failing-power.ts';
import { adapter, add, CALLER, makeWorld, scsiController, type World } from './kit.ts';

/** Everything of a system that an operation may change, its revision and times aside. */
const essence = (system: VirtualSystem | undefined): string => {
  if (system === undefined) return 'gone';
  const stored: Record<string, unknown> = { ...storeSystem(system) };
  for (const name of ['r', 'at', 'on', 'pr', 'sv']) delete stored[name];
  return JSON.stringify(stored, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
};

interface Case {
  readonly name: string;
  readonly prepare: (world: World, id: string) => Promise<unknown>;
  readonly operate: (world: World, id: string) => Promise<unknown>;
  /** Is this the state that the operation ends in? */
  readonly isNew: (system: VirtualSystem | undefined) => boolean;
  /** Is this the state that it began in? By default: the very same record. */
  readonly isOld?: (system: VirtualSystem | undefined) => boolean;
}

const is =
  (power: VirtualSystem['power']): Case['isNew'] =>
  (system) =>
    system?.power === power;

const state =
  (request: number): Case['operate'] =>
  (world, id) =>
    world.request(id, request);

const nothing = async (): Promise<void> => undefined;

const running: Case['prepare'] = (world, id) => world.request(id, 2);

const CASES: readonly Case[] = [
  {
    name: 'modify',
    prepare: nothing,
    operate: (world, id) => world.core.operations.modify(CALLER, id, { values: { ElementName: 'new', Notes: ['x'] } }),
    isNew: (system) => system?.active.values.ElementName === 'new' && Array.isArray(system.active.values.Notes),
  },
  {
    name: 'add',
    prepare: nothing,
    operate: (world, id) => add(world, id, scsiController(), adapter()),
    isNew: (system) => system?.active.devices.length === 23,
  },
  {
    name: 'destroy',
    prepare: nothing,
    operate: async (world, id) => world.ended(await world.core.operations.destroy(CALLER, id)),
    isNew: (system) => system === undefined,
  },
  {
    name: 'start',
    prepare: (world, id) => add(world, id, adapter()),
    operate: state(2),
    isNew: is('running'),
    isOld: is('off'),
  },
  { name: 'save', prepare: running, operate: state(6), isNew: is('saved') },
  { name: 'turn off', prepare: running, operate: state(3), isNew: is('off') },
  { name: 'pause', prepare: running, operate: state(9), isNew: is('paused') },
  {
    name: 'restore',
    prepare: async (world, id) => {
      await world.request(id, 2);
      await world.request(id, 6);
    },
    operate: state(2),
    isNew: is('running'),
  },
];

const MAXIMUM_COMMITS = 10;

describe('the power fails at each commit: old or new, never between', () => {
  for (const { name, prepare, operate, isNew, isOld } of CASES) {
    for (const durable of [false, true]) {
      test(`${name}, ${durable ? 'just after' : 'just before'} a commit is durable`, async (t) => {
        let reached = 0;
        for (let commit = 0; commit < MAXIMUM_COMMITS; commit++) {
          const power = new FailingPower();
          const world = await makeWorld(t, { openStore: power.open });
          const { id } = await world.define({ values: { ElementName: 'old' } });
          await prepare(world, id);
          const before = essence(world.system(id));
          power.failAt(commit, durable);
          await operate(world, id).catch(() => undefined);
          if (power.commits <= commit) {
            reached = commit;
            break;
          }
          await world.restart({ crash: true });
          const found = world.core.graph.system(id);
          const old = isOld ?? ((system) => essence(system) === before);
          assert.ok(old(found) !== isNew(found), `commit ${commit}: ${essence(found)}`);
          assert.equal(found?.requestedState ?? 12, 12);
          for (const job of world.core.graph.jobs()) assert.notEqual(job.endedAt, null, `${job.caption} did not end`);
          // The machine and the record agree.
          assert.equal(
            world.core.graph.machine(id) !== undefined,
            found?.power === 'running' || found?.power === 'paused',
          );
          // From the old state the same operation reaches the new one.
          if (!isNew(found)) await operate(world, id);
          assert.ok(isNew(world.core.graph.system(id)));
        }
        assert.ok(reached > 0, 'no commit was reached');
      });
    }
  }

  test('define: the system is there as a whole or not at all', async (t) => {
    for (const durable of [false, true]) {
      const power = new FailingPower();
      const world = await makeWorld(t, { openStore: power.open });
      power.failAt(0, durable);
      const resources = [scsiController(), adapter()];
      await assert.rejects(world.define({ values: { ElementName: 'whole' }, resources }));
      assert.equal([...world.core.graph.systems()].length, 0);
      await world.restart({ crash: true });
      const [found] = world.core.graph.systems();
      assert.equal(found?.active.devices.length ?? 0, durable ? 23 : 0);
    }
  });
});

describe('a store that refuses one commit and goes on', () => {
  for (const refused of [0, 1]) {
    test(`start, commit ${refused}: the answer and the state agree, and the system starts afterwards`, async (t) => {
      const disk = createMemoryStore();
      let refuse = -1;
      let commits = 0;
      const world = await makeWorld(t, {
        openStore: () => ({
          load: (table) => disk.load(table),
          commit: async (changes) => {
            if (commits++ === refuse) throw new DomainError('failed', 'The disk is full.');
            await disk.commit(changes);
          },
          close: async () => undefined,
        }),
      });
      const { id } = await world.define();
      commits = 0;
      refuse = refused;
      await world.request(id, 2).catch(() => undefined);
      await world.eventually(() => ['off', 'running'].includes(world.system(id).power));
      assert.equal(world.core.graph.machine(id) !== undefined, world.system(id).power === 'running');
      if (world.system(id).power === 'off') assert.equal((await world.request(id, 2)).state, 7);
      assert.equal((await world.request(id, 3)).state, 7);
    });
  }
});
