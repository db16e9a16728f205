import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_DEVICES } from '../../src/core/devices/default-devices.ts';
import { EMPTY_METER, type Meter, ordered, type Reading, sampled } from '../../src/core/metrics/meter.ts';
import { METRIC_ROWS, type MetricKey, metricRow } from '../../src/core/metrics/metric-rows.ts';
import { loadMeter, storeMeter } from '../../src/core/metrics/record.ts';
import type { Configuration } from '../../src/core/model.ts';
import type { MachineFigures } from '../../src/core/ports.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import {
  CALLER,
  GENERATION_2,
  adapter,
  connection,
  diskDrive,
  image,
  makeWorld,
  scsiController,
  type World,
} from './kit.ts';

const FIGURES: MachineFigures = {
  processorLoadPercent: 0,
  memoryUsageMb: 512,
  guestMemory: null,
  guestAgent: 'absent',
  guestOperatingSystem: null,
  guest: null,
  videoWidth: 0,
  videoHeight: 0,
};
const CONFIGURATION: Configuration = {
  id: 'A1576C71-F505-4D1B-9B78-2CFD971B0F31',
  values: {},
  bootSources: [],
  devices: [
    ...DEFAULT_DEVICES[2],
    { part: 'C\\0\\0\\D', kind: 'diskDrive', parent: 'C\\0', values: {} },
    { part: 'C\\0\\0\\L', kind: 'hardDiskImage', parent: 'C\\0\\0\\D', values: { HostResource: ['/a'] } },
  ],
};
const DISK = 'C\\0\\0\\L';
const PROCESS = { pid: 7, startTicks: 1 };

const reading = (at: number, bytes: number, process = PROCESS): Reading => ({
  process,
  at,
  counters: {
    processorMs: bytes / 1000,
    disks: new Map([
      ['C\\0\\0\\D', { readBytes: bytes, writtenBytes: 2 * bytes, operations: bytes / 100, busyMs: bytes / 10 }],
    ]),
    adapters: new Map(),
  },
});
const all = (meter: Meter = EMPTY_METER): Meter =>
  METRIC_ROWS.reduce((held, { key }) => ordered(held, CONFIGURATION, key, null, 'enable'), meter);
const sum = (meter: Meter, metric: MetricKey, part: string) => meter.sums.get(`${metric}|${part}`);

describe('a meter', () => {
  test('counts from where it began, and all of a process that began later', () => {
    let meter = sampled(all(), CONFIGURATION, reading(1000, 5_000_000), FIGURES);
    assert.equal(sum(meter, 'diskRead', DISK), undefined);
    meter = sampled(meter, CONFIGURATION, reading(3000, 5_000_100), FIGURES);
    assert.deepEqual(sum(meter, 'diskRead', DISK), { durationMs: 2000, total: 100, weight: 1 });
    // Another process: its own beginning is read first.
    meter = sampled(meter, CONFIGURATION, reading(9000, 0, { pid: 8, startTicks: 2 }), FIGURES);
    meter = sampled(meter, CONFIGURATION, reading(9500, 300, { pid: 8, startTicks: 2 }), FIGURES);
    assert.deepEqual(sum(meter, 'diskRead', DISK), { durationMs: 2500, total: 400, weight: 4 });
  });

  test('time that runs backwards and counters that begin anew take nothing away', () => {
    let meter = sampled(all(), CONFIGURATION, reading(1000, 1000), FIGURES);
    meter = sampled(meter, CONFIGURATION, reading(500, 200), FIGURES);
    assert.deepEqual(sum(meter, 'diskRead', DISK), { durationMs: 0, total: 200, weight: 2 });
  });

  test('however often it is sampled, what was used is the same, stored or not', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ ms: fc.nat(100_000), bytes: fc.nat(1_000_000), stored: fc.boolean() }), { maxLength: 20 }),
        (steps) => {
          let meter = sampled(all(), CONFIGURATION, reading(0, 0), FIGURES);
          let at = 0;
          let bytes = 0;
          for (const step of steps) {
            at += step.ms;
            bytes += step.bytes;
            meter = sampled(meter, CONFIGURATION, reading(at, bytes), FIGURES);
            if (step.stored) meter = loadMeter(JSON.parse(JSON.stringify(storeMeter(meter))));
          }
          if (steps.length === 0) return;
          const once = sampled(
            sampled(all(), CONFIGURATION, reading(0, 0), FIGURES),
            CONFIGURATION,
            reading(at, bytes),
            FIGURES,
          );
          assert.equal(sum(meter, 'diskRead', DISK)?.total, bytes);
          assert.equal(sum(meter, 'diskWritten', DISK)?.total, 2 * bytes);
          assert.equal(sum(meter, 'diskRead', DISK)?.durationMs, at);
          for (const [key, value] of once.sums) {
            const own = meter.sums.get(key);
            assert.ok(own !== undefined && Math.abs(own.total - value.total) <= 1e-6 * Math.abs(value.total), key);
          }
        },
      ),
    );
  });

  test('an order for a device is an exception to that for the machine, and ends with the next one for the machine', () => {
    const on = ordered(EMPTY_METER, CONFIGURATION, 'diskRead', null, 'enable');
    const without = ordered(on, CONFIGURATION, 'diskRead', DISK, 'disable');
    assert.equal(without.exceptions.get(`diskRead|${DISK}`), false);
    assert.equal(ordered(without, CONFIGURATION, 'diskRead', null, 'enable').exceptions.size, 0);
    assert.equal(ordered(without, CONFIGURATION, 'diskRead', DISK, 'enable').exceptions.size, 0);
  });

  test('every row values nothing as zero', () => {
    for (const row of METRIC_ROWS)
      assert.equal(row.value({ durationMs: 0, total: 0, weight: 0 }, { processorMhz: 3000 }), 0, row.key);
    const latency = metricRow('diskLatency');
    assert.equal(latency.value({ durationMs: 1, total: 50, weight: 10 }, { processorMhz: 1 }), 5000);
  });
});

