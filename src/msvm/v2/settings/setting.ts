import type { CimInstance } from '../../../cim/instance.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import type { CimValues } from '../../../cim/values.ts';
import { findDevice } from '../../../core/devices/effective.ts';
import type { DeviceKindRow } from '../../../core/devices/kind.ts';
import { DEVICE_KINDS, kindRow } from '../../../core/devices/kinds.ts';
import type { ConfigurationPlace } from '../../../core/graph.ts';
import type { DeviceKind, DeviceSetting } from '../../../core/model.ts';
import type { EntitySet, Match } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import type { SettingEntity } from '../entities.ts';
import { allPlaces } from './places.ts';
import { configurationInText, configurationOfPrefix, parseInstanceId, settingInstanceId } from './instance-id.ts';
import { renderResourceLink } from './resource-link.ts';
import type { SettingIndex } from './setting-index.ts';

/** Setting classes of the kinds table, each once. */
export const SETTING_CLASSES: readonly string[] = [...new Set(DEVICE_KINDS.map((row) => row.settingClass))];

export const settingEntity = (place: ConfigurationPlace, setting: DeviceSetting): SettingEntity => {
  const row = kindRow(setting.kind);
  return { kind: 'setting', className: row.settingClass, place, setting, row };
};

export const settingPath = (
  projection: Projection,
  row: DeviceKindRow,
  place: ConfigurationPlace,
  part: string,
): ObjectPath =>
  projection.devicePath(row.settingClass, { InstanceID: settingInstanceId(place.configuration.id, part) });

/** The setting that `setting` hangs on, as canonical path text (object-model §5, wiring rules). */
const parentText = (projection: Projection, place: ConfigurationPlace, parent: string): string | null => {
  const above = findDevice(place.configuration, parent);
  return above === undefined ? null : projection.text(settingPath(projection, kindRow(above.kind), place, above.part));
};

export const settingInstance = (
  projection: Projection,
  place: ConfigurationPlace,
  setting: DeviceSetting,
  row: DeviceKindRow,
): CimInstance => {
  const shape = projection.shape(row.settingClass, row.kind, () => row.defaults);
  const values: CimValues = {
    ...(setting.values as CimValues),
    InstanceID: settingInstanceId(place.configuration.id, setting.part),
  };
  if (setting.parent !== null && row.resourceType !== null)
    values['Parent'] = parentText(projection, place, setting.parent);
  const links = setting.values['HostResource'];
  if (Array.isArray(links)) values['HostResource'] = links.map((link) => renderResourceLink(projection, String(link)));
  return shape.make(values);
};

/** How a namespace shows settings: v2 as the domain holds them, v1 under other classes and types (object-model §12). */
export interface SettingDialect {
  /** Row of a kind in this namespace; undefined: the namespace does not show the kind. */
  row(kind: DeviceKind): DeviceKindRow | undefined;
  instance(projection: Projection, place: ConfigurationPlace, setting: DeviceSetting, row: DeviceKindRow): CimInstance;
  /** May the index of names and addresses be asked for this class? It knows the classes and values of v2. */
  indexed(className: string): boolean;
}

const AS_HELD: SettingDialect = { row: kindRow, instance: settingInstance, indexed: () => true };

/** All settings of one class: of active, planned and snapshot configurations alike. */
export class SettingSet implements EntitySet<SettingEntity> {
  readonly kind = 'setting';
  readonly className: string;
  readonly #projection: Projection;
  readonly #index: SettingIndex;
  readonly #dialect: SettingDialect;

  constructor(projection: Projection, index: SettingIndex, className: string, dialect: SettingDialect = AS_HELD) {
    this.#projection = projection;
    this.#index = index;
    this.className = className;
    this.#dialect = dialect;
  }

  entities(): Iterable<SettingEntity> {
    return this.#of(allPlaces(this.#projection.graph));
  }

  find(path: ObjectPath): SettingEntity | undefined {
    const id = path.key('InstanceID');
    const parsed = typeof id === 'string' ? parseInstanceId(id) : null;
    if (parsed === null || parsed.part === null) return undefined;
    const place = this.#projection.graph.configuration(parsed.configuration);
    const setting = place === undefined ? undefined : findDevice(place.configuration, parsed.part);
    if (place === undefined || setting === undefined || !this.#projection.shows(place.system)) return undefined;
    return this.#rowOf(setting) === undefined ? undefined : settingEntity(place, setting);
  }

  path(entity: SettingEntity): ObjectPath {
    return settingPath(this.#projection, this.#needed(entity), entity.place, entity.setting.part);
  }

  instance(entity: SettingEntity): CimInstance {
    return this.#dialect.instance(this.#projection, entity.place, entity.setting, this.#needed(entity));
  }

  candidates(property: string, match: Match, value: string): Iterable<SettingEntity> | undefined {
    const { graph } = this.#projection;
    if (property === 'instanceid') {
      const configuration = configurationOfPrefix(value);
      if (configuration !== null) return this.#of(some(graph.configuration(configuration)));
      // Too short to name a configuration, or a template: no setting of a system starts so.
      return value.startsWith('microsoft:definition') || match === 'equal' ? [] : undefined;
    }
    if (match !== 'equal') return undefined;
    if (property === 'parent') {
      const configuration = configurationInText(value);
      return configuration === null ? undefined : this.#of(some(graph.configuration(configuration)));
    }
    if ((property === 'elementname' || property === 'address') && this.#dialect.indexed(this.className)) {
      const places = this.#index.places(this.className, property, value);
      return places === undefined ? undefined : this.#of(places);
    }
    return undefined;
  }

  /** Clients look for templates by `InstanceID LIKE '%\\Default'`; ids of settings end in GUIDs and fixed names. */
  mayEndWith(property: string, suffix: string): boolean {
    return property !== 'instanceid' || !suffix.endsWith('default');
  }

  *#of(places: Iterable<ConfigurationPlace>): Iterable<SettingEntity> {
    for (const place of places) {
      if (!this.#projection.shows(place.system)) continue;
      const { devices } = place.configuration;
      // By index: the iterator of a frozen array, as untouched machines share, makes an object for each device.
      for (let at = 0; at < devices.length; at++) {
        const setting = devices[at]!;
        if (this.#rowOf(setting) !== undefined) yield settingEntity(place, setting);
      }
    }
  }

  /** Row of a setting of this class. */
  #rowOf(setting: DeviceSetting): DeviceKindRow | undefined {
    const row = this.#dialect.row(setting.kind);
    return row?.settingClass === this.className ? row : undefined;
  }

  #needed({ setting }: SettingEntity): DeviceKindRow {
    const row = this.#rowOf(setting);
    if (row === undefined) throw new Error(`${setting.kind} is no ${this.className}`);
    return row;
  }
}

const some = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value]);
