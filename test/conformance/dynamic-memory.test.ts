import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { listOf, numberOf, type WireObject } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { linuxImages } from '../guests/guest-images.ts';
import { SERVICE, WireHost } from '../kit/wire-host.ts';

const BOOT_LIMIT_MS = 180_000;
/** RequestedInformation of the DynamicMemory sample (client-usage). */
const AVAILABLE_BUFFER = 113;

describe('dynamic memory of a real guest over the wire (issue 5 §6, sample DynamicMemory)', () => {
  let host: WireHost;
  before(async () => {
    host = await WireHost.open('qemu');
  });
  after(() => host[Symbol.asyncDispose]());

  test('it gives back what it does not use, and gets it again when it does', async () => {
    const { gen1 } = await linuxImages();
    const id = await host.machines.create({
      name: 'dynamic',
      generation: 1,
      memoryMb: 512,
      processors: 1,
      disks: [await host.bootDisk('dynamic', 'raw', gen1)],
      isos: [],
      switch: null,
      serial: '\\\\.\\pipe\\dynamic',
      secureBoot: false,
      notes: '',
    });
    const [memory] = await host.below(id, 'Msvm_MemorySettingData');
    await host.call('ModifyResourceSettings', {
      ResourceSettings: [
        settingsText('Msvm_MemorySettingData', {
          InstanceID: String(memory?.properties['InstanceID']),
          DynamicMemoryEnabled: true,
          Reservation: 256,
          VirtualQuantity: 512,
          Limit: 512,
          TargetMemoryBuffer: 20,
        }),
      ],
    });
    await host.change(id, 2);
    using line = await host.serial('dynamic');
    await line.expect(/VSMS-READY [^\r\n]*\r/, BOOT_LIMIT_MS);

    /** Free memory as a part of what is used, in percent. */
    const buffer = async (): Promise<number> => {
      const { out } = await host.client.run(SERVICE, 'GetSummaryInformation', {
        SettingData: [host.machines.settingsReference(id)],
        RequestedInformation: [AVAILABLE_BUFFER],
      });
      const [summary] = listOf(out['SummaryInformation']) as readonly WireObject[];
      return numberOf(summary?.properties['AvailableMemoryBuffer']);
    };
    const seen: number[] = [];
    const until = (what: string, holds: (percent: number) => boolean): Promise<void> =>
      host.until(what, async () => {
        const percent = await buffer();
        seen.push(percent);
        return holds(percent);
      });
    await until('the guest tells of its memory', (percent) => percent > 0 && percent < 100_000);
    const first = seen.at(-1) ?? 0;
    await until('it gives memory back', (percent) => percent < first * 0.7);
    // Of 256 MB this leaves nothing; of 512 enough.
    line.write('mkdir -p /t; mount -t tmpfs -o size=300m t /t; head -c 180000000 /dev/zero > /t/a; echo FULL\n');
    await line.expect(/FULL\r/, BOOT_LIMIT_MS);
    // The buffer is 20 percent, and what is nearly there is left alone.
    await until('it gets memory again', (percent) => percent >= 12 && percent < first * 0.7);
    line.write('wc -c < /t/a\n');
    assert.match((await line.expect(/\r\n(\d+)\r/))[1] ?? '', /^180000000$/);
  });
});
