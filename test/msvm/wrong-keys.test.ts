import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CimInstance } from '../../src/cim/instance.ts';
import { type KeyValue, ObjectPath } from '../../src/cim/object-path.ts';
import { CIMV2, CLUSTER, V1, V2 } from '../../src/msvm/register.ts';
import { HyperVClient } from '../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../kit/hyperv-world.ts';

/** Machines of both generations that run, with what hangs on a switch, checkpoints and a collection. */
const furnish = async ({ client }: HyperVWorld): Promise<void> => {
  const [target] = await client.query('SELECT * FROM Msvm_VirtualEthernetSwitch');
  for (const generation of [1, 2]) {
    const system = await client.define({
      ElementName: `of generation ${generation}`,
      VirtualSystemSubType: `Microsoft:Hyper-V:SubType:${generation}`,
    });
    await client.plugIn(system, target?.path() ?? assert.fail('a switch'));
    await client.succeed(await client.state(system, 2));
  }
  const made = await client.invoke(await client.service('Msvm_CollectionManagementService'), 'DefineCollection', {
    Name: 'both',
    Type: 0,
  });
  assert.equal(made.returnValue, 0);
};

/** Every instance of every class of a namespace that is no association. */
const everything = async (client: HyperVClient): Promise<CimInstance[]> => {
  const schema = client.broker.repository.namespace(client.namespace) ?? assert.fail(client.namespace);
  const found: CimInstance[] = [];
  for (const className of schema.classNames()) {
    const cimClass = schema.class(className);
    if (cimClass === undefined || cimClass.association || cimClass.superclass !== null) continue;
    const { items } = await client.broker.execute(client.context, {
      kind: 'enumerateInstances',
      namespace: client.namespace,
      className,
      deep: true,
    });
    found.push(...(await Array.fromAsync(items)));
  }
  return found;
};

const wrong = (value: KeyValue): KeyValue => {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'bigint') return value + 1n;
  return typeof value === 'boolean' ? !value : `no ${String(value)}`;
};

describe('an object is found by its path, and by none with one wrong key, whichever key it is', () => {
  for (const namespace of [V2, V1, CLUSTER, CIMV2])
    test(namespace, async () => {
      await using world = await openWorld();
      await furnish(world);
      const client = new HyperVClient(world.broker, namespace);
      const instances = await everything(client);
      assert.ok(instances.length > 5, 'there is something to look at');
      const tolerated = new Set<string>();
      for (const instance of instances) {
        const path = instance.path();
        if (path?.keys == null) continue;
        assert.equal(client.text((await client.get(path)).path() ?? assert.fail()), client.text(path));
        for (const [name, value] of path.keys) {
          const other = new ObjectPath(
            null,
            null,
            path.className,
            new Map([...path.keys, [name, wrong(value)]]),
            false,
          );
          const found = await client.get(other).then(
            () => true,
            () => false,
          );
          if (found) tolerated.add(`${path.className}.${name}`);
        }
      }
      assert.deepEqual([...tolerated], []);
    });
});
