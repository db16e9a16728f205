import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { Checkpoints } from '../../src/client/checkpoints.ts';
import { isReference, numberOf, textOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { memoryHash, numberIn, numberOnDisk } from '../guests/nano-pattern.ts';
import { childDisk } from '../kit/differencing-disks.ts';
import { diskContent } from '../kit/disk-hash.ts';
import { killEach } from '../kit/kill-each.ts';
import { type DiskFormat, WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';
import { machineProcesses } from './left-overs.ts';

const run = promisify(execFile);

interface Node {
  readonly id: string;
  readonly disk: number;
  /** Null: taken of a machine that was off. */
  readonly memory: number | null;
  /** Null: nobody has named it. */
  name: string | null;
}

type Operation = 'write' | 'create' | 'apply' | 'destroy' | 'tree' | 'rename' | 'fork' | 'start' | 'stop' | 'save';
interface Step {
  readonly operation: Operation;
  readonly index: number;
  /** The service, or QEMU, or what serves a VHDX to it, is killed so long after the request. */
  readonly kill: { readonly who: 'service' | 'qemu' | 'daemon'; readonly ms: number } | null;
  /** The next one follows at once, amid the merges that this one brings about. */
  readonly hasty: boolean;
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    operation: fc.oneof(
      { weight: 3, arbitrary: fc.constant<Operation>('write') },
      { weight: 3, arbitrary: fc.constant<Operation>('create') },
      { weight: 4, arbitrary: fc.constantFrom<Operation>('apply', 'destroy', 'tree') },
      { weight: 3, arbitrary: fc.constantFrom<Operation>('start', 'stop', 'save') },
      { weight: 2, arbitrary: fc.constantFrom<Operation>('rename', 'fork') },
    ),
    index: fc.nat(20),
    kill: fc.option(
      fc.record({
        who: fc.oneof(
          { weight: 3, arbitrary: fc.constant<'service'>('service') },
          fc.constant<'qemu'>('qemu'),
          fc.constant<'daemon'>('daemon'),
        ),
        ms: fc.nat(120),
      }),
      { freq: 3, nil: null },
    ),
    hasty: fc.boolean(),
  }),
  { minLength: 22, maxLength: 22 },
);

/** Written where it lies, over an image that stays. No program of QEMU reads it. */
const DIFFERENCING = 'differencing VHDX';
type Format = DiskFormat | typeof DIFFERENCING;

const overImage = async (host: WireHost): Promise<string> => {
  await host.bootDisk('image', 'dynamic VHDX');
  const child = await host.file('vm.vhdx');
  await childDisk('vhdx', child.linux, (await host.file('image.vhdx')).linux, []);
  return host.nanoOn('vm', child.windows);
};

/** What is on a disk, and the files below it. */
interface Found {
  readonly below: readonly string[];
  readonly number: number;
}

const byQemu = async (file: string): Promise<Found> => {
  const { stdout: chain } = await run('qemu-img', ['info', '-U', '--backing-chain', '--output=json', file]);
  const [, ...links] = JSON.parse(chain) as readonly { readonly filename: string }[];
  return { below: links.map(({ filename }) => filename), number: await numberOnDisk(file) };
};

/** A real guest that writes a number and its pattern to memory and disk, and what its checkpoints must hold. */
class History implements AsyncDisposable {
  readonly host: WireHost;
  readonly snapshots: WireSnapshots;
  readonly id: string;
  nodes: readonly Node[] = [];
  /** What is on the disk now; the guest's memory says the same while it lives. */
  disk = 0;
  memory: number | null = null;
  /** The node that was about to be forked, and the name that one was about to get, when something died. */
  #forking: Node | null = null;
  #naming: string | null = null;
  #names = 0;

  readonly #format: Format;

  private constructor(host: WireHost, id: string, format: Format) {
    this.host = host;
    this.snapshots = new WireSnapshots(host);
    this.id = id;
    this.#format = format;
  }

