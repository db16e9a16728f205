import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CimInstance } from '../../src/cim/instance.ts';
import type { ObjectPath } from '../../src/cim/object-path.ts';
import type { MethodResult, Subscription } from '../../src/cim/operations.ts';
import { sameValue } from '../../src/cim/same-value.ts';
import type { CimValues } from '../../src/cim/values.ts';
import { CLUSTER, HyperVClient, pathOf, settingText, SUB_TYPE, V2 } from '../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../kit/hyperv-world.ts';
import { V1 } from '../kit/v1-client.ts';

const ALL = 'CIM_ManagedElement';

/** What is measured: it changes by itself, and nobody is told. */
const MEASURED: ReadonlySet<string> = new Set([
  'OnTimeInMilliseconds',
  'ElapsedTime',
  'LoadPercentage',
  'LoadPercentageHistory',
  'ConsumableBlocks',
  'CurrentlyAssignedVirtualProcessors',
  'CurrentlyConsumableMemoryBlocks',
  'CurrentlyConsumedResource',
  'Reserved',
]);
const MEASUREMENTS = 'CIM_BaseMetricValue';

/** All objects of a namespace, and what a subscriber to all of them is told. */
class Watch {
  readonly #client: HyperVClient;
  readonly #feed: Subscription;
  #before: ReadonlyMap<string, CimInstance> = new Map();

  constructor(client: HyperVClient) {
    this.#client = client;
    this.#feed = client.broker.subscribe(
      client.context,
      client.namespace,
      `SELECT * FROM __InstanceOperationEvent WHERE TargetInstance ISA '${ALL}'`,
    );
  }

  async begin(): Promise<void> {
    this.#before = await this.#everything();
  }

  /** What has become different since the last time and was not told. */
  async untold(): Promise<readonly string[]> {
    const before = this.#before;
    const after = await this.#everything();
    this.#before = after;
    const told = await this.#told();
    const missing = new Set<string>();
    const need = (path: string, event: string, what: string): void => {
      if (!told.has(`${event} ${path}`)) missing.add(`${this.#client.namespace}: ${what}`);
    };
    for (const [path, now] of after) {
      const old = before.get(path);
      if (old === undefined) need(path, '__InstanceCreationEvent', `${now.class.name} is new`);
      else
        for (const name of differences(old, now))
          need(path, '__InstanceModificationEvent', `${now.class.name}.${name} changed`);
    }
    for (const [path, old] of before)
      if (!after.has(path)) need(path, '__InstanceDeletionEvent', `${old.class.name} is gone`);
    return [...missing];
  }

  async #everything(): Promise<ReadonlyMap<string, CimInstance>> {
    const { broker, context, namespace } = this.#client;
    const { items } = await broker.execute(context, {
      kind: 'enumerateInstances',
      namespace,
      className: ALL,
      deep: true,
    });
    const found = new Map<string, CimInstance>();
    for await (const one of items) if (!one.isA(MEASUREMENTS)) found.set(this.#pathOf(one), one);
    return found;
  }

  async #told(): Promise<ReadonlySet<string>> {
    const told = new Set<string>();
    for (;;) {
      const events = await this.#feed.next(1000, 50);
      if (events.length === 0) return told;
      for (const event of events) {
        const target = event.get('TargetInstance');
        assert.ok(target instanceof CimInstance);
        told.add(`${event.class.name} ${this.#pathOf(target)}`);
      }
    }
  }

  #pathOf(one: CimInstance): string {
    return this.#client.text(one.path() ?? assert.fail(one.class.name));
  }
}

const differences = (a: CimInstance, b: CimInstance): readonly string[] =>
  Object.keys({ ...a.values, ...b.values }).filter(
    (name) => !MEASURED.has(name) && !sameValue(a.get(name), b.get(name)),
  );

