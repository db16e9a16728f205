import assert from 'node:assert/strict';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { listOf, numberOf, textOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { linuxImages } from '../guests/guest-images.ts';
import { WireHost } from '../kit/wire-host.ts';

const BOOT_LIMIT_MS = 180_000;
/** Part of the signed image of every PE program, and of no use when it runs. */
const SIGNED_TEXT = 'This program cannot be run in DOS mode';

/** Secure Boot, vTPM and integration components of a real generation 2 guest, asked for and seen over HTTP (issue 2 §5). */
describe('generation 2 over the wire', () => {
  let host: WireHost;
  before(async () => {
    host = await WireHost.open('qemu');
  });
  after(() => host[Symbol.asyncDispose]());

  const create = (name: string, disk: string): Promise<string> =>
    host.machines.create({
      name,
      generation: 2,
      memoryMb: 512,
      processors: 1,
      disks: [disk],
      isos: [],
      switch: null,
      serial: `\\\\.\\pipe\\${name}`,
      secureBoot: true,
      notes: '',
    });

  test('Secure Boot refuses a loader whose signature does not fit; without Secure Boot the same disk boots', async () => {
    const { gen2 } = await linuxImages();
    const file = await host.file('tampered.raw');
    await copyFile(gen2, file.linux);
    const bytes = await readFile(file.linux);
    let at = bytes.indexOf(SIGNED_TEXT);
    assert.ok(at > 0, 'a loader to tamper with');
    for (; at >= 0; at = bytes.indexOf(SIGNED_TEXT, at + 1)) bytes.write('t', at, 'latin1');
    await writeFile(file.linux, bytes);
    const id = await create('tampered', file.windows);

    await host.change(id, 2);
    {
      using line = await host.serial('tampered');
      await line.expect(/Access Denied|Security Violation/, BOOT_LIMIT_MS);
    }
    await host.change(id, 3);
    await host.call('ModifySystemSettings', {
      SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
        InstanceID: `Microsoft:${id}`,
        SecureBootEnabled: false,
      }),
    });
    await host.change(id, 2);
    using line = await host.serial('tampered');
    const [, ready = ''] = await line.expect(/VSMS-READY ([^\r\n]*)\r/, BOOT_LIMIT_MS);
    assert.match(ready, /efi=1 secureboot=0/);
    await host.change(id, 3);
  });

  test('TpmEnabled gives the guest a TPM; with its agent up, the components are in contact', async () => {
    const { gen2 } = await linuxImages();
    const id = await create('tpm', await host.bootDisk('tpm', 'raw', gen2));
    const [security] = await host.below(id, 'Msvm_SecuritySettingData');
    await host.call('ModifyResourceSettings', {
      ResourceSettings: [
        settingsText('Msvm_SecuritySettingData', {
          InstanceID: textOf(security?.properties['InstanceID']) ?? '',
          TpmEnabled: true,
        }),
      ],
    });
    await host.change(id, 2);
    using line = await host.serial('tpm');
    const [, ready = ''] = await line.expect(/VSMS-READY ([^\r\n]*)\r/, BOOT_LIMIT_MS);
    assert.match(ready, /efi=1 secureboot=1 tpm=tpm0/);
    const tpm = await host.row(`SELECT * FROM Msvm_TPM WHERE SystemName = '${id}'`);
    assert.equal(numberOf(tpm.properties['TPMSpecMajorVersion']), 2);

    const status = async (className: string): Promise<readonly number[]> => {
      const component = await host.row(`SELECT * FROM ${className} WHERE SystemName = '${id}'`);
      return listOf(component.properties['OperationalStatus']).map((item) => numberOf(item));
    };
    await host.until('the heartbeat is heard', async () => (await status('Msvm_HeartbeatComponent'))[0] === 2);
    assert.deepEqual(await status('Msvm_HeartbeatComponent'), [2, 2]);
    assert.deepEqual(await status('Msvm_ShutdownComponent'), [2]);
    const { out } = await host.call('GetSummaryInformation', {
      SettingData: [host.machines.settingsReference(id)],
      RequestedInformation: [104, 117],
    });
    assert.match(JSON.stringify(out['SummaryInformation']), /"ApplicationHealth":"2".*"Heartbeat":"2"/);
    await host.until('the guest tells its name', async () => {
      const kvp = await host.row(`SELECT * FROM Msvm_KvpExchangeComponent WHERE SystemName = '${id}'`);
      return (textOf(kvp.properties['GuestIntrinsicExchangeItems']) ?? '').includes('OSName');
    });
    // InitiateShutdown answers a number at once (lifecycle §6).
    const [component] = await host.rows(`SELECT * FROM Msvm_ShutdownComponent WHERE SystemName = '${id}'`);
    const answer = await host.client.invoke(
      host.reference('Msvm_ShutdownComponent', {
        CreationClassName: 'Msvm_ShutdownComponent',
        DeviceID: textOf(component?.properties['DeviceID']) ?? '',
        SystemCreationClassName: 'Msvm_ComputerSystem',
        SystemName: id,
      }),
      'InitiateShutdown',
      { Force: false, Reason: 'test' },
    );
    assert.equal(answer.returnValue, 0);
    await host.until('the guest is off', async () => (await host.state(id)) === 3, 120_000);
    assert.deepEqual(await host.rows(`SELECT * FROM Msvm_ShutdownComponent WHERE SystemName = '${id}'`), []);
  });
});
