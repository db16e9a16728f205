import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Job } from '../../src/core/jobs/job.ts';
import type { Guid } from '../../src/core/model.ts';
import { contents, currentFile, done, machineWith, merged, nothingLeftOver, STANDARD } from './checkpoint-kit.ts';
import { writeDisk } from './disk-content.ts';
import { FailingPower } from './failing-power.ts';
import { CALLER, first, makeWorld, ofKind, refusal, type World } from './kit.ts';

/** What a checkpoint must hold. */
interface Node {
  readonly id: Guid;
  parent: Guid | null;
  readonly disk: number;
  /** Word of the guest's memory; null: none was kept. */
  memory: number | null;
  name: string;
}

/** What the machine must be. */
interface Model {
  nodes: readonly Node[];
  current: Guid | null;
  disk: number;
  power: 'off' | 'running' | 'paused' | 'saved';
  word: number;
}

/** A machine that was forked from a node. */
interface Fork {
  readonly node: Guid;
  disk: number;
  /** Word of its memory, while it runs. */
  readonly word: number;
  running: boolean;
}

const copy = (model: Model): Model => ({ ...model, nodes: model.nodes.map((node) => ({ ...node })) });

type Step =
  | { readonly kind: 'write'; readonly pattern: number }
  | { readonly kind: 'word' | 'start' | 'stop' | 'save' | 'pause' | 'restart' | 'check' | 'create' | 'failure' | 'die' }
  | { readonly kind: 'apply' | 'destroy' | 'tree' | 'clear' | 'rename' | 'fork'; readonly index: number }
  | { readonly kind: 'forkWrite'; readonly index: number; readonly pattern: number }
  | { readonly kind: 'forkDelete'; readonly index: number };

const choice = fc.nat(30);
const stepOf: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('write' as const), pattern: fc.integer({ min: 1, max: 255 }) }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('create' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('word' as const, 'start' as const, 'stop' as const, 'save' as const, 'pause' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('restart' as const, 'check' as const, 'failure' as const, 'die' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('fork' as const, 'forkDelete' as const), index: choice }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('forkWrite' as const),
      index: choice,
      pattern: fc.integer({ min: 1, max: 255 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('apply' as const, 'destroy' as const, 'tree' as const, 'clear' as const, 'rename' as const),
      index: choice,
    }),
  },
);
/** `death`: the service dies at that commit of the step (if it has so many), before or after it is durable. */
const stepsOf = fc.array(
  fc.record({
    step: stepOf,
    death: fc.option(fc.record({ commit: fc.nat(12), durable: fc.boolean() }), { freq: 4, nil: null }),
  }),
  { minLength: 8, maxLength: 24 },
);

/** One machine, its model, and the steps that both take. */
class Algebra {
  readonly world: World;
  readonly power: FailingPower;
  readonly id: Guid;
  model: Model = { nodes: [], current: null, disk: 0, power: 'off', word: 0 };
  readonly forks = new Map<Guid, Fork>();
  /** The node that a step was about to fork. */
  #forking: Node | null = null;
  #names = 0;

  constructor(world: World, power: FailingPower, id: Guid) {
    this.world = world;
    this.power = power;
    this.id = id;
  }