  static async open(format: Format): Promise<History> {
    const host = await WireHost.open('qemu');
    const id = format === DIFFERENCING ? await overImage(host) : await host.nano('vm', format);
    const history = new History(host, id, format);
    await host.call('ModifySystemSettings', {
      SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
        InstanceID: `Microsoft:${id}`,
        UserSnapshotType: 5,
        AutomaticRecoveryAction: 2,
      }),
    });
    return history;
  }

  async take(step: Step): Promise<void> {
    this.#naming = null;
    this.#forking = null;
    const done = this.#perform(step).then(
      () => null,
      (error: unknown) => error,
    );
    if (step.kill === null) {
      const failure = await done;
      if (failure !== null) throw failure;
      return;
    }
    await sleep(step.kill.ms);
    if (step.kill.who === 'service') await this.host.restart('SIGKILL');
    else await this.#kill(step.kill.who === 'qemu' ? /qemu-system/ : /qemu-storage-daemon|serve-chain\./);
    await done;
    await this.#rest();
    await this.#believe();
    if (this.#forking !== null) await this.#checkForks(this.#forking);
    this.#forking = null;
  }

  /** Resolves when they are gone: until then they would be taken for those of a machine that runs. */
  async #kill(program: RegExp): Promise<void> {
    const { dataDirectory } = this.host.service;
    const found = await machineProcesses(dataDirectory);
    const pids = found.flatMap(({ pid, words }) => (words.slice(0, 3).some((word) => program.test(word)) ? [pid] : []));
    killEach(pids);
    await this.host.until('what was killed is gone', async () =>
      (await machineProcesses(dataDirectory)).every(({ pid }) => !pids.includes(pid)),
    );
  }

  /** All jobs have ended, machines are in states that last. */
  async #rest(): Promise<void> {
    await this.host.until('everything is at rest', async () => {
      const jobs = await this.host.rows('SELECT * FROM Msvm_ConcreteJob');
      if (jobs.some((job) => numberOf(job.properties['JobState']) < 7)) return false;
      const processes = await machineProcesses(this.host.service.dataDirectory);
      for (const { id } of await this.host.machines.list()) {
        const state = await this.host.state(id);
        // A QEMU that was killed may not have been missed yet.
        const isAlive = processes.some(({ words }) =>
          words.some((word, at) => words[at - 1] === '-name' && word.includes(id)),
        );
        if (isAlive ? state !== 2 : state !== 3 && state !== 6) return false;
      }
      return true;
    });
    await this.snapshots.merged(this.id);
  }

  /** After a death: the record tells which checkpoints there are; what each holds must be what was true when it was taken. */
  async #believe(): Promise<void> {
    const found = await this.snapshots.list(this.id);
    const known = new Map(this.nodes.map((node) => [node.id, node]));
    const nodes: Node[] = [];
    for (const id of found) {
      const node = known.get(id);
      if (node !== undefined) nodes.push(node);
      // One whose making was not heard of: of the moment between two numbers.
      else nodes.push({ id, disk: this.disk, memory: this.memory, name: null });
    }
    this.nodes = nodes;
    for (const node of nodes) {
      const name = await this.#nameOf(node.id);
      // A renaming that was cut short has been done or not.
      if (name === this.#naming || node.name === null) node.name = name;
    }
    const state = await this.host.state(this.id);
    if (state === 3) this.memory = null;
    const disk = await this.#diskOf((await this.snapshots.files(`Microsoft:${this.id}`))[0] ?? '');
    // An apply that was cut short has been done or not; a write reaches the disk before the answer reaches us.
    const possible = new Set([this.disk, this.disk + 1, ...this.nodes.map((node) => node.disk)]);
    assert.ok(possible.has(disk), `the disk holds ${disk}, and ${[...possible].join(', ')} were possible`);
    this.disk = disk;
    if (state === 2) this.memory = await this.#ask();
  }

  async check(label: string): Promise<void> {
    await this.#rest();
    this.#below = new Set();
    for (const node of this.nodes) {
      const [file = ''] = await this.snapshots.files(node.id);
      assert.equal(await this.#diskOf(file), node.disk, `${label}: ${node.id}`);
      if (node.name !== null) assert.equal(await this.#nameOf(node.id), node.name, `${label}: name of ${node.id}`);
    }
    const [current = ''] = await this.snapshots.files(`Microsoft:${this.id}`);
    assert.equal(await this.#diskOf(current), this.disk, `${label}: now`);
    if ((await this.host.state(this.id)) === 2) assert.equal(await this.#ask(), this.memory, `${label}: memory`);
    // No file that nothing names.
    const named = [
      current,
      ...(await Promise.all(this.nodes.map(async ({ id }) => (await this.snapshots.files(id))[0] ?? ''))),
    ];
    // Merges follow by themselves, a moment later.
    const folder = join(this.host.service.dataDirectory, 'drives/c/vm');
    const known = new Set(named.map((file) => join(folder, file.split('\\').at(-1) ?? '')));
    await this.host.until(`${label}: no file is left over`, async () => {
      const files = (await readdir(folder)).filter((name) => /_[0-9A-F-]{36}\./.test(name));
      return files.every((name) => known.has(join(folder, name)) || this.#below.has(join(folder, name)));
    });
  }

  #below: ReadonlySet<string> = new Set();

  async #diskOf(windows: string): Promise<number> {
    const file = join(this.host.service.dataDirectory, 'drives/c/vm', windows.split('\\').at(-1) ?? '');
    const { below, number } = await (this.#format === DIFFERENCING ? this.#byUs(windows) : byQemu(file));
    this.#below = new Set([...this.#below, ...below]);
    return number;
  }

  async #byUs(windows: string): Promise<Found> {
    const { files, content } = await diskContent(this.host.service.dataDirectory, [], windows);
    return { below: files.slice(1), number: numberIn(windows, content) };
  }

  async #nameOf(id: string): Promise<string> {
    return textOf((await this.host.client.get(this.snapshots.settings(id))).properties['ElementName']) ?? '';
  }

  /** The number in the memory of a guest, all of which must be its pattern's. */
  async #ask(machine = 'vm'): Promise<number> {
    using line = await this.host.serial(machine);
    const number = Number((await line.ask('i', /INFO ticks=\d+ seq=(\d+) mem/))[1]);
    if (number !== 0) assert.equal(Number((await line.ask('h', /HASH (\d+)\s/))[1]), memoryHash(number), 'its memory');
    return number;
  }

  /** Each is whole, is at the moment of its checkpoint, and goes. */
  async #checkForks(node: Node): Promise<void> {
    const { host, snapshots } = this;
    for (const { id, name } of await host.machines.list()) {
      if (id === this.id) continue;
      const state = await host.state(id);
      if (state === 2 && node.memory !== null) assert.equal(await this.#ask(name), node.memory, 'memory of a fork');
      assert.equal(
        await this.#diskOf((await snapshots.files(`Microsoft:${id}`))[0] ?? ''),
        node.disk,
        'disk of a fork',
      );
      if (state !== 3) await host.change(id, 3);
      await host.machines.delete(id);
    }
  }

  async #perform({ operation, index }: Step): Promise<void> {
    const { host, snapshots, id } = this;
    const state = await host.state(id);
    const node = this.nodes[index % Math.max(this.nodes.length, 1)];
    switch (operation) {
      case 'write': {
        if (state !== 2) return;
        using line = await host.serial('vm');
        await line.ask('i', /INFO/);
        line.write('x');
        const written = Number((await line.expect(/WROTE (\d+)\s/))[1]);
        this.disk = written;
        this.memory = written;
        return;
      }
      case 'create': {
        const result = await snapshots.invoke('CreateSnapshot', {
          AffectedSystem: host.system(id),
          SnapshotSettings: '',
          SnapshotType: 2,
        });
        const [job, snapshot] = [result.out['Job'], result.out['ResultingSnapshot']];
        assert.ok(isReference(job) && isReference(snapshot), 'references');
        const ended = await host.client.waitForJob(job);
        if (textOf(ended.properties['JobState']) !== '7')
          throw new Error(textOf(ended.properties['ErrorDescription']) ?? '');
        const made: Node = {
          id: snapshot.selectors['InstanceID'] ?? '',
          disk: this.disk,
          memory: state === 3 ? null : this.memory,
          name: null,
        };
        this.nodes = [...this.nodes, made];
        return;
      }
      case 'apply':
        if (node === undefined) return;
        if (state === 2) await host.change(id, 3);
        await snapshots.apply(node.id);
        this.disk = node.disk;
        this.memory = node.memory;
        return;
      case 'destroy':
        if (node === undefined) return;
        await snapshots.destroy(node.id);
        this.nodes = this.nodes.filter((one) => one !== node);
        return;
      case 'tree': {
        if (node === undefined || this.nodes.length < 3) return;
        await snapshots.destroyTree(node.id);
        const left = new Set(await snapshots.list(id));
        this.nodes = this.nodes.filter((one) => left.has(one.id));
        return;
      }
      case 'rename':
        if (node === undefined) return;
        this.#naming = `name ${this.#names++}`;
        await host.call('ModifySystemSettings', {
          SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
            InstanceID: node.id,
            ElementName: this.#naming,
          }),
        });
        node.name = this.#naming;
        return;
      case 'fork':
        if (node === undefined) return;
        this.#forking = node;
        await new Checkpoints(host.client).fork(
          node.id.slice('Microsoft:'.length),
          { count: 1, start: true, disconnected: false, overcommit: false },
          {},
        );
        await this.#checkForks(node);
        return;
      case 'start':
        if (state === 2) return;
        await host.change(id, 2);
        if (state === 3) this.memory = 0;
        return;
      case 'stop':
        if (state === 3) return;
        await host.change(id, 3);
        this.memory = null;
        return;
      case 'save':
        if (state === 2) await host.change(id, 6);
        return;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.host[Symbol.asyncDispose]();
  }
}

