import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { SettingValues } from '../../src/core/model.ts';
import { effectiveValues } from '../../src/core/systems/system-defaults.ts';
import {
  adapter,
  add,
  CALLER,
  diskDrive,
  first,
  GENERATION_2,
  makeWorld,
  refusal,
  scsiController,
  type World,
} from './kit.ts';

const values = (world: World, id: string): SettingValues => effectiveValues(world.system(id), world.system(id).active);
const modify = (world: World, id: string, changes: SettingValues) =>
  world.core.operations.modify(CALLER, id, { values: changes });

describe('ModifySystemSettings', () => {
  test('M14 the same text as read back: no change, no event, in every state', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({ values: { ...GENERATION_2, ElementName: 'web1', Notes: ['a'] } });
    await add(world, id, adapter());
    for (const state of [null, 2, 9, 6]) {
      if (state !== null) await world.request(id, state);
      const before = world.system(id);
      const seen = world.changes.length;
      const sources = before.active.bootSources.map((part) => ({ configuration: id, part }));
      await world.core.operations.modify(CALLER, id, { values: values(world, id), bootSources: sources });
      assert.equal(world.system(id), before);
      assert.equal(world.changes.length, seen);
    }
  });

  test('M15 settings that do not exist: invalid parameter', async (t) => {
    const world = await makeWorld(t);
    await assert.rejects(modify(world, 'A1576C71-F505-4D1B-9B78-2CFD971B0F31', {}), refusal('invalidParameter'));
    await assert.rejects(modify(world, '', {}), refusal('invalidParameter'));
  });

  test('a new name is found, the old one not; configuration time moves', async (t) => {
    const world = await makeWorld(t);
    const system = await world.define({ values: { ElementName: 'old' } });
    await world.clock.advance(1000);
    await modify(world, system.id.toLowerCase(), { ElementName: 'new' });
    assert.equal([...world.core.graph.systemsNamed('old')].length, 0);
    assert.equal(first([...world.core.graph.systemsNamed('NEW')]).id, system.id);
    const after = world.system(system.id);
    assert.equal(after.configurationChangedAt, system.configurationChangedAt + 1000);
    assert.equal(after.stateChangedAt, system.stateChangedAt);
    assert.ok(after.revision > system.revision);
  });

  test('NULL is unchanged, read-only values are ignored, unknown ones are kept', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({ values: { Notes: ['kept'] } });
    await modify(world, id, {
      Notes: null,
      ConfigurationID: 'x',
      CreationTime: 'x',
      Version: '5.0',
      VirtualSystemSubType: 'x',
      WatchdogEnabled: true,
    });
    const after = values(world, id);
    assert.deepEqual(
      [after.Notes, after.ConfigurationID, after.Version, after.WatchdogEnabled],
      [['kept'], id, '10.0', true],
    );
  });

  const bad: readonly (readonly [string, SettingValues])[] = [
    ['an empty name', { ElementName: '' }],
    ['a long name', { ElementName: 'n'.repeat(101) }],
    ['a BIOSGUID without braces', { BIOSGUID: '9ECB1C2D-0000-4000-8000-0123456789AB' }],
    ['five boot entries', { BootOrder: [0, 1, 2, 3, 4] }],
    ['an unknown action', { AutomaticShutdownAction: 1 }],
    ['an unknown checkpoint type', { UserSnapshotType: 1 }],
    ['an interval that is none', { AutomaticCriticalErrorActionTimeout: '30' }],
    ['a gap out of range', { LowMmioGapSize: 64n }],
    ['an unknown network protocol', { NetworkBootPreferredProtocol: 1 }],
    ['an unknown console mode', { ConsoleMode: 4 }],
    ['a template that is no GUID', { SecureBootTemplateId: 'Windows' }],
  ];
  for (const [what, changes] of bad) {
    test(`${what}: invalid parameter, nothing changes`, async (t) => {
      const world = await makeWorld(t);
      const { id } = await world.define();
      const before = world.system(id);
      await assert.rejects(modify(world, id, { Notes: ['also'], ...changes }), refusal('invalidParameter'));
      assert.equal(world.system(id), before);
    });
  }

  test('data roots of a realized system: SwapFileDataRoot when off, ConfigurationDataRoot never', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await modify(world, id, {
      SwapFileDataRoot: 'C:\\swap',
      SnapshotDataRoot: 'C:\\snapshots',
      LogDataRoot: '/anywhere',
    });
    assert.equal(values(world, id).SwapFileDataRoot, 'C:\\swap');
    await assert.rejects(modify(world, id, { ConfigurationDataRoot: 'C:\\VMs' }), refusal('invalidState'));
    await assert.rejects(modify(world, id, { SwapFileDataRoot: '/etc' }), refusal('invalidParameter'));
    await modify(world, id, { ConfigurationDataRoot: join(world.directory, 'data', 'vms') });
  });

  test('a default written out is not stored: the record of the system does not grow', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await modify(world, id, { AutomaticStartupAction: 4 });
    await modify(world, id, { AutomaticStartupAction: 3 });
    assert.equal(world.system(id).active.values.AutomaticStartupAction, undefined);
  });

  test('BootSourceOrder: a permutation; entries in any case', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({ values: GENERATION_2 });
    const nic = first(await add(world, id, adapter()));
    const controller = first(await add(world, id, scsiController()));
    const drive = first(await add(world, id, diskDrive(controller)));
    const order = (...sources: readonly ({ configuration: string; part: string } | null)[]) =>
      world.core.operations.modify(CALLER, id, { values: {}, bootSources: sources });
    await order({ ...drive, part: drive.part.toLowerCase() }, nic);
    assert.deepEqual(world.system(id).active.bootSources, [drive.part, nic.part]);
    for (const wrong of [[drive], [drive, drive], [drive, nic, null], [drive, controller], []]) {
      await assert.rejects(order(...wrong), refusal('invalidParameter'));
    }
    await assert.rejects(order(nic, null), (error: { hresult?: string }) => error.hresult === '0x80070490');
    await world.request(id, 2);
    await order(drive, nic);
    await assert.rejects(order(nic, drive), refusal('invalidState'));
  });

  test('generation 1 takes an empty BootSourceOrder and no other', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.core.operations.modify(CALLER, id, { values: {}, bootSources: [] });
    await assert.rejects(
      world.core.operations.modify(CALLER, id, { values: {}, bootSources: [null] }),
      refusal('invalidParameter'),
    );
  });

  test('many changes at once: none is lost', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await Promise.all([
      modify(world, id, { ElementName: 'a' }),
      modify(world, id, { Notes: ['b'] }),
      modify(world, id, { AutomaticStartupAction: 4 }),
      add(world, id, scsiController()),
      modify(world, id, { BIOSNumLock: true }),
    ]);
    const after = values(world, id);
    assert.deepEqual(
      [after.ElementName, after.Notes, after.AutomaticStartupAction, after.BIOSNumLock],
      ['a', ['b'], 4, true],
    );
    assert.equal(world.system(id).active.devices.at(-1)?.kind, 'scsiController');
  });
});

