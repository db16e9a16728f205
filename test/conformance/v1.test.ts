import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { loadRepository } from '../../src/cim/repository/load.ts';
import { isReference, listOf, numberOf, type Reference, textOf, type WireObject } from '../../src/client/object.ts';
import { instanceText } from '../../src/client/settings-text.ts';
import { PlanSteps } from '../kit/plan-steps.ts';
import { V1, V1Client } from '../kit/v1-client.ts';
import { changeWord, guestInfo, type HypervisorName, textWith, WireHost } from '../kit/wire-host.ts';

const run = promisify(execFile);

const RASD = 'Msvm_ResourceAllocationSettingData';
const GLOBAL = 'Msvm_VirtualSystemGlobalSettingData';

const text = (object: WireObject, name: string): string | null => textOf(object.properties[name]);
const value = (object: WireObject, name: string): number => numberOf(object.properties[name]);

/** The seeds of root\virtualization and what a client of 2008 does around them, over HTTP. */
function scenarios(hypervisor: HypervisorName): void {
  describe(`root\\virtualization over the wire, ${hypervisor}`, () => {
    let host: WireHost;
    let client: V1Client;
    before(async () => {
      host = await WireHost.open(hypervisor);
      client = new V1Client(host.service);
    });
    after(async () => {
      client.wire.close();
      await host[Symbol.asyncDispose]();
    });

    const settingOf = async (system: Reference): Promise<WireObject> =>
      client.itemIndex0(
        `SELECT * FROM Msvm_VirtualSystemSettingData WHERE SystemName = '${system.selectors['Name']}' AND SettingType = 3`,
      );

    const rasd = async (system: Reference, subType: string): Promise<WireObject> =>
      client.itemIndex0(
        `SELECT * FROM ${RASD} WHERE InstanceID LIKE 'Microsoft:${system.selectors['Name']}%' AND ResourceSubType = '${subType}'`,
      );

    /** \\.\root\virtualization:CLASS.InstanceID="..." as WMI writes it. */
    const pathOf = (object: WireObject): string =>
      `\\\\.\\root\\virtualization:${object.className}.InstanceID="${(text(object, 'InstanceID') ?? '').replaceAll('\\', '\\\\')}"`;

    const add = async (TargetSystem: Reference, resource: string): Promise<WireObject> => {
      const result = await client.wire.run(await client.managementService(), 'AddVirtualSystemResources', {
        TargetSystem,
        ResourceSettingData: [resource],
      });
      const [made] = listOf(result.out['NewResources']);
      return isReference(made) ? client.wire.get(made) : assert.fail('a new resource');
    };

    /** A machine of one disk on IDE with COM1 at a pipe, made as a client of 2008 makes it. */
    const machine = async (name: string): Promise<Reference> => {
      const defined = await client.wire.run(await client.managementService(), 'DefineVirtualSystem', {
        SystemSettingData: instanceText(GLOBAL, { ElementName: name }),
      });
      const system = defined.out['DefinedSystem'];
      assert.ok(isReference(system));
      const drive = await add(
        system,
        instanceText(RASD, {
          ResourceType: 22,
          ResourceSubType: 'Microsoft Synthetic Disk Drive',
          Parent: pathOf(await rasd(system, 'Microsoft Emulated IDE Controller')),
          Address: 0,
        }),
      );
      await add(
        system,
        instanceText(RASD, {
          ResourceType: 21,
          ResourceSubType: 'Microsoft Virtual Hard Disk',
          Parent: pathOf(drive),
          Connection: [await host.bootDisk(name, 'qcow2')],
        }),
      );
      const memory = await client.itemIndex0(
        `SELECT * FROM Msvm_MemorySettingData WHERE InstanceID LIKE 'Microsoft:${system.selectors['Name']}%'`,
      );
      const serial = await rasd(system, 'Microsoft Serial Port');
      await client.wire.run(await client.managementService(), 'ModifyVirtualSystemResources', {
        ComputerSystem: system,
        ResourceSettingData: [
          textWith(memory, { VirtualQuantity: 64 }),
          textWith(serial, { Connection: [`\\\\.\\pipe\\${name}`] }),
        ],
      });
      return system;
    };

    const change = async (system: Reference, RequestedState: number): Promise<void> => {
      await client.wire.run(system, 'RequestStateChange', { RequestedState });
      assert.equal(value(await client.wire.get(system), 'EnabledState'), RequestedState);
    };

    test('a machine is made, started, paused, saved and restored; the guest keeps its memory; v2 sees the same', async () => {
      const system = await machine('from-2008');
      await change(system, 2);
      assert.equal(await host.state(system.selectors['Name'] ?? ''), 2);
      if (hypervisor === 'qemu') {
        const line = await host.serial('from-2008');
        const word = await changeWord(line);
        await change(system, 32768);
        await change(system, 2);
        await change(system, 32769);
        await change(system, 2);
        const again = await host.serial('from-2008');
        assert.equal((await guestInfo(again)).word, word);
      } else {
        for (const state of [32768, 2, 32769, 2]) await change(system, state);
      }
      await change(system, 3);
      await client.wire.run(await client.managementService(), 'DestroyVirtualSystem', { ComputerSystem: system });
      assert.deepEqual(await host.rows(`SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'from-2008'`), []);
    });

    test('seed CreateVirtualSystemSnapshot: VBScript and C#, off and running', async () => {
      const system = await machine('seed-snapshot');
      for (const state of ['off', 'running']) {
        if (state === 'running') await change(system, 2);
        // C#: inParams["SourceSystem"] = vm.Path.Path; the script has the same text. WS-Management clients send references.
        const vm = await client.computerSystem('seed-snapshot');
        for (const SourceSystem of [client.pathText(vm), vm]) {
          const outcome = await client.execMethod('CreateVirtualSystemSnapshot', { SourceSystem });
          assert.deepEqual(
            { ...outcome, states: [...new Set(outcome.states)].filter((one) => one !== 3 && one !== 4) },
            { done: true, returnValue: 4096, states: [7], errorCode: 0, errorDescription: outcome.errorDescription },
          );
        }
      }
      await change(system, 3);
      const snapshots = await Array.fromAsync(
        client.wire.query(
          `SELECT * FROM Msvm_VirtualSystemSettingData WHERE SystemName = '${system.selectors['Name']}' AND SettingType = 5`,
        ),
      );
      assert.equal(snapshots.length, 4);
      const id = text(await settingOf(system), 'InstanceID') ?? '';
      const parts = async (instanceId: string): Promise<string[]> => {
        const found = await Array.fromAsync(
          client.wire.query(
            `ASSOCIATORS OF {Msvm_VirtualSystemSettingData.InstanceID='${instanceId}'} WHERE AssocClass = Msvm_VirtualSystemSettingDataComponent`,
          ),
        );
        return found.map((one) => (text(one, 'InstanceID') ?? '').slice(instanceId.length)).toSorted();
      };
      const own = await parts(id);
      assert.ok(own.length > 15);
      for (const snapshot of snapshots) assert.deepEqual(await parts(text(snapshot, 'InstanceID') ?? ''), own);
    });

    test('A13 seed ImportVirtualSystem: C# and VBScript, generateNewID as the text of the command line', async () => {
      const system = await machine('seed-import');
      const { windows: exportDirectory } = await host.file(`exports-${hypervisor}`);
      const exported = await client.execMethod('ExportVirtualSystem', {
        ComputerSystem: system,
        CopyVmState: 'true',
        ExportDirectory: exportDirectory,
      });
      assert.deepEqual([exported.done, exported.errorCode], [true, 0], exported.errorDescription ?? '');
      // Remark of the seed: the subdirectory that the export made, not the directory it was given.
      const ImportDirectory = `${exportDirectory}\\seed-import`;
      const importVirtualSystem = (directory: string, generateNewID: string) =>
        client.execMethod('ImportVirtualSystem', { GenerateNewID: generateNewID, ImportDirectory: directory });
      const wrong = await importVirtualSystem(exportDirectory, 'true');
      assert.deepEqual([wrong.done, wrong.returnValue], [false, 32773]);

      const taken = await importVirtualSystem(ImportDirectory, 'false');
      assert.deepEqual([taken.done, taken.returnValue, taken.states.at(-1), taken.errorCode], [false, 4096, 10, 32768]);

      const copy = await importVirtualSystem(ImportDirectory, 'true');
      assert.deepEqual([copy.done, copy.returnValue, copy.errorCode], [true, 4096, 0], copy.errorDescription ?? '');
      for (const state of copy.states.slice(0, -1)) assert.ok(state === 3 || state === 4, String(state));
      const both = await Array.fromAsync(
        client.wire.query(`select * from Msvm_ComputerSystem where ElementName = 'seed-import'`),
      );
      assert.equal(both.length, 2);
      const made = both.find((one) => text(one, 'Name') !== system.selectors['Name']) ?? assert.fail();
      assert.equal(value(made, 'EnabledState'), 3);
      await change(client.reference(made, 'CreationClassName', 'Name'), 2);
      if (hypervisor === 'qemu') {
        const line = await host.serial('seed-import');
        assert.ok((await guestInfo(line)).ticks >= 0);
      }
      await change(client.reference(made, 'CreationClassName', 'Name'), 3);
      assert.ok((await host.rows(`SELECT * FROM Msvm_PlannedComputerSystem`)).length === 0);
    });

    test('A21 exported in v1, imported in v2 with its identifier, and the other way: the same GUID, every device in its place', async () => {
      const system = await machine('there-and-back');
      const id = system.selectors['Name'] ?? '';
      const plans = new PlanSteps(host);
      const { windows: folder } = await host.file(`back-${hypervisor}`);
      /** Disk and serial port as each namespace has them. */
      const seen = async (): Promise<unknown> => {
        const disk = await rasd(system, 'Microsoft Virtual Hard Disk');
        const serial = await rasd(system, 'Microsoft Serial Port');
        const [image] = await host.below(id, 'Msvm_StorageAllocationSettingData');
        const [port] = await host.below(id, 'Msvm_SerialPortSettingData');
        assert.equal(text(disk, 'Connection'), textOf(image?.properties['HostResource']));
        assert.equal(text(serial, 'Connection'), textOf(port?.properties['Connection']));
        return [disk, serial].map((one) => [text(one, 'InstanceID'), text(one, 'ResourceType'), text(one, 'Parent')]);
      };
      const destroy = async (): Promise<void> => {
        await client.wire.run(await client.managementService(), 'DestroyVirtualSystem', { ComputerSystem: system });
        assert.equal(await plans.has('Msvm_ComputerSystem', id), false);
      };
      const before = await seen();

      const exported = await client.execMethod('ExportVirtualSystem', {
        ComputerSystem: system,
        CopyVmState: 'true',
        ExportDirectory: folder,
      });
      assert.deepEqual([exported.done, exported.errorCode], [true, 0], exported.errorDescription ?? '');
      await destroy();
      const plan = await plans.import(`${folder}\\there-and-back\\Virtual Machines\\${id}.vmcx`, false);
      assert.equal(await plans.realize(plan), id);
      assert.deepEqual(await seen(), before);

      const { windows: second } = plans.folder(`back-${hypervisor}`);
      await plans.export(id, `back-${hypervisor}`);
      await destroy();
      const imported = await client.execMethod('ImportVirtualSystem', {
        GenerateNewID: 'false',
        ImportDirectory: second,
      });
      assert.deepEqual([imported.done, imported.errorCode], [true, 0], imported.errorDescription ?? '');
      assert.deepEqual(await seen(), before);
      await change(system, 2);
      await change(system, 3);
    });

    test('every class of the schema answers over the wire; what is found is of that class or below it', async () => {
      const system = await machine('everything');
      await change(system, 2);
      const found = new Set<string>();
      const namespace = loadRepository().namespace(V1) ?? assert.fail();
      for (const name of namespace.classNames()) {
        for await (const object of client.wire.query(`SELECT * FROM ${name}`)) {
          assert.ok(namespace.class(object.className)?.isA(name), `${object.className} in ${name}`);
          found.add(object.className);
        }
      }
      await change(system, 3);
      for (const name of [
        'Msvm_ComputerSystem',
        GLOBAL,
        RASD,
        'Msvm_MemorySettingData',
        'Msvm_ResourcePool',
        'Msvm_AllocationCapabilities',
        'Msvm_LogicalDisk',
        'Msvm_BIOSElement',
        'Msvm_VirtualSwitch',
        'Msvm_SystemDevice',
        'Msvm_ElementSettingData',
        'Msvm_SettingsDefineCapabilities',
        'Msvm_AffectedJobElement',
      ])
        assert.ok(found.has(name), name);
    });

    test('seed CreateVirtualSystemSnapshot of a name that nobody has: ItemIndex(0) finds nothing', async () => {
      assert.equal(await client.wire.first(`select * from Msvm_ComputerSystem where ElementName = 'nobody'`), null);
      const outcome = await client.execMethod('CreateVirtualSystemSnapshot', {
        SourceSystem: client.pathText(
          client.reference({ className: 'Msvm_ComputerSystem', properties: { Name: 'x' } }, 'Name'),
        ),
      });
      assert.deepEqual([outcome.done, outcome.returnValue], [false, 32773]);
    });
  });
}

scenarios('simulated');
scenarios('qemu');

test('python3-winrm works in root\\virtualization: WQL, methods, jobs, string booleans', async () => {
  await using host = await WireHost.open('simulated');
  const ca = join(host.service.dataDirectory, 'ca.pem');
  await writeFile(ca, await host.service.certificate());
  const { stdout } = await run(
    '/usr/bin/python3',
    [
      '-W',
      'ignore',
      join(import.meta.dirname, 'python_winrm_v1.py'),
      `${host.service.endpoints.https}/wsman`,
      'admin',
      host.service.password,
      ca,
    ],
    { env: { ...process.env, REQUESTS_CA_BUNDLE: '', CURL_CA_BUNDLE: '' } },
  );
  assert.deepEqual(JSON.parse(stdout), {
    define: ['0'],
    names: ['python-2008'],
    settingTypes: ['3'],
    globalName: ['python-2008'],
    snapshot: ['4096'],
    jobState: ['7'],
    snapshotTypes: ['5'],
    pauseWhenOff: ['32775'],
    pauseOfV2: ['32773'],
    importOfNothing: ['32773'],
    importAsText: ['32773'],
    destroy: ['4096'],
    left: [],
  });
});
