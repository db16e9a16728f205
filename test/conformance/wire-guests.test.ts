import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { listOf, textOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { linuxImages } from '../guests/guest-images.ts';
import type { SerialLine } from '../qemu/kit.ts';
import { ScsiDisks } from '../kit/scsi-disks.ts';
import { changeWord, DISK_FORMATS, type DiskFormat, guestInfo, WireHost } from '../kit/wire-host.ts';

const run = promisify(execFile);
const BOOT_LIMIT_MS = 180_000;

/** The number that the nano guest has written to its disk, read back from there. */
async function onDisk(line: SerialLine): Promise<number> {
  const [, number] = await line.ask('r', /SEQ (\d+)/);
  return Number(number);
}

/** Real guests under QEMU, defined and run by nothing but HTTP (issue 2 §4, §8). */
describe('real guests over the wire', () => {
  let host: WireHost;
  before(async () => {
    host = await WireHost.open('qemu');
  });
  after(() => host[Symbol.asyncDispose]());

  for (const format of Object.keys(DISK_FORMATS) as DiskFormat[]) {
    test(`${format}: boots, what the guest writes is there after turning off, saved state on it comes back`, async () => {
      const name = format.replace(' ', '-').toLowerCase();
      const id = await host.nano(name, format);
      await host.change(id, 2);
      const written = await (async () => {
        using line = await host.serial(name);
        await changeWord(line);
        const { word } = await guestInfo(line);
        assert.equal(await onDisk(line), word);
        return word;
      })();
      await host.change(id, 3);
      await host.change(id, 2);
      {
        using line = await host.serial(name);
        assert.equal((await guestInfo(line)).word, 0, 'memory is fresh');
        assert.equal(await onDisk(line), written, 'the disk is not');
        await changeWord(line);
      }
      await host.change(id, 6);
      await host.change(id, 2);
      using line = await host.serial(name);
      const { word } = await guestInfo(line);
      assert.ok(word > 0, 'memory came back');
      assert.equal(await onDisk(line), word, 'and is of the same time as the disk');
      await host.change(id, 3);
      await host.machines.delete(id);
    });
  }

  test('TypeText and TypeKey reach the guest; its screen shows a picture', async () => {
    const id = await host.nano('keys');
    await host.change(id, 2);
    using line = await host.serial('keys');
    await guestInfo(line);
    line.write('k');
    const keyboard = await host.row(`SELECT * FROM Msvm_Keyboard WHERE SystemName = '${id}'`);
    const keys = ['CreationClassName', 'DeviceID', 'SystemCreationClassName', 'SystemName'] as const;
    const reference = host.reference(
      'Msvm_Keyboard',
      Object.fromEntries(keys.map((key) => [key, textOf(keyboard.properties[key]) ?? ''])),
    );
    await host.client.run(reference, 'TypeText', { AsciiText: 'vm' });
    // Set 1: v is 47, m is 50; with 128 it is let go.
    for (const code of [47, 175, 50, 178]) await line.expect(new RegExp(`K ${code}\r?\n`));
    await host.client.run(reference, 'TypeKey', { KeyCode: 0x1b });
    for (const code of [1, 129]) await line.expect(new RegExp(`K ${code}\r?\n`));
    const picture = await host.machines.thumbnail(id, 320, 240);
    assert.equal(picture.length, 320 * 240 * 2);
    assert.ok(new Set(picture).size > 1, 'not one colour');
    await host.change(id, 3);
  });

  test('L8 a guest without agent hears the power button by InitiateShutdown', async () => {
    const id = await host.nano('button');
    await host.change(id, 2);
    using line = await host.serial('button');
    await guestInfo(line);
    const component = await host.row(`SELECT * FROM Msvm_ShutdownComponent WHERE SystemName = '${id}'`);
    const keys = ['CreationClassName', 'DeviceID', 'SystemCreationClassName', 'SystemName'] as const;
    const reference = host.reference(
      'Msvm_ShutdownComponent',
      Object.fromEntries(keys.map((key) => [key, textOf(component.properties[key]) ?? ''])),
    );
    const result = await host.client.invoke(reference, 'InitiateShutdown', { Force: false, Reason: 'test' });
    assert.equal(result.returnValue, 0);
    await line.expect(/BUTTON/);
    await host.until('it is off', async () => (await host.state(id)) === 3);
  });

  test('Generation 1: Linux from a VHDX on IDE, an ISO, disks of every format on SCSI, save and restore, shutdown by the guest', async () => {
    const { gen1 } = await linuxImages();
    const iso = await host.file('data.iso');
    await run('dd', ['if=/dev/zero', `of=${iso.linux}`, 'bs=2048', 'count=64', 'status=none']);
    const id = await host.machines.create({
      name: 'linux1',
      generation: 1,
      memoryMb: 256,
      processors: 2,
      disks: [await host.bootDisk('linux1', 'dynamic VHDX', gen1)],
      isos: [iso.windows],
      switch: null,
      serial: '\\\\.\\pipe\\linux1',
      secureBoot: false,
      notes: '',
    });
    const disks = await ScsiDisks.attach(host, id);
    await host.change(id, 2);
    {
      using line = await host.serial('linux1');
      const [, ready = ''] = await line.expect(/VSMS-READY ([^\r\n]*)\r/, BOOT_LIMIT_MS);
      assert.match(ready, /cpus=2 .* efi=0/);
      await disks.read(line);
      await line.ask('[ "$(dd if=/dev/sr0 bs=2048 2>/dev/null | wc -c)" = 131072 ] && echo MEDIUM\n', /MEDIUM\r/);
      await line.ask('echo remembered > /tmp/word; echo NOTED\n', /NOTED\r/);
    }
    await host.change(id, 6);
    await host.change(id, 2);
    using line = await host.serial('linux1');
    await line.ask('cat /tmp/word\n', /remembered\r/);
    await disks.write(line);
    await disks.read(line);
    await host.change(id, 4);
    assert.equal(await host.state(id), 3);
    await disks.checkFiles(host);
  });

  test('Generation 2: Linux from qcow2 on SCSI under Secure Boot, disks of every format added while it runs, on the network of the default switch', async () => {
    const { gen2 } = await linuxImages();
    const network = await host.row('SELECT * FROM Msvm_VirtualEthernetSwitch');
    const id = await host.machines.create({
      name: 'linux2',
      generation: 2,
      memoryMb: 512,
      processors: 1,
      disks: [await host.bootDisk('linux2', 'qcow2', gen2)],
      isos: [],
      switch: textOf(network.properties['ElementName']),
      serial: '\\\\.\\pipe\\linux2',
      secureBoot: true,
      notes: '',
    });
    await host.change(id, 2);
    using line = await host.serial('linux2');
    const [, ready = ''] = await line.expect(/VSMS-READY ([^\r\n]*)\r/, BOOT_LIMIT_MS);
    assert.match(ready, /nics=eth0,.* efi=1 secureboot=1/);
    // Added while it runs; those of Generation 1 are there from the start.
    const disks = await ScsiDisks.attach(host, id);
    await disks.read(line);
    await disks.write(line);
    // A4: traffic passes, here to the DHCP server of the NAT network.
    await line.ask('udhcpc -q -n -i eth0 -s /etc/udhcpc >/dev/null 2>&1 && echo LEASED\n', /LEASED\r/);
    await host.until('the guest agent tells what it is', async () => {
      const summary = await host.client.invoke(
        { className: 'Msvm_VirtualSystemManagementService' },
        'GetSummaryInformation',
        {
          SettingData: [host.machines.settingsReference(id)],
          RequestedInformation: [106],
        },
      );
      return JSON.stringify(summary.out['SummaryInformation']).includes('vsms test guest');
    });
    // What Microsoft's AppHealth sample takes for a guest in good health.
    const heartbeat = await host.row(`SELECT * FROM Msvm_HeartbeatComponent WHERE SystemName = '${id}'`);
    assert.deepEqual(listOf(heartbeat.properties['OperationalStatus']), ['2', '2']);
    // A guest that is behind is set right.
    await line.ask('date -s "2020-01-01 00:00:00" >/dev/null; date +YEAR%Y\n', /YEAR2020\r/);
    await host.until('the guest knows what time it is', async () => {
      const [, seconds] = await line.ask('date +SECONDS%s\n', /SECONDS(\d+)\r/);
      return Math.abs(Number(seconds) - Date.now() / 1000) < 60;
    });

    // Items of the host come to the guest, and those of its programs to the host.
    await host.call('AddKvpItems', {
      TargetSystem: host.system(id),
      DataItems: [settingsText('Msvm_KvpExchangeDataItem', { Name: 'role', Data: 'from the host', Source: 0 })],
    });
    await host.until('the guest is told', async () => {
      const [, size] = await line.ask('echo SIZE $(wc -c < /var/lib/hyperv/.kvp_pool_0)\n', /SIZE (\d*)\s*\r/);
      return size === '2560';
    });
    await line.ask('tr -d "\\000" < /var/lib/hyperv/.kvp_pool_0; echo\n', /rolefrom the host/);
    await line.ask('cp /var/lib/hyperv/.kvp_pool_0 /var/lib/hyperv/.kvp_pool_1 && echo COPIED\n', /COPIED\r/);
    await host.until('the host is told', async () => {
      const kvp = await host.row(`SELECT * FROM Msvm_KvpExchangeComponent WHERE SystemName = '${id}'`);
      return (textOf(kvp.properties['GuestExchangeItems']) ?? '').includes('from the host');
    });
    await host.change(id, 4);
    assert.equal(await host.state(id), 3);
    await disks.checkFiles(host);
  });
});
