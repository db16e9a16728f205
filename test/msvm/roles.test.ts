import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Broker } from '../../src/cim/broker/broker.ts';
import type { Provider } from '../../src/cim/broker/provider-registry.ts';
import { CimError } from '../../src/cim/errors.ts';
import { ObjectPath } from '../../src/cim/object-path.ts';
import type { MethodProvider } from '../../src/cim/provider.ts';
import { authorize, OPERATION_RIGHTS } from '../../src/msvm/authorization.ts';
import type { Right } from '../../src/msvm/v2/methods/rights.ts';
import { V2 } from '../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../kit/hyperv-world.ts';
import { METHOD_RIGHTS } from './method-rights.ts';

const ROLES = ['viewer', 'operator', 'administrator'] as const;
const ALLOWED: Readonly<Record<Right, readonly string[]>> = {
  read: ROLES,
  operate: ['operator', 'administrator'],
  administer: ['administrator'],
};
const RIGHTS = ['read', 'operate', 'administer'] as const;
const ACCESS_DENIED = 32769;

/** Remembers who provides methods. */
class ListeningBroker extends Broker {
  readonly methods: MethodProvider[] = [];

  override register(...providers: readonly Provider[]): void {
    for (const provider of providers) if ('methods' in provider) this.methods.push(provider);
    super.register(...providers);
  }
}

/** Method -> right, of a class of the table. */
const rightsOf = (namespace: string, className: string): ReadonlyMap<string, Right> => {
  const rows = METHOD_RIGHTS[namespace]?.[className] ?? {};
  return new Map(RIGHTS.flatMap((right) => (rows[right] ?? []).map((method): [string, Right] => [method, right])));
};

describe('20 roles', () => {
  let world: HyperVWorld;
  let broker: ListeningBroker;
  before(async () => {
    world = await openWorld({ broker: (options) => (broker = new ListeningBroker(options)) });
    // Its guest has a service of its own (Msvm_GuestFileService).
    const machine = await world.client.define({ ElementName: 'running' });
    await world.client.succeed(await world.client.state(machine, 2));
  });
  after(() => world[Symbol.asyncDispose]());

  test('A-037 kinds of operations', () => {
    for (const [kind, right] of Object.entries(OPERATION_RIGHTS)) {
      for (const role of ROLES) {
        const { context } = world.client.as(role);
        // The rule looks at the kind alone.
        const attempt = (): void => authorize(context, { kind } as Parameters<typeof authorize>[1]);
        if (ALLOWED[right].includes(role)) assert.doesNotThrow(attempt, `${role} ${kind}`);
        else
          assert.throws(
            attempt,
            (error) => error instanceof CimError && error.code === 'accessDenied',
            `${role} ${kind}`,
          );
      }
    }
  });

  test('A-037 every method that somebody provides, of every class of every namespace, by every role', async () => {
    const wrong: string[] = [];
    const provided = new Map<string, Set<string>>();
    for (const { namespace, className, methods } of broker.methods) {
      const rights = rightsOf(namespace, className);
      const names = provided.get(`${namespace} ${className}`) ?? new Set<string>();
      provided.set(`${namespace} ${className}`, names);
      for (const [method, run] of Object.entries(methods)) {
        names.add(method);
        const right = rights.get(method);
        if (right === undefined) {
          wrong.push(`${namespace} ${className}.${method} is not in the table`);
          continue;
        }
        for (const role of ROLES) {
          // Nothing has this name: whoever may do it learns that.
          const path = ObjectPath.of(className, { Name: world.unknownId }, namespace);
          const { returnValue } = await run(world.client.as(role).context, path, {}).catch((error: unknown) => {
            if (error instanceof CimError && error.code !== 'accessDenied') return { returnValue: null };
            throw error;
          });
          if ((returnValue === ACCESS_DENIED) === ALLOWED[right].includes(role))
            wrong.push(`${role} ${namespace} ${className}.${method}: ${String(returnValue)}`);
        }
      }
    }
    for (const [namespace, classes] of Object.entries(METHOD_RIGHTS))
      for (const className of Object.keys(classes))
        for (const method of rightsOf(namespace, className).keys())
          if (provided.get(`${namespace} ${className}`)?.has(method) !== true)
            wrong.push(`nobody provides ${namespace} ${className}.${method}`);
    assert.deepEqual(wrong, []);
  });

  for (const className of Object.keys(METHOD_RIGHTS[V2] ?? {}).filter((name) => /^Msvm_.*Service$/.test(name))) {
    test(`A-037 ${className}: every method of the schema, asked of the broker, by every role`, async () => {
      const rights = rightsOf(V2, className);
      const declared =
        world.broker.repository
          .namespace(V2)
          ?.class(className)
          ?.methods.map(({ name }) => name) ?? [];
      assert.deepEqual([...declared].toSorted(), [...rights.keys()].toSorted());
      const path = await world.client.service(className);
      const wrong: string[] = [];
      for (const role of ROLES) {
        const { context } = world.client.as(role);
        for (const [method, right] of rights) {
          const { returnValue } = await world.broker.execute<'invokeMethod'>(context, {
            kind: 'invokeMethod',
            namespace: V2,
            path,
            method,
            args: {},
          });
          if ((returnValue !== ACCESS_DENIED) !== ALLOWED[right].includes(role))
            wrong.push(`${role} ${method}: ${String(returnValue)}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
  }
});
