import { z } from 'zod';
import { etagOf, namesTag } from '../endpoint/etag.ts';
import { compareKeys, pageOf } from '../endpoint/shape.ts';
import { Problem } from '../problems/problem.ts';
import { paging } from '../routes/common.ts';
import { ok, type Reply, type Route, route } from '../routes/route.ts';
import type { RestService } from '../service.ts';
import { digestText, sha256Of } from './digest.ts';
import { ofLength } from './of-length.ts';
import type { Download, FileEntry } from './files.ts';

const path = z.string().min(1).max(4096);

/** What a file probably is, by its name; what it really is is looked at when it is used. */
const TYPES: Readonly<Record<string, 'disk' | 'iso' | 'definition'>> = {
  vhd: 'disk',
  vhdx: 'disk',
  avhd: 'disk',
  avhdx: 'disk',
  qcow2: 'disk',
  raw: 'disk',
  img: 'disk',
  iso: 'iso',
  vmcx: 'definition',
  xml: 'definition',
  exp: 'definition',
};

const typeOf = ({ name, kind }: FileEntry): 'disk' | 'iso' | 'definition' | 'other' | null =>
  kind === 'folder' ? null : (TYPES[/\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''] ?? 'other');

const entrySchema = z.strictObject({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'file']),
  type: z.enum(['disk', 'iso', 'definition', 'other']).nullable(),
  sizeBytes: z.number().nullable(),
  modifiedAt: z.string().nullable(),
});

const folderSchema = z.strictObject({
  path: z.string().nullable(),
  parent: z.string().nullable(),
  freeBytes: z.number().nullable(),
  items: z.array(entrySchema),
  next: z.string().nullable(),
});

/** Folders first, then by name. */
const keyOf = ({ name, kind }: FileEntry): readonly string[] => [kind === 'folder' ? '0' : '1', name];

/** One range of bytes (RFC 9110 §14); null: all, as for one that ends before it begins. @throws Problem for one that lies outside */
const rangeOf = (header: string | undefined, size: number): { readonly start: number; readonly end: number } | null => {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return null;
  const [, from = '', to = ''] = match;
  if (from !== '' && to !== '' && Number(to) < Number(from)) return null;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start > end)
    throw new Problem('range-not-satisfiable', `The file has ${size} bytes.`, {
      headers: { 'content-range': `bytes */${size}` },
    });
  return { start, end };
};

/** Strong, as `If-Range` wants it (RFC 9110 §13.1.5): a part of a file that is another one now would not fit the others. */
const tagOf = ({ revision }: Download): string => etagOf(revision);

const BYTES = 'application/octet-stream';

const headersOf = (file: Download, length: number): Readonly<Record<string, string>> => ({
  'accept-ranges': 'bytes',
  etag: tagOf(file),
  'content-length': String(length),
  'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
});

const tell = (file: Download, headers: Readonly<Record<string, string | undefined>>): Reply => {
  const tag = tagOf(file);
  const same = headers['if-range'] === undefined || headers['if-range'].trim() === tag;
  const range = same ? rangeOf(headers['range'], file.size) : null;
  const { start, end } = range ?? { start: 0, end: file.size - 1 };
  const length = Math.max(0, end - start + 1);
  return {
    status: range === null ? 200 : 206,
    headers: {
      ...headersOf(file, length),
      ...(range === null ? {} : { 'content-range': `bytes ${start}-${end}/${file.size}` }),
    },
    content: { type: BYTES, data: ofLength(file.read(start, end), length) },
  };
};

export const fileRoutes = ({ files }: RestService): readonly Route[] => [
  route({
    id: 'listFiles',
    verb: 'GET',
    path: '/files',
    tag: 'files',
    summary: 'A folder below the allowed roots; without path the roots',
    query: z.strictObject({ ...paging, path: path.optional() }),
    answers: { 200: { description: 'The folder', schema: folderSchema } },
    handle: async ({ context, query }) => {
      const folder = await files.list(context, query.path ?? null);
      const sorted = folder.entries.toSorted((a, b) => compareKeys(keyOf(a), keyOf(b)));
      const page = pageOf(sorted, keyOf, query);
      return ok({
        path: folder.path,
        parent: folder.parent,
        freeBytes: folder.freeBytes,
        items: page.items.map((entry) => ({
          name: entry.name,
          path: entry.path,
          kind: entry.kind,
          type: typeOf(entry),
          sizeBytes: entry.sizeBytes,
          modifiedAt: entry.modifiedAt,
        })),
        next: page.next,
      });
    },
  }),
  route({
    id: 'makeFolder',
    verb: 'POST',
    path: '/files/folders',
    tag: 'files',
    summary: 'Make a folder, in one that is there',
    body: z.strictObject({ path }),
    answers: { 201: { description: 'Made', schema: z.strictObject({ path: z.string() }) } },
    handle: async ({ context, body }) => {
      await files.makeFolder(context, body.path);
      return { status: 201, body: { path: body.path } };
    },
  }),
  route({
    id: 'uploadFile',
    verb: 'PUT',
    path: '/files/content',
    tag: 'files',
    summary: 'Upload a new file; it is there when it is whole',
    query: z.strictObject({ path }),
    stream: true,
    answers: {
      201: {
        description: 'Written',
        schema: z.strictObject({ path: z.string(), sizeBytes: z.number(), sha256: z.string() }),
      },
    },
    handle: async ({ context, query, content, headers }) => {
      if (!['', 'identity'].includes(headers['content-encoding'] ?? ''))
        throw new Problem('unsupported-media-type', 'Send the file as it is, without a content encoding.');
      const length = headers['content-length'];
      const { bytes, sha256 } = await files.upload(context, query.path, content(), {
        size: length === undefined ? null : Number(length),
        sha256: sha256Of(headers),
      });
      return {
        status: 201,
        headers: { 'repr-digest': digestText(sha256) },
        body: { path: query.path, sizeBytes: bytes, sha256: sha256.toString('hex') },
      };
    },
  }),
  route({
    id: 'downloadFile',
    verb: 'GET',
    path: '/files/content',
    tag: 'files',
    summary: 'Download a file, or a Range of it',
    query: z.strictObject({ path }),
    stream: true,
    tagged: true,
    answers: {
      200: { description: 'The file', type: BYTES },
      206: { description: 'A part of it', type: BYTES },
    },
    handle: async ({ context, query, headers, raw }) => {
      const file = await files.download(context, query.path);
      try {
        const known = headers['if-none-match'];
        if (known !== undefined && namesTag(known, tagOf(file))) {
          await file.close();
          return { status: 304, headers: { etag: tagOf(file) } };
        }
        if (raw.method === 'HEAD') {
          // Nothing of it is read, and ranges are GET's alone (RFC 9110 §14.2).
          await file.close();
          return { status: 200, headers: { ...headersOf(file, file.size), 'content-type': BYTES } };
        }
        return tell(file, headers);
      } catch (error) {
        await file.close();
        throw error;
      }
    },
  }),
];
