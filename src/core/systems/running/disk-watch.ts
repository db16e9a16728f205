import { DomainError } from '../../errors.ts';
import type { Guid } from '../../model.ts';
import type { Clock } from '../../ports.ts';
import type { SystemsContext } from '../context.ts';
import { intervalMs } from '../datetime.ts';
import { revise } from '../ledger.ts';
import { type PowerControl, SERVICE_CALLER } from '../power/power-control.ts';
import { becomesResumed } from '../power/power-states.ts';
import { effectiveValues } from '../system-defaults.ts';

const TURN_OFF = 3;
/** AutomaticCriticalErrorAction 1: pause, and go on when the disk is back. */
const PAUSE_AND_RESUME = 1;

/** Cuts short the wait of a machine, the present one or the next. */
class Wake {
  #nap = new AbortController();

  now(): void {
    this.#nap.abort();
  }

  async sleep(clock: Clock, ms: number, closed: AbortSignal): Promise<void> {
    const nap = this.#nap.signal;
    await clock.sleep(ms, AbortSignal.any([closed, nap])).catch((error: unknown) => {
      if (closed.aborted || !nap.aborted) throw error;
    });
    this.#nap = new AbortController();
  }
}

/**
 * Machines that a disk error has paused: tries to go on when the disk is told to be back, and now and then, for not every disk tells;
 * gives up after AutomaticCriticalErrorActionTimeout (lifecycle §3). One sleeper per such machine.
 */
export class DiskWatch {
  readonly #context: SystemsContext;
  readonly #power: PowerControl;
  readonly #watched = new Map<Guid, Wake>();
  readonly #closed = new AbortController();

  constructor(context: SystemsContext, power: PowerControl) {
    this.#context = context;
    this.#power = power;
  }

  watch(system: Guid): void {
    if (this.#watched.has(system) || this.#closed.signal.aborted) return;
    const wake = new Wake();
    this.#watched.set(system, wake);
    this.#run(system, wake)
      .catch((error: unknown) => {
        if (!this.#closed.signal.aborted)
          this.#context.log.error({ err: error, system }, 'watching a failed disk ended');
      })
      .finally(() => this.#watched.delete(system));
  }

  /** The disks of the machine answer again. */
  back(system: Guid): void {
    this.#watched.get(system)?.now();
  }

  close(): void {
    this.#closed.abort();
  }

  async #run(id: Guid, wake: Wake): Promise<void> {
    const { clock, graph, timeouts, log } = this.#context;
    const since = clock.monotonic();
    for (;;) {
      await wake.sleep(clock, timeouts.diskRetryMs, this.#closed.signal);
      const system = graph.system(id);
      if (system?.power !== 'pausedCritical') return;
      const values = effectiveValues(system, system.active);
      if (values.AutomaticCriticalErrorAction !== PAUSE_AND_RESUME) return;
      const timeout = intervalMs(String(values.AutomaticCriticalErrorActionTimeout ?? '')) ?? 0;
      if (clock.monotonic() - since >= timeout) {
        log.error({ system: id }, 'the disk of a virtual machine did not come back in time; it is turned off');
        await this.#power.requestState(SERVICE_CALLER, id, TURN_OFF);
        return;
      }
      await this.#tryResume(id);
    }
  }

  /** When the disk still fails, the machine pauses again and tells so by another event. */
  async #tryResume(id: Guid): Promise<void> {
    const { turns, graph, fleet, ledger, clock } = this.#context;
    await turns.run(id, async () => {
      const system = graph.system(id);
      const machine = fleet.get(id)?.machine;
      if (system?.power !== 'pausedCritical' || machine === undefined || this.#power.isBusy(id)) return;
      try {
        await machine.resume();
        await ledger.commit(system, revise(system, becomesResumed(system, clock.now())));
      } catch (error) {
        // The disk is still away, or that of the store is; the next round tries again.
        if (error instanceof DomainError) return;
        throw error;
      }
    });
  }
}
