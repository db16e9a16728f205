import type { Broker } from '../cim/broker/broker.ts';
import type { ClassRepository } from '../cim/schema.ts';
import type { DomainFeed } from '../core/events/change.ts';
import type { SystemGraph } from '../core/graph.ts';
import type { Clock } from '../core/ports.ts';
import { type Catalog, EntityProvider } from './entity.ts';
import { Projection } from './projection.ts';
import { associationProviders } from './v2/associations/register.ts';
import { v2Catalog } from './v2/catalog.ts';
import { PoolUse } from './v2/pools/pool-use.ts';
import { Resolver } from './v2/resolve.ts';
import { SettingIndex } from './v2/settings/setting-index.ts';

export const V2 = 'root\\virtualization\\v2';

/** Properties of type string that hold object paths (decision K6); what a broker for these namespaces compares as paths. */
export const PATH_PROPERTIES: readonly string[] = ['Parent', 'HostResource', 'Connection', 'BootSourceOrder'];

export interface MsvmParts {
  readonly repository: ClassRepository;
  readonly graph: SystemGraph;
  readonly feed: DomainFeed;
  readonly clock: Clock;
}

/** The read side of the Hyper-V namespaces; method providers build on `projection` and `resolver`. */
export interface Msvm {
  readonly projection: Projection;
  readonly catalog: Catalog;
  readonly resolver: Resolver;
  /** Stop following the feed. */
  close(): void;
}

/** Register the projections of the domain with the broker. @throws Error when the schema lacks a namespace. */
export const registerMsvm = (broker: Broker, parts: MsvmParts): Msvm => {
  const namespace = parts.repository.namespace(V2);
  if (namespace === undefined) throw new Error(`the schema has no namespace ${V2}`);
  const projection = new Projection({ graph: parts.graph, namespace, clock: parts.clock });
  const indexes = { settings: new SettingIndex(parts.graph, parts.feed), pools: new PoolUse(parts.graph, parts.feed) };
  const catalog = v2Catalog(projection, indexes);
  for (const className of catalog.classNames()) {
    broker.register(new EntityProvider(namespace.name, catalog.ofClass(className)));
  }
  broker.register(...associationProviders(projection, catalog, indexes.settings));
  return {
    projection,
    catalog,
    resolver: new Resolver(projection),
    close: () => {
      indexes.settings.close();
      indexes.pools.close();
    },
  };
};
