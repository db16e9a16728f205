import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { listOf, textOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { hashesOf } from '../core/transfer/export-kit.ts';
import { PlanSteps } from '../kit/plan-steps.ts';
import { changeWord, guestInfo, type HypervisorName, WireHost } from '../kit/wire-host.ts';

const SNAPSHOT_SERVICE = { className: 'Msvm_VirtualSystemSnapshotService' };
const PLANNED = 'Msvm_PlannedComputerSystem';
const MACHINE = 'Msvm_ComputerSystem';
const SASD = 'Msvm_StorageAllocationSettingData';
const EPASD = 'Msvm_EthernetPortAllocationSettingData';

/** planned-systems §11 over HTTP; what is about guests on QEMU too. */
const conversation = (hypervisor: HypervisorName): void => {
  let host: WireHost;
  let plans: PlanSteps;
  before(async () => {
    host = await WireHost.open(hypervisor);
    plans = new PlanSteps(host);
  });
  after(() => host[Symbol.asyncDispose]());

  /** With a disk, a connected adapter, and checkpoints. */
  const machine = async (name: string, checkpoints = 0): Promise<string> => {
    const id = await host.nano(name);
    for (let n = 0; n < checkpoints; n++) {
      await host.client.run(SNAPSHOT_SERVICE, 'CreateSnapshot', {
        AffectedSystem: host.system(id),
        SnapshotSettings: '',
        SnapshotType: 2,
      });
    }
    return id;
  };
  const connect = async (id: string): Promise<void> => {
    const adapter = await host.add(
      id,
      settingsText('Msvm_SyntheticEthernetPortSettingData', {
        ResourceType: 10,
        ResourceSubType: 'Microsoft:Hyper-V:Synthetic Ethernet Port',
        ElementName: 'front',
      }),
    );
    const network = await host.row('SELECT * FROM Msvm_VirtualEthernetSwitch');
    const path = `\\\\.\\root\\virtualization\\v2:Msvm_VirtualEthernetSwitch.CreationClassName="Msvm_VirtualEthernetSwitch",Name="${textOf(network.properties['Name'])}"`;
    await host.add(
      id,
      settingsText(EPASD, {
        ResourceType: 33,
        ResourceSubType: 'Microsoft:Hyper-V:Ethernet Connection',
        Parent: host.path(adapter),
        HostResource: [path],
      }),
    );
  };

  test('P1 A8 export, import with a new id, validate, realize: another machine, the old one untouched', async () => {
    const id = await machine('p1');
    const old = await host.settings(id);
    const file = await plans.export(id, 'p1');
    const plan = await plans.import(file, true);
    const name = plan.selectors['Name'] ?? '';
    assert.notEqual(name, id);
    assert.ok(await plans.has(PLANNED, name));
    assert.ok(!(await plans.has(MACHINE, name)), 'a plan is no machine');
    assert.ok(await plans.has('CIM_ComputerSystem', name), 'but a computer system');
    const { state, findings } = await plans.validate(plan);
    assert.deepEqual([state, findings.size], [7, 0]);
    assert.equal(await plans.realize(plan), name);
    assert.ok(!(await plans.has(PLANNED, name)));
    const settings = await host.settings(name);
    assert.equal(textOf(settings.properties['VirtualSystemType']), 'Microsoft:Hyper-V:System:Realized');
    const [disk] = await host.below(name, SASD);
    assert.match(textOf(disk?.properties['HostResource']) ?? '', /p1.*\.vhdx$/);
    assert.deepEqual(await host.settings(id), old);
    await host.change(name, 2);
    if (hypervisor === 'qemu') {
      using line = await host.serial('p1');
      await guestInfo(line);
    }
    await host.change(name, 3);
  });

  test('P4, A9 a missing switch: 33012 with the path of the connection; mended, clean, realized', async () => {
    const id = await machine('p4');
    await connect(id);
    const plan = await plans.import(await plans.export(id, 'p4'), true);
    const settings = await plans.settingsOf(plan);
    const [connection] = await plans.devices(settings, EPASD);
    const instance = textOf(connection?.properties['InstanceID']) ?? '';
    const known = listOf(connection?.properties['HostResource']).map(String);
    const foreign =
      '\\\\.\\root\\virtualization\\v2:Msvm_VirtualEthernetSwitch.CreationClassName="Msvm_VirtualEthernetSwitch",Name="99999999-9999-4999-8999-999999999999"';
    await plans.modify(EPASD, instance, { HostResource: [foreign] });
    const { state, findings } = await plans.validate(plan);
    assert.deepEqual([state, [...findings.keys()]], [10, ['33012']]);
    const error = findings.get('33012') ?? '';
    const source = /NAME="ErrorSource"[^>]*><VALUE>([^<]*)</.exec(error)?.[1] ?? '';
    assert.ok(source.includes(EPASD) && source.includes(instance.split('\\').at(-1) ?? '?'), source);
    assert.match(error, /NAME="RecommendedActions"/);
    assert.deepEqual([...(await plans.cannotRealize(plan)).keys()], ['33012']);
    await plans.modify(EPASD, instance, { HostResource: known });
    assert.deepEqual(await plans.validate(plan), { state: 7, findings: new Map() });
    // ExHyperV disconnects instead (hyperv-files §5).
    await plans.modify(EPASD, instance, { HostResource: [foreign] });
    await plans.modify(EPASD, instance, { EnabledState: 3 });
    assert.equal((await plans.validate(plan)).state, 7);
    await plans.realize(plan);
  });

  test('P8, A11 a saved machine goes on where its export was realized', async () => {
    const id = await machine('p8');
    await host.change(id, 2);
    let word = 0;
    if (hypervisor === 'qemu') {
      using line = await host.serial('p8');
      await guestInfo(line);
      word = await changeWord(line);
    }
    await host.change(id, 6);
    const file = await plans.export(id, 'p8', { CopyVmRuntimeInformation: true });
    await host.machines.delete(id);
    const plan = await plans.import(file, false);
    assert.equal(textOf((await host.client.get(plan)).properties['EnabledState']), '6');
    const settings = await plans.settingsOf(plan);
    assert.equal(textOf(settings.properties['IsSaved']), 'true');
    const root = 'C:\\elsewhere';
    await host.call('ModifySystemSettings', {
      SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
        InstanceID: textOf(settings.properties['InstanceID']) ?? '',
        ConfigurationDataRoot: root,
        SnapshotDataRoot: root,
        SwapFileDataRoot: root,
      }),
    });
    const { state, findings } = await plans.validate(plan);
    // That what is in it is taken over is told.
    assert.deepEqual([state, [...findings.keys()]], [32768, ['90015']]);
    const before = await hashesOf(join(plans.folder('p8').linux, 'Virtual Machines'));
    assert.equal(await plans.realize(plan), id);
    assert.equal(await host.state(id), 6);
    assert.deepEqual(await hashesOf(join(plans.folder('p8').linux, 'Virtual Machines')), before);
    await host.change(id, 2);
    if (hypervisor === 'qemu') {
      using line = await host.serial('p8');
      assert.equal((await guestInfo(line)).word, word);
    }
    await host.change(id, 3);
  });

  test('a chain of checkpoints moves in: the guest starts over it, and goes back to the checkpoint', async () => {
    const id = await host.nano('chain');
    let word = 0;
    let last = 0;
    if (hypervisor === 'qemu') {
      await host.change(id, 2);
      using line = await host.serial('chain');
      await guestInfo(line);
      word = await changeWord(line);
      await host.change(id, 3);
    }
    await host.client.run(SNAPSHOT_SERVICE, 'CreateSnapshot', {
      AffectedSystem: host.system(id),
      SnapshotSettings: '',
      SnapshotType: 2,
    });
    if (hypervisor === 'qemu') {
      await host.change(id, 2);
      using line = await host.serial('chain');
      await guestInfo(line);
      await changeWord(line);
      last = await changeWord(line);
      await host.change(id, 3);
    }
    const file = await plans.export(id, 'chain');
    await host.machines.delete(id);
    const { windows, linux } = plans.folder('chain');
    const before = await hashesOf(linux);
    const plan = await plans.import(file, false, `${windows}\\Snapshots`);
    assert.deepEqual(await plans.validate(plan), { state: 7, findings: new Map() });
    assert.equal(await plans.realize(plan), id);
    const words = async (): Promise<number> => {
      await host.change(id, 2);
      try {
        if (hypervisor !== 'qemu') return 0;
        using line = await host.serial('chain');
        await guestInfo(line);
        return Number((await line.ask('r', /SEQ (\d+)/))[1]);
      } finally {
        await host.change(id, 3);
      }
    };
    assert.equal(await words(), last);
    const [snapshot] = await host.rows(
      `SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemType = 'Microsoft:Hyper-V:Snapshot:Realized' AND VirtualSystemIdentifier = '${id}'`,
    );
    await host.client.run(SNAPSHOT_SERVICE, 'ApplySnapshot', {
      Snapshot: host.reference('Msvm_VirtualSystemSettingData', {
        InstanceID: textOf(snapshot?.properties['InstanceID']) ?? '',
      }),
    });
    assert.equal(await words(), word);
    assert.deepEqual(await hashesOf(linux), before, 'the export is only read');
  });

  if (hypervisor === 'qemu') return;

  test('P2, P3, A12 keep the id of a machine that is there, and of one that is not', async () => {
    const id = await machine('p2');
    const old = await host.settings(id);
    const file = await plans.export(id, 'p2');
    // A plan that cannot become a machine can go (A12); the machine of the same id stays.
    await plans.destroy(await plans.import(file, false));
    assert.ok((await plans.has(MACHINE, id)) && !(await plans.has(PLANNED, id)));
    const plan = await plans.import(file, false);
    assert.equal(plan.selectors['Name'], id);
    const { state, findings } = await plans.validate(plan);
    assert.deepEqual([state, [...findings.keys()]], [10, ['90001']]);
    await plans.cannotRealize(plan);
    assert.deepEqual(await host.settings(id), old);
    assert.ok((await plans.has(PLANNED, id)) && (await plans.has(MACHINE, id)));
    const settings = await plans.settingsOf(plan);
    assert.equal(textOf(settings.properties['VirtualSystemIdentifier']), id);
    assert.notEqual(textOf(settings.properties['InstanceID']), `Microsoft:${id}`);
    await host.machines.delete(id);
    assert.equal((await plans.validate(plan)).state, 7);
    assert.equal(await plans.realize(plan), id);
    assert.ok((await plans.has(MACHINE, id)) && !(await plans.has(PLANNED, id)));
    await host.change(id, 2);
    await host.change(id, 3);
  });

  test('P5, A10 checkpoints not searched are missing; found later, the tree is intact', async () => {
    const id = await machine('p5', 2);
    const file = await plans.export(id, 'p5');
    await host.machines.delete(id);
    const plan = await plans.import(file, false, null);
    const types = async (): Promise<readonly (string | null)[]> => {
      const snapshots = await plans.related(plan, 'Msvm_ElementSettingData', 'Msvm_VirtualSystemSettingData');
      return snapshots.map(({ properties }) => textOf(properties['VirtualSystemType'])).toSorted();
    };
    const missing = 'Microsoft:Hyper-V:Snapshot:Missing';
    const planned = 'Microsoft:Hyper-V:Snapshot:Planned';
    assert.deepEqual(await types(), [missing, missing]);
    assert.deepEqual([...(await plans.cannotRealize(plan)).keys()], ['90002']);
    const folder = `${plans.folder('p5').windows}\\Snapshots`;
    assert.equal((await plans.importSnapshots(plan, folder)).length, 2);
    assert.equal((await plans.importSnapshots(plan, folder)).length, 0);
    assert.deepEqual(await types(), [planned, planned]);
    const parents = await plans.related(plan, 'Msvm_SnapshotOfVirtualSystem', 'Msvm_VirtualSystemSettingData');
    assert.deepEqual(parents.map(({ properties }) => textOf(properties['Parent']) !== null).toSorted(), [false, true]);
    assert.equal((await plans.validate(plan)).state, 7);
    assert.equal(await plans.realize(plan), id);
    const snapshots = await host.rows(
      `SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemType = 'Microsoft:Hyper-V:Snapshot:Realized' AND VirtualSystemIdentifier = '${id}'`,
    );
    assert.equal(snapshots.length, 2);
  });

  test('P6 missing checkpoints are destroyed instead', async () => {
    const id = await machine('p6', 2);
    const file = await plans.export(id, 'p6');
    await host.machines.delete(id);
    const plan = await plans.import(file, false, null);
    for (const snapshot of await plans.related(plan, 'Msvm_ElementSettingData', 'Msvm_VirtualSystemSettingData')) {
      await host.client.run(SNAPSHOT_SERVICE, 'DestroySnapshot', {
        AffectedSnapshot: host.reference('Msvm_VirtualSystemSettingData', {
          InstanceID: textOf(snapshot.properties['InstanceID']) ?? '',
        }),
      });
    }
    assert.equal((await plans.validate(plan)).state, 7);
    assert.equal(await plans.realize(plan), id);
  });

  test('P7 a plan is destroyed, the folder stays byte for byte', async () => {
    const id = await machine('p7', 1);
    const file = await plans.export(id, 'p7');
    const { linux, windows } = plans.folder('p7');
    const before = await hashesOf(linux);
    const plan = await plans.import(file, true, `${windows}\\Snapshots`);
    await plans.destroy(plan);
    assert.ok(!(await plans.has(PLANNED, plan.selectors['Name'] ?? '')));
    assert.deepEqual(await hashesOf(linux), before);
  });

  test('P9, P10, P11 what is refused at once', async () => {
    const id = await machine('p9');
    const file = await plans.export(id, 'p9');
    const settings = await host.settings(id);
    const live = `${textOf(settings.properties['ConfigurationDataRoot'])}\\${textOf(settings.properties['ConfigurationFile'])}`;
    const refused = (SystemDefinitionFile: string): Promise<number> =>
      plans.refused('ImportSystemDefinition', {
        SystemDefinitionFile,
        SnapshotFolder: '',
        GenerateNewSystemIdentifier: true,
      });
    assert.equal(await refused(live), 32779);
    assert.equal(await refused(plans.folder('p9').windows), 32773);
    assert.equal(await refused('Virtual Machines\\a.vmcx'), 32773);
    assert.equal(await refused(file.replace(/[^\\]*$/, 'nothing.vmcx')), 32773);
    for (const method of ['RealizePlannedSystem', 'ValidatePlannedSystem'])
      assert.equal(await plans.refused(method, { PlannedSystem: host.system(id) }), 32773);
    const unknown = host.reference(PLANNED, {
      CreationClassName: PLANNED,
      Name: '00000000-0000-4000-8000-00000000DEAD',
    });
    assert.equal(await plans.refused('RealizePlannedSystem', { PlannedSystem: unknown }), 32773);
    const plan = await plans.import(file, false);
    assert.equal(await refused(file), 32779);
    const request = await host.client.invoke(plan, 'RequestStateChange', { RequestedState: 2 });
    assert.equal(request.returnValue, 32775);
    await rm(join(plans.folder('p9').linux, 'Virtual Machines', `${id}.vmcx`));
    assert.equal(await plans.refused('ValidatePlannedSystem', { PlannedSystem: plan }), 32779);
  });

  test('P12 the service is killed while it realizes: one of plan and machine is there', async () => {
    const id = await machine('p12');
    const file = await plans.export(id, 'p12');
    for (const pause of [0, 5, 20, 60]) {
      const plan = await plans.import(file, true);
      const name = plan.selectors['Name'] ?? '';
      await host.client.invoke({ className: 'Msvm_VirtualSystemManagementService' }, 'RealizePlannedSystem', {
        PlannedSystem: plan,
      });
      await new Promise((resolve) => setTimeout(resolve, pause));
      await host.restart('SIGKILL');
      const [planned, real] = [await plans.has(PLANNED, name), await plans.has(MACHINE, name)];
      assert.notEqual(planned, real);
      if (planned) assert.equal(await plans.realize(plan), name);
      await host.machines.delete(name);
    }
  });

  test('the Pvm sample, seed RealizePlannedSystem: paths of disks mended in the plan and in each checkpoint, one call', async () => {
    const id = await machine('pvm', 1);
    const file = await plans.export(id, 'pvm');
    const { windows } = plans.folder('pvm');
    await host.machines.delete(id);
    await plans.import(file, false, `${windows}\\Snapshots`);
    const found = await host.row(`SELECT * FROM ${PLANNED} WHERE ElementName = 'pvm'`);
    const plan = host.reference(PLANNED, {
      CreationClassName: PLANNED,
      Name: textOf(found.properties['Name']) ?? '',
    });
    const states = [
      await plans.settingsOf(plan),
      ...(await plans.related(plan, 'Msvm_ElementSettingData', 'Msvm_VirtualSystemSettingData')),
    ];
    const disks = (await Promise.all(states.map((each) => plans.devices(each, SASD)))).flat();
    const named = disks.filter(({ properties }) => listOf(properties['HostResource']).length > 0);
    assert.equal(named.length, 2);
    const text = (resource: (name: string) => string): string[] =>
      named.map(({ properties }) =>
        settingsText(SASD, {
          InstanceID: textOf(properties['InstanceID']) ?? '',
          HostResource: [resource(textOf(properties['HostResource'])?.split('\\').at(-1) ?? '')],
        }),
      );
    const mend = (ResourceSettings: string[]) => host.call('ModifyResourceSettings', { ResourceSettings });
    await mend(text((name) => `D:\\lost\\${name}`));
    const broken = await plans.validate(plan);
    assert.deepEqual([broken.state, [...broken.findings.keys()]], [10, ['90003']]);
    assert.match(broken.findings.get('90003') ?? '', /Virtual Hard Disks/);
    await mend(text((name) => `${windows}\\Virtual Hard Disks\\${name}`));
    assert.equal((await plans.validate(plan)).state, 7);
    assert.equal(await plans.realize(plan), id);
  });

  test('O18, O19, P17 os-win: export by the settings without storage, import, update, validate, realize', async () => {
    const id = await machine('oswin');
    await host.call('ExportSystemDefinition', {
      ComputerSystem: host.machines.settingsReference(id),
      ExportDirectory: plans.folder('oswin').windows,
      ExportSettingData: settingsText('Msvm_VirtualSystemExportSettingData', {
        CopyVmStorage: false,
        CopyVmRuntimeInformation: false,
        CreateVmExportSubdirectory: true,
        CopySnapshotConfiguration: 1,
      }),
    });
    await host.machines.delete(id);
    const { windows } = plans.folder('oswin');
    const plan = await plans.import(
      `${windows}\\oswin\\Virtual Machines\\${id}.vmcx`,
      false,
      `${windows}\\oswin\\Snapshots`,
    );
    const settings = await host.row(`SELECT * FROM Msvm_VirtualSystemSettingData WHERE ElementName = 'oswin'`);
    assert.equal(textOf(settings.properties['VirtualSystemType']), 'Microsoft:Hyper-V:System:Planned');
    const [memory] = await plans.devices(settings, 'Msvm_MemorySettingData');
    await plans.modify('Msvm_MemorySettingData', textOf(memory?.properties['InstanceID']) ?? '', {
      Limit: 128,
      Reservation: 128,
      VirtualQuantity: 128,
      DynamicMemoryEnabled: false,
    });
    const { state } = await plans.validate(plan);
    assert.equal(state, 7);
    assert.equal(await plans.realize(plan), id);
    assert.deepEqual(await host.rows(`SELECT * FROM ${PLANNED} WHERE ElementName = 'oswin'`), []);
  });

  test('events tell that the plan goes and the machine comes', async () => {
    const id = await machine('events');
    const plan = await plans.import(await plans.export(id, 'events'), true);
    const name = plan.selectors['Name'] ?? '';
    const events = await host.client.subscribe(
      `SELECT * FROM __InstanceOperationEvent WITHIN 1 WHERE TargetInstance ISA 'CIM_ComputerSystem'`,
    );
    await plans.realize(plan);
    const seen = new Set<string>();
    for await (const { className, properties } of events) {
      const target = properties['TargetInstance'];
      if (typeof target !== 'object' || target === null || !('className' in target)) continue;
      if (textOf(target.properties['Name']) !== name) continue;
      seen.add(`${className} ${target.className}`);
      if (seen.has(`__InstanceDeletionEvent ${PLANNED}`) && seen.has(`__InstanceCreationEvent ${MACHINE}`)) break;
    }
  });

  test('GetDefinitionFileSummaryInformation reads files without making plans', async () => {
    const id = await machine('summary');
    const file = await plans.export(id, 'summary');
    const { out } = await host.call('GetDefinitionFileSummaryInformation', {
      DefinitionFiles: [file, 'C:\\none.vmcx'],
    });
    const summaries = listOf(out['SummaryInformation']).map((each) =>
      typeof each === 'object' && each !== null && 'properties' in each ? each.properties : {},
    );
    assert.deepEqual(
      summaries.map((each) => [textOf(each['Name']) ?? '', textOf(each['ElementName'])]),
      [
        [id, 'summary'],
        ['', null],
      ],
    );
    assert.deepEqual(await host.rows(`SELECT * FROM ${PLANNED} WHERE ElementName = 'summary'`), []);
  });

  test('DefinePlannedSystem, changed like a machine, realized; it survives a restart on the way', async () => {
    const { out } = await host.call('DefinePlannedSystem', {
      SystemSettings: settingsText('Msvm_VirtualSystemSettingData', { ElementName: 'defined' }),
    });
    const plan = out['ResultingSystem'];
    assert.ok(typeof plan === 'object' && plan !== null && 'resourceUri' in plan);
    const name = plan.selectors['Name'] ?? '';
    await host.restart('SIGTERM');
    assert.ok(await plans.has(PLANNED, name));
    assert.equal((await plans.validate(plan)).state, 7);
    assert.equal(await plans.realize(plan), name);
  });
};

describe('planned systems over the wire, simulated machines', () => conversation('simulated'));
describe('planned systems over the wire, real guests', () => conversation('qemu'));
