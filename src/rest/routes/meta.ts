import { z } from 'zod';
import { openApiDocument } from '../openapi/document.ts';
import { Problem } from '../problems/problem.ts';
import { isProblemCode, problemPage } from '../problems/table.ts';
import type { RestService } from '../service.ts';
import { ok, type Route, route } from './route.ts';

const status = z.strictObject({ status: z.literal('ok') });

/** What is told about the API itself, and to those who watch over the service. */
export const metaRoutes = (service: RestService, all: () => readonly Route[]): readonly Route[] => {
  let document: object | undefined;
  return [
    route({
      id: 'getOpenApi',
      verb: 'GET',
      path: '/openapi.json',
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