/** What a client does with a host, one after the other. */
async function story(world: HyperVWorld, step: (what: string, work: () => Promise<unknown>) => Promise<void>) {
  const { client } = world;
  const call = async (service: string, method: string, args: CimValues): Promise<MethodResult> => {
    const result = await client.invoke(await client.service(service), method, args);
    await client.succeed(result);
    return result;
  };
  const machine: { system?: ObjectPath } = {};
  await step('a machine is defined', async () => {
    machine.system = await client.define({
      ElementName: 'told',
      VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2',
    });
  });
  const system = machine.system ?? assert.fail();
  const [target] = await client.query('SELECT * FROM Msvm_VirtualEthernetSwitch');
  await step('it gets an adapter that is plugged in', async () => {
    await client.plugIn(system, target?.path() ?? assert.fail('a switch'));
  });
  const guestService = await client.resource(system, 'Msvm_GuestServiceInterfaceComponentSettingData');
  const enable = (EnabledState: number) => () =>
    call('Msvm_VirtualSystemManagementService', 'ModifyResourceSettings', {
      ResourceSettings: [world.print(guestService.with({ EnabledState }))],
    });
  await step('the guest service interface is enabled', enable(2));
  const power = (what: string, state: number) =>
    step(what, async () => client.succeed(await client.state(system, state)));
  await power('it starts', 2);
  await step('the guest service interface is disabled', enable(3));
  await step('it is enabled while the machine runs', enable(2));
  await power('it is paused', 9);
  await power('it is resumed', 2);
  await power('it is saved', 6);
  await power('it is restored', 2);
  const checkpoints = 'Msvm_VirtualSystemSnapshotService';
  await step('a checkpoint', () =>
    call(checkpoints, 'CreateSnapshot', { AffectedSystem: system, SnapshotSettings: '', SnapshotType: 2 }),
  );
  await power('it is turned off', 3);
  const [made] = await client.related(system, 'Msvm_VirtualSystemSettingData', 'Msvm_SnapshotOfVirtualSystem');
  const snapshot = made?.path() ?? assert.fail('a checkpoint');
  await step('the checkpoint is applied', () => call(checkpoints, 'ApplySnapshot', { Snapshot: snapshot }));
  await step('it is deleted', () => call(checkpoints, 'DestroySnapshot', { AffectedSnapshot: snapshot }));

  const collections = 'Msvm_CollectionManagementService';
  const collectionSnapshots = 'Msvm_CollectionSnapshotService';
  await step('a collection', () => call(collections, 'DefineCollection', { Name: 'web', Type: 0 }));
  const Collection = (await client.one('SELECT * FROM Msvm_VirtualSystemCollection')).path() ?? assert.fail();
  await step('a member', () => call(collections, 'AddMember', { Member: system, Collection }));
  await step('its name', () => call(collections, 'RenameCollection', { Collection, NewName: 'shop' }));
  const take = () =>
    call(collectionSnapshots, 'CreateSnapshot', {
      Collection,
      SnapshotSettings: '',
      SnapshotType: 1,
    });
  await step('a checkpoint of the collection', take);
  const taken = (await client.one('SELECT * FROM Msvm_SnapshotCollection')).path() ?? assert.fail();
  await step('it is applied', () => call(collectionSnapshots, 'ApplySnapshot', { SnapshotCollection: taken }));
  await step('its part is deleted, and it with that', async () => {
    const [part] = await client.related(system, 'Msvm_VirtualSystemSettingData', 'Msvm_SnapshotOfVirtualSystem');
    await call(checkpoints, 'DestroySnapshot', { AffectedSnapshot: part?.path() ?? assert.fail() });
    await world.until(async () => (await client.query('SELECT * FROM Msvm_SnapshotCollection')).length === 0);
  });
  await step('the collection is destroyed with a checkpoint', async () => {
    await take();
    await call(collections, 'DestroyCollection', { Collection });
  });

  const switches = 'Msvm_VirtualEthernetSwitchManagementService';
  const lan: { id?: ObjectPath } = {};
  await step('a switch', async () => {
    const SystemSettings = settingText('Msvm_VirtualEthernetSwitchSettingData', { ElementName: 'lan' });
    lan.id = pathOf((await call(switches, 'DefineSystem', { SystemSettings })).out['ResultingSystem']);
  });
  const AffectedSystem = lan.id ?? assert.fail();
  const host = await client.one("SELECT * FROM Msvm_ComputerSystem WHERE Description LIKE '%Hosting%'");
  const outside = await client.one("SELECT * FROM Msvm_ExternalEthernetPort WHERE Name = 'eth1'");
  for (const [what, end] of [
    ['a port to the host', host],
    ['a port to an adapter of the host', outside],
  ] as const)
    await step(`it gets ${what}`, async () => {
      const [settings] = await client.related(AffectedSystem, 'Msvm_VirtualEthernetSwitchSettingData');
      await call(switches, 'AddResourceSettings', {
        AffectedConfiguration: settings?.path() ?? assert.fail(),
        ResourceSettings: [
          settingText('Msvm_EthernetPortAllocationSettingData', {
            ResourceType: 33,
            ResourceSubType: SUB_TYPE.connection,
            ElementName: what,
            HostResource: [client.text(end.path() ?? assert.fail())],
          }),
        ],
      });
    });
  await step('it is destroyed', () => call(switches, 'DestroySystem', { AffectedSystem }));
  await step('settings of the service', async () => {
    const settings = await client.one('SELECT * FROM Msvm_VirtualSystemManagementServiceSettingData');
    const SettingData = world.print(settings.with({ EnhancedSessionModeEnabled: false }));
    await call('Msvm_VirtualSystemManagementService', 'ModifyServiceSettings', { SettingData });
  });
  await step('the machine is destroyed', () =>
    call('Msvm_VirtualSystemManagementService', 'DestroySystem', { AffectedSystem: system }),
  );
}

test('whatever becomes different in any namespace, a subscriber is told (lifecycle §10)', async () => {
  await using world = await openWorld();
  const watches = [V2, V1, CLUSTER].map((namespace) => new Watch(new HyperVClient(world.broker, namespace)));
  for (const watch of watches) await watch.begin();
  const untold: string[] = [];
  await story(world, async (what, work) => {
    await work();
    for (const watch of watches) untold.push(...(await watch.untold()).map((missing) => `${what}: ${missing}`));
  });
  assert.deepEqual(untold, []);
});
