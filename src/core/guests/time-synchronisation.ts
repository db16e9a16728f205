import type { GuestFacts, Machine } from '../ports.ts';
import type { SystemsContext } from '../systems/context.ts';
import type { VirtualSystem } from '../model.ts';
import { type GuestDuty, hears } from './rounds.ts';

/** Less may be what a busy guest takes to answer. */
const LATE_MS = 2000;
/** An agent that refuses will do so again. */
const RETRY_MS = 60_000;

/**
 * Msvm_TimeSyncComponent: a guest that stood still (paused, saved, a checkpoint's memory) goes on with the time at which it was
 * stopped, and is told that of the host. One that is before the host is left alone: files of the future and timers that come
 * twice are worse than a clock that is fast, and somebody may have set it so.
 */
export class TimeSynchronisation implements GuestDuty {
  readonly failure = 'the clock of a guest is behind and was not set; it is tried again';
  readonly #clock: SystemsContext['clock'];
  /** By machine: the facts by which it was set last, and when it refused. */
  readonly #last = new WeakMap<Machine, { readonly facts: GuestFacts; readonly refusedAt: number | null }>();

  constructor({ clock }: Pick<SystemsContext, 'clock'>) {
    this.#clock = clock;
  }

  async visit(system: VirtualSystem, machine: Machine): Promise<void> {
    const facts = machine.figures().guest;
    if (facts === null || (facts.clockBehindMs ?? 0) < LATE_MS || !hears(system, machine, 'timeSync')) return;
    const last = this.#last.get(machine);
    // They are sampled now and then, and say nothing new before.
    if (last?.facts === facts) return;
    if (last?.refusedAt != null && this.#clock.now() - last.refusedAt < RETRY_MS) return;
    try {
      await machine.setGuestTime();
      this.#last.set(machine, { facts, refusedAt: null });
    } catch (error) {
      this.#last.set(machine, { facts, refusedAt: this.#clock.now() });
      throw error;
    }
  }
}
