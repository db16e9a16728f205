import { addBootSourcesMethod, removeBootSourcesMethod } from './boot-sources.ts';
import { defineMethod } from './define.ts';
import { exportMethod } from './export.ts';
import { addFeaturesMethod, modifyFeaturesMethod } from './features.ts';
import { formatErrorMethod } from './format-error.ts';
import { guestServiceMethods } from './guest-services.ts';
import { kvpMethods } from './kvp.ts';
import type { MethodRows } from './method.ts';
import { notOfferedMethods, serviceControlMethods } from './not-offered.ts';
import { planMethods } from './plans.ts';
import { addResourcesMethod, modifyResourcesMethod, removeSettingsMethod } from './resources.ts';
import { modifyServiceSettingsMethod } from './service-settings.ts';
import type { MethodServices } from './services.ts';
import { summaryInformationMethod } from './summary-information.ts';
import { diskMergeMethod, initialConfigurationMethod, sizeOfSystemFilesMethod } from './system-data.ts';
import { destroyMethod, modifySystemMethod, upgradeMethod } from './systems.ts';
import { thumbnailMethod } from './thumbnail.ts';
import { wwpnMethods } from './wwpn-methods.ts';

/** Msvm_VirtualSystemManagementService of root\virtualization\v2 (management-service §1). */
export const managementServiceMethods = (services: MethodServices): MethodRows => ({
  DefineSystem: defineMethod(services, 'realized'),
  DefinePlannedSystem: defineMethod(services, 'planned'),
  DestroySystem: destroyMethod(services),
  ModifySystemSettings: modifySystemMethod(services),
  UpgradeSystemVersion: upgradeMethod(services),
  AddResourceSettings: addResourcesMethod(services),
  ModifyResourceSettings: modifyResourcesMethod(services),
  RemoveResourceSettings: removeSettingsMethod(services, 'ResourceSettings'),
  AddFeatureSettings: addFeaturesMethod(services),
  ModifyFeatureSettings: modifyFeaturesMethod(services),
  RemoveFeatureSettings: removeSettingsMethod(services, 'FeatureSettings'),
  AddBootSourceSettings: addBootSourcesMethod(services),
  RemoveBootSourceSettings: removeBootSourcesMethod(services),
  GetSummaryInformation: summaryInformationMethod(services),
  GetVirtualSystemThumbnailImage: thumbnailMethod(services),
  FormatError: formatErrorMethod(services),
  ModifyServiceSettings: modifyServiceSettingsMethod(services),
  GetSizeOfSystemFiles: sizeOfSystemFilesMethod(services),
  ModifyDiskMergeSettings: diskMergeMethod(services),
  SetInitialMachineConfigurationData: initialConfigurationMethod(services),
  ...wwpnMethods(services),
  ...kvpMethods(services),
  ...guestServiceMethods(services),
  ExportSystemDefinition: exportMethod(services, { live: true }),
  ...planMethods(services),
  ...notOfferedMethods(),
  ...serviceControlMethods(),
});