/** VSMS_HISTORIES for hours (K34); VSMS_HISTORY_SEED to see one again; VSMS_HISTORY_FORMAT for one format of disk alone. */
const { VSMS_HISTORIES: runs = '3', VSMS_HISTORY_SEED: seed, VSMS_HISTORY_FORMAT: only } = process.env;
const FORMATS = (['raw', 'dynamic VHDX', 'qcow2', DIFFERENCING] as const satisfies readonly Format[]).filter(
  (format) => only === undefined || format === only,
);

test('hardening 28: checkpoints of a real guest while the service and QEMU are killed: every node keeps its disk and memory', async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      await using guest = await History.open(
        FORMATS[round++ % FORMATS.length] ?? assert.fail('VSMS_HISTORY_FORMAT names no format'),
      );
      const calmly = { kill: null, hasty: false } as const;
      await guest.take({ operation: 'start', index: 0, ...calmly });
      for (const [number, step] of history.entries()) {
        const label = `step ${number}, ${step.operation}`;
        await guest.take(step).catch((error: unknown) => {
          throw new Error(label, { cause: error });
        });
        if (!step.hasty) await guest.check(label);
      }
      await guest.check('at the end');
      for (const [index, node] of guest.nodes.entries()) {
        await guest.take({ operation: 'apply', index, ...calmly });
        await guest.take({ operation: 'start', index: 0, ...calmly });
        await guest.check(`at ${node.id}`);
      }
    }),
    { numRuns: Number(runs), endOnFailure: true, ...(seed === undefined ? {} : { seed: Number(seed) }) },
  );
});
