import type { CimInstance } from '../../../cim/instance.ts';
import type { CimClass } from '../../../cim/schema.ts';
import type { SettingValue, SettingValues } from '../../../core/model.ts';
import { knownValues } from '../../shape.ts';
import { done, type MethodRow } from './method.ts';
import type { MethodServices } from './services.ts';
import { settingValue } from './setting-values.ts';

/** JobType (jobs-and-errors §4). */
const MODIFY_SERVICE_JOB = 4;

export const SERVICE_CLASS = 'Msvm_VirtualSystemManagementService';
const SETTING_CLASS = 'Msvm_VirtualSystemManagementServiceSettingData';

/** What the service says of itself; sent back by whole-object round trips, never changed. */
const FIXED: ReadonlySet<string> = new Set([
  'InstanceID',
  'Caption',
  'Description',
  'ElementName',
  'HypervisorSnpStatus',
  'HypervisorTdxStatus',
  'HypervisorRootSchedulerEnabled',
]);

/** What a client wants of a service's settings. `cimClass` is that of v2: what only v1 has (ScopeOfResidence) means nothing to the service. */
export const serviceValues = (settings: CimInstance, cimClass: CimClass): SettingValues => {
  const values: Record<string, SettingValue> = {};
  for (const [name, value] of Object.entries(knownValues(cimClass, settings.values))) {
    if (value !== null && !FIXED.has(name) && !name.startsWith('__')) values[name] = settingValue(name, value);
  }
  return values;
};

/** ModifyServiceSettings (management-service §2): NULL properties stay as they are. */
export const modifyServiceSettingsMethod = (services: MethodServices): MethodRow => ({
  right: 'administer',
  jobType: MODIFY_SERVICE_JOB,
  out: [],
  run: async ({ request, args }) => {
    const settings = services.texts.read('SettingData', args.requiredText('SettingData'), SETTING_CLASS);
    const values = serviceValues(settings, services.projection.class(SETTING_CLASS));
    if (Object.keys(values).length > 0) await services.operations.modifyServiceSettings(request, values);
    return done({}, [{ element: { kind: 'service', className: SERVICE_CLASS }, effect: 0 }]);
  },
});
