import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CimInstance } from '../../src/cim/instance.ts';
import { ObjectPath } from '../../src/cim/object-path.ts';
import { pathKey } from '../../src/cim/path/compare-paths.ts';
import { parsePath } from '../../src/cim/path/parse-path.ts';
import type { InstanceChange } from '../../src/cim/provider.ts';
import type { CimProperty } from '../../src/cim/schema.ts';
import type { CimValue } from '../../src/cim/values.ts';
import type { Job } from '../../src/core/jobs/job.ts';
import { V1 } from '../../src/msvm/register.ts';
import { v1Entities } from '../../src/msvm/v1/catalog.ts';
import { Changes } from '../../src/msvm/v2/events/changes.ts';
import {
  context,
  HOST,
  IDE,
  IDE_DISK,
  machineOf,
  makeSystem,
  makeWorld,
  NAT,
  NIC,
  NOW,
  PORT,
  running,
  SCSI,
  SCSI_DISK_AND_NIC,
  VM1,
  VM2,
  type World,
} from './kit.ts';

const SNAPSHOT = 'AAAAAAAA-0000-4000-8000-000000000001';
const PLAN = 'C3576C71-F505-4D1B-9B78-2CFD971B0F33';
const VM = `Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${VM1}"`;
const VM_2 = `Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${VM2}"`;

const job = (values: Partial<Job>): Job => ({
  id: 'DDDDDDDD-0000-4000-8000-00000000000D',
  className: 'Msvm_ConcreteJob',
  type: 12,
  caption: 'Starting Virtual Machine',
  owner: 'TESTHOST\\admin',
  state: 4,
  percent: 40,
  cancellable: false,
  affected: [{ element: { kind: 'system', id: VM1 }, effect: 0 }],
  submittedAt: NOW - 2000,
  startedAt: NOW - 1500,
  endedAt: null,
  stateChangedAt: NOW - 1500,
  errorCode: 0,
  errorSummary: null,
  errorDescription: null,
  errors: [],
  ...values,
});

/** A running machine with a checkpoint, one of generation 2 with an adapter, a plan, jobs: what v1 has classes for. */
const fullWorld = (): World => {
  const world = makeWorld();
  const first = makeSystem({ devices: [...IDE_DISK, ...SCSI_DISK_AND_NIC] });
  world.graph.setMachine(VM1, machineOf(VM1));
  world.put(
    running({
      ...first,
      snapshots: [
        { configuration: { ...first.active, id: SNAPSHOT }, type: 'standard', parent: null, createdAt: NOW - 1 },
      ],
      currentSnapshot: SNAPSHOT,
      lastApplied: SNAPSHOT,
    }),
  );
  world.put(makeSystem({ id: VM2, name: 'second', generation: 2 }));
  world.put({ ...makeSystem({ id: PLAN, name: 'planned' }), kind: 'planned' });
  const affected: Job['affected'] = [
    { element: { kind: 'system', id: VM1 }, effect: 0 },
    { element: { kind: 'configuration', id: SNAPSHOT }, effect: 5 },
    { element: { kind: 'setting', configuration: VM1, part: `${IDE}\\0\\0\\L` }, effect: 5 },
  ];
  for (const one of [
    job({ affected }),
    job({ id: 'EEEEEEEE-0000-4000-8000-00000000000E', state: 32768, endedAt: NOW }),
    job({ id: 'FFFFFFFF-0000-4000-8000-00000000000F', className: 'Msvm_StorageJob', affected }),
  ])
    world.jobs.set(one.id, one);
  return world;
};

const inV1 = (text: string): ObjectPath => {
  const path = parsePath(text);
  return new ObjectPath(null, V1, path.className, path.keys, path.singleton);
};

const get = (world: World, path: ObjectPath | string): Promise<CimInstance> =>
  world.broker.execute(context, {
    kind: 'getInstance',
    namespace: V1,
    path: typeof path === 'string' ? inV1(path) : path,
  });

const related = async (world: World, path: string, resultClass: string, associationClass: string | null = null) => {
  const result = await world.broker.execute(context, {
    kind: 'associators',
    namespace: V1,
    source: inV1(path),
    filter: { associationClass, resultClass, role: null, resultRole: null },
  });
  return Array.fromAsync(result.items);
};

