import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { test } from 'node:test';
import { textOf, type WireObject } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { biosImages } from '../guests/guest-images.ts';
import { modifySystem } from '../kit/uefi-guest.ts';
import { WireHost } from '../kit/wire-host.ts';

/** Entries of BootOrder (object-model §4). */
const FLOPPY = 0;
const CD = 1;
const DISK = 2;
const NETWORK = 3;

/** Numbers that a BIOS gives its drives; all CDs are of the last kind. */
const STARTED = { '00': 'floppy', '80': 'disk', e0: 'cd' } as const;

test('Generation 1: a guest is started from the first of BootOrder that has a medium (object-model §4, §9)', async () => {
  await using host = await WireHost.open('qemu');
  const images = await biosImages();
  const place = async (name: string, image: string): Promise<string> => {
    const file = await host.file(name);
    await copyFile(image, file.linux);
    return file.windows;
  };
  const id = await host.machines.create({
    name: 'order',
    generation: 1,
    memoryMb: 32,
    processors: 1,
    disks: [await place('order.img', images.disk)],
    isos: [await place('order.iso', images.iso)],
    switch: null,
    serial: '\\\\.\\pipe\\order',
    secureBoot: false,
    notes: '',
  });
  const rasds = await host.below(id, 'Msvm_ResourceAllocationSettingData');
  const idOf = (rows: readonly WireObject[], subType: string): string => {
    const row = rows.find(({ properties }) => (textOf(properties['ResourceSubType']) ?? '').endsWith(subType));
    return textOf(row?.properties['InstanceID']) ?? assert.fail(subType);
  };
  const drive = { InstanceID: idOf(rasds, 'Diskette Drive') };
  await host.add(
    id,
    settingsText('Msvm_StorageAllocationSettingData', {
      ResourceType: 31,
      ResourceSubType: 'Microsoft:Hyper-V:Virtual Floppy Disk',
      Parent: host.path(host.reference('Msvm_ResourceAllocationSettingData', drive)),
      HostResource: [await place('order.vfd', images.floppy)],
    }),
  );
  const eject = async (subType: string): Promise<void> => {
    const InstanceID = idOf(await host.below(id, 'Msvm_StorageAllocationSettingData'), subType);
    await host.call('RemoveResourceSettings', {
      ResourceSettings: [host.reference('Msvm_StorageAllocationSettingData', { InstanceID })],
    });
  };
  const startedFrom = async (): Promise<string> => {
    await host.change(id, 2);
    using line = await host.serial('order');
    const [, number = ''] = await line.expect(/VSMS-BIOS READY drive=(\w\w)\r/);
    await host.change(id, 3);
    return STARTED[number as keyof typeof STARTED] ?? number;
  };

  assert.equal(await startedFrom(), 'cd', 'the default order');
  for (const [BootOrder, expected] of [
    [[DISK, CD, NETWORK, FLOPPY], 'disk'],
    [[FLOPPY, DISK, CD, NETWORK], 'floppy'],
    [[NETWORK, CD, DISK, FLOPPY], 'cd'],
  ] as const) {
    await modifySystem(host, id, { BootOrder: BootOrder.map(String) });
    assert.equal(await startedFrom(), expected, BootOrder.join());
  }
  await eject('CD/DVD Disk');
  assert.equal(await startedFrom(), 'disk');
  await eject('Hard Disk');
  await host.restart('SIGTERM');
  assert.equal(await startedFrom(), 'floppy');
});
