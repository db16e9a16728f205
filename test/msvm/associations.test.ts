import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CimInstance } from '../../src/cim/instance.ts';
import { ObjectPath } from '../../src/cim/object-path.ts';
import { pathKey } from '../../src/cim/path/compare-paths.ts';
import type { Job } from '../../src/core/jobs/job.ts';
import { CLUSTER, V2 } from '../../src/msvm/register.ts';
import {
  context,
  HOST,
  IDE_DISK,
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
const VM = `Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${VM1}"`;

const jobOf = (values: Partial<Job>): Job => ({
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

/** Something at every end that an association class of issue 2 can have. */
const fullWorld = (): World => {
  const world = makeWorld();
  const first = makeSystem({ devices: IDE_DISK });
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
  world.put(
    running(
      makeSystem({
        id: VM2,
        name: 'second',
        generation: 2,
        devices: SCSI_DISK_AND_NIC,
        bootSources: [`${SCSI}\\0\\1\\D`, NIC],
      }),
      4712,
    ),
  );
  const affected = [
    { element: { kind: 'system', id: VM1 } as const, effect: 0 },
    { element: { kind: 'configuration', id: SNAPSHOT } as const, effect: 5 },
    { element: { kind: 'setting', configuration: VM2, part: NIC } as const, effect: 5 },
    { element: { kind: 'switch', id: NAT.id } as const, effect: 0 },
    { element: { kind: 'service', className: 'Msvm_VirtualSystemManagementService' } as const, effect: 0 },
  ];
  for (const job of [
    jobOf({ affected }),
    jobOf({ id: 'EEEEEEEE-0000-4000-8000-00000000000E', className: 'Msvm_StorageJob', affected }),
  ]) {
    world.jobs.set(job.id, job);
  }
  return world;
};

const ends = (link: CimInstance): [string, ObjectPath][] =>
  Object.entries(link.values).filter((entry): entry is [string, ObjectPath] => entry[1] instanceof ObjectPath);

describe('associations (object-model §2)', () => {
  for (const namespace of [V2, CLUSTER]) {
    test(`every association instance of ${namespace} is found from both ends and by its own path`, async () => {
      const world = fullWorld();
      const schema = world.broker.repository.namespace(namespace);
      const classes = [...(schema?.classNames() ?? [])].filter(
        (name) => schema?.class(name)?.association === true && name.startsWith('Msvm_'),
      );
      let seen = 0;
      for (const className of classes) {
        for (const link of await world.enumerate(className, namespace)) {
          seen++;
          const both = ends(link);
          assert.equal(both.length, 2, className);
          const key = pathKey(link.path() ?? assert.fail(`${className} has no path`));
          const again = await world.broker.execute(context, {
            kind: 'getInstance',
            namespace,
            path: link.path() ?? assert.fail(),
          });
          assert.deepEqual(again.values, link.values);
          for (const [role, source] of both) {
            const target = await world.broker.execute(context, { kind: 'getInstance', namespace, path: source });
            assert.equal(pathKey(target.path() ?? assert.fail()), pathKey(source), `${className}.${role}`);
            const filter = { associationClass: null, resultClass: className, role, resultRole: null };
            const result = await world.broker.execute(context, { kind: 'references', namespace, source, filter });
            const found = await Array.fromAsync(result.items);
            assert.equal(
              found.filter((one) => pathKey(one.path() ?? assert.fail()) === key).length,
              1,
              `${className} from ${role}`,
            );
            for (const one of found)
              if (pathKey(one.path() ?? assert.fail()) === key) assert.deepEqual(one.values, link.values);
          }
        }
      }
      assert.ok(seen > (namespace === V2 ? 300 : 20), String(seen));
    });
  }

  test('every association class of the table has instances', async () => {
    const world = fullWorld();
    const classes = [
      'SettingsDefineState',
      'ElementSettingData',
      'VirtualSystemSettingDataComponent',
      'SystemDevice',
      'SnapshotOfVirtualSystem',
      'MostCurrentSnapshotInBranch',
      'LastAppliedSnapshot',
      'ParentChildSettingData',
      'AffectedJobElement',
      'AffectedStorageJobElement',
      'OwningJobElement',
      'ElementAllocatedFromPool',
      'ResourceAllocationFromPool',
      'ElementCapabilities',
      'SettingsDefineCapabilities',
      'FeatureSettingsDefineCapabilities',
      'HostedService',
      'HostedDependency',
      'ServiceAffectsElement',
      'LogicalIdentity',
      'ConcreteComponent',
      'BootSourceComponent',
      'EthernetPortSettingDataComponent',
      'SystemExportSettingData',
      'VideoHeadOnController',
      'ControlledBy',
      'ProtocolControllerForUnit',
      'MediaPresent',
      'SerialPortOnSerialController',
      'HostedResourcePool',
    ];
    for (const name of classes) assert.ok((await world.enumerate(`Msvm_${name}`)).length > 0, name);
  });

  test('SettingsDefineState leads from a machine to its active VSSD only, from a plan, a device, a switch, a pool to theirs', async () => {
    const world = fullWorld();
    world.put({ ...makeSystem({ id: 'C3576C71-F505-4D1B-9B78-2CFD971B0F33', name: 'plan' }), kind: 'planned' });
    const one = async (path: string): Promise<unknown[]> =>
      (await world.associators(path, { associationClass: 'Msvm_SettingsDefineState' })).map((found) =>
        found.get('InstanceID'),
      );
    assert.deepEqual(await one(VM), [`Microsoft:${VM1}`]);
    assert.deepEqual(
      await one(
        'Msvm_PlannedComputerSystem.CreationClassName="Msvm_PlannedComputerSystem",Name="C3576C71-F505-4D1B-9B78-2CFD971B0F33"',
      ),
      ['Microsoft:C3576C71-F505-4D1B-9B78-2CFD971B0F33'],
    );
    assert.deepEqual(
      await one(
        `Msvm_ShutdownComponent.CreationClassName="Msvm_ShutdownComponent",DeviceID="Microsoft:9F8233AC-BE49-4C79-8EE3-E7E1985B2077",SystemCreationClassName="Msvm_ComputerSystem",SystemName="${VM1}"`,
      ),
      [`Microsoft:${VM1}\\9F8233AC-BE49-4C79-8EE3-E7E1985B2077`],
    );
    assert.deepEqual(
      await one(`Msvm_VirtualEthernetSwitch.CreationClassName="Msvm_VirtualEthernetSwitch",Name="${NAT.id}"`),
      [`Microsoft:${NAT.id}`],
    );
    assert.deepEqual(await one('Msvm_ResourcePool.InstanceID="Microsoft:bde5d4d6-e450-46d2-b925-976ca3e989b4"'), [
      'Microsoft:bde5d4d6-e450-46d2-b925-976ca3e989b4',
    ]);
  });

  test('GetRelated by result class alone (samples): component, jobs, service settings', async () => {
    const world = fullWorld();
    assert.equal((await world.associators(VM, { resultClass: 'Msvm_ShutdownComponent' })).length, 1);
    assert.deepEqual(
      (await world.associators(VM, { resultClass: 'Msvm_ConcreteJob' })).map((one) => one.get('JobType')),
      [12],
    );
    const service = `Msvm_VirtualSystemManagementService.CreationClassName="Msvm_VirtualSystemManagementService",Name="vmms",SystemCreationClassName="Msvm_ComputerSystem",SystemName="${HOST.name}"`;
    assert.deepEqual(
      (await world.associators(service, { resultClass: 'Msvm_VirtualSystemManagementServiceSettingData' })).map((one) =>
        one.get('InstanceID'),
      ),
      [`Microsoft:${HOST.name}`],
    );
    // go-wmi lists machines by walking from vmms.
    const machines = await world.associators(service, { resultClass: 'Msvm_ComputerSystem' });
    assert.deepEqual(machines.map((one) => one.get('ElementName')).sort(), [HOST.name, 'first', 'second']);
  });

  test('a job leads to what it affects, created objects with effect 5 (README rule 3)', async () => {
    const world = fullWorld();
    const job = 'Msvm_ConcreteJob.InstanceID="DDDDDDDD-0000-4000-8000-00000000000D"';
    const affected = await world.associators(job, {
      associationClass: 'Msvm_AffectedJobElement',
      resultClass: 'Msvm_VirtualSystemSettingData',
    });
    assert.deepEqual(
      affected.map((one) => one.get('InstanceID')),
      [`Microsoft:${SNAPSHOT}`],
    );
    const effects = await world.references(job, { resultClass: 'Msvm_AffectedJobElement' });
    assert.deepEqual(
      effects.map((one) => one.get('ElementEffects')),
      [[0], [5], [5], [0], [0]],
    );
    // The path with slashes, as os-win fetches jobs.
    assert.equal(
      (
        await world.get(
          '//TESTHOST/root/virtualization/v2:Msvm_ConcreteJob.InstanceID="DDDDDDDD-0000-4000-8000-00000000000D"',
        )
      ).get('JobState'),
      4,
    );
    // os-win asks by query on the association's own reference.
    const mapped = await world.query(
      `SELECT * FROM Msvm_AffectedJobElement WHERE AffectedElement = '\\\\TESTHOST\\root\\virtualization\\v2:${VM.replaceAll("'", "''")}'`,
    );
    assert.equal(mapped.length, 1);
  });

  test('a switch has a port for each connected adapter of a running machine', async () => {
    const world = fullWorld();
    const path = `Msvm_VirtualEthernetSwitch.CreationClassName="Msvm_VirtualEthernetSwitch",Name="${NAT.id}"`;
    const ports = await world.associators(path, {
      associationClass: 'Msvm_SystemDevice',
      resultClass: 'Msvm_EthernetSwitchPort',
    });
    assert.deepEqual(
      ports.map((one) => one.get('Name')),
      [PORT],
    );
    const settings = await world.associators(world.msvm.v2.projection.text(ports[0]?.path() ?? assert.fail()), {
      associationClass: 'Msvm_ElementSettingData',
    });
    assert.deepEqual(
      settings.map((one) => one.get('ElementName')),
      ['port-1'],
    );
    const system = world.graph.system(VM2) ?? assert.fail();
    const devices = system.active.devices.map((one) =>
      one.kind === 'ethernetConnection' ? { ...one, values: { ...one.values, EnabledState: 3 } } : one,
    );
    world.put({ ...system, active: { ...system.active, devices } });
    assert.deepEqual(await world.associators(path, { resultClass: 'Msvm_EthernetSwitchPort' }), []);
  });

  test('os-win walks from NUMA nodes to processors and memory of the host', async () => {
    const world = makeWorld();
    const [node] = await world.enumerate('Msvm_NumaNode');
    const links = await world.references(world.msvm.v2.projection.text(node?.path() ?? assert.fail()), {
      resultClass: 'Msvm_HostedDependency',
    });
    assert.equal(links.length, HOST.logicalProcessors + 1);
  });

  test('an association that is read by its key visits no more than its end with fewer has, whichever that is', async () => {
    const world = makeWorld();
    const count = 200;
    for (let i = 0; i < count; i++)
      world.put(makeSystem({ id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`, name: `one ${i}` }));
    const last = world.put(makeSystem());
    const systems = world.graph.systems.bind(world.graph);
    let visits = 0;
    world.graph.systems = function* () {
      for (const system of systems()) {
        visits++;
        yield system;
      }
    };
    const host = ObjectPath.of(
      'Msvm_ComputerSystem',
      { CreationClassName: 'Msvm_ComputerSystem', Name: HOST.name },
      V2,
    );
    const machine = ObjectPath.of(
      'Msvm_ComputerSystem',
      { CreationClassName: 'Msvm_ComputerSystem', Name: last.id },
      V2,
    );
    const [definition] = await world.enumerate('Msvm_AggregationMetricDefinition');
    const [service] = await world.enumerate('Msvm_VirtualSystemManagementService');
    const ends: readonly (readonly [string, Readonly<Record<string, ObjectPath | null | undefined>>])[] = [
      ['Msvm_HostedDependency', { Antecedent: host, Dependent: machine }],
      ['Msvm_ServiceAffectsElement', { AffectedElement: machine, AffectingElement: service?.path() }],
      ['Msvm_MetricDefForME', { Antecedent: machine, Dependent: definition?.path() }],
    ];
    for (const [className, keys] of ends) {
      visits = 0;
      const path = ObjectPath.of(className, keys as Record<string, ObjectPath>, V2);
      const found = await world.broker.execute(context, { kind: 'getInstance', namespace: V2, path });
      assert.equal(pathKey(found.path() ?? assert.fail()), pathKey(path), className);
      assert.ok(visits < 30, `${className}: ${visits} of ${count} systems`);
      // The same as a query, whichever end it names first.
      const conditions = [...(path.keys ?? [])].map(
        ([role, end]) => `${role} = '${world.msvm.v2.projection.text(end as ObjectPath).replaceAll('\\', '\\\\')}'`,
      );
      for (const ordered of [conditions, conditions.toReversed()]) {
        visits = 0;
        const [one, ...more] = await world.query(`SELECT * FROM ${className} WHERE ${ordered.join(' AND ')}`);
        assert.equal(pathKey(one?.path() ?? assert.fail(className)), pathKey(path), className);
        assert.deepEqual(more, []);
        assert.ok(visits < 30, `${className}: ${visits} of ${count} systems`);
      }
    }
    // One of two that are there, and have nothing to do with each other.
    const other = ObjectPath.of('Msvm_SettingsDefineState', {
      ManagedElement: machine,
      SettingData: ObjectPath.of('Msvm_VirtualSystemSettingData', {
        InstanceID: 'Microsoft:00000000-0000-4000-8000-000000000000',
      }),
    });
    await assert.rejects(world.broker.execute(context, { kind: 'getInstance', namespace: V2, path: other }), {
      code: 'notFound',
    });
  });

  test('a query that names one end visits nothing but that end (Msvm_MetricDefForME, other-services §4)', async () => {
    const world = fullWorld();
    const [definition] = await world.query(
      "SELECT * FROM CIM_BaseMetricDefinition WHERE ElementName = 'Aggregated Average CPU Utilization'",
    );
    const text = (path: string): string => path.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    const { projection } = world.msvm.v2;
    const end = text(`\\\\.\\root\\virtualization\\v2:${VM}`);
    const other = text(projection.text(definition?.path() ?? assert.fail()));
    world.graph.systems = () => assert.fail('all systems were visited');
    const found = await world.query(
      `SELECT * FROM Msvm_MetricDefForME WHERE Antecedent="${end}" AND Dependent="${other}"`,
    );
    assert.deepEqual(
      found.map((one) => one.get('MetricCollectionEnabled')),
      [3],
    );
    assert.equal((await world.query(`SELECT * FROM Msvm_SettingsDefineState WHERE ManagedElement="${end}"`)).length, 1);
  });

  test('an unknown source has no associations', async () => {
    const world = makeWorld();
    assert.deepEqual(await world.associators(VM), []);
  });
});
