import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CimInstance } from '../../src/cim/instance.ts';
import { ObjectPath } from '../../src/cim/object-path.ts';
import { CLUSTER, guidOf, HyperVClient, pathOf, RASD, SASD, settingText, SUB_TYPE } from '../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../kit/hyperv-world.ts';
import { drive, GLOBAL, image, nic, V1Client } from './methods/v1-kit.ts';

/** Rows of object-model §7, §12 and §13 on the real domain; each title names its row, and test/statements.test.ts knows all of them. */

const VSSD = 'Msvm_VirtualSystemSettingData';
const names = (found: readonly CimInstance[], property: string): readonly unknown[] =>
  found.map((one) => one.get(property));
const values = (found: CimInstance | undefined, ...properties: readonly string[]): readonly unknown[] =>
  properties.map((name) => found?.get(name));

/** A machine with an adapter on the switch, in each power state in turn. */
const inEachState = async (
  check: (scene: {
    readonly world: HyperVWorld;
    readonly client: HyperVClient;
    readonly system: ObjectPath;
    readonly state: 'off' | 'running' | 'paused' | 'saved';
    readonly devices: boolean;
  }) => Promise<void>,
): Promise<void> => {
  await using world = await openWorld();
  const { client } = world;
  const system = await client.define({ ElementName: 'states' });
  const [target] = await client.query('SELECT * FROM Msvm_VirtualEthernetSwitch');
  await client.plugIn(system, target?.path() ?? assert.fail('a switch'));
  const scene = { world, client, system };
  await check({ ...scene, state: 'off', devices: false });
  for (const [state, requested, devices] of [
    ['running', 2, true],
    ['paused', 9, true],
    ['running', 2, true],
    ['saved', 6, false],
    ['running', 2, true],
    ['off', 3, false],
  ] as const) {
    await client.succeed(await client.state(system, requested));
    await check({ ...scene, state, devices });
  }
};

describe('object-model §7: when instances exist', () => {
  test('object-model §7 settings: in every state, the same ones', async () => {
    let first: readonly unknown[] | null = null;
    await inEachState(async ({ client, system, state }) => {
      const prefix = `Microsoft:${guidOf(system)}%`;
      const found = names(
        await client.query(`SELECT * FROM CIM_SettingData WHERE InstanceID LIKE '${prefix}'`),
        'InstanceID',
      );
      first ??= found;
      assert.ok(found.length > 15);
      assert.deepEqual(found, first, state);
      assert.equal((await client.settings(system)).get('InstanceID'), `Microsoft:${guidOf(system)}`, state);
    });
  });

  test('object-model §7 devices: while it runs or is paused, and not while it is off or saved (os-win)', () =>
    inEachState(async ({ client, system, state, devices }) => {
      const components = await client.related(system, 'Msvm_ShutdownComponent', 'Msvm_SystemDevice');
      assert.equal(components.length, devices ? 1 : 0, state);
      for (const className of [
        'Msvm_Processor',
        'Msvm_KvpExchangeComponent',
        'Msvm_Keyboard',
        'Msvm_VideoHead',
        'CIM_LogicalDevice',
      ]) {
        const found = await client.query(`SELECT * FROM ${className} WHERE SystemName = '${guidOf(system)}'`);
        assert.equal(found.length > 0, devices, `${className} ${state}`);
      }
    }));

  test('object-model §7 capabilities and export settings: in every state', () =>
    inEachState(async ({ client, system, state }) => {
      const id = `Microsoft:${guidOf(system)}`;
      for (const [className, association] of [
        ['Msvm_VirtualSystemCapabilities', 'Msvm_ElementCapabilities'],
        ['Msvm_VirtualSystemExportSettingData', 'Msvm_SystemExportSettingData'],
      ] as const) {
        assert.deepEqual(names(await client.related(system, className, association), 'InstanceID'), [id], state);
        await client.one(`SELECT * FROM ${className} WHERE InstanceID = '${id}'`);
      }
    }));

  test('object-model §7 switch ports of adapters: while it runs or is paused', () =>
    inEachState(async ({ client, state, devices }) => {
      const ports = await client.query('SELECT * FROM Msvm_EthernetSwitchPort');
      assert.equal(ports.length, devices ? 1 : 0, state);
    }));
});

