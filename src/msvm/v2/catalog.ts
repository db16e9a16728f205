import { Catalog } from '../entity.ts';
import type { Projection } from '../projection.ts';
import { addDevices } from './devices/register.ts';
import { JOB_CLASSES, JobSet } from './jobs/job.ts';
import { addServices } from './services/service.ts';
import { addSettings } from './settings/register.ts';
import type { SettingIndex } from './settings/setting-index.ts';
import { SwitchSet, SwitchSettingSet } from './switches/switch.ts';
import { COMPUTER_SYSTEM, HostSet, PLANNED_COMPUTER_SYSTEM, SystemSet } from './systems/computer-system.ts';

/** Everything that root\virtualization\v2 shows. */
export const v2Catalog = (projection: Projection, index: SettingIndex): Catalog => {
  const catalog = new Catalog();
  catalog.add(new HostSet(projection));
  catalog.add(new SystemSet(projection, COMPUTER_SYSTEM));
  catalog.add(new SystemSet(projection, PLANNED_COMPUTER_SYSTEM));
  addSettings(projection, catalog, index);
  addDevices(projection, catalog);
  catalog.add(new SwitchSet(projection));
  catalog.add(new SwitchSettingSet(projection));
  for (const className of JOB_CLASSES) catalog.add(new JobSet(projection, className));
  addServices(projection, catalog);
  return catalog;
};
