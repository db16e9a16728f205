import { Catalog } from '../entity.ts';
import type { Projection } from '../projection.ts';
import { type DataFiles, DataFileSet } from './data-file.ts';
import { addHostObjects } from './host.ts';
import type { HostGauges } from './host-gauges.ts';
import { VirtualProcessorSet } from './virtual-processor.ts';

/** The part of root\cimv2 that remote Hyper-V clients read (wire-wsman §13). */
export const cimv2Catalog = (projection: Projection, gauges: HostGauges, files: DataFiles | null): Catalog => {
  const catalog = new Catalog();
  addHostObjects(projection, catalog, gauges);
  catalog.add(new VirtualProcessorSet(projection));
  if (files !== null) catalog.add(new DataFileSet(projection, files));
  return catalog;
};
