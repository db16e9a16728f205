import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CimError } from '../../../src/cim/errors.ts';
import type { ObjectPath } from '../../../src/cim/object-path.ts';
import type { CimMethod } from '../../../src/cim/schema.ts';
import type { CimValue, CimValues } from '../../../src/cim/values.ts';
import { V1 } from '../../../src/msvm/register.ts';
import { guidOf, HyperVClient, pathOf, SERVICE_CLASS, settingText } from '../../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../../kit/hyperv-world.ts';
import { assertSaysWhy } from '../../kit/refusal-text.ts';
import { badValues } from './bad-values.ts';

/** Family A (jobs-and-errors §1), 1 of the control methods, 32784 of CheckSystemCompatibilityInfo. */
const REFUSALS: ReadonlySet<number> = new Set([
  1, 32768, 32769, 32770, 32771, 32772, 32773, 32774, 32775, 32776, 32777, 32778, 32784,
]);

/** Methods that only answer what they are asked. */
const READS: ReadonlySet<string> = new Set(['GetSummaryInformation', 'FormatError']);

const goodArguments = async (
  world: HyperVWorld,
  client: HyperVClient,
  system: ObjectPath,
  method: CimMethod,
): Promise<CimValues> => {
  const settings = (await client.settings(system)).path();
  const memory = await client.resource(system, 'Msvm_MemorySettingData');
  const SystemSettingData = settingText('Msvm_VirtualSystemSettingData', { InstanceID: `Microsoft:${guidOf(system)}` });
  const values: Readonly<Record<string, CimValue>> = {
    SystemSettingData,
    ResourceSettingData:
      method.name === 'RemoveVirtualSystemResources'
        ? [memory.path()]
        : [settingText('Msvm_MemorySettingData', { InstanceID: String(memory.get('InstanceID')) })],
    TargetSystem: method.name === 'GetVirtualSystemThumbnailImage' ? settings : system,
    ComputerSystem: system,
    SourceSystem: system,
    SnapshotSettingData: settings,
    CopyVmState: false,
    ImportDirectory: await world.folder('empty'),
    GenerateNewID: true,
    WidthPixels: 8,
    HeightPixels: 8,
  };
  return Object.fromEntries(
    method.parameters
      .filter((parameter) => parameter.direction !== 'out' && values[parameter.name] !== undefined)
      .map((parameter) => [parameter.name, values[parameter.name] as CimValue]),
  );
};

/** What is left out where leaving out is right, and calls that do what they say. */
const isRight = (method: CimMethod, parameter: string, value: CimValue): boolean =>
  READS.has(method.name) ||
  (parameter === 'SourceSetting' && value === null) ||
  // Any text is the name of a folder: exports have tests of their own.
  parameter === 'ExportDirectory';

describe('bad input to root\\virtualization', () => {
  test('each bad value of each parameter of each method: a code of family A or a fault, nothing changed', async () => {
    await using world = await openWorld();
    const client = new HyperVClient(world.broker, V1);
    await world.client.define({ ElementName: 'victim' });
    const system = (await client.one(`SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'victim'`)).path();
    assert.ok(system);
    const service = await client.service();
    const { methods } = world.broker.repository.namespace(V1)?.class(SERVICE_CLASS) ?? assert.fail();
    const before = await world.stored();
    for (const method of methods) {
      const good = await goodArguments(world, client, system, method);
      for (const parameter of method.parameters) {
        if (parameter.direction === 'out') continue;
        const bad: readonly CimValue[] = badValues(parameter, system, V1);
        for (const value of bad) {
          if (isRight(method, parameter.name, value)) continue;
          const label = `${method.name}.${parameter.name} = ${String(value).slice(0, 60)}`;
          let code: number;
          try {
            const result = await client.invoke(service, method.name, { ...good, [parameter.name]: value });
            code = Number(result.returnValue);
            const made = result.out['DefinedSystem'];
            if (code === 0 && made !== null && made !== undefined) {
              const destroyed = await client.call('DestroyVirtualSystem', { ComputerSystem: pathOf(made) });
              await client.succeed(destroyed);
            }
            if (REFUSALS.has(code)) assertSaysWhy(result.extended?.get('Message'), `${label}: ${code}`);
            else assert.equal(code, 0, label);
          } catch (error) {
            if (!(error instanceof CimError)) throw error;
            assertSaysWhy(error.message, `${label}: ${error.code}`);
          }
        }
      }
      assert.deepEqual(await world.stored(), before, `${method.name} changed something`);
    }
  });
});
