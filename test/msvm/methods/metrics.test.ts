import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CimInstance } from '../../../src/cim/instance.ts';
import type { ObjectPath } from '../../../src/cim/object-path.ts';
import { type HyperVClient, pathOf, pathsOf, RASD, SASD, settingText, SUB_TYPE } from '../../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../../kit/hyperv-world.ts';

const SERVICE = 'Msvm_MetricService';
const ENABLE = 2;
const DISABLE = 3;
const RESET = 4;
const CPU = 'Aggregated Average CPU Utilization';
const INCOMING = 'Filtered Incoming Network Traffic';

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');

const definition = async (client: HyperVClient, name: string): Promise<ObjectPath> =>
  pathOf((await client.one(`SELECT * FROM CIM_BaseMetricDefinition WHERE ElementName = '${name}'`)).path());

const control = async (
  client: HyperVClient,
  Subject: ObjectPath | null,
  Definition: ObjectPath | null,
  MetricCollectionEnabled: number,
  method = 'ControlMetrics',
) => client.invoke(await client.service(SERVICE), method, { Subject, Definition, MetricCollectionEnabled });

const machineWithDisk = async (world: HyperVWorld): Promise<{ machine: ObjectPath; disk: ObjectPath }> => {
  const { client } = world;
  const machine = await client.define({
    ElementName: 'measured',
    VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2',
  });
  const controller = await client.add(machine, settingText(RASD, { ResourceType: 6, ResourceSubType: SUB_TYPE.scsi }));
  const drive = await client.add(
    machine,
    settingText(RASD, {
      ResourceType: 17,
      ResourceSubType: SUB_TYPE.diskDrive,
      Parent: client.text(controller),
      AddressOnParent: 0,
    }),
  );
  const disk = await client.add(
    machine,
    settingText(SASD, {
      ResourceType: 31,
      ResourceSubType: SUB_TYPE.hardDisk,
      Parent: client.text(drive),
      HostResource: [await world.disk('a.img')],
    }),
  );
  return { machine, disk };
};

/** An adapter at the NAT switch with a metering rule for each direction and address family, as os-win makes them. */
const meteredAdapter = async (client: HyperVClient, machine: ObjectPath): Promise<readonly ObjectPath[]> => {
  const adapter = await client.add(
    machine,
    settingText('Msvm_SyntheticEthernetPortSettingData', { ResourceType: 10, ResourceSubType: SUB_TYPE.ethernet }),
  );
  const nat = (await client.query('SELECT * FROM Msvm_VirtualEthernetSwitch'))[0] as CimInstance;
  const port = await client.add(
    machine,
    settingText('Msvm_EthernetPortAllocationSettingData', {
      ResourceType: 33,
      ResourceSubType: SUB_TYPE.connection,
      Parent: client.text(adapter),
      HostResource: [client.text(pathOf(nat.path()))],
    }),
  );
  const rules: ObjectPath[] = [];
  for (const Direction of [1, 2])
    for (const AclType of [2, 3]) {
      const added = await client.call('AddFeatureSettings', {
        AffectedConfiguration: port,
        FeatureSettings: [
          settingText('Msvm_EthernetSwitchPortAclSettingData', {
            Action: 3,
            Direction,
            AclType,
            Applicability: 2,
            RemoteAddress: '*.*',
          }),
        ],
      });
      assert.equal(added.returnValue, 0, String(added.extended?.get('Message')));
      rules.push(...pathsOf(added.out['ResultingFeatureSettings']));
    }
  return rules;
};

