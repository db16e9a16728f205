import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CimInstance } from '../../../src/cim/instance.ts';
import type { CimValue } from '../../../src/cim/values.ts';
import { V1 } from '../../../src/msvm/register.ts';
import { CLUSTER, guidOf, HyperVClient, V2 } from '../../kit/hyperv-client.ts';
import { openWorld } from '../../kit/hyperv-world.ts';

/** Any value but NULL: it is the guest's, or the clock's. */
const ANY = Symbol('a value');

/** What each code fills for a machine that runs (management-service, GetSummaryInformation). */
const CODES: Readonly<Record<number, Readonly<Record<string, CimValue | typeof ANY>>>> = {
  0: {},
  1: { ElementName: 'asked' },
  2: { CreationTime: ANY },
  3: { Notes: 'a note' },
  4: { NumberOfProcessors: 1 },
  5: { ThumbnailImage: ANY, ThumbnailImageWidth: 80, ThumbnailImageHeight: 60 },
  6: { ThumbnailImage: ANY, ThumbnailImageWidth: 160, ThumbnailImageHeight: 120 },
  7: { ThumbnailImage: ANY, ThumbnailImageWidth: 320, ThumbnailImageHeight: 240 },
  8: { AllocatedGPU: '' },
  9: { VirtualSwitchNames: [] },
  10: { Version: '10.0' },
  11: { Shielded: false },
  100: { EnabledState: 2 },
  101: { ProcessorLoad: ANY },
  102: { ProcessorLoadHistory: ANY },
  103: { MemoryUsage: ANY },
  104: { Heartbeat: 2 },
  105: { UpTime: ANY },
  106: { GuestOperatingSystem: ANY },
  107: { Snapshots: [] },
  108: { AsynchronousTasks: [] },
  109: { HealthState: 5 },
  110: { OperationalStatus: [2] },
  111: { StatusDescriptions: ['Operating normally'] },
  112: { MemoryAvailable: 0x7fffffff },
  113: { AvailableMemoryBuffer: 0x7fffffff },
  114: { ReplicationMode: 0 },
  115: { ReplicationState: 0 },
  116: { ReplicationHealth: 0 },
  117: { ApplicationHealth: 2 },
  118: { ReplicationStateEx: [0] },
  119: { ReplicationHealthEx: [0] },
  120: { SwapFilesInUse: false },
  121: { IntegrationServicesVersionState: 1 },
  122: { ReplicationProviderId: [] },
  123: { MemorySpansPhysicalNumaNodes: false },
  // The state of a machine that runs has a number of its own.
  132: { OtherEnabledState: null },
  133: { EnhancedSessionModeState: ANY },
};

/** Whatever is asked: they tell which machine, of which generation, on which host. */
const ALWAYS = ['Name', 'VirtualSystemSubType', 'HostComputerSystemName'];
/** No code asks for them, and there is nothing to say. */
const NEVER = ['InstanceID', 'Caption', 'Description', 'TestReplicaSystem', 'HypervisorPartitionId'];

describe('codes of GetSummaryInformation, each alone (management-service §2)', () => {
  for (const namespace of [V2, V1, CLUSTER]) {
    test(`${namespace}: it fills its property and no other`, async () => {
      await using world = await openWorld();
      const system = await world.client.define({ ElementName: 'asked', Notes: ['a note'] });
      await world.client.succeed(await world.client.state(system, 2));
      const client = new HyperVClient(world.broker, namespace);
      const ask = async (...RequestedInformation: readonly number[]): Promise<CimInstance> => {
        const result = await client.call('GetSummaryInformation', { RequestedInformation });
        const [summary, ...others] = result.out['SummaryInformation'] as readonly unknown[];
        assert.ok(summary instanceof CimInstance && others.length === 0);
        return summary;
      };
      await world.until(async () => (await ask(106)).get('GuestOperatingSystem') !== null);
      const names = (await ask()).class.properties.map(({ name }) => name);
      for (const [code, expected] of Object.entries(CODES)) {
        const summary = await ask(Number(code));
        const filled = names.filter((name) => summary.get(name) !== null && !ALWAYS.includes(name));
        // The class of root\virtualization has fewer properties.
        const wanted = Object.keys(expected).filter((name) => names.includes(name) && expected[name] !== null);
        assert.deepEqual(filled.toSorted(), wanted.toSorted(), `code ${code}`);
        for (const name of wanted) {
          if (expected[name] !== ANY) assert.deepEqual(summary.get(name), expected[name], `code ${code}`);
        }
        assert.equal(summary.get('Name'), guidOf(system), `code ${code}`);
      }
    });
  }

  test('every property of the class has a code', async () => {
    await using world = await openWorld();
    const { properties } =
      world.broker.repository.namespace(V2)?.class('Msvm_SummaryInformation') ?? assert.fail('no class');
    const known = [...new Set([...Object.values(CODES).flatMap(Object.keys), ...ALWAYS, ...NEVER])];
    assert.deepEqual(properties.map(({ name }) => name).toSorted(), known.toSorted());
  });
});
