import type { CimValues } from '../../../cim/values.ts';
import { isMeasuredOn, METRIC_ROWS, metricRow } from '../../../core/metrics/metric-rows.ts';
import type { Collection } from '../../../core/metrics/meter.ts';
import type { VirtualSystem } from '../../../core/model.ts';
import type { Projection } from '../../projection.ts';
import type { AssociationRow, Link } from '../../relation.ts';
import type { SettingEntity, SystemEntity } from '../entities.ts';
import { definitionOf, type MetricDefinitionEntity } from '../metrics/definitions.ts';
import {
  definitionsOfPool,
  measuredPool,
  poolValuesOfDefinition,
  type PoolValueEntity,
  valuesOfPool,
} from '../metrics/pool-values.ts';
import {
  type MetricValueEntity,
  partsOfValue,
  valuesOfDefinition,
  valuesOfSetting,
  valuesOfSystem,
  wholeOfValue,
} from '../metrics/values.ts';
import { allPools, type PoolEntity } from '../pools/pool.ts';
import { activePlace } from '../settings/places.ts';
import { settingEntity } from '../settings/setting.ts';
import { systemEntity } from '../systems/computer-system.ts';
import { association, link, links, relation } from './define.ts';

/** MetricCollectionEnabled of Msvm_MetricDefForME. */
export const COLLECTION_STATES: Readonly<Record<Collection, number>> = { enabled: 2, disabled: 3, partly: 32768 };

/** Metrics that are measured of realized machines and their active devices only. */
const isMeasurable = (system: VirtualSystem): boolean => system.kind === 'realized';

export const metricAssociations = (projection: Projection): AssociationRow[] => {
  const { graph, metrics } = projection;
  const state = (system: VirtualSystem, part: string | null, { metric }: MetricDefinitionEntity): CimValues => ({
    MetricCollectionEnabled: COLLECTION_STATES[metrics.collection(system, part, metric)],
  });
  const toSystem = (system: VirtualSystem, definition: MetricDefinitionEntity): Link<SystemEntity> => ({
    to: systemEntity(system),
    values: state(system, null, definition),
  });
  function* definitionsOfSetting({ place, setting }: SettingEntity): Iterable<Link<MetricDefinitionEntity>> {
    if (place.snapshot !== null || !isMeasurable(place.system)) return;
    for (const row of METRIC_ROWS) {
      if (!isMeasuredOn(row, setting)) continue;
      const to = definitionOf(row.key, false);
      yield { to, values: state(place.system, setting.part, to) };
    }
  }
  function* settingsOfDefinition(definition: MetricDefinitionEntity): Iterable<Link<SettingEntity>> {
    if (definition.aggregate) return;
    const row = metricRow(definition.metric);
    for (const system of graph.systems()) {
      if (!isMeasurable(system)) continue;
      for (const setting of system.active.devices)
        if (isMeasuredOn(row, setting))
          yield {
            to: settingEntity(activePlace(system), setting),
            values: state(system, setting.part, definition),
          };
    }
  }
  const stateOfPool = (pool: PoolEntity, { metric }: MetricDefinitionEntity): CimValues => ({
    MetricCollectionEnabled: COLLECTION_STATES[metrics.pools.collection(measuredPool(pool), metric)],
  });
  function* poolsOfDefinition(definition: MetricDefinitionEntity): Iterable<Link<PoolEntity>> {
    for (const to of allPools(projection))
      if (definitionsOfPool(to).includes(definition)) yield { to, values: stateOfPool(to, definition) };
  }
  return [
    association(
      'Msvm_MetricDefForME',
      'Antecedent',
      'Dependent',
      relation<SystemEntity, MetricDefinitionEntity>(
        'system',
        'metricDefinition',
        function* ({ system }) {
          if (!isMeasurable(system)) return;
          for (const { key } of METRIC_ROWS) {
            const to = definitionOf(key, true);
            yield { to, values: state(system, null, to) };
          }
        },
        function* (definition) {
          if (!definition.aggregate) return;
          for (const system of graph.systems()) if (isMeasurable(system)) yield toSystem(system, definition);
        },
      ),
      relation<SettingEntity, MetricDefinitionEntity>(
        'setting',
        'metricDefinition',
        definitionsOfSetting,
        settingsOfDefinition,
      ),
      relation<PoolEntity, MetricDefinitionEntity>(
        'pool',
        'metricDefinition',
        (pool) => definitionsOfPool(pool).map((to) => ({ to, values: stateOfPool(pool, to) })),
        poolsOfDefinition,
      ),
    ),
    association(
      'Msvm_MetricForME',
      'Antecedent',
      'Dependent',
      relation<SystemEntity, MetricValueEntity>(
        'system',
        'metricValue',
        ({ system }) => links(isMeasurable(system) ? valuesOfSystem(projection, system) : []),
        ({ system, setting }) => link(setting === null ? systemEntity(system) : null),
      ),
      relation<SettingEntity, MetricValueEntity>(
        'setting',
        'metricValue',
        ({ place, setting }) =>
          links(
            place.snapshot === null && isMeasurable(place.system)
              ? valuesOfSetting(projection, place.system, setting)
              : [],
          ),
        ({ system, setting }) => link(setting === null ? null : settingEntity(activePlace(system), setting)),
      ),
      relation<PoolEntity, PoolValueEntity>(
        'pool',
        'poolMetricValue',
        (pool) => links(valuesOfPool(projection, pool)),
        ({ pool }) => link(pool),
      ),
    ),
    association(
      'Msvm_MetricInstance',
      'Antecedent',
      'Dependent',
      relation<MetricDefinitionEntity, MetricValueEntity>(
        'metricDefinition',
        'metricValue',
        (definition) => links(valuesOfDefinition(projection, definition)),
        ({ definition }) => link(definition),
      ),
      relation<MetricDefinitionEntity, PoolValueEntity>(
        'metricDefinition',
        'poolMetricValue',
        (definition) => links(poolValuesOfDefinition(projection, definition)),
        ({ definition }) => link(definition),
      ),
    ),
    association(
      'Msvm_MetricCollectionDependency',
      'Antecedent',
      'Dependent',
      relation<MetricValueEntity, MetricValueEntity>(
        'metricValue',
        'metricValue',
        (value) => links(partsOfValue(projection, value)),
        (value) => link(wholeOfValue(projection, value)),
      ),
    ),
  ];
};
