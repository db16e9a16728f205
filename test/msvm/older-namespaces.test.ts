import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CIMV2, V1 } from '../../src/msvm/register.ts';
import { guidOf, HyperVClient } from '../kit/hyperv-client.ts';
import { openWorld } from '../kit/hyperv-world.ts';

describe('root\\virtualization', () => {
  test('a query on any class is answered, and a machine made in v2 is the same machine there', async () => {
    await using world = await openWorld();
    const system = await world.client.define({ ElementName: 'seen in both' });
    const client = new HyperVClient(world.broker, V1);
    const classes = [...(world.broker.repository.namespace(V1)?.classNames() ?? [])];
    assert.ok(classes.length > 100);
    const found = new Set<string>();
    for (const name of classes) {
      for (const instance of await client.query(`SELECT * FROM ${name}`)) found.add(instance.class.name);
    }
    for (const name of ['Msvm_VirtualSystemGlobalSettingData', 'Msvm_VirtualSwitch', 'Msvm_BIOSElement'])
      assert.ok(found.has(name), name);
    const seen = await client.one(`SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'seen in both'`);
    assert.equal(seen.get('Name'), guidOf(system));
  });

  test('every method of its management service answers with a number and, when refused, with a reason', async () => {
    await using world = await openWorld();
    const client = new HyperVClient(world.broker, V1);
    const service = await client.service();
    const declared = world.broker.repository.namespace(V1)?.class(service.className)?.methods ?? [];
    assert.equal(declared.length, 31);
    for (const { name } of declared) {
      const answer = await client.invoke(service, name);
      assert.equal(typeof answer.returnValue, 'number', name);
      if (answer.returnValue !== 0 && answer.returnValue !== 1)
        assert.match(String(answer.extended?.get('Message')), /\.$/, name);
    }
  });
});

describe('root\\cimv2', () => {
  test('libvirt reads the version of the host from the program of the service', async () => {
    await using world = await openWorld();
    const client = new HyperVClient(world.broker, CIMV2);
    const query = (name: string): string => `SELECT * FROM CIM_DataFile WHERE Name='${name}'`;
    const file = await client.one(query('c:\\\\windows\\\\system32\\\\vmms.exe'));
    assert.match(String(file.get('Version')), /^\d+\.\d+\.\d+\.\d+$/);
    assert.deepEqual(await client.query(query('c:\\\\boot.ini')), []);
  });
});
