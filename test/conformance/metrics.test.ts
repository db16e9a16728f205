import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import type { CimInstance } from '../../src/cim/instance.ts';
import type { ObjectPath } from '../../src/cim/object-path.ts';
import { type HyperVClient, pathOf, pathsOf, RASD, SASD, settingText, SUB_TYPE } from '../kit/hyperv-client.ts';
import { openWorld } from '../kit/hyperv-world.ts';
import { type ClientWorld, openWireWorld } from '../kit/wire-world.ts';

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

const machineWithDisk = async (world: ClientWorld): Promise<{ machine: ObjectPath; disk: ObjectPath }> => {
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
  test('Metrics: the sequence of the sample: enable for a machine, ask for the state, read values and their parts', async () => {
    await using world = await openWireWorld();
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

  test('pools: what machines take from one together, from the pools below it, and what comes later', async () => {
    await using world = await openWorld();
    const { client } = world;
    const service = await client.service(SERVICE);
    const { machine } = await machineWithDisk(world);
    const pool = async (where: string) =>
      pathOf((await client.one(`SELECT * FROM CIM_ResourcePool WHERE ${where}`)).path());
    const memory = await pool("ResourceSubType = 'Microsoft:Hyper-V:Memory'");
    const names = async (of: ObjectPath) =>
      (await client.related(of, 'CIM_BaseMetricDefinition', 'Msvm_MetricDefForME')).map((one) =>
        one.get('ElementName'),
      );
    assert.deepEqual(await names(memory), [
      'Aggregated Average Memory Utilization',
      'Aggregated Minimum Memory Utilization',
      'Aggregated Maximum Memory Utilization',
    ]);
    const most = await definition(client, 'Aggregated Maximum Memory Utilization');
    const state = async (of: ObjectPath) =>
      (
        await client.one(
          `SELECT * FROM Msvm_MetricDefForME WHERE Antecedent="${escaped(client.text(of))}" AND Dependent="${escaped(client.text(most))}"`,
        )
      ).get('MetricCollectionEnabled');
    assert.deepEqual([await state(memory), await state(machine)], [DISABLE, DISABLE]);
    assert.deepEqual((await control(client, memory, most, ENABLE)).out, {});
    assert.deepEqual([await state(memory), await state(machine)], [ENABLE, ENABLE]);

    // One that is defined later is measured with it.
    const later = await client.define({ ElementName: 'later' });
    await world.until(async () => (await state(later)) === ENABLE);
    for (const one of [machine, later]) await client.succeed(await client.state(one, 2));
    const own = async (of: ObjectPath) => Number(await valueOf(client, of, 'Aggregated Maximum Memory Utilization'));
    await world.until(async () => (await own(machine)) > 0 && (await own(later)) > 0);
    const [value, ...others] = await client.related(memory, 'Msvm_AggregationMetricValue', 'Msvm_MetricForME');
    assert.deepEqual(others, []);
    assert.equal(Number(value?.get('MetricValue')), (await own(machine)) + (await own(later)));
    assert.equal((await client.get(pathOf(value?.path()))).get('MetricDefinitionId'), value?.get('MetricDefinitionId'));
    const [back] = await client.related(pathOf(value?.path()), 'CIM_ResourcePool', 'Msvm_MetricForME');
    assert.deepEqual(pathOf(back?.path()), memory);
    const shown = await client.invoke(service, 'ShowMetrics', { Subject: null, Definition: most });
    assert.ok(pathsOf(shown.out['ManagedElements']).some((one) => client.text(one) === client.text(memory)));
    const largest = await client.invoke(service, 'GetMetricValues', { Definition: most, Range: 3, Count: 1 });
    assert.deepEqual(
      pathsOf(largest.out['Values']).map((one) => client.text(one)),
      [client.text(pathOf(value?.path()))],
    );

    // Ended for one machine: the pool goes on with the other.
    assert.equal((await control(client, later, most, DISABLE)).returnValue, 0);
    assert.equal(await state(memory), 32768);
    await control(client, memory, null, RESET);
    assert.equal((await control(client, memory, null, DISABLE)).returnValue, 0);
    assert.deepEqual(await client.related(memory, 'Msvm_AggregationMetricValue', 'Msvm_MetricForME'), []);
    assert.deepEqual(await client.query('SELECT * FROM CIM_BaseMetricValue'), []);

    const refused = async (result: ReturnType<typeof control>, why: RegExp): Promise<void> => {
      assert.equal((await result).returnValue, 32773);
      assert.match(String((await result).extended?.get('Message')), why);
    };
    await refused(control(client, memory, await definition(client, CPU), ENABLE), /not measured on this pool/);
    await refused(control(client, memory, await definition(client, 'Disk Data Read'), ENABLE), /of devices/);
    await refused(control(client, await pool('ResourceType = 6'), null, ENABLE), /nothing that is measured/);
    const byClass = await control(client, memory, most, ENABLE, 'ControlMetricsByClass');
    assert.equal(byClass.returnValue, 0, 'every pool of the class that has the metric');
    assert.equal(await state(memory), ENABLE);
  });

  test('a pool of a client is measured by its own disks only, and forgotten with it', async () => {
    await using world = await openWorld();
    const { client } = world;
    const inside = join(await world.folder('inside'), 'a.img');
    const outside = join(await world.folder('outside'), 'b.img');
    const service = await client.service('Msvm_ResourcePoolConfigurationService');
    const parent = (
      await client.one(
        `SELECT * FROM CIM_ResourcePool WHERE ResourceSubType = '${SUB_TYPE.hardDisk}' AND Primordial = True`,
      )
    ).path();
    const disks = { ResourceType: 31, ResourceSubType: SUB_TYPE.hardDisk };
    const created = await client.invoke(service, 'CreatePool', {
      PoolSettings: settingText('Msvm_ResourcePoolSettingData', { PoolID: 'Gold', ElementName: 'Gold', ...disks }),
      ParentPools: [pathOf(parent)],
      AllocationSettings: [settingText(SASD, { ...disks, HostResource: [dirname(inside)] })],
    });
    assert.equal(created.returnValue, 0, String(created.extended?.get('Message')));
    const gold = pathOf(created.out['Pool']);
    const allocation = await definition(client, 'Aggregated Disk Allocations');
    for (const pool of [gold, pathOf(parent)])
      assert.equal((await control(client, pool, allocation, ENABLE)).returnValue, 0);
    const machine = await client.define({ ElementName: 'x', VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2' });
    const scsi = await client.add(machine, settingText(RASD, { ResourceType: 6, ResourceSubType: SUB_TYPE.scsi }));
    const added: ObjectPath[] = [];
    for (const [AddressOnParent, file, PoolID] of [
      [0, inside, 'Gold'],
      [1, outside, ''],
    ] as const) {
      await writeFile(file, Buffer.alloc(3 * 1024 * 1024, 1));
      const drive = settingText(RASD, {
        ResourceType: 17,
        ResourceSubType: SUB_TYPE.diskDrive,
        Parent: client.text(scsi),
        AddressOnParent,
      });
      const Parent = client.text(await client.add(machine, drive));
      added.push(await client.add(machine, settingText(SASD, { ...disks, Parent, HostResource: [file], PoolID })));
    }
    const valueIn = async (pool: ObjectPath) => {
      const [value] = await client.related(pool, 'Msvm_AggregationMetricValue', 'Msvm_MetricForME');
      return Number(value?.get('MetricValue'));
    };
    await world.until(async () => (await valueIn(gold)) === 3 && (await valueIn(pathOf(parent))) === 6);
    for (const disk of added)
      assert.equal((await client.call('RemoveResourceSettings', { ResourceSettings: [disk] })).returnValue, 0);
    assert.equal(await valueIn(gold), 0);
    assert.equal((await client.invoke(service, 'DeletePool', { Pool: gold })).returnValue, 0);
    assert.deepEqual(
      (await client.query('SELECT * FROM Msvm_AggregationMetricValue')).map((one) => one.get('MeasuredElementName')),
      ['Hard Disk Image'],
    );
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
