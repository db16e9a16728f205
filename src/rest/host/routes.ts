import { z } from 'zod';
import type { CimInstance } from '../../cim/instance.ts';
import type { Management } from '../management/management.ts';
import { MANAGEMENT_SERVICE } from '../management/names.ts';
import { instances, number, text, time } from '../management/values.ts';
import { ok, type Route, route } from '../routes/route.ts';
import type { RestService } from '../service.ts';
import { readHostSettings } from './settings-routes.ts';

const hostSchema = z
  .strictObject({
    name: z.string(),
    version: z.string(),
    hypervisor: z.string(),
    hypervisorVersion: z.string(),
    accelerator: z.string(),
    acceleratorReason: z.string(),
    processors: z.number(),
    processorName: z.string(),
    memoryMb: z.number(),
    memoryFreeMb: z.number(),
    cpuPercent: z.number(),
    startedAt: z.string().nullable().describe('when the host booted'),
    serviceStartedAt: z.string(),
    vms: z.strictObject({ total: z.number(), running: z.number() }),
    folders: z.strictObject({ vms: z.string(), disks: z.string() }),
  })
  .meta({ id: 'Host' });

const CIMV2 = 'root\\cimv2';
/** EnabledState alone. */
const STATE = [100];
const RUNNING = 2;

export interface HostFigures {
  readonly processors: number;
  readonly processorName: string;
  readonly memoryMb: number;
  readonly memoryFreeMb: number;
  readonly cpuPercent: number;
  readonly startedAt: string | null;
}

const first = async (management: Management, className: string): Promise<CimInstance | undefined> =>
  (await management.query(`SELECT * FROM ${className}`, CIMV2))[0];

export const hostFigures = async (management: Management): Promise<HostFigures> => {
  const system = await first(management, 'Win32_ComputerSystem');
  const os = await first(management, 'Win32_OperatingSystem');
  const processors = await management.query('SELECT * FROM Win32_Processor', CIMV2);
  const [processor] = processors;
  const loads = processors.map((each) => number(each, 'LoadPercentage') ?? 0);
  return {
    processors: (system && number(system, 'NumberOfLogicalProcessors')) ?? 0,
    processorName: (processor && text(processor, 'Name'))?.trim() ?? '',
    memoryMb: Math.round(((system && number(system, 'TotalPhysicalMemory')) ?? 0) / 1_048_576),
    // In KiB.
    memoryFreeMb: Math.round(((os && number(os, 'FreePhysicalMemory')) ?? 0) / 1024),
    cpuPercent: loads.length === 0 ? 0 : Math.round(loads.reduce((a, b) => a + b, 0) / loads.length),
    startedAt: (os && time(os, 'LastBootUpTime')) ?? null,
  };
};

export const hostRoutes = ({ broker, facts, version }: RestService): readonly Route[] => [
  route({
    id: 'getHost',
    verb: 'GET',
    path: '/host',
    tag: 'host',
    summary: 'This host: capacity, load, hypervisor',
    resource: true,
    answers: { 200: { description: 'The host', schema: hostSchema } },
    handle: async ({ management }) => {
      const figures = await hostFigures(management);
      const out = await management.run(MANAGEMENT_SERVICE, 'GetSummaryInformation', { RequestedInformation: STATE });
      const states = instances(out['SummaryInformation']).map((each) => number(each, 'EnabledState'));
      const { folders } = await readHostSettings(management);
      return ok({
        name: broker.hostName,
        version,
        hypervisor: facts.hypervisor,
        hypervisorVersion: facts.hypervisorVersion,
        accelerator: facts.accelerator,
        acceleratorReason: facts.acceleratorReason,
        processors: figures.processors,
        processorName: figures.processorName,
        memoryMb: figures.memoryMb,
        memoryFreeMb: figures.memoryFreeMb,
        cpuPercent: figures.cpuPercent,
        startedAt: figures.startedAt,
        serviceStartedAt: new Date(performance.timeOrigin).toISOString(),
        vms: { total: states.length, running: states.filter((state) => state === RUNNING).length },
        folders,
      });
    },
  }),
];
