import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import { checkHost, checkOrigin } from '../access/guard.ts';
import { identify } from '../access/identify.ts';
import type { Identity } from '../access/identity.ts';
import { PREFIX } from '../endpoint/prefix.ts';
import { Problem, problemBody, problemOf } from '../problems/problem.ts';
import type { RestService } from '../service.ts';
import { bridge } from './bridge.ts';
import type { ConsoleTarget } from './targets.ts';
import type { ConsoleGrant } from './tickets.ts';

/** Bytes of one message of a browser: a paste, not a file. */
const MESSAGE_LIMIT = 1 << 20;
/** Consoles that one account has open. */
const MOST = 32;
/** A machine's socket answers at once or not at all. */
const CONNECT_MS = 5_000;

const ADDRESS = new RegExp(`^${PREFIX}/vms/([0-9A-Fa-f-]{36})/console\\?ticket=([A-Za-z0-9_-]{1,100})$`);
const isOurs = (url: string | undefined): boolean => /^\/api\/v1\/vms\/[^/?]*\/console(\?|$)/.test(url ?? '');

/** Node's option of a server, as the property that it becomes: which requests are upgrades and which only ask for one. */
type Upgrading = Server & { shouldUpgradeCallback?: (request: IncomingMessage) => boolean };

export interface ConsoleSockets {
  /** Take upgrades of a listener; all others are requests as before. Consoles end when it closes; machines notice nothing. */
  register(listener: FastifyInstance): void;
}

/** Who asks for a console, and by which request. */
type Asker = Identity & { readonly requestId: string };

/** WebSockets of screens and serial ports. */
export const createConsoleSockets = (service: RestService): ConsoleSockets => {
  // No compression: what comes is compressed already, or must come at once.
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MESSAGE_LIMIT,
    handleProtocols: (offered) => (offered.has('binary') ? 'binary' : false),
  });
  const { open } = service.consoles;
  const take = async (request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> => {
    checkHost(request, service.hosts);
    checkOrigin(request);
    const requestId = randomUUID();
    const found = await identify(service.accounts, request, { requestId, answered: Promise.resolve() });
    if (!found.ok) throw new Problem('unauthenticated', 'This needs credentials.');
    const asker = { ...found.identity, requestId };
    if (found.encryptionRequired)
      throw await turnedAway(service, asker, 'Messages are not taken in clear here. Use HTTPS.');
    const grant = await grantOf(service, request.url ?? '', asker);
    const machine = await connectTo(socketOf(await service.consoles.targets.find(grant.machine, grant.wanted)));
    const user = asker.caller.name;
    if (open.of(user) >= MOST || client.destroyed) {
      machine.destroy();
      throw new Problem('too-many-requests', `More than ${MOST} consoles of one account are not kept. Close some.`);
    }
    // Also while the trail is written, and when the handshake fails and nobody bridges.
    client.once('close', open.begin(user));
    client.once('close', () => machine.destroy());
    // What the machine says meanwhile waits.
    machine.pause();
    await noteOpening(service, grant, asker, true);
    sockets.handleUpgrade(request, client, head, (browser) => {
      bridge(browser, machine, asker.lives);
      machine.resume();
    });
  };
  return {
    register: (listener) => {
      const server: Upgrading = listener.server;
      server.shouldUpgradeCallback = ({ url }) => isOurs(url);
      server.on('upgrade', (request: IncomingMessage, client: Duplex, head: Buffer) => {
        client.on('error', () => client.destroy());
        take(request, client, head).catch((error: unknown) => refuse(service, client, error));
      });
      listener.addHook('preClose', async () => {
        for (const browser of sockets.clients) browser.terminate();
      });
    },
  };
};

/** The refusal, once it is in the trail. */
const turnedAway = async (service: RestService, { caller, requestId }: Asker, message: string): Promise<Problem> => {
  const problem = new Problem('access-denied', message);
  const what = 'GET /vms/{id}/console';
  await service.accounts.turnedAway({ caller, protocol: 'rest', what, reason: problem.code, requestId });
  return problem;
};

/** The ticket is spent by being shown, right or wrong. @throws Problem */
const grantOf = async (service: RestService, url: string, asker: Asker): Promise<ConsoleGrant> => {
  const { caller } = asker;
  const [, machine = '', ticket = ''] = ADDRESS.exec(url) ?? [];
  const grant = service.consoles.tickets.redeem(ticket);
  if (grant === undefined || grant.user !== caller.name || grant.machine !== machine.toUpperCase())
    throw await turnedAway(service, asker, 'The ticket is not good for this console, or no longer. Ask for a new one.');
  // A role that was taken away since takes the console with it.
  if (caller.role === 'viewer') {
    await noteOpening(service, grant, asker, false);
    throw new Problem('access-denied', 'The role viewer does not open consoles.');
  }
  return grant;
};

/** Whoever works at a machine by its console is in the trail, as who changes it otherwise. */
const noteOpening = (
  service: RestService,
  { machine, wanted }: ConsoleGrant,
  { caller, requestId }: Asker,
  allowed: boolean,
): Promise<void> => service.consoles.targets.note({ caller, machine, wanted, allowed, requestId });

/** @throws Problem when there is no such console now */
export const socketOf = (target: ConsoleTarget): string => {
  if ('socket' in target) return target.socket;
  throw new Problem(target.missing === 'off' ? 'invalid-state' : 'not-supported', target.reason);
};

const connectTo = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ path });
    const fail = (): void => {
      socket.destroy();
      reject(new Problem('not-available', 'The machine does not answer at this console. Try again in a moment.'));
    };
    const timer = setTimeout(fail, CONNECT_MS);
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      // Until the bridge listens.
      socket.on('error', () => socket.destroy());
      resolve(socket);
    });
  });

const refuse = (service: RestService, client: Duplex, error: unknown): void => {
  let problem = problemOf(error);
  if (problem === undefined) {
    service.log.error({ err: error }, 'a console could not be opened');
    problem = new Problem('internal', 'The service failed; its log says why.');
  }
  const body = JSON.stringify(problemBody(problem, ''));
  const head = [
    `HTTP/1.1 ${problem.status} Refused`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
  ];
  client.end(`${head.join('\r\n')}\r\n\r\n${body}`);
};
