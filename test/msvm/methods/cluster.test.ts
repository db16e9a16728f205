import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CLUSTER, guidOf, HyperVClient, pathOf, settingText } from '../../kit/hyperv-client.ts';
import { openWorld } from '../../kit/hyperv-world.ts';

const VSSD = 'Msvm_VirtualSystemSettingData';

describe('cluster DefineSystem (seed, management-service §5)', () => {
  test('A15 0 with a path of the cluster namespace; the VM is visible in v2 too', async () => {
    await using world = await openWorld();
    const cluster = new HyperVClient(world.broker, CLUSTER);
    for (const className of [VSSD, 'CIM_VirtualSystemSettingData']) {
      const result = await cluster.call('DefineSystem', {
        SystemSettings: settingText(className, { ElementName: className }),
      });
      assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
      const system = pathOf(result.out['ResultingSystem']);
      assert.equal(system.namespace?.toLowerCase(), CLUSTER.toLowerCase());
      assert.equal((await cluster.get(system)).get('ElementName'), className);
      const seen = await world.client.one(`SELECT * FROM Msvm_ComputerSystem WHERE Name = '${guidOf(system)}'`);
      assert.equal(seen.get('ElementName'), className);
    }
  });

  test('M12 NULL SystemSettings: 4; garbage, wrong class and impossible type: 4', async () => {
    await using world = await openWorld();
    const cluster = new HyperVClient(world.broker, CLUSTER);
    for (const SystemSettings of [
      null,
      '',
      'garbage',
      settingText('Msvm_MemorySettingData', {}),
      settingText(VSSD, { AutomaticStartupAction: 'soon' }),
    ]) {
      const result = await cluster.call('DefineSystem', { SystemSettings });
      assert.deepEqual([result.returnValue, result.out['ResultingSystem'], result.out['Job']], [4, null, null]);
    }
    assert.deepEqual(
      await world.client.query(`SELECT * FROM Msvm_ComputerSystem WHERE Description = 'Microsoft Virtual Machine'`),
      [],
    );
  });

  test('resources in the text, names of v2 classes included', async () => {
    await using world = await openWorld();
    const cluster = new HyperVClient(world.broker, CLUSTER);
    const result = await cluster.call('DefineSystem', {
      SystemSettings: settingText(VSSD, { ElementName: 'memory' }),
      ResourceSettings: [settingText('Msvm_MemorySettingData', { VirtualQuantity: 2048 })],
    });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    const id = guidOf(pathOf(result.out['ResultingSystem']));
    const memory = await world.client.one(
      `SELECT * FROM Msvm_MemorySettingData WHERE InstanceID LIKE 'Microsoft:${id}%'`,
    );
    assert.equal(memory.get('VirtualQuantity'), 2048n);
  });

  test('forceAsync: 4096 with a job of the cluster namespace', async () => {
    await using world = await openWorld({ forceAsync: true });
    const cluster = new HyperVClient(world.broker, CLUSTER);
    const result = await cluster.call('DefineSystem', { SystemSettings: settingText(VSSD, { ElementName: 'later' }) });
    assert.equal(result.returnValue, 4096);
    assert.equal((await cluster.finished(result)).get('JobState'), 7);
  });
});

describe('the rest of the cluster service (K9)', () => {
  test('StartService, StopService, RequestStateChange: 1; methods of v2 only: 32770', async () => {
    await using world = await openWorld();
    const cluster = new HyperVClient(world.broker, CLUSTER);
    assert.equal((await cluster.call('StartService')).returnValue, 1);
    assert.equal((await cluster.call('StopService')).returnValue, 1);
    assert.equal((await cluster.call('RequestStateChange', { RequestedState: 2 })).returnValue, 1);
    for (const method of [
      'FormatError',
      'GenerateWwpn',
      'AddFeatureSettings',
      'ExportSystemDefinition',
      'AddKvpItems',
    ]) {
      assert.equal((await cluster.call(method)).returnValue, 32770, method);
    }
  });

  test('K9 each method that the class lists and a node has is refused with the way to it', async () => {
    await using world = await openWorld();
    const cluster = new HyperVClient(world.broker, CLUSTER);
    for (const method of ['ImportSystemDefinition', 'GetVirtualSystemThumbnailImage', 'ModifyKvpItems']) {
      const { returnValue, extended } = await cluster.call(method);
      assert.equal(returnValue, 32770, method);
      assert.match(String(extended?.get('Message')), new RegExp(`${method} .*root.virtualization.v2`));
    }
  });

  test('Destroy by the path of the cluster or of v2; running: 5', async () => {
    await using world = await openWorld();
    const cluster = new HyperVClient(world.broker, CLUSTER);
    const inV2 = await world.client.define({ ElementName: 'one' });
    await world.client.succeed(await world.client.state(inV2, 2));
    const own = (await cluster.one(`SELECT * FROM Msvm_ComputerSystem WHERE Name = '${guidOf(inV2)}'`)).path();
    assert.equal((await cluster.call('DestroySystem', { AffectedSystem: own })).returnValue, 5);
    await world.client.succeed(await world.client.state(inV2, 3));
    const result = await cluster.call('DestroySystem', { AffectedSystem: own });
    assert.equal((await cluster.finished(result)).get('JobState'), 7);
    const other = await world.client.define({ ElementName: 'two' });
    assert.equal(
      (await cluster.finished(await cluster.call('DestroySystem', { AffectedSystem: other }))).get('JobState'),
      7,
    );
    assert.equal((await cluster.call('DestroySystem', { AffectedSystem: other })).returnValue, 4);
  });

  test('ModifySystemSettings, ModifyResourceSettings and GetSummaryInformation work; a wrong target is 4', async () => {
    await using world = await openWorld();
    const cluster = new HyperVClient(world.broker, CLUSTER);
    const system = await world.client.define({ ElementName: 'old' });
    const InstanceID = `Microsoft:${guidOf(system)}`;
    const rename = (id: string) =>
      cluster.call('ModifySystemSettings', {
        SystemSettings: settingText(VSSD, { InstanceID: id, ElementName: 'new' }),
      });
    assert.equal((await rename(InstanceID)).returnValue, 0);
    assert.equal((await rename(`Microsoft:${world.unknownId}`)).returnValue, 4);
    const memory = String((await world.client.resource(system, 'Msvm_MemorySettingData')).get('InstanceID'));
    const modified = await cluster.call('ModifyResourceSettings', {
      ResourceSettings: [settingText('Msvm_MemorySettingData', { InstanceID: memory, VirtualQuantity: 512 })],
    });
    assert.equal(modified.returnValue, 0, String(modified.extended?.get('Message')));
    const summary = await cluster.call('GetSummaryInformation', { RequestedInformation: [1] });
    const [first] = summary.out['SummaryInformation'] as readonly { get(name: string): unknown }[];
    assert.equal(first?.get('ElementName'), 'new');
    assert.equal(first?.get('HostComputerSystemName'), world.broker.hostName);
  });
});
