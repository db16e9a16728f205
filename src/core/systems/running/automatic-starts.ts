import { DISK_FULL, DomainError } from '../../errors.ts';
import type { Job } from '../../jobs/job.ts';
import { UnsettledWork } from '../../jobs/unsettled.ts';
import type { Guid, Instant, VirtualSystem } from '../../model.ts';
import type { SystemsContext } from '../context.ts';
import { startDelayOf } from '../host-boot.ts';
import { HAS_MACHINE } from '../power.ts';
import { type PowerControl, SERVICE_CALLER } from '../power/power-control.ts';

const START = 2;

/** What became of an attempt: there is nothing more to do, or no room for it on a disk yet. */
type Outcome = 'over' | 'noRoom';

/**
 * The machines that a boot of the host starts (lifecycle §5, K20), one after the other, each not before its delay has passed.
 * On a full disk they wait for room; whatever else keeps one from starting is in the log and in its job, and the rest goes on.
 */
export class AutomaticStarts {
  readonly #context: SystemsContext;
  readonly #power: PowerControl;
  readonly #signal: AbortSignal;
  readonly #unsettled: UnsettledWork;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(context: SystemsContext, power: PowerControl, signal: AbortSignal) {
    this.#context = context;
    this.#power = power;
    this.#signal = signal;
    this.#unsettled = new UnsettledWork(context.later);
    signal.addEventListener('abort', () => this.#unsettled.close(), { once: true });
  }

  /** Resolves when the boot is noted, or waits for room to be; the starts go on in the background. */
  async begin(): Promise<void> {
    const { boot, log } = this.#context;
    try {
      await boot.note();
      this.#run();
    } catch (error) {
      log.error({ err: error }, 'the boot of the host could not be stored; automatic starts wait until it is');
      this.#unsettled.add(() =>
        boot.note().then(
          () => {
            this.#run();
            return true;
          },
          () => false,
        ),
      );
    }
  }

  #run(): void {
    this.#startAll().catch((error: unknown) => {
      if (!this.#signal.aborted) this.#context.log.error({ err: error }, 'automatic starts ended early');
    });
  }

  async #startAll(): Promise<void> {
    const { clock, graph, boot, log } = this.#context;
    const began = clock.monotonic();
    for (const id of boot.pending) {
      const system = graph.system(id);
      const wait = system === undefined ? 0 : startDelayOf(system) - (clock.monotonic() - began);
      if (wait > 0) await clock.sleep(wait, this.#signal);
      if (this.#signal.aborted) return;
      if (system !== undefined && (await this.#start(id)) === 'noRoom') {
        log.error({ system: id }, 'a virtual machine is not started automatically: a disk is full; it waits for room');
        const seen = { since: this.#restsSince(id) };
        this.#unsettled.add(() => this.#inTurn(() => this.#startAgain(id, seen)));
      } else await this.#over(id);
      if (this.#signal.aborted) return;
    }
  }

  async #start(id: Guid): Promise<Outcome> {
    const { graph, jobs, log } = this.#context;
    const system = graph.system(id);
    if (system === undefined) return 'over';
    // Off since the boot, which could not be stored yet.
    if (this.#isOfFormerBoot(system)) return 'noRoom';
    try {
      const job = await this.#power.requestState(SERVICE_CALLER, id, START);
      const ended = await jobs.ended(job.id);
      await jobs.forgetFormerFailures(job.id);
      return lacksRoom(ended) ? 'noRoom' : 'over';
    } catch (error) {
      if (error instanceof DomainError && error.hresult === DISK_FULL) return 'noRoom';
      // Started by somebody meanwhile, or gone.
      log.warn({ err: error, system: id }, 'a virtual machine was not started automatically');
      return 'over';
    }
  }

  /** Not all at once when there is room for all. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Whoever has started or stopped it meanwhile has decided. */
  async #startAgain(id: Guid, seen: { since: Instant | null }): Promise<boolean> {
    if (this.#signal.aborted) return true;
    if (seen.since === null || seen.since === this.#restsSince(id)) {
      if ((await this.#start(id)) === 'noRoom') {
        seen.since = this.#restsSince(id);
        return false;
      }
    }
    await this.#over(id);
    return true;
  }

  /** Null: it does not rest, as far as is stored. */
  #restsSince(id: Guid): Instant | null {
    const system = this.#context.graph.system(id);
    return system === undefined || this.#isOfFormerBoot(system) ? null : system.stateChangedAt;
  }

  #isOfFormerBoot({ id, power }: VirtualSystem): boolean {
    const { boot, fleet } = this.#context;
    return boot.isNew && HAS_MACHINE.has(power) && fleet.get(id) === undefined && !this.#power.isBusy(id);
  }

  async #over(id: Guid): Promise<void> {
    const { boot } = this.#context;
    if (this.#signal.aborted) return;
    const write = (): Promise<boolean> =>
      boot.over(id).then(
        () => true,
        () => false,
      );
    if (!(await write())) this.#unsettled.add(write);
  }
}

/** Clients find it in the text, too (jobs-and-errors §9). */
const lacksRoom = (job: Job | undefined): boolean => job?.errorDescription?.includes(DISK_FULL) ?? false;
