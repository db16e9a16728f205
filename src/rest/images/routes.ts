import { z } from 'zod';
import { parseEmbedded } from '../../cim/embedded/parse-embedded.ts';
import { CimInstance } from '../../cim/instance.ts';
import type { Management } from '../management/management.ts';
import { IMAGE_SERVICE, V2 } from '../management/names.ts';
import { flag, number, text } from '../management/values.ts';
import { Problem } from '../problems/problem.ts';
import { created, gone, ok, type Route, route } from '../routes/route.ts';

const path = z.string().min(1).max(4096);
const size = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

const TYPES = { fixed: 2, dynamic: 3, differencing: 4 } as const;
/** Of qcow2, which Hyper-V does not know, the ending of the name tells. */
const FORMATS = { vhd: 2, vhdx: 3, qcow2: 0 } as const;
type Format = keyof typeof FORMATS;

const imageSchema = z
  .strictObject({
    path: z.string(),
    format: z.enum(['vhd', 'vhdx', 'qcow2', 'other']),
    type: z.enum(['fixed', 'dynamic', 'differencing']).nullable(),
    sizeBytes: z.number().nullable(),
    fileBytes: z.number().nullable(),
    blockBytes: z.number().nullable(),
    parentPath: z.string().nullable(),
    diskId: z.string().nullable(),
    inUse: z.boolean(),
  })
  .meta({ id: 'Image' });

const bytes = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const changesSchema = z
  .strictObject({
    path: z.string(),
    offset: z.number(),
    processedBytes: z.number().describe('from offset on; ask again behind it while it is less than length'),
    ranges: z.array(z.strictObject({ offset: z.number(), length: z.number() })),
  })
  .meta({ id: 'ImageChanges' });

const wordOf = <T extends string>(words: Readonly<Record<T, number>>, value: number | null): T | undefined =>
  (Object.keys(words) as T[]).find((name) => words[name] === value);

/** An instance that a method tells as text. */
const told = async (management: Management, method: string, out: string, file: string): Promise<CimInstance> => {
  const result = await management.run(IMAGE_SERVICE, method, { Path: file });
  const schema = management.broker.repository.namespace(V2);
  if (schema === undefined) throw new Error('the schema lacks its namespace');
  const { class: cimClass, values } = parseEmbedded(String(result[out]), schema);
  return new CimInstance(cimClass, values);
};

const nothing = (value: string | null): string | null => (value === '' ? null : value);

const byName = (path: string): Format => (/\.qcow2$/i.test(path) ? 'qcow2' : /\.a?vhd$/i.test(path) ? 'vhd' : 'vhdx');

const formatOf = (format: number | null, path: string): Format | 'other' => {
  const word = wordOf(FORMATS, format) ?? 'other';
  return word === 'qcow2' && byName(path) !== 'qcow2' ? 'other' : word;
};

const readImage = async (management: Management, file: string): Promise<z.infer<typeof imageSchema>> => {
  const settings = await told(management, 'GetVirtualHardDiskSettingData', 'SettingData', file);
  const state = await told(management, 'GetVirtualHardDiskState', 'State', file);
  return {
    path: text(settings, 'Path') ?? file,
    format: formatOf(number(settings, 'Format'), file),
    type: wordOf(TYPES, number(settings, 'Type')) ?? null,
    sizeBytes: number(settings, 'MaxInternalSize'),
    fileBytes: number(state, 'FileSize'),
    blockBytes: number(settings, 'BlockSize'),
    parentPath: nothing(text(settings, 'ParentPath')),
    diskId: nothing(text(settings, 'VirtualDiskId')),
    inUse: flag(state, 'InUse') === true,
  };
};

/** What cannot be looked at, the call that works with it will refuse. */
const isImage = (management: Management, file: string): Promise<boolean> =>
  readImage(management, file).then(
    () => true,
    () => false,
  );

const SETTING = 'Msvm_VirtualHardDiskSettingData';
const format = z.enum(['vhd', 'vhdx', 'qcow2']).optional().describe('default: as the name ends, and vhdx');

