import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { formatErrorMethod } from '../../v2/methods/format-error.ts';
import { kvpMethods } from '../../v2/methods/kvp.ts';
import type { MethodRows } from '../../v2/methods/method.ts';
import { serviceControlMethods } from '../../v2/methods/not-offered.ts';
import { refused } from '../../v2/methods/refused.ts';
import { modifyServiceSettingsMethod } from '../../v2/methods/service-settings.ts';
import type { MethodServices } from '../../v2/methods/services.ts';
import { summaryInformationMethod } from '../../v2/methods/summary-information.ts';
import { destroyMethod } from '../../v2/methods/systems.ts';
import { thumbnailMethod } from '../../v2/methods/thumbnail.ts';
import { compatibilityMethods } from './compatibility.ts';
import { v1ExportMethods } from './export.ts';
import { v1ImportMethods } from './import.ts';
import type { NetworkInputs } from './network-inputs.ts';
import {
  addVirtualSystemResourcesMethod,
  modifyVirtualSystemResourcesMethod,
  removeVirtualSystemResourcesMethod,
} from './resources.ts';
import { v1SnapshotMethods } from './snapshots.ts';
import { defineVirtualSystemMethod, modifyVirtualSystemMethod } from './systems.ts';

const PLANS =
  'Plans of root\\virtualization have no form. Use ImportVirtualSystem, or plans of root\\virtualization\\v2.';
const CLONES = 'Machines are not cloned. Export the machine and import it with a new identifier.';

/** Msvm_VirtualSystemManagementService of root\virtualization (management-service §3). */
export const v1ManagementServiceMethods = (
  services: MethodServices,
  home: Projection,
  inputs: NetworkInputs,
  catalog: Catalog,
): MethodRows => ({
  DefineVirtualSystem: defineVirtualSystemMethod(services, inputs),
  ModifyVirtualSystem: modifyVirtualSystemMethod(services, home),
  DestroyVirtualSystem: destroyMethod(services, 'ComputerSystem'),
  AddVirtualSystemResources: addVirtualSystemResourcesMethod(services, inputs),
  ModifyVirtualSystemResources: modifyVirtualSystemResourcesMethod(services, inputs),
  RemoveVirtualSystemResources: removeVirtualSystemResourcesMethod(services),
  ...v1SnapshotMethods(services, home),
  ...v1ExportMethods(services),
  ...v1ImportMethods(services, home, catalog),
  GetSummaryInformation: summaryInformationMethod(services),
  GetVirtualSystemThumbnailImage: thumbnailMethod(services),
  FormatError: formatErrorMethod(services),
  ModifyServiceSettings: modifyServiceSettingsMethod(services),
  ...kvpMethods(services),
  ...compatibilityMethods(services, home),
  PlanVirtualSystem: refused(PLANS, 0, ['PlannedSystemSettingData']),
  InstantiateVirtualSystem: refused(PLANS, 0, ['ComputerSystem']),
  CloneVirtualSystem: refused(CLONES, 0, ['ClonedSystem']),
  ...serviceControlMethods(),
});
