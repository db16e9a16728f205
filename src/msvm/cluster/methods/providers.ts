import type { MethodProvider } from '../../../cim/provider.ts';
import type { Projection } from '../../projection.ts';
import type { NamespaceView } from '../../register.ts';
import { ClassCheckedReferences } from '../../v2/methods/class-checked-references.ts';
import { computerSystemMethods } from '../../v2/methods/computer-system.ts';
import { defineMethod } from '../../v2/methods/define.ts';
import { methodProvider } from '../../v2/methods/frame.ts';
import type { MethodRows } from '../../v2/methods/method.ts';
import { serviceControlMethods } from '../../v2/methods/not-offered.ts';
import {
  collectionMethodProviders,
  frameServices,
  jobMethodProviders,
  type MethodOptions,
} from '../../v2/methods/providers.ts';
import { refused } from '../../v2/methods/refused.ts';
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
 * Method providers of root\HyperVCluster\v2 over the same core: the host is a cluster of one node. `options` are those of root\virtualization\v2, with the
 * summaries of the cluster namespace, which is `home`.
 */
export const clusterMethodProviders = (
  options: MethodOptions,
  { projection: home, catalog }: Pick<NamespaceView, 'projection' | 'catalog'>,
): readonly MethodProvider[] => {
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
  const elsewhere = methodsOfNode(home, rows);
  return [
    methodProvider(
      frame,
      home.namespace.name,
      SERVICE_CLASS,
      { ...elsewhere, ...rows },
      {
        ...Object.fromEntries(Object.keys(elsewhere).map((name) => [name, msvmReturnValues])),
        ...RETURN_VALUES,
      },
    ),
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
    ...collectionMethodProviders(services, frame, home, catalog),
    ...jobMethodProviders(services, frame, home),
  ];
};

/**
 * Import, export, features, KVP and what else is of a node: the class lists them, and they are refused here with the way to
 * them (K9, management-service §4).
 */
const methodsOfNode = (home: Projection, rows: MethodRows): MethodRows =>
  Object.fromEntries(
    home
      .class(SERVICE_CLASS)
      .methods.filter(({ name }) => rows[name] === undefined)
      .map(({ name, parameters }) => {
        const out = parameters.filter(({ direction }) => direction !== 'in').map((parameter) => parameter.name);
        const reason = `The cluster leaves ${name} to its nodes. Call it in root\\virtualization\\v2 of this host, where the machine is the same.`;
        return [
          name,
          refused(
            reason,
            out.includes('Job') ? 0 : null,
            out.filter((each) => each !== 'Job'),
          ),
        ];
      }),
  );
