import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WsmanClient } from '../../src/client/client.ts';
import { isReference, numberOf, textOf, type Reference } from '../../src/client/object.ts';
import { settingsText, type SettingInput } from '../../src/client/settings-text.ts';
import { VirtualMachines } from '../../src/client/virtual-machines.ts';
import { killEach } from '../kit/kill-each.ts';
import { Service, type ServiceOptions } from '../kit/service.ts';
import { difference, dump } from '../kit/wire-dump.ts';
import { hashOf, machineProcesses, orphans } from './left-overs.ts';
import type { Order } from './mortal-service.ts';

export const SERVICE = { className: 'Msvm_VirtualSystemManagementService' };
const ALL_MACHINES = "SELECT * FROM Msvm_ComputerSystem WHERE Description = 'Microsoft Virtual Machine'";
/** For files that may be left to the next start. */
const FEW_LOOKS = 200;
/** States that last: running, off, saved, paused. */
const LASTING: readonly number[] = [2, 3, 6, 9];

const ALL_CHECKPOINTS =
  "SELECT InstanceID FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemType LIKE 'Microsoft:Hyper-V:Snapshot%'";
/** Running, paused: there is a machine (lifecycle §1). */
const HAS_MACHINE: ReadonlySet<number> = new Set([2, 9]);

/** One client's view of a service, with the calls that the cases are made of. */
export class Bench {
  readonly client: WsmanClient;
  readonly machines: VirtualMachines;
  readonly disk: string;

  constructor(service: Service, disk: string) {
    this.client = service.client();
    this.machines = new VirtualMachines(this.client);
    this.disk = disk;
  }

  async define(generation: 1 | 2, resources: readonly string[] = [], name = 'victim'): Promise<string> {
    const result = await this.client.run(SERVICE, 'DefineSystem', {
      SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
        ElementName: name,
        VirtualSystemSubType: `Microsoft:Hyper-V:SubType:${generation}`,
      }),
      ...(resources.length === 0 ? {} : { ResourceSettings: resources }),
    });
    const system = result.out['ResultingSystem'];
    return isReference(system) ? (system.selectors['Name'] ?? '') : '';
  }

  /** A machine with the disk on its first IDE place, others behind it, and 64 MB. */
  create(name = 'victim', others: readonly string[] = []): Promise<string> {
    return this.machines.create({
      name,
      generation: 1,
      memoryMb: 64,
      processors: 1,
      disks: [this.disk, ...others],
      isos: [],
      switch: null,
      serial: '\\\\.\\pipe\\victim',
      secureBoot: false,
      notes: '',
    });
  }

  /** A generation 2 machine with the disk on SCSI, UEFI variables of its own and a vTPM. */
  async createWithTpm(): Promise<string> {
    const id = await this.machines.create({
      name: 'victim',
      generation: 2,
      memoryMb: 128,
      processors: 1,
      disks: [this.disk],
      isos: [],
      switch: null,
      serial: '\\\\.\\pipe\\victim',
      secureBoot: false,
      notes: '',
    });
    await this.giveTpm(id);
    return id;
  }

  async giveTpm(id: string): Promise<void> {
    const query = `SELECT * FROM Msvm_SecuritySettingData WHERE InstanceID LIKE 'Microsoft:${id}%'`;
    for await (const { properties } of this.client.query(query))
      await this.client.run(SERVICE, 'ModifyResourceSettings', {
        ResourceSettings: [
          settingsText('Msvm_SecuritySettingData', {
            InstanceID: textOf(properties['InstanceID']) ?? '',
            TpmEnabled: true,
          }),
        ],
      });
  }

  modify(id: string, values: Readonly<Record<string, SettingInput>>): Promise<unknown> {
    return this.client.run(SERVICE, 'ModifySystemSettings', {
      SystemSettings: settingsText('Msvm_VirtualSystemSettingData', { InstanceID: `Microsoft:${id}`, ...values }),
    });
  }

  add(id: string, resources: readonly string[]): Promise<unknown> {
    return this.client.run(SERVICE, 'AddResourceSettings', {
      AffectedConfiguration: this.machines.settingsReference(id),
      ResourceSettings: resources,
    });
  }

  request(id: string, state: number): Promise<void> {
    return this.machines.request(id, state);
  }

  destroy(id: string): Promise<void> {
    return this.machines.delete(id);
  }

  reference(id: string): Reference {
    return this.machines.reference(id);
  }

  /** Id and EnabledState of all machines. */
  async states(): Promise<ReadonlyMap<string, number>> {
    const states = new Map<string, number>();
    for await (const object of this.client.query(ALL_MACHINES))
      states.set(textOf(object.properties['Name']) ?? '', numberOf(object.properties['EnabledState']));
    return states;
  }

  /** All planned systems. */
  async plans(): Promise<readonly Reference[]> {
    const found: Reference[] = [];
    for await (const plan of this.client.queryReferences('SELECT * FROM Msvm_PlannedComputerSystem')) found.push(plan);
    return found;
  }

  /** Ids of all checkpoints. */
  async checkpoints(): Promise<readonly string[]> {
    const ids: string[] = [];
    for await (const { properties } of this.client.query(ALL_CHECKPOINTS))
      ids.push((textOf(properties['InstanceID']) ?? '').replace('Microsoft:', ''));
    return ids;
  }

  async jobStates(): Promise<readonly number[]> {
    const states: number[] = [];
    for await (const job of this.client.query('SELECT * FROM Msvm_ConcreteJob'))
      states.push(numberOf(job.properties['JobState']));
    return states;
  }

  close(): void {
    this.client.close();
  }
}

