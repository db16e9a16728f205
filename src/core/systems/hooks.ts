import type { Job } from '../jobs/job.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import type { RequestContext } from '../requests.ts';

/** Where checkpoints, which stand above, come into the life of a machine. */
export interface SystemHooks {
  /** Resolves when a machine that a client starts may be started. */
  beforeStart(request: RequestContext, system: Guid): Promise<void>;
  /** DestroySystem of a machine with checkpoints; called in the turn of the system, when it may be destroyed. */
  destroyWithSnapshots(request: RequestContext, system: VirtualSystem): Promise<Job>;
}
