import { intervalOfMs } from '../../../cim/datetime/cim-datetime.ts';
import type { CimInstance } from '../../../cim/instance.ts';
import type { MetricReading } from '../../../core/metrics/requests.ts';
import { datetimeText } from '../../../core/systems/datetime.ts';
import type { Projection } from '../../projection.ts';
import type { MetricDefinitionEntity } from './definitions.ts';

export const BASE_VALUE = 'Msvm_BaseMetricValue';
export const AGGREGATE_VALUE = 'Msvm_AggregationMetricValue';

interface MeasuredValue {
  readonly className: string;
  readonly definition: MetricDefinitionEntity;
  readonly reading: MetricReading;
}

/** What both classes say of a value, whatever was measured. */
export const valueInstance = (
  projection: Projection,
  { className, definition, reading }: MeasuredValue,
  own: { readonly InstanceID: string; readonly MeasuredElementName: string },
): CimInstance => {
  const at = datetimeText(reading.at);
  const duration = intervalOfMs(reading.durationMs);
  return projection
    .shape(className, definition.name, () => ({
      Caption: definition.name,
      Description: definition.name,
      ElementName: definition.name,
      MetricDefinitionId: definition.keys['Id'] ?? '',
      Volatile: false,
    }))
    .make({
      ...own,
      // Clients read it as a whole number (os-win).
      MetricValue: String(reading.value),
      TimeStamp: at,
      Duration: duration,
      ...(className === AGGREGATE_VALUE ? { AggregationTimeStamp: at, AggregationDuration: duration } : {}),
    });
};
