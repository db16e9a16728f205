import { hostFigures } from '../host/routes.ts';
import { number } from '../management/values.ts';
import type { Management } from '../management/management.ts';
import { type Route, route } from '../routes/route.ts';
import type { RestService } from '../service.ts';
import { completeVms, vmSummaries } from '../vms/view.ts';
import { type Observed, ownFamilies, windowsFamilies } from './families.ts';
import { type Family, TEXT_TYPE, textOf } from './text-format.ts';

const COMPLETED = 7;

const observe = async (service: RestService, management: Management): Promise<Observed> => {
  const jobs = await management.query('SELECT * FROM CIM_ConcreteJob');
  return {
    version: service.version,
    host: await hostFigures(management),
    vms: await completeVms(management, await vmSummaries(management)),
    traffic: service.traffic,
    switchPorts: await service.switchTraffic(),
    jobsRunning: jobs.filter((job) => (number(job, 'JobState') ?? COMPLETED) < COMPLETED).length,
    eventStreams: service.streams.size,
    consoles: service.consoles.open.size,
    processStartedAt: Math.round((Date.now() - performance.now()) / 1000),
    unheardErrors: service.unheardErrors(),
    residentBytes: process.memoryUsage.rss(),
  };
};

/** Pages for Prometheus; everybody with an account may read them. */
export const metricRoutes = (service: RestService): readonly Route[] => {
  const page = (
    id: string,
    path: string,
    summary: string,
    families: (observed: Observed) => readonly Family[],
  ): Route =>
    route({
      id,
      verb: 'GET',
      path,
      root: true,
      tag: 'meta',
      summary,
      answers: { 200: { description: 'Metrics', type: TEXT_TYPE } },
      handle: async ({ management }) => ({
        status: 200,
        content: { type: TEXT_TYPE, data: textOf(families(await observe(service, management))) },
      }),
    });
  return [
    page('getMetrics', '/metrics', 'Metrics of Prometheus, under our own names', ownFamilies),
    page(
      'getWindowsExporterMetrics',
      '/metrics/windows_exporter',
      'What we can tell, under the names of windows_exporter',
      windowsFamilies,
    ),
  ];
};