  async take(step: Step, death: { readonly commit: number; readonly durable: boolean } | null): Promise<void> {
    const before = copy(this.model);
    this.power.failAt(death?.commit ?? Number.POSITIVE_INFINITY, death?.durable ?? false, true);
    const progress = { over: false, failure: null as unknown };
    this.#perform(step).then(
      () => (progress.over = true),
      (error: unknown) => {
        progress.failure = error;
        progress.over = true;
      },
    );
    await this.world.eventually(() => progress.over || this.power.failed);
    if (!this.power.failed) {
      this.power.failAt(Number.POSITIVE_INFINITY, false);
      if (progress.failure !== null) throw progress.failure;
      return;
    }
    await this.world.restart({ crash: true });
    // One that was to meet the step and did not would meet a later one.
    this.world.faults.clear();
    await this.settle();
    this.#believe(before, this.model);
    this.#believeForks();
    if (step.kind === 'word') this.#hear(before.word);
  }

  /** The guest outlives the service: it may have heard the letter that nobody heard the answer to. */
  #hear(before: number): void {
    const word = this.world.hypervisor.machine(this.id)?.inspect().word;
    if (word === before || word === before + 1) this.model.word = word;
  }

  /** To the end of all that goes on by itself. */
  settle(): Promise<void> {
    return merged(this.world, this.id);
  }

  async check(label: string): Promise<void> {
    await this.settle();
    const { model, world, id } = this;
    const system = world.system(id);
    const wanted: Record<string, number> = { now: model.disk };
    for (const node of model.nodes) wanted[node.id] = node.disk;
    assert.deepEqual(await contents(world, id), wanted, `${label}: disks`);
    assert.equal(system.power, model.power, `${label}: power`);
    assert.equal(system.currentSnapshot, model.current, `${label}: current`);
    assert.deepEqual(
      system.snapshots.map(({ configuration, parent, memory }) => ({
        id: configuration.id,
        parent,
        memory: memory === true,
        name: configuration.values['ElementName'],
      })),
      model.nodes.map((node) => ({ id: node.id, parent: node.parent, memory: node.memory !== null, name: node.name })),
      `${label}: tree`,
    );
    if (model.power === 'running' || model.power === 'paused')
      assert.equal(world.hypervisor.machine(id)?.inspect().word, model.word, `${label}: memory`);
    for (const [fork, { disk, word, running }] of this.forks) {
      assert.deepEqual(await contents(world, fork), { now: disk }, `${label}: disk of a fork`);
      assert.equal(world.system(fork).power, running ? 'running' : 'off', `${label}: power of a fork`);
      if (running) assert.equal(world.hypervisor.machine(fork)?.inspect().word, word, `${label}: memory of a fork`);
    }
    assert.equal([...world.core.graph.systems()].length, 1 + this.forks.size, `${label}: machines`);
    await nothingLeftOver(world, id);
  }

  /** After a death: a fork is there as a whole, or it is not. */
  #believeForks(): void {
    const { graph } = this.world.core;
    for (const [id, fork] of this.forks) {
      const { power } = graph.system(id) ?? {};
      if (power === undefined) this.forks.delete(id);
      else fork.running = power === 'running';
    }
    for (const { id, forkedFrom } of graph.forksOf(this.id)) {
      if (this.forks.has(id)) continue;
      assert.equal(forkedFrom?.snapshot, this.#forking?.id, 'a fork that nobody asked for');
      this.#addFork(id, this.#forking ?? assert.fail());
    }
  }

  #addFork(id: Guid, node: Node): void {
    this.forks.set(id, { node: node.id, disk: node.disk, word: node.memory ?? 0, running: true });
  }

  /** After a death: the step has been done, or it has not. Which, the record tells. */
  #believe(before: Model, intended: Model): void {
    const system = this.world.system(this.id);
    const ids = new Set(system.snapshots.map(({ configuration }) => configuration.id));
    // A checkpoint whose id the client never heard of.
    const created = system.snapshots.find(({ configuration }) =>
      before.nodes.every((node) => node.id !== configuration.id),
    );
    if (created !== undefined && intended.nodes.every((node) => node.id !== created.configuration.id)) {
      this.model = before;
      this.#addNode(
        created.configuration.id,
        String(created.configuration.values['ElementName']),
        created.memory === true,
      );
      this.model.power = system.power as Model['power'];
      return;
    }
    const matches = (model: Model): boolean =>
      model.nodes.length === ids.size &&
      model.nodes.every((node) => {
        const held = system.snapshots.find(({ configuration }) => configuration.id === node.id);
        return (
          held !== undefined &&
          (held.memory === true) === (node.memory !== null) &&
          held.configuration.values['ElementName'] === node.name
        );
      }) &&
      model.power === system.power &&
      model.current === system.currentSnapshot &&
      (this.#applying === null || (model === intended) === (this.#generationId() !== this.#applying.generationId));
    const found = [intended, before].find(matches);
    if (found === undefined) {
      // A guest that was caught in the middle of a change of its power is off: nothing else is lost.
      this.model = { ...before, power: 'off', word: 0 };
      const { power, currentSnapshot, lastApplied } = system;
      const is = { power, currentSnapshot, lastApplied, ids: [...ids] };
      assert.ok(matches(this.model), `neither before nor after, nor off: ${JSON.stringify({ is, before, intended })}`);
      return;
    }
    this.model = found;
  }

  #applying: { readonly generationId: Guid | null } | null = null;

  /** Another one after each apply (K30): where one checkpoint is applied twice, nothing else tells whether it was. */
  #generationId(): Guid | null {
    return this.world.system(this.id).extras?.generationId ?? null;
  }

  async #perform(step: Step): Promise<void> {
    this.#applying = null;
    this.#forking = null;
    const { model } = this;
    const node = 'index' in step ? model.nodes[step.index % Math.max(model.nodes.length, 1)] : undefined;
    switch (step.kind) {
      case 'write':
        if (model.power === 'paused' || model.power === 'saved') return;
        await this.settle();
        await writeDisk(currentFile(this.world, this.id), step.pattern);
        model.disk = step.pattern;
        return;
      case 'word':
        return this.#sayWord();
      case 'start':
        if (model.power === 'running') return;
        this.#intend({ power: 'running', word: model.power === 'off' ? 0 : model.word });
        return this.#request(2);
      case 'stop':
        if (model.power === 'off') return;
        this.#intend({ power: 'off', word: 0 });
        return this.#request(3);
      case 'save':
        if (model.power !== 'running' && model.power !== 'paused') return;
        this.#intend({ power: 'saved' });
        return this.#request(6);
      case 'pause':
        if (model.power !== 'running') return;
        this.#intend({ power: 'paused' });
        return this.#request(9);
      case 'die':
        if (model.power !== 'running' && model.power !== 'paused') return;
        this.#intend({ power: 'off', word: 0 });
        this.world.faults.crash(this.id);
        return this.world.eventually(() => this.world.system(this.id).power === 'off');
      case 'restart':
        return this.world.restart();
      case 'check':
        return this.check('in between');
      case 'failure':
        return this.#fail();
      case 'create':
        return this.#create();
      case 'fork':
        return node === undefined || this.forks.size >= 3 ? undefined : this.#fork(node);
      case 'forkWrite':
      case 'forkDelete':
        return this.#changeFork(step);
      default:
        if (node !== undefined) await this.#change(step.kind, node);
    }
  }

  #intend(changes: Partial<Model>): void {
    this.model = { ...copy(this.model), ...changes };
  }

  async #request(state: number): Promise<void> {
    done(await this.world.request(this.id, state));
  }

  /** A letter on the serial port changes a word of the guest's memory. */
  async #sayWord(): Promise<void> {
    const { model, world } = this;
    if (model.power !== 'running') return;
    // The guest has to be up to hear it.
    await world.eventually(() => world.hypervisor.machine(this.id)?.figures().guestAgent === 'ok');
    const socket = connect(join(world.directory, 'data', 'pipes', 'vm'));
    socket.on('error', () => undefined);
    socket.write('w');
    try {
      await world.eventually(() => world.hypervisor.machine(this.id)?.inspect().word === model.word + 1);
    } finally {
      socket.destroy();
    }
    model.word += 1;
  }

  async #create(): Promise<void> {
    if (this.model.nodes.length >= 10) return;
    const name = `node ${this.#names++}`;
    const { job, snapshot } = await this.world.core.snapshots.create(CALLER, this.id, {
      ...STANDARD,
      elementName: name,
    });
    this.#intend({});
    this.#addNode(snapshot, name, this.model.power !== 'off');
    done(await this.world.ended(job));
  }

  /** A checkpoint that fails when the drives write to their overlays already. */
  async #fail(): Promise<void> {
    const { model, world } = this;
    if ((model.power !== 'running' && model.power !== 'paused') || model.nodes.length >= 10) return;
    world.faults.fail('checkpoint');
    const { job } = await world.core.snapshots.create(CALLER, this.id, STANDARD);
    assert.equal((await world.ended(job)).state, 10);
    world.faults.clear();
  }

  async #fork(node: Node): Promise<void> {
    const { world } = this;
    this.#forking = node;
    const wanted = { count: 1, name: null, start: true, disconnected: false, overcommit: false };
    const { job, systems } = await world.core.snapshots.fork(CALLER, node.id, wanted);
    const ended = await world.ended(job);
    for (const id of systems) if (world.core.graph.system(id) !== undefined) this.#addFork(id, node);
    done(ended);
  }

  async #changeFork(step: Extract<Step, { kind: 'forkWrite' | 'forkDelete' }>): Promise<void> {
    const { world } = this;
    const [id, fork] = [...this.forks][step.index % Math.max(this.forks.size, 1)] ?? [];
    if (id === undefined || fork === undefined) return;
    if (step.kind === 'forkWrite') {
      await writeDisk(currentFile(world, id), step.pattern);
      fork.disk = step.pattern;
      return;
    }
    if (fork.running) {
      done(await world.request(id, 3));
      fork.running = false;
    }
    done(await world.ended(await world.core.operations.destroy(CALLER, id)));
    this.forks.delete(id);
  }

  #addNode(id: Guid, name: string, memory: boolean): void {
    const { model } = this;
    const node: Node = { id, parent: model.current, disk: model.disk, memory: memory ? model.word : null, name };
    this.model = { ...model, nodes: [...model.nodes, node], current: id };
  }

  async #change(kind: 'apply' | 'destroy' | 'tree' | 'clear' | 'rename', node: Node): Promise<void> {
    const { world } = this;
    const { snapshots, operations } = world.core;
    const gone = kind === 'tree' ? this.#treeOf(node.id) : new Set([node.id]);
    const forked = [...this.forks.values()].some((fork) => gone.has(fork.node));
    // What forks read stays.
    if (forked && kind === 'destroy') return assert.rejects(snapshots.destroy(CALLER, node.id), refusal('inUse'));
    if (forked && kind === 'tree') return assert.rejects(snapshots.destroyTree(CALLER, node.id), refusal('inUse'));
    const wait = async (job: Promise<Job>): Promise<void> => done(await world.ended(await job));
    switch (kind) {
      case 'rename': {
        const name = `name ${this.#names++}`;
        this.#intend({});
        const target = this.model.nodes.find(({ id }) => id === node.id);
        if (target !== undefined) target.name = name;
        return operations.modify(CALLER, node.id, { values: { ElementName: name } });
      }
      case 'clear': {
        this.#intend({});
        const target = this.model.nodes.find(({ id }) => id === node.id);
        if (target !== undefined) target.memory = null;
        return wait(snapshots.clearState(CALLER, node.id));
      }
      case 'destroy':
        this.#intend({});
        this.#forget(new Set([node.id]));
        return wait(snapshots.destroy(CALLER, node.id));
      case 'tree':
        this.#intend({});
        this.#forget(this.#treeOf(node.id));
        return wait(snapshots.destroyTree(CALLER, node.id));
      case 'apply':
        if (this.model.power === 'running' || this.model.power === 'paused') return;
        this.#applying = { generationId: this.#generationId() };
        this.#intend({
          current: node.id,
          disk: node.disk,
          power: node.memory === null ? 'off' : 'saved',
          word: node.memory ?? 0,
        });
        return wait(snapshots.apply(CALLER, node.id));
      default:
        return kind satisfies never;
    }
  }

  #treeOf(root: Guid): ReadonlySet<Guid> {
    const found = new Set([root]);
    for (let size = 0; size !== found.size; ) {
      size = found.size;
      for (const node of this.model.nodes) if (node.parent !== null && found.has(node.parent)) found.add(node.id);
    }
    return found;
  }

  #forget(gone: ReadonlySet<Guid>): void {
    const { model } = this;
    const nearest = (id: Guid | null): Guid | null => {
      let at = id;
      while (at !== null && gone.has(at)) at = model.nodes.find((node) => node.id === at)?.parent ?? null;
      return at;
    };
    const left = model.nodes.filter(({ id }) => !gone.has(id));
    for (const node of left) node.parent = nearest(node.parent);
    this.model = { ...model, nodes: left, current: nearest(model.current) };
  }
}

