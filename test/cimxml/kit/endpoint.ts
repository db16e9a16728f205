import { Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import type { Caller, CimBroker } from '../../../src/cim/operations.ts';
import { createCimxmlServer, type CimxmlServerOptions } from '../../../src/cimxml/endpoint/server.ts';
import type { Authenticate } from '../../../src/http/authentication.ts';
import { createWorld, HOST } from '../../wsman/kit/world.ts';
import { extrinsic, intrinsic, type ParameterTexts } from './messages.ts';
import { type CimReply, readReply } from './reply.ts';

const ROLES: Readonly<Record<string, Caller['role']>> = {
  admin: 'administrator',
  other: 'administrator',
  watcher: 'viewer',
};

const authenticate: Authenticate = async ({ authorization, remoteAddress }) => {
  const text = Buffer.from((authorization ?? '').replace(/^Basic /i, ''), 'base64').toString('utf8');
  const [user = '', password] = text.split(':');
  const role = ROLES[user];
  return role !== undefined && password === 'secret'
    ? { ok: true, caller: { name: `${HOST}\\${user}`, role, address: remoteAddress }, lives: () => true }
    : { ok: false, challenges: ['Basic realm="vsms"'] };
};

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface PostOptions {
  readonly path?: string;
  readonly method?: string;
  /** null: no Authorization. */
  readonly user?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestEndpoint extends AsyncDisposable {
  readonly port: number;
  readonly logged: { readonly details: object; readonly message: string }[];
  http(body: Buffer | string, options?: PostOptions): Promise<HttpAnswer>;
  /** Any message whose answer is one. */
  send(body: string, options?: PostOptions): Promise<CimReply>;
  call(name: string, namespace: string, parameters?: ParameterTexts, options?: PostOptions): Promise<CimReply>;
  invoke(name: string, target: string, parameters?: ParameterTexts, options?: PostOptions): Promise<CimReply>;
}

export async function startEndpoint(
  world: { readonly broker: CimBroker } = createWorld(),
  options: Partial<CimxmlServerOptions> = {},
): Promise<TestEndpoint> {
  const logged: { details: object; message: string }[] = [];
  const log = (details: object, message: string): void => void logged.push({ details, message });
  const server = createCimxmlServer({
    broker: world.broker,
    authenticate,
    log: { info: log, warn: log, error: log },
    ...options,
  });
  const listener = fastify({ forceCloseConnections: true });
  server.register(listener);
  await listener.listen({ host: '127.0.0.1', port: 0 });
  const { port } = listener.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const http = (body: Buffer | string, o: PostOptions = {}): Promise<HttpAnswer> => post(port, agent, body, o);
  const send = async (body: string, o?: PostOptions): Promise<CimReply> => readReply(await http(body, o));
  return {
    port,
    logged,
    http,
    send,
    call: (name, namespace, parameters, o) => send(intrinsic(name, namespace, parameters), o),
    invoke: (name, target, parameters, o) => send(extrinsic(name, target, parameters), o),
    [Symbol.asyncDispose]: async () => {
      server.close();
      agent.destroy();
      await listener.close();
    },
  };
}

export const basic = (user: string, password = 'secret'): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

export function post(port: number, agent: Agent, body: Buffer | string, options: PostOptions): Promise<HttpAnswer> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body, 'utf8');
  const user = options.user === undefined ? 'admin' : options.user;
  const headers: Record<string, string> = {
    'content-type': 'application/xml; charset="utf-8"',
    'content-length': String(bytes.length),
    cimoperation: 'MethodCall',
    ...(user === null ? {} : { authorization: basic(user) }),
    ...options.headers,
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path: options.path ?? '/cimom',
        method: options.method ?? 'POST',
        headers,
        agent,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (c: Buffer) => chunks.push(c));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      },
    );
    request.on('error', reject);
    request.end(bytes);
  });
}
