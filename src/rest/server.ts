import type { FastifyInstance } from 'fastify';
import type { CimBroker } from '../cim/operations.ts';
import type { EndpointLog } from '../http/log.ts';
import type { Accounts } from './access/accounts.ts';
import { registerPages } from './console/pages.ts';
import { OpenConsoles } from './console/open-consoles.ts';
import type { ConsoleTargets } from './console/targets.ts';
import { ConsoleTickets } from './console/tickets.ts';
import { createConsoleSockets } from './console/upgrade.ts';
import { IdempotentReplies } from './endpoint/idempotency.ts';
import { registerRoutes } from './endpoint/routes.ts';
import { Turns } from './endpoint/turns.ts';
import type { Administration } from './administration/administration.ts';
import type { ServiceFacts } from './host/facts.ts';
import { FigureHistory } from './metrics/history.ts';
import type { RunningMachines, SwitchTraffic, Traffic } from './metrics/traffic.ts';
import type { Files } from './files/files.ts';
import { EventJournal } from './events/journal.ts';
import { routeTable } from './routes/table.ts';
import type { RestService } from './service.ts';

export interface RestServerOptions {
  readonly broker: CimBroker;
  readonly accounts: Accounts;
  readonly files: Files;
  readonly administration: Administration;
  readonly facts: ServiceFacts;
  readonly traffic: Traffic;
  readonly running: RunningMachines;
  readonly switchTraffic: SwitchTraffic;
  readonly unheardErrors: () => number;
  readonly log: EndpointLog;
  /** Names under which the service may be called, besides addresses and localhost. */
  readonly hosts: readonly string[];
  readonly version: string;
  readonly consoles: ConsoleTargets;
  /** The built web console. */
  readonly consoleDirectory: string;
}

export interface RestServer {
  /** Add the routes to a listener; call it once per listener (HTTP, HTTPS). */
  register(listener: FastifyInstance): void;
  /** An account, `HOST\\name`, was removed. */
  forget(account: string): void;
  /** End event streams; the listeners are the caller's. */
  close(): void;
}

/** The REST front end: one per process, on any number of listeners. */
export const createRestServer = (options: RestServerOptions): RestServer => {
  const service: RestService = {
    ...options,
    hosts: new Set(options.hosts.map((name) => name.toLowerCase())),
    replies: new IdempotentReplies(),
    turns: new Turns(),
    journal: new EventJournal(options.broker, options.log),
    streams: new Set(),
    history: new FigureHistory(options.running, options.traffic),
    consoles: { tickets: new ConsoleTickets(), targets: options.consoles, open: new OpenConsoles() },
  };
  service.history.begin();
  const routes = routeTable(service);
  const sockets = createConsoleSockets(service);
  return {
    register: (listener) => {
      registerRoutes(listener, service, routes);
      registerPages(listener, service, options.consoleDirectory);
      sockets.register(listener);
    },
    forget: (account) => service.replies.forgetAccount(account),
    close: () => {
      for (const end of [...service.streams]) end();
      service.journal.close();
      service.history.close();
    },
  };
};
