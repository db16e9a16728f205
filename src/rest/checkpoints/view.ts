import { z } from 'zod';
import type { CimInstance } from '../../cim/instance.ts';
import type { Management } from '../management/management.ts';
import { configurationPath, wqlText } from '../management/names.ts';
import { flag, idIn, idOf, text, texts, time } from '../management/values.ts';

/** End of VirtualSystemType (snapshots §1). */
const TYPES: Readonly<Record<string, 'standard' | 'recovery' | 'planned' | 'missing'>> = {
  Realized: 'standard',
  Recovery: 'recovery',
  Planned: 'planned',
  Missing: 'missing',
};

export const checkpointSchema = z
  .strictObject({
    id: z.string(),
    vmId: z.string(),
    name: z.string(),
    notes: z.string(),
    createdAt: z.string().nullable(),
    parentId: z.string().nullable(),
    type: z.enum(['standard', 'recovery', 'planned', 'missing']),
    automatic: z.boolean(),
    hasMemory: z.boolean(),
  })
  .meta({ id: 'Checkpoint' });

export type CheckpointView = z.infer<typeof checkpointSchema>;

export const checkpointView = (setting: CimInstance): CheckpointView => ({
  id: idOf(text(setting, 'InstanceID')),
  vmId: text(setting, 'VirtualSystemIdentifier') ?? '',
  name: text(setting, 'ElementName') ?? '',
  notes: texts(setting, 'Notes').join('\n'),
  createdAt: time(setting, 'CreationTime'),
  parentId: idIn(text(setting, 'Parent')),
  type: TYPES[(text(setting, 'VirtualSystemType') ?? '').split(':').at(-1) ?? ''] ?? 'standard',
  automatic: flag(setting, 'IsAutomaticSnapshot') === true,
  hasMemory: flag(setting, 'IsSaved') === true,
});

/** Of a machine or plan, the oldest first. */
export const checkpointsOf = async (management: Management, system: string): Promise<readonly CheckpointView[]> => {
  const query = `SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemIdentifier = ${wqlText(system)}`;
  const found = (await management.query(query)).filter((setting) =>
    (text(setting, 'VirtualSystemType') ?? '').includes(':Snapshot:'),
  );
  return found
    .map(checkpointView)
    .toSorted((a, b) => ((a.createdAt ?? '') < (b.createdAt ?? '') ? -1 : a.createdAt === b.createdAt ? 0 : 1));
};

/** What the machine as it is now descends from; null: nothing. */
export const currentParent = async (management: Management, system: string): Promise<string | null> =>
  idIn(text(await management.get(configurationPath(system)), 'Parent'));
