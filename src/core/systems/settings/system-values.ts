import { DomainError } from '../../errors.ts';
import type { Configuration, SettingValue, SettingValues, Snapshot, VirtualSystem } from '../../model.ts';
import { sameValue } from '../../settings-equal.ts';
import { momentAllows, momentRefusal } from '../moments.ts';
import { wrongState } from '../refusals.ts';
import { effectiveValues, FOLLOWS, SYSTEM_DEFAULTS } from '../system-defaults.ts';
import { isCheckedFolder, systemProperty } from './system-properties.ts';
import { checkValues } from '../value-checks.ts';

/** Properties of a snapshot that its owner may write (management-service §2, ModifySystemSettings). */
const SNAPSHOT_WRITABLE: ReadonlySet<string> = new Set(['ElementName', 'Notes']);

/** The folders among the changed values, to be checked by the path resolver. */
export interface ValueChange {
  readonly values: SettingValues;
  readonly folders: readonly string[];
}

/**
 * The VSSD's values after a modify; the very same record where nothing differs. Equal values pass in every state, read-only
 * ones are ignored (embedded-instances §4). @throws DomainError
 */
export const changeSystemValues = (
  system: VirtualSystem,
  configuration: Configuration,
  snapshot: Snapshot | null,
  given: SettingValues,
): ValueChange => {
  checkValues(given);
  const current = effectiveValues(system, configuration, snapshot);
  const accepted: Record<string, SettingValue> = {};
  const folders: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (value === null || sameValue(current[name], value)) continue;
    if (snapshot !== null && system.kind === 'realized' && !SNAPSHOT_WRITABLE.has(name)) continue;
    if (!admitValue(system, name, value)) continue;
    accepted[name] = value;
    if (isCheckedFolder(name, value)) folders.push(value);
  }
  return { values: mergeValues(system.generation, configuration.values, accepted), folders };
};

/** False: to be ignored. @throws DomainError when it may not be written now, or not like this */
const admitValue = (system: VirtualSystem, name: string, value: SettingValue): boolean => {
  const property = systemProperty(name);
  switch (property.when) {
    case 'readOnly':
    case 'define':
      return false;
    case 'dataRoot':
      return admitDataRoot(system, name);
    default: {
      property.check?.(value);
      if (momentAllows(system, property.when)) return true;
      const refusal = momentRefusal(system, name, property.when);
      throw property.refusal === undefined ? refusal : new DomainError(property.refusal, refusal.message);
    }
  }
};

/** Data roots of a realized machine move with the migration service, not by a word (management-service §2). */
const admitDataRoot = (system: VirtualSystem, name: string): boolean => {
  if (system.kind === 'planned' || name === 'LogDataRoot') return true;
  if (name === 'ConfigurationDataRoot') {
    throw wrongState('ConfigurationDataRoot of a realized virtual machine does not change. Move its storage instead.');
  }
  if (!momentAllows(system, 'off')) throw momentRefusal(system, name, 'off');
  if (name === 'SnapshotDataRoot' && system.snapshots.length > 0) {
    throw wrongState('SnapshotDataRoot does not change while the virtual machine has checkpoints. Delete them first.');
  }
  return true;
};

/** Sparse values: what equals the default of the generation is left out. */
export const mergeValues = (generation: 1 | 2, before: SettingValues, changes: SettingValues): SettingValues => {
  const names = Object.keys(changes);
  if (names.length === 0) return before;
  const defaults = SYSTEM_DEFAULTS[generation];
  const values: Record<string, SettingValue> = { ...before };
  for (const name of names) {
    const value = changes[name] ?? null;
    if (FOLLOWS[name] === undefined && sameValue(defaults[name], value)) delete values[name];
    else values[name] = value;
  }
  return values;
};
