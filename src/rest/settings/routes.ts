import { z } from 'zod';
import { partOf } from '../configurations/part-id.ts';
import { CHECKPOINT, PLANNED, systemSetting, VM } from '../configurations/place.ts';
import { wqlText } from '../management/names.ts';
import { text } from '../management/values.ts';
import { idParams } from '../routes/common.ts';
import { changed, GONE_SINCE, ok, route, type Route } from '../routes/route.ts';
import { changeSettings, readSettings } from './settings.ts';
import { changeSchema, settingsSchema } from './shape.ts';

const bootSources = z.strictObject({
  items: z.array(z.strictObject({ id: z.string(), description: z.string(), path: z.string() })),
});

/** Settings of machines, plans and checkpoints. */
export const settingsRoutes: readonly Route[] = [
  ...[VM, PLANNED, CHECKPOINT].map((place) =>
    route({
      id: `get${place.name}Settings`,
      verb: 'GET',
      path: `/${place.segment}/{id}/settings`,
      tag: 'settings',
      summary: 'All settings',
      params: idParams,
      resource: true,
      answers: { 200: { description: 'Settings', schema: settingsSchema } },
      handle: async ({ management, params: { id } }) => ok(await readSettings(management, place, id)),
    }),
  ),
  // Of checkpoints, those of plans; of others name and notes.
  ...[VM, PLANNED, CHECKPOINT].map((place) =>
    route({
      id: `change${place.name}Settings`,
      verb: 'PATCH',
      path: `/${place.segment}/{id}/settings`,
      tag: 'settings',
      summary: 'Change what is given',
      params: idParams,
      body: changeSchema,
      resource: true,
      whole: true,
      revision: ({ management, params: { id } }) => readSettings(management, place, id),
      answers: { 200: { description: 'Settings as they are then', schema: settingsSchema }, ...GONE_SINCE },
      handle: async ({ management, params: { id }, body }) => {
        await changeSettings(management, place, id, body);
        return changed(readSettings(management, place, id));
      },
    }),
  ),
  route({
    id: 'listBootSources',
    verb: 'GET',
    path: '/vms/{id}/boot-sources',
    tag: 'settings',
    summary: 'What a generation 2 machine can boot from',
    params: idParams,
    answers: { 200: { description: 'Boot sources', schema: bootSources } },
    handle: async ({ management, params: { id } }) => {
      await systemSetting(management, VM, id);
      const query = `SELECT * FROM Msvm_BootSourceSettingData WHERE InstanceID LIKE ${wqlText(`Microsoft:${id}%`)}`;
      const items = (await management.query(query)).map((source) => ({
        id: partOf(text(source, 'InstanceID')),
        description: text(source, 'BootSourceDescription') ?? '',
        path: text(source, 'FirmwareDevicePath') ?? '',
      }));
      return ok({ items });
    },
  }),
];
