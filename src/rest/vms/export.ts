import { z } from 'zod';
import { configurationPath, MANAGEMENT_SERVICE, SYSTEM, systemPath } from '../management/names.ts';
import { guid, idParams } from '../routes/common.ts';
import { gone, type Route, route } from '../routes/route.ts';

/** CopySnapshotConfiguration and CaptureLiveState (planned-systems §9). */
const ALL = 0;
const NONE = 1;
const ONE = 2;
const LIVE = { disks: 0, memory: 1, application: 2 } as const;

const body = z.strictObject({
  directory: z.string().min(1).max(4096),
  checkpoints: z.union([z.enum(['all', 'none']), guid]).default('all'),
  disks: z.boolean().default(true),
  savedState: z.boolean().default(true),
  subdirectory: z.boolean().default(true),
  live: z.enum(['disks', 'memory', 'application']).optional(),
});

export const exportRoute: Route = route({
  id: 'exportVm',
  verb: 'POST',
  path: '/vms/{id}/export',
  tag: 'vms',
  summary: 'Write the machine as a folder that Hyper-V and vsms import',
  params: idParams,
  body,
  long: true,
  answers: { 204: { description: 'Written' } },
  handle: async ({ management, params: { id }, body: wanted }) => {
    const { checkpoints } = wanted;
    const one = checkpoints !== 'all' && checkpoints !== 'none';
    await management.get(systemPath(SYSTEM, id));
    await management.run(MANAGEMENT_SERVICE, 'ExportSystemDefinition', {
      ComputerSystem: systemPath(SYSTEM, id),
      ExportDirectory: wanted.directory,
      ExportSettingData: management.setting('Msvm_VirtualSystemExportSettingData', {
        CopySnapshotConfiguration: one ? ONE : checkpoints === 'all' ? ALL : NONE,
        CopyVmRuntimeInformation: wanted.savedState,
        CopyVmStorage: wanted.disks,
        CreateVmExportSubdirectory: wanted.subdirectory,
        SnapshotVirtualSystem: one ? management.reference(configurationPath(checkpoints)) : undefined,
        CaptureLiveState: wanted.live === undefined ? undefined : LIVE[wanted.live],
      }),
    });
    return gone;
  },
});
