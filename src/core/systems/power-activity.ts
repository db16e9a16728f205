import type { Machine, MachineEvent } from '../ports.ts';
import type { PowerVerb } from './power.ts';

/** A transition under way: the one thing that happens to a machine, until it ends or is overtaken by a turn-off. */
export class PowerActivity {
  readonly verb: PowerVerb;
  /** What it overtook; to be waited for, since it may still be making a machine. */
  readonly previous: PowerActivity | null;
  readonly abort = new AbortController();
  readonly ended: Promise<void>;
  /** The machine did what was asked; only the record may still be on its way. */
  succeeded = false;
  /** The last event of the machine, if it came while the transition ran. */
  stopped: Extract<MachineEvent, { kind: 'stopped' }> | null = null;
  /** Events that the transition does not take; handled after it. */
  readonly deferred: { readonly machine: Machine; readonly event: MachineEvent }[] = [];
  #superseded = false;
  readonly #settle: () => void;
  readonly #signals = Promise.withResolvers<MachineEvent>();

  constructor(verb: PowerVerb, previous: PowerActivity | null) {
    this.verb = verb;
    this.previous = previous;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#settle = resolve;
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

  settle(): void {
    this.#settle();
  }

  /** Takes an event of the machine: remembers it, tells who waits, or keeps it for later. */
  receive(machine: Machine, event: MachineEvent): void {
    switch (event.kind) {
      case 'stopped':
        this.stopped = event;
        this.#signals.resolve(event);
        if (!ENDS_MACHINE.has(this.verb)) this.deferred.push({ machine, event });
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
      case 'guestPanicked':
        this.deferred.push({ machine, event });
        break;
    }
  }
}

/** Verbs that account for the end of the machine themselves. */
const ENDS_MACHINE: ReadonlySet<PowerVerb> = new Set(['turnOff', 'shutdown', 'save', 'reboot', 'discard']);
const RESETS: ReadonlySet<PowerVerb> = new Set(['reset', 'reboot', 'turnOff', 'save']);