/** Virtual hard disks as files. */
export const imageRoutes: readonly Route[] = [
  route({
    id: 'getImage',
    verb: 'GET',
    path: '/images',
    tag: 'images',
    summary: 'What a disk image is; its parentPath leads up the chain',
    query: z.strictObject({ path }),
    resource: true,
    answers: { 200: { description: 'The image', schema: imageSchema } },
    handle: async ({ management, query }) => ok(await readImage(management, query.path)),
  }),
  route({
    id: 'getImageChanges',
    verb: 'GET',
    path: '/images/changes',
    tag: 'images',
    summary: 'What an image holds that was not there at a reference point',
    query: z.strictObject({
      path,
      since: z.string().min(1).max(300),
      offset: bytes.default(0),
      length: bytes.default(Number.MAX_SAFE_INTEGER),
    }),
    answers: { 200: { description: 'Changed stretches', schema: changesSchema } },
    handle: async ({ management, query }) => {
      const out = await management.run(IMAGE_SERVICE, 'GetVirtualDiskChanges', {
        Path: query.path,
        LimitId: query.since,
        TargetSnapshotId: '',
        ByteOffset: BigInt(query.offset),
        ByteLength: BigInt(query.length),
      });
      const numbers = (name: string): readonly number[] => {
        const value = out[name];
        return Array.isArray(value) ? value.map(Number) : [];
      };
      const lengths = numbers('ChangedByteLengths');
      return ok({
        path: query.path,
        offset: query.offset,
        processedBytes: Number(out['ProcessedByteLength']),
        ranges: numbers('ChangedByteOffsets').map((offset, n) => ({ offset, length: lengths[n] ?? 0 })),
      });
    },
  }),
  route({
    id: 'createImage',
    verb: 'POST',
    path: '/images',
    tag: 'images',
    summary: 'Make a new disk; differencing ones need parentPath and no size',
    body: z.strictObject({
      path,
      format,
      type: z.enum(['fixed', 'dynamic', 'differencing']).default('dynamic'),
      sizeBytes: size.nullable().default(null),
      parentPath: path.nullable().default(null),
      blockBytes: size.nullable().default(null),
    }),
    long: true,
    answers: { 201: { description: 'The image', schema: imageSchema } },
    handle: async ({ management, body }) => {
      await management.run(IMAGE_SERVICE, 'CreateVirtualHardDisk', {
        VirtualDiskSettingData: management.setting(SETTING, {
          Path: body.path,
          Type: TYPES[body.type],
          Format: FORMATS[body.format ?? byName(body.path)],
          MaxInternalSize: body.sizeBytes ?? undefined,
          ParentPath: body.parentPath ?? undefined,
          BlockSize: body.blockBytes ?? undefined,
        }),
      });
      return created(`/api/v1/images?path=${encodeURIComponent(body.path)}`, await readImage(management, body.path));
    },
  }),
  route({
    id: 'resizeImage',
    verb: 'POST',
    path: '/images/resize',
    tag: 'images',
    summary: 'Another size',
    body: z.strictObject({ path, sizeBytes: size }),
    long: true,
    answers: { 200: { description: 'The image as it is then', schema: imageSchema } },
    handle: async ({ management, body }) => {
      await management.run(IMAGE_SERVICE, 'ResizeVirtualHardDisk', {
        Path: body.path,
        MaxInternalSize: BigInt(body.sizeBytes),
      });
      return ok(await readImage(management, body.path));
    },
  }),
  route({
    id: 'compactImage',
    verb: 'POST',
    path: '/images/compact',
    tag: 'images',
    summary: 'Give back the room of blocks that hold nothing',
    body: z.strictObject({ path }),
    long: true,
    answers: { 200: { description: 'The image as it is then', schema: imageSchema } },
    handle: async ({ management, body }) => {
      await management.run(IMAGE_SERVICE, 'CompactVirtualHardDisk', { Path: body.path, Mode: 0 });
      return ok(await readImage(management, body.path));
    },
  }),
  route({
    id: 'convertImage',
    verb: 'POST',
    path: '/images/convert',
    tag: 'images',
    summary: 'A copy in another format or type',
    body: z.strictObject({ path, to: path, format, type: z.enum(['fixed', 'dynamic']).default('dynamic') }),
    long: true,
    answers: { 201: { description: 'The new image', schema: imageSchema } },
    handle: async ({ management, body }) => {
      await management.run(IMAGE_SERVICE, 'ConvertVirtualHardDisk', {
        SourcePath: body.path,
        VirtualDiskSettingData: management.setting(SETTING, {
          Path: body.to,
          Type: TYPES[body.type],
          Format: FORMATS[body.format ?? byName(body.to)],
        }),
      });
      return created(`/api/v1/images?path=${encodeURIComponent(body.to)}`, await readImage(management, body.to));
    },
  }),
  route({
    id: 'mergeImage',
    verb: 'POST',
    path: '/images/merge',
    tag: 'images',
    summary: 'Write what lies over a parent into it, and remove that; or all of the chain into a new file',
    body: z.strictObject({
      path,
      into: path.describe('one of the parents, or a new file'),
      newFile: z.boolean().default(false).describe('a new file it is to be: what is there is refused, also a parent'),
    }),
    long: true,
    answers: { 200: { description: 'The image that was merged into', schema: imageSchema } },
    handle: async ({ management, body }) => {
      // Hyper-V's call tells the two apart by the path alone, and takes the disk away when that is a parent.
      if (body.newFile && (await isImage(management, body.into)))
        throw new Problem('already-exists', `${JSON.stringify(body.into)} is there already. Choose another name.`);
      await management.run(IMAGE_SERVICE, 'MergeVirtualHardDisk', {
        SourcePath: body.path,
        DestinationPath: body.into,
      });
      return ok(await readImage(management, body.into));
    },
  }),
  route({
    id: 'setImageParent',
    verb: 'POST',
    path: '/images/set-parent',
    tag: 'images',
    summary: 'Connect a differencing disk with its parent again',
    body: z.strictObject({
      path,
      parentPath: path,
      ignoreMismatch: z.boolean().default(false).describe('take it though it is not the disk that was the parent'),
    }),
    long: true,
    answers: { 200: { description: 'The image as it is then', schema: imageSchema } },
    handle: async ({ management, body }) => {
      await management.run(IMAGE_SERVICE, 'SetParentVirtualHardDisk', {
        ChildPath: body.path,
        ParentPath: body.parentPath,
        LeafPath: null,
        IgnoreIDMismatch: body.ignoreMismatch,
      });
      return ok(await readImage(management, body.path));
    },
  }),
  route({
    id: 'validateImage',
    verb: 'POST',
    path: '/images/validate',
    tag: 'images',
    summary: 'Is the image and the chain of its parents whole?',
    body: z.strictObject({ path }),
    long: true,
    answers: { 204: { description: 'It is' } },
    handle: async ({ management, body }) => {
      await management.run(IMAGE_SERVICE, 'ValidateVirtualHardDisk', { Path: body.path });
      return gone;
    },
  }),
];
