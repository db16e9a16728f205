import { refused, type WsmanClient } from './client.ts';
import { listOf, numberOf, textOf } from './object.ts';
import type { ObjectOf } from './schema.ts';

/** What lists show of a machine beside its state. */
export interface MachineSummary {
  readonly generation: number;
  readonly processors: number;
  readonly cpuPercent: number;
  /** In use; 0 when it is off. */
  readonly memoryMb: number;
  /** Operating system, as its agent tells it. */
  readonly guest: string;
  readonly notes: string;
}

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' } as const;
/** Notes, NumberOfProcessors, ProcessorLoad, MemoryUsage, GuestOperatingSystem, VirtualSystemSubType (management-service §4). */
const REQUESTED = [3, 4, 101, 103, 106, 135];

/** Of all machines by their id, in one call. @throws MethodError */
export const machineSummaries = async (client: WsmanClient): Promise<ReadonlyMap<string, MachineSummary>> => {
  const result = await client.invoke(SERVICE, 'GetSummaryInformation', { RequestedInformation: REQUESTED });
  if (result.returnValue !== 0) throw refused('GetSummaryInformation', result);
  const found = listOf(result.out['SummaryInformation']).filter(isObject);
  return new Map(found.map((each) => [textOf(each.properties['Name']) ?? '', summaryOf(each)]));
};

type Summary = ObjectOf<'Msvm_SummaryInformation'>;

const isObject = (value: unknown): value is Summary =>
  typeof value === 'object' && value !== null && 'properties' in value;

const summaryOf = ({ properties }: Summary): MachineSummary => {
  const number = (name: keyof Summary['properties']): number =>
    textOf(properties[name]) === null ? 0 : numberOf(properties[name]);
  return {
    generation: textOf(properties['VirtualSystemSubType'])?.endsWith(':2') === true ? 2 : 1,
    processors: number('NumberOfProcessors'),
    cpuPercent: number('ProcessorLoad'),
    memoryMb: number('MemoryUsage'),
    guest: textOf(properties['GuestOperatingSystem']) ?? '',
    notes: textOf(properties['Notes']) ?? '',
  };
};
