import type { CimInstance } from '../../../cim/instance.ts';
import type { CimValues } from '../../../cim/values.ts';
import { METRIC_ROWS, type MetricKey } from '../../../core/metrics/metric-rows.ts';
import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { type FixedEntity, FixedSet } from '../fixed-set.ts';

/** A metric of a device, or that of the whole machine made of it. */
export interface MetricDefinitionEntity extends FixedEntity {
  readonly kind: 'metricDefinition';
  readonly metric: MetricKey;
  readonly aggregate: boolean;
  readonly name: string;
  readonly values: CimValues;
}

export const BASE_DEFINITION = 'Msvm_BaseMetricDefinition';
export const AGGREGATE_DEFINITION = 'Msvm_AggregationMetricDefinition';

const UINT64 = 13;
const SUMMABLE = 2;
const NON_SUMMABLE = 3;
const COUNTER = 3;
const GAUGE = 4;
const SIMPLE_FUNCTION = 5;
const INTERVAL = 3;
const ON_REQUEST = 4;
const MINIMUM = 2;
const MAXIMUM = 3;
const AVERAGE = 4;

interface Row {
  /** ElementName; clients look definitions up by it (other-services §4). */
  readonly name: string;
  readonly aggregateName: string;
  readonly units: string;
  readonly programmaticUnits: string;
  readonly changeType: number;
  readonly calculable: number;
  readonly simpleFunction: number;
  /** Ids of the two definitions; no source tells those of Hyper-V, so they are ours and stay as they are. */
  readonly ids: readonly [base: string, aggregate: string];
}

const megabytes = { units: 'MB', programmaticUnits: 'byte * 2^20' };
const gauge = { changeType: GAUGE, calculable: NON_SUMMABLE };
const counter = { changeType: COUNTER, calculable: SUMMABLE, simpleFunction: AVERAGE };

const ROWS: Readonly<Record<MetricKey, Row>> = {
  averageProcessor: {
    name: 'Average CPU Utilization',
    aggregateName: 'Aggregated Average CPU Utilization',
    units: 'MHz',
    programmaticUnits: 'hertz * 10^6',
    ...gauge,
    simpleFunction: AVERAGE,
    ids: ['5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D01', '5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D81'],
  },
  averageMemory: {
    name: 'Average Memory Utilization',
    aggregateName: 'Aggregated Average Memory Utilization',
    ...megabytes,
    ...gauge,
    simpleFunction: AVERAGE,
    ids: ['5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D02', '5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D82'],
  },
  minimumMemory: {
    name: 'Minimum Memory Utilization',
    aggregateName: 'Aggregated Minimum Memory Utilization',
    ...megabytes,
    ...gauge,
    simpleFunction: MINIMUM,
    ids: ['5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D03', '5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D83'],
  },
  maximumMemory: {
    name: 'Maximum Memory Utilization',
    aggregateName: 'Aggregated Maximum Memory Utilization',
    ...megabytes,
    ...gauge,
    simpleFunction: MAXIMUM,
    ids: ['5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D04', '5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D84'],
  },
  diskAllocation: {
    name: 'Disk Allocations',
    aggregateName: 'Aggregated Disk Allocations',
    ...megabytes,
    ...gauge,
    calculable: SUMMABLE,
    simpleFunction: MAXIMUM,
    ids: ['5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D05', '5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D85'],
  },
  diskRead: {
    name: 'Disk Data Read',
    aggregateName: 'Aggregated Disk Data Read',
    ...megabytes,
    ...counter,
    ids: ['5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D06', '5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D86'],
  },
  diskWritten: {
    name: 'Disk Data Written',
    aggregateName: 'Aggregated Disk Data Written',
    ...megabytes,
    ...counter,
    ids: ['5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D07', '5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D87'],
  },
  diskLatency: {
    name: 'Average Disk Latency',
    aggregateName: 'Aggregated Average Disk Latency',
    units: 'microseconds',
    programmaticUnits: 'second * 10^-6',
    ...gauge,
    simpleFunction: AVERAGE,
    ids: ['5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D08', '5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D88'],
  },
  diskThroughput: {
    name: 'Average Normalized Disk Throughput',
    aggregateName: 'Aggregated Average Normalized Disk Throughput',
    units: 'count per second',
    programmaticUnits: 'count / second',
    ...gauge,
    simpleFunction: AVERAGE,
    ids: ['5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D09', '5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D89'],
  },
  incomingTraffic: {
    name: 'Filtered Incoming Network Traffic',
    aggregateName: 'Aggregated Filtered Incoming Network Traffic',
    ...megabytes,
    ...counter,
    ids: ['5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D0A', '5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D8A'],
  },
  outgoingTraffic: {
    name: 'Filtered Outgoing Network Traffic',
    aggregateName: 'Aggregated Filtered Outgoing Network Traffic',
    ...megabytes,
    ...counter,
    ids: ['5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D0B', '5A3D41BA-8A1F-4A6F-9A5B-6E0A7A2C1D8B'],
  },
};

const definition = (metric: MetricKey, aggregate: boolean): MetricDefinitionEntity => {
  const row = ROWS[metric];
  const name = aggregate ? row.aggregateName : row.name;
  return {
    kind: 'metricDefinition',
    className: aggregate ? AGGREGATE_DEFINITION : BASE_DEFINITION,
    keys: { Id: `Microsoft:${row.ids[aggregate ? 1 : 0]}` },
    metric,
    aggregate,
    name,
    values: {
      Caption: name,
      Description: `${name} in ${row.units}`,
      ElementName: name,
      Name: name,
      DataType: UINT64,
      Calculable: row.calculable,
      Units: row.units,
      ProgrammaticUnits: row.programmaticUnits,
      BreakdownDimensions: [],
      IsContinuous: true,
      ChangeType: aggregate ? SIMPLE_FUNCTION : row.changeType,
      TimeScope: INTERVAL,
      GatheringType: ON_REQUEST,
      ...(aggregate ? { SimpleFunction: row.simpleFunction } : {}),
    },
  };
};

/** Every definition, those of devices first. */
export const METRIC_DEFINITIONS: readonly MetricDefinitionEntity[] = [false, true].flatMap((aggregate) =>
  METRIC_ROWS.map(({ key }) => definition(key, aggregate)),
);

const byKey = new Map(METRIC_DEFINITIONS.map((one) => [`${one.metric}|${one.aggregate}`, one]));

export const definitionOf = (metric: MetricKey, aggregate: boolean): MetricDefinitionEntity => {
  const found = byKey.get(`${metric}|${aggregate}`);
  if (found === undefined) throw new Error(`no definition of ${metric}`);
  return found;
};

/** `Id` without its prefix, for InstanceIDs of values. */
export const idOf = (entity: MetricDefinitionEntity): string => (entity.keys['Id'] ?? '').replace('Microsoft:', '');

const definitionInstance = (projection: Projection, entity: MetricDefinitionEntity): CimInstance =>
  projection.shape(entity.className, entity.name, () => entity.values).make({ ...entity.keys });

export const addMetricDefinitions = (projection: Projection, catalog: Catalog): void => {
  for (const className of [BASE_DEFINITION, AGGREGATE_DEFINITION]) {
    if (!projection.has(className)) continue;
    const own = METRIC_DEFINITIONS.filter((entity) => entity.className === className);
    catalog.add(
      new FixedSet(projection, 'metricDefinition', className, own, (entity) => definitionInstance(projection, entity)),
    );
  }
};
