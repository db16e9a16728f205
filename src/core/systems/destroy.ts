import { rm } from 'node:fs/promises';
import type { Job } from '../jobs/job.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import type { RequestContext } from '../requests.ts';
import type { SystemsContext } from './context.ts';
import type { SystemHooks } from './hooks.ts';
import { STATE_WORDS } from './power.ts';
import { quote, wrongState } from './refusals.ts';
import { elementNameOf } from './system-defaults.ts';
import { requireNotBusy, requireSystem } from './targets.ts';

const DESTROY_JOB = 3;

/**
 * DestroySystem (lifecycle §9): off, saved or planned only. The definition, checkpoints and saved state go; disks of the
 * user never do. The system is gone in the transaction that ends the job.
 */
export const destroySystem = async (
  context: SystemsContext,
  hooks: Pick<SystemHooks, 'destroyWithSnapshots'>,
  request: RequestContext,
  id: Guid,
): Promise<Job> => {
  const owner = requireSystem(context, id).id;
  return context.turns.run(owner, async () => {
    const system = requireDestroyable(context, owner);
    if (system.kind === 'realized' && (system.snapshots.length > 0 || system.differencing !== undefined))
      return hooks.destroyWithSnapshots(request, system);
    return context.jobs.run(
      request,
      {
        type: DESTROY_JOB,
        caption: 'Destroying Virtual Machine',
        affected: [{ element: { kind: system.kind === 'planned' ? 'plan' : 'system', id: system.id }, effect: 0 }],
        cancellable: false,
        failure: `${quote(elementNameOf(system.active))} could not be destroyed.`,
      },
      async (step) => {
        const release = await context.turns.hold(owner);
        let removed = Promise.resolve();
        try {
          const now = requireDestroyable(context, owner);
          const joined = context.ledger.joined(now, null);
          step.join({
            changes: joined.changes,
            applied: () => {
              joined.applied();
              removed = removeFiles(context, owner);
            },
          });
          // Files last, with the turn still held: a new system of this identifier would have the same folders.
          void context.jobs.ended(step.jobId).then(() => removed.finally(release));
        } catch (error) {
          release();
          throw error;
        }
      },
    );
  });
};

const requireDestroyable = (context: SystemsContext, id: Guid): VirtualSystem => {
  const system = requireSystem(context, id);
  requireNotBusy(system);
  if (system.kind === 'realized' && system.power !== 'off' && system.power !== 'saved') {
    throw wrongState(`The virtual machine is ${STATE_WORDS[system.power]}. Turn it off first.`);
  }
  return system;
};

/** Private files go after the record; what a crash leaves is swept at the next start. */
const removeFiles = async (context: Pick<SystemsContext, 'paths' | 'log'>, id: Guid): Promise<void> => {
  try {
    await rm(context.paths.stateDirectory(id), { recursive: true, force: true });
    await rm(context.paths.runDirectory(id), { recursive: true, force: true });
  } catch (error) {
    context.log.warn(
      { err: error, system: id },
      'the private files of a destroyed virtual machine could not be removed',
    );
  }
};
