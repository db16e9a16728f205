import { CimError } from '../../cim/errors.ts';
import type { CimInstance } from '../../cim/instance.ts';
import type { Management } from '../management/management.ts';
import { configurationPath, PLAN, SYSTEM, SYSTEM_SETTING, wqlText } from '../management/names.ts';
import { idOf, text } from '../management/values.ts';

/** Where settings and devices hang: below a machine, a plan or a checkpoint; the same handlers serve all three. */
export interface Place {
  /** First segment of the path. */
  readonly segment: 'vms' | 'plans' | 'checkpoints';
  /** What it is called in ids of operations. */
  readonly name: 'Vm' | 'Plan' | 'Checkpoint';
  /** End of VirtualSystemType. */
  readonly type: RegExp;
}

export const VM: Place = { segment: 'vms', name: 'Vm', type: /:System:Realized$/ };
export const PLANNED: Place = { segment: 'plans', name: 'Plan', type: /:System:Planned$/ };
export const CHECKPOINT: Place = { segment: 'checkpoints', name: 'Checkpoint', type: /:Snapshot:/ };

export const SYSTEM_CLASS = { vms: SYSTEM, plans: PLAN } as const;

/** System settings of a machine, plan or checkpoint. @throws CimError notFound for another kind too */
export const systemSetting = async (management: Management, place: Place, id: string): Promise<CimInstance> => {
  const found = await management.find(configurationPath(id));
  if (found !== null && place.type.test(text(found, 'VirtualSystemType') ?? '')) return found;
  throw new CimError('notFound', `There is no ${place.name.toLowerCase()} with this id.`, { subject: SYSTEM_SETTING });
};

/** Everything below it: devices, their connections, features of ports. */
export const settingsBelow = async (management: Management, id: string): Promise<readonly CimInstance[]> => {
  const all = await management.query(
    `SELECT * FROM CIM_SettingData WHERE InstanceID LIKE ${wqlText(`Microsoft:${id}%`)}`,
  );
  return all.filter((setting) => idOf(text(setting, 'InstanceID')) === id && !setting.isA(SYSTEM_SETTING));
};
