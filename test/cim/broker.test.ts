import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { CimError } from '../../src/cim/errors.ts';
import { CimInstance } from '../../src/cim/instance.ts';
import { ObjectPath } from '../../src/cim/object-path.ts';
import { parsePath } from '../../src/cim/path/parse-path.ts';
import type { MethodProvider } from '../../src/cim/provider.ts';
import type { CimValues } from '../../src/cim/values.ts';
import { CimWorld, contextOf, NAMESPACE } from '../kit/cim-world.ts';

const fails = (code: string, subject?: string) => (e: unknown) =>
  e instanceof CimError && e.code === code && (subject === undefined || e.subject === subject);

let world: CimWorld;
beforeEach(() => {
  world = new CimWorld();
});
const get = (path: string, namespace = NAMESPACE): Promise<CimInstance> =>
  world.broker.execute<'getInstance'>(contextOf(), { kind: 'getInstance', namespace, path: parsePath(path) });

describe('get', () => {
  test('by all keys, any case, through the provider index and never by enumeration', async () => {
    world.system('A');
    world.system('B');
    const found = await get('test_system.NAME="b",creationclassname="TEST_SYSTEM"');
    assert.equal(found.get('Name'), 'B');
    assert.equal(world.systems.enumerations, 0);
  });
  test('W-032 by a subset of keys when one matches; CreationClassName needs no search', async () => {
    world.system('A');
    world.system('B');
    assert.equal((await get('Test_System.Name="B"')).get('Name'), 'B');
    assert.equal(world.systems.enumerations, 0);
    await assert.rejects(get('Test_System.CreationClassName="Test_System"'), fails('invalidObjectPath'));
  });
  test('W-083 without keys: the only instance', async () => {
    world.services.add(world.make('Test_Service', { CreationClassName: 'Test_Service', Name: 'vmms' }));
    const found = await world.broker.execute<'getInstance'>(contextOf(), {
      kind: 'getInstance',
      namespace: NAMESPACE,
      path: new ObjectPath(null, null, 'Test_Service', new Map()),
    });
    assert.equal(found.get('Name'), 'vmms');
    world.system('A');
    world.system('B');
    await assert.rejects(get('Test_System'), fails('invalidObjectPath'));
  });
  test('short form, singleton, a base class, a namespace in the path', async () => {
    world.setting('Microsoft:A');
    world.system('A');
    world.hosts.add(world.make('Test_Host', { Model: 'x' }));
    assert.equal((await get('Test_SystemSetting="microsoft:a"')).get('InstanceID'), 'Microsoft:A');
    assert.equal((await get('Test_Host=@')).get('Model'), 'x');
    assert.equal((await get('Test_Host')).get('Model'), 'x');
    assert.equal((await get('CIM_System.CreationClassName="Test_System",Name="A"')).class.name, 'Test_System');
    assert.equal((await get('\\\\.\\ROOT\\test\\V2:Test_System.Name="A"', 'root\\cimv2')).get('Name'), 'A');
  });
  test('failures', async () => {
    world.system('A');
    await assert.rejects(get('Test_System.Name="Z"'), fails('notFound'));
    await assert.rejects(get('Nope.Name="Z"'), fails('invalidClass', 'Nope'));
    await assert.rejects(get('Test_System.Title="Z"'), fails('invalidObjectPath', 'Title'));
    await assert.rejects(get('Test_System.Name="A"', 'root\\nope'), fails('invalidNamespace'));
    await assert.rejects(get('Test_Job.InstanceID="A"'), fails('notFound'));
  });
});

describe('enumerate', () => {
  const names = async (className: string, deep: boolean): Promise<unknown[]> => {
    const result = await world.broker.execute<'enumerateInstances'>(contextOf(), {
      kind: 'enumerateInstances',
      namespace: 'ROOT/Test/V2',
      className,
      deep,
    });
    const all: unknown[] = [];
    for await (const i of result.items) all.push(`${i.class.name} ${String(i.get('Name'))}`);
    return all;
  };
  test('a base class yields descendants under their own names when deep', async () => {
    world.system('A');
    world.planned.add(world.make('Test_PlannedSystem', { CreationClassName: 'Test_PlannedSystem', Name: 'P' }));
    assert.deepEqual(await names('cim_system', true), ['Test_System A', 'Test_PlannedSystem P']);
    assert.deepEqual(await names('CIM_System', false), []);
    assert.deepEqual(await names('Test_System', false), ['Test_System A']);
    await assert.rejects(names('Nope', true), fails('invalidClass'));
  });
  test('items are pulled one by one', async () => {
    world.system('A');
    const result = await world.broker.execute<'enumerateInstances'>(contextOf(), {
      kind: 'enumerateInstances',
      namespace: NAMESPACE,
      className: 'Test_System',
      deep: true,
    });
    assert.equal(world.systems.enumerations, 0);
    assert.equal([...(result.items as Iterable<CimInstance>)].length, 1);
  });
});

