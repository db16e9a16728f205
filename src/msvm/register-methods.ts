import type { Broker } from '../cim/broker/broker.ts';
import type { CollectionOperations } from '../core/collections/collection.ts';
import type { PoolOperations } from '../core/pools/pool.ts';
import type { MetricOperations, MetricReader } from '../core/metrics/requests.ts';
import type {
  AuxiliaryOperations,
  ExportOperations,
  GuestOperations,
  ImageOperations,
  ReferencePointOperations,
  SnapshotOperations,
  SwitchOperations,
  SystemOperations,
} from '../core/requests.ts';
import type { PlanOperations } from '../core/plans/requests.ts';
import { clusterMethodProviders } from './cluster/methods/providers.ts';
import type { Msvm } from './register.ts';
import { v1MethodProviders } from './v1/methods/providers.ts';
import type { JobDesk } from './v2/methods/job-desk.ts';
import { type MethodOptions, methodProviders } from './v2/methods/providers.ts';
import { SettingTexts } from './v2/methods/setting-texts.ts';

export interface MethodParts {
  readonly operations: SystemOperations;
  readonly auxiliary: AuxiliaryOperations;
  readonly snapshots: SnapshotOperations;
  readonly referencePoints: ReferencePointOperations;
  readonly exports: ExportOperations;
  readonly plans: PlanOperations;
  readonly images: ImageOperations;
  readonly guests: GuestOperations;
  readonly metrics: MetricOperations & MetricReader;
  readonly pools: PoolOperations;
  readonly collections: CollectionOperations;
  readonly switches: SwitchOperations;
  readonly jobs: JobDesk;
  /** Answer with a job whatever could be answered at once: for conformance tests; false when not given. */
  readonly forceAsync?: boolean;
}

/**
 * Registers the methods of virtual systems on the namespaces that `registerMsvm` has set up. The broker's fallback for
 * methods that nobody provides is `unsupportedMethods`.
 */
export const registerMethods = (broker: Broker, msvm: Msvm, parts: MethodParts): void => {
  const { projection, resolver, summaries } = msvm.v2;
  const options: MethodOptions = {
    graph: projection.graph,
    operations: parts.operations,
    auxiliary: parts.auxiliary,
    snapshots: parts.snapshots,
    referencePoints: parts.referencePoints,
    exports: parts.exports,
    plans: parts.plans,
    images: parts.images,
    guests: parts.guests,
    metrics: parts.metrics,
    pools: parts.pools,
    collections: parts.collections,
    catalog: msvm.v2.catalog,
    switches: parts.switches,
    jobs: parts.jobs,
    references: resolver,
    texts: new SettingTexts(projection.namespace),
    summaries,
    projection,
    forceAsync: parts.forceAsync ?? false,
  };
  broker.register(...methodProviders(options));
  const clustered: MethodOptions = { ...options, summaries: msvm.cluster.summaries };
  broker.register(...clusterMethodProviders(clustered, msvm.cluster));
  broker.register(...v1MethodProviders(options, msvm.v1));
};
