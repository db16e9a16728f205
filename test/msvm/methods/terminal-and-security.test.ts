import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ObjectPath } from '../../../src/cim/object-path.ts';
import type { MethodResult } from '../../../src/cim/operations.ts';
import { guidOf, type HyperVClient, pathOf, settingText } from '../../kit/hyperv-client.ts';
import { openWorld } from '../../kit/hyperv-world.ts';

const TERMINAL = 'Msvm_TerminalService';
const SECURITY = 'Msvm_SecurityService';
const SETTING = 'Msvm_SecuritySettingData';

const refused = (result: MethodResult, code: number, why: RegExp): void => {
  assert.equal(result.returnValue, code, String(result.extended?.get('Message')));
  assert.match(String(result.extended?.get('Message')), why);
};
const call = async (
  client: HyperVClient,
  service: string,
  method: string,
  args: Parameters<HyperVClient['call']>[1],
): Promise<MethodResult> => client.invoke(await client.service(service), method, args);

describe('Msvm_TerminalService (other-services §6)', () => {
  const trustees = async (client: HyperVClient, ComputerSystem: ObjectPath): Promise<readonly string[]> => {
    const result = await call(client, TERMINAL, 'GetInteractiveSessionACL', { ComputerSystem });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    return (result.out['AccessControlList'] as readonly string[]).map((text) => {
      assert.match(text, /CLASSNAME="Msvm_InteractiveSessionACE".*NAME="AccessType"[^>]*><VALUE>0</s);
      return /NAME="Trustee"[^>]*><VALUE>([^<]*)</.exec(text)?.[1] ?? '';
    });
  };

  test('grant, the same once more, in another spelling, revoke; all of a call or none', async () => {
    await using world = await openWorld();
    const { client } = world;
    const machine = await client.define({ ElementName: 'one' });
    assert.deepEqual(await trustees(client, machine), []);
    const change = (method: string, Trustees: readonly string[], by = client) =>
      call(by, TERMINAL, method, { ComputerSystem: machine, Trustees: [...Trustees] });
    const grant = 'GrantInteractiveSessionAccess';
    assert.equal((await change(grant, ['HOST\\ann', 'bob'])).returnValue, 0);
    assert.equal((await change(grant, ['host\\ANN', 'S-1-5-32-544'])).returnValue, 0);
    assert.deepEqual(await trustees(client, machine), ['HOST\\ann', 'bob', 'S-1-5-32-544']);
    refused(await change(grant, ['eve', ' ']), 4, /no name of an account/);
    refused(await change(grant, ['x'.repeat(257)]), 4, /no name of an account/);
    refused(await change(grant, []), 4, /Trustees/);
    refused(await change(grant, ['eve'], client.as('operator')), 32769, /does not allow/);
    refused(
      await call(client, TERMINAL, grant, {
        ComputerSystem: world.path('Msvm_ComputerSystem', { Name: world.unknownId }),
        Trustees: ['eve'],
      }),
      4,
      /names no virtual machine/,
    );
    assert.deepEqual(await trustees(client, machine), ['HOST\\ann', 'bob', 'S-1-5-32-544']);
    assert.equal((await change('RevokeInteractiveSessionAccess', ['BOB', 'nobody'])).returnValue, 0);
    assert.deepEqual(await trustees(client, machine), ['HOST\\ann', 'S-1-5-32-544']);
  });

  test('settings are kept, shown and told; what is no port or hash changes nothing', async () => {
    await using world = await openWorld();
    const { client } = world;
    const CLASS = 'Msvm_TerminalServiceSettingData';
    const modify = (values: Parameters<typeof settingText>[1], by = client) =>
      call(by, TERMINAL, 'ModifyServiceSettings', { ServiceSettingData: settingText(CLASS, values) });
    const shown = async () => {
      const settings = await client.one(`SELECT * FROM ${CLASS}`);
      return ['ListenerPort', 'DisableSelfSignedCertificateGeneration', 'TrustedIssuerCertificateHashes'].map((name) =>
        settings.get(name),
      );
    };
    assert.deepEqual(await shown(), [2179, false, []]);
    const hash = 'ab'.repeat(20);
    const result = await modify({ ListenerPort: 3390, TrustedIssuerCertificateHashes: [hash] });
    await client.succeed(result);
    assert.deepEqual(await shown(), [3390, false, [hash]]);
    // The settings of the other service are in the same record.
    await client.succeed(
      await client.call('ModifyServiceSettings', {
        SettingData: settingText('Msvm_VirtualSystemManagementServiceSettingData', { PrimaryOwnerName: 'somebody' }),
      }),
    );
    await client.succeed(await modify({ DisableSelfSignedCertificateGeneration: true }));
    assert.deepEqual(await shown(), [3390, true, [hash]]);
    const before = await world.stored();
    refused(await modify({ ListenerPort: 0 }), 32773, /from 1 to 65535/);
    refused(await modify({ ListenerPort: 70_000 }), 32773, /from 1 to 65535/);
    refused(await modify({ ListenerPort: 99, TrustedIssuerCertificateHashes: ['no hash'] }), 32773, /no hash/);
    refused(await modify({ AuthCertificateHash: Array.from({ length: 65 }, () => 1) }), 32773, /at most 64/);
    refused(await modify({ ListenerPort: 99 }, client.as('operator')), 32769, /does not allow/);
    refused(await call(client, TERMINAL, 'ModifyServiceSettings', {}), 32773, /ServiceSettingData is missing/);
    assert.deepEqual(await world.stored(), before);
    assert.deepEqual(await shown(), [3390, true, [hash]]);
  });
});

