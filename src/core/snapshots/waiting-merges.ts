import type { DiskTask, StreamTask } from '../differencing/disk-tree.ts';
import { hasSameFiles, type DiskUser } from '../differencing/disk-users.ts';
import type { SystemGraph } from '../graph.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import type { Later } from '../ports.ts';

/** After which time files are looked at again where only their headers say who needs them: nobody tells what is done to them by hand. */
const BY_HAND_MS = 600_000;

interface Waiting {
  readonly tasks: Set<string>;
  /** Systems whose disks it waits for. */
  readonly users: Set<Guid>;
  callOff: (() => void) | null;
}

/**
 * What is not to be done to the disks of systems before another one lets go of a file. That is heard of by the change of the
 * other's record, whatever has changed it.
 */
export class WaitingMerges {
  readonly #graph: Pick<SystemGraph, 'system'>;
  readonly #later: Later;
  readonly #due: (system: Guid) => void;
  readonly #waiting = new Map<Guid, Waiting>();
  /** Those who wait, by whom they wait for. */
  readonly #waiters = new Map<Guid, Set<Guid>>();

  constructor(graph: Pick<SystemGraph, 'system'>, later: Later, due: (system: Guid) => void) {
    this.#graph = graph;
    this.#later = later;
    this.#due = due;
  }

  has(id: Guid, task: DiskTask | StreamTask): boolean {
    return this.#waiting.get(id)?.tasks.has(keyOf(task)) === true;
  }

  /** False: its user has changed since it was found, and is to be looked for anew. */
  add(id: Guid, task: DiskTask | StreamTask, { system, recorded }: DiskUser): boolean {
    const now = this.#graph.system(system.id);
    if (now === undefined || !hasSameFiles(system, now)) return false;
    const waiting = this.#waiting.get(id) ?? { tasks: new Set(), users: new Set(), callOff: null };
    this.#waiting.set(id, waiting);
    waiting.tasks.add(keyOf(task));
    waiting.users.add(system.id);
    const waiters = this.#waiters.get(system.id) ?? new Set();
    this.#waiters.set(system.id, waiters.add(id));
    if (!recorded) waiting.callOff ??= this.#later(BY_HAND_MS, () => this.#wake(id));
    return true;
  }

  follow(before: VirtualSystem | null, after: VirtualSystem | null): void {
    if (before === null) return;
    if (after === null || after.id !== before.id) this.#forget(before.id);
    const waiters = this.#waiters.get(before.id);
    if (waiters === undefined || (after?.id === before.id && hasSameFiles(before, after))) return;
    for (const id of [...waiters]) this.#wake(id);
  }

  /** None waits any more. */
  clear(): void {
    for (const id of [...this.#waiting.keys()]) this.#forget(id);
  }

  #wake(id: Guid): void {
    this.#forget(id);
    this.#due(id);
  }

  #forget(id: Guid): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    waiting.callOff?.();
    this.#waiting.delete(id);
    for (const user of waiting.users) {
      const waiters = this.#waiters.get(user);
      waiters?.delete(id);
      if (waiters?.size === 0) this.#waiters.delete(user);
    }
  }
}

/** The same files in the same places need the same of others. */
const keyOf = (task: DiskTask | StreamTask): string =>
  JSON.stringify([task.kind, task.file, task.kind === 'merge' ? task.parent : null]);
