import { DomainError } from '../errors.ts';
import type { DomainChange, DomainFeed } from '../events/change.ts';
import { defineJob, type JobDefinition, type StepContext } from '../jobs/definition.ts';
import type { Guid, PowerState, VirtualSystem } from '../model.ts';
import type { SystemsContext } from '../systems/context.ts';
import { revise } from '../systems/ledger.ts';
import { isLive } from '../systems/moments.ts';
import { SERVICE_CALLER } from '../systems/power/power-control.ts';
import { quote } from '../systems/refusals.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { withSystemGivenBack } from '../systems/settings/change-system.ts';
import { type DiskTask, diskTasks, type StreamTask, streamTasks } from '../differencing/disk-tree.ts';
import { heldFiles } from '../differencing/held-files.ts';
import { DiskWorkInterrupted } from '../differencing/disk-work.ts';
import { MergeRetries, withFigures, withNextAttempt } from './merge-retries.ts';
import { performDiskTask } from './merge-task.ts';
import { FileUsed } from './unused-files.ts';
import { WaitingMerges } from './waiting-merges.ts';

interface MergeParams {
  readonly system: Guid;
  readonly name: string;
}

/** JobType (jobs-and-errors §4). */
const MERGE_JOB = 50;

/** A task that waits for somebody else. */
interface Refusal {
  readonly task: DiskTask | StreamTask;
  readonly error: FileUsed;
}

const AT_REST: ReadonlySet<PowerState> = new Set(['off', 'saved']);

/** May the files of the system be worked on now? */
const isFree = ({ power, operation }: VirtualSystem): boolean =>
  (AT_REST.has(power) || isLive(power)) && (operation === null || operation.kind === 'mergingDisks');

/**
 * Keeps the disk chains of systems as short as their checkpoints allow, in the background (spec snapshots §4). Everything it
 * needs to know stands in the record of the system: a job that dies is taken up by the next service (K18), one that fails is
 * tried again after a while, and when the machine starts or stops. What another machine stands in the way of waits until that changes.
 */
export class DiskMerging {
  readonly #context: SystemsContext;
  readonly #definition: JobDefinition<MergeParams>;
  readonly #feed: DomainFeed;
  readonly #running = new Set<Guid>();
  /** Files that the machine cannot merge while it runs. */
  readonly #later = new Map<Guid, Set<string>>();
  readonly #retries: MergeRetries;
  readonly #waits: WaitingMerges;
  /** Those who wait for a change of a system. */
  readonly #waiting = new Map<Guid, Set<() => void>>();
  #stop: (() => void) | null = null;

  constructor(context: SystemsContext, feed: DomainFeed) {
    this.#context = context;
    this.#feed = feed;
    this.#retries = new MergeRetries(context.later, (id) => this.#considerAgain(id));
    this.#waits = new WaitingMerges(context.graph, context.later, (id) => this.#considerAgain(id));
    this.#definition = defineJob<MergeParams>({
      name: 'merge-disks',
      type: MERGE_JOB,
      cancellable: false,
      onRestart: 'resume',
      caption: () => 'Merging Virtual Machine Disks',
      failure: ({ name }) => `The disks of ${quote(name)} could not be merged. They are whole; it is tried again.`,
      release: ({ system }, _, end) => withSystemGivenBack(context, system, 'mergingDisks', end),
      steps: [{ name: 'merge', run: (step, params) => this.#run(step, params) }],
    });
    context.jobs.register(this.#definition);
  }

  /** After recovery: takes up what waits, and follows all changes from then on. */
  begin(): void {
    this.#stop = this.#feed.listen((change) => {
      if (change.kind === 'job') this.#followJob(change);
      if (change.kind !== 'system') return;
      const id = change.after?.id ?? change.before?.id ?? '';
      for (const wake of this.#waiting.get(id) ?? []) wake();
      this.#waits.follow(change.before, change.after);
      if (change.after !== null) this.#consider(change.after);
      // What a fork needed of another system may be merged now.
      const source = change.after === null ? change.before?.forkedFrom?.system : undefined;
      const freed = source === undefined ? undefined : this.#context.graph.system(source);
      if (freed !== undefined) this.#consider(freed);
    });
    // What a job that was taken up waits for may have come while nobody listened.
    this.#waits.clear();
    for (const waiting of this.#waiting.values()) for (const wake of waiting) wake();
    for (const system of this.#context.graph.systems()) this.#consider(system);
  }

  close(): void {
    this.#stop?.();
    this.#stop = null;
    this.#retries.close();
    this.#waits.clear();
  }

  #considerAgain(id: Guid): void {
    const system = this.#context.graph.system(id);
    if (system === undefined) this.#retries.forget(id);
    else this.#consider(system);
  }

  /** What came to be wanted while a merge was ending found it still there. */
  #followJob({ after }: Extract<DomainChange, { kind: 'job' }>): void {
    if (after?.type !== MERGE_JOB || after.endedAt === null) return;
    void this.#context.jobs.forgetFormerFailures(after.id);
    for (const { element } of after.affected) {
      const system = element.kind === 'system' ? this.#context.graph.system(element.id) : undefined;
      if (system !== undefined) this.#consider(system);
    }
  }

