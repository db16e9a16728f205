import { z } from 'zod';
import { checkpointsOf } from '../checkpoints/view.ts';
import { PLANNED } from '../configurations/place.ts';
import { devicesOf } from '../devices/view.ts';
import type { Management } from '../management/management.ts';
import { PLAN, systemPath } from '../management/names.ts';
import { number } from '../management/values.ts';
import { problemOf } from '../problems/problem.ts';
import { readSettings } from '../settings/settings.ts';
import { valueAt } from '../settings/shape.ts';

export const planSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    generation: z.union([z.literal(1), z.literal(2)]),
    version: z.string(),
    saved: z.boolean(),
    processors: z.number(),
    memoryMb: z.number(),
    notes: z.string(),
    checkpointCount: z.number(),
    missingCheckpoints: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  })
  .meta({ id: 'Plan' });

type Plan = z.infer<typeof planSchema>;

/** All that realizing would make a machine of: what the ETag of a plan stands for. @throws CimError notFound */
export const planRevision = async (management: Management, id: string): Promise<unknown> => {
  const revision: unknown[] = [await readPlan(management, id), await readSettings(management, PLANNED, id)];
  const checkpoints = await checkpointsOf(management, id);
  for (const each of [id, ...checkpoints.map((checkpoint) => checkpoint.id)])
    revision.push(await devicesOf(management, each));
  return [...revision, checkpoints];
};

/** EnabledState of a plan that came with a saved state. */
const SAVED = 6;

/** @throws CimError notFound */
export const readPlan = async (management: Management, id: string): Promise<Plan> => {
  const system = await management.get(systemPath(PLAN, id));
  const settings = await readSettings(management, PLANNED, id);
  const checkpoints = await checkpointsOf(management, id);
  const { name, generation, version, notes } = settings as Record<string, string>;
  return {
    id,
    name: name ?? '',
    generation: Number(generation) === 2 ? 2 : 1,
    version: version ?? '',
    saved: number(system, 'EnabledState') === SAVED,
    processors: Number(valueAt(settings, ['processors', 'count'])),
    memoryMb: Number(valueAt(settings, ['memory', 'startupMb'])),
    notes: notes ?? '',
    checkpointCount: checkpoints.length,
    missingCheckpoints: checkpoints
      .filter(({ type }) => type === 'missing')
      .map((checkpoint) => ({ id: checkpoint.id, name: checkpoint.name })),
  };
};

/** null: it went while it was read. */
export const readPlanIfThere = async (management: Management, id: string): Promise<Plan | null> => {
  try {
    return await readPlan(management, id);
  } catch (error) {
    if (problemOf(error)?.code === 'not-found') return null;
    throw error;
  }
};
