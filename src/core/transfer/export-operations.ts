import type { PathResolver } from '../paths/resolver.ts';
import type { ExportOperations } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import type { DiskStyle } from './export-disks.ts';
import { exportDefinitions } from './export-job.ts';
import { exportPoint } from './export-point.ts';
import { exportSystem } from './export-system.ts';

/** Registers the jobs of exports, so that one which a former service left is found (K18). */
export const exportOperations = (context: SystemsContext, paths: PathResolver, style: DiskStyle): ExportOperations => {
  const definitions = exportDefinitions(context);
  context.jobs.register(definitions.atRest);
  context.jobs.register(definitions.live);
  context.jobs.register(definitions.point);
  return {
    exportSystem: async (request, wanted) =>
      exportSystem(context, paths, definitions, request, { ...wanted, style: wanted.style ?? style }),
    exportPoint: (request, wanted) => exportPoint(context, paths, definitions.point, request, wanted),
  };
};