describe('invoke', () => {
  const invoke = (path: string, method: string, args: CimValues = {}) =>
    world.broker.execute<'invokeMethod'>(contextOf(), {
      kind: 'invokeMethod',
      namespace: NAMESPACE,
      path: parsePath(path),
      method,
      args,
    });
  const provider = (className: string, methods: MethodProvider['methods']): MethodProvider => ({
    namespace: NAMESPACE,
    className,
    methods,
  });

  test('the most derived provider answers, with the complete path and typed arguments', async () => {
    world.system('A');
    const calls: unknown[] = [];
    world.broker.register(provider('CIM_System', { RequestStateChange: async () => ({ returnValue: 1, out: {} }) }));
    world.broker.register(
      provider('Test_System', {
        RequestStateChange: async (_context, path, args) => {
          calls.push([...(path.keys ?? [])], args);
          return { returnValue: 4096, out: {} };
        },
      }),
    );
    const answer = await invoke('Test_System.Name="a"', 'requeststatechange', { requestedstate: '2' });
    assert.equal(answer.returnValue, 4096);
    assert.deepEqual(calls, [
      [
        ['CreationClassName', 'Test_System'],
        ['Name', 'A'],
      ],
      { RequestedState: 2 },
    ]);
    world.planned.add(world.make('Test_PlannedSystem', { CreationClassName: 'Test_PlannedSystem', Name: 'P' }));
    assert.equal((await invoke('Test_PlannedSystem.Name="P"', 'RequestStateChange')).returnValue, 1);
  });

  test('references arrive in repository spelling, lists as lists', async () => {
    world.system('A');
    let seen: CimValues = {};
    world.broker.register(
      provider('Test_System', {
        Attach: async (_context, _path, args) => {
          seen = args;
          return { returnValue: 0, out: {} };
        },
      }),
    );
    await invoke('Test_System.Name="A"', 'Attach', { Target: '//h/root/test/v2:test_systemsetting="x"', Names: 'one' });
    const target = seen['Target'];
    assert.ok(target instanceof ObjectPath);
    assert.equal(target.className, 'Test_SystemSetting');
    assert.equal(target.keys?.get('InstanceID'), 'x');
    assert.deepEqual(seen['Names'], ['one']);
  });

  test('failures before the provider is asked', async () => {
    world.system('A');
    const path = 'Test_System.Name="A"';
    await assert.rejects(invoke(path, 'Nope'), fails('methodNotFound', 'Nope'));
    await assert.rejects(invoke(path, 'InjectInterrupt'), fails('methodNotAvailable'));
    await assert.rejects(invoke(path, 'RequestStateChange', { Foo: 1 }), fails('invalidParameter', 'Foo'));
    await assert.rejects(invoke(path, 'RequestStateChange', { Job: 'x' }), fails('invalidParameter', 'Job'));
    await assert.rejects(
      invoke(path, 'RequestStateChange', { RequestedState: 'x' }),
      fails('typeMismatch', 'RequestedState'),
    );
    await assert.rejects(invoke('Test_System.Name="Z"', 'InjectInterrupt'), fails('notFound'));
    await assert.rejects(invoke('Nope', 'InjectInterrupt'), fails('invalidClass'));
  });

  test('a static method needs no instance; the fallback answers what nobody provides', async () => {
    world = new CimWorld({
      methodFallback: async (_context, _path, cimClass, method) => ({
        returnValue: `${cimClass.name}.${method.name}`,
        out: {},
      }),
    });
    assert.equal((await invoke('Test_Service', 'Format')).returnValue, 'Test_Service.Format');
  });

  test('mistakes of registration stop the start', () => {
    assert.throws(() => world.broker.register(provider('Nope', {})), /no class/);
    assert.throws(
      () => world.broker.register(provider('Test_System', { Nope: async () => ({ returnValue: 0, out: {} }) })),
      /no method/,
    );
    assert.throws(() => world.broker.register(world.systems), /already/);
  });
});

