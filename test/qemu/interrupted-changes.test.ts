import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { DomainError } from '../../src/core/errors.ts';
import type { AdapterSpec, DiskSpec, MachineSpec } from '../../src/core/machine-spec.ts';
import type { Machine } from '../../src/core/ports.ts';
import type { QemuHypervisor } from '../../src/qemu/hypervisor.ts';
import { Monitor } from '../../src/qemu/supervise/monitor.ts';
import { QmpError } from '../../src/qmp/errors.ts';
import { copyImage, nanoImage } from '../guests/guest-images.ts';
import { fresh, ideDisk, machineSpec, makeBridge, SerialLine, TestHost } from './kit.ts';

/** Several commands at the monitor that is for tools. */
const ask = (vncSocket: string, commands: readonly object[]): Promise<readonly unknown[]> =>
  new Promise((resolve, reject) => {
    const socket = connect({ path: vncSocket.replace('vnc.sock', 'qmp-tools.sock') });
    let text = '';
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      text += chunk.toString();
      const replies = text.split('\n').flatMap((line) => (line.includes('"return"') ? [JSON.parse(line).return] : []));
      if (replies.length <= commands.length) return;
      resolve(replies.slice(1));
      socket.destroy();
    });
    socket.write(
      [{ execute: 'qmp_capabilities' }, ...commands].map((command) => `${JSON.stringify(command)}\n`).join(''),
    );
  });

interface Drive {
  readonly qdev?: string;
  readonly inserted?: { readonly file: string; readonly iops: number };
  readonly tray_open?: boolean;
}

/** What the guest has, as QEMU says. */
const hardware = async ({ vncSocket }: Machine) => {
  const [peripherals, drives, nodes, networks, serial] = await ask(vncSocket ?? '', [
    { execute: 'qom-list', arguments: { path: '/machine/peripheral' } },
    { execute: 'query-block' },
    { execute: 'query-named-block-nodes', arguments: { flat: true } },
    { execute: 'human-monitor-command', arguments: { 'command-line': 'info network' } },
    { execute: 'query-chardev' },
  ]);
  const sorted = (texts: readonly string[]): readonly string[] => texts.toSorted();
  return {
    // Controllers stay.
    devices: sorted((peripherals as { name: string }[]).map(({ name }) => name).filter((name) => !/^scsi/.test(name))),
    drives: sorted(
      (drives as Drive[]).map(
        ({ qdev, inserted, tray_open }) =>
          `${qdev} ${tray_open === true ? 'open' : 'closed'} ${inserted === undefined ? '-' : `${inserted.file} ${inserted.iops}`}`,
      ),
    ),
    nodes: (nodes as unknown[]).length,
    networks: sorted(
      (networks as string)
        .split('\n')
        .map((line) => line.trim())
        // An empty hub stays.
        .filter((line) => !/^(hub \d+)?$/.test(line)),
    ),
    serial: sorted(
      (serial as { label: string; filename: string }[]).map(
        ({ label, filename }) => `${label} ${filename.replace('disconnected:', '')}`,
      ),
    ),
  };
};

const asRoot = process.getuid?.() === 0;
const execute = Monitor.prototype.execute;

/** Those of services that are dead: whatever they still do, QEMU hears nothing of it. */
const dead = new WeakSet<Monitor>();
/** Asked in the background, at any moment. */
const IN_BACKGROUND: ReadonlySet<string> = new Set(['query-balloon', 'query-blockstats', 'qom-get', 'query-status']);
let bomb: { left: number; readonly when: 'before' | 'after' | 'refused'; readonly died: () => void } | null = null;

before(() => {
  Monitor.prototype.execute = async function (this: Monitor, ...words: Parameters<typeof execute>) {
    const never = (): Promise<never> => new Promise(() => undefined);
    if (dead.has(this)) return never();
    const mine = bomb !== null && !IN_BACKGROUND.has(words[0]) && bomb.left-- === 0 ? bomb : null;
    const die = (): Promise<never> => {
      dead.add(this);
      bomb = null;
      mine?.died();
      return never();
    };
    if (mine?.when === 'refused') {
      bomb = null;
      mine.died();
      throw new QmpError('command', 'refused by the test', { errorClass: 'GenericError' });
    }
    if (mine?.when === 'before') return die();
    const answer = await execute.apply(this, words);
    if (mine !== null) return die();
    return dead.has(this) ? never() : answer;
  } as typeof execute;
});

