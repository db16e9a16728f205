import { z } from 'zod';
import { instanceIdOf, partParams } from '../configurations/part-id.ts';
import { settingsBelow, VM } from '../configurations/place.ts';
import { MANAGEMENT_SERVICE } from '../management/names.ts';
import { text } from '../management/values.ts';
import { GONE_SINCE, type Route, route } from '../routes/route.ts';
import { changedPart, devicesAt, pick } from './disk-routes.ts';
import { changeResources, SERIAL } from './resources.ts';
import { serialSchema, serviceSchema } from './view.ts';

const ENABLED = 2;
const DISABLED = 3;

/** Serial ports and integration services. */
export const otherDeviceRoutes: readonly Route[] = [
  route({
    id: 'changeVmSerialPort',
    verb: 'PATCH',
    path: '/vms/{id}/serial-ports/{device}',
    tag: 'devices',
    summary: 'Connect a serial port to a pipe; null disconnects it',
    params: partParams,
    body: z.strictObject({ pipe: z.string().min(1).max(1000).nullable() }),
    resource: true,
    revision: ({ management, params: { id } }) => devicesAt(management, VM, id),
    answers: { 200: { description: 'The port as it is then', schema: serialSchema }, ...GONE_SINCE },
    handle: async ({ management, params: { id, device }, body: { pipe } }) => {
      const port = pick((await devicesAt(management, VM, id)).serialPorts, device, 'serial port');
      await changeResources(management, id, [
        { className: SERIAL, part: port.id, values: { Connection: [pipe ?? ''] } },
      ]);
      return changedPart(management, id, ({ serialPorts }) => pick(serialPorts, device, 'serial port'));
    },
  }),
  route({
    id: 'changeVmIntegrationService',
    verb: 'PATCH',
    path: '/vms/{id}/integration-services/{device}',
    tag: 'devices',
    summary: 'Offer an integration service to the guest or not',
    params: partParams,
    body: z.strictObject({ enabled: z.boolean() }),
    resource: true,
    revision: ({ management, params: { id } }) => devicesAt(management, VM, id),
    answers: { 200: { description: 'The service as it is then', schema: serviceSchema }, ...GONE_SINCE },
    handle: async ({ management, params: { id, device }, body: { enabled } }) => {
      const service = pick((await devicesAt(management, VM, id)).integrationServices, device, 'integration service');
      const instanceId = instanceIdOf(id, service.id);
      const settings = await settingsBelow(management, id);
      const own = settings.find((each) => text(each, 'InstanceID')?.toLowerCase() === instanceId.toLowerCase());
      if (own !== undefined)
        await management.run(MANAGEMENT_SERVICE, 'ModifyResourceSettings', {
          ResourceSettings: [
            management.setting(own.class.name, { InstanceID: instanceId, EnabledState: enabled ? ENABLED : DISABLED }),
          ],
        });
      return changedPart(management, id, ({ integrationServices }) =>
        pick(integrationServices, device, 'integration service'),
      );
    },
  }),
];