const BITS: Readonly<Record<string, number>> = { uint8: 8, uint16: 16, uint32: 32 };

const scalarFits = (property: CimProperty, value: CimValue): boolean => {
  switch (property.type) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'datetime':
      return typeof value === 'string' && value.length === 25;
    case 'reference':
      return value instanceof ObjectPath;
    case 'object':
      return value instanceof CimInstance;
    case 'uint64':
    case 'sint64':
      return typeof value === 'bigint' && (property.type === 'sint64' || value >= 0n);
    default: {
      const bits = BITS[property.type];
      return Number.isInteger(value) && (bits === undefined || (Number(value) >= 0 && Number(value) < 2 ** bits));
    }
  }
};

const fits = (property: CimProperty, value: CimValue): boolean => {
  if (value === null) return true;
  if (Array.isArray(value) !== property.array) return false;
  const elements: readonly CimValue[] = Array.isArray(value) ? value : [value];
  return elements.every((element) => scalarFits(property, element));
};

/** Classes of v1 with their instances; embedded-only classes and abstract ones have none. */
const everything = async (world: World): Promise<Map<string, CimInstance[]>> => {
  const found = new Map<string, CimInstance[]>();
  for (const name of world.broker.repository.namespace(V1)?.classNames() ?? []) {
    const own = (await world.enumerate(name, V1)).filter((instance) => instance.class.name === name);
    if (own.length > 0) found.set(name, own);
  }
  return found;
};

describe('root\\virtualization against its schema', () => {
  test('every instance has a unique path, is found by it, and has the properties and types of its class', async () => {
    const world = fullWorld();
    const classes = await everything(world);
    assert.ok(classes.size >= 60, [...classes.keys()].join(' '));
    for (const [name, instances] of classes) {
      const seen = new Set<string>();
      for (const instance of instances) {
        const path = instance.path() ?? assert.fail(`${name} has an instance without keys`);
        const key = pathKey(path);
        assert.ok(!seen.has(key), `two of ${key}`);
        seen.add(key);
        for (const [property, value] of Object.entries(instance.values)) {
          const declared = instance.class.property(property);
          assert.ok(declared !== undefined, `${name} has no ${property}`);
          assert.ok(fits(declared, value), `${name}.${property}: ${declared.type} ${String(value)}`);
        }
        const again = await get(world, path);
        assert.deepEqual(again.values, instance.values, key);
      }
    }
  });

  test('every end of every association resolves, and the association is found from both', async () => {
    const world = fullWorld();
    const classes = await everything(world);
    let checked = 0;
    for (const [name, instances] of classes) {
      const roles = instances[0]?.class.properties.filter((property) => property.ref !== null) ?? [];
      if (!(instances[0]?.class.association ?? false)) continue;
      for (const instance of instances) {
        for (const role of roles) {
          const end = instance.get(role.name);
          assert.ok(end instanceof ObjectPath, `${name}.${role.name}`);
          const target = await get(world, end);
          assert.equal(target.class.name, end.className);
          const result = await world.broker.execute(context, {
            kind: 'references',
            namespace: V1,
            source: end,
            filter: { associationClass: null, resultClass: name, role: role.name, resultRole: null },
          });
          const back = await Array.fromAsync(result.items);
          const wanted = pathKey(instance.path() ?? assert.fail());
          assert.ok(
            back.some((one) => pathKey(one.path() ?? assert.fail()) === wanted),
            `${name} from ${role.name}`,
          );
          checked++;
        }
      }
    }
    assert.ok(checked > 200, String(checked));
  });

  test('plans and what came with v2 are not there', async () => {
    const world = fullWorld();
    for (const instance of [...(await everything(world)).values()].flat()) {
      for (const value of Object.values(instance.values)) assert.ok(!String(value).includes(PLAN), instance.class.name);
      assert.doesNotMatch(String(instance.get('ResourceSubType') ?? ''), /Hyper-V/);
    }
    assert.deepEqual(await world.query(`SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'planned'`, V1), []);
  });
});

