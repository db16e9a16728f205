import { z } from 'zod';
import { PREFIX } from '../endpoint/prefix.ts';
import { openApiDocument } from '../openapi/document.ts';
import { Problem } from '../problems/problem.ts';
import { isProblemCode, problemPage } from '../problems/table.ts';
import type { RestService } from '../service.ts';
import { ok, type Route, route } from './route.ts';

const OPEN_API = '/openapi.json';

const index = z.strictObject({
  version: z.string().describe('Of the service'),
  openApi: z.string().describe('Where all of it is described'),
  resources: z.array(z.strictObject({ id: z.string(), href: z.string(), summary: z.string() })),
});

const status = z.strictObject({ status: z.literal('ok') });

/** By its address alone. */
const isReadAsItIs = ({ verb, path, root, endless, query }: Route): boolean =>
  verb === 'GET' &&
  root !== true &&
  endless !== true &&
  path !== '' &&
  !path.includes('{') &&
  query?.safeParse({}).success !== false;

/** What is told about the API itself, and to those who watch over the service. */
export const metaRoutes = (service: RestService, all: () => readonly Route[]): readonly Route[] => {
  let document: object | undefined;
  return [
    route({
      id: 'getIndex',
      verb: 'GET',
      path: '',
      tag: 'meta',
      summary: 'What is there: resources that need no id to be read, and where all is described',
      answers: { 200: { description: 'Links', schema: index } },
      handle: async () => {
        const resources = all()
          .filter(isReadAsItIs)
          .map(({ id, path, summary }) => ({ id, href: `${PREFIX}${path}`, summary }));
        // RFC 8631: by this a program finds the description.
        const headers = { link: `<${OPEN_API}>; rel="service-desc"` };
        return ok({ version: service.version, openApi: OPEN_API, resources }, headers);
      },
    }),
    route({
      id: 'getOpenApi',
      verb: 'GET',
      path: OPEN_API,
      root: true,
      tag: 'meta',
      summary: 'This API as OpenAPI 3.1',
      answers: { 200: { description: 'The document', schema: z.record(z.string(), z.unknown()) } },
      handle: async () => ok((document ??= openApiDocument(all(), service.version))),
    }),
    route({
      id: 'getError',
      verb: 'GET',
      path: '/errors/{code}',
      tag: 'meta',
      summary: 'What a code of a problem means, and what to do',
      params: z.object({ code: z.string() }),
      answers: { 200: { description: 'The page', type: 'text/markdown; charset=utf-8' } },
      handle: async ({ params: { code } }) => {
        if (!isProblemCode(code)) throw new Problem('not-found', 'There is no such code.');
        return { status: 200, content: { type: 'text/markdown; charset=utf-8', data: problemPage(code) } };
      },
    }),
    ...(['healthz', 'readyz'] as const).map((name) =>
      route({
        id: name === 'healthz' ? 'getHealth' : 'getReadiness',
        verb: 'GET',
        path: `/${name}`,
        root: true,
        open: true,
        tag: 'meta',
        summary: name === 'healthz' ? 'The process lives' : 'Requests are served',
        answers: { 200: { description: 'It does', schema: status } },
        // The listeners open when everything behind them is there, and close before it goes.
        handle: async () => ok({ status: 'ok' }),
      }),
    ),
  ];
};
