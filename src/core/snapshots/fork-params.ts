import type { Guid, VirtualSystem } from '../model.ts';

/** What the job that makes forks is stored with. */
export interface ForkParams {
  readonly system: Guid;
  readonly snapshot: Guid;
  /** Name of the checkpoint, for texts. */
  readonly name: string;
  /** As they will be in the store: every identifier and file is chosen before anything is made. */
  readonly forks: readonly VirtualSystem[];
  readonly start: boolean;
}
