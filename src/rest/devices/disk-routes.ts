import { z } from 'zod';
import { partParams } from '../configurations/part-id.ts';
import { CHECKPOINT, type Place, PLANNED, systemSetting, VM } from '../configurations/place.ts';
import type { Management } from '../management/management.ts';
import { Problem } from '../problems/problem.ts';
import { idParams } from '../routes/common.ts';
import { changed, gone, GONE_SINCE, made, ok, type Reply, type Route, route } from '../routes/route.ts';
import { driveOf, imageOf, scsiController } from './blueprints.ts';
import { moveDrive, placeFor } from './places.ts';
import { addResources, changeResources, IMAGE, RESOURCE, removeResources, resourcePath } from './resources.ts';
import { controllerSchema, type DevicesView, devicesOf, devicesSchema, diskSchema } from './view.ts';

const newDisk = z.strictObject({
  kind: z.enum(['disk', 'dvd']).default('disk'),
  path: z.string().min(1).max(4096).nullable().default(null),
  controllerId: z.string().max(300).nullable().default(null),
  location: z.number().int().min(0).max(63).nullable().default(null),
});

/** One call changes all or nothing: the image and the place of a drive are two. */
const diskChange = z
  .strictObject({
    path: z.string().min(1).max(4096).nullable().optional().describe('the file in it; null ejects it'),
    controllerId: z.string().max(300).optional().describe('moves the drive there, and to its first free location'),
    location: z.number().int().min(0).max(63).optional().describe('moves the drive there'),
  })
  .refine(({ path, controllerId, location }) => path === undefined || (controllerId ?? location) === undefined, {
    path: ['path'],
    message: 'and the place change one after the other',
  });

/** Devices of a machine or plan that is there. */
export const devicesAt = async (management: Management, place: Place, id: string): Promise<DevicesView> => {
  await systemSetting(management, place, id);
  return devicesOf(management, id);
};

/** The one of an id in any case. @throws Problem not-found */
export const pick = <T extends { readonly id: string }>(all: readonly T[], id: string, what: string): T => {
  const found = all.find((each) => each.id.toLowerCase() === id.toLowerCase());
  if (found === undefined) throw new Problem('not-found', `There is no ${what} with this id. GET devices tells them.`);
  return found;
};

/** A part as it is then, with the ETag that its next change is compared with: that of all devices. */
export const changedPart = (
  management: Management,
  id: string,
  part: (devices: DevicesView) => unknown,
): Promise<Reply> => changed(devicesOf(management, id), (devices) => ({ ...ok(part(devices)), revision: devices }));

