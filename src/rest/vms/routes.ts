import { z } from 'zod';
import type { CimInstance } from '../../cim/instance.ts';
import { compareKeys, pageOf } from '../endpoint/shape.ts';
import { MANAGEMENT_SERVICE, SYSTEM, systemPath } from '../management/names.ts';
import { number, text, word } from '../management/values.ts';
import { idParams, pageSchema, paging } from '../routes/common.ts';
import { changed, gone, GONE_SINCE, made, ok, route, type Route } from '../routes/route.ts';
import { createVm, newVm } from './create.ts';
import { shutdownRoute } from './shutdown.ts';
import { areOutlined, completeVms, readVm, STATES, vmOutlines, vmSchema, vmSummaries, vmSummariesOf } from './view.ts';

/** RequestedState of the actions (lifecycle §2). */
const ACTIONS = {
  start: { state: 2, summary: 'Start, or go on from a saved state' },
  resume: { state: 2, summary: 'Go on after pause' },
  stop: { state: 3, summary: 'Turn off at once' },
  save: { state: 6, summary: 'Write the memory to disk and end' },
  pause: { state: 9, summary: 'Stop the processors' },
  reset: { state: 11, summary: 'Reset at once' },
  restart: { state: 10, summary: 'Ask the guest to reboot' },
} as const;

const words = Object.values(STATES) as readonly string[];

const listQuery = z.strictObject({
  ...paging,
  state: z
    .string()
    .transform((given) => given.split(',').map((each) => each.trim()))
    .refine((states) => states.every((each) => words.includes(each)), `is not of ${words.join(', ')}`)
    .optional(),
  q: z.string().max(200).optional(),
  sort: z.enum(['name', '-name']).default('name'),
});

/** Machines of a page from which on all are looked at whole. */
const LONG_PAGE = 300;

const nameOf = (summary: CimInstance): string => text(summary, 'Name') ?? '';

/** Names in the order of people: without regard to case; the id where they are the same. */
const keyOf = (summary: CimInstance): readonly string[] => [
  (text(summary, 'ElementName') ?? '').toLowerCase(),
  text(summary, 'Name') ?? '',
];

const isWanted = (summary: CimInstance, { state, q }: z.infer<typeof listQuery>): boolean => {
  if (state !== undefined && !state.includes(word(STATES, number(summary, 'EnabledState')) ?? '')) return false;
  if (q === undefined) return true;
  const wanted = q.toLowerCase();
  return ['ElementName', 'Notes', 'Name'].some((name) => (text(summary, name) ?? '').toLowerCase().includes(wanted));
};

/** Virtual machines: lists, states, and their end. */
export const vmRoutes: readonly Route[] = [
  route({
    id: 'listVms',
    verb: 'GET',
    path: '/vms',
    tag: 'vms',
    summary: 'Virtual machines with their state and load',
    query: listQuery,
    resource: true,
    answers: { 200: { description: 'A page of machines', schema: pageSchema(vmSchema) } },
    handle: async ({ management, query, fields }) => {
      // A short page of many is cheaper by two looks; a long one by one, and so is one of what the first look tells.
      const outlined = query.limit < LONG_PAGE && !areOutlined(fields);
      const all = await (outlined ? vmOutlines(management) : vmSummaries(management, fields));
      const descending = query.sort === '-name';
      const sorted = all
        .filter((summary) => isWanted(summary, query))
        .map((summary) => ({ summary, key: keyOf(summary) }))
        .toSorted((a, b) => (descending ? -1 : 1) * compareKeys(a.key, b.key));
      const page = pageOf(sorted, ({ key }) => key, query, descending);
      const shown = page.items.map(({ summary }) => summary);
      const whole = outlined ? await vmSummariesOf(management, shown.map(nameOf), fields) : shown;
      // One that went between the two looks has no name any more.
      const there = whole.filter((summary) => nameOf(summary) !== '');
      return ok({ items: await completeVms(management, there, fields), next: page.next });
    },
  }),
  route({
    id: 'getVm',
    verb: 'GET',
    path: '/vms/{id}',
    tag: 'vms',
    summary: 'One virtual machine',
    params: idParams,
    resource: true,
    answers: { 200: { description: 'The machine', schema: vmSchema } },
    handle: async ({ management, params }) => ok(await readVm(management, params.id)),
  }),
  route({
    id: 'createVm',
    verb: 'POST',
    path: '/vms',
    tag: 'vms',
    summary: 'Define a machine with its devices, all or nothing',
    body: newVm,
    whole: true,
    answers: { 201: { description: 'The machine', schema: vmSchema }, ...GONE_SINCE },
    handle: async ({ management, body }) => {
      const id = await createVm(management, body);
      return made(`/api/v1/vms/${id}`, readVm(management, id));
    },
  }),
  route({
    id: 'deleteVm',
    verb: 'DELETE',
    path: '/vms/{id}',
    tag: 'vms',
    summary: 'Delete the machine; its disks are kept',
    params: idParams,
    long: true,
    answers: { 204: { description: 'Deleted' } },
    handle: async ({ management, params }) => {
      const path = systemPath(SYSTEM, params.id);
      await management.get(path);
      await management.run(MANAGEMENT_SERVICE, 'DestroySystem', { AffectedSystem: path });
      return gone;
    },
  }),
  shutdownRoute,
  ...Object.entries(ACTIONS).map(([action, { state, summary }]) =>
    route({
      id: `${action}Vm`,
      verb: 'POST',
      path: `/vms/{id}/${action}`,
      tag: 'vms',
      summary,
      params: idParams,
      long: true,
      resource: true,
      answers: { 200: { description: 'The machine as it is then', schema: vmSchema }, ...GONE_SINCE },
      handle: async ({ management, params }) => {
        await management.run(systemPath(SYSTEM, params.id), 'RequestStateChange', { RequestedState: state });
        return changed(readVm(management, params.id));
      },
    }),
  ),
];
