import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { IDE_DISK, makeSystem, makeWorld, running, VM1, VM2 } from './kit.ts';

/** Kinds and pool GUIDs in the exact case of object-model §8. */
const POOLS: readonly (readonly [subType: string, id: string, poolClass?: string])[] = [
  ['Microsoft:Hyper-V:Processor', 'B637F347-6A0E-4DEC-AF52-BD70CB80A21D', 'Msvm_ProcessorPool'],
  ['Microsoft:Hyper-V:Memory', '4764334E-E001-4176-82EE-5594EC9B530E'],
  ['Microsoft:Hyper-V:Synthetic SCSI Controller', 'bde5d4d6-e450-46d2-b925-976ca3e989b4'],
  ['Microsoft:Hyper-V:Synthetic Disk Drive', '118C3BE5-0D31-4804-85F0-5C6074ABEA8F'],
  ['Microsoft:Hyper-V:Physical Disk Drive', '353B3BE8-310C-4cf4-839E-4E1B14616136'],
  ['Microsoft:Hyper-V:Synthetic DVD Drive', '7951A5ED-8DC5-42d7-AA8C-9F14C54CEB84'],
  ['Microsoft:Hyper-V:Synthetic Diskette Drive', 'DACDCF3F-6F67-4eb8-A4D0-5D93B48A2468'],
  ['Microsoft:Hyper-V:Virtual Hard Disk', '70BB60D2-A9D3-46AA-B654-3DE53004B4F8'],
  ['Microsoft:Hyper-V:Virtual CD/DVD Disk', 'D92D268E-9AA8-49DD-8C7D-821CEFB5F597'],
  ['Microsoft:Hyper-V:Synthetic Ethernet Port', '6A45335D-4C3A-44b7-B61F-C9808BBDF8ED'],
  ['Microsoft:Hyper-V:Ethernet Connection', '72027ECE-E44A-446E-AF2B-8D8C4B8A2279'],
  ['Microsoft:Hyper-V:Synthetic Mouse', 'F6293891-F32F-4930-B2DB-1A8961D9CB75'],
  ['Microsoft:Hyper-V:Synthetic Display Controller', 'D45268DA-37C5-44da-B827-B0C55CCB3BDC'],
  [
    'Microsoft:Hyper-V:Synthetic 3D Display Controller',
    '06FF76FA-2D58-4BAF-9F8D-455773824F37',
    'Msvm_Synth3dVideoPool',
  ],
];

