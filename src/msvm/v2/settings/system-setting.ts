import type { CimInstance } from '../../../cim/instance.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import type { CimValues } from '../../../cim/values.ts';
import type { ConfigurationPlace } from '../../../core/graph.ts';
import type { Guid, VirtualSystem } from '../../../core/model.ts';
import { effectiveValues } from '../../../core/systems/system-defaults.ts';
import type { EntitySet, Match } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import type { ConfigurationEntity } from '../entities.ts';
import { bootSourcePath } from './boot-source.ts';
import { configurationInstanceId, configurationOfPrefix, parseInstanceId } from './instance-id.ts';
import { activePlace, allPlaces, placesOf } from './places.ts';
import type { SettingIndex } from './setting-index.ts';

export const SYSTEM_SETTING = 'Msvm_VirtualSystemSettingData';

export const configurationEntity = (place: ConfigurationPlace): ConfigurationEntity => ({
  kind: 'configuration',
  className: SYSTEM_SETTING,
  place,
});

export const activeEntity = (system: VirtualSystem): ConfigurationEntity => configurationEntity(activePlace(system));

export const systemSettingPath = (projection: Projection, configuration: Guid): ObjectPath =>
  projection.path(SYSTEM_SETTING, { InstanceID: configurationInstanceId(configuration) });

/** Configuration that this one descends from: a snapshot's parent, or the snapshot the active state came from. */
export const parentConfiguration = (place: ConfigurationPlace): Guid | null =>
  place.snapshot === null ? place.system.currentSnapshot : place.snapshot.parent;

export const systemSettingInstance = (projection: Projection, place: ConfigurationPlace): CimInstance => {
  const { system, configuration, snapshot } = place;
  const values: CimValues = {
    ...(effectiveValues(system, configuration, snapshot) as CimValues),
    InstanceID: configurationInstanceId(configuration.id),
    // An array for every client, empty on generation 1 (object-model §4, dump).
    BootSourceOrder: configuration.bootSources.map((part) => projection.text(bootSourcePath(projection, place, part))),
  };
  const parent = parentConfiguration(place);
  if (parent !== null) values['Parent'] = projection.text(systemSettingPath(projection, parent));
  return projection.shape(SYSTEM_SETTING, '', () => ({})).make(values);
};

/** VSSDs of systems, plans and snapshots. */
export class SystemSettingSet implements EntitySet<ConfigurationEntity> {
  readonly kind = 'configuration';
  readonly className = SYSTEM_SETTING;
  readonly #projection: Projection;
  readonly #index: SettingIndex;

  constructor(projection: Projection, index: SettingIndex) {
    this.#projection = projection;
    this.#index = index;
  }

  entities(): Iterable<ConfigurationEntity> {
    return this.#entitiesOf(allPlaces(this.#projection.graph));
  }

  find(path: ObjectPath): ConfigurationEntity | undefined {
    const id = path.key('InstanceID');
    const parsed = typeof id === 'string' ? parseInstanceId(id) : null;
    if (parsed === null || parsed.part !== null) return undefined;
    const place = this.#projection.graph.configuration(parsed.configuration);
    return place === undefined || !this.#projection.shows(place.system) ? undefined : configurationEntity(place);
  }

  path(entity: ConfigurationEntity): ObjectPath {
    return systemSettingPath(this.#projection, entity.place.configuration.id);
  }

  instance(entity: ConfigurationEntity): CimInstance {
    return systemSettingInstance(this.#projection, entity.place);
  }

  candidates(property: string, match: Match, value: string): Iterable<ConfigurationEntity> | undefined {
    const places = this.#places(property, match, value);
    return places === undefined ? undefined : this.#entitiesOf(places);
  }

  #places(property: string, match: Match, value: string): Iterable<ConfigurationPlace> | undefined {
    const { graph } = this.#projection;
    if (property === 'instanceid') {
      const configuration = configurationOfPrefix(value);
      if (configuration !== null) return some(graph.configuration(configuration));
      return match === 'equal' || value.startsWith('microsoft:definition') ? [] : undefined;
    }
    if (match !== 'equal') return undefined;
    if (property === 'configurationid') return some(graph.configuration(value.toUpperCase()));
    if (property === 'virtualsystemidentifier') {
      // A plan may be shown under the identifier of a machine (ImportSource.claims).
      const systems = new Set([...some(graph.system(value.toUpperCase())), ...some(graph.plan(value))]);
      return [...systems].flatMap((system) => [...placesOf(system)]);
    }
    return property === 'elementname' ? this.#named(value) : undefined;
  }

  *#named(name: string): Iterable<ConfigurationPlace> {
    for (const system of this.#projection.graph.systemsNamed(name)) yield activePlace(system);
    yield* this.#index.snapshotsNamed(name);
  }

  *#entitiesOf(places: Iterable<ConfigurationPlace>): Iterable<ConfigurationEntity> {
    for (const place of places) if (this.#projection.shows(place.system)) yield configurationEntity(place);
  }
}

const some = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value]);
