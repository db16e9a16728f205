import type { Job } from '../jobs/job.ts';
import type { EthernetSwitch, ServiceSettings, VirtualSystem } from '../model.ts';

/** An edge in the life of the domain; published after it is durable, in commit order. */
export type DomainChange =
  | { readonly kind: 'system'; readonly before: VirtualSystem | null; readonly after: VirtualSystem | null }
  | { readonly kind: 'job'; readonly before: Job | null; readonly after: Job | null }
  | { readonly kind: 'switch'; readonly before: EthernetSwitch | null; readonly after: EthernetSwitch | null }
  | { readonly kind: 'service'; readonly before: ServiceSettings; readonly after: ServiceSettings };

export interface DomainFeed {
  /** `listener` must not throw and must not wait. Returns the unsubscribe function. */
  listen(listener: (change: DomainChange) => void): () => void;
}
