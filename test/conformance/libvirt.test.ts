import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { CimInstance } from '../../src/cim/instance.ts';
import type { ObjectPath } from '../../src/cim/object-path.ts';
import { type HyperVClient, pathOf, pathsOf, settingText, SUB_TYPE } from '../kit/hyperv-client.ts';
import type { HypervisorName } from '../kit/wire-host.ts';
import { type ClientWorld, openWireWorld } from '../kit/wire-world.ts';

/**
 * What libvirt's hyperv driver does, step by step (client-usage §5), over WS-Management.
 * All on both hypervisors: of each a part is told by it, states, pictures, figures, pools and limits, and what is not takes no time.
 */
const RASD = 'Msvm_ResourceAllocationSettingData';

const associated = (
  client: HyperVClient,
  source: string,
  association: string,
  result: string,
): Promise<CimInstance[]> =>
  client.query(`ASSOCIATORS OF {${source}} WHERE AssocClass = ${association} ResultClass = ${result}`);

const systemText = (id: string): string => `Msvm_ComputerSystem.CreationClassName='Msvm_ComputerSystem',Name='${id}'`;

const settingsOf = async (client: HyperVClient, id: string): Promise<CimInstance> => {
  const found = await associated(client, systemText(id), 'Msvm_SettingsDefineState', 'Msvm_VirtualSystemSettingData');
  assert.equal(found.length, 1);
  return found[0] as CimInstance;
};

const resourcesOf = async (client: HyperVClient, id: string, className: string): Promise<CimInstance[]> => {
  const settings = await settingsOf(client, id);
  const source = `Msvm_VirtualSystemSettingData.InstanceID='${String(settings.get('InstanceID'))}'`;
  return associated(client, source, 'Msvm_VirtualSystemSettingDataComponent', className);
};

