import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_DEVICES } from '../../src/core/devices/default-devices.ts';
import type { VirtualSystem } from '../../src/core/model.ts';
import { loadSystem, storeSystem, TextPool } from '../../src/core/systems/record.ts';
import { decodeRecord, encodeRecord } from '../../src/store/codec.ts';
import { adapter, add, CALLER, connection, diskDrive, first, GENERATION_2, makeWorld, scsiController } from './kit.ts';

const roundTrip = (system: VirtualSystem): VirtualSystem =>
  loadSystem(decodeRecord(encodeRecord(storeSystem(system))), system.kind, new TextPool());

describe('the record of a system', () => {
  test('an untouched system is a few hundred bytes, and shares its devices when it comes back', async (t) => {
    const world = await makeWorld(t);
    const system = await world.define({ values: { ElementName: 'web1' } });
    assert.ok(encodeRecord(storeSystem(system)).length < 500);
    const back = roundTrip(system);
    assert.deepEqual(back, system);
    assert.equal(back.active.devices, DEFAULT_DEVICES[1]);
  });

  test('a changed system comes back as it was; untouched devices are still shared', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({
      values: { ...GENERATION_2, Notes: ['$bigint', '{"$bigint":"1"}'], LowMmioGapSize: 512n },
    });
    const controller = first(await add(world, id, scsiController()));
    await add(world, id, diskDrive(controller), adapter({ VirtualSystemIdentifiers: ['{x}'] }));
    await world.core.operations.modifyResources(CALLER, [
      {
        className: 'Msvm_MemorySettingData',
        instanceId: null,
        values: { VirtualQuantity: 2048n },
        target: { configuration: id, part: '4764334d-e001-4176-82ee-5594ec9b530e' },
      },
    ]);
    await world.request(id, 2);
    const system = world.system(id);
    const back = roundTrip(system);
    assert.deepEqual(back, system);
    const shared = back.active.devices.filter((device) => DEFAULT_DEVICES[2].includes(device));
    assert.equal(shared.length, DEFAULT_DEVICES[2].length - 1);
  });

  test('snapshots, extras and operations have room', async (t) => {
    const world = await makeWorld(t);
    const system = await world.define();
    const snapshot = 'A1576C71-F505-4D1B-9B78-2CFD971B0F31';
    const rich: VirtualSystem = {
      ...system,
      snapshots: [
        {
          configuration: { ...system.active, id: snapshot, values: { ...system.active.values, ElementName: 'before' } },
          type: 'standard',
          parent: null,
          createdAt: 5,
        },
      ],
      currentSnapshot: snapshot,
      lastApplied: snapshot,
      power: 'saved',
      savedState: 'saved-3.vmstate',
      wasRunning: true,
      operation: { kind: 'exporting', exclusive: true },
      extras: { deviceModels: 'inbox' },
    };
    assert.deepEqual(roundTrip(rich), rich);
  });

  test('connections that were stored before they had settings of offloads have the defaults; those whose settings were removed have none', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const card = first(await add(world, id, adapter()));
    await add(world, id, connection(card, {}));
    const system = world.system(id);
    const offload = system.active.devices.find(({ kind }) => kind === 'offload');
    assert.ok(offload?.parent);
    const before = { ...system.active, devices: system.active.devices.filter((device) => device !== offload) };

    const stored = decodeRecord(encodeRecord(storeSystem({ ...system, active: before }))) as {
      c: { d: { n?: true }[] };
    };
    for (const device of stored.c.d) delete device.n;
    const load = (): VirtualSystem => loadSystem(structuredClone(stored), 'realized', new TextPool());
    const older = load();
    const given = older.active.devices[system.active.devices.indexOf(offload)];
    assert.ok(given);
    assert.deepEqual({ ...given, part: '' }, { ...offload, part: '' });
    const form = /^(.+)\\[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;
    assert.equal(form.exec(given.part)?.[1], form.exec(offload.part)?.[1]);
    assert.deepEqual(load(), older);
    assert.deepEqual(roundTrip(older), older);

    const removed = { ...system, active: before };
    assert.deepEqual(roundTrip(removed), removed);
  });

  test('a damaged record is refused', () => {
    for (const record of [
      {},
      { id: 'x', g: 3, at: [] },
      { id: 'x', g: 1, at: [1, 2, 3], r: 1, c: { v: {}, d: [99] } },
    ]) {
      assert.throws(() => loadSystem(record, 'realized', new TextPool()));
    }
  });
});
