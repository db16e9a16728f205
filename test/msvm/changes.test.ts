import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { InstanceChange } from '../../src/cim/provider.ts';
import type { Job } from '../../src/core/jobs/job.ts';
import { Changes } from '../../src/msvm/v2/events/changes.ts';
import { makeSystem, makeWorld, NAT, NIC, NOW, running, SCSI_DISK_AND_NIC, VM1, type World } from './kit.ts';

interface Watch {
  readonly world: World;
  readonly seen: InstanceChange[];
  readonly stop: () => void;
}

const watch = (...classes: string[]): Watch => {
  const world = makeWorld();
  const seen: InstanceChange[] = [];
  const { projection, catalog } = world.msvm.v2;
  const source = new Changes(projection, catalog, world.feed as never);
  const stop = source.watch(
    { change: (change) => seen.push(change), event: () => assert.fail('no extrinsic events') },
    (className) => classes.includes(className),
  );
  return { world, seen, stop };
};

const described = (changes: readonly InstanceChange[]): string[] =>
  changes.map(({ previous, current }) => {
    const verb = previous === null ? 'created' : current === null ? 'removed' : 'changed';
    return `${verb} ${(current ?? previous)?.class.name}`;
  });

describe('instance changes (lifecycle §10)', () => {
  test('a machine is created, changes its state, and goes', () => {
    const { world, seen } = watch('Msvm_ComputerSystem');
    const off = world.put(makeSystem());
    const on = world.put(running(off));
    world.apply({ kind: 'system', before: on, after: null });
    assert.deepEqual(described(seen), [
      'created Msvm_ComputerSystem',
      'changed Msvm_ComputerSystem',
      'removed Msvm_ComputerSystem',
    ]);
    assert.equal(seen[1]?.previous?.get('EnabledState'), 3);
    assert.equal(seen[1]?.current?.get('EnabledState'), 2);
    assert.equal(seen[2]?.previous?.get('Name'), VM1);
  });

  test('a record that shows nothing new is no event, whatever time has passed', () => {
    const { world, seen } = watch('Msvm_ComputerSystem');
    const on = world.put(running(makeSystem()));
    seen.length = 0;
    world.put({ ...on, revision: 2 });
    world.put({ ...on, revision: 3, onTime: { accumulatedMs: 99_000, since: NOW } });
    assert.deepEqual(described(seen), []);
  });

  test('adapters that come and go, and their settings when they change (os-win)', () => {
    const { world, seen } = watch('Msvm_SyntheticEthernetPortSettingData', 'Msvm_EthernetPortAllocationSettingData');
    const bare = world.put(makeSystem({ generation: 2 }));
    assert.deepEqual(described(seen), []);
    const full = makeSystem({ generation: 2, devices: SCSI_DISK_AND_NIC });
    world.put(full);
    assert.deepEqual(described(seen), [
      'created Msvm_SyntheticEthernetPortSettingData',
      'created Msvm_EthernetPortAllocationSettingData',
    ]);
    seen.length = 0;
    const devices = full.active.devices.map((one) =>
      one.part === NIC ? { ...one, values: { ...one.values, ElementName: 'renamed' } } : one,
    );
    world.put({ ...full, active: { ...full.active, devices } });
    assert.deepEqual(described(seen), ['changed Msvm_SyntheticEthernetPortSettingData']);
    assert.equal(seen[0]?.previous?.get('ElementName'), 'public');
    assert.equal(seen[0]?.current?.get('ElementName'), 'renamed');
    seen.length = 0;
    world.put(bare);
    assert.deepEqual(described(seen).sort(), [
      'removed Msvm_EthernetPortAllocationSettingData',
      'removed Msvm_SyntheticEthernetPortSettingData',
    ]);
  });

  test('devices appear with the guest and vanish with it', () => {
    const { world, seen } = watch('Msvm_ShutdownComponent');
    const off = world.put(makeSystem());
    const on = world.put(running(off));
    world.put({ ...on, power: 'paused' });
    world.put(off);
    assert.deepEqual(described(seen), ['created Msvm_ShutdownComponent', 'removed Msvm_ShutdownComponent']);
  });

  test('jobs, switches and service settings', () => {
    const { world, seen } = watch(
      'Msvm_ConcreteJob',
      'Msvm_VirtualEthernetSwitch',
      'Msvm_VirtualSystemManagementServiceSettingData',
      'Msvm_TerminalServiceSettingData',
    );
    const job: Job = {
      id: 'DDDDDDDD-0000-4000-8000-00000000000D',
      className: 'Msvm_ConcreteJob',
      type: 12,
      caption: 'Starting Virtual Machine',
      owner: 'x',
      state: 4,
      percent: 0,
      cancellable: false,
      affected: [],
      submittedAt: NOW,
      startedAt: NOW,
      endedAt: null,
      stateChangedAt: NOW,
      errorCode: 0,
      errorSummary: null,
      errorDescription: null,
      errors: [],
    };
    const ended: Job = { ...job, state: 7, percent: 100, endedAt: NOW };
    world.apply({ kind: 'job', before: null, after: job });
    world.apply({ kind: 'job', before: job, after: ended });
    world.apply({ kind: 'job', before: ended, after: null });
    world.apply({ kind: 'switch', before: NAT, after: { ...NAT, name: 'renamed' } });
    world.apply({ kind: 'service', before: { values: {} }, after: { values: { BiosLockString: 'x' } } });
    const locked = { values: { BiosLockString: 'x' } };
    world.apply({ kind: 'service', before: locked, after: { ...locked, terminal: { ListenerPort: 3390 } } });
    assert.deepEqual(described(seen), [
      'created Msvm_ConcreteJob',
      'changed Msvm_ConcreteJob',
      'removed Msvm_ConcreteJob',
      'changed Msvm_VirtualEthernetSwitch',
      'changed Msvm_VirtualSystemManagementServiceSettingData',
      'changed Msvm_TerminalServiceSettingData',
    ]);
    assert.equal(seen[5]?.previous?.get('ListenerPort'), 2179);
    assert.equal(seen[5]?.current?.get('ListenerPort'), 3390);
    assert.equal(seen[4]?.previous?.get('BiosLockString'), null);
    assert.equal(seen[4]?.current?.get('BiosLockString'), 'x');
  });

  test('nothing is told after the watch has ended, and nothing that nobody wants is built', () => {
    const { world, seen, stop } = watch('Msvm_ComputerSystem');
    stop();
    world.put(makeSystem());
    assert.deepEqual(described(seen), []);
    const idle = watch();
    idle.world.msvm.v2.catalog.instance = () => assert.fail('built an instance for nobody');
    idle.world.put(running(makeSystem({ generation: 2, devices: SCSI_DISK_AND_NIC })));
  });
});
