import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEVICE_KINDS, classFits, kindRow, resolveKind } from '../../src/core/devices/kinds.ts';
import { LIMITS, PARENTS_OF, SLOTS_OF } from '../../src/core/devices/wiring.ts';

const resolve = (
  settingClass: string,
  resourceType: number | null,
  resourceSubType: string | null,
  otherResourceType: string | null = null,
) => resolveKind({ settingClass, resourceType, resourceSubType, otherResourceType })?.kind;

const RASD = 'Msvm_ResourceAllocationSettingData';

describe('object-model §5: kinds of devices', () => {
  test('each kind once; every row of the wiring names kinds that exist', () => {
    assert.equal(new Set(DEVICE_KINDS.map((row) => row.kind)).size, DEVICE_KINDS.length);
    for (const [kind, parents] of Object.entries(PARENTS_OF)) for (const name of [kind, ...parents]) kindRow(name);
    for (const kind of [...Object.keys(LIMITS), ...Object.keys(SLOTS_OF)]) kindRow(kind);
  });

  test('every kind is found by its own class and triple', () => {
    for (const row of DEVICE_KINDS) {
      const { settingClass, resourceType, resourceSubType, otherResourceType } = row;
      assert.equal(
        resolve(settingClass.toUpperCase(), resourceType, resourceSubType, otherResourceType),
        row.kind,
        row.kind,
      );
      if (resourceType !== null)
        assert.equal(resolve(RASD, resourceType, resourceSubType, otherResourceType), row.kind, row.kind);
    }
  });

  test('no two kinds share class and triple, fixed part or feature id', () => {
    const keys = DEVICE_KINDS.map((row) =>
      [row.settingClass, row.resourceType, row.resourceSubType, row.otherResourceType].join('|'),
    );
    assert.equal(new Set(keys).size, keys.length);
    for (const name of ['fixedPart', 'featureId', 'pool'] as const) {
      const values = DEVICE_KINDS.flatMap((row) => row[name] ?? []);
      assert.equal(new Set(values).size, values.length, name);
    }
  });

  test('fallbacks: libvirt sends RASD for disks; a class with one kind needs no type; older spellings', () => {
    assert.equal(resolve(RASD, 31, null), 'hardDiskImage');
    assert.equal(resolve(RASD, 31, 'microsoft:hyper-v:virtual cd/dvd disk'), 'cdImage');
    assert.equal(resolve(RASD, 17, ''), 'diskDrive');
    assert.equal(resolve('Msvm_SyntheticEthernetPortSettingData', null, null), 'syntheticEthernet');
    assert.equal(resolve('CIM_StorageAllocationSettingData', 31, null), 'hardDiskImage');
    assert.equal(resolve('Msvm_HeartbeatComponentSettingData', 1, null, 'Microsoft Heartbeat Component'), 'heartbeat');
    assert.equal(resolve(RASD, 1, null, null), undefined);
    assert.equal(resolve(RASD, 5, 'Microsoft:Hyper-V:Synthetic SCSI Controller'), undefined);
    assert.equal(resolve('Msvm_MemorySettingData', 3, null), undefined);
    assert.equal(resolve('Win32_Process', null, null), undefined);
  });

  test('embedded-instances §4: a base class describes its kinds, a foreign one none', () => {
    assert.ok(classFits(RASD, kindRow('memory')));
    assert.ok(classFits('CIM_ResourceAllocationSettingData', kindRow('syntheticEthernet')));
    assert.ok(!classFits('Msvm_MemorySettingData', kindRow('processor')));
    assert.ok(!classFits(RASD, kindRow('vlan')));
    assert.ok(!classFits('CIM_StorageAllocationSettingData', kindRow('memory')));
  });
});
