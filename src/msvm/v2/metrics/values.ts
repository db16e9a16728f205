import type { CimInstance } from '../../../cim/instance.ts';
import { fold } from '../../../cim/names.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import { findDevice } from '../../../core/devices/effective.ts';
import { kindRow } from '../../../core/devices/kinds.ts';
import { isMeasuredOn, METRIC_ROWS, summedSettings } from '../../../core/metrics/metric-rows.ts';
import type { MetricReading } from '../../../core/metrics/requests.ts';
import type { DeviceSetting, VirtualSystem } from '../../../core/model.ts';
import { elementNameOf } from '../../../core/systems/system-defaults.ts';
import type { Catalog, Entity, EntitySet, Match } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { configurationOfPrefix, parseInstanceId, settingInstanceId } from '../settings/instance-id.ts';
import { definitionOf, idOf, METRIC_DEFINITIONS, type MetricDefinitionEntity } from './definitions.ts';
import { AGGREGATE_VALUE, BASE_VALUE, valueInstance } from './value-instance.ts';

/** What was measured of a machine or one of its devices. It is there while it is measured. */
export interface MetricValueEntity extends Entity {
  readonly kind: 'metricValue';
  readonly definition: MetricDefinitionEntity;
  readonly system: VirtualSystem;
  /** Null: of the whole machine. */
  readonly setting: DeviceSetting | null;
  readonly reading: MetricReading;
}

const valueOf = (
  projection: Projection,
  definition: MetricDefinitionEntity,
  system: VirtualSystem,
  setting: DeviceSetting | null,
): MetricValueEntity | null => {
  const reading = projection.metrics.reading(system, setting?.part ?? null, definition.metric);
  const className = setting === null ? AGGREGATE_VALUE : BASE_VALUE;
  return reading === null ? null : { kind: 'metricValue', className, definition, system, setting, reading };
};

/** Values of a whole machine. */
export function* valuesOfSystem(projection: Projection, system: VirtualSystem): Iterable<MetricValueEntity> {
  for (const { key } of METRIC_ROWS) {
    const value = valueOf(projection, definitionOf(key, true), system, null);
    if (value !== null) yield value;
  }
}

/** Values of one device. */
export function* valuesOfSetting(
  projection: Projection,
  system: VirtualSystem,
  setting: DeviceSetting,
): Iterable<MetricValueEntity> {
  for (const row of METRIC_ROWS) {
    if (!isMeasuredOn(row, setting)) continue;
    const value = valueOf(projection, definitionOf(row.key, false), system, setting);
    if (value !== null) yield value;
  }
}

/** Every value of one metric. */
export function* valuesOfDefinition(
  projection: Projection,
  definition: MetricDefinitionEntity,
): Iterable<MetricValueEntity> {
  for (const system of projection.metrics.measuredSystems()) {
    const all = definition.aggregate
      ? valuesOfSystem(projection, system)
      : system.active.devices.flatMap((setting) => [...valuesOfSetting(projection, system, setting)]);
    for (const value of all) if (value.definition === definition) yield value;
  }
}

/** The values of devices that the value of the whole machine is made of (Msvm_MetricCollectionDependency). */
export function* partsOfValue(projection: Projection, value: MetricValueEntity): Iterable<MetricValueEntity> {
  if (value.setting !== null) return;
  const row = METRIC_ROWS.find(({ key }) => key === value.definition.metric);
  if (row === undefined) return;
  for (const setting of summedSettings(row, value.system.active)) {
    const part = valueOf(projection, definitionOf(row.key, false), value.system, setting);
    if (part !== null) yield part;
  }
}

/** The value of the whole machine that this one is a part of. */
export const wholeOfValue = (projection: Projection, value: MetricValueEntity): MetricValueEntity | null => {
  const { setting, system, definition } = value;
  const row = METRIC_ROWS.find(({ key }) => key === definition.metric);
  if (setting === null || row === undefined || !(row.summedOver ?? row.on).has(setting.kind)) return null;
  return valueOf(projection, definitionOf(definition.metric, true), system, null);
};

const partOf = ({ setting, definition }: MetricValueEntity): string =>
  setting === null ? idOf(definition) : `${setting.part}\\${idOf(definition)}`;

export class MetricValueSet implements EntitySet<MetricValueEntity> {
  readonly kind = 'metricValue';
  readonly className: string;
  readonly #projection: Projection;

  constructor(projection: Projection, className: string) {
    this.className = className;
    this.#projection = projection;
  }

  *entities(): Iterable<MetricValueEntity> {
    for (const system of this.#projection.metrics.measuredSystems()) yield* this.#ofSystem(system);
  }

  find(path: ObjectPath): MetricValueEntity | undefined {
    const id = path.key('InstanceID');
    const parsed = typeof id === 'string' ? parseInstanceId(id) : null;
    if (parsed === null || parsed.part === null) return undefined;
    const system = this.#projection.graph.system(parsed.configuration);
    const cut = parsed.part.lastIndexOf('\\');
    const definition = METRIC_DEFINITIONS.find(
      (one) =>
        one.aggregate === (this.className === AGGREGATE_VALUE) &&
        fold(idOf(one)) === fold(parsed.part?.slice(cut + 1) ?? ''),
    );
    if (system === undefined || definition === undefined || definition.aggregate !== cut < 0) return undefined;
    if (cut < 0) return valueOf(this.#projection, definition, system, null) ?? undefined;
    const setting = findDevice(system.active, parsed.part.slice(0, cut));
    return setting === undefined ? undefined : (valueOf(this.#projection, definition, system, setting) ?? undefined);
  }

  path(entity: MetricValueEntity): ObjectPath {
    return this.#projection.path(this.className, { InstanceID: settingInstanceId(entity.system.id, partOf(entity)) });
  }

  instance(entity: MetricValueEntity): CimInstance {
    const { setting, system } = entity;
    return valueInstance(this.#projection, entity, {
      InstanceID: settingInstanceId(system.id, partOf(entity)),
      MeasuredElementName: setting === null ? elementNameOf(system.active) : kindRow(setting.kind).elementName,
    });
  }

  candidates(property: string, match: Match, value: string): Iterable<MetricValueEntity> | undefined {
    if (property !== 'instanceid') return undefined;
    const id = configurationOfPrefix(value);
    if (id === null) return match === 'equal' ? [] : undefined;
    const system = this.#projection.graph.system(id);
    return system === undefined ? [] : this.#ofSystem(system);
  }

  *#ofSystem(system: VirtualSystem): Iterable<MetricValueEntity> {
    if (this.className === AGGREGATE_VALUE) yield* valuesOfSystem(this.#projection, system);
    else for (const setting of system.active.devices) yield* valuesOfSetting(this.#projection, system, setting);
  }
}

export const addMetricValues = (projection: Projection, catalog: Catalog): void => {
  for (const className of [BASE_VALUE, AGGREGATE_VALUE])
    if (projection.has(className)) catalog.add(new MetricValueSet(projection, className));
};
