import { Catalog } from '../entity.ts';
import type { Projection } from '../projection.ts';
import { addHostObjects } from './host.ts';
import type { HostGauges } from './host-gauges.ts';
import { VirtualProcessorSet } from './virtual-processor.ts';

/** The part of root\cimv2 that remote Hyper-V clients read (wire-wsman §13). */
export const cimv2Catalog = (projection: Projection, gauges: HostGauges): Catalog => {
  const catalog = new Catalog(projection.namespaces);
  addHostObjects(projection, catalog, gauges);
  catalog.add(new VirtualProcessorSet(projection));
  return catalog;
};
