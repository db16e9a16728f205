import type { VirtualSystem } from '../../model.ts';
import type { Machine, MachineEvent } from '../../ports.ts';
import type { PowerVerb } from '../power.ts';
import type { PowerEffect } from './power-states.ts';

/** A transition under way: the one thing that happens to a machine, until its end is stored or a turn-off overtakes it. */
export class PowerActivity {
  readonly verb: PowerVerb;
  /** The system before it. */
  readonly prior: VirtualSystem;
  /** What it overtook; to be waited for, since it may still be making a machine. */
  readonly previous: PowerActivity | null;
  readonly abort = new AbortController();
  /** The work on the machine has ended; only the record may still be on its way. */
  readonly ended: Promise<void>;
  /** Nothing more is awaited: the end is stored, or the store has refused it for now (`refused`). */
  readonly over: Promise<void>;
  /** The store refuses the record of the end; it is tried again until it lasts. */
  refused = false;
  /** The machine did what was asked: what the system becomes by it. */
  effect: PowerEffect | null = null;
  /** The turn of the system, from the moment that `effect` is true until it is stored, so that nothing builds on the state before. */
  turn: (() => void) | null = null;
  /** The last event of the machine, if it came while the transition ran. */
  stopped: Extract<MachineEvent, { kind: 'stopped' }> | null = null;
  /** Events that the transition does not take; handled after it. */
  readonly deferred: { readonly machine: Machine; readonly event: MachineEvent }[] = [];
  #superseded = false;
  readonly #end: () => void;
  readonly #finish: () => void;
  readonly #signals = Promise.withResolvers<MachineEvent>();

  constructor(verb: PowerVerb, prior: VirtualSystem, previous: PowerActivity | null) {
    this.verb = verb;
    this.prior = prior;
    this.previous = previous;
    const ended = Promise.withResolvers<void>();
    this.ended = ended.promise;
    this.#end = ended.resolve;
    const over = Promise.withResolvers<void>();
    this.over = over.promise;
    this.#finish = over.resolve;
  }

  get superseded(): boolean {
    return this.#superseded;
  }

  /** The machine went off, or restarted: what shutdown and reboot wait for. */
  get guestSignal(): Promise<MachineEvent> {
    return this.#signals.promise;
  }

  supersede(): void {
    this.#superseded = true;
    this.abort.abort();
  }

  workEnded(): void {
    this.#end();
  }

  finish(): void {
    this.#end();
    this.#finish();
  }

  /** Takes an event of the machine: remembers it, tells who waits, or keeps it for later. */
  receive(machine: Machine, event: MachineEvent): void {
    switch (event.kind) {
      case 'stopped':
        this.stopped = event;
        this.#signals.resolve(event);
        // Also where the transition accounts for it: it may come when the end is being stored. Of a machine that is no longer the
        // system's it is not heard a second time.
        this.deferred.push({ machine, event });
        break;
      case 'reset':
        this.#signals.resolve(event);
        if (!RESETS.has(this.verb)) this.deferred.push({ machine, event });
        break;
      case 'paused':
      case 'resumed':
        // Echoes of our own calls; save and reset pause the machine on their way.
        break;
      case 'ioError':
      case 'diskBack':
      case 'guestPanicked':
        this.deferred.push({ machine, event });
        break;
    }
  }
}

const RESETS: ReadonlySet<PowerVerb> = new Set(['reset', 'reboot', 'turnOff', 'save']);
