import type { MethodProvider } from '../../../cim/provider.ts';
import type { Projection } from '../../projection.ts';
import type { Catalog } from '../../entity.ts';
import {
  COLLECTION_REFERENCE_POINT_SERVICE,
  COLLECTION_SERVICE,
  COLLECTION_SNAPSHOT_SERVICE,
  REFERENCE_POINT_SERVICE,
  SECURITY_SERVICE,
  SWITCH_SERVICE,
  TERMINAL_SERVICE,
} from '../services/services.ts';
import { GUEST_FILE_SERVICE } from '../devices/guest-file-service.ts';
import { MOUNTED_IMAGE } from '../images/mounted-image.ts';
import { ClassCheckedReferences } from './class-checked-references.ts';
import { collectionPointMethods } from './collection-points.ts';
import { collectionServiceMethods } from './collection-service.ts';
import { collectionSnapshotMethods } from './collection-snapshots.ts';
import { computerSystemMethods, plannedSystemMethods } from './computer-system.ts';
import { type FrameServices, methodProvider } from './frame.ts';
import { guestFileServiceMethods } from './guest-file-service.ts';
import { IMAGE_SERVICE, imageServiceMethods } from './image-service.ts';
import { FORK_SERVICE, forkServiceMethods } from './forks.ts';
import { jobMethods } from './job.ts';
import { keyboardMethods } from './keyboard.ts';
import { managementServiceMethods } from './management-service.ts';
import type { MethodRows } from './method.ts';
import { detachReturnValues, mountedImageMethods } from './mounting.ts';
import { METRIC_SERVICE, metricServiceMethods } from './metric-service.ts';
import { PATH_SERVICE, pathServiceMethods } from './path-service.ts';
import { POOL_SERVICE, poolServiceMethods } from './pool-service.ts';
import { ps2MouseMethods, syntheticMouseMethods } from './mouse.ts';
import { refusalInstance } from './msvm-error.ts';
import { referencePointServiceMethods } from './reference-point-service.ts';
import {
  dmtfReturnValues,
  jobRequestReturnValues,
  msvmReturnValues,
  type ReturnValues,
  shutdownReturnValues,
} from './return-values.ts';
import { SERVICE_CLASS } from './service-settings.ts';
import type { MethodServices } from './services.ts';
import { SECURITY_RETURN_VALUES, securityServiceMethods } from './security-service.ts';
import { SNAPSHOT_SERVICE, snapshotServiceMethods } from './snapshots.ts';
import { switchServiceMethods } from './switch-service.ts';
import { shutdownComponentMethods } from './shutdown-component.ts';
import { TERMINAL_RETURN_VALUES, terminalServiceMethods } from './terminal-service.ts';
import { TRANSFER_SERVICE, transferServiceMethods } from './transfer-service.ts';

export interface MethodOptions extends MethodServices {
  /** Answer with a job whatever could be answered at once: for conformance tests (management-service §0). */
  readonly forceAsync: boolean;
}

/** The frame of one namespace: `home` gives the paths of jobs. */
export const frameServices = (options: MethodOptions, home: Projection): FrameServices => ({
  jobs: options.jobs,
  forceAsync: options.forceAsync,
  jobPath: (job) => (home.has(job.className) ? home : options.projection).path(job.className, { InstanceID: job.id }),
  refusal: (error) =>
    refusalInstance(home.class('Msvm_Error'), error, (source) => options.references.sourceText(source)),
});

/** Methods of every job class: Msvm_ConcreteJob and its sisters (jobs-and-errors §2). */
export const jobMethodProviders = (
  options: MethodOptions,
  frame: FrameServices,
  home: Projection,
): readonly MethodProvider[] => {
  const rows = jobMethods(options.graph, options.jobs, home, (source) => options.references.sourceText(source));
  return home.namespace
    .family('CIM_ConcreteJob')
    .filter((jobClass) => jobClass.name.startsWith('Msvm_'))
    .map((jobClass) => {
      const declared = Object.entries(rows).filter(([name]) => jobClass.method(name) !== undefined);
      return methodProvider(frame, home.namespace.name, jobClass.name, Object.fromEntries(declared), {
        RequestStateChange: jobRequestReturnValues,
        KillJob: jobRequestReturnValues,
        GetError: msvmReturnValues,
        GetErrorEx: msvmReturnValues,
      });
    });
};