export const scsi = (): string =>
  settingsText('Msvm_ResourceAllocationSettingData', {
    ResourceType: 6,
    ResourceSubType: 'Microsoft:Hyper-V:Synthetic SCSI Controller',
  });

export const adapter = (): string =>
  settingsText('Msvm_SyntheticEthernetPortSettingData', {
    ResourceType: 10,
    ResourceSubType: 'Microsoft:Hyper-V:Synthetic Ethernet Port',
    ElementName: 'Network Adapter',
  });

export interface CrashCase {
  readonly name: string;
  /** Brings about the state before; answers the system, or null when there is none yet. */
  readonly prepare: (bench: Bench) => Promise<string | null>;
  readonly operate: (bench: Bench, id: string) => Promise<unknown>;
  /** Disks are merged after it; a merge that failed is taken up again by the next start (K18) at the latest. */
  readonly merges?: boolean;
  /** Once it is decided, the next service goes on with it in the background. */
  readonly resumes?: boolean;
}

/** At a commit, or so long after the request. */
export type Death = { readonly commit: number; readonly when: 'before' | 'after' } | { readonly ms: number };

/** A service that can be killed at a commit, and what must hold after it. */
export class CrashBench implements AsyncDisposable {
  readonly service: Service;
  readonly #disk: string;
  #diskHash: string;
  bench: Bench;

  private constructor(service: Service, disk: string, hash: string) {
    this.service = service;
    this.#disk = disk;
    this.#diskHash = hash;
    this.bench = new Bench(service, disk);
  }

  static async open(options: Omit<ServiceOptions, 'program'>, disk: string): Promise<CrashBench> {
    const program = join(import.meta.dirname, 'mortal-service.ts');
    const service = await Service.start({ ...options, program });
    return new CrashBench(service, disk, await hashOf(disk));
  }

