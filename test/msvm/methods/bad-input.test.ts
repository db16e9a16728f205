import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CimError } from '../../../src/cim/errors.ts';
import { ObjectPath } from '../../../src/cim/object-path.ts';
import type { CimMethod, CimParameter } from '../../../src/cim/schema.ts';
import type { CimValue, CimValues } from '../../../src/cim/values.ts';
import { guidOf, HyperVClient, SERVICE_CLASS, settingText, V2 } from '../../kit/hyperv-client.ts';
import { openWorld, type HyperVWorld } from '../../kit/hyperv-world.ts';
import { assertSaysWhy } from '../../kit/refusal-text.ts';
import { BAD_TEXTS, badValues, HUGE, VSSD } from './bad-values.ts';

/** Return values that a client knows how to read (jobs-and-errors §1); 4096 only where a job runs, which none here may. */
const REFUSALS: ReadonlySet<number> = new Set([
  1, 32768, 32769, 32770, 32771, 32772, 32773, 32774, 32775, 32776, 32777, 32778, 32779,
]);

/** Refusals of CIM_ConcreteJob.RequestStateChange (jobs-and-errors §6). */
const JOB_REFUSALS: ReadonlySet<number> = new Set([2, 3, 4, 5, 6, 4097, 4098, 4099]);
/** Methods whose parameter takes nearly anything: a text of quotes and dollar signs can be typed. */
const TYPING: ReadonlySet<string> = new Set(['TypeText', 'IsKeyPressed', 'InjectNonMaskableInterruptEx']);

/** Arguments of a call that is right but for one parameter. */
const goodArguments = async (client: HyperVClient, system: ObjectPath, method: CimMethod): Promise<CimValues> => {
  const settings = (await client.settings(system)).path();
  const memory = await client.resource(system, 'Msvm_MemorySettingData');
  const InstanceID = String(memory.get('InstanceID'));
  const texts: Readonly<Record<string, CimValue>> = {
    SystemSettings: settingText('Msvm_VirtualSystemSettingData', { InstanceID: `Microsoft:${guidOf(system)}` }),
    ResourceSettings:
      method.name === 'RemoveResourceSettings'
        ? [memory.path()]
        : [settingText('Msvm_MemorySettingData', { InstanceID })],
    AffectedConfiguration: settings,
    TargetSystem: method.name === 'GetVirtualSystemThumbnailImage' ? settings : system,
    ComputerSystem: system,
    WidthPixels: 8,
    HeightPixels: 8,
  };
  return Object.fromEntries(
    method.parameters
      .filter((parameter) => parameter.direction !== 'out' && texts[parameter.name] !== undefined)
      .map((parameter) => [parameter.name, texts[parameter.name] as CimValue]),
  );
};

/** Methods for which leaving parameters out is a right call that changes something or starts a job. */
const isHarmless = (parameter: CimParameter, value: CimValue): boolean => {
  // A text that says no version means the highest, as none does; no reference is right too.
  if (parameter.name === 'UpgradeSettingData') {
    if (value === null || Array.isArray(value)) return true;
    return typeof value === 'string' && (value.trim() === '' || value.startsWith(`<INSTANCE CLASSNAME="${VSSD}">`));
  }
  // A folder below a drive that this host has is a place for an export, and no settings mean the defaults.
  if (parameter.name === 'ExportDirectory') return typeof value === 'string' && /^(?:\\\\\?\\)?C:\\/.test(value);
  if (parameter.name === 'ExportSettingData')
    return value === null || (typeof value === 'string' && value.trim() === '');
  return value === null && parameter.name === 'ReferenceConfiguration';
};

/** A return code or a fault; whichever refuses says why. */
const answer = async (
  world: HyperVWorld,
  path: ObjectPath,
  method: string,
  args: CimValues,
  label: string,
): Promise<number | CimError> => {
  try {
    const result = await world.client.invoke(path, method, args);
    const code = Number(result.returnValue);
    if (REFUSALS.has(code) || JOB_REFUSALS.has(code))
      assertSaysWhy(result.extended?.get('Message'), `${label}: ${code}`);
    // A name may hold anything printable: such a machine is as good as any, and goes again.
    const made = result.out['ResultingSystem'];
    if (made instanceof ObjectPath)
      await world.client.succeed(await world.client.call('DestroySystem', { AffectedSystem: made }));
    return code;
  } catch (error) {
    if (!(error instanceof CimError)) throw error;
    assertSaysWhy(error.message, `${label}: ${error.code}`);
    return error;
  }
};