describe('pools and templates (object-model §8)', () => {
  const world = makeWorld();

  for (const [subType, id, poolClass = 'Msvm_ResourcePool'] of POOLS) {
    test(`${subType}: one primordial pool with settings, capabilities and templates`, async () => {
      const pools = await world.query(
        `SELECT * FROM CIM_ResourcePool WHERE ResourceSubType="${subType}" AND PoolId="" AND Primordial=TRUE`,
      );
      assert.deepEqual(
        pools.map((pool) => [pool.class.name, pool.get('InstanceID')]),
        [[poolClass, `Microsoft:${id}`]],
      );
      const path = `${poolClass}.InstanceID="Microsoft:${id}"`;
      assert.equal((await world.associators(path, { associationClass: 'Msvm_SettingsDefineState' })).length, 1);
      const capabilities = await world.associators(path, {
        associationClass: 'Msvm_ElementCapabilities',
        resultClass: 'Msvm_AllocationCapabilities',
      });
      assert.deepEqual(
        capabilities.map((one) => one.get('InstanceID')),
        [`Microsoft:${id}`],
      );
      const links = await world.references(`Msvm_AllocationCapabilities.InstanceID="Microsoft:${id}"`, {
        resultClass: 'Msvm_SettingsDefineCapabilities',
      });
      assert.deepEqual(
        links.map((link) => [link.get('ValueRole'), link.get('ValueRange'), link.get('PropertyPolicy')]),
        [
          [0, 0, 0],
          [3, 1, 0],
          [3, 2, 0],
          [3, 3, 0],
        ],
      );
      for (const [at, role] of ['Default', 'Minimum', 'Maximum', 'Increment'].entries()) {
        // The sample opens PartComponent as a path.
        const template = await world.get(world.msvm.v2.projection.text(links[at]?.get('PartComponent') as never));
        assert.equal(template.get('InstanceID'), `Microsoft:Definition\\${id.toUpperCase()}\\${role}`);
        assert.equal(template.get('ResourceSubType'), subType);
        assert.equal(template.get('PoolID'), '');
      }
    });
  }

  test('what running machines hold is counted as they start and stop', async () => {
    const own = makeWorld();
    const reserved = async (subType: string): Promise<unknown> =>
      (await own.query(`SELECT * FROM CIM_ResourcePool WHERE ResourceSubType="${subType}"`))[0]?.get('Reserved');
    const off = own.put(makeSystem({ devices: IDE_DISK }));
    assert.equal(await reserved('Microsoft:Hyper-V:Memory'), 0n);
    own.put(running(off));
    own.put(running(makeSystem({ id: VM2 }), 4712));
    assert.equal(await reserved('Microsoft:Hyper-V:Memory'), 2048n);
    assert.equal(await reserved('Microsoft:Hyper-V:Processor'), 2n);
    assert.equal(await reserved('Microsoft:Hyper-V:Virtual Hard Disk'), 1n);
    own.put({ ...running(off), power: 'paused' });
    assert.equal(await reserved('Microsoft:Hyper-V:Memory'), 2048n);
    own.apply({ kind: 'system', before: own.graph.system(VM1) ?? null, after: null });
    assert.equal(await reserved('Microsoft:Hyper-V:Memory'), 1024n);
    assert.equal(await reserved('Microsoft:Hyper-V:Virtual Hard Disk'), 0n);
  });

  test('features: capabilities by FeatureId lead to the default setting with ValueRole 0 (other-services §3)', async () => {
    const ids = {
      '998BEF4A-5D55-492A-9C43-8B2F5EAE9F2B': 'Msvm_EthernetSwitchPortAclSettingData',
      '24AD3CE1-69BD-4978-B2AC-DAAD389D699C': 'Msvm_EthernetSwitchPortBandwidthSettingData',
      'C885BFD1-ABB7-418F-8163-9F379C9F7166': 'Msvm_EthernetSwitchPortOffloadSettingData',
      '9940CD46-8B06-43BB-B9D5-93D50381FD56': 'Msvm_EthernetSwitchPortProfileSettingData',
      '776E0BA7-94A1-41C8-8F28-951F524251B5': 'Msvm_EthernetSwitchPortSecuritySettingData',
      '952C5004-4465-451C-8CB8-FA9AB382B773': 'Msvm_EthernetSwitchPortVlanSettingData',
      '3EB2B8E8-4ABF-4DBF-9071-16DD47481FBE': 'Msvm_VirtualEthernetSwitchBandwidthSettingData',
    };
    for (const [id, settingClass] of Object.entries(ids)) {
      const [feature] = await world.query(
        `SELECT * FROM Msvm_EthernetSwitchFeatureCapabilities WHERE FeatureId = '${id}'`,
      );
      const path = world.msvm.v2.projection.text(feature?.path() ?? assert.fail(id));
      const [link] = await world.references(path, { resultClass: 'Msvm_FeatureSettingsDefineCapabilities' });
      assert.equal(link?.get('ValueRole'), 0);
      const settings = await world.associators(path, { associationClass: 'Msvm_FeatureSettingsDefineCapabilities' });
      assert.deepEqual(
        settings.map((one) => one.class.name),
        [settingClass],
      );
    }
  });

  test('the management service supports the template settings and every version', async () => {
    const path = 'Msvm_VirtualSystemManagementCapabilities.InstanceID="Microsoft:VirtualSystemManagementCapabilities"';
    const found = await world.associators(path, {
      associationClass: 'Msvm_SettingsDefineCapabilities',
      resultClass: 'Msvm_VirtualSystemSettingData',
    });
    const versions = new Set(found.map((one) => one.get('Version')));
    assert.ok(versions.has('12.0') && versions.has('5.0'));
    assert.ok(found.some((one) => one.get('ElementName') === 'MicrosoftUEFICertificateAuthority'));
  });
});

describe('services (object-model §10)', () => {
  const world = makeWorld();
  const services = {
    Msvm_VirtualSystemManagementService: 'vmms',
    Msvm_VirtualSystemSnapshotService: 'vssnapsvc',
    Msvm_VirtualEthernetSwitchManagementService: 'nvspwmi',
    Msvm_ImageManagementService: 'vhdsvc',
    Msvm_VirtualSystemMigrationService: 'migrationwmi',
    Msvm_ReplicationService: 'replicasvc',
    Msvm_MetricService: 'metricsvc',
    Msvm_TerminalService: 'termsvc',
    Msvm_ResourcePoolConfigurationService: 'poolcfgsvc',
    Msvm_Synthetic3DService: 'synth3d',
  };
  for (const [className, name] of Object.entries(services)) {
    test(`${className} is ${name}, runs, and is hosted`, async () => {
      const [service, ...more] = await world.enumerate(className);
      assert.equal(more.length, 0);
      assert.equal(service?.get('Name'), name);
      for (const [property, value] of Object.entries({
        EnabledState: 2,
        EnabledDefault: 2,
        RequestedState: 12,
        HealthState: 5,
        Started: true,
      })) {
        assert.equal(service?.get(property), value, property);
      }
      const path = world.msvm.v2.projection.text(service?.path() ?? assert.fail());
      assert.equal((await world.associators(path, { associationClass: 'Msvm_HostedService' })).length, 1);
    });
  }

  test('service settings come from the domain; a change is seen at once', async () => {
    const own = makeWorld();
    const read = async (): Promise<unknown> =>
      (await own.enumerate('Msvm_VirtualSystemManagementServiceSettingData'))[0]?.get('DefaultVirtualHardDiskPath');
    assert.equal(await read(), null);
    own.apply({
      kind: 'service',
      before: { values: {} },
      after: { values: { DefaultVirtualHardDiskPath: 'C:\\Disks' } },
    });
    assert.equal(await read(), 'C:\\Disks');
  });
});
