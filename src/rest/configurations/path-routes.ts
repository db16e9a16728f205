import { z } from 'zod';
import type { CimValues } from '../../cim/values.ts';
import { configurationPath, PATH_SERVICE } from '../management/names.ts';
import { idParams } from '../routes/common.ts';
import { ok, type Route, route } from '../routes/route.ts';
import { partOf } from './part-id.ts';
import { CHECKPOINT, PLANNED, systemSetting, VM } from './place.ts';

/** What names a path, by its property: as the members of settings and devices are called. */
const KINDS = {
  ConfigurationDataRoot: 'configuration',
  SnapshotDataRoot: 'checkpoints',
  SwapFileDataRoot: 'swap',
  SuspendDataRoot: 'savedState',
  GuestStateDataRoot: 'guestState',
  HostResource: 'disk',
  Connection: 'serialPort',
} as const;
const KIND_OF: ReadonlyMap<string, keyof typeof KINDS> = new Map(
  Object.keys(KINDS).map((name) => [name, name as keyof typeof KINDS]),
);

const namedPathSchema = z
  .strictObject({
    kind: z.enum([...Object.values(KINDS), 'other']),
    sourceId: z.string().nullable().describe('image of a drive (`imageId`) or serial port; null: the settings'),
    path: z.string().describe('as it was written'),
    hostPath: z.string().nullable().describe('the file or folder of the host that it means; null: none'),
    problem: z.string().nullable().describe('why there is none, or that it is not there'),
  })
  .meta({ id: 'NamedPath' });

type NamedPath = z.infer<typeof namedPathSchema>;

/** GetHostPaths answers arrays that run side by side, with empty texts for nothing. */
const rowsOf = (out: CimValues): readonly NamedPath[] => {
  const column = (name: string): readonly string[] => (out[name] ?? []) as readonly string[];
  const at = (name: string, index: number): string => column(name)[index] ?? '';
  const given = (text: string): string | null => (text === '' ? null : text);
  return column('Settings').map((setting, index) => {
    const property = KIND_OF.get(at('Properties', index));
    return {
      kind: property === undefined ? 'other' : KINDS[property],
      sourceId: given(partOf(setting)),
      path: at('Paths', index),
      hostPath: given(at('HostPaths', index)),
      problem: given(at('Problems', index)),
    };
  });
};

/** Both paths of what a machine, plan or checkpoint names. They are looked for anew, so they are no part of the devices. */
export const pathRoutes: readonly Route[] = [VM, PLANNED, CHECKPOINT].map((place) =>
  route({
    id: `list${place.name}Paths`,
    verb: 'GET',
    path: `/${place.segment}/{id}/paths`,
    tag: 'settings',
    summary: 'Folders and files that it names, as they were written and as they are on this host',
    params: idParams,
    answers: { 200: { description: 'Paths', schema: z.strictObject({ items: z.array(namedPathSchema) }) } },
    handle: async ({ management, params: { id } }) => {
      await systemSetting(management, place, id);
      const out = await management.run(PATH_SERVICE, 'GetHostPaths', { Configuration: configurationPath(id) });
      return ok({ items: rowsOf(out) });
    },
  }),
);