describe('Msvm_MetricService (other-services §4)', () => {
  test('the sequence of the sample: enable for a machine, ask for the state, read values and their parts', async () => {
    await using world = await openWorld();
    const { client } = world;
    const { machine } = await machineWithDisk(world);
    const cpu = await definition(client, CPU);
    const state = async () =>
      client.one(
        `SELECT * FROM Msvm_MetricDefForME WHERE Antecedent="${escaped(client.text(machine))}" AND Dependent="${escaped(client.text(cpu))}"`,
      );
    assert.equal((await state()).get('MetricCollectionEnabled'), DISABLE);
    const enabled = await control(client, machine, null, ENABLE);
    assert.deepEqual([enabled.returnValue, enabled.out], [0, {}]);
    assert.equal((await state()).get('MetricCollectionEnabled'), ENABLE);

    await client.succeed(await client.state(machine, 2));
    await world.until(async () => Number(await valueOf(client, machine, 'Aggregated Average Memory Utilization')) > 0);
    const values = await client.related(machine, 'Msvm_AggregationMetricValue', 'Msvm_MetricForME');
    assert.equal(values.length, 11);
    for (const value of values) assert.match(String(value.get('MetricValue')), /^\d+$/);
    const read = values.find((value) => value.get('ElementName') === 'Aggregated Disk Data Read');
    assert.ok(read);
    assert.match(String(read.get('Duration')), /^\d{14}\.\d{6}:000$/);
    const parts = await client.related(pathOf(read.path()), 'Msvm_BaseMetricValue', 'Msvm_MetricCollectionDependency');
    assert.equal(parts.length, 1);
    assert.equal(parts[0]?.get('ElementName'), 'Disk Data Read');
    const whole = await client.related(
      pathOf(parts[0]?.path()),
      'Msvm_AggregationMetricValue',
      'Msvm_MetricCollectionDependency',
    );
    assert.deepEqual(
      whole.map((one) => one.get('ElementName')),
      ['Aggregated Disk Data Read'],
    );
    // A value is got by its path, and belongs to its definition.
    assert.equal((await client.get(pathOf(read.path()))).get('ElementName'), 'Aggregated Disk Data Read');
    const [own] = await client.related(pathOf(read.path()), 'CIM_BaseMetricDefinition', 'Msvm_MetricInstance');
    assert.equal(own?.get('Id'), read.get('MetricDefinitionId'));
  });

  test('O24 os-win: rules of a port, summed over the port; a disk; values by definition and class', async () => {
    await using world = await openWorld();
    const { client } = world;
    const { machine, disk } = await machineWithDisk(world);
    const rules = await meteredAdapter(client, machine);
    const incoming = await definition(client, INCOMING);
    for (const rule of rules) {
      const measured = await client.related(rule, 'CIM_BaseMetricDefinition', 'Msvm_MetricDefForME');
      assert.equal(measured.length, 1, 'a rule has the metric of its direction');
      assert.equal((await control(client, rule, null, ENABLE)).returnValue, 0);
    }
    assert.equal((await control(client, rules[0] as ObjectPath, incoming, ENABLE)).returnValue, 0);
    assert.equal(
      (await control(client, rules[2] as ObjectPath, incoming, ENABLE)).returnValue,
      32773,
      'an outgoing rule',
    );
    assert.equal((await control(client, disk, await definition(client, 'Disk Data Written'), ENABLE)).returnValue, 0);
    await client.succeed(await client.state(machine, 2));
    const own = (await client.get(incoming)).get('Id');
    const sumOf = async (): Promise<readonly number[]> => {
      const found: number[] = [];
      for (const rule of rules)
        for (const value of await client.related(rule, 'Msvm_BaseMetricValue', 'Msvm_MetricForME'))
          if (value.get('MetricDefinitionId') === own) found.push(Number(value.get('MetricValue')));
      return found;
    };
    assert.equal((await sumOf()).length, 2, 'one for each family of addresses');
    assert.equal((await client.related(disk, 'Msvm_BaseMetricValue', 'Msvm_MetricForME')).length, 1);
    const partly = await client.invoke(await client.service(SERVICE), 'ShowMetrics', {
      Subject: machine,
      Definition: await definition(client, 'Aggregated Disk Data Written'),
    });
    assert.deepEqual(partly.out['MetricCollectionEnabled'], [ENABLE], 'its only disk');
  });

  test('by class, shown, smallest and largest values', async () => {
    await using world = await openWorld();
    const { client } = world;
    const service = await client.service(SERVICE);
    const { machine } = await machineWithDisk(world);
    const other = await client.define({ ElementName: 'other' });
    const memory = await definition(client, 'Aggregated Maximum Memory Utilization');
    assert.equal((await control(client, machine, memory, ENABLE, 'ControlMetricsByClass')).returnValue, 0);
    const shown = await client.invoke(service, 'ShowMetrics', { Subject: null, Definition: memory });
    assert.equal(shown.returnValue, 0);
    assert.deepEqual(shown.out['MetricCollectionEnabled'], [ENABLE, ENABLE]);
    assert.deepEqual(
      pathsOf(shown.out['ManagedElements']).map((one) => one.key('Name')),
      [machine.key('Name'), other.key('Name')],
    );
    await client.succeed(await client.state(other, 2));
    await world.until(async () => Number(await valueOf(client, other, 'Aggregated Maximum Memory Utilization')) > 0);
    const best = async (Range: number) => {
      const result = await client.invoke(service, 'GetMetricValues', { Definition: memory, Range, Count: 1 });
      assert.equal(result.returnValue, 0);
      return String(pathsOf(result.out['Values'])[0]?.key('InstanceID'));
    };
    assert.ok((await best(3)).includes(String(other.key('Name'))));
    assert.ok((await best(2)).includes(String(machine.key('Name'))));
    const byClass = await client.invoke(service, 'ShowMetricsByClass', { Subject: other, Definition: memory });
    assert.deepEqual(byClass.out['MetricNames'], [
      'Aggregated Maximum Memory Utilization',
      'Aggregated Maximum Memory Utilization',
    ]);
    assert.equal((await control(client, other, null, RESET)).returnValue, 0);
    assert.equal((await control(client, other, null, DISABLE)).returnValue, 0);
    assert.deepEqual(await client.related(other, 'Msvm_AggregationMetricValue', 'Msvm_MetricForME'), []);
  });

  test('what makes no sense is refused with 32773, and nothing is measured', async () => {
    await using world = await openWorld();
    const { client } = world;
    const { machine, disk } = await machineWithDisk(world);
    const cpu = await definition(client, CPU);
    const service = await client.service(SERVICE);
    const refused = async (result: Awaited<ReturnType<typeof control>>, why: RegExp): Promise<void> => {
      assert.equal(result.returnValue, 32773);
      assert.match(String(result.extended?.get('Message')), why);
    };
    await refused(await control(client, machine, cpu, 1), /2 \(enable\)/);
    await refused(await control(client, null, cpu, ENABLE), /Subject is missing/);
    await refused(await control(client, disk, cpu, ENABLE), /of virtual machines/);
    await refused(await control(client, machine, await definition(client, 'Disk Data Read'), ENABLE), /of devices/);
    await refused(await control(client, machine, machine, ENABLE), /no metric of this host/);
    await refused(await control(client, service, cpu, ENABLE), /nothing that is measured/);
    await refused(await control(client, service, cpu, ENABLE, 'ControlMetricsByClass'), /Nothing of the class/);
    await refused(await client.invoke(service, 'ShowMetrics', {}), /Give Subject/);
    await refused(
      await client.invoke(service, 'GetMetricValues', { Definition: cpu, Range: 2, Count: 0 }),
      /Ask for 1/,
    );
    assert.deepEqual(await client.query('SELECT * FROM CIM_BaseMetricValue'), []);
    assert.equal((await control(client.as('operator'), machine, null, ENABLE)).returnValue, 32769);
    const times = await client.invoke(service, 'ControlSampleTimes', {});
    assert.equal(times.returnValue, 32770);
    assert.match(String(times.extended?.get('Message')), /fixed/);
  });

  test('the flush interval is a setting of the service', async () => {
    await using world = await openWorld();
    const { client } = world;
    const service = await client.service(SERVICE);
    const interval = async () =>
      (await client.one('SELECT * FROM Msvm_MetricServiceSettingData')).get('MetricsFlushInterval');
    assert.equal(await interval(), '00000000010000.000000:000');
    const set = (MetricsFlushInterval: string) =>
      client.invoke(service, 'ModifyServiceSettings', {
        SettingData: settingText('Msvm_MetricServiceSettingData', { MetricsFlushInterval }),
      });
    assert.equal((await set('00000000000500.000000:000')).returnValue, 0);
    assert.equal(await interval(), '00000000000500.000000:000');
    assert.equal((await set('00000000000001.000000:000')).returnValue, 32773);
    assert.equal((await set('soon')).returnValue !== 0, true);
    assert.equal(await interval(), '00000000000500.000000:000');
  });
});

const valueOf = async (client: HyperVClient, machine: ObjectPath, name: string): Promise<unknown> => {
  const values = await client.related(machine, 'Msvm_AggregationMetricValue', 'Msvm_MetricForME');
  return values.find((value) => value.get('ElementName') === name)?.get('MetricValue') ?? 0;
};