interface Old {
  readonly world: HyperVWorld;
  readonly client: V1Client;
  /** The same machine's path in v2. */
  readonly inV2: ObjectPath;
  readonly system: ObjectPath;
}

const withOld = async (work: (old: Old) => Promise<void>): Promise<void> => {
  await using world = await openWorld();
  const client = new V1Client(world);
  const system = await client.machine('old');
  const inV2 = world.path('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: guidOf(system) });
  await work({ world, client, system, inV2 });
};

describe('object-model §12: root\\virtualization', () => {
  test('object-model §12 Settings: a VSSD of type 3 and global settings, one each', () =>
    withOld(async ({ client, system }) => {
      const id = guidOf(system);
      const SystemSettingData = settingText(VSSD, { Notes: 'one text' });
      await client.ok('ModifyVirtualSystem', { ComputerSystem: system, SystemSettingData });
      assert.deepEqual(
        values(await client.settings(system), 'InstanceID', 'SettingType', 'SystemName', 'VirtualSystemType', 'Notes'),
        [`Microsoft:${id}`, 3, id, 301, 'one text'],
      );
      const global = await client.global(system);
      assert.deepEqual(values(global, 'InstanceID', 'SettingType', 'ElementName', 'Version'), [
        `Microsoft:${id}\\Global`,
        32768,
        'old',
        '10.0',
      ]);
      for (const name of ['ExternalDataRoot', 'SnapshotDataRoot', 'ScopeOfResidence'])
        assert.ok(global.class.property(name) !== undefined, name);
      assert.equal((await client.query(`SELECT * FROM ${GLOBAL}`)).length, 1);
    }));

  test('object-model §12 Action codes: those of v2 less two, defaults 1, 1, 1, in and out', () =>
    withOld(async ({ world, client, system, inV2 }) => {
      const actions = ['AutomaticStartupAction', 'AutomaticShutdownAction', 'AutomaticRecoveryAction'];
      assert.deepEqual(values(await client.global(system), ...actions), [1, 1, 1]);
      assert.deepEqual(values(await world.client.settings(inV2), ...actions), [3, 3, 3]);
      for (const code of [0, 1, 2]) {
        const SystemSettingData = settingText(GLOBAL, Object.fromEntries(actions.map((name) => [name, code])));
        await client.ok('ModifyVirtualSystem', { ComputerSystem: system, SystemSettingData });
        assert.deepEqual(values(await client.global(system), ...actions), [code, code, code]);
        assert.deepEqual(values(await world.client.settings(inV2), ...actions), [code + 2, code + 2, code + 2]);
      }
      for (const name of actions) {
        const SystemSettingData = settingText(GLOBAL, { [name]: 3 });
        const refused = await client.call('ModifyVirtualSystem', { ComputerSystem: system, SystemSettingData });
        assert.equal(refused.returnValue, 32773, name);
      }
    }));

  test('object-model §12 Renaming: by the global settings, and not by the VSSD', () =>
    withOld(async ({ world, client, system, inV2 }) => {
      const rename = (className: string, ElementName: string) =>
        client.ok('ModifyVirtualSystem', {
          ComputerSystem: system,
          SystemSettingData: settingText(className, { ElementName }),
        });
      await rename(VSSD, 'by its VSSD');
      assert.equal((await client.get(system)).get('ElementName'), 'old');
      await rename(GLOBAL, 'new');
      for (const found of [
        await client.get(system),
        await client.global(system),
        await client.settings(system),
        await world.client.get(inV2),
      ])
        assert.equal(found.get('ElementName'), 'new', found.class.name);
    }));

  test('object-model §12 VM to settings: the current one, the global ones, and snapshots by type 5', () =>
    withOld(async ({ client, system }) => {
      const id = guidOf(system);
      const made = await client.call('CreateVirtualSystemSnapshot', { SourceSystem: system });
      await client.succeed(made);
      const of = async (className: string, association: string | null) =>
        names(await client.related(system, className, association), 'InstanceID');
      assert.deepEqual(await of(VSSD, 'Msvm_SettingsDefineState'), [`Microsoft:${id}`]);
      assert.deepEqual(await of(GLOBAL, 'Msvm_ElementSettingData'), [`Microsoft:${id}\\Global`]);
      const all = await client.related(system, VSSD);
      const snapshots = all.filter((one) => one.get('SettingType') === 5);
      assert.equal(new Set(names(snapshots, 'InstanceID')).size, 1);
      assert.deepEqual(values(snapshots[0], 'SystemName', 'VirtualSystemType'), [id, 301]);
    }));

  test('object-model §12 ResourceSubType and ResourceType: in the words and numbers of v1, templates too', () =>
    withOld(async ({ world, client, system }) => {
      const controller = client.pathText(await client.controller(system, 'Microsoft Emulated IDE Controller'));
      const [slot] = await client.added(system, drive(controller, '0'));
      const file = await world.disk('typed.img');
      await client.added(system, image(client.text(slot ?? assert.fail()), file));
      await client.added(
        system,
        settingText(RASD, { ResourceType: 6, ResourceSubType: 'Microsoft Synthetic SCSI Controller' }),
        settingText(RASD, {
          ResourceType: 16,
          ResourceSubType: 'Microsoft Synthetic DVD Drive',
          Parent: controller,
          Address: '1',
        }),
        nic({}),
      );
      const found = new Map<unknown, unknown>();
      for (const one of await client.resources(system, 'CIM_ResourceAllocationSettingData'))
        found.set(one.get('ResourceSubType'), one.get('ResourceType'));
      const expected: readonly (readonly [string, number])[] = [
        ['Microsoft Synthetic SCSI Controller', 6],
        ['Microsoft Emulated IDE Controller', 5],
        ['Microsoft Synthetic Disk Drive', 22],
        ['Microsoft Virtual Hard Disk', 21],
        ['Microsoft Synthetic DVD Drive', 16],
        ['Microsoft Synthetic Ethernet Port', 10],
        ['Microsoft Serial Port', 17],
      ];
      for (const [subType, type] of expected) assert.equal(found.get(subType), type, subType);
      for (const subType of found.keys()) assert.doesNotMatch(String(subType), /Hyper-V/);
      for (const [subType, type] of [
        ...expected,
        ['Microsoft Physical Disk Drive', 22],
        ['Microsoft Virtual CD/DVD Disk', 21],
      ] as const) {
        if (subType === 'Microsoft Emulated IDE Controller' || subType === 'Microsoft Serial Port') continue;
        const pool = await client.one(
          `SELECT * FROM Msvm_ResourcePool WHERE ResourceSubType = '${subType}' AND Primordial = TRUE`,
        );
        assert.equal(pool.get('ResourceType'), type, subType);
      }
    }));

  test('object-model §12 AddressOnParent: absent; the slot is in Address, in and out', () =>
    withOld(async ({ world, client, system, inV2 }) => {
      const controller = client.pathText(await client.controller(system, 'Microsoft Emulated IDE Controller'));
      const [path] = await client.added(system, drive(controller, '1'));
      const found = await client.get(path ?? assert.fail('a drive'));
      assert.equal(found.class.property('AddressOnParent'), undefined);
      assert.equal(found.get('Address'), '1');
      const [same] = (await world.client.resources(inV2, RASD)).filter((one) => one.get('ResourceType') === 17);
      assert.equal(same?.get('AddressOnParent'), '1');
    }));

  test('object-model §12 Storage: an image is a RASD with its file in Connection; there is no other class', () =>
    withOld(async ({ world, client, system, inV2 }) => {
      const controller = client.pathText(await client.controller(system, 'Microsoft Emulated IDE Controller'));
      const [at] = await client.added(system, drive(controller, '0'));
      const [first, second] = [await world.disk('a.img'), await world.disk('b.img')];
      const [path] = await client.added(system, image(client.text(at ?? assert.fail()), first));
      const shown = await client.get(path ?? assert.fail('an image'));
      assert.deepEqual([shown.class.name, ...values(shown, 'Connection', 'HostResource')], [RASD, [first], null]);
      assert.equal(world.broker.repository.namespace(client.namespace)?.class(SASD), undefined);
      await client.ok('ModifyVirtualSystemResources', {
        ComputerSystem: system,
        ResourceSettingData: [settingText(RASD, { InstanceID: String(shown.get('InstanceID')), Connection: [second] })],
      });
      assert.deepEqual((await world.client.resource(inV2, SASD)).get('HostResource'), [second]);
    }));

  test('object-model §12 Network: ports of switches; Connection of an adapter is the path of one', () =>
    withOld(async ({ world, client, system, inV2 }) => {
      const port = await client.port('plug');
      const [path] = await client.added(system, nic({ Connection: [client.text(port)] }));
      assert.deepEqual((await client.get(path ?? assert.fail())).get('Connection'), [client.text(port)]);
      const allocation = 'Msvm_EthernetPortAllocationSettingData';
      assert.equal(world.broker.repository.namespace(client.namespace)?.class(allocation), undefined);
      const [connection] = await world.client.resources(inV2, allocation);
      assert.match(String(connection?.get('InstanceID')), new RegExp(`${String(port.key('Name'))}$`));
    }));

  test('object-model §12 PoolID: Microsoft:<GUID>\\Root, of pools and of what they hand out', () =>
    withOld(async ({ client, system }) => {
      const form = /^Microsoft:[0-9a-f-]{36}\\Root$/i;
      const pools = await client.query('SELECT * FROM CIM_ResourcePool');
      assert.ok(pools.length > 8);
      const byType = new Map(pools.map((one) => [String(one.get('ResourceSubType')), one.get('PoolID')]));
      for (const one of pools) {
        assert.match(String(one.get('PoolID')), form);
        assert.equal(`${String(one.get('InstanceID'))}\\Root`, one.get('PoolID'));
      }
      await client.added(system, nic({}));
      let pooled = 0;
      for (const one of await client.resources(system, 'CIM_ResourceAllocationSettingData')) {
        const subType = String(one.get('ResourceSubType'));
        if (subType === '' || !byType.has(subType)) continue;
        pooled++;
        assert.equal(one.get('PoolID'), byType.get(subType), subType);
      }
      assert.ok(pooled >= 3, String(pooled));
    }));

  test('object-model §12 Memory: counted in MB, under the id of v2', () =>
    withOld(async ({ client, system }) => {
      const memory = await client.resource(system, 'Msvm_MemorySettingData');
      assert.deepEqual(values(memory, 'AllocationUnits', 'VirtualQuantity', 'InstanceID'), [
        'MB',
        1024n,
        `Microsoft:${guidOf(system)}\\4764334d-e001-4176-82ee-5594ec9b530e`,
      ]);
      const pool = await client.one('SELECT * FROM Msvm_ResourcePool WHERE ResourceType = 4');
      assert.equal(pool.get('AllocationUnits'), 'MB');
    }));

  test('object-model §12 absent: plans, boot sources, sub types, metrics, pools of clients', () =>
    withOld(async ({ world, client, system }) => {
      const schema = world.broker.repository.namespace(client.namespace) ?? assert.fail();
      for (const name of [
        'Msvm_PlannedComputerSystem',
        'Msvm_BootSourceSettingData',
        'Msvm_MetricService',
        'Msvm_BaseMetricDefinition',
        'Msvm_ResourcePoolConfigurationService',
      ])
        assert.equal(schema.class(name), undefined, name);
      const settings = await client.settings(system);
      for (const name of ['BootSourceOrder', 'VirtualSystemSubType'])
        assert.equal(settings.class.property(name), undefined, name);
      const planned = await world.client.call('DefinePlannedSystem', {
        SystemSettings: settingText(VSSD, { ElementName: 'a plan' }),
      });
      const id = guidOf(pathOf(planned.out['ResultingSystem']));
      for (const className of ['Msvm_ComputerSystem', VSSD, GLOBAL, RASD, 'Msvm_MemorySettingData'])
        for (const one of await client.query(`SELECT * FROM ${className}`))
          assert.doesNotMatch(client.text(one.path() ?? assert.fail()), new RegExp(id), className);
      const modified = await client.call('DestroyVirtualSystem', {
        ComputerSystem: new ObjectPath(
          null,
          null,
          'Msvm_ComputerSystem',
          new Map([...(system.keys ?? []), ['Name', id]]),
        ),
      });
      assert.equal(modified.returnValue, 32773);
    }));

  test('object-model §12 both namespaces show the same machines, made, started, changed and removed in either', () =>
    withOld(async ({ world, client, system, inV2 }) => {
      const made = await world.client.define({ ElementName: 'of v2' });
      const machines = async (one: HyperVClient) =>
        (await one.query('SELECT * FROM Msvm_ComputerSystem')).map((found) => values(found, 'Name', 'ElementName'));
      const host = [world.broker.hostName, world.broker.hostName];
      const both = [host, [guidOf(system), 'old'], [guidOf(made), 'of v2']];
      for (const one of [client, world.client]) assert.deepEqual(await machines(one), both);
      await client.succeed(await client.state(system, 2));
      assert.equal(await world.client.enabledState(inV2), 2);
      await world.client.succeed(await world.client.state(inV2, 6));
      assert.equal(await client.enabledState(system), 32769);
      await world.client.succeed(await world.client.state(inV2, 3));
      await world.client.succeed(await world.client.call('DestroySystem', { AffectedSystem: inV2 }));
      const inV1 = new ObjectPath(null, null, made.className, made.keys);
      await client.succeed(await client.call('DestroyVirtualSystem', { ComputerSystem: inV1 }));
      for (const one of [client, world.client]) assert.deepEqual(await machines(one), [host]);
    }));
});

const withCluster = async (work: (world: HyperVWorld, cluster: HyperVClient) => Promise<void>): Promise<void> => {
  await using world = await openWorld();
  await work(world, new HyperVClient(world.broker, CLUSTER));
};

/** What the namespace has (mof, 2019), without its prefix. */
const OF_CLUSTER =
  'ComputerSystem VirtualSystemSettingData VirtualSystemManagementService VirtualSystemManagementServiceSettingData VirtualSystemSnapshotService VirtualSystemSnapshotSettingData VirtualSystemMigrationService ConcreteJob MigrationJob Error SummaryInformation SummaryInformationBase SettingsDefineState ElementSettingData HostedDependency HostedService AffectedJobElement OwningJobElement ParentChildSettingData MostCurrentSnapshotInBranch SnapshotOfVirtualSystem ServiceAffectsElement RedundancySet MemberOfCollection ConcreteIdentity ComponentCS FailoverIndication VirtualSystemCollection ManagementCollection SnapshotCollection ReferencePointCollection CollectionManagementService CollectionSnapshotService CollectionReferencePointService CollectionReplicationService';
/** And what it has not: these are for the node's namespace. */
const OF_NODES =
  'DiskDrive Processor Memory SyntheticEthernetPort LogicalDevice ResourceAllocationSettingData StorageAllocationSettingData MemorySettingData ProcessorSettingData EthernetPortAllocationSettingData PlannedComputerSystem VirtualEthernetSwitch VirtualEthernetSwitchManagementService ImageManagementService MetricService BaseMetricDefinition TerminalService ResourcePool';

/** Methods that the cluster answers itself; those of control answer 1 in every namespace (K9). */
const OF_THE_CLUSTER: ReadonlySet<string> = new Set([
  'DefineSystem',
  'DestroySystem',
  'ModifySystemSettings',
  'AddResourceSettings',
  'ModifyResourceSettings',
  'RemoveResourceSettings',
  'GetSummaryInformation',
  'RequestStateChange',
  'StartService',
  'StopService',
]);

describe('object-model §13: root\\HyperVCluster\\v2', () => {
  test('object-model §13 Scope: all machines, and the node of each in its summary', () =>
    withCluster(async (world, cluster) => {
      const ids = [];
      for (const ElementName of ['a', 'b']) ids.push(guidOf(await world.client.define({ ElementName })));
      const { returnValue, out } = await cluster.call('GetSummaryInformation', { RequestedInformation: [1] });
      assert.equal(returnValue, 0);
      const summaries = out['SummaryInformation'] as readonly CimInstance[];
      assert.deepEqual(
        summaries.map((one) => [one.class.namespace, ...values(one, 'Name', 'ElementName', 'HostComputerSystemName')]),
        [
          [CLUSTER, ids[0], 'a', world.broker.hostName],
          [CLUSTER, ids[1], 'b', world.broker.hostName],
        ],
      );
      assert.ok(summaries[0]?.isA('Msvm_SummaryInformationBase'));
    }));

  test('object-model §13 Classes present, and not present: the node has what is missing', () =>
    withCluster(async (world) => {
      const schema = world.broker.repository.namespace(CLUSTER) ?? assert.fail();
      for (const name of OF_CLUSTER.split(' ')) assert.ok(schema.class(`Msvm_${name}`) !== undefined, name);
      for (const name of OF_NODES.split(' ')) assert.equal(schema.class(`Msvm_${name}`), undefined, name);
    }));

  test('object-model §13 device settings are reached in the namespace of the node, to which Msvm_ConcreteIdentity leads', () =>
    withCluster(async (world, cluster) => {
      const inV2 = await world.client.define({ ElementName: 'here' });
      await world.client.call('DefinePlannedSystem', { SystemSettings: settingText(VSSD, { ElementName: 'a plan' }) });
      const own = (await cluster.one("SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'here'")).path();
      const of = own ?? assert.fail('a machine');
      const [same, ...none] = await cluster.related(of, 'Msvm_ComputerSystem', 'Msvm_ConcreteIdentity');
      assert.deepEqual(none, []);
      assert.equal(world.client.text(same?.path() ?? assert.fail()), world.client.text(inV2));
      const memory = await world.client.resource(pathOf(same?.path() ?? null), 'Msvm_MemorySettingData');
      assert.equal(memory.get('VirtualQuantity'), 1024n);
      const [link, ...more] = await cluster.query('SELECT * FROM Msvm_ConcreteIdentity');
      assert.deepEqual(more, []);
      const again = await cluster.get(link?.path() ?? assert.fail());
      assert.deepEqual(
        ['SystemElement', 'SameElement'].map((role) => pathOf(again.get(role)).namespace),
        [CLUSTER, world.client.namespace],
      );
      const crossed = new ObjectPath(
        null,
        CLUSTER,
        'Msvm_ConcreteIdentity',
        new Map([
          ['SystemElement', inV2],
          ['SameElement', of],
        ]),
      );
      await assert.rejects(cluster.get(crossed), { code: 'notFound' });
      // Resources that are added in the cluster are settings of the node.
      const result = await cluster.call('AddResourceSettings', {
        AffectedConfiguration: of,
        ResourceSettings: [settingText(RASD, { ResourceType: 6, ResourceSubType: SUB_TYPE.scsi })],
      });
      const [added] = result.out['ResultingResourceSettings'] as readonly ObjectPath[];
      assert.equal(added?.namespace, world.client.namespace);
      assert.equal((await world.client.get(added)).get('ResourceSubType'), SUB_TYPE.scsi);
    }));

  test("object-model §13 Service methods: those of DMTF's class work, the others are refused with the way to the node", () =>
    withCluster(async (world, cluster) => {
      const defined = await cluster.call('DefineSystem', {
        SystemSettings: settingText(VSSD, { ElementName: 'of all' }),
      });
      assert.equal(defined.returnValue, 0);
      const system = pathOf(defined.out['ResultingSystem']);
      const memory = await world.client.query(
        "SELECT * FROM Msvm_MemorySettingData WHERE InstanceID LIKE 'Microsoft:" + guidOf(system) + "%'",
      );
      const id = String(memory[0]?.get('InstanceID'));
      const steps: readonly (readonly [string, Parameters<HyperVClient['call']>[1]])[] = [
        [
          'ModifySystemSettings',
          { SystemSettings: settingText(VSSD, { InstanceID: `Microsoft:${guidOf(system)}`, Notes: ['x'] }) },
        ],
        [
          'ModifyResourceSettings',
          {
            ResourceSettings: [
              settingText('Msvm_MemorySettingData', { InstanceID: id, VirtualQuantity: 2048, Limit: 4096 }),
            ],
          },
        ],
      ];
      for (const [method, args] of steps) assert.equal((await cluster.call(method, args)).returnValue, 0, method);
      const added = await cluster.call('AddResourceSettings', {
        AffectedConfiguration: system,
        ResourceSettings: [settingText(RASD, { ResourceType: 6, ResourceSubType: SUB_TYPE.scsi })],
      });
      assert.equal(added.returnValue, 0);
      const removed = await cluster.call('RemoveResourceSettings', {
        ResourceSettings: added.out['ResultingResourceSettings'] ?? null,
      });
      assert.equal(removed.returnValue, 0);
      const service = world.broker.repository.namespace(CLUSTER)?.class('Msvm_VirtualSystemManagementService');
      const others = (service?.methods ?? assert.fail()).filter(({ name }) => !OF_THE_CLUSTER.has(name));
      assert.ok(others.length > 20);
      for (const { name } of others) {
        const { returnValue, extended } = await cluster.call(name);
        assert.equal(returnValue, 32770, name);
        assert.match(String(extended?.get('Message')), /root.virtualization.v2/, name);
      }
      await cluster.succeed(await cluster.call('DestroySystem', { AffectedSystem: system }));
    }));

  test('object-model §13 our single-node mode: a cluster of one host that carries all machines', () =>
    withCluster(async (world, cluster) => {
      await world.client.define({ ElementName: 'member' });
      const set = await cluster.one('SELECT * FROM Msvm_RedundancySet');
      assert.deepEqual(values(set, 'ElementName', 'MinNumberNeeded', 'MaxNumberSupported', 'RedundancyStatus'), [
        world.broker.hostName,
        1,
        1,
        2,
      ]);
      const path = set.path() ?? assert.fail();
      const members = await cluster.related(path, 'Msvm_ComputerSystem', 'Msvm_MemberOfCollection');
      assert.deepEqual(names(members, 'ElementName'), [world.broker.hostName, 'member']);
      const host = members[0]?.path() ?? assert.fail();
      assert.deepEqual(names(await cluster.related(host, 'Msvm_ComputerSystem', 'Msvm_ComponentCS'), 'ElementName'), [
        'member',
      ]);
      const machine = members[1]?.path() ?? assert.fail();
      assert.equal((await cluster.related(machine, 'Msvm_RedundancySet', 'Msvm_MemberOfCollection')).length, 1);
    }));
});
