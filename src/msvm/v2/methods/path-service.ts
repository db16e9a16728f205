import { PATH_SERVICE } from '../services/services.ts';
import { configurationInstanceId, settingInstanceId } from '../settings/instance-id.ts';
import { done, type MethodRows } from './method.ts';
import { serviceControlMethods } from './not-offered.ts';
import type { MethodServices } from './services.ts';
import { requireConfiguration } from './targets.ts';

export { PATH_SERVICE };

/** Vsms_PathService: clients read back what they wrote, and here what it is on this host (paths.md, Round trip). */
export const pathServiceMethods = (services: MethodServices): MethodRows => ({
  GetHostPaths: {
    right: 'read',
    jobType: null,
    out: ['Settings', 'Properties', 'Paths', 'HostPaths', 'Problems'],
    run: async ({ args }) => {
      const path = args.requiredReference('Configuration');
      const { configuration } = requireConfiguration(services.references, 'Configuration', path);
      const rows = await services.auxiliary.hostPaths(configuration.id);
      // One row a path, in arrays that run side by side.
      return done({
        Settings: rows.map(({ part }) =>
          part === null ? configurationInstanceId(configuration.id) : settingInstanceId(configuration.id, part),
        ),
        Properties: rows.map(({ property }) => property),
        Paths: rows.map(({ text }) => text),
        HostPaths: rows.map(({ file }) => file ?? ''),
        Problems: rows.map(({ problem }) => problem ?? ''),
      });
    },
  },
  ...serviceControlMethods(),
});