const open = async (cleanup: AsyncDisposableStack): Promise<Algebra> => {
  const power = new FailingPower();
  const world = await makeWorld({ after: (dispose) => cleanup.defer(dispose) }, { openStore: power.open });
  const id = await machineWith(world, 1, 1);
  // One that dies stays off.
  await world.core.operations.modify(CALLER, id, { values: { AutomaticRecoveryAction: 2 } });
  const port = first(ofKind(world.system(id), 'serialPort'));
  await world.core.operations.modifyResources(CALLER, [
    {
      className: 'Msvm_SerialPortSettingData',
      instanceId: null,
      values: { Connection: ['\\\\.\\pipe\\vm'] },
      target: { configuration: id, part: port.part },
    },
  ]);
  return new Algebra(world, power, id);
};

/** VSMS_ALGEBRA_RUNS for hours (K34); VSMS_ALGEBRA_SEED and _PATH to see one again. */
const { VSMS_ALGEBRA_RUNS: runs = '6', VSMS_ALGEBRA_SEED: given, VSMS_ALGEBRA_PATH: path } = process.env;

const property = fc.asyncProperty(stepsOf, async (steps) => {
  await using cleanup = new AsyncDisposableStack();
  const algebra = await open(cleanup);
  for (const [index, { step, death }] of steps.entries()) {
    await algebra.take(step, death);
    if (death !== null || step.kind === 'restart') await algebra.check(`after step ${index}`);
  }
  await algebra.check('at the end');
  // Memory is looked at where it is seen: in a guest that runs.
  for (const node of algebra.model.nodes.filter(({ memory }) => memory !== null).slice(0, 2)) {
    await algebra.take({ kind: 'stop' }, null);
    await algebra.take({ kind: 'apply', index: algebra.model.nodes.findIndex(({ id }) => id === node.id) }, null);
    await algebra.take({ kind: 'start' }, null);
    await algebra.check(`at ${node.name}`);
  }
});

test('hardening 28: checkpoint algebra: whatever is done and whenever the service dies, every node keeps its disk and memory', async (t) => {
  const seed = given === undefined ? randomInt(2 ** 31) : Number(given);
  // Also where it ends in another way than by a failing run.
  t.diagnostic(`VSMS_ALGEBRA_SEED=${seed}`);
  const found = await fc.check(property, {
    numRuns: Number(runs),
    endOnFailure: true,
    seed,
    ...(path === undefined ? {} : { path }),
  });
  if (!found.failed) return;
  const again = `VSMS_ALGEBRA_SEED=${found.seed} VSMS_ALGEBRA_PATH=${found.counterexamplePath}`;
  throw new Error(`${again}: ${await fc.asyncDefaultReportMessage(found)}`, { cause: found.errorInstance });
});
