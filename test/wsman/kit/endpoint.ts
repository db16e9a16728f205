import { request as httpRequest } from 'node:http';
import { Agent, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import type { Caller } from '../../../src/cim/operations.ts';
import type { Authenticate } from '../../../src/http/authentication.ts';
import { createWsmanServer, type WsmanServerOptions } from '../../../src/wsman/endpoint/server.ts';
import { parseXml } from '../../../src/xml/parse.ts';
import { child, type XmlElement } from '../../../src/xml/element.ts';
import { createWorld, HOST, type World } from './world.ts';

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
    : { ok: false, challenges: ['Negotiate', 'Basic realm="WSMAN"'] };
};

export const basic = (user: string): string => `Basic ${Buffer.from(`${user}:secret`).toString('base64')}`;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface PostOptions {
  readonly path?: string;
  readonly method?: string;
  /** null: no Authorization. */
  readonly user?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly chunked?: boolean;
  readonly agent?: Agent;
}

/** A reply whose SOAP was read. */
export interface SoapReply {
  readonly status: number;
  readonly text: string;
  readonly header: XmlElement;
  /** First child of Body. */
  readonly body: XmlElement | null;
  readonly http: HttpAnswer;
}

export interface TestEndpoint extends AsyncDisposable {
  readonly url: string;
  /** As when the account of `user` is removed. */
  forget(user: string): Promise<void>;
  readonly world: World;
  readonly logged: { readonly details: object; readonly message: string }[];
  http(body: Buffer | string, options?: PostOptions): Promise<HttpAnswer>;
  /** POST an envelope and read the SOAP of the answer. */
  soap(envelope: string | Buffer, options?: PostOptions): Promise<SoapReply>;
}

export async function startEndpoint(
  options: Partial<WsmanServerOptions> = {},
  world: World = createWorld(),
): Promise<TestEndpoint> {
  const logged: { details: object; message: string }[] = [];
  const log = (details: object, message: string): void => void logged.push({ details, message });
  const server = createWsmanServer({
    broker: world.broker,
    authenticate,
    log: { info: log, warn: log, error: log },
    ...options,
  });
  const listener = fastify({ forceCloseConnections: true });
  server.register(listener);
  await listener.listen({ host: '127.0.0.1', port: 0 });
  const { port } = listener.server.address() as AddressInfo;
  const agents = new Agent({ keepAlive: true });
  const http = (body: Buffer | string, o: PostOptions = {}): Promise<HttpAnswer> => send(port, agents, body, o);
  return {
    url: `http://127.0.0.1:${port}`,
    world,
    forget: (user) => server.forget(`${HOST}\\${user}`),
    logged,
    http,
    soap: async (envelope, o) => readSoap(await http(envelope, o)),
    [Symbol.asyncDispose]: async () => {
      await server.close();
      agents.destroy();
      await listener.close();
    },
  };
}

function send(port: number, agents: Agent, body: Buffer | string, options: PostOptions): Promise<HttpAnswer> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body, 'utf8');
  const user = options.user === undefined ? 'admin' : options.user;
  const headers: Record<string, string> = { 'content-type': 'application/soap+xml;charset=UTF-8' };
  if (user !== null) headers['authorization'] = basic(user);
  if (options.chunked !== true) headers['content-length'] = String(bytes.length);
  Object.assign(headers, options.headers);
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path: options.path ?? '/wsman',
        method: options.method ?? 'POST',
        headers,
        agent: options.agent ?? agents,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (c: Buffer) => chunks.push(c));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            rawHeaders: response.rawHeaders,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    request.on('error', reject);
    if (options.chunked === true) {
      for (let at = 0; at < bytes.length; at += 200) request.write(bytes.subarray(at, at + 200));
      request.end();
    } else request.end(bytes);
  });
}

export function readSoap(http: HttpAnswer): SoapReply {
  const utf16 = http.body[0] === 0xff && http.body[1] === 0xfe;
  const text = utf16 ? http.body.subarray(2).toString('utf16le') : http.body.toString('utf8');
  const root = parseXml(text);
  const header = child(root, 'Header');
  const body = child(root, 'Body');
  if (header === undefined || body === undefined) throw new Error(`no envelope: ${text.slice(0, 200)}`);
  return { status: http.status, text, header, body: body.children[0] ?? null, http };
}
