import type { CimInstance } from '../../../cim/instance.ts';
import { fold } from '../../../cim/names.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import { kindRow } from '../../../core/devices/kinds.ts';
import { METRIC_ROWS } from '../../../core/metrics/metric-rows.ts';
import type { MeasuredPool, MetricReading } from '../../../core/metrics/requests.ts';
import type { Catalog, Entity, EntitySet } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { type PoolEntity, poolEntity } from '../pools/pool.ts';
import { definitionOf, idOf, type MetricDefinitionEntity } from './definitions.ts';
import { AGGREGATE_VALUE, valueInstance } from './value-instance.ts';

/** What was measured of all that machines take from a pool. It is there while it is measured. */
export interface PoolValueEntity extends Entity {
  readonly kind: 'poolMetricValue';
  readonly definition: MetricDefinitionEntity;
  readonly pool: PoolEntity;
  readonly reading: MetricReading;
}

export const measuredPool = ({ row, pool }: PoolEntity): MeasuredPool => ({ kind: row.kind, pool: pool?.id ?? null });

/** What is measured of such a pool. */
export const definitionsOfPool = ({ row }: PoolEntity): readonly MetricDefinitionEntity[] =>
  METRIC_ROWS.filter(({ on }) => on.has(row.kind)).map(({ key }) => definitionOf(key, true));

/** Pools of which something is measured now. */
export function* measuredPools(projection: Projection): Iterable<PoolEntity> {
  for (const { kind, pool } of projection.metrics.pools.measured()) {
    const own = pool === null ? null : projection.pools.pool(pool);
    if (own !== undefined) yield poolEntity(kindRow(kind), own);
  }
}

const valueOf = (
  projection: Projection,
  pool: PoolEntity,
  definition: MetricDefinitionEntity,
): PoolValueEntity | null => {
  const reading = projection.metrics.pools.reading(measuredPool(pool), definition.metric);
  return reading === null ? null : { kind: 'poolMetricValue', className: AGGREGATE_VALUE, definition, pool, reading };
};

export function* valuesOfPool(projection: Projection, pool: PoolEntity): Iterable<PoolValueEntity> {
  for (const definition of definitionsOfPool(pool)) {
    const value = valueOf(projection, pool, definition);
    if (value !== null) yield value;
  }
}

/** Values of all pools for one metric. */
export function* poolValuesOfDefinition(
  projection: Projection,
  definition: MetricDefinitionEntity,
): Iterable<PoolValueEntity> {
  for (const pool of measuredPools(projection))
    for (const value of valuesOfPool(projection, pool)) if (value.definition === definition) yield value;
}

const idOfValue = ({ pool, definition }: PoolValueEntity): string =>
  `${pool.keys['InstanceID'] ?? ''}\\${idOf(definition)}`;

class PoolValueSet implements EntitySet<PoolValueEntity> {
  readonly kind = 'poolMetricValue';
  readonly className = AGGREGATE_VALUE;
  readonly #projection: Projection;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  *entities(): Iterable<PoolValueEntity> {
    for (const pool of measuredPools(this.#projection)) yield* valuesOfPool(this.#projection, pool);
  }

  find(path: ObjectPath): PoolValueEntity | undefined {
    const id = path.key('InstanceID');
    if (typeof id !== 'string') return undefined;
    const wanted = fold(id.replaceAll('\\\\', '\\'));
    for (const pool of measuredPools(this.#projection)) {
      if (!wanted.startsWith(`${fold(pool.keys['InstanceID'] ?? '')}\\`)) continue;
      for (const value of valuesOfPool(this.#projection, pool)) if (fold(idOfValue(value)) === wanted) return value;
    }
    return undefined;
  }

  path(entity: PoolValueEntity): ObjectPath {
    return this.#projection.path(this.className, { InstanceID: idOfValue(entity) });
  }

  instance(entity: PoolValueEntity): CimInstance {
    const { pool } = entity;
    return valueInstance(this.#projection, entity, {
      InstanceID: idOfValue(entity),
      MeasuredElementName: pool.pool?.name ?? pool.row.elementName,
    });
  }

  /** There are few. */
  candidates(): Iterable<PoolValueEntity> {
    return this.entities();
  }
}

export const addPoolValues = (projection: Projection, catalog: Catalog): void => {
  if (projection.has(AGGREGATE_VALUE)) catalog.add(new PoolValueSet(projection));
};
