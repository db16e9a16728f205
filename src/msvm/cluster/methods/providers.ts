import type { MethodProvider } from '../../../cim/provider.ts';
import type { Projection } from '../../projection.ts';
import { ClassCheckedReferences } from '../../v2/methods/class-checked-references.ts';
import { computerSystemMethods } from '../../v2/methods/computer-system.ts';
import { defineMethod } from '../../v2/methods/define.ts';
import { methodProvider } from '../../v2/methods/frame.ts';
import type { MethodRows } from '../../v2/methods/method.ts';
import { serviceControlMethods } from '../../v2/methods/not-offered.ts';
import { frameServices, jobMethodProviders, type MethodOptions } from '../../v2/methods/providers.ts';
import { addResourcesMethod, modifyResourcesMethod, removeSettingsMethod } from '../../v2/methods/resources.ts';
import {
  clusterChangeReturnValues,
  clusterReturnValues,
  msvmReturnValues,
  type ReturnValues,
} from '../../v2/methods/return-values.ts';
import { SERVICE_CLASS } from '../../v2/methods/service-settings.ts';
import { SNAPSHOT_SERVICE, snapshotServiceMethods } from '../../v2/methods/snapshots.ts';
import { summaryInformationMethod } from '../../v2/methods/summary-information.ts';
import { destroyMethod, modifySystemMethod } from '../../v2/methods/systems.ts';

/** The seed's numbers for what DMTF defines, Msvm's for the rest (management-service §5, K9). */
const RETURN_VALUES: Readonly<Record<string, ReturnValues>> = {
  DefineSystem: clusterReturnValues,
  AddResourceSettings: clusterReturnValues,
  DestroySystem: clusterChangeReturnValues,
  ModifySystemSettings: clusterChangeReturnValues,
  ModifyResourceSettings: clusterChangeReturnValues,
  RemoveResourceSettings: clusterChangeReturnValues,
  GetSummaryInformation: msvmReturnValues,
  RequestStateChange: msvmReturnValues,
  StartService: msvmReturnValues,
  StopService: msvmReturnValues,
};

/**
 * Method providers of root\HyperVCluster\v2 over the same core: the host is a cluster of one node. Methods that are not
 * here are answered "not supported" by the broker's fallback. `options` are those of root\virtualization\v2, with the
 * summaries of `home`, the cluster namespace.
 */
export const clusterMethodProviders = (options: MethodOptions, home: Projection): readonly MethodProvider[] => {
  const references = new ClassCheckedReferences(options.references, options.projection, home);
  const services: MethodOptions = { ...options, references };
  const frame = frameServices(services, home);
  const rows: MethodRows = {
    DefineSystem: defineMethod(services, 'realized'),
    DestroySystem: destroyMethod(services),
    ModifySystemSettings: modifySystemMethod(services),
    AddResourceSettings: addResourcesMethod(services),
    ModifyResourceSettings: modifyResourcesMethod(services),
    RemoveResourceSettings: removeSettingsMethod(services, 'ResourceSettings'),
    GetSummaryInformation: summaryInformationMethod(services),
    ...serviceControlMethods(),
  };
  return [
    methodProvider(frame, home.namespace.name, SERVICE_CLASS, rows, RETURN_VALUES),
    methodProvider(
      frame,
      home.namespace.name,
      SNAPSHOT_SERVICE,
      snapshotServiceMethods(services, home),
      msvmReturnValues,
    ),
    methodProvider(
      frame,
      home.namespace.name,
      'Msvm_ComputerSystem',
      computerSystemMethods(options.graph, options.operations),
      msvmReturnValues,
    ),
    ...jobMethodProviders(services, frame, home),
  ];
};
