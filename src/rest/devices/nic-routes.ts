import { z } from 'zod';
import { partParams } from '../configurations/part-id.ts';
import { CHECKPOINT, PLANNED, VM } from '../configurations/place.ts';
import type { Management } from '../management/management.ts';
import { Problem } from '../problems/problem.ts';
import { guid, idParams } from '../routes/common.ts';
import { gone, GONE_SINCE, made, type Route, route } from '../routes/route.ts';
import { connectionOf, nicResources, plainMac, switchReference } from './blueprints.ts';
import { changedPart, devicesAt, pick } from './disk-routes.ts';
import { type Feature, featuresOf, portChange, setFeatures, vlanId } from './port-features.ts';
import {
  addResources,
  changeResources,
  CONNECTION,
  EMULATED_NIC,
  type ResourceChange,
  removeResources,
  resourcePath,
  SYNTHETIC_NIC,
} from './resources.ts';
import { devicesOf, type DevicesView, nicSchema } from './view.ts';
import { orElse } from './undo.ts';

type Nic = DevicesView['nics'][number];

const mac = z.string().regex(/^([0-9A-Fa-f]{2}[:-]?){5}[0-9A-Fa-f]{2}$/, 'is no MAC address like 00:15:5D:00:00:01');
const name = z.string().min(1).max(256);

export const newNic = z.strictObject({
  kind: z.enum(['synthetic', 'emulated']).default('synthetic'),
  name: name.default('Network Adapter'),
  switchId: guid.nullable().default(null),
  mac: mac.nullable().default(null),
  vlanId: vlanId.default(null),
});

const change = z.strictObject({
  name: name.optional(),
  switchId: guid.nullable().optional(),
  mac: mac.nullable().optional(),
  ...portChange,
});

const classOf = ({ kind }: Nic): string => (kind === 'synthetic' ? SYNTHETIC_NIC : EMULATED_NIC);
/** EnabledState of a connection. */
const ENABLED = 2;
const DISABLED = 3;
/** Where Hyper-V makes up an address. */
const NO_MAC = '000000000000';

const unconnected = (member: Feature['member'], message: string): Problem =>
  new Problem('invalid-parameter', `${member}: the adapter ${message}`, {
    errors: [{ path: member, message: 'needs a connection' }],
  });

/** Values of the connection that leads to a switch; null: to none. */
const cable = (management: Management, switchId: string | null) =>
  switchId === null
    ? { HostResource: [], EnabledState: DISABLED }
    : { HostResource: [switchReference(management, switchId)], EnabledState: ENABLED };

type NicChange = z.infer<typeof change>;

/** Of an adapter that has a connection, plugged in or not: the rules of its port first, so that it is never in another VLAN. */
const changePlugged = async (
  management: Management,
  id: string,
  connectionId: string,
  own: readonly ResourceChange[],
  { switchId, ...port }: NicChange,
): Promise<void> => {
  const connection = resourcePath(id, CONNECTION, connectionId);
  const undo = await setFeatures(management, connection, featuresOf(port));
  await orElse(undo, async () => {
    await changeResources(management, id, [
      ...own,
      ...(switchId === undefined
        ? []
        : [{ className: CONNECTION, part: connectionId, values: cable(management, switchId) }]),
    ]);
  });
};

/** Of one that has none yet. */
const changeUnplugged = async (
  management: Management,
  id: string,
  nic: Nic,
  own: readonly ResourceChange[],
  { switchId = null, ...port }: NicChange,
): Promise<void> => {
  const features = featuresOf(port);
  if (switchId === null) {
    const [first] = features.filter(({ values }) => values !== null);
    if (first !== undefined) throw unconnected(first.member, 'is not connected. Connect it to a switch first.');
    await changeResources(management, id, own);
    return;
  }
  const target = switchReference(management, switchId);
  const [made = ''] = await addResources(management, id, [
    connectionOf({ className: classOf(nic), part: nic.id }, target),
  ]);
  const connection = resourcePath(id, CONNECTION, made);
  await orElse(
    () => removeResources(management, [connection]),
    async () => {
      await setFeatures(management, connection, features);
      await changeResources(management, id, own);
    },
  );
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
      whole: true,
      revision: ({ management, params: { id } }) => devicesAt(management, place, id),
      answers: { 201: { description: 'The adapter', schema: nicSchema }, ...GONE_SINCE },
      handle: async ({ management, params: { id }, body }) => {
        await devicesAt(management, place, id);
        const { vlanId: vlan } = body;
        if (vlan !== null && body.switchId === null) throw unconnected('vlanId', 'needs a switchId with it.');
        const [part = '', connection = ''] = await addResources(management, id, nicResources(management, 'nic', body));
        // All or nothing: an adapter outside of its VLAN would talk to others.
        if (vlan !== null)
          await orElse(
            async () => removeResources(management, nicPaths(id, await nicAt(management, id, part))),
            async () => {
              await setFeatures(management, resourcePath(id, CONNECTION, connection), featuresOf({ vlanId: vlan }));
            },
          );
        return made(`/api/v1${base.replace('{id}', id)}/${part}`, nicAt(management, id, part));
      },
    }),
    route({
      id: `change${place.name}Nic`,
      verb: 'PATCH',
      path: `${base}/{device}`,
      tag: 'devices',
      summary: 'Name, address, switch, VLAN, limit and guards',
      params: partParams,
      body: change,
      whole: true,
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
        const own = Object.keys(values).length === 0 ? [] : [{ className: classOf(nic), part: nic.id, values }];
        if (nic.connectionId === null) await changeUnplugged(management, id, nic, own, body);
        else await changePlugged(management, id, nic.connectionId, own, body);
        return changedPart(management, id, ({ nics }) => pick(nics, nic.id, 'network adapter'));
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
