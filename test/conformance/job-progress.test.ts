import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { isReference, numberOf, textOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { Service } from '../kit/service.ts';

const IMAGES = { className: 'Msvm_ImageManagementService' } as const;
const MB = 1 << 20;

test('jobs-and-errors: the progress of real work moves, and is told by events: a disk that is converted', async () => {
  await using service = await Service.start({ hypervisor: 'simulated' });
  const folder = join(service.dataDirectory, 'drives/c/disks');
  await mkdir(folder, { recursive: true });
  // Nothing of it can be left out as zeros.
  await writeFile(join(folder, 'source.raw'), randomBytes(256 * MB));
  const client = service.client();
  const events = await client.subscribe(
    "SELECT * FROM __InstanceModificationEvent WITHIN 1 WHERE TargetInstance ISA 'Msvm_StorageJob'",
  );
  try {
    const { out } = await client.invoke(IMAGES, 'ConvertVirtualHardDisk', {
      SourcePath: 'C:\\disks\\source.raw',
      VirtualDiskSettingData: settingsText('Msvm_VirtualHardDiskSettingData', {
        Path: 'C:\\disks\\target.vhdx',
        Type: 3,
        Format: 3,
      }),
    });
    const job = isReference(out['Job']) ? out['Job'] : assert.fail('a job');
    const seen: number[] = [];
    for await (const { properties } of events) {
      const target = properties['TargetInstance'];
      assert.ok(typeof target === 'object' && target !== null && 'className' in target);
      if (textOf(target.properties['InstanceID']) !== job.selectors['InstanceID']) continue;
      seen.push(numberOf(target.properties['PercentComplete']));
      if (numberOf(target.properties['JobState']) >= 7) {
        assert.equal(numberOf(target.properties['JobState']), 7, textOf(target.properties['ErrorDescription']) ?? '');
        break;
      }
    }
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    );
    assert.equal(seen.at(-1), 100);
    const between = new Set(seen.filter((percent) => percent > 0 && percent < 100));
    // A fast disk leaves time for one.
    assert.ok(between.size >= 1, `only ${seen.join(' ')}`);
  } finally {
    await events.return(undefined);
    client.close();
  }
});
