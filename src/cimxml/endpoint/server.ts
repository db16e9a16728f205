import type { FastifyInstance } from 'fastify';
import { type ContextRefusal, EnumerationContexts } from '../../cim/enumerations/contexts.ts';
import type { CimBroker } from '../../cim/operations.ts';
import type { Authenticate } from '../../http/authentication.ts';
import type { TellDenial } from '../../http/denial.ts';
import type { RecordExchange } from '../../http/exchange.ts';
import type { EndpointLog } from '../../http/log.ts';
import { StatusError } from '../message/status.ts';
import { type CimxmlLimits, DEFAULT_CIMXML_LIMITS } from '../operations/limits.ts';
import type { PullSource } from '../operations/pull-source.ts';
import type { CimxmlService } from '../operations/service.ts';
import { InstanceWriter } from '../values/instance-writer.ts';
import { PathWriter } from '../values/path-writer.ts';
import { registerRoutes } from './routes.ts';

export interface CimxmlServerOptions {
  readonly broker: CimBroker;
  readonly authenticate: Authenticate;
  /** Hears of whoever is turned away before the broker is asked. */
  readonly turnedAway?: TellDenial;
  readonly log: EndpointLog;
  readonly limits?: Partial<CimxmlLimits>;
  /** Receives every exchange: `--record`. */
  readonly record?: RecordExchange;
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
}

export interface CimxmlServer {
  /** Add the routes to a listener of its own; call it once per listener (HTTP, HTTPS). */
  register(listener: FastifyInstance): void;
  /** End enumerations of an account that was changed or removed. */
  forget(owner: string): void;
  /** End enumerations; the listeners are the caller's. */
  close(): void;
}

const SWEEP_MS = 5000;

const REFUSALS: Readonly<Record<ContextRefusal, () => StatusError>> = {
  unknown: () => new StatusError('invalidEnumerationContext', 'There is no such enumeration; it ended or expired.'),
  busy: () => new StatusError('invalidEnumerationContext', 'Another Pull is using this enumeration.'),
  busyRelease: () => new StatusError('pullCannotBeAbandoned', 'A Pull is using this enumeration.'),
  quota: () => new StatusError('serverLimitsExceeded', 'Too many open enumerations; close some with CloseEnumeration.'),
};

/** The CIM-XML front end: one per process, on any number of listeners. */
export function createCimxmlServer(options: CimxmlServerOptions): CimxmlServer {
  const limits: CimxmlLimits = { ...DEFAULT_CIMXML_LIMITS, ...options.limits };
  const paths = new PathWriter(options.broker.repository, options.broker.hostName);
  const service: CimxmlService = {
    broker: options.broker,
    log: options.log,
    limits,
    paths,
    instances: new InstanceWriter(paths),
    turnedAway: options.turnedAway ?? (() => Promise.resolve()),
    contexts: new EnumerationContexts<PullSource>({
      maxPerUser: limits.maxOperationsPerUser,
      idleMs: limits.pullIdleMs,
      now: options.now ?? (() => performance.now()),
      refuse: (refusal) => REFUSALS[refusal](),
    }),
  };
  const sweeper = setInterval(() => service.contexts.sweep(), SWEEP_MS);
  sweeper.unref();
  return {
    register: (listener) =>
      registerRoutes(listener, {
        service,
        authenticate: options.authenticate,
        log: options.log,
        record: options.record ?? null,
      }),
    forget: (owner) => service.contexts.closeOwner(owner),
    close: () => {
      clearInterval(sweeper);
      service.contexts.closeAll();
    },
  };
}
