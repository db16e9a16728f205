import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { settingsText } from '../../src/client/settings-text.ts';
import { type CimObject, type CimReference, MiClient, MiFault } from '../kit/mi-client.ts';
import { type HypervisorName, WireHost } from '../kit/wire-host.ts';

const CIMV2 = 'root/cimv2';
const V2 = 'root/virtualization/v2';
const SERVICE = 'Msvm_VirtualSystemManagementService';
const SYSTEM_KEYS = ['CreationClassName', 'Name'] as const;
const SERVICE_KEYS = ['CreationClassName', 'Name', 'SystemCreationClassName', 'SystemName'] as const;

const one = <T>(found: readonly T[]): T => {
  assert.equal(found.length, 1);
  return found[0] ?? assert.fail();
};
const value = (object: CimObject, name: string): string => object.properties[name]?.[0] ?? assert.fail(name);
/** By the keys that Get-CimClass tells. */
const referenceOf = (object: CimObject, keys: readonly string[]): CimReference => {
  const entries = keys.map((name) => [name, value(object, name)] as const);
  return { className: object.className, keys: Object.fromEntries(entries) };
};

/** What administrators' scripts do with the CIM cmdlets of PowerShell where the Hyper-V module is not at hand, cmdlet by cmdlet. */
function scripts(hypervisor: HypervisorName): void {
  describe(`CIM cmdlets of PowerShell over the wire, ${hypervisor}`, () => {
    let host: WireHost;
    let session: MiClient;
    let service: CimReference;
    before(async () => {
      host = await WireHost.open(hypervisor);
      session = new MiClient(host.service, V2);
      service = referenceOf(one(await session.instances(SERVICE)), SERVICE_KEYS);
    });
    after(() => host[Symbol.asyncDispose]());

    /** The job of an output until it has ended; null: the call did it itself. */
    const finished = async (output: CimObject): Promise<CimObject | null> => {
      const code = value(output, 'ReturnValue');
      if (code === '0') return null;
      assert.equal(code, '4096');
      const path = output.references['Job'] ?? assert.fail('a job');
      for (;;) {
        const job = await session.get(path);
        if (value(job, 'JobState') === '3' || value(job, 'JobState') === '4') continue;
        assert.equal(value(job, 'JobState'), '7', job.properties['ErrorDescription']?.[0] ?? '');
        return job;
      }
    };

    const machine = async (name: string): Promise<CimReference> => {
      const output = await session.invoke(service, 'DefineSystem', {
        SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
          ElementName: name,
          VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:1',
        }),
      });
      assert.equal(value(output, 'ReturnValue'), '0');
      return output.references['ResultingSystem'] ?? assert.fail('a machine');
    };

    test('the host: Get-CimInstance of the only instance of its class, by name, by query, and again by itself', async () => {
      const cimv2 = new MiClient(host.service, CIMV2);
      const system = one(await cimv2.instances('Win32_OperatingSystem'));
      const again = await cimv2.get({ className: 'Win32_OperatingSystem', keys: {} });
      assert.equal(value(again, 'Caption'), value(system, 'Caption'));
      const computer = one(await cimv2.query('SELECT Name, TotalPhysicalMemory FROM Win32_ComputerSystem'));
      assert.deepEqual(Object.keys(computer.properties).toSorted(), ['Name', 'TotalPhysicalMemory']);
      const vmms = one(await cimv2.query("SELECT * FROM Win32_Service WHERE Name = 'vmms'"));
      assert.equal(value(vmms, 'State'), 'Running');
    });

    test('New-VM, Set-VMMemory, Start-VM, Stop-VM, Remove-VM by Invoke-CimMethod; each state is told by a registration', async () => {
      const system = await machine('by cmdlets');
      const name = system.keys['Name'] ?? assert.fail();
      const found = one(await session.query(`SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'by cmdlets'`));
      assert.deepEqual(referenceOf(found, SYSTEM_KEYS).keys, system.keys);
      const settings = one(
        await session.associated(system, 'Msvm_SettingsDefineState', 'Msvm_VirtualSystemSettingData'),
      );
      const memory = one(
        await session.associated(
          referenceOf(settings, ['InstanceID']),
          'Msvm_VirtualSystemSettingDataComponent',
          'Msvm_MemorySettingData',
        ),
      );
      const changed = await session.invoke(service, 'ModifyResourceSettings', {
        ResourceSettings: [
          settingsText('Msvm_MemorySettingData', { InstanceID: value(memory, 'InstanceID'), VirtualQuantity: 64 }),
        ],
      });
      await finished(changed);
      assert.equal(value(await session.get(referenceOf(memory, ['InstanceID'])), 'VirtualQuantity'), '64');

      const events = await session.register(
        "SELECT * FROM __InstanceModificationEvent WITHIN 1 WHERE TargetInstance ISA 'Msvm_ComputerSystem' AND TargetInstance.ElementName = 'by cmdlets'",
      );
      const seen: string[] = [];
      for (const [requested, wanted] of [
        ['2', '2'],
        ['9', '9'],
        ['3', '3'],
      ] as const) {
        await finished(await session.invoke(system, 'RequestStateChange', { RequestedState: requested }));
        assert.equal(value(await session.get(system), 'EnabledState'), wanted);
        while (seen.at(-1) !== wanted)
          for (const event of await events()) {
            assert.equal(event.className, '__InstanceModificationEvent');
            seen.push(value(one(event.embedded['TargetInstance'] ?? []), 'EnabledState'));
          }
      }
      const output = await session.invoke(service, 'GetSummaryInformation', {
        RequestedInformation: ['1', '100'],
      });
      assert.equal(value(output, 'ReturnValue'), '0');
      const summary = (output.embedded['SummaryInformation'] ?? []).find((each) => value(each, 'Name') === name);
      assert.deepEqual(summary === undefined ? [] : [value(summary, 'ElementName'), value(summary, 'EnabledState')], [
        'by cmdlets',
        '3',
      ]);
      await finished(await session.invoke(service, 'DestroySystem', { AffectedSystem: system }));
      assert.deepEqual(await session.query(`SELECT * FROM Msvm_ComputerSystem WHERE Name = '${name}'`), []);
      await assert.rejects(session.get(system), MiFault);
    });

    test('Set-CimInstance and Remove-CimInstance on a machine are refused and change nothing (K7)', async () => {
      const system = await machine('as it is');
      for (const work of [() => session.set(system, { ElementName: 'no' }), () => session.remove(system)])
        await assert.rejects(work, (error) => error instanceof MiFault && error.message.length > 0);
      assert.equal(value(await session.get(system), 'ElementName'), 'as it is');
      const code = await session.invoke(system, 'RequestStateChange', { RequestedState: '12345' });
      assert.notEqual(value(code, 'ReturnValue'), '0');
    });
  });
}

for (const hypervisor of ['simulated', 'qemu'] as const) scripts(hypervisor);
