import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MachineSpec } from '../../src/core/machine-spec.ts';
import { copyImage, uefiImages } from '../guests/guest-images.ts';
import { uefiHello } from '../kit/uefi-guest.ts';
import { fresh, ideDisk, machineSpec, SerialLine, TestHost } from './kit.ts';

const images = await uefiImages();

test('generation 2 for inbox drivers (K27): started from AHCI in the order of the firmware setting, also from a CD', async () => {
  await using host = await TestHost.make();
  const hypervisor = await host.hypervisor();
  const place = { bus: 'scsi', controller: 0 } as const;
  const disk = async (id: string, slot: number) => {
    const file = await copyImage(images.disk, host.path(`${id}.raw`));
    return ideDisk(file, { ...place, id, slot });
  };
  const iso = { file: await copyImage(images.iso, host.path('cd.iso')), format: 'raw', readOnly: true } as const;
  const disks = [
    await disk('one', 0),
    await disk('two', 1),
    { id: 'cd', ...place, slot: 2, media: 'cd', image: iso, iopsLimit: null } as const,
  ];
  const startedFrom = async (bootOrder: readonly string[]): Promise<string> => {
    const spec: MachineSpec = machineSpec(host, {
      generation: 2,
      deviceModels: 'inbox',
      memory: { mb: 128, dynamic: null },
      firmware: { kind: 'uefi', secureBoot: false, variablesFile: host.path('vars.fd'), bootOrder },
      disks,
    });
    const machine = host.keep(await hypervisor.start(spec, fresh));
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    const { from } = await uefiHello(line);
    await machine.turnOff();
    return /Sata\(0x(\d),/.exec(from)?.[1] ?? from;
  };
  assert.equal(await startedFrom(['two', 'one', 'cd']), '1');
  assert.equal(await startedFrom(['cd', 'one', 'two']), '2');
  // The firmware keeps an order of its own in its variables: that of the setting wins.
  assert.equal(await startedFrom(['one', 'cd', 'two']), '0');
});
