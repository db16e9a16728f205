import { DomainError } from '../errors.ts';
import type { DomainChange } from '../events/change.ts';
import type { DomainPublisher } from '../events/feed.ts';
import type { Joined } from '../jobs/definition.ts';
import type { VirtualSystem } from '../model.ts';
import type { Store, StoreChange } from '../ports.ts';
import type { LiveGraph } from './live-graph.ts';
import { storeSystem } from './record.ts';

type SystemChange = Extract<DomainChange, { kind: 'system' }>;

const putSystem = (system: VirtualSystem): StoreChange => ({
  table: system.kind === 'planned' ? 'plans' : 'systems',
  key: system.id,
  value: storeSystem(system),
});

const deleteSystem = (system: VirtualSystem): StoreChange => ({
  table: system.kind === 'planned' ? 'plans' : 'systems',
  key: system.id,
  value: null,
});

const storeChangesOf = ({ before, after }: SystemChange): readonly StoreChange[] => {
  const changes: StoreChange[] = [];
  // A plan that becomes a machine leaves the table of plans in the same transaction.
  if (before !== null && (after === null || after.kind !== before.kind)) changes.push(deleteSystem(before));
  if (after !== null) changes.push(putSystem(after));
  return changes;
};

/** The only way a system changes: durable first, then in the graph, then told (architecture, habit 13). */
export class Ledger {
  readonly #store: Store;
  readonly #graph: LiveGraph;
  readonly #feed: DomainPublisher;
  #closed = false;

  constructor(store: Store, graph: LiveGraph, feed: DomainPublisher) {
    this.#store = store;
    this.#graph = graph;
    this.#feed = feed;
  }

  /** Resolves when the change is durable, visible and told. Rejects with nothing changed. */
  commit(before: VirtualSystem | null, after: VirtualSystem | null): Promise<void> {
    return this.commitAll([{ before, after }]);
  }

  /** Several systems in one transaction. */
  async commitAll(changes: readonly Omit<SystemChange, 'kind'>[]): Promise<void> {
    this.#requireOpen();
    const joined = changes.map(({ before, after }) => this.joined(before, after));
    await this.#store.commit(joined.flatMap((each) => each.changes));
    for (const each of joined) each.applied();
  }

  /** After it nothing is written: what runs on is found by the next service. */
  close(): void {
    this.#closed = true;
  }

  #requireOpen(): void {
    if (this.#closed) throw new DomainError('notAvailable', 'The service is stopping. Try again when it runs.');
  }

  /** The same as part of another transaction: that of a job. */
  joined(before: VirtualSystem | null, after: VirtualSystem | null): Required<Joined> {
    const change: SystemChange = { kind: 'system', before, after };
    return {
      changes: storeChangesOf(change),
      applied: () => this.#publish(change),
    };
  }

  /** A change of a switch as part of a job's transaction. */
  joinedSwitch(
    { before, after }: Omit<Extract<DomainChange, { kind: 'switch' }>, 'kind'>,
    changes: readonly StoreChange[],
  ): Required<Joined> {
    return { changes, applied: () => this.#publish({ kind: 'switch', before, after }) };
  }

  /** A change of a switch or of the service's settings with the records that make it durable. */
  async commitChange(
    change: Exclude<DomainChange, { kind: 'system' | 'job' }>,
    changes: readonly StoreChange[],
  ): Promise<void> {
    this.#requireOpen();
    await this.#store.commit(changes);
    this.#publish(change);
  }

  #publish(change: DomainChange): void {
    this.#graph.apply(change);
    this.#feed.publish(change);
  }
}

/** The record with changes, its revision counted up. */
export const revise = (system: VirtualSystem, changes: Partial<VirtualSystem>): VirtualSystem => ({
  ...system,
  ...changes,
  revision: system.revision + 1,
});
