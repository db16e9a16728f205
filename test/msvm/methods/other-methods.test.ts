import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { MethodResult } from '../../../src/cim/operations.ts';
import type { ObjectPath } from '../../../src/cim/object-path.ts';
import { guidOf, type HyperVClient, pathOf, pathsOf, settingText } from '../../kit/hyperv-client.ts';
import { openWorld } from '../../kit/hyperv-world.ts';

const COMPONENT = 'Msvm_KvpExchangeComponentSettingData';
const item = (Name: string | null, Data: string | null = null, Source: number | null = 0): string =>
  settingText('Msvm_KvpExchangeDataItem', { Name, Data, Source });

describe('key-value pairs (management-service §2, KVP)', () => {
  const itemsOf = async (client: HyperVClient, system: ObjectPath, property: string): Promise<string[]> => {
    const items = (await client.resource(system, COMPONENT)).get(property) as readonly string[];
    return items.map((text) => /NAME="Name"[^>]*><VALUE>([^<]*)/.exec(text)?.[1] ?? '');
  };
  const change = async (client: HyperVClient, method: string, system: ObjectPath, ...texts: string[]) => {
    const result = await client.call(method, { TargetSystem: system, DataItems: texts });
    assert.equal(result.returnValue, 4096, String(result.extended?.get('Message')));
    return client.finished(result);
  };

  test('add, modify and remove are jobs; Source 0 goes to the guest, 4 stays with the host', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'kvp' });
    assert.equal((await change(client, 'AddKvpItems', system, item('a', '1'), item('b', '2', 4))).get('JobState'), 7);
    assert.deepEqual(await itemsOf(client, system, 'HostExchangeItems'), ['a']);
    assert.deepEqual(await itemsOf(client, system, 'HostOnlyItems'), ['b']);
    assert.equal((await change(client, 'ModifyKvpItems', system, item('a', 'one'))).get('JobState'), 7);
    const [text] = (await client.resource(system, COMPONENT)).get('HostExchangeItems') as readonly string[];
    assert.match(String(text), /NAME="Data"[^>]*><VALUE>one</);
    assert.equal((await change(client, 'RemoveKvpItems', system, item('a'))).get('JobState'), 7);
    assert.deepEqual(await itemsOf(client, system, 'HostExchangeItems'), []);
  });

  test('a key that exists fails in the job of an addition, one that is missing in that of a change; all or none', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'kvp' });
    await change(client, 'AddKvpItems', system, item('a', '1'));
    for (const [method, ...texts] of [
      ['AddKvpItems', item('new'), item('a', '2')],
      ['ModifyKvpItems', item('a', '2'), item('z', '2')],
      ['RemoveKvpItems', item('a'), item('z')],
    ] as const) {
      const job = await change(client, method, system, ...texts);
      assert.equal(job.get('JobState'), 10, method);
      assert.equal(job.get('ErrorCode'), 32773);
    }
    assert.deepEqual(await itemsOf(client, system, 'HostExchangeItems'), ['a']);
  });

  test('many at once lose nothing', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'kvp' });
    const keys = Array.from({ length: 20 }, (_, index) => `key${index}`);
    await Promise.all(keys.map((key) => change(client, 'AddKvpItems', system, item(key))));
    assert.deepEqual((await itemsOf(client, system, 'HostExchangeItems')).toSorted(), keys.toSorted());
  });

  test('names and data with markup, quotes and newlines come back as they were', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'kvp' });
    const name = `<a href="x">&'`;
    assert.equal((await change(client, 'AddKvpItems', system, item(name, 'two\nlines'))).get('JobState'), 7);
    assert.equal((await change(client, 'AddKvpItems', system, item(name))).get('JobState'), 10);
    assert.equal((await change(client, 'RemoveKvpItems', system, item(name))).get('JobState'), 7);
  });

  test('no items, more than 128, a bad item, an unknown VM: 32773; the component disabled: 32775', async () => {
    await using world = await openWorld();
    const { client } = world;
    const TargetSystem = await client.define({ ElementName: 'kvp' });
    const many = Array.from({ length: 129 }, (_, index) => item(`k${index}`));
    for (const DataItems of [
      null,
      [],
      many,
      [item(null)],
      [item('')],
      [item('k'.repeat(255))],
      [item('k', '', 3)],
      ['junk'],
    ]) {
      assert.equal((await client.call('AddKvpItems', { TargetSystem, DataItems })).returnValue, 32773);
    }
    assert.equal((await client.call('AddKvpItems', { TargetSystem: null, DataItems: [item('k')] })).returnValue, 32773);
    const InstanceID = String((await client.resource(TargetSystem, COMPONENT)).get('InstanceID'));
    const disabled = await client.call('ModifyResourceSettings', {
      ResourceSettings: [settingText(COMPONENT, { InstanceID, EnabledState: 3 })],
    });
    assert.equal(disabled.returnValue, 0, String(disabled.extended?.get('Message')));
    assert.equal((await client.call('AddKvpItems', { TargetSystem, DataItems: [item('k')] })).returnValue, 32775);
  });
});

