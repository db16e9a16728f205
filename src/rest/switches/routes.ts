import { z } from 'zod';
import { CimError } from '../../cim/errors.ts';
import type { CimInstance } from '../../cim/instance.ts';
import { ObjectPath } from '../../cim/object-path.ts';
import { compareKeys, pageOf } from '../endpoint/shape.ts';
import type { Management } from '../management/management.ts';
import { SWITCH_SERVICE, SYSTEM, systemPath, settingPath, wqlText } from '../management/names.ts';
import { flag, idOf, number, text, texts } from '../management/values.ts';
import { Problem } from '../problems/problem.ts';
import { guid, idParams, pageSchema, paging } from '../routes/common.ts';
import { changed, gone, GONE_SINCE, made, ok, route, type Route } from '../routes/route.ts';

const SWITCH = 'Msvm_VirtualEthernetSwitch';
const SETTING = 'Msvm_VirtualEthernetSwitchSettingData';
const PORT = 'Msvm_EthernetPortAllocationSettingData';
/** Network cards of the host, by wire and without. */
const CARDS = ['Msvm_ExternalEthernetPort', 'Msvm_WiFiPort'] as const;
/** The switch of Windows' own id, which is NAT in the process of each machine. */
const DEFAULT = 'C08CB7B8-9B3C-408E-8E30-5E16A3AEB444';

/** EnabledState of a card that has a link. */
const ENABLED = 2;

const switchSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    notes: z.string(),
    kind: z.enum(['private', 'internal', 'external', 'nat', 'found']),
    portId: z.string().nullable(),
    host: z.boolean(),
    nicCount: z.number(),
  })
  .meta({ id: 'Switch' });
type SwitchView = z.infer<typeof switchSchema>;

const switchPath = (id: string): ObjectPath => ObjectPath.of(SWITCH, { CreationClassName: SWITCH, Name: id });

/** What a switch is is told by its ports to the host (other-services §3). */
const kindOf = (
  id: string,
  description: string,
  connections: readonly CimInstance[],
): Pick<SwitchView, 'kind' | 'portId' | 'host'> => {
  if (id === DEFAULT) return { kind: 'nat', portId: null, host: false };
  const own = connections.filter((port) =>
    (text(port, 'InstanceID') ?? '').toUpperCase().startsWith(`MICROSOFT:${id}\\`),
  );
  const resources = own.flatMap((port) => texts(port, 'HostResource'));
  const card = resources.find((path) => CARDS.some((className) => path.includes(`:${className}.`)));
  const portId = /\bDeviceID="([^"]*)"/.exec(card ?? '')?.[1] ?? null;
  const host = resources.some((path) => path.includes(`:${SYSTEM}.`));
  // A bridge that was there before the service, whose ports are not its own.
  const found = description.startsWith('Linux bridge');
  return { kind: found ? 'found' : portId !== null ? 'external' : host ? 'internal' : 'private', portId, host };
};

/** Adapters of machines by the switch that they are plugged into; those of checkpoints and plans are on no switch. */
const countNics = async (
  management: Management,
  connections: readonly CimInstance[],
): Promise<ReadonlyMap<string, number>> => {
  const machines = new Set<string>();
  for (const machine of await management.query(`SELECT Name FROM ${SYSTEM}`))
    machines.add((text(machine, 'Name') ?? '').toUpperCase());
  const counts = new Map<string, number>();
  for (const connection of connections) {
    if (!machines.has(idOf(text(connection, 'InstanceID')))) continue;
    for (const path of texts(connection, 'HostResource')) {
      const id = /\bName="([^"]*)"/.exec(path)?.[1]?.toUpperCase() ?? '';
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  return counts;
};

const views = async (management: Management, only: string | null): Promise<readonly SwitchView[]> => {
  const where = only === null ? '' : ` WHERE Name = ${wqlText(only)}`;
  const switches = await management.query(`SELECT Name, ElementName, Description FROM ${SWITCH}${where}`);
  const connections = await management.query(`SELECT InstanceID, HostResource FROM ${PORT}`);
  const nics = await countNics(management, connections);
  const views: SwitchView[] = [];
  for (const one of switches) {
    const id = (text(one, 'Name') ?? '').toUpperCase();
    const setting = await management.find(settingPath(SETTING, `Microsoft:${id}`));
    views.push({
      id,
      name: text(one, 'ElementName') ?? '',
      notes: setting === null ? '' : texts(setting, 'Notes').join('\n'),
      ...kindOf(id, text(one, 'Description') ?? '', connections),
      nicCount: nics.get(id) ?? 0,
    });
  }
  return views;
};

/** @throws CimError notFound */
const readSwitch = async (management: Management, id: string): Promise<SwitchView> => {
  const [view] = await views(management, id);
  if (view === undefined) throw new CimError('notFound', 'There is no switch with this id.');
  return view;
};

const name = z.string().min(1).max(256);
const notes = z.string().max(65_536);

/** The port of a switch to the host: to the host itself, or to a network card of it. */
const hostPort = (management: Management, target: ObjectPath): string =>
  management.setting(PORT, {
    ResourceType: 33,
    ResourceSubType: 'Microsoft:Hyper-V:Ethernet Connection',
    HostResource: [management.reference(target)],
  });

/** Network cards, by wire first; those that a query chooses. */
const cardsOf = async (management: Management, where = ''): Promise<readonly CimInstance[]> =>
  (await Promise.all(CARDS.map((name) => management.query(`SELECT * FROM ${name}${where}`)))).flat();