describe('Msvm_SecurityService (other-services §9)', () => {
  const settingOf = async (client: HyperVClient, machine: ObjectPath, more = {}): Promise<string> => {
    const InstanceID = String((await client.resource(machine, SETTING)).get('InstanceID'));
    return settingText(SETTING, { InstanceID, ...more });
  };

  test('os-win: key protector, then the TPM; the machine has one when it runs', async () => {
    await using world = await openWorld();
    const { client } = world;
    const machine = await client.define({
      ElementName: 'one',
      VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2',
    });
    const setting = await settingOf(client, machine);
    const get = async (): Promise<unknown> => {
      const result = await call(client, SECURITY, 'GetKeyProtector', { SecuritySettingData: setting });
      assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
      return result.out['KeyProtector'];
    };
    const set = (KeyProtector: number[]) =>
      call(client, SECURITY, 'SetKeyProtector', { SecuritySettingData: setting, KeyProtector });
    const restore = () => call(client, SECURITY, 'RestoreLastKnownGoodKeyProtector', { SecuritySettingData: setting });
    assert.deepEqual(await get(), []);
    refused(await restore(), 32775, /no other key protector/);
    assert.equal((await set([1, 2, 255])).returnValue, 0);
    assert.deepEqual(await get(), [1, 2, 255]);
    assert.equal((await set([7])).returnValue, 0);
    assert.equal((await set([7])).returnValue, 0);
    assert.equal((await restore()).returnValue, 0);
    assert.deepEqual(await get(), [1, 2, 255]);
    refused(await set(Array.from({ length: 65_537 }, () => 0)), 32773, /too long/);
    refused(
      await call(client.as('operator'), SECURITY, 'GetKeyProtector', { SecuritySettingData: setting }),
      32769,
      /does not allow/,
    );
    const modify = async (more: object) =>
      call(client, SECURITY, 'ModifySecuritySettings', {
        SecuritySettingData: await settingOf(client, machine, more),
      });
    assert.equal((await modify({ TpmEnabled: true })).returnValue, 0);
    assert.equal((await client.resource(machine, SETTING)).get('TpmEnabled'), true);
    await client.succeed(await client.state(machine, 2));
    assert.equal((await client.query(`SELECT * FROM Msvm_TPM WHERE SystemName = '${guidOf(machine)}'`)).length, 1);
    assert.notEqual((await modify({ TpmEnabled: false })).returnValue, 0);
    refused(
      await call(client, SECURITY, 'SetSecurityPolicy', { SecuritySettingData: setting, SecurityPolicy: [1] }),
      32770,
      /guardian/,
    );
  });

  test('what names no security settings is refused, in the numbers of each method', async () => {
    await using world = await openWorld();
    const { client } = world;
    const machine = await client.define({ ElementName: 'one' });
    const wrong = settingText(SETTING, { InstanceID: `Microsoft:${world.unknownId}\\${world.unknownId}` });
    refused(await call(client, SECURITY, 'ModifySecuritySettings', { SecuritySettingData: wrong }), 4, /No setting/);
    refused(await call(client, SECURITY, 'GetKeyProtector', { SecuritySettingData: wrong }), 32773, /No setting/);
    refused(await call(client, SECURITY, 'GetKeyProtector', { SecuritySettingData: '' }), 32773, /missing/);
    const memory = await client.resource(machine, 'Msvm_MemorySettingData');
    const other = settingText(SETTING, { InstanceID: String(memory.get('InstanceID')) });
    refused(
      await call(client, SECURITY, 'SetKeyProtector', { SecuritySettingData: other, KeyProtector: [1] }),
      32773,
      /no security settings/,
    );
    assert.equal(pathOf(memory.path()).className, 'Msvm_MemorySettingData');
  });
});
