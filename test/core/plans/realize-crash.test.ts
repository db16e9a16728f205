import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createDiskFiles } from '../../../src/core/disks/inspected-files.ts';
import { createFeed } from '../../../src/core/events/feed.ts';
import { openJobs } from '../../../src/core/jobs/runner.ts';
import { createPathResolver } from '../../../src/core/paths/resolver.ts';
import type { Store } from '../../../src/core/ports.ts';
import { realizeDefinition, type RealizeParams } from '../../../src/core/plans/realize.ts';
import { loadSystems } from '../../../src/core/systems/load-systems.ts';
import type { SystemsContext } from '../../../src/core/systems/context.ts';
import { Ledger, revise } from '../../../src/core/systems/ledger.ts';
import { LiveGraph } from '../../../src/core/systems/live-graph.ts';
import { storeSystem } from '../../../src/core/systems/record.ts';
import { createSystemPaths } from '../../../src/core/systems/files/resolved-paths.ts';
import { Turns } from '../../../src/core/systems/turns.ts';
import { createImageTool } from '../../../src/qemu/images/image-tool.ts';
import { createSimulatedHypervisor } from '../../../src/simulated/hypervisor.ts';
import { createVirtualClock } from '../../../src/simulated/virtual-clock.ts';
import { createMemoryStore } from '../../../src/store/memory.ts';
import { Patience } from '../patience.ts';
import { exerciseJob, type JobTrial } from '../jobs-harness.ts';
import { HOST, makeWorld } from '../kit.ts';
import { hashesOf, treeOf } from '../transfer/export-kit.ts';
import { checkpoint, exportOf, FIRST, imported, MACHINE, memoryOf, plain } from './plan-kit.ts';

/** The plan of a saved machine with a checkpoint: files to be copied and overlays to be made. */
const trial = async (): Promise<JobTrial<RealizeParams>> => {
  const disposers: (() => Promise<void>)[] = [];
  const world = await makeWorld({ after: (dispose) => disposers.push(dispose) });
  const { definition, folder, snapshots } = await exportOf(
    world,
    plain({ snapshots: { items: [{ id: FIRST, parent: null }], parent: FIRST } }),
    {
      snapshots: [checkpoint(FIRST, 'first', 'disk.raw')],
      runtime: {
        [`Virtual Machines/${MACHINE}.vmstate`]: memoryOf(),
        [`Virtual Machines/${MACHINE}.tpm/state`]: 'secrets',
        [`Snapshots/${FIRST}.uefi.fd`]: 'variables',
      },
    },
  );
  const plan = await imported(world, definition, { snapshotFolder: snapshots });
  const busy = revise(plan, { operation: { kind: 'realizing', exclusive: true } });
  const [clock, store] = [createVirtualClock(), createMemoryStore()];
  await store.commit([{ table: 'plans', key: plan.id, value: storeSystem(busy) }]);
  const data = join(world.directory, 'data');
  // Of all machines; it stays.
  await mkdir(join(data, 'state', 'systems'));
  const paths = createPathResolver({
    dataDirectory: data,
    stateDirectory: join(data, 'state'),
    roots: [join(world.directory, 'disks')],
  });
  const jobs = await openJobs({
    store,
    feed: createFeed(),
    clock,
    later: new Patience().later,
    onInternalError: () => undefined,
  });
  const graph = new LiveGraph(HOST, jobs, { values: {} });
  await loadSystems(store, graph);
  const context = {
    graph,
    ledger: new Ledger(store, graph, createFeed()),
    turns: new Turns(),
    jobs,
    clock,
    hypervisor: createSimulatedHypervisor({ clock }),
    host: HOST,
    images: createImageTool(),
    disks: createDiskFiles(paths),
    paths: createSystemPaths(paths, { state: join(data, 'state'), run: join(world.directory, 'run') }),
  } as unknown as SystemsContext;
  const source = await hashesOf(folder);
  const [before, disks] = [await treeOf(data), join(data, 'vms', 'Virtual Hard Disks')];
  const tables = async (held: Store): Promise<readonly number[]> => [
    (await held.load('plans')).size,
    (await held.load('systems')).size,
  ];
  return {
    store,
    clock,
    define: () => realizeDefinition(context, paths),
    params: { plan: plan.id, system: plan.id, name: 'web1' },
    affected: [],
    pristine: async (held) => {
      assert.deepEqual(await tables(held), [1, 0]);
      const now = graph.system(MACHINE);
      assert.deepEqual({ ...now, revision: 0 }, { ...plan, revision: 0 });
      assert.deepEqual(await treeOf(data), before);
      assert.deepEqual(await hashesOf(folder), source);
    },
    complete: async (held) => {
      assert.deepEqual(await tables(held), [0, 1]);
      const system = graph.system(MACHINE);
      assert.deepEqual([system?.kind, system?.power, system?.operation], ['realized', 'saved', null]);
      assert.deepEqual(await treeOf(join(data, 'state', 'systems')), [
        `${MACHINE}/`,
        `${MACHINE}/${system?.savedState}`,
        `${MACHINE}/snapshots/`,
        `${MACHINE}/snapshots/${FIRST}/`,
        `${MACHINE}/snapshots/${FIRST}/uefi-variables.fd`,
        `${MACHINE}/tpm/`,
        `${MACHINE}/tpm/state`,
      ]);
      assert.equal((await treeOf(disks)).length, 2, 'an overlay each for the machine and its checkpoint');
      assert.equal(system?.differencing?.length, 2);
      assert.deepEqual(await hashesOf(folder), source);
    },
    dispose: async () => {
      for (const dispose of disposers) await dispose();
    },
  };
};

describe('P12, K18 realizing that fails, is undone or killed at any step leaves the plan; one that is done the machine', () => {
  test('every step', () => exerciseJob(trial));
});
