import type { FastifyInstance } from 'fastify';
import type { CimBroker } from '../../cim/operations.ts';
import { EnumerationContexts } from '../../cim/enumerations/contexts.ts';
import type { Authenticate } from '../../http/authentication.ts';
import type { TellChange } from '../../http/change.ts';
import type { TellDenial } from '../../http/denial.ts';
import { ALLOW_NO_DELIVERY, type AllowDelivery } from '../../http/deliver.ts';
import type { RecordExchange } from '../../http/exchange.ts';
import type { EndpointLog } from '../../http/log.ts';
import { refuseContext } from '../operations/item-source.ts';
import { DEFAULT_WSMAN_LIMITS, type WsmanLimits } from '../operations/limits.ts';
import { type ServiceIdentity, type WsmanService, Writers } from '../operations/service.ts';
import { Subscriptions } from '../operations/subscriptions.ts';
import { registerRoutes } from './routes.ts';

export interface WsmanServerOptions {
  readonly broker: CimBroker;
  readonly authenticate: Authenticate;
  /** Hears of whoever is turned away before the broker is asked. */
  readonly turnedAway?: TellDenial;
  /** Hears of subscriptions that are made and ended. */
  readonly changed?: TellChange;
  readonly log: EndpointLog;
  readonly limits?: Partial<WsmanLimits>;
  readonly identity?: Partial<ServiceIdentity>;
  /** Which event sinks may be addressed; by default none (hardening test 17). */
  readonly allowDelivery?: AllowDelivery;
  /** Receives every exchange: `--record`. */
  readonly record?: RecordExchange;
  /** Path of the service without slashes at its ends; `wsman` as WinRM has it. */
  readonly urlPrefix?: string;
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
}

export interface WsmanServer {
  /** Add the routes to a listener; call it once per listener (HTTP, HTTPS). */
  register(listener: FastifyInstance): void;
  /** End enumerations and subscriptions of an account that was changed or removed; resolves when its sinks were told. */
  forget(owner: string): Promise<void>;
  /** End enumerations and subscriptions; the listeners are the caller's. */
  close(): Promise<void>;
}

const DEFAULT_IDENTITY: ServiceIdentity = {
  vendor: 'vsms',
  osVersion: '10.0.20348',
  securityProfiles: (tls) => [`http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/${tls ? 'https' : 'http'}/basic`],
};

const SWEEP_MS = 5000;

/** The WS-Management front end: one per process, on any number of listeners. */
export function createWsmanServer(options: WsmanServerOptions): WsmanServer {
  const limits: WsmanLimits = { ...DEFAULT_WSMAN_LIMITS, ...options.limits };
  const service: WsmanService = {
    broker: options.broker,
    log: options.log,
    limits,
    contexts: new EnumerationContexts({
      maxPerUser: limits.maxOperationsPerUser,
      idleMs: limits.enumerationIdleMs,
      now: options.now ?? (() => performance.now()),
      refuse: refuseContext,
    }),
    subscriptions: new Subscriptions({ allowDelivery: options.allowDelivery ?? ALLOW_NO_DELIVERY, log: options.log }),
    identity: { ...DEFAULT_IDENTITY, ...options.identity },
    writers: new Writers(options.broker),
    turnedAway: options.turnedAway ?? (() => Promise.resolve()),
    changed: options.changed ?? (() => Promise.resolve()),
  };
  const sweeper = setInterval(() => service.contexts.sweep(), SWEEP_MS);
  sweeper.unref();
  return {
    register: (listener) =>
      registerRoutes(listener, {
        service,
        authenticate: options.authenticate,
        log: options.log,
        prefix: `/${options.urlPrefix ?? 'wsman'}`,
        record: options.record ?? null,
      }),
    forget: async (owner) => {
      const told = service.subscriptions.closeOwner(owner);
      service.contexts.closeOwner(owner);
      await told;
    },
    close: async () => {
      clearInterval(sweeper);
      await service.subscriptions.closeAll();
      service.contexts.closeAll();
    },
  };
}
