import { z } from 'zod';
import { partParams } from '../configurations/part-id.ts';
import { CHECKPOINT, PLANNED, VM } from '../configurations/place.ts';
import type { Management } from '../management/management.ts';
import { MANAGEMENT_SERVICE } from '../management/names.ts';
import { Problem } from '../problems/problem.ts';
import { guid, idParams } from '../routes/common.ts';
import { changed, created, gone, GONE_SINCE, type Route, route } from '../routes/route.ts';
import { connectionOf, nicResources, plainMac, switchReference } from './blueprints.ts';
import { devicesAt, partOfDevices, pick } from './disk-routes.ts';
import {
  addResources,
  changeResources,
  CONNECTION,
  EMULATED_NIC,
  removeResources,
  resourcePath,
  SYNTHETIC_NIC,
  VLAN,
} from './resources.ts';
import { devicesOf, type DevicesView, nicSchema } from './view.ts';

type Nic = DevicesView['nics'][number];

const mac = z.string().regex(/^([0-9A-Fa-f]{2}[:-]?){5}[0-9A-Fa-f]{2}$/, 'is no MAC address like 00:15:5D:00:00:01');
const name = z.string().min(1).max(256);
const vlanId = z.number().int().min(1).max(4094);

export const newNic = z.strictObject({
  kind: z.enum(['synthetic', 'emulated']).default('synthetic'),
  name: name.default('Network Adapter'),
  switchId: guid.nullable().default(null),
  mac: mac.nullable().default(null),
  vlanId: vlanId.nullable().default(null),
});

const change = z.strictObject({
  name: name.optional(),
  switchId: guid.nullable().optional(),
  mac: mac.nullable().optional(),
  vlanId: vlanId.nullable().optional(),
});

const classOf = ({ kind }: Nic): string => (kind === 'synthetic' ? SYNTHETIC_NIC : EMULATED_NIC);
/** EnabledState of a connection. */
const ENABLED = 2;
const DISABLED = 3;
const ACCESS = 1;
/** Where Hyper-V makes up an address. */
const NO_MAC = '000000000000';

const connect = async (management: Management, id: string, nic: Nic, switchId: string | null): Promise<void> => {
  if (switchId === null) {
    if (nic.connectionId === null) return;
    const values = { HostResource: [], EnabledState: DISABLED };
    return changeResources(management, id, [{ className: CONNECTION, part: nic.connectionId, values }]);
  }
  const target = switchReference(management, switchId);
  if (nic.connectionId === null)
    await addResources(management, id, [connectionOf({ className: classOf(nic), part: nic.id }, target)]);
  else
    await changeResources(management, id, [
      { className: CONNECTION, part: nic.connectionId, values: { HostResource: [target], EnabledState: ENABLED } },
    ]);
};

/** An access VLAN is a feature of the connection's port. */
const tag = async (management: Management, id: string, nic: Nic, vlan: number | null): Promise<void> => {
  const { connectionId } = nic;
  if (connectionId === null) {
    if (vlan === null) return;
    throw new Problem('invalid-parameter', 'vlanId: the adapter is not connected. Connect it to a switch first.', {
      errors: [{ path: 'vlanId', message: 'needs a connection' }],
    });
  }
  const connection = resourcePath(id, CONNECTION, connectionId);
  const [feature] = await management.query(
    `ASSOCIATORS OF {${management.reference(connection)}} WHERE ResultClass = ${VLAN}`,
  );
  const path = feature?.path() ?? null;
  if (vlan === null) {
    if (path !== null) await management.run(MANAGEMENT_SERVICE, 'RemoveFeatureSettings', { FeatureSettings: [path] });
    return;
  }
  const values = { AccessVlanId: vlan, OperationMode: ACCESS };
  if (path === null)
    await management.run(MANAGEMENT_SERVICE, 'AddFeatureSettings', {
      AffectedConfiguration: connection,
      FeatureSettings: [management.setting(VLAN, values)],
    });
  else
    await management.run(MANAGEMENT_SERVICE, 'ModifyFeatureSettings', {
      FeatureSettings: [management.setting(VLAN, { InstanceID: String(path.key('InstanceID')), ...values })],
    });
};

