import { numberValue } from '../devices/effective.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import type { Machine } from '../ports.ts';
import type { SystemsContext } from '../systems/context.ts';
import { SideBySide } from '../systems/side-by-side.ts';

const INTERVAL_MS = 2000;
const ENABLED = 2;

/** What the host does for guests by their agents, again and again. */
export interface GuestDuty {
  /** For the log, when a visit rejects: what was not done, and what becomes of it. */
  readonly failure: string;
  /** Does what there is to do, mostly nothing. */
  visit(system: VirtualSystem, machine: Machine, signal: AbortSignal): Promise<void>;
}

/** Comes to every running machine every two seconds. Nothing of it is stored. */
export class GuestRounds {
  readonly #context: SystemsContext;
  readonly #duties: readonly GuestDuty[];
  readonly #visits = new SideBySide();
  readonly #closing = new AbortController();

  constructor(context: SystemsContext, duties: readonly GuestDuty[]) {
    this.#context = context;
    this.#duties = duties;
  }

  /** Until `close`. */
  begin(): void {
    this.#loop().catch((error: unknown) => {
      if (!this.#closing.signal.aborted)
        this.#context.log.error({ err: error }, 'guests are not looked after any more');
    });
  }

  close(): void {
    this.#closing.abort();
  }

  async #loop(): Promise<void> {
    const { clock, fleet } = this.#context;
    for (;;) {
      await clock.sleep(INTERVAL_MS, this.#closing.signal);
      for (const id of fleet.ids())
        for (const [index, duty] of this.#duties.entries())
          this.#visits.visit(`${id} ${index}`, () => this.#visit(id, duty));
    }
  }

  async #visit(id: Guid, duty: GuestDuty): Promise<void> {
    const { graph, log } = this.#context;
    const [system, machine] = [graph.system(id), graph.machine(id)];
    if (system === undefined || machine === undefined) return;
    try {
      await duty.visit(system, machine, this.#closing.signal);
    } catch (error) {
      if (!this.#closing.signal.aborted) log.warn({ err: error, system: id }, duty.failure);
    }
  }
}

/** Does the guest listen to an integration component now? A checkpoint, a save or an export is not disturbed. */
export const hears = (system: VirtualSystem, machine: Machine, kind: 'kvp' | 'timeSync'): boolean => {
  if (system.power !== 'running' || system.operation !== null) return false;
  const component = system.active.devices.find((device) => device.kind === kind);
  return (
    component !== undefined &&
    numberValue(component, 'EnabledState') === ENABLED &&
    machine.figures().guestAgent === 'ok'
  );
};