describe('create, modify, delete', () => {
  test('go to a provider that can, with typed values and complete paths', async () => {
    const seen: unknown[] = [];
    const device = world.device('D1', { ElementName: 'old' });
    Object.assign(world.devices, {
      modify: async (_c: unknown, path: ObjectPath, values: CimValues) => {
        seen.push(path.key('InstanceID'), values);
        return device.with(values);
      },
      create: async (_c: unknown, instance: CimInstance) => {
        seen.push(instance.values);
        return instance.path();
      },
      remove: async (_c: unknown, path: ObjectPath) => {
        seen.push(path.key('InstanceID'));
      },
    });
    const path = parsePath('Test_DeviceSetting="d1"');
    const changed = await world.broker.execute<'modifyInstance'>(contextOf(), {
      kind: 'modifyInstance',
      namespace: NAMESPACE,
      path,
      values: { elementname: 'new', Weight: '5', InstanceID: 'd1' },
    });
    assert.equal(changed.get('ElementName'), 'new');
    await world.broker.execute<'createInstance'>(contextOf(), {
      kind: 'createInstance',
      namespace: NAMESPACE,
      instance: new CimInstance(device.class, { InstanceID: 'D2', Limit: '7' }),
    });
    await world.broker.execute<'deleteInstance'>(contextOf(), { kind: 'deleteInstance', namespace: NAMESPACE, path });
    assert.deepEqual(seen, ['D1', { ElementName: 'new', Weight: 5 }, { InstanceID: 'D2', Limit: 7n }, 'D1']);
    await assert.rejects(
      world.broker.execute<'modifyInstance'>(contextOf(), {
        kind: 'modifyInstance',
        namespace: NAMESPACE,
        path,
        values: { InstanceID: 'other' },
      }),
      fails('invalidParameter', 'InstanceID'),
    );
  });
  test('are refused where no provider can', async () => {
    const system = world.system('A');
    const path = parsePath('Test_System.Name="A"');
    await assert.rejects(
      world.broker.execute<'modifyInstance'>(contextOf(), {
        kind: 'modifyInstance',
        namespace: NAMESPACE,
        path,
        values: { ElementName: 'x' },
      }),
      fails('providerNotCapable'),
    );
    await assert.rejects(
      world.broker.execute<'modifyInstance'>(contextOf(), {
        kind: 'modifyInstance',
        namespace: NAMESPACE,
        path,
        values: { Nope: 'x' },
      }),
      fails('noSuchProperty', 'Nope'),
    );
    await assert.rejects(
      world.broker.execute<'deleteInstance'>(contextOf(), { kind: 'deleteInstance', namespace: NAMESPACE, path }),
      fails('providerNotCapable'),
    );
    await assert.rejects(
      world.broker.execute<'createInstance'>(contextOf(), {
        kind: 'createInstance',
        namespace: NAMESPACE,
        instance: system,
      }),
      fails('providerNotCapable'),
    );
  });
});

describe('classes, authorisation, audit', () => {
  test('get and enumerate classes', async () => {
    const one = await world.broker.execute<'getClass'>(contextOf(), {
      kind: 'getClass',
      namespace: NAMESPACE,
      className: 'test_system',
    });
    assert.equal(one.name, 'Test_System');
    const below = async (className: string | null, deep: boolean): Promise<string[]> =>
      (
        await world.broker.execute<'enumerateClasses'>(contextOf(), {
          kind: 'enumerateClasses',
          namespace: NAMESPACE,
          className,
          deep,
        })
      ).classes.map((c) => c.name);
    assert.deepEqual(await below('CIM_SettingData', false), ['Test_SystemSetting', 'Test_DeviceSetting']);
    assert.deepEqual(await below('CIM_SettingData', true), [
      'Test_SystemSetting',
      'Test_DeviceSetting',
      'Test_DiskSetting',
    ]);
    assert.ok((await below(null, false)).includes('CIM_ManagedElement'));
    assert.ok(!(await below(null, false)).includes('CIM_System'));
    await assert.rejects(below('Nope', true), fails('invalidClass'));
  });
  test('a change, and a refusal, is answered when its record is written and not before', async () => {
    const written: (() => void)[] = [];
    world = new CimWorld({
      authorize: (context) => {
        if (context.caller.role === 'viewer') throw new CimError('accessDenied', 'Viewers change nothing.');
      },
      audit: () => new Promise((resolve) => written.push(resolve)),
    });
    world.system('A');
    const op = {
      kind: 'invokeMethod',
      namespace: NAMESPACE,
      path: parsePath('Test_System.Name="A"'),
      method: 'InjectInterrupt',
      args: {},
    } as const;
    for (const role of ['administrator', 'viewer'] as const) {
      let answered = false;
      const answer = world.broker
        .execute<'invokeMethod'>(contextOf(role), op)
        .catch(() => undefined)
        .finally(() => (answered = true));
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(written.length, 1, role);
      assert.equal(answered, false, role);
      written.pop()?.();
      await answer;
    }
  });

  test('the authoriser is asked first, and refusals of changes are audited', async () => {
    const audit: string[] = [];
    world = new CimWorld({
      authorize: (context, request) => {
        if (context.caller.role === 'viewer' && request.kind === 'invokeMethod')
          throw new CimError('accessDenied', 'Viewers change nothing.');
      },
      audit: (_context, request, outcome) =>
        void audit.push(`${request.kind} ${outcome.error instanceof CimError ? outcome.error.code : 'ok'}`),
    });
    world.system('A');
    const op = {
      kind: 'invokeMethod',
      namespace: NAMESPACE,
      path: parsePath('Test_System.Name="A"'),
      method: 'InjectInterrupt',
      args: {},
    } as const;
    await assert.rejects(world.broker.execute<'invokeMethod'>(contextOf('viewer'), op), fails('accessDenied'));
    world.broker.register({
      namespace: NAMESPACE,
      className: 'Test_System',
      methods: { InjectInterrupt: async () => ({ returnValue: 0, out: {} }) },
    });
    await world.broker.execute<'invokeMethod'>(contextOf(), op);
    await get('Test_System.Name="A"');
    assert.deepEqual(audit, ['invokeMethod accessDenied', 'invokeMethod ok']);
  });
});
