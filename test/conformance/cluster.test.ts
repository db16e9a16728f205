import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { WsmanClient } from '../../src/client/client.ts';
import { isReference, listOf, numberOf, textOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { VirtualMachines } from '../../src/client/virtual-machines.ts';
import { changeWord, guestInfo, type HypervisorName, SERVICE, WireHost } from '../kit/wire-host.ts';

const CLUSTER = 'root/HyperVCluster/v2';
const VSSD = 'Msvm_VirtualSystemSettingData';

/** The seed of root\HyperVCluster\v2 and the life of a machine there, over HTTP. */
function scenarios(hypervisor: HypervisorName): void {
  describe(`root\\HyperVCluster\\v2 over the wire, ${hypervisor}`, () => {
    let host: WireHost;
    let client: WsmanClient;
    let machines: VirtualMachines;
    before(async () => {
      host = await WireHost.open(hypervisor);
      // Its classes are those of v2.
      client = host.service.client<string>(CLUSTER);
      machines = new VirtualMachines(client);
    });
    after(async () => {
      client.close();
      await host[Symbol.asyncDispose]();
    });

    const enabledState = async (id: string): Promise<number> =>
      numberOf((await client.get(machines.reference(id))).properties['EnabledState']);

    test('A15 seed DefineSystem: 0 with a path of this namespace, 4 for what cannot be meant; visible in v2', async () => {
      const SystemSettings = settingsText('CIM_VirtualSystemSettingData', { ElementName: 'role' });
      const defined = await client.invoke(SERVICE, 'DefineSystem', { SystemSettings });
      assert.equal(defined.returnValue, 0);
      const system = defined.out['ResultingSystem'];
      assert.ok(isReference(system));
      assert.match(system.resourceUri, /HyperVCluster\/v2\/Msvm_ComputerSystem$/i);
      assert.equal(textOf((await client.get(system)).properties['ElementName']), 'role');
      const id = system.selectors['Name'] ?? '';
      assert.equal(textOf((await host.settings(id)).properties['ElementName']), 'role');
      for (const wrong of ['', 'garbage', settingsText('Msvm_MemorySettingData', {})])
        assert.equal((await client.invoke(SERVICE, 'DefineSystem', { SystemSettings: wrong })).returnValue, 4);
      await machines.delete(id);
      assert.deepEqual(await host.rows(`SELECT * FROM Msvm_ComputerSystem WHERE Name = '${id}'`), []);
    });

    test('a machine is started, paused, saved and restored, destroyed; the guest keeps its memory', async () => {
      // Its devices are classes of v2 alone.
      const id = await host.nano('clustered');
      await machines.request(id, 2);
      assert.equal(await host.state(id), 2);
      using line = await host.serial('clustered');
      const word = await changeWord(line);
      // What its state forbids is 5 here (K9).
      const AffectedSystem = machines.reference(id);
      assert.equal((await client.invoke(SERVICE, 'DestroySystem', { AffectedSystem })).returnValue, 5);
      for (const state of [9, 2, 6]) {
        await machines.request(id, state);
        assert.equal(await enabledState(id), state);
      }
      await client.run(SERVICE, 'ModifySystemSettings', {
        SystemSettings: settingsText(VSSD, { InstanceID: `Microsoft:${id}`, Notes: ['saved'] }),
      });
      await machines.request(id, 2);
      using again = await host.serial('clustered');
      assert.equal((await guestInfo(again)).word, word);
      const summary = await client.run(SERVICE, 'GetSummaryInformation', {
        SettingData: [machines.settingsReference(id)],
        RequestedInformation: [1, 100],
      });
      assert.equal(listOf(summary.out['SummaryInformation']).length, 1);
      await machines.request(id, 3);
      await machines.delete(id);
      assert.deepEqual(await host.rows("SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'clustered'"), []);
    });
  });
}

scenarios('simulated');
scenarios('qemu');