const show = (value: CimValue): string => {
  const text = value instanceof ObjectPath ? `${value.namespace}:${value.className}` : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}... (${text.length})` : text;
};

describe('bad input (issue: every parameter of every method)', () => {
  test('each bad value of each parameter of the management service: a standard code or fault, nothing changed', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'victim' });
    const service = await client.service();
    const serviceClass = world.broker.repository.namespace(V2)?.class(SERVICE_CLASS) ?? assert.fail();
    const before = await world.stored();
    for (const method of serviceClass.methods) {
      const good = await goodArguments(client, system, method);
      for (const parameter of method.parameters) {
        if (parameter.direction === 'out') continue;
        for (const value of badValues(parameter, system, V2)) {
          const label = `${method.name}.${parameter.name} = ${show(value)}`;
          if (isHarmless(parameter, value)) continue;
          const args: CimValues = { ...good, [parameter.name]: value };
          const code = await answer(world, service, method.name, args, label);
          if (code instanceof CimError || REFUSALS.has(code)) continue;
          // Accepted: then it must have meant nothing.
          assert.equal(code, 0, label);
        }
      }
      assert.deepEqual(await world.stored(), before, `${method.name} changed something`);
    }
  });

  test('each bad value of each parameter of a running system, its devices and its job: the same', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'victim' });
    const job = await client.finished(await client.state(system, 2));
    const device = async (className: string): Promise<ObjectPath> =>
      (await client.one(`SELECT * FROM ${className} WHERE SystemName = '${guidOf(system)}'`)).path() ??
      assert.fail(className);
    const targets = [
      system,
      job.path() ?? assert.fail('a job'),
      await device('Msvm_Keyboard'),
      await device('Msvm_SyntheticMouse'),
      await device('Msvm_Ps2Mouse'),
      await device('Msvm_ShutdownComponent'),
    ];
    const before = await world.stored();
    for (const path of targets) {
      const cimClass = world.broker.repository.namespace(V2)?.class(path.className) ?? assert.fail();
      for (const method of cimClass.methods) {
        for (const parameter of method.parameters) {
          // A shutdown without a reason is a right call.
          if (parameter.direction === 'out' || method.name.startsWith('Initiate')) continue;
          for (const value of badValues(parameter, system, V2)) {
            const label = `${path.className}.${method.name}.${parameter.name} = ${show(value)}`;
            const code = await answer(world, path, method.name, { [parameter.name]: value }, label);
            const isRefusal = code instanceof CimError || REFUSALS.has(code) || JOB_REFUSALS.has(code);
            assert.ok(isRefusal || TYPING.has(method.name), `${label}: ${String(code)}`);
          }
        }
      }
    }
    for (const method of ['InitiateShutdown', 'InitiateReboot']) {
      const shutdown = targets.at(-1) ?? assert.fail();
      for (const args of [
        { Force: 'maybe' },
        { Force: 7 },
        { Reason: HUGE },
        { Reason: 5, Force: [true, false] },
      ] as readonly CimValues[]) {
        const label = `${method} ${Object.keys(args).join()}`;
        const code = await answer(world, shutdown, method, args, label);
        assert.ok(code instanceof CimError || REFUSALS.has(code), `${label}: ${String(code)}`);
      }
    }
    assert.deepEqual(await world.stored(), before);
    assert.equal(await client.enabledState(system), 2);
  });

  test('all 45 methods of the management service have an implementation of their own', async () => {
    await using world = await openWorld();
    const serviceClass = world.broker.repository.namespace(V2)?.class(SERVICE_CLASS) ?? assert.fail();
    const names = serviceClass.methods.map((method) => method.name);
    assert.equal(new Set(names).size, 45);
    for (const name of names) {
      const result = await world.client.call(name).catch((error: unknown) => error);
      assert.ok(!(result instanceof Error), `${name}: ${String(result)}`);
      const { returnValue, extended } = result as { returnValue: number; extended?: { get(name: string): unknown } };
      // A refusal by the fallback says nothing; ours say why.
      if (returnValue > 1)
        assert.ok(String(extended?.get('Message')).length > 20, `${name} answers ${returnValue} without a reason`);
    }
  });

  test('an unknown parameter is a fault that names it', async () => {
    await using world = await openWorld();
    const service = await world.client.service();
    await assert.rejects(world.client.invoke(service, 'DefineSystem', { NoSuchParameter: 'x' }), {
      code: 'invalidParameter',
      subject: 'NoSuchParameter',
    });
  });

  test('every refusal says what is wrong', async () => {
    await using world = await openWorld();
    const { client } = world;
    const wrongTypes: readonly string[] = [
      settingText(VSSD, { BIOSNumLock: 'maybe' }),
      settingText(VSSD, { ElementName: ['a', 'b'] }),
    ];
    for (const SystemSettings of wrongTypes)
      assert.equal((await client.call('DefineSystem', { SystemSettings })).returnValue, 32776, SystemSettings);
    for (const SystemSettings of [...BAD_TEXTS, ...wrongTypes]) {
      const result = await client.call('DefineSystem', { SystemSettings });
      if (result.returnValue === 0) continue;
      assertSaysWhy(result.extended?.get('Message'), show(SystemSettings));
    }
  });

  test('E7 a DOCTYPE with an entity bomb is refused quickly, without expansion', async () => {
    await using world = await openWorld();
    const levels = Array.from({ length: 20 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('');
    const SystemSettings = `<!DOCTYPE x [<!ENTITY e0 "boom">${levels}]><INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"><PROPERTY NAME="ElementName" TYPE="string"><VALUE>&e20;</VALUE></PROPERTY></INSTANCE>`;
    assert.equal((await world.client.call('DefineSystem', { SystemSettings })).returnValue, 32773);
  });
});
