import { z } from 'zod';
import { PREFIX } from '../endpoint/prefix.ts';
import { PROBLEMS, type ProblemCode } from '../problems/table.ts';
import type { AnswerDescription, Route } from '../routes/route.ts';

type Json = Record<string, unknown>;

const problemSchema: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'returnValue', 'method', 'requestId', 'job', 'errors'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(PROBLEMS) satisfies string[] as ProblemCode[] },
    detail: { type: 'string' },
    returnValue: { type: ['integer', 'null'], description: "Hyper-V's number" },
    method: { type: ['string', 'null'], description: "The method of Hyper-V's API that answered it" },
    requestId: { type: 'string' },
    job: { anyOf: [{ $ref: '#/components/schemas/Job' }, { type: 'null' }] },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};

const PROBLEM_ANSWER: Json = {
  description: 'A problem (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** Schemas with an `id` become components; everything else stands in its place. */
class Schemas {
  readonly components: Json = {};

  of(schema: z.ZodType, io: 'input' | 'output'): Json {
    const { $schema: _, $defs, ...own } = z.toJSONSchema(schema, { io, reused: 'inline' }) as Json;
    for (const [name, definition] of Object.entries(($defs ?? {}) as Json))
      this.components[name] = relocate(definition);
    const named = own['id'];
    if (typeof named === 'string') {
      this.components[named] = relocate(own);
      return { $ref: `#/components/schemas/${named}` };
    }
    return relocate(own) as Json;
  }
}

/** References of JSON Schema point into `$defs`, those of OpenAPI into components. */
const relocate = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(relocate);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      if (name === '$ref' && typeof inner === 'string')
        return [[name, inner.replace(/^#\/\$defs\//, '#/components/schemas/')]];
      if (name === 'id' && typeof inner === 'string') return [];
      return [[name, relocate(inner)]];
    }),
  );
};

const parameters = (schemas: Schemas, schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] => {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemas.of(schema, 'input') as { properties?: Json; required?: string[] };
  return Object.entries(properties).map(([name, inner]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: inner,
  }));
};

const HEADER_PARAMETERS: Readonly<Record<string, Json>> = {
  ifMatch: { name: 'If-Match', in: 'header', schema: { type: 'string' } },
  ifNoneMatch: { name: 'If-None-Match', in: 'header', schema: { type: 'string' } },
  prefer: { name: 'Prefer', in: 'header', description: 'respond-async, wait=SECONDS', schema: { type: 'string' } },
  idempotencyKey: { name: 'Idempotency-Key', in: 'header', schema: { type: 'string', minLength: 1, maxLength: 100 } },
  csrf: { name: 'X-CSRF-Token', in: 'header', description: 'with a session', schema: { type: 'string' } },
  fields: { name: 'fields', in: 'query', description: 'members to tell', schema: { type: 'string' } },
};

const knowsTags = ({ verb, resource, tagged }: Route): boolean =>
  verb === 'GET' && (resource === true || tagged === true);

const headersOf = (route: Route): Json[] => {
  const names: (keyof typeof HEADER_PARAMETERS)[] = [];
  if (route.resource === true) names.push('fields');
  if (knowsTags(route)) names.push('ifNoneMatch');
  if (route.revision !== undefined) names.push('ifMatch');
  if (route.long === true) names.push('prefer');
  if (route.verb === 'POST') names.push('idempotencyKey');
  if (route.verb !== 'GET' && route.open !== true) names.push('csrf');
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
};

const answerOf = (schemas: Schemas, { description, schema, type }: AnswerDescription): Json => {
  if (schema === undefined && type === undefined) return { description };
  const media = type ?? 'application/json';
  return { description, content: { [media]: schema === undefined ? {} : { schema: schemas.of(schema, 'output') } } };
};

const operationOf = (schemas: Schemas, route: Route): Json => ({
  operationId: route.id,
  tags: [route.tag],
  summary: route.summary,
  parameters: [
    ...parameters(schemas, route.params, 'path'),
    ...parameters(schemas, route.query, 'query'),
    ...headersOf(route),
  ],
  ...(route.body === undefined
    ? route.stream === true && route.verb !== 'GET'
      ? { requestBody: { required: true, content: { '*/*': {} } } }
      : {}
    : {
        // Where everything has a default, no body is one without members.
        requestBody: {
          required: !route.body.safeParse({}).success,
          content: { 'application/json': { schema: schemas.of(route.body, 'input') } },
        },
      }),
  responses: {
    ...Object.fromEntries(Object.entries(route.answers).map(([status, answer]) => [status, answerOf(schemas, answer)])),
    ...(route.long === true
      ? {
          202: {
            description: 'The job is still running',
            headers: { Location: { schema: { type: 'string' } } },
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Job' } } },
          },
        }
      : {}),
    ...(knowsTags(route) ? { 304: { description: 'It is as `If-None-Match` says' } } : {}),
    default: { $ref: '#/components/responses/Problem' },
  },
  ...(route.open === true ? { security: [] } : {}),
});

/** OpenAPI 3.1 of the table of routes. */
export const openApiDocument = (routes: readonly Route[], version: string): object => {
  const schemas = new Schemas();
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = `${route.root === true ? '' : PREFIX}${route.path}`;
    paths[path] = { ...paths[path], [route.verb.toLowerCase()]: operationOf(schemas, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'vsms',
      version,
      description: 'Virtual System Management Service: Hyper-V machines on Linux',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ basic: [] }, { session: [] }, { token: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...schemas.components, Problem: problemSchema },
      parameters: HEADER_PARAMETERS,
      responses: { Problem: PROBLEM_ANSWER },
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic' },
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'vsms-session', description: 'The name ends with the port' },
      },
    },
  };
};
