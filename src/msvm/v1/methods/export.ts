import { DomainError } from '../../../core/errors.ts';
import { exportMethod } from '../../v2/methods/export.ts';
import type { MethodRow, MethodRows } from '../../v2/methods/method.ts';
import type { MethodServices } from '../../v2/methods/services.ts';
import { requireSystem } from '../../v2/methods/targets.ts';

/** JobType (jobs-and-errors §4). */
const EXPORT_JOB = 62;

/**
 * ExportVirtualSystem and ExportVirtualSystemEx (management-service §3, K17). The first always makes a folder named after the
 * machine, which is what ImportVirtualSystem takes (seed).
 */
export const v1ExportMethods = (services: MethodServices): MethodRows => {
  const exportVirtualSystem: MethodRow = {
    right: 'administer',
    jobType: EXPORT_JOB,
    out: [],
    run: async ({ request, args }) => {
      const system = requireSystem(services.references, 'ComputerSystem', args.requiredReference('ComputerSystem'));
      const directory = args.requiredText('ExportDirectory');
      const copies = args.boolean('CopyVmState');
      if (copies === null) {
        throw new DomainError(
          'invalidParameter',
          'The parameter CopyVmState is missing. Say TRUE to export disks and saved state too, FALSE for the definition alone.',
        );
      }
      const job = await services.exports.exportSystem(request, {
        configuration: system.active.id,
        directory,
        snapshots: 'all',
        snapshot: null,
        runtime: copies,
        storage: copies,
        subdirectory: true,
        style: 'hyperV',
        live: null,
      });
      return { kind: 'job', job };
    },
  };
  return { ExportVirtualSystem: exportVirtualSystem, ExportVirtualSystemEx: exportMethod(services, { live: false }) };
};