after(() => {
  Monitor.prototype.execute = execute;
});

/** The service dies before it sends the command of that number from now on, or when it is answered; or QEMU refuses that command. */
const dieAt = (command: number, when: 'before' | 'after' | 'refused'): Promise<void> =>
  new Promise((died) => {
    bomb = { left: command, when, died };
  });

const scsi = (id: string, file: string, changes: Partial<DiskSpec> = {}): DiskSpec => ({
  id,
  bus: 'scsi',
  controller: 0,
  slot: 1,
  media: 'disk',
  image: { file, format: 'raw', readOnly: false },
  iopsLimit: null,
  ...changes,
});

const user: AdapterSpec = { id: 'hotnic', mac: '00155D010203', emulated: false, network: { kind: 'user' } };

/** A change of a running machine, and the machine that it makes. */
interface Change {
  readonly name: string;
  apply(machine: Machine): Promise<void>;
  readonly after: (spec: MachineSpec) => MachineSpec;
  /** What the guest has given back is gone: the way on is forwards. */
  readonly isWhole?: true;
}

const withDisk = (spec: MachineSpec, id: string, next: DiskSpec | null): MachineSpec => ({
  ...spec,
  disks: [...spec.disks.filter((disk) => disk.id !== id), ...(next === null ? [] : [next])],
});
const withAdapter = (spec: MachineSpec, id: string, next: AdapterSpec | null): MachineSpec => ({
  ...spec,
  adapters: [...spec.adapters.filter((adapter) => adapter.id !== id), ...(next === null ? [] : [next])],
});
const cd = (file: string | null): DiskSpec => ({
  id: 'cd',
  bus: 'ide',
  controller: 1,
  slot: 0,
  media: 'cd',
  image: file === null ? null : { file, format: 'raw', readOnly: true },
  iopsLimit: null,
});

