import type { Logger } from 'pino';
import type { AuditTrail } from '../audit/trail.ts';
import type { Users } from '../auth/users.ts';
import { type Broker, createBroker } from '../cim/broker/broker.ts';
import { discoveryProviders } from '../cim/discovery/discovery.ts';
import type { ClassRepository } from '../cim/schema.ts';
import { Indications } from '../cimxml/indications/indications.ts';
import type { IndicationStorage } from '../cimxml/indications/records.ts';
import type { Core } from '../core/core.ts';
import type { Clock } from '../core/ports.ts';
import { authorize } from '../msvm/authorization.ts';
import { registerMethods } from '../msvm/register-methods.ts';
import { PATH_PROPERTIES, registerMsvm } from '../msvm/register.ts';
import { unsupportedMethods } from '../msvm/v2/methods/fallback.ts';
import { auditOperations } from './audit.ts';
import type { Config } from './config/config.ts';
import { eventSinks } from './event-sinks.ts';
import { objectNames } from './object-names.ts';

interface ObjectManagerParts {
  readonly config: Pick<Config, 'event_sinks'>;
  readonly repository: ClassRepository;
  readonly core: Core;
  /** This host, as it is named in objects and callers. */
  readonly host: { readonly name: string };
  readonly users: Users;
  readonly trail: AuditTrail;
  readonly clock: Clock;
  /** Folders that stand for drives of a Windows host. */
  readonly drives: ReadonlyMap<string, string>;
  readonly storage: IndicationStorage;
  readonly log: Logger;
}

interface ObjectManager {
  readonly broker: Broker;
  /** To be opened when the core has recovered. */
  readonly indications: Indications;
  readonly withNames: ReturnType<typeof objectNames>;
  close(): void;
}

/** What all front ends ask: the broker with the providers of every namespace, rights and audit (DMTF: a CIM object manager). */
export const createObjectManager = ({
  config,
  repository,
  core,
  host,
  users,
  trail,
  clock,
  drives,
  storage,
  log,
}: ObjectManagerParts): ObjectManager => {
  const withNames = objectNames(core.graph, core.feed);
  const broker = createBroker({
    repository,
    hostName: host.name,
    pathProperties: PATH_PROPERTIES,
    authorize,
    audit: auditOperations(trail, host.name, withNames),
    methodFallback: unsupportedMethods(repository),
  });
  broker.register(
    ...discoveryProviders({
      repository,
      hostName: host.name,
      elementName: 'vsms',
      description: 'Virtual System Management Service',
    }),
  );
  const msvm = registerMsvm(broker, {
    repository,
    graph: core.graph,
    feed: core.feed,
    clock,
    metrics: core.metrics,
    pools: core.pools,
    collections: core.collections,
    attached: () => core.images.attached(),
    serviceDefaults: core.serviceDefaults,
    drives,
  });
  registerMethods(broker, msvm, {
    operations: core.operations,
    auxiliary: core.auxiliary,
    snapshots: core.snapshots,
    referencePoints: core.referencePoints,
    exports: core.exports,
    plans: core.plans,
    images: core.images,
    guests: core.guests,
    metrics: core.metrics,
    pools: core.pools,
    collections: core.collectionOperations,
    switches: core.switches,
    jobs: core.jobs,
  });
  const indications = new Indications({
    broker,
    storage,
    allowDelivery: eventSinks(config.event_sinks),
    // Of whatever host: this one may have had another name when the subscription was made.
    isAccount: (owner) => users.get(owner.slice(owner.indexOf('\\') + 1)) !== undefined,
    log: log.child({ part: 'cimxml' }),
  });
  broker.register(...indications.providers);
  return {
    broker,
    indications,
    withNames,
    close: () => {
      indications.close();
      msvm.close();
    },
  };
};
