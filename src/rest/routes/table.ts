import { administrationRoutes } from '../administration/routes.ts';
import { checkpointRoutes } from '../checkpoints/routes.ts';
import { pathRoutes } from '../configurations/path-routes.ts';
import { CHECKPOINT, PLANNED, VM } from '../configurations/place.ts';
import { deviceRoutes, diskRoutes } from '../devices/disk-routes.ts';
import { nicRoutes } from '../devices/nic-routes.ts';
import { otherDeviceRoutes } from '../devices/other-routes.ts';
import { cimRoutes } from '../cim/routes.ts';
import { consoleRoutes } from '../console/routes.ts';
import { eventRoutes } from '../events/routes.ts';
import { fileRoutes } from '../files/routes.ts';
import { uploadRoutes } from '../files/upload-routes.ts';
import { hostRoutes } from '../host/routes.ts';
import { hostSettingsRoutes } from '../host/settings-routes.ts';
import { imageRoutes } from '../images/routes.ts';
import { jobRoutes } from '../jobs/routes.ts';
import { metricRoutes } from '../metrics/routes.ts';
import { planRoutes } from '../plans/routes.ts';
import { referencePointRoutes } from '../reference-points/routes.ts';
import { sessionRoutes } from '../session/routes.ts';
import type { RestService } from '../service.ts';
import { settingsRoutes } from '../settings/routes.ts';
import { switchRoutes } from '../switches/routes.ts';
import { exportRoute } from '../vms/export.ts';
import { historyRoute } from '../vms/history.ts';
import { thumbnailRoute } from '../vms/thumbnail.ts';
import { vmRoutes } from '../vms/routes.ts';
import { metaRoutes } from './meta.ts';
import type { Route } from './route.ts';

/** All routes: the server, /openapi.json and the tests read this one table. */
export const routeTable = (service: RestService): readonly Route[] => {
  const routes: readonly Route[] = [
    ...sessionRoutes(service),
    ...vmRoutes,
    ...consoleRoutes(service),
    ...jobRoutes,
    ...eventRoutes(service),
    ...checkpointRoutes,
    ...referencePointRoutes,
    ...settingsRoutes,
    ...pathRoutes,
    ...deviceRoutes([VM, PLANNED, CHECKPOINT]),
    ...diskRoutes,
    ...nicRoutes,
    ...otherDeviceRoutes,
    exportRoute,
    thumbnailRoute,
    historyRoute(service),
    ...planRoutes,
    ...fileRoutes(service),
    ...uploadRoutes(service),
    ...imageRoutes,
    ...switchRoutes,
    ...hostRoutes(service),
    ...hostSettingsRoutes(service),
    ...administrationRoutes(service),
    ...metricRoutes(service),
    ...cimRoutes,
  ];
  return [...routes, ...metaRoutes(service, () => routeTable(service))];
};
