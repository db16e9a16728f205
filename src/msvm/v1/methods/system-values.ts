import type { CimInstance } from '../../../cim/instance.ts';
import type { CimValue } from '../../../cim/values.ts';
import { DomainError } from '../../../core/errors.ts';
import type { SettingValue, SettingValues } from '../../../core/model.ts';
import type { Projection } from '../../projection.ts';
import { settingValue } from '../../v2/methods/setting-values.ts';
import { SYSTEM_SETTING } from '../../v2/settings/system-setting.ts';
import { ACTION_OFFSET, ACTIONS, GLOBAL_SETTING, RENAMED } from '../system-setting.ts';

/** What a machine or a configuration is, and no value of its settings (object-model §12). */
const IDENTITY: ReadonlySet<string> = new Set([
  'InstanceID',
  'Caption',
  'Description',
  'VirtualSystemType',
  'CreationTime',
  'Parent',
]);

export const isGlobal = (settings: CimInstance): boolean => settings.isA(GLOBAL_SETTING);

const actionOf = (name: string, value: CimValue): number => {
  if (typeof value === 'number' && value >= 0 && value <= 2) return value + ACTION_OFFSET;
  throw new DomainError('invalidParameter', `${name} is ${String(value)}. Use 0, 1 or 2.`);
};

const valueOf = (name: string, value: Exclude<CimValue, null>): SettingValue => {
  if (ACTIONS.includes(name)) return actionOf(name, value);
  // One text here, an array in v2.
  return name === 'Notes' ? [settingValue(name, value) as string] : settingValue(name, value);
};

/**
 * The values of a VSSD or of global settings of v1 under the names and numbers of v2. What v2 does not know (placement on
 * NUMA nodes, ScopeOfResidence) means nothing on this host and is left out. @throws DomainError invalidParameter
 */
export const v1SystemValues = (v2: Projection, settings: CimInstance): SettingValues => {
  const known = v2.class(SYSTEM_SETTING);
  const values: Record<string, SettingValue> = {};
  for (const [name, value] of Object.entries(settings.values)) {
    const target = RENAMED[name] ?? name;
    if (value === null || IDENTITY.has(name) || known.property(target) === undefined) continue;
    values[target] = valueOf(name, value);
  }
  return values;
};
