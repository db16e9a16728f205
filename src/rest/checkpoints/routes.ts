import { z } from 'zod';
import type { ObjectPath } from '../../cim/object-path.ts';
import { CHECKPOINT, PLANNED, systemSetting, VM } from '../configurations/place.ts';
import {
  configurationPath,
  FORK_SERVICE,
  MANAGEMENT_SERVICE,
  SNAPSHOT_SERVICE,
  SYSTEM,
  SYSTEM_SETTING,
  systemPath,
} from '../management/names.ts';
import { idOf, paths, text } from '../management/values.ts';
import { booleanQuery, idParams } from '../routes/common.ts';
import { changed, created, gone, GONE_SINCE, made, ok, route, type Route } from '../routes/route.ts';
import { completeVms, readVm, vmSchema, vmSummariesOf } from '../vms/view.ts';
import { checkpointSchema, checkpointsOf, checkpointView, currentParent } from './view.ts';

/** SnapshotType (snapshots §2). */
const TYPES = { standard: 2, disksOnly: 3, recovery: 32768 } as const;
const name = z.string().min(1).max(256);
const notes = z.string().max(65_536);

const listSchema = z.strictObject({
  items: z.array(checkpointSchema),
  next: z.null(),
  currentParentId: z.string().nullable(),
});

