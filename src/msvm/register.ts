import type { Broker } from '../cim/broker/broker.ts';
import type { ClassRepository } from '../cim/schema.ts';
import type { DomainFeed } from '../core/events/change.ts';
import type { SystemGraph } from '../core/graph.ts';
import type { CollectionReader } from '../core/collections/collection.ts';
import type { AttachedImage } from '../core/disks/virtual-hard-disk.ts';
import type { PoolReader } from '../core/pools/pool.ts';
import type { MetricReader } from '../core/metrics/requests.ts';
import type { SettingValues } from '../core/model.ts';
import type { Clock } from '../core/ports.ts';
import { cimv2Catalog } from './cimv2/catalog.ts';
import { type HostGauges, kernelGauges } from './cimv2/host-gauges.ts';
import { clusterCatalog } from './cluster/catalog.ts';
import { ConcreteIdentity } from './cluster/concrete-identity.ts';
import { clusterAssociations } from './cluster/redundancy-set.ts';
import { type Catalog, EntityProvider } from './entity.ts';
import { profileProviders } from './interop/profiles.ts';
import { Projection, type ProjectionParts } from './projection.ts';
import { v1Associations } from './v1/associations.ts';
import { v1Catalog, v1Entities } from './v1/catalog.ts';
import { PendingPorts } from './v1/pending-ports.ts';
import { V1Summaries } from './v1/summaries.ts';
import { associationProviders } from './v2/associations/register.ts';
import { v2Catalog } from './v2/catalog.ts';
import { Changes } from './v2/events/changes.ts';
import type { SummarySource } from './v2/methods/summary-source.ts';
import { PoolUse } from './v2/pools/pool-use.ts';
import { Resolver } from './v2/resolve.ts';
import { SettingIndex } from './v2/settings/setting-index.ts';
import { Summaries } from './v2/summary/summary.ts';

export const V2 = 'root\\virtualization\\v2';
/** The namespace of Windows Server 2008: the same machines under other classes and numbers (object-model §12). */
export const V1 = 'root\\virtualization';
export const CLUSTER = 'root\\HyperVCluster\\v2';
export const CIMV2 = 'root\\cimv2';

/** Properties of type string that hold object paths (decision K6): what a broker for these namespaces compares as paths. */
export const PATH_PROPERTIES: readonly string[] = ['Parent', 'HostResource', 'Connection', 'BootSourceOrder'];

export interface MsvmParts {
  readonly repository: ClassRepository;
  /** Filled before, or by changes that go through the feed. */
  readonly graph: SystemGraph;
  readonly feed: DomainFeed;
  readonly clock: Clock;
  readonly metrics: MetricReader;
  readonly pools: PoolReader;
  readonly collections: CollectionReader;
  /** Disks that are attached to the host; missing: there are none. */
  readonly attached?: () => Iterable<AttachedImage>;
  /** What the management service's settings are until a client changes them. */
  readonly serviceDefaults?: SettingValues;
  /** Folder by drive letter; missing: clients have no drives. */
  readonly drives?: ReadonlyMap<string, string>;
  /** The host's kernel when not given. */
  readonly gauges?: HostGauges;
}

/** One namespace of the read side: method providers build on these. */
export interface NamespaceView {
  readonly projection: Projection;
  readonly catalog: Catalog;
  readonly resolver: Resolver;
  readonly summaries: SummarySource;
}

/** root\\virtualization: its methods find objects through its own references. */
export interface V1View extends Omit<NamespaceView, 'resolver'> {
  readonly ports: PendingPorts;
}

export interface Msvm {
  readonly v2: NamespaceView;
  readonly v1: V1View;
  readonly cluster: NamespaceView;
  /** Stop following the feed. */
  close(): void;
}

/** Registers the projections of the domain with the broker. @throws Error when the schema lacks a namespace. */
export const registerMsvm = (broker: Broker, parts: MsvmParts): Msvm => {
  const settings = new SettingIndex(parts.graph, parts.feed);
  const pools = new PoolUse(parts.graph, parts.feed);

  const v2 = projectionOf(parts, V2, { alike: [CLUSTER] });
  const catalog = v2Catalog(v2, { settings, pools });
  registerCatalog(broker, v2, catalog);
  broker.register(...associationProviders(v2, catalog, settings), new Changes(v2, catalog, parts.feed));

  broker.register(...profileProviders(parts.repository, catalog.ofKind('system')));

  const cluster = projectionOf(parts, CLUSTER, { alike: [V2], deviceNamespace: V2 });
  const clustered = clusterCatalog(cluster, settings);
  registerCatalog(broker, cluster, clustered);
  broker.register(
    ...associationProviders(cluster, clustered, settings, clusterAssociations(cluster)),
    new ConcreteIdentity(cluster, v2),
    new Changes(cluster, clustered, parts.feed),
  );

  const v1 = projectionOf(parts, V1);
  const ports = new PendingPorts();
  const older = v1Catalog(v1, { settings, pools }, ports);
  registerCatalog(broker, v1, older);
  broker.register(
    ...associationProviders(v1, older, settings, v1Associations(v1, settings)),
    new Changes(v1, older, parts.feed, v1Entities(v1)),
  );

  const cimv2 = projectionOf(parts, CIMV2);
  registerCatalog(broker, cimv2, cimv2Catalog(cimv2, parts.gauges ?? kernelGauges(parts.drives)));

  return {
    v2: viewOf(v2, catalog),
    v1: { projection: v1, catalog: older, summaries: new V1Summaries(v1, older), ports },
    cluster: viewOf(cluster, clustered),
    close: () => {
      settings.close();
      pools.close();
    },
  };
};

const viewOf = (projection: Projection, catalog: Catalog): NamespaceView => ({
  projection,
  catalog,
  resolver: new Resolver(projection),
  summaries: new Summaries(projection),
});

const projectionOf = (
  parts: MsvmParts,
  name: string,
  others: Pick<ProjectionParts, 'alike' | 'deviceNamespace'> = {},
): Projection => {
  const namespace = parts.repository.namespace(name);
  if (namespace === undefined) throw new Error(`the schema has no namespace ${name}`);
  const { graph, clock, metrics, pools, collections } = parts;
  return new Projection({
    graph,
    namespace,
    clock,
    metrics,
    pools,
    collections,
    ...(parts.attached === undefined ? {} : { attached: parts.attached }),
    serviceDefaults: parts.serviceDefaults ?? {},
    ...others,
  });
};

const registerCatalog = (broker: Broker, projection: Projection, catalog: Catalog): void => {
  for (const className of catalog.classNames()) {
    broker.register(new EntityProvider(projection.namespace.name, catalog.ofClass(className)));
  }
};