describe('the service itself (management-service §1, §2)', () => {
  test('M11 StartService, StopService, RequestStateChange: 1', async () => {
    await using world = await openWorld();
    const { client } = world;
    assert.equal((await client.call('StartService')).returnValue, 1);
    assert.equal((await client.call('StopService')).returnValue, 1);
    assert.equal((await client.call('RequestStateChange', { RequestedState: 3 })).returnValue, 1);
  });

  test('ModifyServiceSettings: NULL is unchanged, a value changes, nonsense is 32773; the whole object round trips', async () => {
    await using world = await openWorld();
    const { client } = world;
    const SETTING = 'Msvm_VirtualSystemManagementServiceSettingData';
    const read = () => client.one(`SELECT * FROM ${SETTING}`);
    const modify = (SettingData: string) => client.call('ModifyServiceSettings', { SettingData });
    assert.equal(
      (await modify(settingText(SETTING, { EnhancedSessionModeEnabled: 'True', NumaSpanningEnabled: null })))
        .returnValue,
      0,
    );
    assert.equal((await read()).get('EnhancedSessionModeEnabled'), true);
    const before = await read();
    assert.equal((await modify(world.print(before))).returnValue, 0);
    assert.deepEqual((await read()).values, before.values);
    for (const values of [
      { MinimumMacAddress: 'zz' },
      { MinimumMacAddress: '00155D0000FF', MaximumMacAddress: '00155D000000' },
      { MinimumWWPNAddress: 'x' },
      { DefaultExternalDataRoot: 'relative' },
    ]) {
      assert.equal((await modify(settingText(SETTING, values))).returnValue, 32773, JSON.stringify(values));
    }
    assert.deepEqual((await read()).values, before.values);
  });

  test('GenerateWwpn: names that follow each other and are never given twice', async () => {
    await using world = await openWorld();
    const { client } = world;
    const generate = async (NumberOfWwpns: number) =>
      (await client.call('GenerateWwpn', { NumberOfWwpns })).out['GeneratedWwpn'];
    const [first, second] = await Promise.all([generate(2), generate(2)]);
    const names = [...(first as readonly string[]), ...(second as readonly string[])];
    assert.equal(new Set(names).size, 4);
    for (const name of names) assert.match(name, /^[0-9A-F]{16}$/);
    const current = await client.call('GetCurrentWwpnFromGenerator');
    assert.equal(current.out['CurrentWwpn'], names.toSorted().at(-1));
    for (const NumberOfWwpns of [0, 4_000_000_000, null]) {
      assert.equal((await client.call('GenerateWwpn', { NumberOfWwpns })).returnValue, 32773);
    }
  });

  test('FormatError: two newlines between messages, nothing for nothing, 32773 for what is no error', async () => {
    await using world = await openWorld();
    const { client } = world;
    const error = (Message: string) => settingText('Msvm_Error', { Message });
    const joined = await client.call('FormatError', { Errors: [error('one'), error('two')] });
    assert.deepEqual([joined.returnValue, joined.out['ErrorMessage']], [0, 'one\n\ntwo']);
    assert.equal((await client.call('FormatError')).out['ErrorMessage'], '');
    for (const text of ['junk', settingText('Msvm_MemorySettingData', {})]) {
      assert.equal((await client.call('FormatError', { Errors: [text] })).returnValue, 32773);
    }
  });
});