describe('root\\virtualization in the words of v1 (object-model §12)', () => {
  test('a machine has current settings and global settings, the latter with the actions of v1', async () => {
    const world = fullWorld();
    const [current, ...none] = await related(world, VM, 'Msvm_VirtualSystemSettingData', 'Msvm_SettingsDefineState');
    assert.deepEqual(none, []);
    assert.deepEqual(
      ['InstanceID', 'SettingType', 'SystemName', 'VirtualSystemType', 'ElementName', 'Notes'].map((name) =>
        current?.get(name),
      ),
      [`Microsoft:${VM1}`, 3, VM1, 301, 'first', ''],
    );
    const [global] = await related(world, VM, 'Msvm_VirtualSystemGlobalSettingData', 'Msvm_ElementSettingData');
    assert.deepEqual(
      [
        'InstanceID',
        'SettingType',
        'ElementName',
        'ExternalDataRoot',
        'AutomaticStartupAction',
        'AutomaticShutdownAction',
        'AutomaticRecoveryAction',
      ].map((name) => global?.get(name)),
      [`Microsoft:${VM1}\\Global`, 32768, 'first', '/vms', 1, 1, 1],
    );
  });

  test('snapshots are settings of type 5; what the machine descends from is told by associations', async () => {
    const world = fullWorld();
    const settings = await related(world, VM, 'Msvm_VirtualSystemSettingData');
    const snapshots = settings.filter((one) => one.get('SettingType') === 5);
    assert.deepEqual([...new Set(snapshots.map((one) => one.get('InstanceID')))], [`Microsoft:${SNAPSHOT}`]);
    for (const association of ['Msvm_PreviousSettingData', 'Msvm_LastAppliedSettingData']) {
      const [found] = await related(world, VM, 'Msvm_VirtualSystemSettingData', association);
      assert.equal(found?.get('InstanceID'), `Microsoft:${SNAPSHOT}`, association);
    }
    const query = `SELECT * FROM Msvm_VirtualSystemSettingData WHERE SystemName='${VM1}' AND SettingType=5`;
    assert.deepEqual(
      (await world.query(query, V1)).map((one) => one.get('InstanceID')),
      [`Microsoft:${SNAPSHOT}`],
    );
    const current = await get(world, `Msvm_VirtualSystemSettingData.InstanceID="Microsoft:${VM1}"`);
    assert.equal(
      current.get('Parent'),
      `\\\\${HOST.name}\\root\\virtualization:Msvm_VirtualSystemSettingData.InstanceID="Microsoft:${SNAPSHOT}"`,
    );
  });

  test('disks: drive of type 22 with its slot in Address, image of type 21 with its file in Connection', async () => {
    const world = fullWorld();
    const settings = `Msvm_VirtualSystemSettingData.InstanceID="Microsoft:${VM1}"`;
    const rasds = await related(world, settings, 'Msvm_ResourceAllocationSettingData');
    const drive = rasds.find((one) => one.get('InstanceID') === `Microsoft:${VM1}\\${IDE}\\0\\0\\D`);
    assert.deepEqual(
      ['ResourceType', 'ResourceSubType', 'Address', 'PoolID'].map((name) => drive?.get(name)),
      [22, 'Microsoft Synthetic Disk Drive', '0', 'Microsoft:118C3BE5-0D31-4804-85F0-5C6074ABEA8F\\Root'],
    );
    const controller = await get(world, String(drive?.get('Parent')));
    assert.equal(controller.get('ResourceSubType'), 'Microsoft Emulated IDE Controller');
    const image = rasds.find((one) => one.get('InstanceID') === `Microsoft:${VM1}\\${IDE}\\0\\0\\L`);
    assert.deepEqual(
      ['ResourceType', 'ResourceSubType', 'Connection', 'HostResource'].map((name) => image?.get(name)),
      [21, 'Microsoft Virtual Hard Disk', ['C:\\VMs\\a.vhdx'], null],
    );
    assert.equal((await get(world, String(image?.get('Parent')))).get('InstanceID'), drive?.get('InstanceID'));
    assert.ok(rasds.some((one) => one.get('InstanceID') === `Microsoft:${VM1}\\${SCSI}\\0`));
  });

  test('a port is found without a look at all machines, whatever their definitions call theirs', async () => {
    const world = makeWorld();
    for (let i = 0; i < 100; i++) {
      const id = `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
      world.put(makeSystem({ id, name: `same ${i}`, generation: 2, devices: SCSI_DISK_AND_NIC }));
    }
    const { graph } = world;
    const configuration = graph.configuration.bind(graph);
    let looks = 0;
    graph.configuration = (id) => {
      looks++;
      return configuration(id);
    };
    const path = `Msvm_SwitchPort.CreationClassName="Msvm_SwitchPort",Name="${PORT}",SystemCreationClassName="Msvm_VirtualSwitch",SystemName="${NAT.id}"`;
    assert.equal((await get(world, path)).get('Name'), PORT);
    assert.equal(looks, 1);
  });

  test('network: the adapter names a port of a switch, the running machine is plugged into it', async () => {
    const world = fullWorld();
    const nic = await get(world, `Msvm_SyntheticEthernetPortSettingData.InstanceID="Microsoft:${VM1}\\\\${NIC}"`);
    const [connection] = nic.get('Connection') as readonly string[];
    const port = await get(world, String(connection));
    assert.deepEqual(
      ['Name', 'ElementName', 'SystemName'].map((name) => port.get(name)),
      [PORT, 'port-1', NAT.id],
    );
    const path = `Msvm_SwitchPort.CreationClassName="Msvm_SwitchPort",Name="${PORT}",SystemCreationClassName="Msvm_VirtualSwitch",SystemName="${NAT.id}"`;
    const [owner] = await related(world, path, 'Msvm_VirtualSwitch', 'Msvm_HostedAccessPoint');
    assert.equal(owner?.get('ElementName'), NAT.name);
    const [endpoint] = await related(world, path, 'Msvm_VmLANEndpoint', 'Msvm_ActiveConnection');
    assert.deepEqual(
      [endpoint?.get('SystemName'), endpoint?.get('Connected'), endpoint?.get('MACAddress')],
      [VM1, true, '00155D010203'],
    );
    const [device] = await related(
      world,
      world.msvm.v1.projection.text(endpoint?.path() ?? assert.fail()),
      'Msvm_SyntheticEthernetPort',
    );
    assert.equal(device?.get('PermanentAddress'), '00155D010203');
  });

  test('pools, their capabilities and templates: default, minimum, maximum, increment', async () => {
    const world = fullWorld();
    const [pool, ...none] = await world.query(
      `SELECT * FROM Msvm_ResourcePool WHERE ResourceSubType='Microsoft Synthetic Disk Drive' AND Primordial=TRUE`,
      V1,
    );
    assert.deepEqual(none, []);
    assert.equal(pool?.get('PoolID'), 'Microsoft:118C3BE5-0D31-4804-85F0-5C6074ABEA8F\\Root');
    const [capabilities] = await related(
      world,
      world.msvm.v1.projection.text(pool?.path() ?? assert.fail()),
      'Msvm_AllocationCapabilities',
      'Msvm_ElementCapabilities',
    );
    const result = await world.broker.execute(context, {
      kind: 'references',
      namespace: V1,
      source: capabilities?.path() ?? assert.fail(),
      filter: { associationClass: null, resultClass: 'Msvm_SettingsDefineCapabilities', role: null, resultRole: null },
    });
    const roles = new Map<string, CimInstance>();
    for (const one of await Array.fromAsync(result.items)) {
      const part = one.get('PartComponent');
      assert.ok(part instanceof ObjectPath);
      roles.set(`${String(one.get('ValueRole'))}/${String(one.get('ValueRange'))}`, await get(world, part));
    }
    assert.deepEqual([...roles.keys()].toSorted(), ['0/0', '3/1', '3/2', '3/3']);
    const template = roles.get('0/0');
    assert.deepEqual(
      ['ResourceType', 'ResourceSubType', 'InstanceID'].map((name) => template?.get(name)),
      [22, 'Microsoft Synthetic Disk Drive', 'Microsoft:Definition\\118C3BE5-0D31-4804-85F0-5C6074ABEA8F\\Default'],
    );
    const found = await world.query(
      `SELECT * FROM Msvm_SyntheticEthernetPortSettingData WHERE InstanceID LIKE '%\\\\Default'`,
      V1,
    );
    assert.equal(found.length, 1);
  });

  test('power states have the numbers of v1', async () => {
    const world = makeWorld();
    const system = makeSystem();
    const numbers = {
      unknown: 0,
      running: 2,
      off: 3,
      paused: 32768,
      pausedCritical: 32768,
      saved: 32769,
      starting: 32770,
      saving: 32773,
      stopping: 32774,
      pausing: 32776,
      resuming: 32777,
      resetting: 2,
    } as const;
    for (const [power, number] of Object.entries(numbers)) {
      world.put({ ...system, power: power as keyof typeof numbers, requestedState: 9 });
      const found = await get(world, VM);
      assert.equal(found.get('EnabledState'), number, power);
      assert.equal(found.get('RequestedState'), 32768);
    }
    world.put({ ...system, power: 'running', operation: { kind: 'creatingSnapshot', exclusive: true } });
    assert.equal((await get(world, VM)).get('EnabledState'), 32771);
  });

  test('a job that ended with warnings has completed', async () => {
    const world = fullWorld();
    const states = (await world.enumerate('Msvm_ConcreteJob', V1)).map((one) => one.get('JobState'));
    assert.deepEqual(states.toSorted(), [4, 7]);
  });

  test('the terminal service tells its port itself', async () => {
    const world = fullWorld();
    const [service] = await world.enumerate('Msvm_TerminalService', V1);
    assert.equal(service?.get('ListenerPort'), 2179);
  });

  test('a generation 2 machine is shown with what v1 has classes for', async () => {
    const world = fullWorld();
    const [settings] = await related(world, VM_2, 'Msvm_VirtualSystemSettingData', 'Msvm_SettingsDefineState');
    assert.deepEqual(settings?.get('BootOrder'), []);
    const text = world.msvm.v1.projection.text(settings?.path() ?? assert.fail());
    const parts = await related(world, text, 'CIM_ResourceAllocationSettingData');
    assert.ok(parts.some((one) => one.get('ResourceSubType') === 'Microsoft Synthetic Keyboard'));
    assert.ok(parts.some((one) => one.class.name === 'Msvm_MemorySettingData'));
  });
});

describe('events of root\\virtualization', () => {
  const watched = (world: World, ...classes: string[]): InstanceChange[] => {
    const seen: InstanceChange[] = [];
    const { projection, catalog } = world.msvm.v1;
    new Changes(projection, catalog, world.feed as never, v1Entities(projection)).watch(
      { change: (change) => seen.push(change), event: () => assert.fail('no extrinsic events') },
      (className) => classes.includes(className),
    );
    return seen;
  };

  test('a start is a change of state in the numbers of v1', () => {
    const world = makeWorld();
    const seen = watched(world, 'Msvm_ComputerSystem');
    const system = world.put(makeSystem());
    world.put({ ...system, power: 'saved' });
    assert.deepEqual(
      seen.map(({ previous, current }) => [previous?.get('EnabledState'), current?.get('EnabledState')]),
      [
        [undefined, 3],
        [3, 32769],
      ],
    );
  });

  test('a new name changes the global settings too; a plan is no event', () => {
    const world = makeWorld();
    const system = world.put(makeSystem());
    const seen = watched(world, 'Msvm_VirtualSystemGlobalSettingData', 'Msvm_VirtualSystemSettingData');
    world.put({ ...system, active: { ...system.active, values: { ...system.active.values, ElementName: 'renamed' } } });
    world.put({ ...makeSystem({ id: PLAN }), kind: 'planned' });
    assert.deepEqual(
      seen.map(({ previous, current }) => [
        current?.class.name,
        previous?.get('ElementName'),
        current?.get('ElementName'),
      ]),
      [
        ['Msvm_VirtualSystemGlobalSettingData', 'first', 'renamed'],
        ['Msvm_VirtualSystemSettingData', 'first', 'renamed'],
      ],
    );
  });

  test('an image that is plugged in is a new RASD', () => {
    const world = makeWorld();
    const system = world.put(makeSystem());
    const seen = watched(world, 'Msvm_ResourceAllocationSettingData');
    world.put({ ...system, active: { ...system.active, devices: [...system.active.devices, ...IDE_DISK] } });
    assert.deepEqual(
      seen.map(({ previous, current }) => [previous, current?.get('ResourceType')]),
      [
        [null, 22],
        [null, 21],
      ],
    );
  });
});