describe('a service dies amid a change of a running machine, and before that is recorded', () => {
  const makeGuest = async (host: TestHost): Promise<MachineSpec> =>
    machineSpec(host, {
      disks: [ideDisk(await copyImage(await nanoImage(), host.path('boot.raw')), { id: 'boot' }), cd(null)],
      adapters: [{ id: 'nic', mac: '00155D000001', emulated: false, network: { kind: 'none' } }],
      firmware: { kind: 'bios', bootOrder: ['disk', 'cd'], numLock: false },
    });
  const blank = async (host: TestHost, name: string): Promise<string> => {
    await writeFile(host.path(name), Buffer.alloc(1 << 20));
    return host.path(name);
  };
  /** Until the background has done its part. */
  const becomes = async (machine: Machine, expected: unknown, label: string): Promise<void> => {
    for (let tries = 1200; tries > 0; tries--) {
      try {
        assert.deepEqual(await hardware(machine), expected);
        return;
      } catch {
        await sleep(100);
      }
    }
    assert.deepEqual(await hardware(machine), expected, label);
  };

  const changesOf = async (host: TestHost): Promise<readonly Change[]> => {
    const [hot, other, iso, second] = [
      await blank(host, 'hot.img'),
      await blank(host, 'other.img'),
      await blank(host, 'one.iso'),
      await blank(host, 'two.iso'),
    ];
    const vhdx = host.path('hot.vhdx');
    await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'vhdx', vhdx, '8M']);
    const served: DiskSpec = scsi('served', vhdx, { slot: 3, image: { file: vhdx, format: 'vhdx', readOnly: false } });
    const plug = (name: string, disk: DiskSpec): Change => ({
      name,
      apply: (machine) => machine.addDisk(disk),
      after: (spec) => withDisk(spec, disk.id, disk),
    });
    const pull = (name: string, id: string): Change => ({
      name,
      isWhole: true,
      apply: (machine) => machine.removeDisk(id),
      after: (spec) => withDisk(spec, id, null),
    });
    const medium = (name: string, file: string | null): Change => ({
      name,
      apply: (machine) => machine.changeMedium('cd', cd(file).image),
      after: (spec) => withDisk(spec, 'cd', cd(file)),
    });
    const link = (name: string, adapter: AdapterSpec): Change => ({
      name,
      apply: (machine) => machine.connectAdapter(adapter),
      after: (spec) => withAdapter(spec, adapter.id, adapter),
    });
    const serial = (name: string, socket: string | null): Change => ({
      name,
      apply: (machine) => machine.connectSerial({ id: 'com2', socket }),
      after: (spec) => ({ ...spec, serialPorts: [...spec.serialPorts.slice(0, 1), { id: 'com2', socket }] }),
    });
    return [
      plug('a disk comes, with the first controller', scsi('hot', hot)),
      {
        name: 'it is limited',
        apply: (machine) => machine.setIopsLimit('hot', 500),
        after: (spec) => withDisk(spec, 'hot', scsi('hot', hot, { iopsLimit: 500 })),
      },
      {
        name: 'another disk in its drive',
        isWhole: true,
        apply: async (machine) => {
          await machine.removeDisk('hot');
          await machine.addDisk(scsi('hot', other));
        },
        after: (spec) => withDisk(spec, 'hot', scsi('hot', other)),
      },
      pull('it goes', 'hot'),
      plug('a limited one comes', scsi('limited', hot, { slot: 2, iopsLimit: 300 })),
      plug('one comes that a daemon serves', served),
      pull('that goes', 'served'),
      medium('a CD is put in', iso),
      medium('it is changed', second),
      medium('it is ejected', null),
      {
        name: 'an adapter comes',
        apply: (machine) => machine.addAdapter(user),
        after: (spec) => withAdapter(spec, 'hotnic', user),
      },
      link('it is disconnected', { ...user, network: { kind: 'none' } }),
      link('it is connected', user),
      {
        name: 'it goes',
        isWhole: true,
        apply: (machine) => machine.removeAdapter('hotnic'),
        after: (spec) => withAdapter(spec, 'hotnic', null),
      },
      serial('a serial port gets a pipe', host.path('moved-1')),
      serial('another pipe', host.path('moved-2')),
      serial('none', null),
    ];
  };

  const startGuest = async (host: TestHost, spec: MachineSpec, hypervisor: QemuHypervisor): Promise<Machine> => {
    const machine = host.keep(await hypervisor.start(spec, fresh));
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
    return machine;
  };

  test('a change that QEMU refuses half-way is taken back', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const machine = await startGuest(host, await makeGuest(host), hypervisor);
    // The first, so that there is a controller: those stay.
    for (const change of await changesOf(host)) {
      const old = await hardware(machine);
      for (let command = 0, ended = false; !ended && change.isWhole !== true; command++) {
        const refused = dieAt(command, 'refused').then(() => 'refused');
        const outcome = await change.apply(machine).then(
          () => 'done',
          (error: unknown) => error,
        );
        const wasRefused = (await Promise.race([refused, sleep(0, 'not')])) === 'refused';
        bomb = null;
        ended = !wasRefused;
        // What is left of a medium that is out goes with the next change.
        if (outcome === 'done' && wasRefused) await change.apply(machine);
        if (outcome === 'done') break;
        assert.ok(wasRefused, String(outcome));
        await becomes(machine, old, `${change.name}, command ${command} refused`);
      }
      if (JSON.stringify(await hardware(machine)) === JSON.stringify(old)) await change.apply(machine);
    }
    await machine.turnOff();
  });

  test('what the guest has given back is gone, whatever QEMU refuses behind it, and can come again at once', async (t) => {
    await using host = await TestHost.make();
    const machine = await startGuest(host, await makeGuest(host), await host.hypervisor());
    const vhdx = host.path('hot.vhdx');
    await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'vhdx', vhdx, '8M']);
    const served = scsi('served', vhdx, { image: { file: vhdx, format: 'vhdx', readOnly: false } });
    const raw = scsi('raw', await blank(host, 'hot.img'), { slot: 2 });
    // Controllers stay.
    await machine.addDisk(raw);
    await machine.removeDisk('raw');
    const without = await hardware(machine);
    let refusals = 0;
    for (const { id, add, remove } of [
      { id: 'raw', add: () => machine.addDisk(raw), remove: () => machine.removeDisk('raw') },
      { id: 'served', add: () => machine.addDisk(served), remove: () => machine.removeDisk('served') },
      { id: 'hotnic', add: () => machine.addAdapter(user), remove: () => machine.removeAdapter('hotnic') },
    ]) {
      await add();
      const withIt = await hardware(machine);
      for (let command = 0, ended = false; !ended; command++) {
        const label = `${id}, command ${command} refused`;
        const refused = dieAt(command, 'refused').then(() => true);
        const outcome = await remove().then(
          () => 'done',
          (error: unknown) => error,
        );
        ended = !(await Promise.race([refused, sleep(0, false)]));
        bomb = null;
        if (!ended) refusals++;
        if (command === 0) {
          // The guest was not even asked.
          assert.ok(outcome instanceof DomainError, label);
          assert.deepEqual(await hardware(machine), withIt, label);
          continue;
        }
        assert.equal(outcome, 'done', label);
        // By itself, or because it comes again.
        if (command % 2 === 1) await becomes(machine, without, label);
        await add();
        assert.deepEqual(await hardware(machine), withIt, label);
      }
      await remove();
      assert.deepEqual(await hardware(machine), without, id);
    }
    t.diagnostic(`${refusals} refusals`);
    await machine.turnOff();
  });

  test('an adapter that cannot go from its bridge to the NAT network is on its bridge', {
    skip: !asRoot,
  }, async (t) => {
    using bridge = makeBridge();
    await using host = await TestHost.make();
    const bridged: AdapterSpec = { ...user, network: { kind: 'bridge', bridge: bridge.name } };
    const machine = await startGuest(
      host,
      withAdapter(await makeGuest(host), 'hotnic', bridged),
      await host.hypervisor(),
    );
    // As a peer of its own, or, where it had become one, in a hub.
    const place = async (): Promise<unknown> => {
      const { devices, networks } = await hardware(machine);
      return { devices, taps: networks.flatMap((line) => /ifname=\w+|type=user/.exec(line)?.[0] ?? []) };
    };
    const old = await place();
    let command = 0;
    for (; ; command++) {
      const refused = dieAt(command, 'refused').then(() => true);
      const outcome = await machine.connectAdapter(user).then(
        () => 'done',
        (error: unknown) => error,
      );
      const wasRefused = await Promise.race([refused, sleep(0, false)]);
      bomb = null;
      if (!wasRefused) break;
      assert.ok(outcome instanceof DomainError, `command ${command}: ${String(outcome)}`);
      assert.deepEqual(await place(), old, `command ${command} refused`);
      assert.match(execFileSync('ip', ['link', 'show', 'master', bridge.name], { encoding: 'utf8' }), /vsms/);
    }
    assert.ok(command > 3);
    assert.notDeepEqual(await place(), old);
    t.diagnostic(`${command} refusals`);
    await machine.turnOff();
  });

  test('the next one finds the machine as it is recorded, and the change can be made', async (t) => {
    await using host = await TestHost.make();
    const changes = await changesOf(host);
    let spec = await makeGuest(host);
    let hypervisor = await host.hypervisor();
    let machine = await startGuest(host, spec, hypervisor);
    const { process } = machine;
    let deaths = 0;
    for (const change of changes) {
      const old = await hardware(machine);
      let ended = false;
      for (let command = 0; !ended; command++) {
        for (const when of command === 0 ? (['before', 'after'] as const) : (['after'] as const)) {
          const label = `${change.name}, ${when} command ${command}`;
          const died = dieAt(command, when);
          // The last time nobody dies: only the record is missing.
          const applied = change.apply(machine).then(() => true);
          ended = await Promise.race([died.then(() => false), applied]);
          bomb = null;
          deaths++;
          await hypervisor.close();
          hypervisor = await host.hypervisor();
          const adopted = await hypervisor.adopt(spec, process);
          assert.equal(adopted?.state, 'running', label);
          machine = adopted.machine;
          await becomes(machine, old, label);
        }
      }
      await change.apply(machine);
      spec = change.after(spec);
      // What is recorded stays.
      const recorded = await hardware(machine);
      await hypervisor.close();
      hypervisor = await host.hypervisor();
      const adopted = await hypervisor.adopt(spec, process);
      assert.ok(adopted);
      machine = adopted.machine;
      await becomes(machine, recorded, `${change.name}, recorded`);
    }
    t.diagnostic(`${deaths} deaths`);
    await machine.turnOff();
  });
});