  #consider(system: VirtualSystem): void {
    const { id, differencing, power, operation, extras } = system;
    if (differencing === undefined) return;
    if (operation?.exclusive === true || extras?.mergesHeldBack === true) {
      this.#letGo(id);
      return;
    }
    if (!isLive(power)) this.#later.delete(id);
    if (this.#running.has(id) || this.#retries.waits(id, power)) return;
    if (!isFree(system) || this.#wanted(system) === null) return;
    // One that a former service began.
    for (const job of this.#context.jobs.affecting(id)) if (job.type === MERGE_JOB && job.endedAt === null) return;
    this.#running.add(id);
    this.#submit(system).catch((error: unknown) => {
      this.#running.delete(id);
      if (this.#stop !== null) this.#retries.failed(id, power, error);
      this.#context.log.warn({ err: error, system: id }, 'a merge of disks could not be begun; it is tried again');
    });
  }

  /** The next task that may be done now. */
  #wanted(system: VirtualSystem): DiskTask | StreamTask | null {
    if (system.kind !== 'realized' || system.extras?.mergesHeldBack === true) return null;
    const later = this.#later.get(system.id);
    const held = heldFiles(this.#context.graph, system);
    return (
      [...diskTasks(system, held), ...streamTasks(system, held)].find(
        (task) => later?.has(task.file) !== true && !this.#waits.has(system.id, task),
      ) ?? null
    );
  }

  #letGo(id: Guid): void {
    // Its end is not waited for here: whoever needs it waits by itself.
    this.#context.diskWork.letGo(id).catch(() => undefined);
  }

  async #submit(system: VirtualSystem): Promise<void> {
    await this.#context.jobs.submit(
      SERVICE_CALLER,
      this.#definition,
      { system: system.id, name: elementNameOf(system.active) },
      [{ element: { kind: 'system', id: system.id }, effect: 0 }],
    );
  }

  async #run(step: StepContext, { system: id }: MergeParams): Promise<void> {
    this.#running.add(id);
    const refusals: Refusal[] = [];
    try {
      while (await this.#next(step, id, refusals));
      this.#retries.forget(id);
    } catch (error) {
      const power = this.#context.graph.system(id)?.power;
      if (power === undefined || step.signal.aborted) throw error;
      // With its cause, which may be in the words of a tool that a client is not told.
      this.#context.log.warn({ err: error, system: id }, 'disks could not be merged; it is tried again');
      throw withNextAttempt(error, this.#retries.failed(id, power, error));
    } finally {
      this.#running.delete(id);
    }
    // All else is done.
    const refusal = refusals.find(({ task }) => this.#waits.has(id, task));
    if (refusal === undefined) return;
    this.#context.log.warn({ err: refusal.error, system: id }, 'a merge of disks waits for another virtual machine');
    throw refusal.error;
  }

  /** One task, or the wait for a moment in which one may be done; false: none is left. */
  async #next(step: StepContext, id: Guid, refusals: Refusal[]): Promise<boolean> {
    const { turns, graph } = this.#context;
    step.signal.throwIfAborted();
    const changed = this.#nextChange(id, step.signal);
    try {
      const begun = await turns.run(id, async () => {
        const system = graph.system(id);
        const task = system === undefined ? null : this.#wanted(system);
        if (system === undefined || task === null) return 'done' as const;
        if (!isFree(system)) return 'wait' as const;
        return { task, work: this.#begin(step, await this.#marked(system), task) };
      });
      if (begun === 'done') return false;
      if (begun === 'wait') await changed.promise;
      else await this.#settled(begun.work, begun.task, id, refusals);
      return true;
    } finally {
      changed.forget();
    }
  }

  /** Shown as merging, unless it is already. */
  async #marked(system: VirtualSystem): Promise<VirtualSystem> {
    if (system.operation !== null) return system;
    const marked = revise(system, { operation: { kind: 'mergingDisks', exclusive: false } });
    await this.#context.ledger.commit(system, marked);
    return marked;
  }

  #begin(step: StepContext, system: VirtualSystem, task: DiskTask | StreamTask): Promise<void> {
    return this.#context.diskWork.begin(system.id, (signal) =>
      performDiskTask(
        this.#context,
        system,
        task,
        (fraction) => step.progress(fraction),
        AbortSignal.any([signal, step.signal]),
      ),
    );
  }

  /** Work that gave way, or whose machine went off or was saved meanwhile, has not failed: it is begun anew. */
  async #settled(work: Promise<void>, task: DiskTask | StreamTask, id: Guid, refusals: Refusal[]): Promise<void> {
    const { graph, fleet } = this.#context;
    const before = fleet.get(id)?.machine;
    try {
      await work;
      // Where a chain is shorter, what was too deep in it may be on top.
      this.#later.delete(id);
    } catch (error) {
      if (error instanceof DiskWorkInterrupted) return;
      if (error instanceof FileUsed) {
        if (this.#waits.add(id, task, error.user)) refusals.push({ task, error });
        return;
      }
      if (error instanceof DomainError && error.code === 'notSupported') {
        this.#later.set(id, (this.#later.get(id) ?? new Set()).add(task.file));
        return;
      }
      const isAsBefore = (): boolean => {
        const system = graph.system(id);
        return system !== undefined && isFree(system) && fleet.get(id)?.machine === before;
      };
      if (!isAsBefore()) return;
      const told = await withFigures(this.#context, task, error);
      // A machine that died under it may be missed only now.
      if (isAsBefore()) throw told;
    }
  }

  #nextChange(id: Guid, signal: AbortSignal): { readonly promise: Promise<void>; forget(): void } {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => undefined);
    const waiting = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiting.add(resolve));
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    return {
      promise,
      forget: () => {
        signal.removeEventListener('abort', abort);
        waiting.delete(resolve);
        if (waiting.size === 0 && this.#waiting.get(id) === waiting) this.#waiting.delete(id);
      },
    };
  }
}
