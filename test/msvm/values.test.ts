import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CimInstance } from '../../src/cim/instance.ts';
import { ObjectPath } from '../../src/cim/object-path.ts';
import type { CimProperty } from '../../src/cim/schema.ts';
import type { CimScalar } from '../../src/cim/values.ts';
import { DEVICE_KINDS } from '../../src/core/devices/kinds.ts';
import type { DeviceSetting } from '../../src/core/model.ts';
import { CIMV2, CLUSTER, V2 } from '../../src/msvm/register.ts';
import { makeSystem, makeWorld, NAT, running, VM2, type World } from './kit.ts';

/** One setting of every kind, connected where it can be, on a running machine. */
const everything = (): World => {
  const world = makeWorld();
  const guid = (at: number): string => `${at.toString(16).toUpperCase().padStart(8, '0')}-0000-4000-8000-000000000000`;
  const devices = DEVICE_KINDS.map(
    (row, at): DeviceSetting => ({
      part: row.fixedPart ?? guid(at),
      kind: row.kind,
      parent: null,
      values: row.kind === 'ethernetConnection' ? { HostResource: [`switch:${NAT.id}`] } : {},
    }),
  );
  const system = makeSystem();
  const snapshot = {
    configuration: { ...system.active, id: guid(999) },
    type: 'standard' as const,
    parent: null,
    createdAt: 0,
  };
  world.put({
    ...running({ ...system, active: { ...system.active, devices } }),
    snapshots: [snapshot],
    currentSnapshot: guid(999),
  });
  world.put({ ...makeSystem({ id: VM2 }), kind: 'planned' });
  return world;
};

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  uint8: [0, 0xff],
  uint16: [0, 0xffff],
  uint32: [0, 0xffffffff],
  sint8: [-0x80, 0x7f],
  sint16: [-0x8000, 0x7fff],
  sint32: [-0x80000000, 0x7fffffff],
};

const fits = (type: CimProperty['type'], value: CimScalar | null): boolean => {
  switch (type) {
    case 'reference':
      return value instanceof ObjectPath;
    case 'object':
      return value instanceof CimInstance;
    case 'boolean':
      return typeof value === 'boolean';
    case 'uint64':
      return typeof value === 'bigint' && value >= 0n;
    case 'sint64':
      return typeof value === 'bigint';
    case 'real32':
    case 'real64':
      return typeof value === 'number';
    case 'datetime':
      return typeof value === 'string' && /^\d{14}\.\d{6}([+-]\d{3}|:000)$/.test(value);
    case 'string':
    case 'char16':
      return typeof value === 'string';
    default: {
      const [low, high] = RANGES[type] ?? [1, 0];
      return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
    }
  }
};

describe('every value that is shown has the type of the schema', () => {
  const world = everything();
  for (const namespace of [V2, CLUSTER, CIMV2]) {
    test(namespace, async () => {
      const schema = world.broker.repository.namespace(namespace) ?? assert.fail();
      const wrong = new Set<string>();
      let instances = 0;
      for (const className of schema.classNames()) {
        if (schema.class(className)?.superclass !== null) continue;
        for (const one of await world.enumerate(className, namespace)) {
          instances++;
          if (one.path() === null) wrong.add(`${one.class.name} has no path`);
          for (const [name, value] of Object.entries(one.values)) {
            const property = one.class.property(name);
            if (property === undefined) wrong.add(`${one.class.name} has no property ${name}`);
            else if (value !== null) {
              const scalars = property.array && Array.isArray(value) ? value : [value];
              const good =
                property.array === Array.isArray(value) && scalars.every((scalar) => fits(property.type, scalar));
              if (!good)
                wrong.add(
                  `${one.class.name}.${name} is no ${property.type}${property.array ? '[]' : ''}: ${String(value)}`,
                );
            }
          }
        }
      }
      assert.deepEqual([...wrong], []);
      assert.ok(instances > 5);
    });
  }
});

describe('what libvirt reads of root\\cimv2 (wire-wsman §13)', () => {
  test('host, processor, operating system and product are there once', async () => {
    const world = makeWorld();
    const only = async (className: string): Promise<CimInstance> => {
      const [one, ...more] = await world.enumerate(className, CIMV2);
      assert.equal(more.length, 0, className);
      return one ?? assert.fail(className);
    };
    const system = await only('Win32_ComputerSystem');
    assert.equal(system.get('TotalPhysicalMemory'), 8_589_934_592n);
    assert.equal(system.get('NumberOfLogicalProcessors'), 4);
    const processor = await only('Win32_Processor');
    assert.equal(processor.get('NumberOfCores'), 4);
    assert.equal(processor.get('Name'), 'Test Processor');
    assert.match(
      String((await only('Win32_ComputerSystemProduct')).get('UUID')),
      /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/,
    );
    assert.equal((await only('Win32_OperatingSystem')).get('CSName'), 'TESTHOST');
  });

  test('counters of virtual processors are found by the name of their machine and only grow', async () => {
    const world = makeWorld();
    world.put(running(makeSystem({ name: 'web' })));
    const query = `SELECT * FROM Win32_PerfRawData_HvStats_HyperVHypervisorVirtualProcessor WHERE Name LIKE 'web:Hv VP %'`;
    const [counter, ...more] = await world.query(query, CIMV2);
    assert.equal(more.length, 0);
    assert.equal(counter?.get('Name'), 'web:Hv VP 0');
    const null64 = counter?.class.properties.filter(
      (property) => property.type === 'uint64' && counter.get(property.name) === null,
    );
    assert.deepEqual(
      null64?.map((property) => property.name),
      [],
    );
    const first = counter?.get('PercentTotalRunTime') as bigint;
    const [again] = await world.query(query, CIMV2);
    assert.ok((again?.get('PercentTotalRunTime') as bigint) >= first);
    assert.deepEqual(await world.query(query.replace('web', 'other'), CIMV2), []);
  });
});

describe('root\\HyperVCluster\\v2 (object-model §13)', () => {
  test('shows the same machines, no plans, and paths of its own namespace', async () => {
    const world = makeWorld();
    world.put(makeSystem());
    world.put({ ...makeSystem({ id: VM2, name: 'plan' }), kind: 'planned' });
    const systems = await world.enumerate('Msvm_ComputerSystem', CLUSTER);
    assert.deepEqual(
      systems.map((one) => one.get('ElementName')),
      ['TESTHOST', 'first'],
    );
    assert.equal(systems[1]?.path()?.namespace, CLUSTER);
    assert.deepEqual(
      await world.query(`SELECT * FROM Msvm_VirtualSystemSettingData WHERE ElementName='plan'`, CLUSTER),
      [],
    );
    const [cluster] = await world.enumerate('Msvm_RedundancySet', CLUSTER);
    assert.equal(cluster?.get('MinNumberNeeded'), 1);
  });
});
