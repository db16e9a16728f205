import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { Problem } from '../problems/problem.ts';
import type { Route } from '../routes/route.ts';
import type { RestService } from '../service.ts';
import { PREFIX } from './prefix.ts';
import { admit, sendProblem, serve } from './serve.ts';

/** Bytes of a JSON body. */
const BODY_LIMIT = 1 << 20;

/** Of a route as Fastify writes it: `/vms/{id}` -> `/api/v1/vms/:id`. */
const urlOf = ({ path, root }: Route): string => `${root === true ? '' : PREFIX}${path.replace(/\{(\w+)\}/g, ':$1')}`;

/** What HTTP and Fastify refuse by themselves. */
const problemOfFastify = (error: FastifyError): unknown => {
  if (error.statusCode === 413) return new Problem('body-too-large', `The body is longer than ${BODY_LIMIT} bytes.`);
  if (error.statusCode === 415) return new Problem('unsupported-media-type', 'The body must be application/json.');
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 ? new Problem('invalid-request', 'The request cannot be read.') : error;
};

/** The routes on one listener, in a scope of their own: other front ends have other bodies and other errors. */
export const registerRoutes = (listener: FastifyInstance, service: RestService, routes: readonly Route[]): void => {
  void listener.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
      done(null, body),
    );
    addRoutes(
      scope,
      service,
      routes.filter(({ stream }) => stream !== true),
      routes,
    );
    addStrangers(scope, service);
    // A listener that closes waits for its answers; streams have no end of their own.
    scope.addHook('preClose', async () => {
      for (const end of [...service.streams]) end();
    });
  });
  void listener.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Left unread: the handler takes it piece by piece.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    addRoutes(
      scope,
      service,
      routes.filter(({ stream }) => stream === true),
      routes,
    );
  });
};

const addRoutes = (
  scope: FastifyInstance,
  service: RestService,
  routes: readonly Route[],
  all: readonly Route[],
): void => {
  scope.setErrorHandler((error: FastifyError, request, reply) =>
    sendProblem(service, request, reply, problemOfFastify(error)),
  );
  const told = new Set<string>();
  for (const route of routes) {
    const url = urlOf(route);
    scope.route({
      url,
      bodyLimit: BODY_LIMIT,
      // Node leaves the body out; Fastify's own routes of HEAD would read a file to its end, and give a 304 a length of 0.
      method: route.verb === 'GET' ? ['GET', 'HEAD'] : route.verb,
      exposeHeadRoute: false,
      onRequest: admit(service, route.open === true),
      handler: (request, reply) => serve(service, route, request, reply),
    });
    if (told.has(url) || routesOf(all, url)[0] !== route) continue;
    told.add(url);
    refuseOthers(scope, service, url, routesOf(all, url));
  }
};

const routesOf = (routes: readonly Route[], url: string): readonly Route[] =>
  routes.filter((each) => urlOf(each) === url);

/** Other verbs of a path: first who asks, then which there are. */
const refuseOthers = (scope: FastifyInstance, service: RestService, url: string, routes: readonly Route[]): void => {
  const known: string[] = routes.map(({ verb }) => verb);
  if (known.includes('GET')) known.push('HEAD');
  const others = scope.supportedMethods.filter((method) => !known.includes(method)) as HTTPMethods[];
  scope.route({
    method: others,
    url,
    onRequest: admit(service, false),
    handler: (request, reply) => {
      const refusal = new Problem('method-not-allowed', `Here are ${known.join(', ')}.`, {
        headers: { allow: known.join(', ') },
      });
      return sendProblem(service, request, reply, refusal);
    },
  });
};

/** Everything else below /api: 401, then 404 (hardening test 1). */
const addStrangers = (scope: FastifyInstance, service: RestService): void => {
  for (const url of ['/api', '/api/*'])
    scope.route({
      method: [...scope.supportedMethods] as HTTPMethods[],
      url,
      onRequest: admit(service, false),
      handler: (request: FastifyRequest, reply: FastifyReply) =>
        sendProblem(
          service,
          request,
          reply,
          new Problem('not-found', 'There is no such route. /openapi.json lists them.'),
        ),
    });
};
