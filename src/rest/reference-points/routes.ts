import { z } from 'zod';
import { ObjectPath } from '../../cim/object-path.ts';
import type { CimInstance } from '../../cim/instance.ts';
import { CHECKPOINT, systemSetting, VM } from '../configurations/place.ts';
import type { Management } from '../management/management.ts';
import {
  configurationPath,
  REFERENCE_POINT_SERVICE,
  SNAPSHOT_SERVICE,
  SYSTEM,
  systemPath,
  wqlText,
} from '../management/names.ts';
import { idOf, number, text, texts, timeOf } from '../management/values.ts';
import { Problem } from '../problems/problem.ts';
import { guid, idParams } from '../routes/common.ts';
import { gone, GONE_SINCE, made, ok, route, type Route } from '../routes/route.ts';

const POINT = 'Msvm_VirtualSystemReferencePoint';
const SETTING = 'Msvm_VirtualSystemReferencePointSettingData';
/** ReferencePointType of CreateReferencePoint: by resilient change tracking. */
const CHANGE_TRACKING = 1;
/** ConsistencyLevel. */
const CONSISTENCY = { application: 1, crash: 2 } as const;

const pointSchema = z
  .strictObject({
    id: z.string(),
    vmId: z.string(),
    createdAt: z.string().nullable(),
    consistency: z.enum(['application', 'crash']),
    disks: z.array(
      z.strictObject({
        diskId: z.string(),
        changesSince: z.string().describe('`since` of GET /images/changes'),
      }),
    ),
  })
  .meta({ id: 'ReferencePoint' });

const pointView = (point: CimInstance): z.infer<typeof pointSchema> => {
  const since = texts(point, 'ResilientChangeTrackingIdentifiers');
  return {
    id: idOf(text(point, 'InstanceID')),
    vmId: text(point, 'VirtualSystemIdentifier') ?? '',
    createdAt: timeOf(/^Taken (\S+)$/.exec(text(point, 'Description') ?? '')?.[1] ?? ''),
    consistency: number(point, 'ConsistencyLevel') === CONSISTENCY.application ? 'application' : 'crash',
    disks: texts(point, 'VirtualDiskIdentifiers').map((diskId, index) => ({
      diskId,
      changesSince: since[index] ?? '',
    })),
  };
};

const pathOf = (vm: string, point: string): ObjectPath =>
  ObjectPath.of(POINT, { InstanceID: `Microsoft:${point}`, VirtualSystemIdentifier: vm });

const readPoint = async (management: Management, vm: string, point: string): Promise<z.infer<typeof pointSchema>> => {
  const found = await management.find(pathOf(vm, point));
  if (found === null) throw new Problem('not-found', 'This machine has no reference point with this id.');
  return pointView(found);
};

const pointParams = z.object({ id: guid, point: guid });
const place = '/vms/{id}/reference-points';

/** Moments of the disks of a machine that backups measure changes from (docs/backup-and-upgrade.md). */
export const referencePointRoutes: readonly Route[] = [
  route({
    id: 'listReferencePoints',
    verb: 'GET',
    path: place,
    tag: 'reference points',
    summary: 'Reference points of a machine, the oldest first',
    params: idParams,
    resource: true,
    answers: {
      200: { description: 'Reference points', schema: z.strictObject({ items: z.array(pointSchema), next: z.null() }) },
    },
    handle: async ({ management, params: { id } }) => {
      await systemSetting(management, VM, id);
      const query = `SELECT * FROM ${POINT} WHERE VirtualSystemIdentifier = ${wqlText(id)}`;
      const items = (await management.query(query)).map(pointView);
      return ok({ items: items.toSorted((a, b) => ((a.createdAt ?? '') < (b.createdAt ?? '') ? -1 : 1)), next: null });
    },
  }),
  route({
    id: 'createReferencePoint',
    verb: 'POST',
    path: place,
    tag: 'reference points',
    summary: 'Take one of the disks as they are now',
    params: idParams,
    body: z.strictObject({ consistency: z.enum(['application', 'crash']).default('crash') }),
    long: true,
    answers: { 201: { description: 'The reference point', schema: pointSchema }, ...GONE_SINCE },
    handle: async ({ management, params: { id }, body }) => {
      await systemSetting(management, VM, id);
      const out = await management.run(REFERENCE_POINT_SERVICE, 'CreateReferencePoint', {
        AffectedSystem: systemPath(SYSTEM, id),
        ReferencePointSettings: management.setting(SETTING, { ConsistencyLevel: CONSISTENCY[body.consistency] }),
        ReferencePointType: CHANGE_TRACKING,
      });
      const point = idOf(String((out['ResultingReferencePoint'] as ObjectPath).key('InstanceID')));
      return made(`/api/v1/vms/${id}/reference-points/${point}`, readPoint(management, id, point));
    },
  }),
  route({
    id: 'getReferencePoint',
    verb: 'GET',
    path: `${place}/{point}`,
    tag: 'reference points',
    summary: 'One reference point',
    params: pointParams,
    resource: true,
    answers: { 200: { description: 'The reference point', schema: pointSchema } },
    handle: async ({ management, params: { id, point } }) => ok(await readPoint(management, id, point)),
  }),
  route({
    id: 'deleteReferencePoint',
    verb: 'DELETE',
    path: `${place}/{point}`,
    tag: 'reference points',
    summary: 'Give it up; its disks are merged',
    params: pointParams,
    long: true,
    answers: { 204: { description: 'Gone' } },
    handle: async ({ management, params: { id, point } }) => {
      await readPoint(management, id, point);
      await management.run(REFERENCE_POINT_SERVICE, 'DestroyReferencePoint', {
        AffectedReferencePoint: pathOf(id, point),
      });
      return gone;
    },
  }),
  route({
    id: 'convertCheckpoint',
    verb: 'POST',
    path: '/checkpoints/{id}/convert',
    tag: 'reference points',
    summary: 'Turn a recovery checkpoint that was backed up into a reference point of its id',
    params: idParams,
    long: true,
    answers: { 201: { description: 'The reference point', schema: pointSchema }, ...GONE_SINCE },
    handle: async ({ management, params: { id } }) => {
      const checkpoint = await systemSetting(management, CHECKPOINT, id);
      const vm = text(checkpoint, 'VirtualSystemIdentifier') ?? '';
      await management.run(SNAPSHOT_SERVICE, 'ConvertToReferencePoint', {
        AffectedSnapshot: configurationPath(id),
        ReferencePointSettings: '',
      });
      return made(`/api/v1/vms/${vm}/reference-points/${id}`, readPoint(management, vm, id));
    },
  }),
];
