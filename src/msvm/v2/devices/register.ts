import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { GuestNetworkSet } from './guest-network.ts';
import { DEVICE_CLASSES, DeviceSet } from './system-device.ts';

export const addDevices = (projection: Projection, catalog: Catalog): void => {
  for (const className of DEVICE_CLASSES)
    if (projection.has(className)) catalog.add(new DeviceSet(projection, className));
  const guestNetworks = new GuestNetworkSet(projection);
  if (projection.has(guestNetworks.className)) catalog.add(guestNetworks);
};
