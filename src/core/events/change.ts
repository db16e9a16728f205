import type { Job } from '../jobs/job.ts';
import type {
  Collection,
  CollectionPoint,
  CollectionSnapshot,
  EthernetSwitch,
  ServiceSettings,
  VirtualSystem,
} from '../model.ts';

/** An edge in the life of the domain; published after it is durable, in commit order. */
export type DomainChange =
  | { readonly kind: 'system'; readonly before: VirtualSystem | null; readonly after: VirtualSystem | null }
  | { readonly kind: 'job'; readonly before: Job | null; readonly after: Job | null }
  | { readonly kind: 'switch'; readonly before: EthernetSwitch | null; readonly after: EthernetSwitch | null }
  | { readonly kind: 'service'; readonly before: ServiceSettings; readonly after: ServiceSettings }
  | { readonly kind: 'collection'; readonly before: Collection | null; readonly after: Collection | null }
  | {
      readonly kind: 'collectionSnapshot';
      readonly before: CollectionSnapshot | null;
      readonly after: CollectionSnapshot | null;
    }
  | {
      readonly kind: 'collectionPoint';
      readonly before: CollectionPoint | null;
      readonly after: CollectionPoint | null;
    };

export interface DomainFeed {
  /** `listener` must not throw and must not wait. Returns the unsubscribe function. */
  listen(listener: (change: DomainChange) => void): () => void;
}
