import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CimInstance } from '../../src/cim/instance.ts';
import type { ConfigurationPlace } from '../../src/core/graph.ts';
import type { DeviceSetting, VirtualSystem } from '../../src/core/model.ts';
import { FIGURES, machineOf, makeSystem, makeWorld, NAT, NOW, running, SCSI_DISK_AND_NIC, VM1 } from './kit.ts';

const ALL = new Set([...Array(134).keys()]);
const placeOf = (system: VirtualSystem): ConfigurationPlace => ({
  system,
  configuration: system.active,
  snapshot: null,
});

const withMemory = (system: VirtualSystem, values: DeviceSetting['values']): VirtualSystem => ({
  ...system,
  active: {
    ...system.active,
    devices: system.active.devices.map((one) => (one.kind === 'memory' ? { ...one, values } : one)),
  },
});

const check = (summary: CimInstance, expected: Record<string, unknown>): void => {
  for (const [name, value] of Object.entries(expected)) assert.deepEqual(summary.get(name), value, name);
};

describe('Msvm_SummaryInformation (management-service, GetSummaryInformation)', () => {
  test('of a machine that is off', () => {
    const world = makeWorld();
    const system = world.put(makeSystem());
    check(world.msvm.v2.summaries.summary(placeOf(system), ALL), {
      Name: VM1,
      ElementName: 'first',
      CreationTime: '20240506070709.120000-000',
      Notes: '',
      NumberOfProcessors: 1,
      Version: '10.0',
      Shielded: false,
      EnabledState: 3,
      ProcessorLoad: 0,
      MemoryUsage: 0n,
      Heartbeat: null,
      UpTime: 0n,
      GuestOperatingSystem: null,
      Snapshots: [],
      AsynchronousTasks: [],
      HealthState: 5,
      OperationalStatus: [2],
      MemoryAvailable: null,
      SwapFilesInUse: false,
      InstanceID: null,
      HostComputerSystemName: 'TESTHOST',
    });
  });

  test('of a running machine; the DynamicMemory sample casts its numbers without a check', () => {
    const world = makeWorld();
    const system = world.put(running(makeSystem({ generation: 2, devices: SCSI_DISK_AND_NIC })));
    world.graph.setMachine(VM1, machineOf(VM1));
    check(world.msvm.v2.summaries.summary(placeOf(system), ALL), {
      EnabledState: 2,
      ProcessorLoad: 12,
      ProcessorLoadHistory: [12],
      MemoryUsage: 1024n,
      Heartbeat: 2,
      ApplicationHealth: 2,
      UpTime: 1500n,
      GuestOperatingSystem: 'Debian GNU/Linux 12',
      VirtualSwitchNames: [NAT.name],
      MemoryAvailable: 0x7fffffff,
      AvailableMemoryBuffer: 0x7fffffff,
      SwapFilesInUse: false,
      IntegrationServicesVersionState: 1,
    });
  });

  test('dynamic memory gives percentages when the guest reports them', () => {
    const world = makeWorld();
    const system = world.put(withMemory(running(makeSystem()), { DynamicMemoryEnabled: true }));
    world.graph.setMachine(VM1, machineOf(VM1, { ...FIGURES, guestMemory: { availableMb: 250, totalMb: 1000 } }));
    check(world.msvm.v2.summaries.summary(placeOf(system), ALL), { MemoryAvailable: 25, AvailableMemoryBuffer: 33 });
    world.graph.setMachine(VM1, machineOf(VM1, { ...FIGURES, guestMemory: null }));
    check(world.msvm.v2.summaries.summary(placeOf(system), ALL), {
      MemoryAvailable: 0x7fffffff,
      AvailableMemoryBuffer: 0x7fffffff,
    });
  });

  test('not requested means NULL, except Name; unknown codes mean nothing', () => {
    const world = makeWorld();
    const system = world.put(running(makeSystem()));
    const summary = world.msvm.v2.summaries.summary(placeOf(system), new Set([4, 100, 9999]));
    check(summary, {
      Name: VM1,
      NumberOfProcessors: 1,
      EnabledState: 2,
      ElementName: null,
      UpTime: null,
      HealthState: null,
    });
    assert.equal(world.msvm.v2.summaries.missing().get('Name'), '');
  });

  test('snapshots and running jobs are embedded objects; a snapshot has a summary of its own', () => {
    const world = makeWorld();
    const id = 'AAAAAAAA-0000-4000-8000-000000000001';
    const base = makeSystem();
    const configuration = { ...base.active, id, values: { ...base.active.values, ElementName: 'before the update' } };
    const system = world.put({
      ...running(base),
      snapshots: [{ configuration, type: 'standard', parent: null, createdAt: NOW - 1000 }],
    });
    const job = {
      id: 'DDDDDDDD-0000-4000-8000-00000000000D',
      className: 'Msvm_ConcreteJob',
      type: 12,
      caption: 'Starting Virtual Machine',
      owner: 'x',
      state: 4 as const,
      percent: 1,
      cancellable: false,
      affected: [{ element: { kind: 'system' as const, id: VM1 }, effect: 0 }],
      submittedAt: NOW,
      startedAt: NOW,
      endedAt: null,
      stateChangedAt: NOW,
      errorCode: 0,
      errorSummary: null,
      errorDescription: null,
      errors: [],
    };
    world.jobs.set(job.id, job);
    const summary = world.msvm.v2.summaries.summary(placeOf(system), ALL);
    assert.deepEqual(
      (summary.get('Snapshots') as CimInstance[]).map((one) => one.get('ElementName')),
      ['before the update'],
    );
    assert.deepEqual(
      (summary.get('AsynchronousTasks') as CimInstance[]).map((one) => one.get('InstanceID')),
      [job.id],
    );
    world.jobs.set(job.id, { ...job, state: 7, endedAt: NOW });
    assert.deepEqual(world.msvm.v2.summaries.summary(placeOf(system), ALL).get('AsynchronousTasks'), []);
    const place = world.graph.configuration(id) ?? assert.fail();
    check(world.msvm.v2.summaries.summary(place, ALL), {
      Name: id,
      ElementName: 'before the update',
      EnabledState: 3,
      UpTime: 0n,
    });
  });
});
