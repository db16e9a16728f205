import { Catalog } from '../entity.ts';
import type { Projection } from '../projection.ts';
import { addCollections } from '../v2/collections/collection.ts';
import { JOB_CLASSES, JobSet } from '../v2/jobs/job.ts';
import { ReferencePointSet } from '../v2/reference-points/reference-point.ts';
import { addServices } from '../v2/services/service.ts';
import { DefinitionSet } from '../v2/settings/definitions.ts';
import type { SettingIndex } from '../v2/settings/setting-index.ts';
import { SystemSettingSet } from '../v2/settings/system-setting.ts';
import { COMPUTER_SYSTEM, HostSet, SystemSet } from '../v2/systems/computer-system.ts';
import { addRedundancySet } from './redundancy-set.ts';

/** What root\HyperVCluster\v2 shows: the same machines, without devices, plans and switches (object-model §13). */
export const clusterCatalog = (projection: Projection, index: SettingIndex): Catalog => {
  const catalog = new Catalog(projection.namespaces);
  catalog.add(new HostSet(projection));
  catalog.add(new SystemSet(projection, COMPUTER_SYSTEM));
  catalog.add(new SystemSettingSet(projection, index));
  catalog.add(new DefinitionSet(projection));
  for (const className of JOB_CLASSES) if (projection.has(className)) catalog.add(new JobSet(projection, className));
  addCollections(projection, catalog);
  catalog.add(new ReferencePointSet(projection));
  addServices(projection, catalog);
  addRedundancySet(projection, catalog);
  return catalog;
};
