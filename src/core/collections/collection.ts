import type { Job } from '../jobs/job.ts';
import type { Collection, CollectionPoint, CollectionSnapshot, Guid } from '../model.ts';
import type { RequestContext, SnapshotRequest } from '../requests.ts';

/** Reads; nothing waits. Ids in any case. */
export interface CollectionReader {
  collections(): Iterable<Collection>;
  collection(id: Guid): Collection | undefined;
  /** Those that have the machine or collection as a member. */
  collectionsOf(member: Guid): Iterable<Collection>;
  snapshots(): Iterable<CollectionSnapshot>;
  snapshot(id: Guid): CollectionSnapshot | undefined;
  /** Those that the checkpoint of a machine is a part of. */
  snapshotsWith(part: Guid): Iterable<CollectionSnapshot>;
  points(): Iterable<CollectionPoint>;
  point(id: Guid): CollectionPoint | undefined;
  /** Those that the reference point of a machine is a part of. */
  pointsWith(part: Guid): Iterable<CollectionPoint>;
}

export interface CollectionOperations {
  /** All reject with DomainError; durable when they resolve. Null id: one is chosen. */
  define(input: Pick<Collection, 'name' | 'type'> & { readonly id: Guid | null }): Promise<Collection>;
  /** Its members stay what they are, and so do the checkpoints of machines that were taken through it. */
  destroy(id: Guid): Promise<void>;
  rename(id: Guid, name: string): Promise<void>;
  addMember(id: Guid, member: Guid): Promise<void>;
  removeMember(id: Guid, member: Guid): Promise<void>;
  /** Of all machines, or of none; `snapshot`: id of what will be there. */
  createSnapshot(
    context: RequestContext,
    collection: Guid,
    request: SnapshotRequest,
  ): Promise<{ readonly job: Job; readonly snapshot: Guid }>;
  /** All machines must be off or saved. */
  applySnapshot(context: RequestContext, snapshot: Guid): Promise<Job>;
  /** With the checkpoints that are parts of it. */
  destroySnapshot(context: RequestContext, snapshot: Guid): Promise<Job>;
  /** Each machine as it was, in a folder of its own below `directory`, which is as the client wrote it. */
  exportSnapshot(
    context: RequestContext,
    snapshot: Guid,
    wanted: {
      readonly directory: string;
      readonly storage: boolean;
      /** A reference point of the collection: only what may differ since is exported of disks that its parts know. */
      readonly base?: Guid;
    },
  ): Promise<Job>;
  /** Of all machines, or of none; `point`: id of what will be there. */
  createPoint(
    context: RequestContext,
    collection: Guid,
    options: { readonly applicationConsistent: boolean },
  ): Promise<{ readonly job: Job; readonly point: Guid }>;
  /** A recovery checkpoint of all machines becomes one of reference points, under its identifier. */
  convertSnapshot(context: RequestContext, snapshot: Guid): Promise<{ readonly job: Job; readonly point: Guid }>;
  /** With the reference points that are parts of it. */
  destroyPoint(context: RequestContext, point: Guid): Promise<Job>;
  /** The disks of its parts, in a folder for each machine below `directory`. */
  exportPoint(
    context: RequestContext,
    point: Guid,
    wanted: {
      /** As the client wrote it. */
      readonly directory: string;
      readonly base: Guid | null;
      /** Places of the wanted disks in its part, by machine, and of no other machines; null: all of all. */
      readonly disks: Readonly<Record<Guid, readonly number[]>> | null;
    },
  ): Promise<Job>;
}
