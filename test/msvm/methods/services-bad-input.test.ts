import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { CimError } from '../../../src/cim/errors.ts';
import { ObjectPath } from '../../../src/cim/object-path.ts';
import { loadRepository } from '../../../src/cim/repository/load.ts';
import type { CimValue, CimValues } from '../../../src/cim/values.ts';
import { V1 } from '../../../src/msvm/register.ts';
import { CLUSTER, guidOf, HyperVClient, SERVICE_CLASS, settingText, V2 } from '../../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../../kit/hyperv-world.ts';
import { assertSaysWhy } from '../../kit/refusal-text.ts';
import { badValues } from './bad-values.ts';

/** Numbers that mean "no" in every family (jobs-and-errors §1). */
const REFUSALS: ReadonlySet<number> = new Set([
  1, 2, 3, 4, 5, 6, 32768, 32769, 32770, 32771, 32772, 32773, 32774, 32775, 32776, 32777, 32778, 32779, 32784,
]);

/** Those of v2 and v1 have tests of their own, with more machines. */
const isTestedElsewhere = (namespace: string, className: string): boolean =>
  className === SERVICE_CLASS && namespace !== CLUSTER;

/** There is no object whose methods could be called (docs/parity.md). One that comes is tested with all others. */
const NOT_OFFERED: readonly (readonly [namespace: string, className: string])[] = [
  [V2, 'Msvm_TransparentBridgingService'],
  [V2, 'Msvm_AssignableDeviceService'],
  [V2, 'Msvm_GuestCommunicationService'],
  [V2, 'Msvm_VssService'],
  [V1, 'Msvm_TransparentBridgingService'],
  [CLUSTER, 'Msvm_CollectionReplicationService'],
];
const isOffered = (namespace: string, className: string): boolean =>
  !NOT_OFFERED.some(([space, name]) => space === namespace && name === className);

/** Every service of ours and of Hyper-V's, from the schema. */
const SERVICES: readonly (readonly [namespace: string, className: string])[] = [V2, V1, CLUSTER].flatMap((namespace) =>
  (loadRepository().namespace(namespace)?.family('CIM_Service') ?? [])
    .map(({ name }) => name)
    .filter((name) => /^(?:Msvm|Vsms)_/.test(name) && !isTestedElsewhere(namespace, name))
    .filter((name) => isOffered(namespace, name))
    .map((name) => [namespace, name] as const),
);

/** What there is to name: a running machine with a checkpoint, a disk, a switch, a pool, a metric. */
interface Scene {
  readonly system: ObjectPath;
  readonly good: CimValues;
}

const onlyPath = async (client: HyperVClient, query: string): Promise<ObjectPath> =>
  (await client.query(query))[0]?.path() ?? assert.fail(query);

const setScene = async (world: HyperVWorld): Promise<Scene> => {
  const { client } = world;
  const system = await client.define({ ElementName: 'victim' });
  const memory = await client.resource(system, 'Msvm_MemorySettingData');
  await client.finished(
    await client.invoke(await client.service('Msvm_VirtualSystemSnapshotService'), 'CreateSnapshot', {
      AffectedSystem: system,
      SnapshotSettings: '',
      SnapshotType: 2,
    }),
  );
  await client.finished(await client.state(system, 2));
  const snapshot = await onlyPath(
    client,
    "SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemType = 'Microsoft:Hyper-V:Snapshot:Realized'",
  );
  const folder = await world.folder('images');
  const disk = `${folder}/disk.vhdx`;
  execFileSync('qemu-img', ['create', '-q', '-f', 'vhdx', disk, '4M']);
  const pool = await onlyPath(
    client,
    "SELECT * FROM Msvm_ResourcePool WHERE ResourceSubType = 'Microsoft:Hyper-V:Virtual Hard Disk'",
  );
  const switchSetting = await client.one('SELECT * FROM Msvm_VirtualEthernetSwitchSettingData');
  const settings = settingText('Msvm_VirtualSystemSettingData', { InstanceID: `Microsoft:${guidOf(system)}` });
  return {
    system,
    good: {
      AffectedSystem: system,
      ComputerSystem: system,
      SnapshotType: 2,
      Snapshot: snapshot,
      AffectedSnapshot: snapshot,
      SnapshotSettingData: snapshot,
      SnapshotSettings: '',
      Path: disk,
      SourcePath: disk,
      ChildPath: disk,
      ParentPath: disk,
      DestinationPath: `${folder}/new.vhdx`,
      MaxInternalSize: 8_388_608n,
      Mode: 0,
      Subject: system,
      Definition: await onlyPath(client, 'SELECT * FROM CIM_BaseMetricDefinition'),
      MetricCollectionEnabled: 2,
      ParentPools: [pool],
      AllocationSettings: [settingText('Msvm_StorageAllocationSettingData', { HostResource: [folder] })],
      Count: 1,
      SystemSettings: settings,
      ResourceSettings: [settingText('Msvm_MemorySettingData', { InstanceID: String(memory.get('InstanceID')) })],
      AffectedConfiguration: switchSetting.path(),
    },
  };
};

/**
 * Values of a parameter that are right after all, by `Class.Method.Parameter`: what may be left out, names that may hold
 * anything printable, reads that answer whatever they are asked, and outputs that a client need not send.
 */
