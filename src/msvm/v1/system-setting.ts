import type { CimInstance } from '../../cim/instance.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import type { CimValue, CimValues } from '../../cim/values.ts';
import type { SettingValue, VirtualSystem } from '../../core/model.ts';
import { datetimeText } from '../../core/systems/datetime.ts';
import { effectiveValues } from '../../core/systems/system-defaults.ts';
import type { Entity, EntitySet, Match } from '../entity.ts';
import type { Projection } from '../projection.ts';
import { knownValues } from '../shape.ts';
import type { ConfigurationEntity } from '../v2/entities.ts';
import { configurationOfPrefix, parseInstanceId, settingInstanceId } from '../v2/settings/instance-id.ts';

export const GLOBAL_SETTING = 'Msvm_VirtualSystemGlobalSettingData';
/** InstanceID of global settings is that of the VSSD with this behind it (object-model §12). */
const GLOBAL_PART = 'Global';

/** What v1 keeps apart from the VSSD: name, folders, automatic actions. One for each machine. */
export interface GlobalSettingEntity extends Entity {
  readonly kind: 'globalSetting';
  readonly system: VirtualSystem;
}

export const globalSettingEntity = (system: VirtualSystem): GlobalSettingEntity => ({
  kind: 'globalSetting',
  className: GLOBAL_SETTING,
  system,
});

export const isGlobalPart = (part: string | null): boolean => part?.toLowerCase() === GLOBAL_PART.toLowerCase();

const CURRENT = 3;
const SNAPSHOT = 5;
/** VirtualSystemType of every machine (object-model §12). */
const VIRTUAL_MACHINE = 301;

const notesText = (notes: SettingValue | undefined): string =>
  Array.isArray(notes) ? notes.map(String).join('\r\n') : String(notes ?? '');

/** What a VSSD of v1 has in place of the values of v2. */
export const systemSettingValues = ({ place }: ConfigurationEntity): CimValues => ({
  VirtualSystemType: VIRTUAL_MACHINE,
  SettingType: place.snapshot === null ? CURRENT : SNAPSHOT,
  SystemName: place.system.id,
  Notes: notesText(place.configuration.values['Notes']),
  NumaNodeList: [],
  NumaNodesAreRequired: false,
});

/** Automatic actions have the numbers of v2 less two (object-model §12). */
export const ACTION_OFFSET = 2;
export const ACTIONS: readonly string[] = [
  'AutomaticStartupAction',
  'AutomaticShutdownAction',
  'AutomaticRecoveryAction',
];

/** Properties that v2 has under another name: v1 name to v2 name. */
export const RENAMED: Readonly<Record<string, string>> = { ExternalDataRoot: 'ConfigurationDataRoot' };

const globalValues = (system: VirtualSystem): CimValues => {
  const held = effectiveValues(system, system.active) as Readonly<Record<string, CimValue>>;
  const values: CimValues = { ...held };
  for (const name of ACTIONS) values[name] = Number(held[name]) - ACTION_OFFSET;
  for (const [name, source] of Object.entries(RENAMED)) values[name] = held[source] ?? null;
  return {
    ...values,
    Caption: 'Global Virtual Machine Settings',
    Description: 'Global settings for the virtual machine',
    VirtualSystemType: VIRTUAL_MACHINE,
    CreationTime: datetimeText(system.createdAt),
    SystemName: system.id,
    InstanceID: settingInstanceId(system.id, GLOBAL_PART),
  };
};

export class GlobalSettingSet implements EntitySet<GlobalSettingEntity> {
  readonly kind = 'globalSetting';
  readonly className = GLOBAL_SETTING;
  readonly #projection: Projection;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  entities(): Iterable<GlobalSettingEntity> {
    return this.#of(this.#projection.graph.systems());
  }

  find(path: ObjectPath): GlobalSettingEntity | undefined {
    const id = path.key('InstanceID');
    const parsed = typeof id === 'string' ? parseInstanceId(id) : null;
    return parsed !== null && isGlobalPart(parsed.part) ? this.#byId(parsed.configuration)[0] : undefined;
  }

  path({ system }: GlobalSettingEntity): ObjectPath {
    return this.#projection.path(GLOBAL_SETTING, { InstanceID: settingInstanceId(system.id, GLOBAL_PART) });
  }

  instance({ system }: GlobalSettingEntity): CimInstance {
    const shape = this.#projection.shape(GLOBAL_SETTING, '', () => ({}));
    return shape.make(knownValues(shape.class, globalValues(system)));
  }

  candidates(property: string, match: Match, value: string): Iterable<GlobalSettingEntity> | undefined {
    if (property === 'instanceid') {
      const id = configurationOfPrefix(value);
      return id === null ? undefined : this.#byId(id);
    }
    if (match !== 'equal') return undefined;
    if (property === 'systemname') return this.#byId(value.toUpperCase());
    return property === 'elementname' ? this.#of(this.#projection.graph.systemsNamed(value)) : undefined;
  }

  #byId(id: string): readonly GlobalSettingEntity[] {
    const system = this.#projection.graph.system(id);
    return system === undefined ? [] : [...this.#of([system])];
  }

  *#of(systems: Iterable<VirtualSystem>): Iterable<GlobalSettingEntity> {
    for (const system of systems) if (this.#projection.shows(system)) yield globalSettingEntity(system);
  }
}