const nicAt = async (management: Management, id: string, part: string): Promise<Nic> =>
  pick((await devicesOf(management, id)).nics, part, 'network adapter');

/** Network adapters below a machine or plan. */
export const nicRoutes: readonly Route[] = [VM, PLANNED, CHECKPOINT].flatMap((place) => {
  const base = `/${place.segment}/{id}/nics`;
  return [
    route({
      id: `add${place.name}Nic`,
      verb: 'POST',
      path: base,
      tag: 'devices',
      summary: 'Add a network adapter',
      params: idParams,
      body: newNic,
      long: true,
      revision: ({ management, params: { id } }) => devicesAt(management, place, id),
      answers: { 201: { description: 'The adapter', schema: nicSchema } },
      handle: async ({ management, params: { id }, body }) => {
        await devicesAt(management, place, id);
        if (body.vlanId !== null && body.switchId === null)
          throw new Problem('invalid-parameter', 'vlanId: connect the adapter to a switch.', {
            errors: [{ path: 'vlanId', message: 'needs a switchId' }],
          });
        const [part = ''] = await addResources(management, id, nicResources(management, 'nic', body));
        if (body.vlanId !== null) {
          try {
            await tag(management, id, await nicAt(management, id, part), body.vlanId);
          } catch (error) {
            // All or nothing: an adapter outside of its VLAN would talk to others.
            const nic = await nicAt(management, id, part);
            await removeResources(management, nicPaths(id, nic));
            throw error;
          }
        }
        return created(`/api/v1${base.replace('{id}', id)}/${part}`, await nicAt(management, id, part));
      },
    }),
    route({
      id: `change${place.name}Nic`,
      verb: 'PATCH',
      path: `${base}/{device}`,
      tag: 'devices',
      summary: 'Name, address, switch and VLAN',
      params: partParams,
      body: change,
      long: true,
      resource: true,
      revision: ({ management, params: { id } }) => devicesAt(management, place, id),
      answers: { 200: { description: 'The adapter as it is then', schema: nicSchema }, ...GONE_SINCE },
      handle: async ({ management, params: { id, device }, body }) => {
        const nic = pick((await devicesAt(management, place, id)).nics, device, 'network adapter');
        const values = {
          ...(body.name === undefined ? {} : { ElementName: body.name }),
          // One that is dynamic already has an address, which it keeps.
          ...(body.mac === undefined || (body.mac === null && nic.macDynamic)
            ? {}
            : body.mac === null
              ? { StaticMacAddress: false, Address: NO_MAC }
              : { StaticMacAddress: true, Address: plainMac(body.mac) }),
        };
        if (Object.keys(values).length > 0)
          await changeResources(management, id, [{ className: classOf(nic), part: nic.id, values }]);
        // Into its VLAN before it is connected, so that it is never in another one.
        if (body.vlanId !== undefined && nic.connectionId !== null) await tag(management, id, nic, body.vlanId);
        if (body.switchId !== undefined) await connect(management, id, nic, body.switchId);
        const after = await nicAt(management, id, nic.id);
        if (body.vlanId !== undefined && nic.connectionId === null) await tag(management, id, after, body.vlanId);
        return changed(devicesOf(management, id), (devices) =>
          partOfDevices(devices, ({ nics }) => pick(nics, nic.id, 'network adapter')),
        );
      },
    }),
    route({
      id: `remove${place.name}Nic`,
      verb: 'DELETE',
      path: `${base}/{device}`,
      tag: 'devices',
      summary: 'Remove the adapter',
      params: partParams,
      long: true,
      revision: ({ management, params: { id } }) => devicesAt(management, place, id),
      answers: { 204: { description: 'Removed' } },
      handle: async ({ management, params: { id, device } }) => {
        const nic = pick((await devicesAt(management, place, id)).nics, device, 'network adapter');
        await removeResources(management, nicPaths(id, nic));
        return gone;
      },
    }),
  ];
});

const nicPaths = (id: string, nic: Nic) => [
  ...(nic.connectionId === null ? [] : [resourcePath(id, CONNECTION, nic.connectionId)]),
  resourcePath(id, classOf(nic), nic.id),
];