const RIGHT: Readonly<Record<string, (value: CimValue) => boolean>> = {
  'CreateSnapshot.SnapshotSettings': (value) => isNothing(value) || isSettings(value),
  'CreateSnapshot.ResultingSnapshot': () => true,
  'CompactVirtualHardDisk.Mode': isNothing,
  'AttachVirtualHardDisk.AssignDriveLetter': isNothing,
  'AttachVirtualHardDisk.ReadOnly': isNothing,
  'ShowMetrics.Subject': isNothing,
  'ShowMetrics.Definition': isNothing,
  'ShowMetricsByClass.Subject': (value) => isNothing(value) || value instanceof ObjectPath,
  'ShowMetricsByClass.Definition': isNothing,
  'ControlMetrics.Definition': isNothing,
  'ControlMetricsByClass.Subject': (value) => value instanceof ObjectPath,
  'ControlMetricsByClass.Definition': isNothing,
  'ForkSnapshot.ElementName': isName,
  'ForkSnapshot.Start': isNothing,
  'ForkSnapshot.Disconnected': isNothing,
  'ForkSnapshot.Overcommit': isNothing,
  'ExportSystem.ExportDirectory': (value) => typeof value === 'string' && /^(?:\\\\\?\\)?C:\\/.test(value),
  'CreateSwitch.FriendlyName': isName,
  'CreateInternalEthernetPortDynamicMac.Name': isNothing,
  'CreateInternalEthernetPortDynamicMac.FriendlyName': isName,
  // Accounts of other hosts, which nobody here can check.
  'GrantInteractiveSessionAccess.Trustees': isPrintable,
  'RevokeInteractiveSessionAccess.Trustees': isPrintable,
  'DefineSystem.SystemSettings': isSettings,
  'DefineSystem.ResourceSettings': isNothing,
  'DefineSystem.ReferenceConfiguration': isNothing,
  'GetSummaryInformation.SettingData': () => true,
  'GetSummaryInformation.RequestedInformation': isNothing,
};

function isNothing(value: CimValue): boolean {
  return (
    value === null ||
    (Array.isArray(value) && value.every((item) => item === null)) ||
    (typeof value === 'string' && value.trim() === '')
  );
}

/** Settings whose name may be what it is. */
function isSettings(value: CimValue): boolean {
  return typeof value === 'string' && value.startsWith('<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"><PROPERTY');
}

function isPrintable(value: CimValue): boolean {
  const text = String(value);
  return !isNothing(value) && text.length <= 256 && !/\p{Cc}/u.test(text);
}

function isName(value: CimValue): boolean {
  return isNothing(value) || String(value).length <= 100;
}

/** So that the disk of the scene is no more in use than before. */
const detachAll = async (client: HyperVClient): Promise<void> => {
  for (const image of await client.query('SELECT * FROM Msvm_MountedStorageImage'))
    await client.invoke(image.path() ?? assert.fail(), 'DetachVirtualHardDisk');
};

const show = (value: CimValue): string => String(value).slice(0, 60);

type Answer = { readonly kind: 'refused'; readonly text: unknown } | { readonly kind: 'taken' };

/** The answer to one call; a job that fails is a refusal too. */
const answerOf = async (
  client: HyperVClient,
  service: ObjectPath,
  method: string,
  args: CimValues,
): Promise<Answer> => {
  try {
    const result = await client.invoke(service, method, args);
    const code = Number(result.returnValue);
    if (REFUSALS.has(code)) return { kind: 'refused', text: result.extended?.get('Message') };
    if (code !== 4096) return { kind: 'taken' };
    const job = await client.finished(result);
    return job.get('JobState') === 10 ? { kind: 'refused', text: job.get('ErrorDescription') } : { kind: 'taken' };
  } catch (error) {
    if (error instanceof CimError) return { kind: 'refused', text: error.message };
    throw error;
  }
};

describe('bad input to the other services (issue: every parameter of every method)', () => {
  test('services that are not offered have no object', async () => {
    await using world = await openWorld();
    await setScene(world);
    for (const [namespace, className] of NOT_OFFERED)
      assert.deepEqual(
        await new HyperVClient(world.broker, namespace).query(`SELECT * FROM ${className}`),
        [],
        className,
      );
  });

  for (const [namespace, className] of SERVICES) {
    test(`${namespace}:${className}: a standard code or a fault with a text, and nothing changed`, async () => {
      await using world = await openWorld();
      const { system, good } = await setScene(world);
      const client = new HyperVClient(world.broker, namespace);
      const [found] = await client.query(`SELECT * FROM ${className}`);
      const service = found?.path() ?? assert.fail('no such service here');
      const { methods } = world.broker.repository.namespace(namespace)?.class(className) ?? assert.fail();
      let before = await world.stored();
      let refusals = 0;
      for (const method of methods) {
        const inputs = method.parameters.filter((parameter) => parameter.direction !== 'out');
        for (const parameter of inputs) {
          const others = Object.fromEntries(
            inputs
              .filter((other) => other !== parameter && good[other.name] !== undefined)
              .map((other) => [other.name, good[other.name] as CimValue]),
          );
          const subject = `${method.name}.${parameter.name}`;
          for (const value of badValues(parameter, system, namespace)) {
            const answer = await answerOf(client, service, method.name, { ...others, [parameter.name]: value });
            if (answer.kind === 'taken' && method.name === 'AttachVirtualHardDisk') await detachAll(client);
            const after = await world.stored();
            if (answer.kind === 'refused') {
              refusals++;
              assertSaysWhy(answer.text, `${subject} = ${show(value)}`);
              assert.deepEqual(after, before, `${subject} = ${show(value)} was refused and changed something`);
            } else {
              assert.ok(RIGHT[subject]?.(value) === true, `${subject} = ${show(value)} was taken`);
            }
            before = after;
          }
        }
      }
      assert.ok(refusals > 10, String(refusals));
    });
  }
});
