import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { listOf, textOf } from '../../src/client/object.ts';
import {
  askHello,
  extendPcr,
  modifySystem,
  readPcr,
  UEFI_BOOT_LIMIT_MS,
  uefiDisk,
  uefiHello,
  uefiIso,
  uefiMachine,
  uefiNumbers,
} from '../kit/uefi-guest.ts';
import { changeWord, WireHost } from '../kit/wire-host.ts';

const UNTOUCHED_PCR = '0'.repeat(16);
/** SecureBootTemplateId (object-model §4). */
const TEMPLATES = {
  'Microsoft Windows': '1734c6e8-3154-4dda-ba5f-a874cc483422',
  'Microsoft UEFI certificate authority': '272e7447-90a4-4563-a4b9-8e4ab00526ce',
};

/** What a generation 2 machine is from inside (issue 2 §5): seen by a guest that is a program of the firmware. */
describe('a UEFI guest sees', () => {
  let host: WireHost;
  before(async () => {
    host = await WireHost.open('qemu');
  });
  after(() => host[Symbol.asyncDispose]());

  const off = (id: string): Promise<void> => host.change(id, 3);

  /** Starts the machine; the firmware shows it no unsigned program. */
  const isRefused = async (id: string, name: string): Promise<void> => {
    await host.change(id, 2);
    using line = await host.serial(name);
    await line.expect(/Access Denied|Security Violation/, UEFI_BOOT_LIMIT_MS);
    await off(id);
  };

  test('Secure Boot: unsigned, it is refused by the keys of either template; turned off and on, its variables stay', async () => {
    const id = await uefiMachine(host, 'secure', { secureBoot: false });
    {
      await host.change(id, 2);
      using line = await host.serial('secure');
      assert.equal((await uefiHello(line)).secureBoot, false);
      assert.equal(await changeWord(line), 1);
      await off(id);
    }
    for (const SecureBootTemplateId of Object.values(TEMPLATES)) {
      await modifySystem(host, id, { SecureBootEnabled: true, SecureBootTemplateId });
      await isRefused(id, 'secure');
    }
    await modifySystem(host, id, { SecureBootEnabled: false });
    await host.change(id, 2);
    using line = await host.serial('secure');
    const { secureBoot, setupMode } = await uefiHello(line);
    assert.deepEqual({ secureBoot, setupMode }, { secureBoot: false, setupMode: false }, 'the keys are there, unused');
    assert.equal((await uefiNumbers(line)).variable, 1);
    await off(id);
  });

  test('the order of its boot sources, also one that the service read again; what is empty is passed over', async () => {
    const disks = [await uefiDisk(host, 'order0'), await uefiDisk(host, 'order1')];
    const id = await uefiMachine(host, 'order', { disks, isos: [await uefiIso(host, 'order')] });
    const order = async (): Promise<readonly string[]> =>
      listOf((await host.settings(id)).properties['BootSourceOrder']).map((path) => textOf(path) ?? '');
    const startedFrom = async (): Promise<string> => {
      await host.change(id, 2);
      using line = await host.serial('order');
      const { from } = await uefiHello(line);
      await off(id);
      // Target is the slot (K27: virtio-scsi).
      return /Scsi\((0x\d+),0x0\)/.exec(from)?.[1] ?? from;
    };
    const [first = '', second = '', cd = ''] = await order();
    assert.equal(await startedFrom(), '0x0');
    // As os-win writes it (object-model §9).
    await modifySystem(host, id, { BootSourceOrder: [second, cd, first].map((path) => path.toUpperCase()) });
    await host.restart('SIGKILL');
    assert.deepEqual(await order(), [second, cd, first]);
    assert.equal(await startedFrom(), '0x1');
    await modifySystem(host, id, { BootSourceOrder: [cd, first, second] });
    assert.equal(await startedFrom(), '0x2');
    const [medium] = (await host.below(id, 'Msvm_StorageAllocationSettingData')).filter((row) =>
      (textOf(row.properties['ResourceSubType']) ?? '').includes('CD/DVD'),
    );
    const InstanceID = textOf(medium?.properties['InstanceID']) ?? assert.fail('a medium');
    await host.call('RemoveResourceSettings', {
      ResourceSettings: [host.reference('Msvm_StorageAllocationSettingData', { InstanceID })],
    });
    assert.equal(await startedFrom(), '0x0');
  });

  test('that the network is tried first where its adapter comes first', async () => {
    const id = await uefiMachine(host, 'network', { switch: 'Default Switch' });
    const order = listOf((await host.settings(id)).properties['BootSourceOrder']).map((path) => textOf(path) ?? '');
    assert.equal(order.length, 2);
    await modifySystem(host, id, { BootSourceOrder: order.toReversed() });
    await host.change(id, 2);
    using line = await host.serial('network');
    // The firmware tells of a disk when it loads from it, of the network when it asks for an address.
    const [first] = await line.expect(/Start PXE over IPv4|BdsDxe: loading|VSMS-UEFI READY/, UEFI_BOOT_LIMIT_MS);
    assert.equal(first, 'Start PXE over IPv4');
    await off(id);
  });

  test('the serial numbers, asset tag and GUID that were set', async () => {
    const id = await uefiMachine(host, 'numbers');
    const given = {
      BIOSGUID: '{00112233-4455-6677-8899-AABBCCDDEEFF}',
      BIOSSerialNumber: 'machine 1, a=b',
      BaseBoardSerialNumber: 'board 2',
      ChassisSerialNumber: 'chassis 3',
      ChassisAssetTag: 'asset 4',
    };
    await modifySystem(host, id, given);
    await host.change(id, 2);
    using line = await host.serial('numbers');
    await uefiHello(line);
    const [, ...shown] = await line.ask('m', /SMBIOS uuid=(\w+) serial=(.*) board=(.*) chassis=(.*) asset=(.*)\r/);
    // The first three fields of the GUID have the low byte first (DSP0134 §7.2.1).
    assert.deepEqual(shown, ['33221100554477668899aabbccddeeff', ...Object.values(given).slice(1)]);
    await off(id);
  });

  test('its variables and its TPM over resets, saves, ends of the service, and power cycles', async () => {
    const id = await uefiMachine(host, 'life', { tpm: true });
    await host.change(id, 2);
    {
      using line = await host.serial('life');
      assert.equal((await uefiHello(line)).tpm, true);
      assert.deepEqual(await uefiNumbers(line), { memory: 0, variable: 0, tpm: 0, disk: 0, torn: 0 });
      for (let word = 1; word <= 4; word++) assert.equal(await changeWord(line), word);
      assert.notEqual(await extendPcr(line), UNTOUCHED_PCR);
      line.write('b');
      await uefiHello(line);
      assert.deepEqual(await uefiNumbers(line), { memory: 0, variable: 4, tpm: 4, disk: 4, torn: 0 });
      assert.equal(await readPcr(line), UNTOUCHED_PCR, 'a reset of the machine is one of its TPM');
    }
    const before = await (async () => {
      using line = await host.serial('life');
      await changeWord(line);
      await changeWord(line);
      await extendPcr(line);
      return { numbers: await uefiNumbers(line), pcr: await extendPcr(line) };
    })();
    assert.deepEqual(before.numbers, { memory: 2, variable: 2, tpm: 2, disk: 2, torn: 0 });
    const isAsBefore = async (): Promise<void> => {
      using line = await host.serial('life');
      assert.equal((await askHello(line)).tpm, true);
      assert.deepEqual({ numbers: await uefiNumbers(line), pcr: await readPcr(line) }, before);
    };
    await host.change(id, 6);
    await host.change(id, 2);
    await isAsBefore();
    await host.restart('SIGKILL');
    await isAsBefore();
    await host.change(id, 6);
    await host.restart('SIGTERM');
    await host.change(id, 2);
    await isAsBefore();
    {
      using line = await host.serial('life');
      assert.equal(await changeWord(line), 3);
      line.write('s');
      await line.expect(/BYE/);
    }
    await host.until('the guest is off', async () => (await host.state(id)) === 3);
    for (const cycle of ['turned off by the guest', 'turned off by the host']) {
      await host.change(id, 2);
      using line = await host.serial('life');
      await uefiHello(line);
      assert.deepEqual(await uefiNumbers(line), { memory: 0, variable: 3, tpm: 3, disk: 3, torn: 0 }, cycle);
      assert.equal(await readPcr(line), UNTOUCHED_PCR);
      await off(id);
    }
  });
});