/** Methods of collections, which are the same in each namespace that has them. `catalog`: of `home`. */
export const collectionMethodProviders = (
  services: MethodOptions,
  frame: FrameServices,
  home: Projection,
  catalog: Catalog,
): readonly MethodProvider[] => {
  const provide = (className: string, rows: MethodRows, codes: ReturnValues): MethodProvider => {
    const declared = Object.entries(rows).filter(([name]) => home.class(className).method(name) !== undefined);
    return methodProvider(frame, home.namespace.name, className, Object.fromEntries(declared), codes);
  };
  return [
    provide(COLLECTION_SERVICE, collectionServiceMethods(services, catalog), msvmReturnValues),
    provide(COLLECTION_SNAPSHOT_SERVICE, collectionSnapshotMethods(services, home, catalog), dmtfReturnValues),
    provide(COLLECTION_REFERENCE_POINT_SERVICE, collectionPointMethods(services, home, catalog), dmtfReturnValues),
  ];
};

/** Every method provider of root\virtualization\v2 that is about virtual systems. */
export const methodProviders = (options: MethodOptions): readonly MethodProvider[] => {
  const { graph, operations, projection } = options;
  const references = new ClassCheckedReferences(options.references, projection, projection);
  const services: MethodOptions = { ...options, references };
  const frame = frameServices(services, projection);
  const provide = (
    className: string,
    rows: MethodRows,
    codes: ReturnValues | Readonly<Record<string, ReturnValues>> = msvmReturnValues,
  ): MethodProvider => methodProvider(frame, projection.namespace.name, className, rows, codes);
  return [
    provide(SERVICE_CLASS, managementServiceMethods(services)),
    provide(IMAGE_SERVICE, imageServiceMethods(services)),
    provide(SNAPSHOT_SERVICE, snapshotServiceMethods(services)),
    provide(REFERENCE_POINT_SERVICE, referencePointServiceMethods(services)),
    provide(POOL_SERVICE, poolServiceMethods(services)),
    provide(METRIC_SERVICE, metricServiceMethods(services)),
    provide(SWITCH_SERVICE, switchServiceMethods(services)),
    provide(FORK_SERVICE, forkServiceMethods(services)),
    provide(TRANSFER_SERVICE, transferServiceMethods(services)),
    provide(PATH_SERVICE, pathServiceMethods(services)),
    provide('Msvm_ComputerSystem', computerSystemMethods(graph, operations)),
    provide('Msvm_PlannedComputerSystem', plannedSystemMethods(graph, options.plans)),
    provide('Msvm_ShutdownComponent', shutdownComponentMethods(operations), shutdownReturnValues),
    provide(MOUNTED_IMAGE, mountedImageMethods(services, options.catalog, 'DetachVirtualHardDisk'), detachReturnValues),
    provide(TERMINAL_SERVICE, terminalServiceMethods(services), TERMINAL_RETURN_VALUES),
    provide(SECURITY_SERVICE, securityServiceMethods(services), SECURITY_RETURN_VALUES),
    provide(GUEST_FILE_SERVICE, guestFileServiceMethods(services)),
    provide('Msvm_Keyboard', keyboardMethods(graph)),
    provide('Msvm_SyntheticMouse', syntheticMouseMethods(graph)),
    provide('Msvm_Ps2Mouse', ps2MouseMethods(graph)),
    ...collectionMethodProviders(services, frame, projection, options.catalog),
    ...jobMethodProviders(services, frame, projection),
  ];
};
