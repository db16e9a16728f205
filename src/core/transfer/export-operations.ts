import type { PathResolver } from '../paths/resolver.ts';
import type { ExportOperations } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import type { DiskStyle } from './export-disks.ts';
import { exportDefinition } from './export-job.ts';
import { exportSystem } from './export-system.ts';

/** Registers the job of exports, so that one which a former service left is found (K18). */
export const exportOperations = (context: SystemsContext, paths: PathResolver, style: DiskStyle): ExportOperations => {
  const definition = exportDefinition(context);
  context.jobs.register(definition);
  return {
    exportSystem: async (request, wanted) =>
      exportSystem(context, paths, definition, request, { ...wanted, style: wanted.style ?? style }),
  };
};
