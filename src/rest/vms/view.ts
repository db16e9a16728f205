import { z } from 'zod';
import type { CimInstance } from '../../cim/instance.ts';
import type { CimValues } from '../../cim/values.ts';
import { MANAGEMENT_SERVICE, configurationPath, settingPath, SYSTEM, systemPath } from '../management/names.ts';
import type { Management } from '../management/management.ts';
import { idOf, instances, number, text, texts, time, word } from '../management/values.ts';
import { wordSchema } from '../routes/common.ts';

/** EnabledState of v2 (lifecycle §1). */
export const STATES = {
  0: 'unknown',
  2: 'running',
  3: 'off',
  4: 'stopping',
  6: 'saved',
  9: 'paused',
  10: 'starting',
  11: 'resetting',
  32773: 'saving',
  32776: 'pausing',
  32777: 'resuming',
  32789: 'pausedCritical',
} as const;

/** HealthState (lifecycle §3). */
const HEALTH = { 5: 'ok', 20: 'major', 25: 'critical' } as const;
/** OperationalStatus[0] of a heartbeat component (object-model §7). */
const HEARTBEAT = { 2: 'ok', 6: 'error', 12: 'noContact', 13: 'lost', 15: 'paused' } as const;

export const vmSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    state: wordSchema(STATES),
    health: wordSchema(HEALTH).nullable(),
    status: z.array(z.string()),
    operation: z.string().nullable().describe('what is under way'),
    generation: z.union([z.literal(1), z.literal(2)]),
    version: z.string(),
    notes: z.string(),
    processors: z.number(),
    memoryMb: z.number().nullable(),
    cpuPercent: z.number(),
    memoryUsageMb: z.number(),
    uptimeSeconds: z.number(),
    heartbeat: wordSchema(HEARTBEAT).nullable(),
    guestOperatingSystem: z.string().nullable(),
    switches: z.array(z.string()),
    checkpointCount: z.number(),
    createdAt: z.string().nullable(),
    processId: z.number().nullable(),
    jobs: z.array(z.string()).describe('ids of jobs that run'),
  })
  .meta({ id: 'Vm' });

export type VmView = { readonly [Name in keyof z.infer<typeof vmSchema>]: Readonly<z.infer<typeof vmSchema>[Name]> };

/** Codes of GetSummaryInformation (management-service): all that is no picture and no history. */
const REQUESTED = [1, 2, 3, 4, 9, 10, 100, 101, 103, 104, 105, 106, 107, 108, 109, 110, 111];

export const heartbeatOf = (summary: CimInstance): VmView['heartbeat'] => word(HEARTBEAT, number(summary, 'Heartbeat'));

const viewOf = (
  summary: CimInstance,
  memoryMb: number | null,
  processId: number | null,
  status = texts(summary, 'StatusDescriptions'),
): VmView => ({
  id: text(summary, 'Name') ?? '',
  name: text(summary, 'ElementName') ?? '',
  state: word(STATES, number(summary, 'EnabledState')) ?? 'unknown',
  health: word(HEALTH, number(summary, 'HealthState')),
  status,
  // The second entry tells the operation, while one is under way.
  operation: status[1] ?? null,
  generation: (text(summary, 'VirtualSystemSubType') ?? '').endsWith(':2') ? 2 : 1,
  version: text(summary, 'Version') ?? '',
  notes: text(summary, 'Notes') ?? '',
  processors: number(summary, 'NumberOfProcessors') ?? 0,
  memoryMb,
  cpuPercent: number(summary, 'ProcessorLoad') ?? 0,
  memoryUsageMb: number(summary, 'MemoryUsage') ?? 0,
  uptimeSeconds: Math.floor((number(summary, 'UpTime') ?? 0) / 1000),
  heartbeat: heartbeatOf(summary),
  guestOperatingSystem: text(summary, 'GuestOperatingSystem'),
  switches: texts(summary, 'VirtualSwitchNames'),
  checkpointCount: instances(summary.get('Snapshots')).length,
  createdAt: time(summary, 'CreationTime'),
  processId,
  jobs: instances(summary.get('AsynchronousTasks')).map((job) => text(job, 'InstanceID') ?? ''),
});

const summarize = async (management: Management, args: CimValues): Promise<readonly CimInstance[]> => {
  const out = await management.run(MANAGEMENT_SERVICE, 'GetSummaryInformation', args);
  return instances(out['SummaryInformation']);
};

/** Part of the InstanceID of a machine's memory setting, the same in each (object-model §1). */
const MEMORY = '4764334d-e001-4176-82ee-5594ec9b530e';

/** States in which a process runs; the others have no ProcessID. */
const WITHOUT_PROCESS: ReadonlySet<number | null> = new Set([3, 6]);
/** From so many on, one look at all settings costs less than one at each. */
const MANY = 50;

const memoryOf = async (management: Management, id: string): Promise<number | null> => {
  const memory = await management.find(settingPath('Msvm_MemorySettingData', `Microsoft:${id}\\${MEMORY}`));
  return memory === null ? null : number(memory, 'VirtualQuantity');
};

/** By id of the configuration. */
const allMemory = async (management: Management): Promise<ReadonlyMap<string, number | null>> => {
  const found = await management.query('SELECT InstanceID, VirtualQuantity FROM Msvm_MemorySettingData');
  return new Map(found.map((memory) => [idOf(text(memory, 'InstanceID')), number(memory, 'VirtualQuantity')]));
};

const hasProcess = (summary: CimInstance): boolean => !WITHOUT_PROCESS.has(number(summary, 'EnabledState'));

const processOf = async (management: Management, summary: CimInstance): Promise<number | null> => {
  const system = await management.find(systemPath(SYSTEM, text(summary, 'Name') ?? ''));
  return system === null ? null : number(system, 'ProcessID');
};

/** Every machine's name and id, and what lists filter by; what costs more is added for a page. */
export const vmSummaries = (management: Management): Promise<readonly CimInstance[]> =>
  summarize(management, { RequestedInformation: REQUESTED });

/** Names, notes and states: by what lists are sorted and filtered (codes of GetSummaryInformation). */
export const vmOutlines = (management: Management): Promise<readonly CimInstance[]> =>
  summarize(management, { RequestedInformation: [1, 3, 100] });

/** Whole summaries of some machines, in their order. */
export const vmSummariesOf = (management: Management, ids: readonly string[]): Promise<readonly CimInstance[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : summarize(management, { SettingData: ids.map(configurationPath), RequestedInformation: REQUESTED });

export const completeVms = async (
  management: Management,
  summaries: readonly CimInstance[],
): Promise<readonly VmView[]> => {
  const memory = summaries.length < MANY ? null : await allMemory(management);
  const views: VmView[] = [];
  for (const summary of summaries) {
    const id = text(summary, 'Name') ?? '';
    const memoryMb = memory === null ? await memoryOf(management, id) : (memory.get(id) ?? null);
    const processId = hasProcess(summary) ? await processOf(management, summary) : null;
    views.push(viewOf(summary, memoryMb, processId));
  }
  return views;
};

/** @throws CimError notFound */
export const readVm = async (management: Management, id: string): Promise<VmView> => {
  // Asked first: a missing machine is an empty summary there, and not found here.
  await management.get(systemPath(SYSTEM, id));
  const [summary] = await summarize(management, {
    SettingData: [configurationPath(id)],
    RequestedInformation: REQUESTED,
  });
  if (summary === undefined) throw new Error('GetSummaryInformation told nothing of a machine that is there');
  const processId = hasProcess(summary) ? await processOf(management, summary) : null;
  return viewOf(summary, await memoryOf(management, id), processId);
};
