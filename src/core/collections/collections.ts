import { DomainError } from '../errors.ts';
import type { DomainChange } from '../events/change.ts';
import type { DomainPublisher } from '../events/feed.ts';
import type { SystemGraph } from '../graph.ts';
import type { Log } from '../log.ts';
import type {
  AppliedSnapshot,
  Collection,
  CollectionPoint,
  CollectionSnapshot,
  Guid,
  PointPart,
  VirtualSystem,
} from '../model.ts';
import type { Store } from '../ports.ts';
import { newGuid } from '../systems/identifiers.ts';
import { invalid, quote } from '../systems/refusals.ts';
import { checkName } from '../systems/value-checks.ts';
import type { CollectionReader } from './collection.ts';
import { Records } from './records.ts';

interface CollectionServices {
  readonly store: Store;
  readonly graph: SystemGraph;
  readonly feed: DomainPublisher;
  readonly log: Log;
}

/** What is not there any more, by id. */
interface Gone {
  readonly members: readonly Guid[];
  readonly snapshots: readonly Guid[];
  readonly points: readonly Guid[];
}

const NOTHING: Gone = { members: [], snapshots: [], points: [] };

const MAX_COLLECTIONS = 1024;
const GUID = /^[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12}$/;

/** The collections of this host, their checkpoints and reference points, all in memory. Changes come one after the other. */
export class Collections implements CollectionReader {
  readonly #services: CollectionServices;
  readonly #collections: Records<Collection>;
  readonly #snapshots: Records<CollectionSnapshot>;
  readonly #points: Records<CollectionPoint>;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(services: CollectionServices) {
    this.#services = services;
    const { feed } = services;
    this.#collections = new Records(
      'collection:',
      ({ members }) => members,
      (before, after) => feed.publish({ kind: 'collection', before, after }),
    );
    this.#snapshots = new Records(
      'collection-snapshot:',
      ({ parts }) => parts.map(({ snapshot }) => snapshot),
      (before, after) => feed.publish({ kind: 'collectionSnapshot', before, after }),
    );
    this.#points = new Records(
      'collection-point:',
      ({ parts }) => parts.map(({ point }) => point),
      (before, after) => feed.publish({ kind: 'collectionPoint', before, after }),
    );
  }

  static async open(services: CollectionServices): Promise<Collections> {
    const held = new Collections(services);
    const { graph } = services;
    const settings = await services.store.load('settings');
    for (const records of [held.#collections, held.#snapshots, held.#points]) records.load(settings);
    const gone: Gone = {
      members: [...held.#collections.named()].filter(
        (id) => graph.system(id) === undefined && held.collection(id) === undefined,
      ),
      snapshots: [...held.#snapshots.named()].filter((id) => graph.configuration(id) === undefined),
      points: [...held.#points.named()].filter((id) => graph.referencePoint(id) === undefined),
    };
    await held
      .#prune(gone)
      .catch((error: unknown) => services.log.warn({ err: error }, 'a collection names what is gone'));
    return held;
  }

  collections(): Iterable<Collection> {
    return this.#collections.all();
  }

  collection(id: Guid): Collection | undefined {
    return this.#collections.get(id);
  }

  collectionsOf(member: Guid): Iterable<Collection> {
    return this.#collections.naming(member);
  }

  snapshots(): Iterable<CollectionSnapshot> {
    return this.#snapshots.all();
  }

  snapshot(id: Guid): CollectionSnapshot | undefined {
    return this.#snapshots.get(id);
  }

  snapshotsWith(part: Guid): Iterable<CollectionSnapshot> {
    return this.#snapshots.naming(part);
  }

  points(): Iterable<CollectionPoint> {
    return this.#points.all();
  }

  point(id: Guid): CollectionPoint | undefined {
    return this.#points.get(id);
  }

  pointsWith(part: Guid): Iterable<CollectionPoint> {
    return this.#points.naming(part);
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

  /** @throws DomainError invalidParameter */
  requiredPoint(id: Guid): CollectionPoint {
    const found = this.point(id);
    if (found === undefined)
      throw invalid('There is no such reference point of a collection. It may have been deleted.');
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
      await this.#put(this.#collections, null, made);
      return made;
    });
  }

  destroy(id: Guid): Promise<void> {
    return this.#inTurn(async () => {
      const gone = this.required(id);
      const holders = [...this.collectionsOf(gone.id)].map((before) => ({ before, after: without(before, [gone.id]) }));
      const [snapshots, points] = [
        [...this.#snapshots.all()].filter(({ collection }) => collection === gone.id),
        [...this.#points.all()].filter(({ collection }) => collection === gone.id),
      ];
      await this.#services.store.commit([
        this.#collections.change(gone.id, null),
        ...holders.map(({ after }) => this.#collections.change(after.id, after)),
        ...snapshots.map((snapshot) => this.#snapshots.change(snapshot.id, null)),
        ...points.map((point) => this.#points.change(point.id, null)),
      ]);
      for (const { before, after } of holders) this.#collections.show(before, after);
      for (const snapshot of snapshots) this.#snapshots.show(snapshot, null);
      for (const point of points) this.#points.show(point, null);
      this.#collections.show(gone, null);
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

  /** Again is no error. A part that was deleted while others were taken is none. @throws DomainError when its collection is gone */
  keepSnapshot(snapshot: CollectionSnapshot): Promise<void> {
    return this.#inTurn(async () => {
      this.required(snapshot.collection);
      await this.#put(this.#snapshots, this.#snapshots.get(snapshot.id) ?? null, snapshot);
      // What goes from now on is followed.
      await this.#prune({ ...NOTHING, snapshots: this.#goneSnapshots(snapshot) });
    });
  }

  /** Again is no error. */
  forgetSnapshot(id: Guid): Promise<void> {
    return this.#forget(this.#snapshots, id);
  }

  /** As `keepSnapshot`. */
  keepPoint(point: CollectionPoint): Promise<void> {
    return this.#inTurn(async () => {
      this.required(point.collection);
      await this.#put(this.#points, this.#points.get(point.id) ?? null, point);
      const gone = point.parts.flatMap(({ point: id }) =>
        this.#services.graph.referencePoint(id) === undefined ? [id] : [],
      );
      await this.#prune({ ...NOTHING, points: gone });
    });
  }

  /** Again is no error. */
  forgetPoint(id: Guid): Promise<void> {
    return this.#forget(this.#points, id);
  }

  /** Parts of a checkpoint that are reference points now are parts of the collection's one. Again is no error. */
  settle(snapshot: CollectionSnapshot): Promise<void> {
    return this.#inTurn(() => this.#prune({ ...NOTHING, snapshots: this.#goneSnapshots(snapshot) }));
  }

  #goneSnapshots({ parts }: CollectionSnapshot): readonly Guid[] {
    return parts.map(({ snapshot }) => snapshot).filter((id) => this.#services.graph.configuration(id) === undefined);
  }

  /** Machines, checkpoints and reference points that are gone are no members and parts any more. */
  follow(change: DomainChange): void {
    if (change.kind !== 'system' || change.before === null) return;
    const { before, after } = change;
    const gone: Gone = {
      members: after === null && this.#collections.isNamed(before.id) ? [before.id] : [],
      snapshots: lost(snapshotIds(before), snapshotIds(after)).filter((id) => this.#snapshots.isNamed(id)),
      points: lost(pointIds(before), pointIds(after)).filter((id) => this.#points.isNamed(id)),
    };
    if (gone.members.length + gone.snapshots.length + gone.points.length === 0) return;
    this.#inTurn(() => this.#prune(gone)).catch((error: unknown) =>
      this.#services.log.error({ err: error }, 'a collection still names what is gone; it will not after a restart'),
    );
  }

  /** Resolves when all that was begun is done. */
  async close(): Promise<void> {
    await this.#turn;
  }

  async #prune({ members, snapshots, points }: Gone): Promise<void> {
    for (const holder of naming(this.#collections, members))
      await this.#put(this.#collections, holder, without(holder, members));
    for (const holder of naming(this.#snapshots, snapshots)) await this.#pruneSnapshot(holder, new Set(snapshots));
    const gone = new Set(points);
    for (const holder of naming(this.#points, points)) {
      const left = holder.parts.filter(({ point }) => !gone.has(point));
      await this.#put(this.#points, holder, left.length === 0 ? null : { ...holder, parts: left });
    }
  }

  /** A part that became a reference point goes over to the reference point of the collection, in the same transaction. */
  async #pruneSnapshot(snapshot: CollectionSnapshot, gone: ReadonlySet<Guid>): Promise<void> {
    const left = snapshot.parts.filter((part) => !gone.has(part.snapshot));
    const after = left.length === 0 ? null : { ...snapshot, parts: left };
    const converted = snapshot.parts
      .filter((part) => gone.has(part.snapshot) && this.#services.graph.referencePoint(part.snapshot) !== undefined)
      .map((part): PointPart => ({ system: part.system, point: part.snapshot }));
    const before = this.#points.get(snapshot.id) ?? null;
    const { id, collection, createdAt } = snapshot;
    const holder = this.collection(collection);
    const point =
      converted.length === 0 || holder === undefined
        ? before
        : { id, collection, createdAt, parts: inOrder(holder, [...(before?.parts ?? []), ...converted]) };
    await this.#services.store.commit([this.#snapshots.change(id, after), this.#points.change(id, point)]);
    this.#snapshots.show(snapshot, after);
    this.#points.show(before, point);
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
    if (this.collection(member) === undefined)
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
    return this.collection(id) !== undefined || this.#services.graph.configuration(id) !== undefined;
  }

  #change(id: Guid, change: (now: Collection) => Collection): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.required(id);
      await this.#put(this.#collections, before, change(before));
    });
  }

  #forget<R extends { readonly id: Guid }>(records: Records<R>, id: Guid): Promise<void> {
    return this.#inTurn(async () => {
      const gone = records.get(id);
      if (gone !== undefined) await this.#put(records, gone, null);
    });
  }

  async #put<R extends { readonly id: Guid }>(records: Records<R>, before: R | null, after: R | null): Promise<void> {
    const id = (after ?? before)?.id;
    if (id === undefined) return;
    await this.#services.store.commit([records.change(id, after)]);
    records.show(before, after);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** Parts, in the order of the members, of which each may have come at another time. */
const inOrder = ({ members }: Collection, parts: readonly PointPart[]): readonly PointPart[] => {
  const place = ({ system }: PointPart): number => members.indexOf(system) >>> 0;
  return parts.toSorted((a, b) => place(a) - place(b));
};

const without = (now: Collection, gone: readonly Guid[]): Collection => ({
  ...now,
  members: now.members.filter((member) => !gone.includes(member)),
});

const naming = <R extends { readonly id: Guid }>(records: Records<R>, ids: readonly Guid[]): ReadonlySet<R> =>
  new Set(ids.flatMap((id) => [...records.naming(id)]));

const snapshotIds = (system: VirtualSystem | null): readonly Guid[] =>
  system?.snapshots.map(({ configuration }) => configuration.id) ?? [];

const pointIds = (system: VirtualSystem | null): readonly Guid[] => system?.referencePoints?.map(({ id }) => id) ?? [];

const lost = (before: readonly Guid[], after: readonly Guid[]): readonly Guid[] => {
  const left = new Set(after);
  return before.filter((id) => !left.has(id));
};
