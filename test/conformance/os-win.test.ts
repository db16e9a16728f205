import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { listOf, textOf, type WireObject } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { OsWin, OsWinError } from '../kit/os-win.ts';
import { changeWord, guestInfo, type HypervisorName, SERVICE, WireHost } from '../kit/wire-host.ts';

/** States, generations and actions of os_win.constants. */
const STATE = { enabled: 2, disabled: 3, reboot: 10, paused: 32_768, suspended: 32_769 } as const;
const SWITCH = 'Default Switch';
const UUID = '4b2f0d4c-6a5c-4f5e-9a1c-0f1f3b6f1a11';

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : assert.fail('a list'));
const named = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : assert.fail('a dictionary');
const raises = (name: string, words: RegExp) => (error: unknown) =>
  error instanceof OsWinError && error.name === name && words.test(error.message);

/** OpenStack's os-win, the program itself and unchanged, against a service over WS-Management (client-usage §4). */
function osWin(hypervisor: HypervisorName): void {
  describe(`os-win of Debian over the wire, ${hypervisor} (client-usage §4)`, () => {
    let host: WireHost;
    let os: OsWin;
    before(async () => {
      host = await WireHost.open(hypervisor);
      os = new OsWin(host.service);
    });
    after(async () => {
      await os[Symbol.asyncDispose]();
      await host[Symbol.asyncDispose]();
    });

    /** O1 O2: as nova makes an instance. */
    const create = async (name: string, generation: 1 | 2): Promise<void> => {
      await os.vm('create_vm', [name, false, generation, `C:\\instances\\${name}`, [UUID, '']]);
    };
    const state = (name: string): Promise<unknown> => os.vm('get_vm_state', [name]);
    const idOf = async (name: string): Promise<string> => String(await os.vm('get_vm_id', [name]));

    test('A2 O1 O2 O3 O15 create_vm and update_vm: memory, processors, roots, list and notes; planned twins are no VM', async () => {
      await create('nova1', 2);
      await os.vm('update_vm', ['nova1', 1024, 512, 2, 4, true, 2, 'C:\\instances\\nova1', null, 3, true, 4], {
        chassis_asset_tag: 'ironic-1',
      });
      assert.deepEqual(await os.vm('get_vm_memory_info', ['nova1']), {
        DynamicMemoryEnabled: true,
        Reservation: 512,
        Limit: 1024,
        Weight: 5000,
        MaxMemoryBlocksPerNumaNode: 512,
      });
      assert.equal(await os.vm('get_vm_config_root_dir', ['nova1']), 'C:\\instances\\nova1');
      assert.equal(await os.vm('get_vm_generation', ['nova1']), 2);
      assert.equal(await os.vm('get_instance_uuid', ['nova1']), UUID);
      assert.deepEqual(await os.vm('list_instance_notes'), [['nova1', [UUID]]]);
      const { properties } = await host.settings(await idOf('nova1'));
      for (const [name, value] of Object.entries({
        AutomaticStartupAction: '2',
        AutomaticShutdownAction: '3',
        UserSnapshotType: '4',
        VirtualNumaEnabled: 'true',
        ChassisAssetTag: 'ironic-1',
        SnapshotDataRoot: 'C:\\instances\\nova1',
      }))
        assert.equal(textOf(properties[name]), value, name);
      await assert.rejects(os.vm('get_vm_id', ['nobody']), raises('HyperVVMNotFoundException', /nobody/));
      await os.vm('destroy_vm', ['nova1']);
    });

    test('O4 O5 O6 O7 O8 O22 disks: controller, free slots, attachment, QoS, boot order of Generation 2, detach', async () => {
      await create('disks', 2);
      await os.vm('create_scsi_controller', ['disks']);
      const controller = String(await os.vm('get_vm_scsi_controller', ['disks']));
      assert.equal(await os.vm('get_free_controller_slot', [controller]), 0);
      const [root, data] = [await host.bootDisk('root', 'dynamic VHDX'), await host.bootDisk('data', 'raw')];
      for (const file of [root, data]) await os.vm('attach_scsi_drive', ['disks', file]);
      assert.equal(await os.vm('get_free_controller_slot', [controller]), 2);
      const found = named(await os.vm('get_disk_attachment_info', [data.toUpperCase(), false]));
      assert.deepEqual([found['controller_slot'], found['controller_type'], found['controller_addr']], [1, 'SCSI', 0]);
      assert.deepEqual(await os.vm('get_vm_storage_paths', ['disks']), [[root, data], []]);
      await os.vm('set_disk_qos_specs', [data, 1000, 10]);
      const [disk] = (await host.below(await idOf('disks'), 'Msvm_StorageAllocationSettingData')).filter(
        (row) => textOf(row.properties['HostResource']) === data,
      );
      assert.equal(textOf(disk?.properties['IOPSLimit']), '1000');
      await os.vm('set_boot_order', ['disks', [data, root]]);
      const order = texts(await host.settings(await idOf('disks')).then((s) => s.properties['BootSourceOrder']));
      assert.equal(order.length, 2);
      await os.vm('set_boot_order', ['disks', [root, data]]);
      const turned = texts(await host.settings(await idOf('disks')).then((s) => s.properties['BootSourceOrder']));
      assert.deepEqual(turned, order.toReversed());
      await assert.rejects(
        os.vm('attach_drive', ['disks', 'C:\\vm\\missing.vhdx', controller, 5]),
        raises('WMIJobFailed', /\d/),
      );
      assert.equal(
        await os.vm('get_free_controller_slot', [controller]),
        2,
        'the drive of a disk that is not there is gone',
      );
      await os.vm('detach_vm_disk', ['disks', data, false]);
      assert.equal(await os.vm('is_disk_attached', [data, false]), false);
      assert.equal(await os.vm('get_free_controller_slot', [controller]), 1);
      await os.vm('destroy_vm', ['disks']);
    });

    test('A4 O9 O10 O11 network: adapter, switch, VLAN, VSID, spoofing, offloads, profile, QoS, security groups', async () => {
      await create('nets', 2);
      await os.vm('create_nic', ['nets', 'port1', 'fa:16:3e:00:0b:e6']);
      assert.deepEqual(await os.vm('get_vm_nic_names', ['nets']), ['port1']);
      assert.equal(await os.network('get_vnic_mac_address', ['port1']), 'FA163E000BE6');
      await os.network('connect_vnic_to_vswitch', [SWITCH, 'port1']);
      // Twice is once.
      await os.network('connect_vnic_to_vswitch', [SWITCH, 'port1']);
      if (hypervisor === 'qemu') {
        // The switch that needs no privileges carries no tags, and says so.
        await assert.rejects(
          os.network('set_vswitch_port_vlan_id', [100, 'port1']),
          raises('WMIJobFailed', /Error code: 32770/),
        );
        await os.vm('destroy_vm', ['nets']);
        return;
      }
      for (const vlan of [100, 200]) await os.network('set_vswitch_port_vlan_id', [vlan, 'port1']);
      const id = await idOf('nets');
      const only = async (className: string, property: string): Promise<string | null> => {
        const rows = await host.below(id, className);
        assert.equal(rows.length, 1, className);
        return textOf(rows[0]?.properties[property]);
      };
      assert.equal(await only('Msvm_EthernetSwitchPortVlanSettingData', 'AccessVlanId'), '200');
      await os.network('set_vswitch_port_mac_spoofing', ['port1', true]);
      await os.network('set_vswitch_port_vsid', [4097, 'port1']);
      assert.equal(await only('Msvm_EthernetSwitchPortSecuritySettingData', 'AllowMacSpoofing'), 'true');
      assert.equal(await only('Msvm_EthernetSwitchPortSecuritySettingData', 'VirtualSubnetId'), '4097');
      await os.network('set_vswitch_port_offload', ['port1'], { vmq_enabled: false, iov_queues_requested: 2 });
      assert.equal(await only('Msvm_EthernetSwitchPortOffloadSettingData', 'VMQOffloadWeight'), '0');
      assert.equal(await only('Msvm_EthernetSwitchPortOffloadSettingData', 'IOVQueuePairsRequested'), '2');
      const profile = '{6F30BB15-1A52-4C54-9D5F-6C8A5B1E3E01}';
      for (const name of ['first', 'second'])
        await os.network('set_vswitch_port_profile_id', ['port1', profile, 2, name, 'vendor']);
      assert.equal(await only('Msvm_EthernetSwitchPortProfileSettingData', 'ProfileName'), 'second');
      const limits = { min_kbps: 20_000, max_kbps: 30_000, max_burst_kbps: 40_000, max_burst_size_kb: 50_000 };
      for (const max of [30_000, 35_000])
        await os.network('set_port_qos_rule', ['port1', { ...limits, max_kbps: max }]);
      assert.equal(await only('Msvm_EthernetSwitchPortBandwidthSettingData', 'Limit'), String(35_000 * 1024));
      await os.network('remove_port_qos_rule', ['port1']);
      assert.deepEqual(await host.below(id, 'Msvm_EthernetSwitchPortBandwidthSettingData'), []);
      const rules = ['22', '80'].map((LocalPort) => ({
        Direction: 1,
        Action: 1,
        LocalPort,
        Protocol: '6',
        RemoteIPAddress: '10.0.0.0/24',
        IdleSessionTimeout: 0,
      }));
      const acls = 'Msvm_EthernetSwitchPortExtendedAclSettingData';
      // A rule that is there is not made again.
      for (const count of [1, 2, 2]) {
        await os.network('create_security_rules', ['port1', { rules: rules.slice(0, count) }]);
        assert.equal((await host.below(id, acls)).length, count);
      }
      await os.network('remove_security_rules', ['port1', { rules: rules.slice(0, 1) }]);
      assert.deepEqual(
        (await host.below(id, acls)).map((acl) => textOf(acl.properties['LocalPort'])),
        ['80'],
      );
      await os.network('remove_all_security_rules', ['port1']);
      assert.deepEqual(await host.below(id, acls), []);
      await os.network('remove_switch_port', ['port1']);
      assert.deepEqual(await host.below(id, 'Msvm_EthernetSwitchPortVlanSettingData'), []);
      await os.vm('destroy_nic', ['nets', 'port1']);
      assert.deepEqual(await os.vm('get_vm_nic_names', ['nets']), []);
      await os.vm('destroy_vm', ['nets']);
    });

    test('A3 A6 A22 O12 O13 O14 O16 O17 O20 O21 O23 O24 an instance runs: console, states, events, metrics, snapshot, soft shutdown', async () => {
      await create('run', 1);
      await os.vm('update_vm', ['run', 64, null, 1, null, false, 1]);
      const file = await host.bootDisk('run', 'dynamic VHDX');
      await os.vm('attach_ide_drive', ['run', file, 0, 0]);
      await os.vm('set_vm_serial_port_connection', ['run', 1, '\\\\.\\pipe\\run']);
      assert.deepEqual(await os.vm('get_vm_serial_port_connections', ['run']), ['\\\\.\\pipe\\run']);
      await os.vm('set_boot_order', ['run', [2, 3, 0, 1]]);
      await os.vm('create_nic', ['run', 'run-port']);
      await os.network('connect_vnic_to_vswitch', [SWITCH, 'run-port']);
      const listener = 'get_vm_power_state_change_listener';
      await os.vm(listener, [], { timeframe: 1, filtered_states: [2, 3, 9] });
      const told = async (enabledState: number): Promise<void> => {
        for (;;) {
          const event = await os.event(listener, 5000);
          if (event === null) continue;
          assert.deepEqual([event['ElementName'] ?? 'run', event['EnabledState']], ['run', enabledState]);
          return;
        }
      };
      await os.vm('set_vm_state', ['run', STATE.enabled]);
      // 32775: it runs already.
      await os.vm('set_vm_state', ['run', STATE.enabled]);
      await told(2);
      assert.deepEqual(await os.vm('get_active_instances'), ['run']);
      assert.equal(texts(await os.network('get_switch_ports', [SWITCH])).length, 1);
      const summary = named(await os.vm('get_vm_summary_info', ['run']));
      assert.deepEqual([summary['NumberOfProcessors'], summary['EnabledState']], [1, 2]);
      assert.ok(Number(summary['UpTime']) > 0);
      if (hypervisor === 'qemu') {
        using line = await host.serial('run');
        await guestInfo(line);
        await changeWord(line);
      }
      await os.vm('set_vm_state', ['run', STATE.paused]);
      await told(9);
      assert.equal(await state('run'), STATE.paused);
      await os.vm('set_vm_state', ['run', STATE.enabled]);
      await told(2);

      await os.network('add_metrics_collection_acls', ['run-port']);
      assert.equal(await os.network('is_metrics_collection_allowed', ['run-port']), true);
      await os.call('metricsutils', 'enable_vm_metrics_collection', ['run']);
      await os.call('metricsutils', 'enable_port_metrics_collection', ['run-port']);
      const [, processors, onTime] = (await os.call('metricsutils', 'get_cpu_metrics', ['run'])) as number[];
      assert.equal(processors, 1);
      assert.ok((onTime ?? 0) > 0);
      // Of a real guest: what the host gives it, which grows to its size and a bit more.
      await host.until(
        'memory is told',
        async () => Number(await os.call('metricsutils', 'get_memory_metrics', ['run'])) > 0,
      );
      const [adapter] = (await os.call('metricsutils', 'get_vnic_metrics', ['run'])) as Record<string, unknown>[];
      assert.equal(adapter?.['element_name'], 'run-port');
      for (const method of ['get_disk_metrics', 'get_disk_latency_metrics', 'get_disk_iops_count'])
        assert.equal(((await os.call('metricsutils', method, ['run'])) as unknown[]).length, 1, method);

      const snapshot = String(await os.vm('take_vm_snapshot', ['run', 'before']));
      const listed = texts(await os.vm('get_vm_snapshots', ['run', 'before']));
      assert.deepEqual(
        listed.map((path) => path.toUpperCase()),
        [snapshot.toUpperCase()],
      );
      await os.vm('remove_vm_snapshot', [snapshot]);
      assert.deepEqual(await os.vm('get_vm_snapshots', ['run']), []);
      await os.vm('stop_vm_jobs', ['run', 30]);

      await os.vm('set_vm_state', ['run', STATE.suspended]);
      assert.equal(await state('run'), STATE.suspended);
      await os.vm('set_vm_state', ['run', STATE.enabled]);
      if (hypervisor === 'qemu') {
        using line = await host.serial('run');
        assert.ok((await guestInfo(line)).word > 0, 'the memory came back');
      }
      // The small real guest has no agent and hears the power button from its first line on.
      if (hypervisor === 'simulated')
        await host.until('the guest hears', async () => {
          const [component] = await host.rows(
            `SELECT * FROM Msvm_ShutdownComponent WHERE SystemName = '${await idOf('run')}'`,
          );
          return component !== undefined && textOf(component.properties['OperationalStatus']) === '2';
        });
      await os.vm('soft_shutdown_vm', ['run']);
      await host.until('it is off', async () => (await state('run')) === STATE.disabled);
      // No component is left, and that is no error.
      await os.vm('soft_shutdown_vm', ['run']);
      await os.vm('set_vm_state', ['run', STATE.disabled]);
      await os.vm('destroy_vm', ['run']);
      assert.equal(await os.vm('vm_exists', ['run']), false);
      assert.deepEqual(await os.vm('list_instances'), []);
    });

    test('O18 O19 export without its disk, import as a plan, update, realize, and a plan thrown away', async () => {
      await create('cold', 2);
      await os.vm('create_scsi_controller', ['cold']);
      await os.vm('attach_scsi_drive', ['cold', await host.bootDisk('cold', 'dynamic VHDX')]);
      const id = await idOf('cold');
      await os.call('migrationutils', 'export_vm', ['cold', 'C:\\exports']);
      await os.vm('destroy_vm', ['cold']);
      const folder = join(host.service.dataDirectory, 'drives/c/exports/Virtual Machines');
      const [definition] = (await readdir(folder)).filter((name) => name.endsWith('.vmcx'));
      const file = `C:\\exports\\Virtual Machines\\${definition ?? assert.fail('a definition')}`;
      const planned = (): Promise<unknown> => os.call('migrationutils', 'planned_vm_exists', ['cold']);
      await os.call('migrationutils', 'import_vm_definition', [file, 'C:\\exports\\Snapshots']);
      assert.equal(await planned(), true);
      assert.equal(await os.vm('vm_exists', ['cold']), false, 'a plan is no machine');
      await os.call('migrationutils', 'destroy_existing_planned_vm', ['cold']);
      assert.equal(await planned(), false);
      await os.call('migrationutils', 'import_vm_definition', [file, 'C:\\exports\\Snapshots']);
      await os.vm('update_vm', ['cold', 256, null, 2, null, false, 1, 'C:\\moved\\cold']);
      await os.call('migrationutils', 'realize_vm', ['cold']);
      assert.equal(await planned(), false);
      assert.equal(await idOf('cold'), id);
      assert.equal(named(await os.vm('get_vm_memory_info', ['cold']))['Limit'], 256);
      await os.vm('destroy_vm', ['cold']);
    });

    test('O25 live migration is told to be off; the move itself is refused with a reason', async () => {
      await create('mover', 2);
      await assert.rejects(
        os.call('livemigrationutils', 'live_migrate_vm', ['mover', 'elsewhere']),
        raises('HyperVException', /not enabled/),
      );
      const service = await host.row('SELECT * FROM Msvm_VirtualSystemMigrationService');
      const keys = ['CreationClassName', 'Name', 'SystemCreationClassName', 'SystemName'];
      const selectors = Object.fromEntries(keys.map((key) => [key, textOf(service.properties[key]) ?? '']));
      const staged = await host.row('SELECT * FROM Msvm_VirtualSystemMigrationSettingData WHERE MigrationType = 32770');
      const result = await host.client.invoke(
        host.reference('Msvm_VirtualSystemMigrationService', selectors),
        'MigrateVirtualSystemToHost',
        {
          ComputerSystem: host.system(await idOf('mover')),
          DestinationHost: 'elsewhere',
          MigrationSettingData: settingsText('Msvm_VirtualSystemMigrationSettingData', {
            InstanceID: textOf(staged.properties['InstanceID']) ?? assert.fail(),
          }),
        },
      );
      assert.equal(result.returnValue, 32_770);
      assert.ok((textOf(result.refusal?.properties['Message']) ?? '').length > 20);
      await os.vm('destroy_vm', ['mover']);
    });

    test('O26 O27 the host: processors, memory, room, NUMA nodes, switches, console; Secure Boot; what it lacks', async () => {
      const [processor] = (await os.call('hostutils', 'get_cpus_info')) as Record<string, unknown>[];
      assert.ok(Number(processor?.['NumberOfLogicalProcessors']) >= 1);
      const [total, free] = (await os.call('hostutils', 'get_memory_info')) as number[];
      assert.ok((free ?? 0) > 0 && (free ?? 0) <= (total ?? 0));
      const [size, room] = (await os.call('hostutils', 'get_volume_info', ['C:'])) as number[];
      assert.ok((room ?? 0) > 0 && (room ?? 0) <= (size ?? 0));
      const [node] = (await os.call('hostutils', 'get_numa_nodes')) as Record<string, unknown>[];
      assert.equal(texts(node?.['cpuset']).length, processor?.['NumberOfLogicalProcessors']);
      assert.equal(await os.call('hostutils', 'check_min_windows_version', [10, 0]), true);
      assert.deepEqual(await os.call('hostutils', 'get_nic_hardware_offload_info'), []);
      assert.deepEqual(await os.call('hostutils', 'get_pci_passthrough_devices'), []);
      assert.ok(Number(await os.call('rdpconsoleutils', 'get_rdp_console_port')) > 0);
      await os.vm('check_admin_permissions');
      assert.match(String(await os.network('get_vswitch_id', [SWITCH])), /^[0-9A-F-]{36}$/);
      await assert.rejects(os.network('get_vswitch_id', ['none']), raises('HyperVvSwitchNotFound', /none/));
      await create('secure', 2);
      await os.vm('enable_secure_boot', ['secure', true]);
      const { properties } = await host.settings(await idOf('secure'));
      assert.equal(textOf(properties['SecureBootTemplateId']), '272e7447-90a4-4563-a4b9-8e4ab00526ce');
      await os.vm('set_nested_virtualization', ['secure', true]);
      assert.equal(await os.vm('is_secure_vm', ['secure']), false);
      await assert.rejects(os.vm('add_pci_device', ['secure', '8086', '1234']), raises('PciDeviceNotFound', /8086/));
      await os.vm('remove_all_pci_devices', ['secure']);
      await os.vm('destroy_vm', ['secure']);
    });
  });
}

osWin('simulated');
osWin('qemu');

test('A19 O14 summary of 100 machines in the order asked for, a dead path among them', async () => {
  await using host = await WireHost.open('simulated');
  const ids: string[] = [];
  for (let i = 0; i < 100; i += 1) ids.push(await host.define({ ElementName: `nova-${i}` }));
  ids.splice(50, 0, '00000000-0000-4000-8000-00000000DEAD');
  const result = await host.client.invoke(SERVICE, 'GetSummaryInformation', {
    RequestedInformation: [1, 4, 100, 103, 105],
    SettingData: ids.map((id) => host.machines.settingsReference(id)),
  });
  assert.equal(result.returnValue, 0);
  const summaries = listOf(result.out['SummaryInformation']) as readonly WireObject[];
  const expected = Array.from({ length: 100 }, (_, i): string | null => `nova-${i}`);
  expected.splice(50, 0, null);
  assert.deepEqual(
    summaries.map(({ properties }) => textOf(properties['ElementName'])),
    expected,
  );
});