describe('rarely used methods of a system (management-service §2)', () => {
  test('GetSizeOfSystemFiles: more when saved', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'size' });
    const Vssd = (await client.settings(system)).path();
    const size = async () => (await client.call('GetSizeOfSystemFiles', { Vssd })).out['Size'];
    const off = await size();
    assert.ok(typeof off === 'bigint' && off > 0n);
    await client.succeed(await client.state(system, 2));
    await client.succeed(await client.state(system, 6));
    const saved = await size();
    assert.ok(typeof saved === 'bigint' && saved > off);
  });

  test('UpgradeSystemVersion: to the highest, not down, off only', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'upgrade', Version: '9.0' });
    const upgrade = (UpgradeSettingData: string | null) =>
      client.call('UpgradeSystemVersion', { ComputerSystem: system, UpgradeSettingData });
    const version = async () => (await client.settings(system)).get('Version');
    assert.equal((await upgrade(settingText('Msvm_VirtualSystemSettingData', { Version: '8.0' }))).returnValue, 32773);
    assert.equal((await upgrade(settingText('Msvm_VirtualSystemSettingData', { Version: '10.0' }))).returnValue, 0);
    assert.equal(await version(), '10.0');
    await client.succeed(await client.state(system, 2));
    assert.equal((await upgrade('')).returnValue, 32775);
    await client.succeed(await client.state(system, 3));
    assert.equal((await upgrade('')).returnValue, 0);
    assert.equal(await version(), '12.0');
  });

  test('UpgradeSystemVersion: not under a saved state, which is of the old version, nor under checkpoints', async () => {
    await using world = await openWorld();
    const { client } = world;
    const refused = async (ComputerSystem: ObjectPath, why: RegExp): Promise<void> => {
      const before = await world.stored();
      const result = await client.call('UpgradeSystemVersion', { ComputerSystem });
      assert.equal(result.returnValue, 32775);
      assert.match(String(result.extended?.get('Message')), why);
      assert.deepEqual(await world.stored(), before);
    };
    const saved = await client.define({ ElementName: 'saved', Version: '9.0' });
    await client.succeed(await client.state(saved, 2));
    await client.succeed(await client.state(saved, 6));
    await refused(saved, /saved state.*discard/);
    assert.equal(await client.enabledState(saved), 6);

    const exports = await world.folder('exports');
    await client.succeed(
      await client.call('ExportSystemDefinition', { ComputerSystem: saved, ExportDirectory: `${exports}/saved` }),
    );
    const imported = await client.call('ImportSystemDefinition', {
      SystemDefinitionFile: `${exports}/saved/Virtual Machines/${guidOf(saved)}.vmcx`,
      SnapshotFolder: '',
      GenerateNewSystemIdentifier: true,
    });
    assert.equal(imported.returnValue, 0, String(imported.extended?.get('Message')));
    const plan = pathOf(imported.out['ImportedSystem']);
    await refused(plan, /saved state.*discard/);

    const kept = await client.define({ ElementName: 'kept', Version: '9.0' });
    const service = await client.service('Msvm_VirtualSystemSnapshotService');
    const args = { AffectedSystem: kept, SnapshotSettings: '', SnapshotType: 2 };
    await client.succeed(await client.invoke(service, 'CreateSnapshot', args));
    await refused(kept, /checkpoints.*Delete them/);
    const [AffectedSnapshot] = await client.query(
      "SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemType = 'Microsoft:Hyper-V:Snapshot:Realized'",
    );
    await client.succeed(
      await client.invoke(service, 'DestroySnapshot', { AffectedSnapshot: AffectedSnapshot?.path() ?? null }),
    );
    assert.equal((await client.call('UpgradeSystemVersion', { ComputerSystem: kept })).returnValue, 0);
    assert.equal((await client.settings(kept)).get('Version'), '12.0');
  });

  test('SetInitialMachineConfigurationData: the first four bytes are the length', async () => {
    await using world = await openWorld();
    const { client } = world;
    const TargetSystem = await client.define({ ElementName: 'imc' });
    const set = async (ImcData: readonly number[] | null) =>
      (await client.call('SetInitialMachineConfigurationData', { TargetSystem, ImcData })).returnValue;
    assert.equal(await set([0, 0, 0, 6, 1, 2]), 0);
    assert.equal(
      world.system(guidOf(TargetSystem)).extras?.initialConfiguration,
      Buffer.from([0, 0, 0, 6, 1, 2]).toString('base64'),
    );
    for (const data of [null, [], [0, 0, 0], [0, 0, 0, 5, 1, 2], [6, 0, 0, 0, 1, 2]])
      assert.equal(await set(data), 32773);
  });

  test('ModifyDiskMergeSettings: held back and let go', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'merge' });
    const id = guidOf(system);
    const set = async (InstanceID: string, EnabledState: number | null) => {
      const SettingData = settingText('Msvm_DiskMergeSettingData', { InstanceID, EnabledState });
      return (await client.call('ModifyDiskMergeSettings', { SettingData })).returnValue;
    };
    const state = async () =>
      (await client.one(`SELECT * FROM Msvm_DiskMergeSettingData WHERE InstanceID = 'Microsoft:${id}'`)).get(
        'EnabledState',
      );
    assert.equal(await state(), 1);
    assert.equal(await set(`Microsoft:${id}`, 0), 0);
    assert.equal(await state(), 0);
    assert.equal(await set(`Microsoft:${id}`, null), 0);
    assert.equal(await state(), 0);
    assert.equal(await set(`Microsoft:${id}`, 1), 0);
    assert.equal(await state(), 1);
    assert.equal(await set(`Microsoft:${id}`, 2), 32773);
    assert.equal(await set(`Microsoft:${world.unknownId}`, 0), 32773);
  });

  test('guest services: only the guest service interface changes', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'guest' });
    const INTERFACE = 'Msvm_GuestServiceInterfaceComponentSettingData';
    const modify = async (className: string, EnabledState: number) => {
      const InstanceID = String((await client.resource(system, className)).get('InstanceID'));
      return client.call('ModifyGuestServiceSettings', {
        GuestServiceSettings: [settingText(className, { InstanceID, EnabledState })],
      });
    };
    const result = await modify(INTERFACE, 2);
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    assert.equal(pathsOf(result.out['ResultingGuestServiceSettings']).length, 1);
    assert.equal((await client.resource(system, INTERFACE)).get('EnabledState'), 2);
    assert.equal((await modify('Msvm_ShutdownComponentSettingData', 3)).returnValue, 32770);
    assert.equal(
      (await client.call('AddGuestServiceSettings', { AffectedConfiguration: system, GuestServiceSettings: ['x'] }))
        .returnValue,
      32770,
    );
    assert.equal((await client.call('RemoveGuestServiceSettings', { GuestServiceSettings: [] })).returnValue, 32770);
  });

  test('what is not offered answers 32770 with a reason', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'refused' });
    for (const [method, args] of [
      ['AddSystemComponentSettings', {}],
      ['ModifySystemComponentSettings', {}],
      ['RemoveSystemComponentSettings', {}],
      ['AddFibreChannelChap', {}],
      ['RemoveFibreChannelChap', {}],
      ['DiagnoseNetworkConnection', {}],
      ['TestNetworkConnection', {}],
      ['SetGuestNetworkAdapterConfiguration', { ComputerSystem: system }],
    ] as const) {
      const result = await client.call(method, args);
      assert.equal(result.returnValue, 32770, method);
      assert.ok(String(result.extended?.get('Message')).length > 20, method);
    }
  });
});