/** Drives with their images, and controllers, below a machine, a plan or a checkpoint; of checkpoints those of plans can be changed. */
export const diskRoutes: readonly Route[] = [VM, PLANNED, CHECKPOINT].flatMap((place) => {
  const base = `/${place.segment}/{id}`;
  const { name } = place;
  return [
    route({
      id: `add${name}Disk`,
      verb: 'POST',
      path: `${base}/disks`,
      tag: 'devices',
      summary: 'Add a drive with or without an image',
      params: idParams,
      body: newDisk,
      long: true,
      revision: ({ management, params: { id } }) => devicesAt(management, place, id),
      answers: { 201: { description: 'The drive', schema: diskSchema }, ...GONE_SINCE },
      handle: async ({ management, params: { id }, body }) => {
        const free = placeFor(await devicesAt(management, place, id), body);
        const added = await addResources(management, id, [
          ...free.before,
          driveOf(body.kind, 'drive', free.parent, free.location),
          ...(body.path === null ? [] : [imageOf(body.kind, { made: 'drive' }, body.path)]),
        ]);
        const drive = added[free.before.length] ?? '';
        return made(
          `/api/v1/${place.segment}/${id}/disks/${drive}`,
          devicesOf(management, id).then(({ disks }) => pick(disks, drive, 'drive')),
        );
      },
    }),
    route({
      id: `change${name}Disk`,
      verb: 'PATCH',
      path: `${base}/disks/{device}`,
      tag: 'devices',
      summary: 'Another image, null ejects it; or another place, which gives the drive another id',
      params: partParams,
      body: diskChange,
      whole: true,
      resource: true,
      revision: ({ management, params: { id } }) => devicesAt(management, place, id),
      answers: { 200: { description: 'The drive as it is then', schema: diskSchema }, ...GONE_SINCE },
      handle: async ({ management, params: { id, device }, body: { path, controllerId, location } }) => {
        const devices = await devicesAt(management, place, id);
        const disk = pick(devices.disks, device, 'drive');
        if (path === undefined) {
          const wanted = { controllerId: controllerId ?? null, location: location ?? null };
          const moved = await moveDrive(management, id, devices, disk, wanted);
          return changedPart(management, id, ({ disks }) => pick(disks, moved, 'drive'));
        }
        if (path === null) {
          if (disk.imageId !== null) await removeResources(management, [resourcePath(id, IMAGE, disk.imageId)]);
        } else if (disk.imageId === null)
          await addResources(management, id, [imageOf(disk.kind, { className: RESOURCE, part: disk.id }, path)]);
        else
          await changeResources(management, id, [
            { className: IMAGE, part: disk.imageId, values: { HostResource: [path] } },
          ]);
        return changedPart(management, id, ({ disks }) => pick(disks, device, 'drive'));
      },
    }),
    route({
      id: `remove${name}Disk`,
      verb: 'DELETE',
      path: `${base}/disks/{device}`,
      tag: 'devices',
      summary: 'Remove the drive; the file of its image is kept',
      params: partParams,
      long: true,
      revision: ({ management, params: { id } }) => devicesAt(management, place, id),
      answers: { 204: { description: 'Removed' } },
      handle: async ({ management, params: { id, device } }) => {
        const disk = pick((await devicesAt(management, place, id)).disks, device, 'drive');
        await removeResources(management, [
          ...(disk.imageId === null ? [] : [resourcePath(id, IMAGE, disk.imageId)]),
          resourcePath(id, RESOURCE, disk.id),
        ]);
        return gone;
      },
    }),
    route({
      id: `add${name}Controller`,
      verb: 'POST',
      path: `${base}/controllers`,
      tag: 'devices',
      summary: 'Add a SCSI controller',
      params: idParams,
      body: z.strictObject({ kind: z.literal('scsi').default('scsi') }),
      revision: ({ management, params: { id } }) => devicesAt(management, place, id),
      answers: { 201: { description: 'The controller', schema: controllerSchema }, ...GONE_SINCE },
      handle: async ({ management, params: { id } }) => {
        await systemSetting(management, place, id);
        const [added = ''] = await addResources(management, id, [scsiController()]);
        return made(
          `/api/v1/${place.segment}/${id}/controllers/${added}`,
          devicesOf(management, id).then(({ controllers }) => pick(controllers, added, 'controller')),
        );
      },
    }),
    route({
      id: `remove${name}Controller`,
      verb: 'DELETE',
      path: `${base}/controllers/{device}`,
      tag: 'devices',
      summary: 'Remove a SCSI controller without drives',
      params: partParams,
      revision: ({ management, params: { id } }) => devicesAt(management, place, id),
      answers: { 204: { description: 'Removed' } },
      handle: async ({ management, params: { id, device } }) => {
        const { controllers, disks } = await devicesAt(management, place, id);
        const controller = pick(controllers, device, 'controller');
        // Hyper-V's call would take the drives along.
        if (disks.some(({ controllerId }) => controllerId === controller.id))
          throw new Problem('in-use', 'This controller has drives. Move or remove them first.');
        await removeResources(management, [resourcePath(id, RESOURCE, controller.id)]);
        return gone;
      },
    }),
  ];
});

/** All devices of machines, plans and checkpoints. */
export const deviceRoutes = (places: readonly Place[]): readonly Route[] =>
  places.map((place) =>
    route({
      id: `list${place.name}Devices`,
      verb: 'GET',
      path: `/${place.segment}/{id}/devices`,
      tag: 'devices',
      summary: 'Controllers, drives, network adapters and all other devices',
      params: idParams,
      resource: true,
      answers: { 200: { description: 'Devices', schema: devicesSchema } },
      handle: async ({ management, params: { id } }) => ok(await devicesAt(management, place, id)),
    }),
  );
