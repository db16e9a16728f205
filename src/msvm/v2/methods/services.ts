import type { SystemGraph } from '../../../core/graph.ts';
import type { CollectionOperations } from '../../../core/collections/collection.ts';
import type { PoolOperations } from '../../../core/pools/pool.ts';
import type { MetricOperations, MetricReader } from '../../../core/metrics/requests.ts';
import type {
  AuxiliaryOperations,
  ExportOperations,
  GuestOperations,
  ImageOperations,
  ReferencePointOperations,
  SnapshotOperations,
  SwitchOperations,
  SystemOperations,
} from '../../../core/requests.ts';
import type { PlanOperations } from '../../../core/plans/requests.ts';
import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import type { JobDesk } from './job-desk.ts';
import type { References } from './references.ts';
import type { SettingTexts } from './setting-texts.ts';
import type { SummarySource } from './summary-source.ts';

/** What the methods of the management service work with. */
export interface MethodServices {
  readonly graph: SystemGraph;
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
  readonly references: References;
  readonly texts: SettingTexts;
  readonly summaries: SummarySource;
  /** Of root\virtualization\v2: classes of settings, errors and data items. */
  readonly projection: Projection;
  /** Of root\virtualization\v2. */
  readonly catalog: Catalog;
}