describe('methods of other services and devices that nobody provides', () => {
  test('a number instead of a fault: 1 for control methods, 32770 for the rest', async () => {
    await using world = await openWorld();
    const { client } = world;
    const metrics = await client.service('Msvm_MetricService');
    assert.equal((await client.invoke(metrics, 'StartService')).returnValue, 1);
    assert.equal((await client.invoke(metrics, 'ControlSampleTimes', {})).returnValue, 32770);
    await assert.rejects(client.invoke(metrics, 'NoSuchMethod'), { code: 'methodNotFound' });
    const system = await client.define({ ElementName: 'restore' });
    const restore = await client.invoke(system, 'RequestCustomRestore', { RestoreSettings: '' });
    assert.equal(restore.returnValue, 32770);
    assert.match(String(restore.extended?.get('Message')), /described nowhere/);
  });
});

test('jobs-and-errors §8: the Msvm_Error of a refusal has the CIM status of its cause', async () => {
  await using world = await openWorld();
  const { client } = world;
  const system = await client.define({ ElementName: 'status' });
  const status = async (result: Promise<MethodResult>): Promise<unknown> =>
    (await result).extended?.get('CIMStatusCode');
  assert.equal(await status(client.call('DefineSystem')), 4);
  assert.equal(await status(client.state(system, 3)), 1);
  assert.equal(await status(client.call('AddFibreChannelChap')), 7);
  assert.equal(await status(client.as('viewer').call('DestroySystem', { AffectedSystem: system })), 2);
});