export const checkpointRoutes: readonly Route[] = [
  ...[VM, PLANNED].map((place) =>
    route({
      id: `list${place.name}Checkpoints`,
      verb: 'GET',
      path: `/${place.segment}/{id}/checkpoints`,
      tag: 'checkpoints',
      summary: 'Checkpoints, the oldest first, and the one that the machine descends from',
      params: idParams,
      resource: true,
      answers: { 200: { description: 'Checkpoints', schema: listSchema } },
      handle: async ({ management, params: { id } }) => {
        await systemSetting(management, place, id);
        const items = await checkpointsOf(management, id);
        return ok({ items, next: null, currentParentId: await currentParent(management, id) });
      },
    }),
  ),
  route({
    id: 'createCheckpoint',
    verb: 'POST',
    path: '/vms/{id}/checkpoints',
    tag: 'checkpoints',
    summary: 'Take a checkpoint, with memory when the machine runs',
    params: idParams,
    body: z.strictObject({
      name: name.optional(),
      notes: notes.optional(),
      type: z
        .enum(['standard', 'disksOnly', 'recovery'])
        .default('standard')
        .describe('recovery: for a backup, which reads its disks and deletes or converts it'),
    }),
    long: true,
    answers: { 201: { description: 'The checkpoint', schema: checkpointSchema }, ...GONE_SINCE },
    handle: async ({ management, params: { id }, body }) => {
      await systemSetting(management, VM, id);
      const named = body.name !== undefined || body.notes !== undefined;
      const settings = {
        ...(body.name === undefined ? {} : { ElementName: body.name }),
        ...(body.notes === undefined ? {} : { Notes: [body.notes] }),
      };
      const out = await management.run(SNAPSHOT_SERVICE, 'CreateSnapshot', {
        AffectedSystem: systemPath(SYSTEM, id),
        SnapshotSettings: named ? management.setting(SYSTEM_SETTING, settings) : '',
        SnapshotType: TYPES[body.type],
      });
      const checkpoint = idOf(String((out['ResultingSnapshot'] as ObjectPath).key('InstanceID')));
      return made(
        `/api/v1/checkpoints/${checkpoint}`,
        systemSetting(management, CHECKPOINT, checkpoint).then(checkpointView),
      );
    },
  }),
  route({
    id: 'getCheckpoint',
    verb: 'GET',
    path: '/checkpoints/{id}',
    tag: 'checkpoints',
    summary: 'One checkpoint',
    params: idParams,
    resource: true,
    answers: { 200: { description: 'The checkpoint', schema: checkpointSchema } },
    handle: async ({ management, params: { id } }) =>
      ok(checkpointView(await systemSetting(management, CHECKPOINT, id))),
  }),
  route({
    id: 'changeCheckpoint',
    verb: 'PATCH',
    path: '/checkpoints/{id}',
    tag: 'checkpoints',
    summary: 'Another name or other notes',
    params: idParams,
    body: z.strictObject({ name: name.optional(), notes: notes.optional() }),
    resource: true,
    revision: async ({ management, params: { id } }) => checkpointView(await systemSetting(management, CHECKPOINT, id)),
    answers: { 200: { description: 'The checkpoint as it is then', schema: checkpointSchema }, ...GONE_SINCE },
    handle: async ({ management, params: { id }, body }) => {
      await systemSetting(management, CHECKPOINT, id);
      if (body.name !== undefined || body.notes !== undefined)
        await management.run(MANAGEMENT_SERVICE, 'ModifySystemSettings', {
          SystemSettings: management.setting(SYSTEM_SETTING, {
            InstanceID: `Microsoft:${id}`,
            ElementName: body.name,
            Notes: body.notes === undefined ? undefined : [body.notes],
          }),
        });
      return changed(systemSetting(management, CHECKPOINT, id), (setting) => ok(checkpointView(setting)));
    },
  }),
  route({
    id: 'applyCheckpoint',
    verb: 'POST',
    path: '/checkpoints/{id}/apply',
    tag: 'checkpoints',
    summary: 'Take the machine back to it',
    params: idParams,
    long: true,
    resource: true,
    answers: { 200: { description: 'The machine as it is then', schema: vmSchema }, ...GONE_SINCE },
    handle: async ({ management, params: { id } }) => {
      const checkpoint = await systemSetting(management, CHECKPOINT, id);
      await management.run(SNAPSHOT_SERVICE, 'ApplySnapshot', { Snapshot: configurationPath(id) });
      return changed(readVm(management, text(checkpoint, 'VirtualSystemIdentifier') ?? ''));
    },
  }),
  route({
    id: 'forkCheckpoint',
    verb: 'POST',
    path: '/checkpoints/{id}/fork',
    tag: 'checkpoints',
    summary: 'Machines that go on from it, with identities of their own (docs/forks.md)',
    params: idParams,
    body: z.strictObject({
      count: z.number().int().min(1).max(1000).default(1),
      name: name.optional(),
      start: z.boolean().default(true),
      disconnected: z.boolean().default(false),
      overcommit: z.boolean().default(false),
    }),
    long: true,
    answers: { 201: { description: 'The machines', schema: z.strictObject({ items: z.array(vmSchema) }) } },
    handle: async ({ management, params: { id }, body }) => {
      await systemSetting(management, CHECKPOINT, id);
      const out = await management.run(FORK_SERVICE, 'ForkSnapshot', {
        Snapshot: configurationPath(id),
        Count: body.count,
        ...(body.name === undefined ? {} : { ElementName: body.name }),
        Start: body.start,
        Disconnected: body.disconnected,
        Overcommit: body.overcommit,
      });
      const forks = paths(out['ResultingSystems']).map((path) => String(path.key('Name')));
      // One that has gone since has no name.
      const there = (await vmSummariesOf(management, forks)).filter((summary) => text(summary, 'Name') !== null);
      const items = await completeVms(management, there);
      return created(`/api/v1/vms/${forks[0] ?? ''}`, { items });
    },
  }),
  route({
    id: 'deleteCheckpoint',
    verb: 'DELETE',
    path: '/checkpoints/{id}',
    tag: 'checkpoints',
    summary: 'Delete it; `tree` with all that descend from it',
    params: idParams,
    query: z.strictObject({ tree: booleanQuery.optional() }),
    long: true,
    revision: async ({ management, params: { id } }) => checkpointView(await systemSetting(management, CHECKPOINT, id)),
    answers: { 204: { description: 'Deleted; disks are merged' } },
    handle: async ({ management, params: { id }, query }) => {
      await systemSetting(management, CHECKPOINT, id);
      const path = configurationPath(id);
      if (query.tree === true)
        await management.run(SNAPSHOT_SERVICE, 'DestroySnapshotTree', { SnapshotSettingData: path });
      else await management.run(SNAPSHOT_SERVICE, 'DestroySnapshot', { AffectedSnapshot: path });
      return gone;
    },
  }),
];
