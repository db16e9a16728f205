import type { Guid } from '../model.ts';
import type { Machine, MachineEvent } from '../ports.ts';
import type { MachineSpec } from '../machine-spec.ts';
import type { LiveGraph } from './live-graph.ts';

/** A machine with the words it was made of, changed as devices come and go. */
export interface RunningMachine {
  readonly machine: Machine;
  readonly spec: MachineSpec;
}

export type MachineListener = (system: Guid, machine: Machine, event: MachineEvent) => void;

/** The running machines of this host; passes their events on. */
export class MachineFleet {
  readonly #graph: LiveGraph;
  readonly #running = new Map<Guid, RunningMachine>();
  #listener: MachineListener = () => undefined;
  #closed = false;

  constructor(graph: LiveGraph) {
    this.#graph = graph;
  }

  listen(listener: MachineListener): void {
    this.#listener = listener;
  }

  get(system: Guid): RunningMachine | undefined {
    return this.#running.get(system);
  }

  ids(): Iterable<Guid> {
    return this.#running.keys();
  }

  get size(): number {
    return this.#running.size;
  }

  add(system: Guid, machine: Machine, spec: MachineSpec): void {
    this.#running.set(system, { machine, spec });
    this.#graph.setMachine(system, machine);
    void this.#pump(system, machine);
  }

  setSpec(system: Guid, spec: MachineSpec): void {
    const held = this.#running.get(system);
    if (held !== undefined) this.#running.set(system, { machine: held.machine, spec });
  }

  remove(system: Guid): void {
    this.#running.delete(system);
    this.#graph.setMachine(system, null);
  }

  /** Stops listening; the machines go on. */
  close(): void {
    this.#closed = true;
  }

  async #pump(system: Guid, machine: Machine): Promise<void> {
    let stopped = false;
    let reason = 'the hypervisor lost the machine';
    try {
      for await (const event of machine.events()) {
        if (this.#closed) return;
        stopped ||= event.kind === 'stopped';
        this.#listener(system, machine, event);
      }
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    // An event stream that ends without the last event: nobody watches the machine any more, so it counts as dead.
    if (!stopped && !this.#closed && this.#running.get(system)?.machine === machine) {
      this.#listener(system, machine, { kind: 'stopped', by: 'crash', reason });
    }
  }
}
