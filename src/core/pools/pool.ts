import type { DeviceKind, Guid, ResourceLink } from '../model.ts';

/** A pool that a client made, below the one that the host has of each kind (other-services §8). Immutable. */
export interface ResourcePool {
  readonly id: Guid;
  readonly kind: DeviceKind;
  /** What settings name it by; in any case. */
  readonly poolId: string;
  readonly name: string;
  readonly notes: string;
  readonly parents: readonly PoolParent[];
}

export interface PoolParent {
  /** Null: the pool of the host. */
  readonly pool: Guid | null;
  /** What it hands on: folders as clients wrote them, or switches. Empty: all that it has. */
  readonly resources: readonly ResourceLink[];
}

/** Kinds that a host has several of to choose from. Of all others there is one pool, that of the host. */
export const FOLDER_KINDS: ReadonlySet<DeviceKind> = new Set(['hardDiskImage', 'cdImage', 'floppyImage']);
export const SWITCH_KINDS: ReadonlySet<DeviceKind> = new Set(['ethernetConnection']);
export const isPoolable = (kind: DeviceKind): boolean => FOLDER_KINDS.has(kind) || SWITCH_KINDS.has(kind);

export interface PoolInput {
  readonly kind: DeviceKind;
  readonly poolId: string;
  readonly name: string;
  readonly notes: string;
  readonly parents: readonly PoolParent[];
}

/** Reads; nothing waits. */
export interface PoolReader {
  pools(): Iterable<ResourcePool>;
  pool(id: Guid): ResourcePool | undefined;
  /** The pool of a kind that settings name by `poolId`; '' names that of the host, which is none of these. */
  named(kind: DeviceKind, poolId: string): ResourcePool | undefined;
}

export interface PoolOperations {
  /** All reject with DomainError; durable when they resolve. */
  createPool(input: PoolInput): Promise<ResourcePool>;
  /** @throws inUse while another pool or a machine takes from it */
  deletePool(id: Guid): Promise<void>;
  /** @throws inUse when a pool or a machine has what it would not hand on any more */
  changeParents(id: Guid, parents: readonly PoolParent[]): Promise<void>;
  /** Missing: as it is. */
  changeSettings(
    id: Guid,
    settings: { readonly poolId?: string; readonly name?: string; readonly notes?: string },
  ): Promise<void>;
}
