import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { isReference, numberOf, textOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { type DiskFormat, WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';
import { machineProcesses } from './left-overs.ts';

const run = promisify(execFile);

/** Where the nano guest keeps its number on the disk, behind its kernel (kernel.c). */
const SEQUENCE_OFFSET = 256 * 512;

interface Node {
  readonly id: string;
  readonly disk: number;
  /** Null: taken of a machine that was off. */
  readonly memory: number | null;
}

type Operation = 'write' | 'create' | 'apply' | 'destroy' | 'tree' | 'start' | 'stop' | 'save';
interface Step {
  readonly operation: Operation;
  readonly index: number;
  /** The service, or QEMU, is killed so long after the request. */
  readonly kill: { readonly who: 'service' | 'qemu'; readonly ms: number } | null;
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
    ),
    index: fc.nat(20),
    kill: fc.option(
      fc.record({
        who: fc.oneof({ weight: 3, arbitrary: fc.constant<'service'>('service') }, fc.constant<'qemu'>('qemu')),
        ms: fc.nat(120),
      }),
      { freq: 3, nil: null },
    ),
    hasty: fc.boolean(),
  }),
  { minLength: 22, maxLength: 22 },
);

/** A real guest that writes a number to memory and disk in pairs, and what its checkpoints must hold. */
class History implements AsyncDisposable {
  readonly host: WireHost;
  readonly snapshots: WireSnapshots;
  readonly id: string;
  nodes: readonly Node[] = [];
  /** What is on the disk now; the guest's memory says the same while it lives. */
  disk = 0;
  memory: number | null = null;

  private constructor(host: WireHost, id: string) {
    this.host = host;
    this.snapshots = new WireSnapshots(host);
    this.id = id;
  }

  static async open(format: DiskFormat): Promise<History> {
    const host = await WireHost.open('qemu');
    const id = await host.nano('vm', format);
    const history = new History(host, id);
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
    else for (const pid of await this.#qemus()) process.kill(pid, 'SIGKILL');
    await done;
    await this.#rest();
    await this.#believe();
  }

  async #qemus(): Promise<readonly number[]> {
    const found = await machineProcesses(this.host.service.dataDirectory);
    return found.filter(({ words }) => /qemu-system/.test(words[0] ?? '')).map(({ pid }) => pid);
  }

  /** All jobs have ended, the machine is in a state that lasts. */
  async #rest(): Promise<void> {
    await this.host.until('everything is at rest', async () => {
      const jobs = await this.host.rows('SELECT * FROM Msvm_ConcreteJob');
      const state = await this.host.state(this.id);
      // A QEMU that was killed may not have been missed yet.
      const alive = (await this.#qemus()).length > 0;
      return (
        jobs.every((job) => numberOf(job.properties['JobState']) >= 7) &&
        (alive ? state === 2 : state === 3 || state === 6)
      );
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
      else nodes.push({ id, disk: this.disk, memory: this.memory });
    }
    this.nodes = nodes;
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
    await this.host.until(
      `${label}: no file is left over`,
      async () => {
        const files = (await readdir(folder)).filter((name) => /_[0-9A-F-]{36}\./.test(name));
        return files.every((name) => known.has(join(folder, name)) || this.#below.has(join(folder, name)));
      },
      10_000,
    );
  }

  #below: ReadonlySet<string> = new Set();

  async #diskOf(windows: string): Promise<number> {
    const file = join(this.host.service.dataDirectory, 'drives/c/vm', windows.split('\\').at(-1) ?? '');
    const { stdout: chain } = await run('qemu-img', ['info', '-U', '--backing-chain', '--output=json', file]);
    const links = JSON.parse(chain) as readonly { readonly filename: string }[];
    this.#below = new Set([...this.#below, ...links.slice(1).map(({ filename }) => filename)]);
    const { stdout } = await run('qemu-io', ['-U', '-r', '-c', `read -v ${SEQUENCE_OFFSET} 4`, file]);
    const bytes = /^[0-9a-f]+:\s+((?:[0-9a-f]{2} ){4})/m.exec(stdout)?.[1]?.trim().split(' ') ?? [];
    return bytes.reduceRight((sum, byte) => sum * 256 + Number.parseInt(byte, 16), 0);
  }

  async #ask(): Promise<number> {
    using line = await this.host.serial('vm');
    return Number((await line.ask('i', /INFO ticks=\d+ seq=(\d+) mem/))[1]);
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
        line.write('w');
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

/** VSMS_HISTORIES for hours (K34); VSMS_HISTORY_SEED to see one again. */
const { VSMS_HISTORIES: runs = '3', VSMS_HISTORY_SEED: seed } = process.env;
const FORMATS: readonly DiskFormat[] = ['raw', 'dynamic VHDX', 'qcow2'];

test('hardening 28: checkpoints of a real guest while the service and QEMU are killed: every node keeps its disk and memory', async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      await using guest = await History.open(FORMATS[round++ % FORMATS.length] ?? 'raw');
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
