import { z } from 'zod';
import { Problem } from '../problems/problem.ts';
import { created, gone, ok, type Route, route } from '../routes/route.ts';
import type { RestService } from '../service.ts';
import { digestText, partSha256Of } from './digest.ts';
import type { UploadFacts } from './files.ts';

const uploadSchema = z
  .strictObject({
    id: z.string(),
    path: z.string(),
    sizeBytes: z.number(),
    receivedBytes: z.number().describe('offset of the next part'),
    owner: z.string(),
    startedAt: z.string(),
    expiresAt: z.string().describe('when nothing comes until then, what has come is removed'),
  })
  .meta({ id: 'Upload' });

const view = ({
  id,
  path,
  size,
  received,
  owner,
  startedAt,
  expiresAt,
}: UploadFacts): z.infer<typeof uploadSchema> => ({
  id,
  path,
  sizeBytes: size,
  receivedBytes: received,
  owner,
  startedAt,
  expiresAt,
});

const params = z.object({ upload: z.string().regex(/^[0-9a-f]{32}$/) });
const bytes = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Files that come in parts, over broken connections and restarts of the service. */
export const uploadRoutes = ({ files: { uploads } }: RestService): readonly Route[] => [
  route({
    id: 'listUploads',
    verb: 'GET',
    path: '/files/uploads',
    tag: 'files',
    summary: 'Uploads that are under way',
    answers: {
      200: { description: 'Uploads', schema: z.strictObject({ items: z.array(uploadSchema), next: z.null() }) },
    },
    handle: async ({ context }) => ok({ items: (await uploads.list(context)).map(view), next: null }),
  }),
  route({
    id: 'beginUpload',
    verb: 'POST',
    path: '/files/uploads',
    tag: 'files',
    summary: 'Begin to upload a new file in parts',
    body: z.strictObject({
      path: z.string().min(1).max(4096),
      sizeBytes: bytes,
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/i)
        .nullable()
        .default(null)
        .describe('of the whole file, in hex: a file that is another one is not kept'),
    }),
    answers: { 201: { description: 'Send its parts there', schema: uploadSchema } },
    handle: async ({ context, body }) => {
      const upload = await uploads.begin(context, body.path, {
        size: body.sizeBytes,
        sha256: body.sha256 === null ? null : Buffer.from(body.sha256, 'hex'),
      });
      return created(`/api/v1/files/uploads/${upload.id}`, view(upload));
    },
  }),
  route({
    id: 'getUpload',
    verb: 'GET',
    path: '/files/uploads/{upload}',
    tag: 'files',
    summary: 'How much of it is there',
    params,
    answers: { 200: { description: 'The upload', schema: uploadSchema } },
    handle: async ({ context, params: { upload } }) => ok(view(await uploads.get(context, upload))),
  }),
  route({
    id: 'sendPart',
    verb: 'PATCH',
    path: '/files/uploads/{upload}',
    tag: 'files',
    summary: 'Add a part at the offset that the file has come to; with the last one it gets its name',
    params,
    query: z.strictObject({
      offset: z
        .string()
        .regex(/^\d{1,16}$/)
        .transform(Number)
        .pipe(bytes),
    }),
    stream: true,
    answers: {
      200: { description: 'More is to come', schema: uploadSchema },
      201: {
        description: 'Whole',
        schema: z.strictObject({ path: z.string(), sizeBytes: z.number(), sha256: z.string() }),
      },
    },
    handle: async ({ context, params: { upload: id }, query: { offset }, content, headers }) => {
      if (!['', 'identity'].includes(headers['content-encoding'] ?? ''))
        throw new Problem('unsupported-media-type', 'Send the file as it is, without a content encoding.');
      const { upload, whole } = await uploads.append(context, id, offset, content(), partSha256Of(headers));
      if (whole === null) return ok(view(upload));
      return {
        status: 201,
        body: { path: upload.path, sizeBytes: upload.size, sha256: whole.sha256.toString('hex') },
        headers: { 'repr-digest': digestText(whole.sha256) },
      };
    },
  }),
  route({
    id: 'discardUpload',
    verb: 'DELETE',
    path: '/files/uploads/{upload}',
    tag: 'files',
    summary: 'Give it up; what has come is removed',
    params,
    answers: { 204: { description: 'Removed' } },
    handle: async ({ context, params: { upload } }) => {
      await uploads.discard(context, upload);
      return gone;
    },
  }),
];
