import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CimInstance } from '../../../src/cim/instance.ts';
import type { MethodResult } from '../../../src/cim/operations.ts';
import { guidOf } from '../../kit/hyperv-client.ts';
import { openWorld } from '../../kit/hyperv-world.ts';

const summariesOf = (result: MethodResult): readonly CimInstance[] => {
  assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
  const summaries = result.out['SummaryInformation'];
  assert.ok(Array.isArray(summaries));
  for (const summary of summaries) assert.ok(summary instanceof CimInstance);
  return summaries as CimInstance[];
};

describe('GetSummaryInformation (management-service §2)', () => {
  test('M9 NULL, {0, 1, 100}: all VMs; everything else NULL', async () => {
    await using world = await openWorld();
    const { client } = world;
    const names = ['a', 'b', 'c'];
    const ids: string[] = [];
    for (const ElementName of names) ids.push(guidOf(await client.define({ ElementName })));
    const summaries = summariesOf(await client.call('GetSummaryInformation', { RequestedInformation: [0, 1, 100] }));
    assert.deepEqual(
      summaries.map((summary) => [
        summary.class.name,
        summary.get('Name'),
        summary.get('ElementName'),
        summary.get('EnabledState'),
      ]),
      names.map((name, index) => ['Msvm_SummaryInformation', ids[index], name, 3]),
    );
    for (const name of ['Notes', 'UpTime', 'MemoryUsage', 'NumberOfProcessors', 'InstanceID', 'ThumbnailImage']) {
      for (const summary of summaries) assert.equal(summary.get(name), null, name);
    }
  });

  test('M10 one valid and one deleted VSSD: 2 elements, second Name empty; order of the input', async () => {
    await using world = await openWorld();
    const { client } = world;
    const first = (await client.settings(await client.define({ ElementName: 'first' }))).path();
    const second = (await client.settings(await client.define({ ElementName: 'second' }))).path();
    const dead = world.path('Msvm_VirtualSystemSettingData', { InstanceID: `Microsoft:${world.unknownId}` });
    const args = { SettingData: [second, dead, first], RequestedInformation: [1] };
    const summaries = summariesOf(await client.call('GetSummaryInformation', args));
    assert.deepEqual(
      summaries.map((summary) => summary.get('ElementName')),
      ['second', null, 'first'],
    );
    assert.equal(summaries[1]?.get('Name'), '');
  });

  test('unknown codes are ignored; os-win asks for 4, 100, 103, 105', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'figures' });
    const settings = (await client.settings(system)).path();
    const ask = async () => {
      const args = { SettingData: [settings], RequestedInformation: [4, 100, 103, 105, 4711] };
      const [summary] = summariesOf(await client.call('GetSummaryInformation', args));
      return ['NumberOfProcessors', 'EnabledState', 'MemoryUsage', 'UpTime'].map((name) => summary?.get(name));
    };
    assert.deepEqual(await ask(), [1, 3, 0n, 0n]);
    await client.succeed(await client.state(system, 2));
    const [, state, memory] = await ask();
    assert.equal(state, 2);
    assert.ok(typeof memory === 'bigint' && memory > 0n);
  });

  test('a picture of a running system by code, none of one that is off', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'picture' });
    const ask = async () =>
      summariesOf(await client.call('GetSummaryInformation', { RequestedInformation: [5, 6] }))[0];
    assert.equal((await ask())?.get('ThumbnailImage'), null);
    await client.succeed(await client.state(system, 2));
    const summary = await ask();
    const image = summary?.get('ThumbnailImage');
    assert.ok(Array.isArray(image));
    assert.equal(image.length, 160 * 120 * 2);
    assert.deepEqual([summary?.get('ThumbnailImageWidth'), summary?.get('ThumbnailImageHeight')], [160, 120]);
  });

  test('plans are left out of "all"', async () => {
    await using world = await openWorld();
    const { client } = world;
    await client.define({ ElementName: 'real' });
    const SystemSettings = '<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"></INSTANCE>';
    assert.equal((await client.call('DefinePlannedSystem', { SystemSettings })).returnValue, 0);
    const summaries = summariesOf(await client.call('GetSummaryInformation', { RequestedInformation: [1] }));
    assert.deepEqual(
      summaries.map((summary) => summary.get('ElementName')),
      ['real'],
    );
  });

  test('K8 a viewer may read summaries', async () => {
    await using world = await openWorld();
    await world.client.define({ ElementName: 'seen' });
    const result = await world.client.as('viewer').call('GetSummaryInformation', { RequestedInformation: [1] });
    assert.equal(summariesOf(result).length, 1);
  });
});

describe('GetVirtualSystemThumbnailImage (management-service §2)', () => {
  test('running: width x height x 2 bytes, by settings or by system; off: 32775', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'screen' });
    const size = { WidthPixels: 64, HeightPixels: 48 };
    const settings = (await client.settings(system)).path();
    assert.equal(
      (await client.call('GetVirtualSystemThumbnailImage', { TargetSystem: settings, ...size })).returnValue,
      32775,
    );
    await client.succeed(await client.state(system, 2));
    for (const TargetSystem of [settings, system]) {
      const result = await client.call('GetVirtualSystemThumbnailImage', { TargetSystem, ...size });
      assert.equal(result.returnValue, 0);
      const image = result.out['ImageData'] as readonly number[];
      assert.equal(image.length, 64 * 48 * 2);
      assert.ok(image.every((byte) => byte >= 0 && byte <= 255));
    }
  });

  test('size 0 or above 4096, or more pixels than a reply holds: 32773', async () => {
    await using world = await openWorld();
    const { client } = world;
    const TargetSystem = await client.define({ ElementName: 'sizes' });
    await client.succeed(await client.state(TargetSystem, 2));
    for (const [WidthPixels, HeightPixels] of [
      [0, 10],
      [10, 0],
      [4097, 10],
      [10, 4097],
      [4096, 4096],
      [null, 10],
    ] as const) {
      const result = await client.call('GetVirtualSystemThumbnailImage', { TargetSystem, WidthPixels, HeightPixels });
      assert.equal(result.returnValue, 32773, `${WidthPixels} x ${HeightPixels}`);
    }
  });
});
