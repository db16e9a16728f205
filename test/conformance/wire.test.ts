import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isReference, listOf, numberOf, type Reference, textOf, type WireObject } from '../../src/client/object.ts';
import { instanceText, settingsText } from '../../src/client/settings-text.ts';
import { changeWord, guestInfo, type HypervisorName, SERVICE, textWith, WireHost } from '../kit/wire-host.ts';

/** The scenarios of client-usage §4, §5, §7 and lifecycle §11 over HTTP, against a service in a process of its own. */
const RASD = 'Msvm_ResourceAllocationSettingData';
const SASD = 'Msvm_StorageAllocationSettingData';
const VSSD = 'Msvm_VirtualSystemSettingData';
const SUB = {
  scsi: 'Microsoft:Hyper-V:Synthetic SCSI Controller',
  drive: 'Microsoft:Hyper-V:Synthetic Disk Drive',
  disk: 'Microsoft:Hyper-V:Virtual Hard Disk',
};

const text = (object: WireObject, name: string): string | null => textOf(object.properties[name]);
const value = (object: WireObject, name: string): number => numberOf(object.properties[name]);
const systemPath = (id: string): string => `Msvm_ComputerSystem.CreationClassName='Msvm_ComputerSystem',Name='${id}'`;

function scenarios(hypervisor: HypervisorName): void {
  describe(`over the wire, ${hypervisor}`, () => {
    let host: WireHost;
    before(async () => {
      host = await WireHost.open(hypervisor);
    });
    after(() => host[Symbol.asyncDispose]());

    test('A1 V1 V2 V3 define with only a name; found by name and lower-case UUID; its default devices', async () => {
      const id = await host.define({ ElementName: 'libvirt1' });
      for (const condition of [`ElementName = "libvirt1"`, `Name = "${id.toLowerCase()}"`, `Name = "${id}"`]) {
        const found = await host.row(
          `SELECT * FROM Msvm_ComputerSystem WHERE Description = "Microsoft Virtual Machine" AND ${condition}`,
        );
        assert.equal(text(found, 'Name'), id, condition);
        assert.equal(value(found, 'EnabledState'), 3);
      }
      const settings = await host.row(
        `ASSOCIATORS OF {${systemPath(id)}} WHERE AssocClass = Msvm_SettingsDefineState ResultClass = ${VSSD}`,
      );
      assert.equal(text(settings, 'VirtualSystemIdentifier'), id);
      assert.equal(text(settings, 'VirtualSystemSubType'), 'Microsoft:Hyper-V:SubType:1');
      const components = (className: string) =>
        host.rows(
          `ASSOCIATORS OF {${VSSD}.InstanceID='${text(settings, 'InstanceID')}'} WHERE AssocClass = Msvm_VirtualSystemSettingDataComponent ResultClass = ${className}`,
        );
      for (const [className, count] of [
        ['Msvm_ProcessorSettingData', 1],
        ['Msvm_MemorySettingData', 1],
        ['Msvm_SerialPortSettingData', 2],
        [SASD, 0],
      ] as const) {
        assert.equal((await components(className)).length, count, className);
      }
      const controllers = (await components(RASD)).filter((row) => value(row, 'ResourceType') === 5);
      assert.deepEqual(controllers.map((row) => text(row, 'Address')).toSorted(), ['0', '1']);
      const references: Reference[] = [];
      for await (const reference of host.client.queryReferences(
        `REFERENCES OF {${systemPath(id)}} WHERE ResultClass = Msvm_SettingsDefineState`,
      )) {
        references.push(reference);
      }
      assert.equal(references.length, 1);
    });

    test('A2 O2 O3 O15 Gen2: memory, processor, folders read back as written', async () => {
      const { windows: root } = await host.file('instances');
      const id = await host.define({
        ElementName: 'nova',
        Notes: ['os-win'],
        VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2',
        AutomaticStartupAction: 2,
        SecureBootEnabled: false,
        ConfigurationDataRoot: root,
        SnapshotDataRoot: root,
        SwapFileDataRoot: root,
      });
      for (const [className, changes] of [
        ['Msvm_MemorySettingData', { Limit: '2048', Reservation: '2048', VirtualQuantity: '2048' }],
        ['Msvm_ProcessorSettingData', { VirtualQuantity: '2', Reservation: '2', Limit: '100000' }],
      ] as const) {
        const setting = (await host.below(id, className))[0] ?? assert.fail(className);
        await host.call('ModifyResourceSettings', { ResourceSettings: [textWith(setting, changes)] });
        const [read] = await host.below(id, className);
        for (const [name, expected] of Object.entries(changes))
          assert.equal(text(read ?? assert.fail(), name), expected);
      }
      const changes = { AutomaticShutdownAction: '2', UserSnapshotType: '2', ChassisAssetTag: 'ironic-1' };
      await host.call('ModifySystemSettings', { SystemSettings: textWith(await host.settings(id), changes) });
      const read = await host.settings(id);
      for (const [name, expected] of Object.entries(changes)) assert.equal(text(read, name), expected, name);
      assert.equal(text(read, 'ConfigurationDataRoot'), root);
      assert.equal(text(read, 'SecureBootEnabled'), 'false');
      const listed = await host.rows(
        `SELECT ElementName, Notes FROM ${VSSD} WHERE VirtualSystemType = 'Microsoft:Hyper-V:System:Realized'`,
      );
      const nova = listed.find((row) => text(row, 'ElementName') === 'nova');
      assert.deepEqual(Object.keys(nova?.properties ?? {}).toSorted(), ['ElementName', 'Notes']);
    });

    const template = async (className: string, subType: string | null): Promise<WireObject> => {
      const rows = await host.rows(
        `SELECT * FROM ${className} WHERE ${subType === null ? '' : `ResourceSubType = '${subType}' AND `}InstanceID LIKE '%\\Default'`,
      );
      return rows[0] ?? assert.fail(`a template of ${className}`);
    };

    test('A3 O4 O5 O6 O7 O8 disk on SCSI by templates, started, found by controller, hot-removed', async () => {
      const id = await host.define({ ElementName: 'scsi', VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2' });
      const controller = host.path(await host.add(id, textWith(await template(RASD, SUB.scsi))));
      const files = [await host.bootDisk('root', 'qcow2'), await host.bootDisk('data')];
      for (const [slot, file] of files.entries()) {
        const drive = await host.add(
          id,
          textWith(await template(RASD, SUB.drive), { Parent: controller, AddressOnParent: String(slot) }),
        );
        const disk = await host.add(
          id,
          textWith(await template(SASD, SUB.disk), { Parent: host.path(drive), HostResource: [file] }),
        );
        assert.equal(text(await host.client.get(disk), 'HostResource'), file);
      }
      const onController = () =>
        host.rows(
          `SELECT * FROM ${RASD} WHERE (ResourceSubType='${SUB.drive}' OR ResourceSubType='Microsoft:Hyper-V:Synthetic DVD Drive') AND Parent = '${controller}'`,
        );
      assert.deepEqual((await onController()).map((row) => text(row, 'AddressOnParent')).toSorted(), ['0', '1']);
      await host.change(id, 2);
      const images = await host.below(id, SASD);
      const image = images.find((row) => text(row, 'HostResource') === files[1]) ?? assert.fail('the second disk');
      const drive = await host.row(`SELECT * FROM ${RASD} WHERE __PATH = '${text(image, 'Parent')}'`);
      for (const setting of [image, drive]) {
        const InstanceID = text(setting, 'InstanceID') ?? '';
        await host.call('RemoveResourceSettings', {
          ResourceSettings: [host.reference(setting.className, { InstanceID })],
        });
      }
      assert.equal((await onController()).length, 1);
      await host.change(id, 3);
    });

    test('A4 O9 O10 O11 adapter by template, port on a switch, VLAN feature', async () => {
      const id = await host.define({ ElementName: 'net' });
      const adapter = await template('Msvm_SyntheticEthernetPortSettingData', null);
      const port = await host.add(
        id,
        textWith(adapter, { ElementName: 'port-uuid', Address: '00155D0A0B0C', StaticMacAddress: 'True' }),
      );
      const switches: Reference[] = [];
      for await (const reference of host.client.queryReferences('SELECT * FROM Msvm_VirtualEthernetSwitch')) {
        switches.push(reference);
      }
      const HostResource = [host.path(switches[0] ?? assert.fail('a switch'))];
      const connection = await host.add(
        id,
        textWith(await template('Msvm_EthernetPortAllocationSettingData', null), {
          Parent: host.path(port),
          ElementName: 'port-uuid',
          HostResource,
        }),
      );
      const read = await host.row(
        "SELECT * FROM Msvm_EthernetPortAllocationSettingData WHERE ElementName = 'port-uuid'",
      );
      assert.match(text(read, 'Parent') ?? '', /Msvm_SyntheticEthernetPortSettingData\.InstanceID=/);
      assert.match(text(read, 'HostResource') ?? '', /Msvm_VirtualEthernetSwitch\./);
      const given = {
        AffectedConfiguration: connection,
        FeatureSettings: [
          settingsText('Msvm_EthernetSwitchPortVlanSettingData', { AccessVlanId: 100, OperationMode: 1 }),
        ],
      };
      if (hypervisor === 'qemu') {
        // The NAT switch of QEMU can keep nothing apart, and says so; test/qemu/switch-guests has VLANs that do.
        await assert.rejects(host.call('AddFeatureSettings', given), (error: Error & { returnValue?: number }) => {
          assert.equal(error.returnValue, 32770);
          assert.match(error.message, /Connect the adapter to another switch/);
          return true;
        });
        return;
      }
      const vlan = await host.call('AddFeatureSettings', given);
      const [feature] = listOf(vlan.out['ResultingFeatureSettings']);
      assert.ok(isReference(feature));
      assert.equal(text(await host.client.get(feature), 'AccessVlanId'), '100');
    });

    test('A5 A6 A7 A22 L1 to L9 L11 the power table, with its jobs, its events, and the memory of the guest', async () => {
      const id = await host.nano('power');
      const seen: number[] = [];
      const stop = new AbortController();
      // A longer interval would rightly join states that last for less.
      const query =
        "SELECT EnabledState, TargetInstance FROM __InstanceModificationEvent WITHIN 0.001 WHERE TargetInstance ISA 'Msvm_ComputerSystem' " +
        `AND TargetInstance.Name = '${id}' AND TargetInstance.EnabledState != PreviousInstance.EnabledState AND (TargetInstance.EnabledState = '2' OR TargetInstance.EnabledState = '3' OR TargetInstance.EnabledState = '6' OR TargetInstance.EnabledState = '9')`;
      const subscription = await host.service.client().subscribe(query, stop.signal);
      const events = (async () => {
        for await (const event of subscription) {
          const [target] = listOf(event.properties['TargetInstance']);
          assert.ok(target !== null && typeof target === 'object' && 'properties' in target);
          seen.push(value(target, 'EnabledState'));
        }
      })();
      const answers = async (requests: readonly number[]): Promise<number[]> => {
        const codes: number[] = [];
        for (const request of requests) codes.push((await host.request(id, request)).returnValue);
        return codes;
      };
      const jobs: string[] = [];
      const step = async (request: number, jobType: number, state: number): Promise<void> => {
        const job = await host.jobOf(id, request);
        assert.equal(text(job, 'JobState'), '7', text(job, 'ErrorDescription') ?? '');
        assert.deepEqual(
          [text(job, 'JobType'), text(job, 'PercentComplete'), text(job, 'ErrorCode')],
          [String(jobType), '100', '0'],
        );
        jobs.push(text(job, 'InstanceID') ?? '');
        const system = await host.client.get(host.system(id));
        assert.equal(value(system, 'EnabledState'), state);
        assert.equal(text(system, 'RequestedState'), '12');
      };
      // L5, L6
      assert.deepEqual(await answers([3, 9, 6, 4, 10, 11]), [32775, 32775, 32775, 32775, 32775, 32775]);
      assert.deepEqual(await answers([99, 7, 32773]), [32773, 32775, 32775]);
      // L1
      await step(2, 12, 2);
      const running = await host.client.get(host.system(id));
      assert.ok(value(running, 'ProcessID') > 0);
      assert.ok(value(running, 'OnTimeInMilliseconds') >= 0);
      const word = await (async () => {
        using line = await host.serial('power');
        await changeWord(line);
        return (await guestInfo(line)).word;
      })();
      // L9
      const destroyed = await host.client.invoke(SERVICE, 'DestroySystem', { AffectedSystem: host.system(id) });
      assert.equal(destroyed.returnValue, 32775);
      assert.deepEqual(await answers([2, 99]), [32775, 32773]);
      // L2
      await step(9, 20, 9);
      const onTime = async () => value(await host.client.get(host.system(id)), 'OnTimeInMilliseconds');
      const paused = await onTime();
      await sleep(100);
      assert.equal(await onTime(), paused);
      assert.deepEqual(await answers([9, 4, 10]), [32775, 32775, 32775]);
      await step(2, 21, 2);
      // L3
      await step(6, 14, 6);
      const saved = await host.client.get(host.system(id));
      assert.equal(text(saved, 'ProcessID'), null);
      assert.equal(value(saved, 'OnTimeInMilliseconds'), 0);
      assert.deepEqual(await answers([6, 9, 4, 10, 11]), [32775, 32775, 32775, 32775, 32775]);
      await step(2, 12, 2);
      using line = await host.serial('power');
      assert.equal((await guestInfo(line)).word, word, 'the memory of the guest came back');
      // L7
      await step(11, 28, 2);
      assert.equal((await guestInfo(line)).word, 0, 'a reset is not a restore');
      // L8 A6: the guest hears the power button.
      await host.until('the shutdown component is there', async () => {
        const [component] = await host.rows(`SELECT * FROM Msvm_ShutdownComponent WHERE SystemName = '${id}'`);
        if (component === undefined) return false;
        const { CreationClassName, DeviceID, SystemCreationClassName, SystemName } = component.properties;
        const selectors = { CreationClassName, DeviceID, SystemCreationClassName, SystemName };
        const result = await host.client.invoke(
          host.reference(
            'Msvm_ShutdownComponent',
            Object.fromEntries(Object.entries(selectors).map(([name, key]) => [name, textOf(key) ?? ''])),
          ),
          'InitiateShutdown',
          { Force: false, Reason: 'Soft shutdown requested by OpenStack Nova.' },
        );
        assert.equal(result.returnValue, 0);
        return true;
      });
      await host.until('the guest has shut down', async () => (await host.state(id)) === 3);
      assert.deepEqual(await host.rows(`SELECT * FROM Msvm_ShutdownComponent WHERE SystemName = '${id}'`), []);
      // L4
      const savedStates = () =>
        readdirSync(join(host.service.dataDirectory, 'state/systems', id)).filter((name) => name.startsWith('saved'));
      // The file goes after the record that says so is durable, which is when the job ends.
      const noneLeft = async (): Promise<boolean> => savedStates().length === 0;
      await host.until('the restored state is consumed', noneLeft);
      await step(2, 12, 2);
      await step(6, 14, 6);
      assert.equal(savedStates().length, 1);
      await step(3, 13, 3);
      await host.until('the discarded state is gone', noneLeft);
      // A7: every job is still there, by WQL, in any letter case.
      for (const job of jobs) {
        const row = await host.row(`select * from Msvm_ConcreteJob where InstanceID = '${job.toLowerCase()}'`);
        assert.equal(text(row, 'JobState'), '7');
      }
      // L11 A22
      const expected = [2, 9, 2, 6, 2, 3, 2, 6, 3];
      const states = () => seen.filter((state, i) => state !== seen[i - 1]);
      await host
        .until('all events came', async () => states().length >= expected.length)
        .catch(() => assert.deepEqual(states(), expected));
      stop.abort();
      await events;
      assert.deepEqual(states(), expected);
    });

    test('L10 A17 a disk that is gone: the job fails, GetErrorEx and ErrorDescription name the file, the machine is off', async () => {
      const id = await host.nano('gone');
      const { linux } = await host.file('gone.img');
      await rm(linux);
      const job = await host.jobOf(id, 2);
      assert.equal(text(job, 'JobState'), '10');
      assert.equal(text(job, 'ErrorCode'), '32768');
      assert.match(text(job, 'ErrorDescription') ?? '', /gone\.img/);
      assert.equal(await host.state(id), 3);
      const errors = await host.client.invoke(
        host.reference('Msvm_ConcreteJob', { InstanceID: text(job, 'InstanceID') ?? '' }),
        'GetErrorEx',
      );
      assert.equal(errors.returnValue, 0);
      const texts = listOf(errors.out['Errors']).map((error) => textOf(error) ?? '');
      assert.ok(texts.length > 0);
      for (const error of texts) {
        assert.match(error, /^<INSTANCE CLASSNAME="Msvm_Error"/);
        assert.match(error, /<PROPERTY NAME="Message" TYPE="string"><VALUE>[^<]+<\/VALUE>/);
      }
      const formatted = await host.call('FormatError', { Errors: texts });
      assert.match(textOf(formatted.out['ErrorMessage']) ?? '', /gone\.img/);
    });

    test('A18 every settings object of a running machine, read and written back unchanged: 0', async () => {
      const id = await host.machines.create({
        name: 'roundtrip',
        generation: 2,
        memoryMb: 128,
        processors: 1,
        disks: [await host.bootDisk('roundtrip', 'qcow2')],
        isos: [],
        switch: null,
        serial: '\\\\.\\pipe\\roundtrip',
        secureBoot: false,
        notes: 'kept "as is" <&>',
      });
      await host.change(id, 2);
      await host.call('ModifySystemSettings', { SystemSettings: textWith(await host.settings(id)) });
      const settings = [...(await host.below(id, 'CIM_ResourceAllocationSettingData'))];
      assert.ok(settings.length >= 8, `${settings.length} settings`);
      for (const setting of settings) {
        const result = await host.client.invoke(SERVICE, 'ModifyResourceSettings', {
          ResourceSettings: [textWith(setting)],
        });
        assert.equal(
          result.returnValue,
          0,
          `${setting.className} ${text(setting, 'InstanceID')}: ${textOf(result.refusal?.properties['Message'])}`,
        );
      }
      assert.equal(text(await host.settings(id), 'Notes'), 'kept "as is" <&>');
      await host.change(id, 3);
    });

    test('A19 O14 summary of 100 machines in the order asked for, a dead path among them', async () => {
      const ids: string[] = [];
      for (let i = 0; i < 100; i++) ids.push(await host.define({ ElementName: `many-${i}` }));
      const paths = ids.map((id) => host.machines.settingsReference(id));
      paths.splice(50, 0, host.machines.settingsReference('00000000-0000-4000-8000-000000000000'));
      const result = await host.client.invoke(SERVICE, 'GetSummaryInformation', {
        RequestedInformation: [1, 4, 100, 103, 105],
        SettingData: paths,
      });
      assert.equal(result.returnValue, 0);
      const names = listOf(result.out['SummaryInformation']).map((item) => {
        assert.ok(item !== null && typeof item === 'object' && 'properties' in item);
        // A dead path has its place, and nothing in it.
        if (text(item, 'Name') !== '') assert.equal(value(item, 'EnabledState'), 3);
        return text(item, 'ElementName');
      });
      const expected = ids.map((_, i): string | null => `many-${i}`);
      expected.splice(50, 0, null);
      assert.deepEqual(names, expected);
      for (const id of ids) await host.machines.delete(id);
    });

    test('O16 V6 destroyed: gone from every query', async () => {
      const id = await host.define({ ElementName: 'destroyed' });
      await host.call('DestroySystem', { AffectedSystem: host.system(id) });
      assert.deepEqual(await host.rows(`SELECT * FROM Msvm_ComputerSystem WHERE Name = '${id}'`), []);
      assert.deepEqual(await host.below(id, 'CIM_SettingData'), []);
      await assert.rejects(host.client.get(host.system(id)), { subcode: 'DestinationUnreachable' });
    });

    test('O20 O21 O22 V7 jobs of a machine, serial port, boot order, autostart', async () => {
      const id = await host.nano('odds');
      await host.change(id, 2);
      const affected = host.path(host.system(id));
      const rows = await host.rows(`SELECT * FROM Msvm_AffectedJobElement WHERE AffectedElement = '${affected}'`);
      assert.ok(rows.length > 0);
      const [job] = listOf(rows[0]?.properties['AffectingElement']);
      assert.ok(isReference(job));
      assert.equal(text(await host.client.get(job), 'JobState'), '7');
      await host.change(id, 3);
      const port = (await host.below(id, 'Msvm_SerialPortSettingData'))[0] ?? assert.fail();
      await host.call('ModifyResourceSettings', {
        ResourceSettings: [textWith(port, { Connection: ['\\\\.\\pipe\\other'] })],
      });
      assert.equal(
        text((await host.below(id, 'Msvm_SerialPortSettingData'))[0] ?? assert.fail(), 'Connection'),
        '\\\\.\\pipe\\other',
      );
      const InstanceID = `Microsoft:${id}`;
      for (const changes of [
        { BootOrder: ['2', '0', '1', '3'] },
        { AutomaticStartupAction: '4' },
        { AutomaticStartupAction: '2' },
      ]) {
        await host.call('ModifySystemSettings', { SystemSettings: instanceText(VSSD, { InstanceID, ...changes }) });
        const read = await host.settings(id);
        for (const [name, expected] of Object.entries(changes)) {
          assert.deepEqual(listOf(read.properties[name]), [expected].flat(), name);
        }
      }
    });

    test('V8 V9 screenshot in the resolution of the video head; keys and text at the keyboard', async () => {
      const id = await host.nano('screen');
      await host.change(id, 2);
      const head = () => host.row(`SELECT * FROM Msvm_VideoHead WHERE SystemName = '${id}'`);
      await host.until('the screen has a size', async () => value(await head(), 'CurrentHorizontalResolution') > 0);
      const [width, height] = [
        value(await head(), 'CurrentHorizontalResolution'),
        value(await head(), 'CurrentVerticalResolution'),
      ];
      for (const [w, h] of [
        [width, height],
        [160, 120],
      ] as const) {
        assert.equal((await host.machines.thumbnail(id, w, h)).length, w * h * 2);
      }
      const keyboard = await host.row(`SELECT * FROM Msvm_Keyboard WHERE SystemName = '${id}'`);
      const keys = ['CreationClassName', 'DeviceID', 'SystemCreationClassName', 'SystemName'] as const;
      const reference = host.reference(
        'Msvm_Keyboard',
        Object.fromEntries(keys.map((key) => [key, text(keyboard, key) ?? ''])),
      );
      for (const [method, args] of [
        ['PressKey', { KeyCode: 0x41 }],
        ['ReleaseKey', { KeyCode: 0x41 }],
        ['TypeKey', { KeyCode: 0x41 }],
        ['TypeText', { AsciiText: 'vsms' }],
        ['TypeCtrlAltDel', {}],
      ] as const) {
        assert.equal((await host.client.invoke(reference, method, args)).returnValue, 0, method);
      }
      await host.change(id, 3);
    });
  });
}

scenarios('simulated');
scenarios('qemu');
