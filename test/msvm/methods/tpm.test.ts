import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ObjectPath } from '../../../src/cim/object-path.ts';
import { guidOf, type HyperVClient, settingText } from '../../kit/hyperv-client.ts';
import { openWorld } from '../../kit/hyperv-world.ts';

const defineAndStart = async (
  client: HyperVClient,
  prepare: (system: ObjectPath) => Promise<unknown>,
): Promise<ObjectPath> => {
  const system = await client.define({ ElementName: 'tpm', VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2' });
  await prepare(system);
  await client.succeed(await client.state(system, 2));
  return system;
};

const enable = async (client: HyperVClient, system: ObjectPath): Promise<void> => {
  const security = await client.resource(system, 'Msvm_SecuritySettingData');
  const InstanceID = String(security.get('InstanceID'));
  await client.succeed(
    await client.call('ModifyResourceSettings', {
      ResourceSettings: [settingText('Msvm_SecuritySettingData', { InstanceID, TpmEnabled: true })],
    }),
  );
};

const tpmsOf = (client: HyperVClient, system: ObjectPath) =>
  client.query(`SELECT * FROM Msvm_TPM WHERE SystemName = '${guidOf(system)}'`);

describe('Msvm_TPM (object-model §5)', () => {
  test('the TPM that the security settings give is a device of the running system, with that setting', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await defineAndStart(client, (one) => enable(client, one));
    const [tpm, ...more] = await tpmsOf(client, system);
    assert.deepEqual(more, []);
    const path = tpm?.path() ?? assert.fail('a TPM');
    assert.deepEqual(
      ['ElementName', 'EnabledState', 'TPMSpecMajorVersion', 'TPMSpecMinorVersion'].map((name) => tpm?.get(name)),
      ['Trusted Platform Module', 2, 2, 0],
    );
    assert.equal((await client.get(path)).get('DeviceID'), tpm?.get('DeviceID'));
    const devices = await client.related(system, 'CIM_TPM', 'Msvm_SystemDevice');
    assert.deepEqual(
      devices.map((one) => one.get('DeviceID')),
      [tpm?.get('DeviceID')],
    );
    assert.deepEqual((await client.related(path, 'Msvm_ComputerSystem', 'Msvm_SystemDevice')).length, 1);

    const [setting] = await client.related(path, 'CIM_SettingData', 'Msvm_SettingsDefineState');
    assert.equal(setting?.get('TpmEnabled'), true);
    const back = await client.related(
      setting?.path() ?? assert.fail(),
      'CIM_ManagedElement',
      'Msvm_SettingsDefineState',
    );
    assert.deepEqual(back.map((one) => one.class.name).toSorted(), ['Msvm_SecurityElement', 'Msvm_TPM']);
    for (const each of [path, setting?.path() ?? assert.fail()])
      assert.deepEqual(await client.related(each, 'CIM_ManagedElement', 'Msvm_ElementSettingData'), []);

    await client.succeed(await client.state(system, 3));
    assert.deepEqual(await tpmsOf(client, system), []);
  });

  test('the security element is the other device of that setting, and one alone', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await defineAndStart(client, (one) => enable(client, one));
    const elements = await client.query(`SELECT * FROM Msvm_SecurityElement WHERE SystemName = '${guidOf(system)}'`);
    assert.deepEqual(
      elements.map((one) => [one.class.name, one.get('Name'), one.get('ElementName')]),
      [['Msvm_SecurityElement', 'Security Settings', 'Security Settings']],
    );
  });

  test('a TPM setting of its own is a TPM when it is enabled; two settings give one', async () => {
    await using world = await openWorld();
    const { client } = world;
    const add = (EnabledState: number) => async (system: ObjectPath) =>
      client.succeed(
        await client.call('AddResourceSettings', {
          AffectedConfiguration: (await client.settings(system)).path(),
          ResourceSettings: [
            settingText('Msvm_TPMSettingData', {
              ResourceType: 1,
              OtherResourceType: 'Microsoft:Hyper-V:TPM',
              EnabledState,
            }),
          ],
        }),
      );
    const disabled = await defineAndStart(client, add(3));
    assert.deepEqual(await tpmsOf(client, disabled), []);
    const both = await defineAndStart(client, async (system) => {
      await add(2)(system);
      await enable(client, system);
    });
    const [tpm, ...more] = await tpmsOf(client, both);
    assert.deepEqual(more, []);
    const settings = await client.related(tpm?.path() ?? assert.fail(), 'CIM_SettingData', 'Msvm_SettingsDefineState');
    assert.deepEqual(
      settings.map((one) => one.class.name),
      ['Msvm_TPMSettingData'],
    );
  });

  test('a machine without one shows none', async () => {
    await using world = await openWorld();
    const { client } = world;
    assert.deepEqual(await tpmsOf(client, await defineAndStart(client, async () => undefined)), []);
  });
});