describe('UpgradeSystemVersion', () => {
  test('rises, never falls; null is the highest', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({ values: { Version: '8.0' } });
    await world.core.operations.upgradeVersion(CALLER, id, '9.0');
    assert.equal(values(world, id).Version, '9.0');
    await assert.rejects(world.core.operations.upgradeVersion(CALLER, id, '8.0'), refusal('invalidParameter'));
    await assert.rejects(world.core.operations.upgradeVersion(CALLER, id, '13.0'), refusal('invalidParameter'));
    await world.core.operations.upgradeVersion(CALLER, id, null);
    assert.equal(values(world, id).Version, '12.0');
    await world.core.operations.upgradeVersion(CALLER, id, '');
  });
});

describe('ModifyServiceSettings', () => {
  const service = (world: World, changes: SettingValues) =>
    world.core.operations.modifyServiceSettings(CALLER, changes);

  test('kept over a restart; new systems take the new root', async (t) => {
    const world = await makeWorld(t);
    await service(world, {
      DefaultExternalDataRoot: 'C:\\VMs',
      EnhancedSessionModeEnabled: true,
      PrimaryOwnerName: null,
    });
    await world.restart();
    assert.equal(world.core.graph.serviceSettings().values.EnhancedSessionModeEnabled, true);
    const { id } = await world.define();
    assert.equal(values(world, id).ConfigurationDataRoot, 'C:\\VMs');
  });

  test('equal is no change; what is wrong is refused', async (t) => {
    const world = await makeWorld(t);
    const seen = world.changes.length;
    await service(world, { NumaSpanningEnabled: true });
    assert.equal(world.changes.length, seen);
    const wrong: readonly SettingValues[] = [
      { MinimumMacAddress: '00155DFFFFFF', MaximumMacAddress: '00155D000000' },
      { MinimumMacAddress: '00155D000000', MaximumMacAddress: '00166D000000' },
      { MinimumMacAddress: '01155D000000', MaximumMacAddress: '01155D0000FF' },
      { MinimumMacAddress: 'x' },
      { MinimumWWPNAddress: 'x' },
      { DefaultExternalDataRoot: '' },
      { DefaultVirtualHardDiskPath: '/etc' },
    ];
    for (const changes of wrong)
      await assert.rejects(service(world, changes), refusal('invalidParameter'), JSON.stringify(changes));
    assert.deepEqual(world.core.graph.serviceSettings().values, {});
  });

  test('dynamic addresses come from the range, each once; a full range is an error of the start', async (t) => {
    const world = await makeWorld(t);
    await service(world, { MinimumMacAddress: '00-15-5D-00-00-01', MaximumMacAddress: '00155D000002' });
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) {
      const { id } = await world.define();
      await add(world, id, adapter());
      ids.push(id);
    }
    const [a = '', b = '', c = ''] = ids;
    await world.request(a, 2);
    await world.request(b, 2);
    const macs = [a, b].map((id) => world.system(id).active.devices.at(-1)?.values.Address);
    assert.deepEqual(new Set(macs), new Set(['00155D000001', '00155D000002']));
    await assert.rejects(world.core.operations.requestState(CALLER, c, 2), refusal('failed', /MAC/));
    await world.ended(await world.core.operations.requestState(CALLER, a, 3));
    await world.ended(await world.core.operations.destroy(CALLER, a));
    assert.equal((await world.request(c, 2)).state, 7);
  });
});