  /** Runs it once unharmed: commits of the whole operation, and the states before and after it. */
  async rehearse(each: CrashCase): Promise<{ commits: number; old: readonly string[]; new: readonly string[] }> {
    // What a failed test has left.
    await this.#clean();
    const id = (await each.prepare(this.bench)) ?? '';
    const old = await this.#shape();
    await this.#order({ order: 'arm', commit: -1, when: 'before' });
    await each.operate(this.bench, id);
    const { commits } = await this.#order({ order: 'count' });
    await this.#merged();
    const rehearsed = { commits, old, new: await this.#shape() };
    await this.#clean();
    return rehearsed;
  }

  /** What `count` says of the operation, done once unharmed. */
  async count<T>(each: CrashCase, count: (work: () => Promise<unknown>) => Promise<T>): Promise<T> {
    const id = (await each.prepare(this.bench)) ?? '';
    const counted = await count(() => each.operate(this.bench, id));
    await this.#clean();
    return counted;
  }

  /** One death and what comes after it. Answers which state was found. */
  async die(
    each: CrashCase,
    death: Death,
    states: { readonly old: readonly string[]; readonly new: readonly string[] },
  ): Promise<'old' | 'new'> {
    const label = `${each.name}, ${'ms' in death ? `after ${death.ms} ms` : `${death.when} commit ${death.commit}`}`;
    const id = (await each.prepare(this.bench)) ?? '';
    if ('commit' in death) await this.#order({ order: 'arm', ...death });
    const outcome = each.operate(this.bench, id).then(
      () => 'the operation came to its end',
      (error: unknown) => String(error),
    );
    if ('ms' in death) {
      await sleep(death.ms);
      process.kill(this.service.pid, 'SIGKILL');
    }
    const dead = this.service.ended().then(() => 'dead');
    assert.equal(await Promise.race([dead, outcome.then((end) => sleep(120_000, end))]), 'dead', label);
    await outcome;
    this.bench.close();
    await this.service.run();
    this.bench = new Bench(this.service, this.#disk);
    for (let tries = 0; each.resumes === true && tries < 4800; tries++) {
      if ((await this.bench.jobStates()).every((state) => state >= 7)) break;
      await sleep(50);
    }
    const found = await this.#shape();
    const isOld = difference(states.old, found) === '';
    const isNew = difference(states.new, found) === '';
    assert.ok(isOld || isNew, `${label}: neither old nor new. From the old:\n${difference(states.old, found)}`);
    await this.check(label);
    if (isOld && !isNew) {
      await each.operate(this.bench, id);
      const second = await this.#shape();
      assert.equal(difference(states.new, second), '', `${label}: done again`);
      await this.check(`${label}, done again`);
    }
    await this.#clean();
    return isNew ? 'new' : 'old';
  }

  /**
   * The operation while something fails below the service (hardening 25), or ends it (24): it may fail, and is then told so; old
   * or new, and nothing left over; afterwards it can be done. `harm` ends when it is disposed of. Answers what was found.
   */
  async endure(
    each: CrashCase,
    label: string,
    harm: (pid: number) => Promise<AsyncDisposable>,
    states: { readonly old: readonly string[]; readonly new: readonly string[] },
  ): Promise<{ readonly found: 'old' | 'new'; readonly error: string | null; readonly died: boolean }> {
    const id = (await each.prepare(this.bench)) ?? '';
    let error: string | null = null;
    {
      await using _harmed = await harm(this.service.pid);
      error = await each.operate(this.bench, id).then(
        () => null,
        (reason: unknown) => String(reason),
      );
    }
    // A process whose connection broke off is about to be gone.
    const brokeOff = error !== null && !/^(Job|Method|Wsman)/.test(error);
    for (let tries = brokeOff ? 400 : 0; tries > 0 && this.service.isRunning; tries--) await sleep(25);
    const died = !this.service.isRunning;
    if (died) await this.#startAnew();
    // A store whose disk failed may be in doubt of what it holds, and says so until it is opened anew.
    const works = await this.bench.define(1, [], 'probe').then(
      (probe) => this.bench.destroy(probe),
      (reason: unknown) => String(reason),
    );
    if (works !== undefined) {
      assert.match(works, /restart the service/, label);
      await this.#startAnew();
    }
    let found = await this.#shape();
    const is = (state: readonly string[]): boolean => difference(state, found) === '';
    // Disks may still be merged in the background.
    const settle = async (most: number): Promise<void> => {
      for (let tries = 0; tries < most && !is(states.old) && !is(states.new); tries++) {
        await sleep(50);
        found = await this.#shape();
      }
    };
    await this.#merged();
    // Of merges no job is left that would go on by itself.
    await settle(each.merges === true ? 20 : 1200);
    if (each.merges === true && !is(states.old) && !is(states.new)) {
      await this.#startAnew();
      found = await this.#shape();
      await settle(1200);
    }
    const [isOld, isNew] = [is(states.old), is(states.new)];
    assert.ok(
      isOld || isNew,
      `${label}: neither old nor new (${error}). From the new:\n${difference(states.new, found)}\nFrom the old:\n${difference(states.old, found)}`,
    );
    if (error === null) assert.ok(isNew, `${label}: acknowledged, and not there`);
    // What could not be taken away is so by the next start at the latest.
    await this.check(label, FEW_LOOKS).catch(async (reason: unknown) => {
      if (!String(reason).includes('orphan files')) throw reason;
      await this.#startAnew();
      await this.check(label);
    });
    if (isOld && !isNew) {
      // It may have been started again meanwhile.
      found = await this.#shape();
      await settle(1200);
      await each.operate(this.bench, id);
      for (let tries = 0; tries < 4800 && difference(states.new, await this.#shape()) !== ''; tries++) await sleep(50);
      assert.equal(difference(states.new, await this.#shape()), '', `${label}: done again`);
    }
    await this.#clean();
    return { found: isNew ? 'new' : 'old', error, died };
  }

  /**
   * The disk of the store is full from one commit on: the client is told so, and old or new is reached by itself when there is
   * room. Answers what was found, and what the client heard.
   */
  async starve(
    each: CrashCase,
    commit: number,
    states: { readonly old: readonly string[]; readonly new: readonly string[] },
  ): Promise<{ readonly found: 'old' | 'new'; readonly error: string }> {
    const label = `${each.name}, no room from commit ${commit} on`;
    const id = (await each.prepare(this.bench)) ?? '';
    await this.#order({ order: 'refuse', commit });
    const error = await each.operate(this.bench, id).then(() => assert.fail(`${label}: acknowledged`), String);
    await this.#order({ order: 'accept' });
    let found = await this.#shape();
    const is = (state: readonly string[]): boolean => difference(state, found) === '';
    for (let tries = 0; tries < 1600 && !is(states.old) && !is(states.new); tries++) {
      await sleep(50);
      found = await this.#shape();
    }
    assert.ok(is(states.old) || is(states.new), `${label}: neither. From the new:\n${difference(states.new, found)}`);
    await this.check(label);
    const isNew = is(states.new);
    if (!isNew) await each.operate(this.bench, id);
    assert.equal(difference(states.new, await this.#shape()), '', label);
    await this.check(`${label}, in the end`);
    await this.#clean();
    return { found: isNew ? 'new' : 'old', error };
  }

  /** Jobs, files, processes and disks agree with what the service says, sooner or later. */
  async check(label: string, looks = 4800): Promise<void> {
    await this.#atRest();
    for (const state of await this.bench.jobStates()) assert.ok(state >= 7, `${label}: a job is in state ${state}`);
    const states = await this.bench.states();
    for (const [id, state] of states) assert.ok(LASTING.includes(state), `${label}: ${id} is in state ${state}`);
    // Files go after the record, and so after the end of the job.
    const known = new Set([...states.keys(), ...(await this.bench.checkpoints())]);
    const left = (): Promise<readonly string[]> => orphans(this.service.dataDirectory, known);
    for (let tries = 0; tries < looks && (await left()).length > 0; tries++) await sleep(25);
    assert.deepEqual(await left(), [], `${label}: orphan files`);
    const { running, processes, qemus } = await this.#machines();
    // Storage daemons and TPMs go with their machine.
    if (running === 0) assert.deepEqual(processes, [], `${label}: processes`);
    if (this.service.hypervisor === 'qemu') assert.equal(qemus.length, running, `${label}: QEMU processes`);
    else assert.equal(qemus.length, 0);
    assert.equal(await hashOf(this.#disk), this.#diskHash, `${label}: the disk of the user`);
  }

  /** How many machines are said to have a process, and what processes there are. */
  async #machines() {
    const running = [...(await this.bench.states()).values()].filter((state) => HAS_MACHINE.has(state)).length;
    const processes = await machineProcesses(this.service.dataDirectory);
    return { running, processes, qemus: processes.filter(({ words }) => /qemu-system/.test(words[0] ?? '')) };
  }

  /**
   * A QEMU that an error has ended is missed a moment later, and its machine started
   * again (AutomaticRecoveryAction).
   */
  async #atRest(): Promise<void> {
    const rests = async (): Promise<boolean> => {
      if ((await this.bench.jobStates()).some((state) => state < 7)) return false;
      if ([...(await this.bench.states()).values()].some((state) => !LASTING.includes(state))) return false;
      const { running, processes, qemus } = await this.#machines();
      const wanted = this.service.hypervisor === 'qemu' ? running : 0;
      return qemus.length === wanted && (running > 0 || processes.length === 0);
    };
    await this.#merged();
    for (let tries = 0; tries < 1200 && !(await rests()); tries++) await sleep(25);
  }

  /** Disks are merged by jobs that nobody waits for. */
  async #merged(): Promise<void> {
    const busy = async (): Promise<boolean> => (await this.bench.jobStates()).some((state) => state < 7);
    for (let tries = 0; tries < 6400 && (await busy()); tries++) await sleep(25);
  }

  async #shape(): Promise<readonly string[]> {
    // The name of a checkpoint has the time in it: another one after noon, and on another day.
    return (await dump(this.bench.client, { anonymous: true })).map((line) =>
      line.replaceAll(/\d{1,2}\/\d{1,2}\/\d{4} - \d{1,2}:\d\d:\d\d [AP]M/g, '<time>'),
    );
  }

  async #startAnew(): Promise<void> {
    this.bench.close();
    await this.service.stop();
    await this.service.run();
    this.bench = new Bench(this.service, this.#disk);
  }

  async #order(order: Order): Promise<{ commits: number }> {
    return (await this.service.ask(order)) as { commits: number };
  }

  async #clean(): Promise<void> {
    for (const plan of await this.bench.plans())
      await this.bench.client.run(SERVICE, 'DestroySystem', { AffectedSystem: plan });
    for (const [id, state] of await this.bench.states()) {
      if (state !== 3 && state !== 6) await this.bench.request(id, 3);
      await this.bench.destroy(id);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.bench.close();
    await this.service[Symbol.asyncDispose]();
    // A failed test leaves machines, and machines outlive the service (K20).
    killEach((await machineProcesses(this.service.dataDirectory)).map(({ pid }) => pid));
  }
}

/** The operations of the issue: define, modify, add, destroy, start, save, restore. */
export const CASES: readonly CrashCase[] = [
  { name: 'define generation 1', prepare: async () => null, operate: (bench) => bench.define(1) },
  { name: 'define generation 2', prepare: async () => null, operate: (bench) => bench.define(2) },
  {
    name: 'define with resources',
    prepare: async () => null,
    operate: (bench) => bench.define(2, [scsi(), adapter()]),
  },
  {
    name: 'modify',
    prepare: (bench) => bench.define(1),
    operate: (bench, id) => bench.modify(id, { ElementName: 'new', Notes: ['x', 'y'] }),
  },
  {
    name: 'add resources',
    prepare: (bench) => bench.define(2),
    operate: (bench, id) => bench.add(id, [scsi(), adapter(), adapter()]),
  },
  { name: 'destroy', prepare: (bench) => bench.create(), operate: (bench, id) => bench.destroy(id) },
  {
    name: 'destroy saved',
    prepare: async (bench) => {
      const id = await bench.create();
      await bench.request(id, 2);
      await bench.request(id, 6);
      return id;
    },
    operate: (bench, id) => bench.destroy(id),
  },
  { name: 'start', prepare: (bench) => bench.create(), operate: (bench, id) => bench.request(id, 2) },
  {
    name: 'save',
    prepare: async (bench) => {
      const id = await bench.create();
      await bench.request(id, 2);
      return id;
    },
    operate: (bench, id) => bench.request(id, 6),
  },
  {
    name: 'restore',
    prepare: async (bench) => {
      const id = await bench.create();
      await bench.request(id, 2);
      await bench.request(id, 6);
      return id;
    },
    operate: (bench, id) => bench.request(id, 2),
  },
  {
    name: 'pause',
    prepare: async (bench) => {
      const id = await bench.create();
      await bench.request(id, 2);
      return id;
    },
    operate: (bench, id) => bench.request(id, 9),
  },
  {
    name: 'resume',
    prepare: async (bench) => {
      const id = await bench.create();
      await bench.request(id, 2);
      await bench.request(id, 9);
      return id;
    },
    operate: (bench, id) => bench.request(id, 2),
  },
  {
    name: 'turn off',
    prepare: async (bench) => {
      const id = await bench.create();
      await bench.request(id, 2);
      return id;
    },
    operate: (bench, id) => bench.request(id, 3),
  },
];

const runningWithTpm = async (bench: Bench): Promise<string> => {
  const id = await bench.createWithTpm();
  await bench.request(id, 2);
  return id;
};

/** The same with UEFI variables, a vTPM and its process, and SCSI. */
export const TPM_CASES: readonly CrashCase[] = [
  {
    name: 'give a vTPM',
    prepare: (bench) => bench.define(2),
    operate: (bench, id) => bench.giveTpm(id),
  },
  {
    name: 'destroy, with a vTPM',
    prepare: (bench) => bench.createWithTpm(),
    operate: (bench, id) => bench.destroy(id),
  },
  {
    name: 'start, with a vTPM',
    prepare: (bench) => bench.createWithTpm(),
    operate: (bench, id) => bench.request(id, 2),
  },
  { name: 'save, with a vTPM', prepare: runningWithTpm, operate: (bench, id) => bench.request(id, 6) },
  {
    name: 'restore, with a vTPM',
    prepare: async (bench) => {
      const id = await runningWithTpm(bench);
      await bench.request(id, 6);
      return id;
    },
    operate: (bench, id) => bench.request(id, 2),
  },
  { name: 'turn off, with a vTPM', prepare: runningWithTpm, operate: (bench, id) => bench.request(id, 3) },
];
