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

/** Members that a client asks for (`fields`); null: all. */
export type Members = ReadonlySet<string> | null;

/** Code of GetSummaryInformation (management-service) that a member is told from; null: always filled, or from elsewhere. */
const CODES: { readonly [Name in keyof VmView]: number | null } = {
  id: null,
  name: 1,
  state: 100,
  health: 109,
  status: 111,
  operation: 111,
  generation: null,
  version: 10,
  notes: 3,
  processors: 4,
  memoryMb: null,
  cpuPercent: 101,
  memoryUsageMb: 103,
  uptimeSeconds: 105,
  heartbeat: 104,
  guestOperatingSystem: 106,
  switches: 9,
  checkpointCount: 107,
  createdAt: 2,
  // A machine that is off has no process.
  processId: 100,
  jobs: 108,
};

/** Names, notes and states: by what lists are sorted and filtered. */
const OUTLINE: readonly number[] = [1, 3, 100];

const isAsked = (members: Members, name: keyof VmView): boolean => members === null || members.has(name);

const codesOf = (members: Members): readonly number[] => {
  const names = (Object.keys(CODES) as (keyof VmView)[]).filter((name) => isAsked(members, name));
  return [...new Set(names.flatMap((name) => CODES[name] ?? []))];
};

export const heartbeatOf = (summary: CimInstance): VmView['heartbeat'] => word(HEARTBEAT, number(summary, 'Heartbeat'));

const jobIdOf = (job: CimInstance): string => text(job, 'InstanceID') ?? '';

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
  jobs: instances(summary.get('AsynchronousTasks')).map(jobIdOf),
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
  const memory = new Map<string, number | null>();
  for (const setting of found) memory.set(idOf(text(setting, 'InstanceID')), number(setting, 'VirtualQuantity'));
  return memory;
};

const hasProcess = (summary: CimInstance): boolean => !WITHOUT_PROCESS.has(number(summary, 'EnabledState'));

const processOf = async (management: Management, summary: CimInstance): Promise<number | null> => {
  const system = await management.find(systemPath(SYSTEM, text(summary, 'Name') ?? ''));
  return system === null ? null : number(system, 'ProcessID');
};

/** Every machine with what lists are sorted and filtered by, and with what members are told from; more is added for a page. */
export const vmSummaries = (management: Management, members: Members = null): Promise<readonly CimInstance[]> =>
  summarize(management, { RequestedInformation: [...new Set([...OUTLINE, ...codesOf(members)])] });

export const vmOutlines = (management: Management): Promise<readonly CimInstance[]> =>
  summarize(management, { RequestedInformation: [...OUTLINE] });

/** Do outlines tell all of these members? */
export const areOutlined = (members: Members): boolean => codesOf(members).every((code) => OUTLINE.includes(code));

/** Summaries of some machines with what members are told from, in their order. */
export const vmSummariesOf = (
  management: Management,
  ids: readonly string[],
  members: Members = null,
): Promise<readonly CimInstance[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : summarize(management, { SettingData: ids.map(configurationPath), RequestedInformation: [...codesOf(members)] });

/** Views in which the members that are asked for are told; what others say means nothing. */
export const completeVms = async (
  management: Management,
  summaries: readonly CimInstance[],
  members: Members = null,
): Promise<readonly VmView[]> => {
  const memory = await memoryFor(management, summaries, members);
  const withProcess = isAsked(members, 'processId');
  const views: VmView[] = [];
  for (const summary of summaries) {
    const told = memory(text(summary, 'Name') ?? '');
    const memoryMb = told instanceof Promise ? await told : told;
    const processId = withProcess && hasProcess(summary) ? await processOf(management, summary) : null;
    views.push(viewOf(summary, memoryMb, processId));
  }
  return views;
};

/** Tells memory by id, of machines that are few, many, or not asked for it. */
const memoryFor = async (
  management: Management,
  summaries: readonly CimInstance[],
  members: Members,
): Promise<(id: string) => number | null | Promise<number | null>> => {
  if (!isAsked(members, 'memoryMb')) return () => null;
  if (summaries.length < MANY) return (id) => memoryOf(management, id);
  const all = await allMemory(management);
  return (id) => all.get(id) ?? null;
};

/** @throws CimError notFound */
export const readVm = async (management: Management, id: string): Promise<VmView> => {
  // Asked first: a missing machine is an empty summary there, and not found here.
  await management.get(systemPath(SYSTEM, id));
  const [summary] = await summarize(management, {
    SettingData: [configurationPath(id)],
    RequestedInformation: [...codesOf(null)],
  });
  if (summary === undefined) throw new Error('GetSummaryInformation told nothing of a machine that is there');
  const processId = hasProcess(summary) ? await processOf(management, summary) : null;
  return viewOf(summary, await memoryOf(management, id), processId);
};
