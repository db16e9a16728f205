import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isReference, listOf, numberOf, type Reference, textOf, type WireObject } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { PlanSteps } from '../kit/plan-steps.ts';
import { V1Client } from '../kit/v1-client.ts';
import { SERVICE, textWith, WireHost } from '../kit/wire-host.ts';

const SNAPSHOT_SERVICE = { className: 'Msvm_VirtualSystemSnapshotService' };
const VSSD = 'Msvm_VirtualSystemSettingData';
const RASD = 'Msvm_ResourceAllocationSettingData';

const text = (object: WireObject | undefined, name: string): string | null => textOf(object?.properties[name]);
const value = (object: WireObject | undefined, name: string): number => numberOf(object?.properties[name]);

/** What breaks clients most often when it is missed, rule by rule (spec README), over HTTP. */
describe('the twelve rules that break clients most often', () => {
  let host: WireHost;
  before(async () => {
    host = await WireHost.open('simulated');
  });
  after(() => host[Symbol.asyncDispose]());

  const jobOf = (out: Readonly<Record<string, unknown>>): Reference => {
    const job = out['Job'] as Parameters<typeof isReference>[0];
    return isReference(job) ? job : assert.fail('a job');
  };

  /** 4096 with a job, which is read to its end; each state that was seen. */
  const watched = async (
    target: Parameters<WireHost['client']['invoke']>[0],
    method: string,
    args: Parameters<WireHost['client']['invoke']>[2],
  ): Promise<{ readonly reference: Reference; readonly job: WireObject; readonly states: readonly number[] }> => {
    const { returnValue, out } = await host.client.invoke(target, method, args);
    assert.equal(returnValue, 4096, method);
    const reference = jobOf(out);
    const states: number[] = [];
    for (;;) {
      const job = await host.client.get(reference);
      states.push(value(job, 'JobState'));
      if (value(job, 'JobState') !== 3 && value(job, 'JobState') !== 4) return { reference, job, states };
    }
  };

  const affected = (job: Reference, resultClass: string): Promise<WireObject[]> =>
    host.rows(
      `ASSOCIATORS OF {Msvm_ConcreteJob.InstanceID='${job.selectors['InstanceID']}'} WHERE AssocClass = Msvm_AffectedJobElement ResultClass = ${resultClass}`,
    );

  const snapshotArgs = (id: string) => ({ AffectedSystem: host.system(id), SnapshotSettings: '', SnapshotType: 2 });

  test('rule 1: the job of a 4096 is read at once and after its end: 100 percent, ErrorCode 0', async () => {
    const id = await host.define({ ElementName: 'rule 1' });
    const { reference, job } = await watched(host.system(id), 'RequestStateChange', { RequestedState: 2 });
    assert.deepEqual(
      [value(job, 'JobState'), value(job, 'PercentComplete'), value(job, 'ErrorCode')],
      [7, 100, 0],
      text(job, 'ErrorDescription') ?? '',
    );
    // "Ended" is five minutes of being there (jobs-and-errors §2); test/core/jobs.test.ts waits for their end.
    assert.equal(text(job, 'TimeBeforeRemoval'), 'P0DT0H5M0S');
    await host.change(id, 3);
    assert.equal(value(await host.client.get(reference), 'JobState'), 7);
  });

  test('rules 2 and 3: checkpoints and plans answer 4096, and what they made is among the affected elements', async () => {
    const id = await host.nano('rule2');
    const made = await watched(SNAPSHOT_SERVICE, 'CreateSnapshot', snapshotArgs(id));
    const [snapshot, ...more] = await affected(made.reference, VSSD);
    assert.deepEqual(more, []);
    assert.equal(text(snapshot, 'VirtualSystemType'), 'Microsoft:Hyper-V:Snapshot:Realized');
    const Snapshot = host.reference(VSSD, { InstanceID: text(snapshot, 'InstanceID') ?? '' });
    assert.equal(value((await watched(SNAPSHOT_SERVICE, 'ApplySnapshot', { Snapshot })).job, 'JobState'), 7);

    const plans = new PlanSteps(host);
    const definition = await plans.export(id, 'rule2');
    const PlannedSystem = await plans.import(definition, true, `${plans.folder('rule2').windows}\\Snapshots`);
    assert.equal(value((await watched(SERVICE, 'ValidatePlannedSystem', { PlannedSystem })).job, 'JobState'), 7);
    const realized = await watched(SERVICE, 'RealizePlannedSystem', { PlannedSystem });
    const [system, ...others] = await affected(realized.reference, 'Msvm_ComputerSystem');
    assert.deepEqual([others, text(system, 'ElementName')], [[], 'rule2']);
  });

  test('rule 4: Description tells guests from the host', async () => {
    const id = await host.define({ ElementName: 'rule 4' });
    assert.equal(text(await host.client.get(host.system(id)), 'Description'), 'Microsoft Virtual Machine');
    const hosts = await host.rows(
      `SELECT * FROM Msvm_ComputerSystem WHERE Description = "Microsoft Hosting Computer System"`,
    );
    assert.equal(hosts.length, 1);
    assert.equal(text(hosts[0], 'Name'), text(hosts[0], 'ElementName'));
  });

  test('rule 5: saved is 6 and paused 9 in v2, 32769 and 32768 in root\\virtualization', async () => {
    const id = await host.define({ ElementName: 'rule 5' });
    const older = new V1Client(host.service);
    try {
      const both = async (): Promise<readonly number[]> => [
        await host.state(id),
        value(await older.itemIndex0(`SELECT * FROM Msvm_ComputerSystem WHERE Name = '${id}'`), 'EnabledState'),
      ];
      await host.change(id, 2);
      await host.change(id, 9);
      assert.deepEqual(await both(), [9, 32768]);
      await host.change(id, 6);
      assert.deepEqual(await both(), [6, 32769]);
    } finally {
      older.wire.close();
    }
  });

  test('rule 6: templates are found by one backslash, by two, and by none', async () => {
    const [first, ...others] = await Promise.all(
      [String.raw`%\Default`, String.raw`%\\Default`, '%Default%'].map(async (pattern) => {
        const rows = await host.rows(`SELECT * FROM ${RASD} WHERE InstanceID LIKE '${pattern}'`);
        return rows.map((row) => text(row, 'InstanceID')).toSorted();
      }),
    );
    assert.ok((first?.length ?? 0) > 5);
    for (const other of others) assert.deepEqual(other, first);
  });

  test('rule 7: paths in queries match escaped and not, in any letter case', async () => {
    const id = await host.define({ ElementName: 'Rule 7' });
    const [port] = await host.below(id, 'Msvm_SerialPortSettingData');
    const instanceId = text(port, 'InstanceID') ?? assert.fail();
    const parent = text(port, 'Parent') ?? assert.fail();
    const escaped = (path: string): string => path.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    for (const where of [
      `InstanceID = '${instanceId}'`,
      `InstanceID = '${escaped(instanceId)}'`,
      `InstanceID = '${instanceId.toLowerCase()}'`,
      `ElementName = 'COM 1' AND Parent = '${parent}'`,
      `ElementName = 'com 1' AND Parent = '${escaped(parent)}'`,
      `ElementName = "COM 1" AND Parent = "${escaped(parent).toUpperCase()}"`,
    ]) {
      const row = await host.row(`SELECT * FROM Msvm_SerialPortSettingData WHERE ${where}`);
      assert.equal(text(row, 'InstanceID'), instanceId, where);
    }
  });

  test('rules 8 and 10: AddResourceSettings takes the path of the VM or of its settings, host and namespace in any spelling', async () => {
    const id = await host.define({ ElementName: 'rule 8' });
    const name = text(await host.row(`SELECT * FROM Msvm_ComputerSystem WHERE Description LIKE '%Hosting%'`), 'Name');
    const system = `Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${id}"`;
    const settings = `${VSSD}.InstanceID="Microsoft:${id}"`;
    for (const [index, AffectedConfiguration] of [
      host.system(id),
      host.machines.settingsReference(id),
      `\\\\.\\Root\\Virtualization\\V2:${system}`,
      `\\\\${name}\\ROOT\\VIRTUALIZATION\\V2:${settings}`,
      `//localhost/root/virtualization/v2:${system}`,
      `root\\virtualization\\v2:${settings}`,
      system,
      settings.toLowerCase(),
    ].entries()) {
      await host.call('AddResourceSettings', {
        AffectedConfiguration,
        ResourceSettings: [
          settingsText('Msvm_SyntheticEthernetPortSettingData', {
            ResourceType: 10,
            ResourceSubType: 'Microsoft:Hyper-V:Synthetic Ethernet Port',
            ElementName: `adapter ${index}`,
          }),
        ],
      });
      const adapters = await host.below(id, 'Msvm_SyntheticEthernetPortSettingData');
      assert.equal(adapters.length, index + 1, String(AffectedConfiguration));
    }
  });

  test('rule 9: a modify carries a whole object or two properties; what is absent keeps its value', async () => {
    const id = await host.define({ ElementName: 'rule 9', Notes: ['kept'] });
    const InstanceID = `Microsoft:${id}`;
    const modify = (SystemSettings: string): Promise<unknown> => host.call('ModifySystemSettings', { SystemSettings });
    await modify(settingsText(VSSD, { InstanceID, AutomaticStartupAction: 4 }));
    const once = await host.settings(id);
    assert.deepEqual([text(once, 'ElementName'), text(once, 'Notes')], ['rule 9', 'kept']);
    await modify(textWith(once, { ElementName: 'renamed' }));
    const twice = await host.settings(id);
    assert.deepEqual({ ...twice.properties }, { ...once.properties, ElementName: 'renamed' });
  });

  test('rule 11: nobody sees a job in state 2, not even in an event', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const subscription = await host.service
      .client()
      .subscribe(
        "SELECT * FROM __InstanceOperationEvent WITHIN 0.001 WHERE TargetInstance ISA 'Msvm_ConcreteJob'",
        stop.signal,
      );
    const events = (async () => {
      for await (const event of subscription) {
        for (const name of ['TargetInstance', 'PreviousInstance']) {
          const [job] = listOf(event.properties[name]);
          if (job !== null && typeof job === 'object' && 'properties' in job) seen.push(value(job, 'JobState'));
        }
      }
    })();
    const id = await host.define({ ElementName: 'rule 11' });
    for (const request of [2, 9, 2, 6, 2, 11, 3]) {
      const { states } = await watched(host.system(id), 'RequestStateChange', { RequestedState: request });
      seen.push(...states);
    }
    await host.until('the end of the last job is seen', async () => seen.filter((state) => state === 7).length >= 14);
    stop.abort();
    await events;
    assert.deepEqual(
      [...new Set(seen)].filter((state) => ![3, 4, 7].includes(state)),
      [],
    );
  });

  test('rule 12: the object has its final state when its job has ended', async () => {
    const id = await host.define({ ElementName: 'rule 12' });
    for (const [request, state] of [
      [2, 2],
      [9, 9],
      [2, 2],
      [6, 6],
      [2, 2],
      [11, 2],
      [3, 3],
    ] as const) {
      await watched(host.system(id), 'RequestStateChange', { RequestedState: request });
      const system = await host.client.get(host.system(id));
      assert.deepEqual([value(system, 'EnabledState'), value(system, 'RequestedState')], [state, 12]);
    }
  });
});
