import { z } from 'zod';
import { CimError } from '../../cim/errors.ts';
import type { CimInstance } from '../../cim/instance.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import type { Management } from '../management/management.ts';
import { PLAN, SYSTEM, SYSTEM_SETTING } from '../management/names.ts';
import { idOf, text } from '../management/values.ts';

export const affectedSchema = z.strictObject({
  kind: z.enum(['vm', 'plan', 'checkpoint', 'switch', 'other']),
  id: z.string(),
});

const affected = (instance: CimInstance): z.infer<typeof affectedSchema> => {
  const name = text(instance, 'Name') ?? '';
  if (instance.isA(SYSTEM)) return { kind: 'vm', id: name };
  if (instance.isA(PLAN)) return { kind: 'plan', id: name };
  if (instance.isA('Msvm_VirtualEthernetSwitch')) return { kind: 'switch', id: name };
  if (instance.isA(SYSTEM_SETTING) && (text(instance, 'VirtualSystemType') ?? '').includes(':Snapshot:'))
    return { kind: 'checkpoint', id: idOf(text(instance, 'InstanceID')) };
  return { kind: 'other', id: text(instance, 'InstanceID') ?? name };
};

/** What a job is about, as far as it is still there (jobs-and-errors §5). */
const affectedBy = async (management: Management, job: ObjectPath): Promise<z.infer<typeof affectedSchema>[]> =>
  (await management.associators(job, 'Msvm_AffectedJobElement')).map(affected);

/** The same; nothing of a job that is forgotten meanwhile. */
export const affectedOrNone = async (
  management: Management,
  job: ObjectPath,
): Promise<z.infer<typeof affectedSchema>[]> => {
  try {
    return await affectedBy(management, job);
  } catch (error) {
    if (error instanceof CimError && error.code === 'notFound') return [];
    throw error;
  }
};
