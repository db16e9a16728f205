import { Catalog } from '../entity.ts';
import type { Projection } from '../projection.ts';
import { addCollections } from './collections/collection.ts';
import { GuestFileServiceSet } from './devices/guest-file-service.ts';
import { addDevices } from './devices/register.ts';
import { addHostDevices } from './host/host-device.ts';
import { MountedImageSet } from './images/mounted-image.ts';
import { JOB_CLASSES, JobSet } from './jobs/job.ts';
import { addFeatures } from './pools/features.ts';
import { addClientPools } from './pools/client-pools.ts';
import { addPools } from './pools/pool.ts';
import { addMetricDefinitions } from './metrics/definitions.ts';
import { addPoolValues } from './metrics/pool-values.ts';
import { addMetricValues } from './metrics/values.ts';
import type { PoolUse } from './pools/pool-use.ts';
import { addMigrationSettings } from './services/migration-setting.ts';
import { ReferencePointSet } from './reference-points/reference-point.ts';
import { addServices } from './services/service.ts';
import { addSettings } from './settings/register.ts';
import type { SettingIndex } from './settings/setting-index.ts';
import { SwitchPortSet } from './switches/switch-port.ts';
import { addHostAdapters } from './switches/host-adapter.ts';
import { addHostFeatures, addHostPorts } from './switches/host-ports.ts';
import { LanEndpointSet } from './switches/lan-endpoint.ts';
import { PORT_FEATURE_ROWS } from '../../core/devices/port-features.ts';
import { addHardwareOffload } from './switches/hardware-offload.ts';
import { SwitchSet, SwitchSettingSet } from './switches/switch.ts';
import { BiosElementSet } from './systems/bios-element.ts';
import { COMPUTER_SYSTEM, HostSet, PLANNED_COMPUTER_SYSTEM, SystemSet } from './systems/computer-system.ts';
import { SYSTEM_PART_KINDS, SystemPartSet } from './systems/system-part.ts';

/** Indexes that follow the domain's feed. */
export interface Indexes {
  readonly settings: SettingIndex;
  readonly pools: PoolUse;
}

/** Everything that root\virtualization\v2 shows. */
export const v2Catalog = (projection: Projection, indexes: Indexes): Catalog => {
  const catalog = new Catalog(projection.namespaces);
  catalog.add(new HostSet(projection));
  catalog.add(new SystemSet(projection, COMPUTER_SYSTEM));
  catalog.add(new SystemSet(projection, PLANNED_COMPUTER_SYSTEM));
  for (const kind of SYSTEM_PART_KINDS) catalog.add(new SystemPartSet(projection, kind));
  catalog.add(new BiosElementSet(projection));
  addSettings(projection, catalog, indexes.settings);
  // Host devices first: os-win reads Msvm_Processor and Msvm_Memory of the host without a filter.
  addHostDevices(projection, catalog, indexes.pools);
  addDevices(projection, catalog);
  catalog.add(new GuestFileServiceSet(projection));
  catalog.add(new SwitchSet(projection));
  catalog.add(new SwitchSettingSet(projection));
  addHardwareOffload(projection, catalog);
  catalog.add(new SwitchPortSet(projection, indexes.settings));
  addHostPorts(projection, catalog);
  addHostAdapters(projection, catalog);
  catalog.add(new LanEndpointSet(projection, indexes.settings));
  addPools(projection, catalog, indexes.pools);
  addClientPools(projection, catalog);
  addFeatures(projection, catalog);
  addHostFeatures(projection, catalog, [...new Set(PORT_FEATURE_ROWS.map((row) => row.settingClass))]);
  catalog.add(new MountedImageSet(projection));
  addCollections(projection, catalog);
  catalog.add(new ReferencePointSet(projection));
  addServices(projection, catalog);
  addMigrationSettings(projection, catalog);
  addMetricDefinitions(projection, catalog);
  addMetricValues(projection, catalog);
  addPoolValues(projection, catalog);
  for (const className of JOB_CLASSES) catalog.add(new JobSet(projection, className));
  return catalog;
};
