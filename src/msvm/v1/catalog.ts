import { Catalog } from '../entity.ts';
import type { Projection } from '../projection.ts';
import { FixedSet } from '../v2/fixed-set.ts';
import { SERVICE_INSTANCES, serviceEntity } from '../v2/services/service.ts';
import { SERVICES } from '../v2/services/services.ts';

/**
 * root\virtualization: the services alone, so that a method call reaches one and is answered "not supported", where a
 * missing service would be a fault. Queries for anything else are empty.
 */
export const v1Catalog = (projection: Projection): Catalog => {
  const catalog = new Catalog();
  for (const row of SERVICES) {
    if (!projection.has(row.className)) continue;
    const entity = serviceEntity(projection.hostName, row);
    catalog.add(
      new FixedSet(projection, 'service', row.className, [entity], (one) => SERVICE_INSTANCES.service(projection, one)),
    );
  }
  return catalog;
};
