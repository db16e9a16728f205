import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { BootSourceSet } from './boot-source.ts';
import { DefinitionSet } from './definitions.ts';
import { SETTING_CLASSES, SettingSet } from './setting.ts';
import type { SettingIndex } from './setting-index.ts';
import { SystemSettingSet } from './system-setting.ts';
import { TemplateSet } from './template.ts';

/** Templates stand before the settings of systems: `[0]` of a query on both must be the Default (object-model §8). */
export const addSettings = (projection: Projection, catalog: Catalog, index: SettingIndex): void => {
  catalog.add(new SystemSettingSet(projection, index));
  catalog.add(new DefinitionSet(projection));
  catalog.add(new BootSourceSet(projection));
  for (const className of SETTING_CLASSES) {
    catalog.add(new TemplateSet(projection, className));
    catalog.add(new SettingSet(projection, index, className));
  }
};
