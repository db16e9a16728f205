import { DomainError } from '../errors.ts';
import type { DomainChange } from '../events/change.ts';
import type { SystemGraph } from '../graph.ts';
import type { Log } from '../log.ts';
import type { Guid } from '../model.ts';
import type { Store, StoreChange } from '../ports.ts';
import { newGuid } from '../systems/identifiers.ts';
import { invalid, quote } from '../systems/refusals.ts';
import { checkName } from '../systems/value-checks.ts';
import type { AppliedSnapshot, Collection, CollectionReader, CollectionSnapshot } from './collection.ts';

interface CollectionServices {
  readonly store: Store;
  readonly graph: SystemGraph;
  readonly log: Log;
}

const COLLECTION = 'collection:';
const SNAPSHOT = 'collection-snapshot:';
const MAX_COLLECTIONS = 1024;
const GUID = /^[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12}$/;

/** The collections of this host and their checkpoints, all in memory. Changes come one after the other. */
export class Collections implements CollectionReader {
  readonly #services: CollectionServices;
  readonly #collections = new Map<Guid, Collection>();
  readonly #snapshots = new Map<Guid, CollectionSnapshot>();
  /** By member; by checkpoint of a machine. */
  readonly #holders = new Map<Guid, Set<Guid>>();
  readonly #snapshotsOf = new Map<Guid, Set<Guid>>();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(services: CollectionServices) {
    this.#services = services;
  }

  static async open(services: CollectionServices): Promise<Collections> {
    const held = new Collections(services);
    for (const [key, value] of await services.store.load('settings')) {
      if (key.startsWith(COLLECTION)) held.#show(null, value as Collection);
      if (key.startsWith(SNAPSHOT)) held.#showSnapshot(null, value as CollectionSnapshot);
    }
    await held.#prune(
      [...held.#holders.keys()].filter((id) => services.graph.system(id) === undefined && !held.#collections.has(id)),
      [...held.#snapshotsOf.keys()].filter((id) => services.graph.configuration(id) === undefined),
    );
    return held;
  }

  collections(): Iterable<Collection> {
    return this.#collections.values();
  }

  collection(id: Guid): Collection | undefined {
    return this.#collections.get(id.toUpperCase());
  }

  *collectionsOf(member: Guid): Iterable<Collection> {
    for (const id of this.#holders.get(member.toUpperCase()) ?? []) {
      const found = this.#collections.get(id);
      if (found !== undefined) yield found;
    }
  }

  snapshots(): Iterable<CollectionSnapshot> {
    return this.#snapshots.values();
  }

  snapshot(id: Guid): CollectionSnapshot | undefined {
    return this.#snapshots.get(id.toUpperCase());
  }

  *snapshotsWith(part: Guid): Iterable<CollectionSnapshot> {
    for (const id of this.#snapshotsOf.get(part.toUpperCase()) ?? []) {
      const found = this.#snapshots.get(id);
      if (found !== undefined) yield found;
    }
  }

  /** @throws DomainError invalidParameter */
  required(id: Guid): Collection {
    const found = this.collection(id);
    if (found === undefined) throw invalid('There is no such collection. It may have been destroyed.');
    return found;
  }

  /** @throws DomainError invalidParameter */
  requiredSnapshot(id: Guid): CollectionSnapshot {
    const found = this.snapshot(id);
    if (found === undefined) throw invalid('There is no such checkpoint of a collection. It may have been deleted.');
    return found;
  }

  define(input: Pick<Collection, 'name' | 'type'> & { readonly id: Guid | null }): Promise<Collection> {
    return this.#inTurn(async () => {
      checkName(input.name);
      const id = input.id?.toUpperCase() ?? newGuid();
      if (!GUID.test(id)) throw invalid(`The Id ${quote(id)} is no GUID. Leave it out, and one is chosen.`);
      if (this.#isTaken(id)) throw invalid(`The Id ${quote(id)} is in use already. Leave it out, and one is chosen.`);
      if (this.#collections.size >= MAX_COLLECTIONS)
        throw new DomainError('failed', `There are ${MAX_COLLECTIONS} collections already. Destroy some first.`);
      const made: Collection = { id, name: input.name, type: input.type, members: [], lastApplied: null };
      await this.#put(null, made);
      return made;
    });
  }

  destroy(id: Guid): Promise<void> {
    return this.#inTurn(async () => {
      const gone = this.required(id);
      const holders = [...this.collectionsOf(gone.id)].map((before) => ({ before, after: without(before, [gone.id]) }));
      const snapshots = [...this.#snapshots.values()].filter(({ collection }) => collection === gone.id);
      await this.#services.store.commit([
        record(COLLECTION, gone.id, null),
        ...holders.map(({ after }) => record(COLLECTION, after.id, after)),
        ...snapshots.map((snapshot) => record(SNAPSHOT, snapshot.id, null)),
      ]);
      for (const { before, after } of holders) this.#show(before, after);
      for (const snapshot of snapshots) this.#showSnapshot(snapshot, null);
      this.#show(gone, null);
    });
  }

  rename(id: Guid, name: string): Promise<void> {
    return this.#change(id, (now) => {
      checkName(name);
      return { ...now, name };
    });
  }

  addMember(id: Guid, member: Guid): Promise<void> {
    return this.#change(id, (now) => {
      const added = member.toUpperCase();
      if (now.members.includes(added))
        throw invalid(`The collection ${quote(now.name)} has this member already. Leave it as it is.`);
      this.#requireFit(now, added);
      return { ...now, members: [...now.members, added] };
    });
  }

  removeMember(id: Guid, member: Guid): Promise<void> {
    return this.#change(id, (now) => {
      const gone = member.toUpperCase();
      if (!now.members.includes(gone))
        throw invalid(`The collection ${quote(now.name)} has no such member. Read its members again.`);
      return without(now, [gone]);
    });
  }

  applied(id: Guid, lastApplied: AppliedSnapshot): Promise<void> {
    return this.#change(id, (now) => ({ ...now, lastApplied }));
  }

  /** Again is no error. @throws DomainError when its collection is gone */
  keepSnapshot(snapshot: CollectionSnapshot): Promise<void> {
    return this.#inTurn(async () => {
      this.required(snapshot.collection);
      await this.#putSnapshot(this.#snapshots.get(snapshot.id) ?? null, snapshot);
    });
  }

  /** Again is no error. */
  forgetSnapshot(id: Guid): Promise<void> {
    return this.#inTurn(async () => {
      const gone = this.#snapshots.get(id);
      if (gone === undefined) return;
      await this.#services.store.commit([record(SNAPSHOT, gone.id, null)]);
      this.#showSnapshot(gone, null);
    });
  }

  /** Machines and checkpoints that are gone are no members and parts any more. */
  follow(change: DomainChange): void {
    if (change.kind !== 'system' || change.before === null) return;
    const { before, after } = change;
    const members = after === null && this.#holders.has(before.id) ? [before.id] : [];
    const left = new Set(after?.snapshots.map(({ configuration }) => configuration.id));
    const parts = before.snapshots
      .map(({ configuration }) => configuration.id)
      .filter((id) => !left.has(id) && this.#snapshotsOf.has(id));
    if (members.length + parts.length === 0) return;
    this.#inTurn(() => this.#prune(members, parts)).catch((error: unknown) =>
      this.#services.log.error({ err: error }, 'a collection still names what is gone; it will not after a restart'),
    );
  }

  /** Resolves when all that was begun is done. */
  async close(): Promise<void> {
    await this.#turn;
  }

  async #prune(members: readonly Guid[], parts: readonly Guid[]): Promise<void> {
    const holders = new Set(members.flatMap((id) => [...this.collectionsOf(id)]));
    for (const holder of holders) await this.#put(holder, without(holder, members));
    const gone = new Set(parts);
    for (const snapshot of new Set(parts.flatMap((id) => [...this.snapshotsWith(id)]))) {
      const left = snapshot.parts.filter((part) => !gone.has(part.snapshot));
      await this.#putSnapshot(snapshot, left.length === 0 ? null : { ...snapshot, parts: left });
    }
  }

  #requireFit(now: Collection, member: Guid): void {
    if (now.type === 'systems') {
      const system = this.#services.graph.system(member);
      if (system === undefined)
        throw new DomainError(
          'wrongType',
          `The collection ${quote(now.name)} is of virtual machines. Add one of them.`,
        );
      if (system.kind === 'planned')
        throw invalid('The system is planned. Realize it before it becomes a member of a collection.');
      return;
    }
    if (!this.#collections.has(member))
      throw new DomainError('wrongType', `The collection ${quote(now.name)} is of collections. Add one of them.`);
    if (this.#reaches(member, now.id))
      throw invalid(`The collection ${quote(now.name)} would be a member of itself. Add another one.`);
  }

  /** Is `wanted` the collection, or below it? */
  #reaches(from: Guid, wanted: Guid): boolean {
    return (
      from === wanted || (this.#collections.get(from)?.members.some((member) => this.#reaches(member, wanted)) ?? false)
    );
  }

  #isTaken(id: Guid): boolean {
    return this.#collections.has(id) || this.#services.graph.configuration(id) !== undefined;
  }

  #change(id: Guid, change: (now: Collection) => Collection): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.required(id);
      await this.#put(before, change(before));
    });
  }

  async #put(before: Collection | null, after: Collection): Promise<void> {
    await this.#services.store.commit([record(COLLECTION, after.id, after)]);
    this.#show(before, after);
  }

  async #putSnapshot(before: CollectionSnapshot | null, after: CollectionSnapshot | null): Promise<void> {
    const id = (after ?? before)?.id;
    if (id === undefined) return;
    await this.#services.store.commit([record(SNAPSHOT, id, after)]);
    this.#showSnapshot(before, after);
  }

  #show(before: Collection | null, after: Collection | null): void {
    for (const member of before?.members ?? []) drop(this.#holders, member, before?.id ?? '');
    if (before !== null && after === null) this.#collections.delete(before.id);
    if (after === null) return;
    this.#collections.set(after.id, after);
    for (const member of after.members) add(this.#holders, member, after.id);
  }

  #showSnapshot(before: CollectionSnapshot | null, after: CollectionSnapshot | null): void {
    for (const { snapshot } of before?.parts ?? []) drop(this.#snapshotsOf, snapshot, before?.id ?? '');
    if (before !== null && after === null) this.#snapshots.delete(before.id);
    if (after === null) return;
    this.#snapshots.set(after.id, after);
    for (const { snapshot } of after.parts) add(this.#snapshotsOf, snapshot, after.id);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

const without = (now: Collection, gone: readonly Guid[]): Collection => ({
  ...now,
  members: now.members.filter((member) => !gone.includes(member)),
});

const record = (prefix: string, id: Guid, value: Collection | CollectionSnapshot | null): StoreChange => ({
  table: 'settings',
  key: prefix + id,
  value,
});

const add = (index: Map<Guid, Set<Guid>>, key: Guid, id: Guid): void => {
  const ids = index.get(key);
  if (ids === undefined) index.set(key, new Set([id]));
  else ids.add(id);
};

const drop = (index: Map<Guid, Set<Guid>>, key: Guid, id: Guid): void => {
  const ids = index.get(key);
  ids?.delete(id);
  if (ids?.size === 0) index.delete(key);
};
