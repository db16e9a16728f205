import { z } from 'zod';
import type { Management } from '../management/management.ts';
import { StillRunning } from '../management/management.ts';
import { SYSTEM, systemPath } from '../management/names.ts';
import { Problem } from '../problems/problem.ts';
import { idParams } from '../routes/common.ts';
import { changed, GONE_SINCE, type Route, route } from '../routes/route.ts';
import { readVm, vmSchema } from './view.ts';

/** RequestedState (lifecycle §2). */
const SHUT_DOWN = 4;
const OFF = 3;

/** Longest that a client may have a guest waited for. */
const LONGEST_SECONDS = 300;

const body = z.strictObject({
  /** Turn it off when the guest has not done it by then, or cannot be asked; null: only ask. */
  turnOffAfterSeconds: z.number().int().min(1).max(LONGEST_SECONDS).nullable().default(null),
});

/** Did the guest go down in that time? A guest that cannot be asked did not. @throws Problem when the state does not allow it */
const goesDown = async (management: Management, id: string, waitMs: number): Promise<boolean> => {
  try {
    await management.run(systemPath(SYSTEM, id), 'RequestStateChange', { RequestedState: SHUT_DOWN }, waitMs);
    return true;
  } catch (error) {
    if (error instanceof StillRunning) return false;
    // A job that failed: the guest does not answer, or refuses. What was refused at once stays refused.
    if (error instanceof Problem && error.details.job !== undefined) return false;
    throw error;
  }
};

export const shutdownRoute: Route = route({
  id: 'shutdownVm',
  verb: 'POST',
  path: '/vms/{id}/shutdown',
  tag: 'vms',
  summary: 'Ask the guest to shut down, and wait for it; on request turn it off when it has not',
  params: idParams,
  body,
  long: true,
  resource: true,
  answers: { 200: { description: 'The machine as it is then', schema: vmSchema }, ...GONE_SINCE },
  handle: async ({ management, params: { id }, body: { turnOffAfterSeconds }, context }) => {
    const path = systemPath(SYSTEM, id);
    if (turnOffAfterSeconds === null) await management.run(path, 'RequestStateChange', { RequestedState: SHUT_DOWN });
    else if (!(await goesDown(management, id, turnOffAfterSeconds * 1000)) && !context.signal.aborted)
      await management.run(path, 'RequestStateChange', { RequestedState: OFF });
    return changed(readVm(management, id));
  },
});
