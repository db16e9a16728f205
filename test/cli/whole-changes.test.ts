import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { WsmanClient } from '../../src/client/client.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { Service } from '../kit/service.ts';
import { vsmsHere } from './in-process.ts';
import { local } from './kit.ts';

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' } as const;

describe('a command of several calls of which one is refused leaves nothing of the others', () => {
  let service: Service;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
  });
  after(() => service[Symbol.asyncDispose]());

  for (const way of ['WS-Management', 'REST'] as const) {
    const run = async (code: number, ...words: readonly string[]): Promise<string> => {
      const place =
        way === 'REST' ? local(service) : { VSMS_HOST: service.endpoints.http, VSMS_PASSWORD: service.password };
      const outcome = await vsmsHere(place, words);
      assert.equal(outcome.code, code, `${words.join(' ')}: ${outcome.said}`);
      return outcome.said;
    };
    const ok = (...words: readonly string[]): Promise<string> => run(EXIT.ok, ...words);

    test(`${way}: nic set: address, VLAN, limit and guards`, async () => {
      await ok('vm', 'create', 'net', '--switch', 'Default Switch');
      await ok('nic', 'set', 'net', '--vlan', '5', '--dhcp-guard', 'on', '--mac', '00155D000001');
      const held = async (): Promise<readonly string[]> => {
        const told = [await ok('nic', 'list', 'net', '-o', 'json')];
        for (const kind of ['Vlan', 'Bandwidth', 'Security']) {
          const text = await ok('wql', `SELECT * FROM Msvm_EthernetSwitchPort${kind}SettingData`, '-o', 'yaml');
          // One that was removed and made again has another name.
          told.push(text.replaceAll(/^.*InstanceID:.*$/gm, ''));
        }
        return told;
      };
      // A port that is promised more than a limit lets through is refused.
      const client = new WsmanClient({
        url: service.endpoints.http,
        user: 'admin',
        password: service.password,
      });
      try {
        const connection = 'Msvm_EthernetPortAllocationSettingData';
        const [InstanceID = ''] = [
          ...((await ok('wql', `SELECT InstanceID FROM ${connection}`)).match(/Microsoft:[0-9A-F-]{36}\S+/) ?? []),
        ];
        await client.run(SERVICE, 'AddFeatureSettings', {
          AffectedConfiguration: {
            resourceUri: `http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/${connection}`,
            selectors: { InstanceID },
          },
          FeatureSettings: [
            settingsText('Msvm_EthernetSwitchPortBandwidthSettingData', { Reservation: 50_000_000, Limit: 90_000_000 }),
          ],
        });
      } finally {
        client.close();
      }
      const before = await held();
      assert.match(before[2] ?? '', /Reservation: "50000000"/);
      const wanted = ['--mac', '00155D000002', '--dhcp-guard', 'off', '--router-guard', 'on'];
      for (const vlan of ['9', 'none']) {
        const said = await run(EXIT.usage, 'nic', 'set', 'net', ...wanted, '--vlan', vlan, '--limit', '10');
        assert.match(said, /answered 32773 .*Reservation \(50000000\) is above the Limit \(10000000\)/);
        assert.deepEqual(await held(), before);
      }
      await ok('vm', 'start', 'net');
      const running = await held();
      // The rules of a port may change now, an address not.
      for (const limit of ['60', 'none']) {
        await run(EXIT.conflict, 'nic', 'set', 'net', ...wanted, '--vlan', 'none', '--limit', limit);
        assert.deepEqual(await held(), running);
      }
      await ok('vm', 'stop', 'net');
      await ok('nic', 'set', 'net', ...wanted, '--vlan', 'none', '--limit', 'none');
      assert.match(await ok('nic', 'list', 'net'), /00155D000002 +Default Switch *$/);
      await ok('vm', 'delete', 'net');
    });

    test(`${way}: nic connect of a machine without adapters`, async () => {
      await ok('vm', 'create', 'bare', '--generation', '1');
      await ok('vm', 'start', 'bare');
      await run(EXIT.conflict, 'nic', 'connect', 'bare', 'Default Switch');
      assert.equal(await ok('nic', 'list', 'bare', '-o', 'name'), '');
      await ok('vm', 'delete', 'bare', '--force');
    });

    test(`${way}: disk attach and detach: image, drive and controller`, async () => {
      const iso = join(service.dataDirectory, 'disks/cd.iso');
      await writeFile(iso, Buffer.alloc(65_536));
      await ok('vm', 'create', 'old', '--generation', '1', '--iso', iso);
      await ok('vm', 'create', 'new');
      const controllers = () =>
        ok('wql', 'SELECT InstanceID FROM Msvm_ResourceAllocationSettingData WHERE ResourceType >= 5');
      const before = await controllers();
      for (const name of ['old', 'new'])
        await run(EXIT.usage, 'disk', 'attach', name, join(service.dataDirectory, 'disks/none.vhdx'), '--scsi');
      assert.equal(await controllers(), before);
      await ok('vm', 'start', 'old');
      const drives = await ok('disk', 'list', 'old');
      assert.match(drives, /cd\.iso/);
      await run(EXIT.conflict, 'disk', 'detach', 'old', iso);
      assert.equal(await ok('disk', 'list', 'old'), drives);
      await ok('vm', 'stop', 'old');
      await ok('disk', 'detach', 'old', iso);
      const drivesOf = (text: string) => [...text.matchAll(/\\D$/gm)].length;
      assert.equal(drivesOf(await controllers()), drivesOf(before) - 1);
      assert.doesNotMatch(await ok('disk', 'list', 'old'), /cd\.iso/);
      for (const name of ['old', 'new']) await ok('vm', 'delete', name);
    });
  }
});