const cardPath = async (management: Management, id: string): Promise<ObjectPath> => {
  const [port] = await cardsOf(management, ` WHERE DeviceID = ${wqlText(id)}`);
  const path = port?.path() ?? null;
  if (path === null)
    throw new CimError('notFound', 'There is no network card with this id. GET /network-ports tells them.');
  return path;
};

const newSwitch = z.strictObject({
  name,
  notes: notes.default(''),
  kind: z.enum(['private', 'internal', 'external']).default('private'),
  portId: z.string().max(200).nullable().default(null),
  host: z.boolean().default(false),
});

const hostPorts = async (
  management: Management,
  { kind, portId, host }: Pick<z.infer<typeof newSwitch>, 'kind' | 'portId' | 'host'>,
): Promise<readonly string[]> => [
  ...(kind === 'external' ? [hostPort(management, await cardPath(management, portId ?? ''))] : []),
  ...(kind === 'internal' || host ? [hostPort(management, systemPath(SYSTEM, management.broker.hostName))] : []),
];

/** @throws Problem for what would be a switch of another kind */
const assertKind = ({ kind, host }: z.infer<typeof newSwitch>): void => {
  if (kind === 'private' && host)
    throw new Problem('invalid-parameter', 'host: a private switch that the host is on is an internal one.', {
      errors: [{ path: 'host', message: 'needs another kind' }],
    });
};

const portSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  mac: z.string(),
  up: z.boolean(),
  inUse: z.boolean(),
});

export const switchRoutes: readonly Route[] = [
  route({
    id: 'listSwitches',
    verb: 'GET',
    path: '/switches',
    tag: 'switches',
    summary: 'Virtual switches',
    query: z.strictObject(paging),
    resource: true,
    answers: { 200: { description: 'A page of switches', schema: pageSchema(switchSchema) } },
    handle: async ({ management, query }) => {
      const keyOf = (one: SwitchView): readonly string[] => [one.name.toLowerCase(), one.id];
      const sorted = (await views(management, null)).toSorted((a, b) => compareKeys(keyOf(a), keyOf(b)));
      return ok(pageOf(sorted, keyOf, query));
    },
  }),
  route({
    id: 'getSwitch',
    verb: 'GET',
    path: '/switches/{id}',
    tag: 'switches',
    summary: 'One virtual switch',
    params: idParams,
    resource: true,
    answers: { 200: { description: 'The switch', schema: switchSchema } },
    handle: async ({ management, params: { id } }) => ok(await readSwitch(management, id)),
  }),
  route({
    id: 'createSwitch',
    verb: 'POST',
    path: '/switches',
    tag: 'switches',
    summary: 'Make a switch; an external one needs portId',
    body: newSwitch,
    long: true,
    answers: { 201: { description: 'The switch', schema: switchSchema }, ...GONE_SINCE },
    handle: async ({ management, body }) => {
      assertKind(body);
      const out = await management.run(SWITCH_SERVICE, 'DefineSystem', {
        SystemSettings: management.setting(SETTING, {
          ElementName: body.name,
          Notes: body.notes === '' ? undefined : [body.notes],
        }),
        ResourceSettings: await hostPorts(management, body),
      });
      const id = guid.parse(String((out['ResultingSystem'] as ObjectPath).key('Name')));
      return made(`/api/v1/switches/${id}`, readSwitch(management, id));
    },
  }),
  route({
    id: 'changeSwitch',
    verb: 'PATCH',
    path: '/switches/{id}',
    tag: 'switches',
    summary: 'Another name or other notes',
    params: idParams,
    body: z.strictObject({ name: name.optional(), notes: notes.optional() }),
    resource: true,
    revision: ({ management, params: { id } }) => readSwitch(management, id),
    answers: { 200: { description: 'The switch as it is then', schema: switchSchema }, ...GONE_SINCE },
    handle: async ({ management, params: { id }, body }) => {
      await readSwitch(management, id);
      await management.run(SWITCH_SERVICE, 'ModifySystemSettings', {
        SystemSettings: management.setting(SETTING, {
          InstanceID: `Microsoft:${id}`,
          ElementName: body.name,
          Notes: body.notes === undefined ? undefined : [body.notes],
        }),
      });
      return changed(readSwitch(management, id));
    },
  }),
  route({
    id: 'deleteSwitch',
    verb: 'DELETE',
    path: '/switches/{id}',
    tag: 'switches',
    summary: 'Remove the switch',
    params: idParams,
    long: true,
    revision: ({ management, params: { id } }) => readSwitch(management, id),
    answers: { 204: { description: 'Removed' } },
    handle: async ({ management, params: { id } }) => {
      await readSwitch(management, id);
      await management.run(SWITCH_SERVICE, 'DestroySystem', { AffectedSystem: switchPath(id) });
      return gone;
    },
  }),
  route({
    id: 'listNetworkPorts',
    verb: 'GET',
    path: '/network-ports',
    tag: 'switches',
    summary: 'Network cards of this host, for external switches',
    answers: { 200: { description: 'Cards', schema: z.strictObject({ items: z.array(portSchema) }) } },
    handle: async ({ management }) => {
      const items = (await cardsOf(management)).map((port) => ({
        id: text(port, 'DeviceID') ?? '',
        name: text(port, 'ElementName') ?? '',
        mac: text(port, 'PermanentAddress') ?? '',
        up: number(port, 'EnabledState') === ENABLED,
        inUse: flag(port, 'IsBound') === true,
      }));
      return ok({ items });
    },
  }),
];