/** V4: the job is found by WQL, from the moment the method answered to long after. */
const pollJob = async (client: HyperVClient, job: ObjectPath): Promise<void> => {
  for (;;) {
    const rows = await client.query(
      `select * from Msvm_ConcreteJob where InstanceID = '${String(job.key('InstanceID'))}'`,
    );
    assert.equal(rows.length, 1, 'the job is there at any time');
    const state = rows[0]?.get('JobState');
    if (state === 7) return;
    assert.ok(state === 3 || state === 4, `JobState ${String(state)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** V5: define by name only, then look the machine up by its name. */
const define = async (client: HyperVClient, name: string): Promise<string> => {
  const SystemSettings = settingText('Msvm_VirtualSystemSettingData', { ElementName: name });
  const result = await client.call('DefineSystem', { SystemSettings });
  assert.equal(result.returnValue, 0);
  const found = await client.query(
    `SELECT * FROM Msvm_ComputerSystem WHERE Description = "Microsoft Virtual Machine" AND ElementName = "${name}"`,
  );
  assert.equal(found.length, 1);
  return String(found[0]?.get('Name'));
};

const addResource = async (client: HyperVClient, id: string, text: string): Promise<ObjectPath> => {
  const result = await client.call('AddResourceSettings', {
    AffectedConfiguration: (await settingsOf(client, id)).path(),
    ResourceSettings: [text],
  });
  assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
  const [made] = pathsOf(result.out['ResultingResourceSettings']);
  return made ?? assert.fail('a resulting resource');
};

/** libvirt writes its own spelling of host and namespace. */
const ownSpelling = (client: HyperVClient, path: ObjectPath): string =>
  `\\\\${client.broker.hostName}\\Root\\Virtualization\\V2:${path.className}.InstanceID="${String(path.key('InstanceID')).replaceAll('\\', '\\\\')}"`;

const sequences = (hypervisor: HypervisorName) => () => {
  let world: ClientWorld;
  before(async () => {
    world = await openWireWorld(hypervisor);
  });
  after(() => world[Symbol.asyncDispose]());

  test('A1 V2 V3 Gen1 define with only a name; found by name and by lower-case UUID; details complete', async () => {
    const { client } = world;
    const id = await define(client, 'libvirt1');
    const byId = await client.query(
      `SELECT * FROM Msvm_ComputerSystem WHERE Description = "Microsoft Virtual Machine" AND Name = "${id.toLowerCase()}"`,
    );
    assert.equal(byId[0]?.get('Name'), id);
    const inactive = await client.query(
      'SELECT * FROM Msvm_ComputerSystem WHERE Description = "Microsoft Virtual Machine" AND EnabledState != 2 AND EnabledState != 9',
    );
    assert.equal(inactive.length, 1);
    assert.equal((await settingsOf(client, id)).get('VirtualSystemType'), 'Microsoft:Hyper-V:System:Realized');
    for (const className of ['Msvm_ProcessorSettingData', 'Msvm_MemorySettingData']) {
      assert.equal((await resourcesOf(client, id, className)).length, 1, className);
    }
    assert.equal((await resourcesOf(client, id, 'Msvm_SerialPortSettingData')).length, 2);
    assert.ok((await resourcesOf(client, id, RASD)).length > 3);
    assert.equal((await resourcesOf(client, id, 'Msvm_StorageAllocationSettingData')).length, 0);
  });

  test('V5 memory and processors by InstanceID and VirtualQuantity, disks, adapter, serial port', async () => {
    const { client } = world;
    const id = await define(client, 'libvirt2');
    for (const [className, VirtualQuantity] of [
      ['Msvm_MemorySettingData', 2048],
      ['Msvm_ProcessorSettingData', 2],
    ] as const) {
      const InstanceID = String((await resourcesOf(client, id, className))[0]?.get('InstanceID'));
      const result = await client.call('ModifyResourceSettings', {
        ResourceSettings: [settingText(className, { InstanceID, VirtualQuantity })],
      });
      assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
      assert.equal((await resourcesOf(client, id, className))[0]?.get('VirtualQuantity'), BigInt(VirtualQuantity));
    }
    const controller = await addResource(
      client,
      id,
      settingText(RASD, { ResourceType: 6, ResourceSubType: SUB_TYPE.scsi }),
    );
    const drive = await addResource(
      client,
      id,
      settingText(RASD, {
        Parent: ownSpelling(client, controller),
        AddressOnParent: '0',
        ResourceType: '17',
        ResourceSubType: SUB_TYPE.diskDrive,
      }),
    );
    const file = await world.disk('libvirt.img');
    const disk = await addResource(
      client,
      id,
      settingText(RASD, {
        Parent: ownSpelling(client, drive),
        HostResource: [file],
        ResourceType: '31',
        ResourceSubType: SUB_TYPE.hardDisk,
      }),
    );
    assert.deepEqual((await client.get(disk)).get('HostResource'), [file]);
    const port = await addResource(
      client,
      id,
      settingText('Msvm_SyntheticEthernetPortSettingData', {
        ResourceType: '10',
        ResourceSubType: SUB_TYPE.ethernet,
        Address: '00155D010203',
        StaticMacAddress: true,
      }),
    );
    const [target] = await client.query('SELECT * FROM Msvm_VirtualEthernetSwitch');
    const connection = await addResource(
      client,
      id,
      settingText('Msvm_EthernetPortAllocationSettingData', {
        EnabledState: '2',
        HostResource: [client.text(target?.path() ?? assert.fail('a switch'))],
        Parent: ownSpelling(client, port),
        ResourceType: '33',
        ResourceSubType: SUB_TYPE.connection,
      }),
    );
    assert.equal((await client.get(connection)).get('Parent'), client.text(port));
    const serial = (await resourcesOf(client, id, 'Msvm_SerialPortSettingData'))[0];
    const modified = await client.call('ModifyResourceSettings', {
      ResourceSettings: [
        settingText('Msvm_SerialPortSettingData', {
          InstanceID: String(serial?.get('InstanceID')),
          Connection: ['\\\\.\\pipe\\libvirt2'],
          ResourceType: '21',
          ResourceSubType: 'Microsoft:Hyper-V:Serial Port',
        }),
      ],
    });
    assert.equal(modified.returnValue, 0, String(modified.extended?.get('Message')));
    const read = (await resourcesOf(client, id, 'Msvm_SerialPortSettingData'))[0];
    assert.deepEqual(read?.get('Connection'), ['\\\\.\\pipe\\libvirt2']);
  });

  test('V4 A7 start, suspend, resume, save, restore, destroy; the job is found by WQL to the end and after', async () => {
    const { client } = world;
    const id = await define(client, 'libvirt3');
    const [system] = await client.query(`SELECT * FROM Msvm_ComputerSystem WHERE Name = "${id}"`);
    const path = system?.path() ?? assert.fail('a system');
    const jobs: ObjectPath[] = [];
    for (const [RequestedState, expected] of [
      [2, 2],
      [9, 9],
      [2, 2],
      [6, 6],
      [2, 2],
      [11, 2],
      [3, 3],
    ] as const) {
      const result = await client.invoke(path, 'RequestStateChange', { RequestedState });
      assert.equal(result.returnValue, 4096);
      const job = pathOf(result.out['Job']);
      await pollJob(client, job);
      jobs.push(job);
      assert.equal(await client.enabledState(path), expected);
    }
    for (const job of jobs) await pollJob(client, job);
  });

  test('V2 active machines by EnabledState and by ProcessID', async () => {
    const { client } = world;
    const id = await define(client, 'libvirt4');
    await define(client, 'libvirt5');
    const [system] = await client.query(`SELECT * FROM Msvm_ComputerSystem WHERE Name = "${id}"`);
    await client.succeed(await client.state(system?.path() ?? assert.fail(), 2));
    const active = await client.query(
      `SELECT * FROM Msvm_ComputerSystem WHERE Description = "Microsoft Virtual Machine" AND (EnabledState = 2 OR EnabledState = 9)`,
    );
    assert.deepEqual(
      active.map((row) => row.get('Name')),
      [id],
    );
    const processId = active[0]?.get('ProcessID');
    assert.ok(typeof processId === 'number' && processId > 0);
    const byProcess = await client.query(`SELECT * FROM Msvm_ComputerSystem WHERE ProcessID = ${processId}`);
    assert.equal(byProcess[0]?.get('Name'), id);
  });

  test('V7 autostart on and off', async () => {
    const { client } = world;
    const id = await define(client, 'libvirt6');
    const InstanceID = String((await settingsOf(client, id)).get('InstanceID'));
    for (const AutomaticStartupAction of [4, 2]) {
      const SystemSettings = settingText('Msvm_VirtualSystemSettingData', { InstanceID, AutomaticStartupAction });
      assert.equal((await client.call('ModifySystemSettings', { SystemSettings })).returnValue, 0);
      assert.equal((await settingsOf(client, id)).get('AutomaticStartupAction'), AutomaticStartupAction);
    }
  });

  test('V8 V9 screenshot in the resolution of the video head; keys', async () => {
    const { client } = world;
    const id = await define(client, 'libvirt7');
    const [system] = await client.query(`SELECT * FROM Msvm_ComputerSystem WHERE Name = "${id}"`);
    await client.succeed(await client.state(system?.path() ?? assert.fail(), 2));
    let [WidthPixels, HeightPixels] = [0, 0];
    // A head has a size as soon as the display was first looked at, which for QEMU's is a moment after the start.
    await world.until(async () => {
      const [head] = await client.query(`SELECT * FROM Msvm_VideoHead WHERE SystemName = "${id}"`);
      WidthPixels = Number(head?.get('CurrentHorizontalResolution'));
      HeightPixels = Number(head?.get('CurrentVerticalResolution'));
      return WidthPixels > 0 && HeightPixels > 0;
    });
    const image = await client.call('GetVirtualSystemThumbnailImage', {
      HeightPixels,
      WidthPixels,
      TargetSystem: (await settingsOf(client, id)).path(),
    });
    assert.equal(image.returnValue, 0);
    assert.equal((image.out['ImageData'] as readonly number[]).length, WidthPixels * HeightPixels * 2);
    const keyboards = await associated(client, systemText(id), 'Msvm_SystemDevice', 'Msvm_Keyboard');
    const keyboard = keyboards[0]?.path() ?? assert.fail('a keyboard');
    for (const method of ['PressKey', 'ReleaseKey', 'TypeKey']) {
      assert.equal((await client.invoke(keyboard, method, { KeyCode: 0x41 })).returnValue, 0, method);
    }
  });

  test('V10 checkpoints are listed by Msvm_SnapshotOfVirtualSystem, the current one among them; managed save', async () => {
    const { client } = world;
    const id = await define(client, 'libvirt-snapshots');
    const [system] = await client.query(`SELECT * FROM Msvm_ComputerSystem WHERE Name = "${id}"`);
    const path = system?.path() ?? assert.fail('a system');
    const listed = (association: string): Promise<CimInstance[]> =>
      associated(client, systemText(id), association, 'Msvm_VirtualSystemSettingData');
    assert.deepEqual(await listed('Msvm_SnapshotOfVirtualSystem'), []);
    for (let n = 0; n < 2; n++) {
      const result = await client.invoke(await client.service('Msvm_VirtualSystemSnapshotService'), 'CreateSnapshot', {
        AffectedSystem: path,
        SnapshotSettings: '',
        SnapshotType: 2,
      });
      await pollJob(client, pathOf(result.out['Job']));
    }
    const snapshots = await listed('Msvm_SnapshotOfVirtualSystem');
    assert.equal(snapshots.length, 2);
    for (const snapshot of snapshots) {
      assert.equal(snapshot.get('VirtualSystemType'), 'Microsoft:Hyper-V:Snapshot:Realized');
      assert.equal(snapshot.get('VirtualSystemIdentifier'), id);
    }
    const [current, ...more] = await listed('Msvm_MostCurrentSnapshotInBranch');
    assert.deepEqual(more, []);
    const child = snapshots.find((one) => one.get('InstanceID') === current?.get('InstanceID'));
    const parent = snapshots.find((one) => one !== child);
    assert.match(String(child?.get('Parent')), new RegExp(String(parent?.get('InstanceID'))));
    // Managed save, and that there is one.
    for (const [RequestedState, expected] of [
      [2, 2],
      [6, 6],
      [2, 2],
      [3, 3],
    ] as const) {
      const result = await client.invoke(path, 'RequestStateChange', { RequestedState });
      await pollJob(client, pathOf(result.out['Job']));
      assert.equal(await client.enabledState(path), expected);
    }
  });

  test('V6 undefine', async () => {
    const { client } = world;
    const id = await define(client, 'libvirt8');
    const [system] = await client.query(`SELECT * FROM Msvm_ComputerSystem WHERE Name = "${id}"`);
    const result = await client.call('DestroySystem', { AffectedSystem: system?.path() ?? null });
    await client.succeed(result);
    assert.deepEqual(await client.query(`SELECT * FROM Msvm_ComputerSystem WHERE Name = "${id}"`), []);
  });
};

for (const hypervisor of ['qemu', 'simulated'] as const)
  describe(`libvirt, ${hypervisor} (client-usage §5)`, sequences(hypervisor));
