import type { CimInstance } from '../../../cim/instance.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import type { CimValues } from '../../../cim/values.ts';
import { findDevice } from '../../../core/devices/effective.ts';
import type { DeviceKindRow } from '../../../core/devices/kind.ts';
import { DEVICE_KINDS, kindRow } from '../../../core/devices/kinds.ts';
import type { ConfigurationPlace } from '../../../core/graph.ts';
import type { DeviceSetting } from '../../../core/model.ts';
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

/** All settings of one class: of active, planned and snapshot configurations alike. */
export class SettingSet implements EntitySet<SettingEntity> {
  readonly kind = 'setting';
  readonly className: string;
  readonly #projection: Projection;
  readonly #index: SettingIndex;

  constructor(projection: Projection, index: SettingIndex, className: string) {
    this.#projection = projection;
    this.#index = index;
    this.className = className;
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
    if (place === undefined || setting === undefined) return undefined;
    const entity = settingEntity(place, setting);
    return entity.className === this.className ? entity : undefined;
  }

  path(entity: SettingEntity): ObjectPath {
    return settingPath(this.#projection, entity.row, entity.place, entity.setting.part);
  }

  instance(entity: SettingEntity): CimInstance {
    return settingInstance(this.#projection, entity.place, entity.setting, entity.row);
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
    if (property === 'elementname' || property === 'address') {
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
      for (const setting of place.configuration.devices) {
        const row = kindRow(setting.kind);
        if (row.settingClass === this.className)
          yield { kind: 'setting', className: this.className, place, setting, row };
      }
    }
  }
}

const some = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value]);
