import { type CimClient, refused } from './cim-client.ts';
import { NotFoundError } from './by-name.ts';
import { listOf, numberOf, type Reference, textOf } from './object.ts';
import type { ObjectOf } from './schema.ts';
import { resourceUri } from './uris.ts';

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
export const machineSummaries = async (client: CimClient): Promise<ReadonlyMap<string, MachineSummary>> =>
  new Map((await summariesOf(client, {})).map((each) => [textOf(each.properties['Name']) ?? '', summaryOf(each)]));

/** Of one machine by its id. @throws NotFoundError MethodError */
export const machineSummary = async (client: CimClient, id: string): Promise<MachineSummary> => {
  const settings = {
    resourceUri: resourceUri(client.namespace, 'Msvm_VirtualSystemSettingData'),
    selectors: { InstanceID: `Microsoft:${id}` },
  };
  const [found] = await summariesOf(client, { SettingData: [settings] });
  if (found === undefined) throw new NotFoundError(id);
  return summaryOf(found);
};

const summariesOf = async (
  client: CimClient,
  which: { readonly SettingData?: readonly Reference[] },
): Promise<readonly Summary[]> => {
  const asked = { ...which, RequestedInformation: REQUESTED };
  const result = await client.invoke(SERVICE, 'GetSummaryInformation', asked);
  if (result.returnValue !== 0) throw refused('GetSummaryInformation', result);
  return listOf(result.out['SummaryInformation']).filter(isObject);
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