describe('metrics of machines', () => {
  const withDevices = async (world: World): Promise<string> => {
    const { id } = await world.define({ values: GENERATION_2 });
    const add = async (...resources: Parameters<World['core']['operations']['addResources']>[2]) => {
      const [made] = await world.until(world.core.operations.addResources(CALLER, id, resources));
      if (made === undefined) throw new Error('nothing was added');
      return made;
    };
    const controller = await add(scsiController());
    const drive = await add(diskDrive(controller));
    await add(image(drive, await world.makeDisk()));
    const [nat] = [...world.core.graph.switches()].filter(({ kind }) => kind === 'nat');
    const port = await add(adapter());
    await add(connection(port, { HostResource: [`switch:${nat?.id}`] }));
    return id;
  };
  const value = (world: World, id: string, metric: MetricKey): number =>
    Number(world.core.metrics.reading(world.system(id), null, metric)?.value ?? -1);
  const duration = (world: World, id: string): number =>
    world.core.metrics.reading(world.system(id), null, 'averageMemory')?.durationMs ?? -1;
  const machine = (id: string) => [{ system: id, part: null }];

  test('of a machine that runs: its own time, over stops, restarts of the service and resets', async (context) => {
    const world = await makeWorld(context);
    const id = await withDevices(world);
    await world.until(world.core.metrics.control(machine(id), null, 'enable'));
    assert.equal(value(world, id, 'averageProcessor'), 0);
    assert.equal(value(world, id, 'diskAllocation'), 0, 'a file of 64 KB');
    await world.request(id, 2);
    const start = world.clock.now();
    await world.clock.advance(600_000);
    const ran = duration(world, id);
    assert.ok(ran >= 600_000 && ran <= world.clock.now() - start + 10_000, String(ran));
    // The simulated guest: 64 KB and 32 KB a second on its disk, 16 KB and 8 KB on its network, 2 % of one processor.
    const seconds = ran / 1000;
    const near = (metric: MetricKey, wanted: number) =>
      assert.ok(
        Math.abs(value(world, id, metric) - wanted) <= 1 + wanted / 50,
        `${metric}: ${value(world, id, metric)}, ${wanted}`,
      );
    near('diskRead', seconds / 16);
    near('diskWritten', seconds / 32);
    near('incomingTraffic', seconds / 64);
    near('outgoingTraffic', seconds / 128);
    near('diskLatency', 500);
    near('diskThroughput', 24);
    near('averageProcessor', 20);
    near('averageMemory', 1024);
    assert.equal(value(world, id, 'minimumMemory'), 1024);
    assert.equal(value(world, id, 'maximumMemory'), 1024);

    // The service is away for a while: the machine runs on and its counters tell what it used.
    await world.restart();
    await world.clock.advance(60_000);
    assert.ok(duration(world, id) >= ran + 60_000);

    await world.request(id, 3);
    const stopped = duration(world, id);
    const read = value(world, id, 'diskRead');
    await world.clock.advance(120_000);
    assert.equal(duration(world, id), stopped, 'time in which it was off does not count');
    await world.restart({ crash: true });
    assert.equal(duration(world, id), stopped, 'the end of a machine is written at once');
    await world.request(id, 2);
    await world.clock.advance(160_000);
    near('diskRead', read + 10);

    await world.until(world.core.metrics.control(machine(id), 'diskRead', 'reset'));
    assert.equal(value(world, id, 'diskRead'), 0);
    assert.ok(value(world, id, 'diskWritten') > 0);
    await world.until(world.core.metrics.control(machine(id), null, 'disable'));
    assert.equal(value(world, id, 'diskWritten'), -1, 'not measured');
    assert.deepEqual([...world.core.metrics.measuredSystems()], []);
    assert.deepEqual(world.problems, []);
  });

  test('of a pool: over a crash of the service, of two machines together, and of one that is gone no more', async (context) => {
    const world = await makeWorld(context);
    const memory = { kind: 'memory', pool: null } as const;
    const pool = () => world.core.metrics.pools;
    const sumOf = () => Number(pool().reading(memory, 'averageMemory')?.value ?? -1);
    assert.equal(sumOf(), -1);
    await world.until(pool().control(memory, 'averageMemory', 'enable'));
    assert.deepEqual([sumOf(), pool().collection(memory, 'averageMemory')], [0, 'enabled'], 'there is no machine yet');
    await world.restart({ crash: true });
    const first = await withDevices(world);
    const second = await withDevices(world);
    for (const id of [first, second]) await world.request(id, 2);
    await world.clock.advance(60_000);
    assert.equal(sumOf(), 2048);
    assert.equal(pool().collection(memory, 'averageMemory'), 'enabled');
    assert.equal(pool().collection(memory, 'maximumMemory'), 'disabled');
    await world.restart();
    await world.clock.advance(60_000);
    assert.equal(sumOf(), 2048);
    const third = await withDevices(world);
    await world.request(third, 2);
    await world.clock.advance(60_000);
    assert.equal(sumOf(), 3072, 'one that came after the restart');
    await world.request(second, 3);
    await world.ended(await world.core.operations.destroy(CALLER, second));
    assert.equal(sumOf(), 2048);
    await assert.rejects(pool().control(memory, 'diskRead', 'enable'), { code: 'invalidParameter' });
    await world.until(pool().control(memory, null, 'disable'));
    assert.equal(sumOf(), -1);
    assert.deepEqual([...world.core.metrics.measuredSystems()], []);
    await world.restart();
    assert.deepEqual([...pool().measured()], []);
    assert.deepEqual(world.problems, []);
  });

  test('a metric that the setting does not have is refused, and nothing is measured', async (context) => {
    const world = await makeWorld(context);
    const id = await withDevices(world);
    const disk = world.system(id).active.devices.find(({ kind }) => kind === 'hardDiskImage')?.part ?? '';
    await assert.rejects(world.core.metrics.control([{ system: id, part: disk }], 'averageMemory', 'enable'), {
      code: 'invalidParameter',
    });
    await world.until(world.core.metrics.control([{ system: id, part: disk }], null, 'enable'));
    const system = world.system(id);
    assert.equal(world.core.metrics.collection(system, disk, 'diskRead'), 'enabled');
    assert.equal(world.core.metrics.collection(system, null, 'averageMemory'), 'disabled');
    assert.equal(world.core.metrics.collection(system, null, 'diskRead'), 'enabled', 'its only disk');
    await world.restart({ crash: true });
    assert.equal(world.core.metrics.collection(world.system(id), disk, 'diskRead'), 'enabled', 'durable at once');
  });

  test('nothing of a machine stays when it is destroyed', async (context) => {
    const world = await makeWorld(context);
    const { id } = await world.define();
    await world.until(world.core.metrics.control(machine(id), null, 'enable'));
    await world.ended(await world.core.operations.destroy(CALLER, id));
    assert.deepEqual([...world.core.metrics.measuredSystems()], []);
    const twin = await world.define();
    assert.equal(world.core.metrics.collection(twin, null, 'averageMemory'), 'disabled');
    await world.restart();
    assert.deepEqual([...world.core.metrics.measuredSystems()], []);
  });

  test('the flush interval is between a minute and a day, and survives', async (context) => {
    const world = await makeWorld(context);
    assert.equal(world.core.metrics.flushIntervalMs, 3_600_000);
    await assert.rejects(world.core.metrics.setFlushInterval(59_999), { code: 'invalidParameter' });
    await world.until(world.core.metrics.setFlushInterval(60_000));
    await world.restart();
    assert.equal(world.core.metrics.flushIntervalMs, 60_000);
  });

  test('the sums are written each flush interval: more than that no death of the service takes away', async (context) => {
    const store = createMemoryStore();
    const world = await makeWorld(context, { openStore: () => store });
    const id = await withDevices(world);
    await world.until(world.core.metrics.setFlushInterval(60_000));
    await world.until(world.core.metrics.control(machine(id), null, 'enable'));
    await world.request(id, 2);
    await world.until(world.clock.sleep(300_000));
    const stored = loadMeter((await store.load('settings')).get(`metrics:${id}`));
    const memory = world.system(id).active.devices.find(({ kind }) => kind === 'memory')?.part ?? '';
    const written = sum(stored, 'averageMemory', memory)?.durationMs ?? 0;
    assert.ok(written >= duration(world, id) - 70_000, `${written} of ${duration(world, id)}`);
  });
});
