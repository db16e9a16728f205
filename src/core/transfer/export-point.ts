import type { JobDefinition } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import type { Guid } from '../model.ts';
import type { PathResolver } from '../paths/resolver.ts';
import type { PointExportRequest, RequestContext } from '../requests.ts';
import type { ReferencePointPlace } from '../graph.ts';
import type { SystemsContext } from '../systems/context.ts';
import { revise } from '../systems/ledger.ts';
import { invalid } from '../systems/refusals.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { requireNotBusy } from '../systems/targets.ts';
import { exportContents, type ExportScope } from './export-contents.ts';
import type { PointExportParams } from './export-job.ts';
import { placeFor, windowsFolder } from './export-system.ts';
import { exportFolderName, FOLDERS } from './layout.ts';

/** ExportReferencePoint: checked here, done by a job. Its disks are frozen, whatever the machine does meanwhile. */
export const exportPoint = async (
  context: SystemsContext,
  paths: PathResolver,
  definition: JobDefinition<PointExportParams>,
  request: RequestContext,
  wanted: PointExportRequest,
): Promise<Job> =>
  context.turns.run(requirePoint(context, wanted.point).system.id, async () => {
    const { system, point } = requirePoint(context, wanted.point);
    requireNotBusy(system);
    if (wanted.base !== null) {
      if (requirePoint(context, wanted.base).system.id !== system.id || wanted.base === point.id)
        throw invalid('The base is no other reference point of this virtual machine. Leave it out, or name one.');
    }
    const scope = {
      system: system.id,
      id: system.id,
      snapshot: null,
      withSnapshots: false,
      storage: true,
      savedState: false,
      style: 'hyperV',
      backup: { base: wanted.base },
      point: { id: point.id, disks: wanted.disks ?? point.disks.keys().toArray() },
    } as const satisfies ExportScope;
    const machine = elementNameOf(system.active);
    const own = exportFolderName(machine, system.id);
    const place = await placeFor(paths, wanted, own);
    const windows = windowsFolder(wanted, own);
    const { disks } = await exportContents(context, scope, new Set());
    const params: PointExportParams = {
      ...scope,
      ...place,
      machine,
      windowsFolder: windows,
      folder: windows ?? place.target,
      exported: disks.map(({ name }) =>
        windows === null ? `${place.target}/${FOLDERS.disks}/${name}` : `${windows}\\${FOLDERS.disks}\\${name}`,
      ),
    };
    const moving = system.power !== 'off' && system.power !== 'saved';
    const busy = revise(system, {
      operation: { kind: 'exporting', exclusive: true, ...(moving ? { powerMayChange: true as const } : {}) },
    });
    return context.jobs.submit(
      request,
      definition,
      params,
      [{ element: { kind: 'system', id: system.id }, effect: 0 }],
      context.ledger.joined(system, busy),
    );
  });

const requirePoint = ({ graph }: Pick<SystemsContext, 'graph'>, id: Guid): ReferencePointPlace => {
  const place = graph.referencePoint(id);
  if (place === undefined) throw invalid('There is no such reference point. It may have been destroyed.');
  return place;
};
