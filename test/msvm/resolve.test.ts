import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { IDE, IDE_DISK, makeSystem, makeWorld, NAT, NIC, SCSI, SCSI_DISK_AND_NIC, VM1, VM2 } from './kit.ts';

const world = makeWorld();
world.put(makeSystem({ devices: IDE_DISK }));
world.put(makeSystem({ id: VM2, generation: 2, devices: SCSI_DISK_AND_NIC, bootSources: [`${SCSI}\\0\\1\\D`, NIC] }));
const PLAN = 'C3576C71-F505-4D1B-9B78-2CFD971B0F33';
world.put({ ...makeSystem({ id: PLAN }), kind: 'planned' });
const { resolver } = world.msvm.v2;

const DRIVE = `${IDE}\\0\\0\\D`;

describe('paths of clients (object-model §1, README rules 7, 8, 10)', () => {
  const spellings = [
    `\\\\TESTHOST\\root\\virtualization\\v2:Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${VM1}"`,
    `//./Root/Virtualization/V2:msvm_computersystem.name='${VM1.toLowerCase()}'`,
    `\\\\localhost\\ROOT\\VIRTUALIZATION\\V2:Msvm_ComputerSystem.Name="${VM1}",CreationClassName="Msvm_ComputerSystem"`,
    `Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${VM1}"`,
  ];
  for (const text of spellings) {
    test(`a system: ${text.slice(0, 60)}`, () => {
      const found = resolver.system(text);
      assert.ok(found !== undefined && found !== 'host');
      assert.equal(found.id, VM1);
    });
  }

  test('a configuration by its VSSD, its machine or its plan', () => {
    assert.equal(
      resolver.configuration(`Msvm_VirtualSystemSettingData.InstanceID="Microsoft:${VM1}"`)?.configuration.id,
      VM1,
    );
    assert.equal(resolver.configuration(spellings[0] ?? '')?.configuration.id, VM1);
    assert.equal(
      resolver.configuration(`Msvm_PlannedComputerSystem.CreationClassName="Msvm_PlannedComputerSystem",Name="${PLAN}"`)
        ?.system.id,
      PLAN,
    );
  });

  test('the host, and what does not exist', () => {
    assert.equal(
      resolver.system('Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="testhost"'),
      'host',
    );
    const nothing = [
      'Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="00000000-0000-0000-0000-000000000000"',
      `Msvm_PlannedComputerSystem.CreationClassName="Msvm_PlannedComputerSystem",Name="${VM1}"`,
      `Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${PLAN}"`,
      `root\\cimv2:Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${VM1}"`,
      'Msvm_ComputerSystem',
      '',
      'not a path at all',
      '"'.repeat(10_000),
    ];
    for (const text of nothing) assert.equal(resolver.system(text), undefined, text.slice(0, 40));
    assert.equal(
      resolver.configuration(
        'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:Definition\\\\VirtualSystem\\\\Default"',
      ),
      undefined,
    );
  });

  test('a setting, with single and doubled backslashes, in any case', () => {
    const id = `Microsoft:${VM1}\\${DRIVE}`;
    for (const text of [id, id.toUpperCase(), id.replaceAll('\\', '\\\\')]) {
      assert.deepEqual(resolver.settingOfId(text)?.ref, { configuration: VM1, part: DRIVE }, text);
      assert.equal(
        resolver.setting(`Msvm_ResourceAllocationSettingData.InstanceID="${text.replaceAll('\\', '\\\\')}"`)?.setting
          .kind,
        'diskDrive',
      );
    }
    assert.equal(resolver.settingOfId(`Microsoft:${VM1}\\${IDE}\\0\\1\\D`), undefined);
    assert.equal(resolver.settingOfId(`Microsoft:${VM1}`), undefined);
    assert.equal(
      resolver.settingOfId('Microsoft:Definition\\118C3BE5-0D31-4804-85F0-5C6074ABEA8F\\Default'),
      undefined,
    );
  });

  test('paths made here are found again', () => {
    const place = world.graph.configuration(VM2) ?? assert.fail();
    for (const setting of place.configuration.devices) {
      const ref = { configuration: VM2, part: setting.part };
      const path = resolver.settingPath(ref) ?? assert.fail();
      assert.deepEqual(resolver.setting(world.msvm.v2.projection.text(path))?.ref, ref);
    }
    const boot = resolver.bootSourcePath({ configuration: VM2, part: NIC }) ?? assert.fail();
    assert.deepEqual(resolver.bootSource(world.msvm.v2.projection.text(boot).toUpperCase())?.ref, {
      configuration: VM2,
      part: NIC,
    });
    assert.equal(resolver.settingPath({ configuration: VM2, part: 'gone' }), undefined);
  });

  test('HostResource texts become links and come back canonical', () => {
    const cases = {
      [`//testhost/Root/Virtualization/V2:Msvm_VirtualEthernetSwitch.Name="${NAT.id.toLowerCase()}",CreationClassName="Msvm_VirtualEthernetSwitch"`]: `switch:${NAT.id}`,
      'Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="TESTHOST"': 'host:',
      'Msvm_ExternalEthernetPort.CreationClassName="Msvm_ExternalEthernetPort",DeviceID="Microsoft:{1}",SystemCreationClassName="Msvm_ComputerSystem",SystemName="TESTHOST"':
        'external:{1}',
      'C:\\VMs\\disk.vhdx': 'C:\\VMs\\disk.vhdx',
      '/vms/disk.qcow2': '/vms/disk.qcow2',
      '': '',
    };
    for (const [text, expected] of Object.entries(cases)) {
      const link = resolver.resourceLink(text);
      assert.equal(link, expected);
      assert.equal(resolver.resourceLink(resolver.renderResourceLink(link)), link, text);
    }
  });

  test('what an error is about: the setting, else its VSSD, else the system', () => {
    const source = { system: VM1, configuration: VM1, part: DRIVE };
    assert.match(resolver.sourceText(source) ?? '', /Msvm_ResourceAllocationSettingData/);
    assert.match(resolver.sourceText({ ...source, part: 'gone' }) ?? '', /Msvm_VirtualSystemSettingData/);
    assert.match(resolver.sourceText({ ...source, configuration: null }) ?? '', /Msvm_ComputerSystem/);
    assert.equal(resolver.sourceText({ system: null, configuration: null, part: null }), null);
  });
});
