import type { CimValues } from '../../../cim/values.ts';

/** A service of the host (object-model §10), with its setting and capabilities objects where it has them. */
export interface ServiceRow {
  readonly className: string;
  readonly name: string;
  readonly caption: string;
  readonly elementName: string;
  readonly values?: CimValues;
  readonly setting?: {
    readonly className: string;
    readonly instanceId: (host: string) => string;
    readonly values: CimValues;
  };
  readonly capabilities?: { readonly className: string; readonly instanceId: string; readonly values: CimValues };
}

const ofHost = (host: string): string => `Microsoft:${host}`;

/** SynchronousMethodsSupported and AsynchronousMethodsSupported: what answers 0, and what starts a job (management-service §1). */
const SYNCHRONOUS = { define: 2, modifyResource: 5, modifySystem: 6, removeResources: 7, addResources: 10 };
const ASYNCHRONOUS = { destroy: 3, snapshot: 9 };

export const MANAGEMENT_SERVICE = 'Msvm_VirtualSystemManagementService';
export const SNAPSHOT_SERVICE = 'Msvm_VirtualSystemSnapshotService';
/** Ours, not Hyper-V's. */
export const FORK_SERVICE = 'Vsms_SnapshotForkService';
/** Ours, not Hyper-V's. */
export const TRANSFER_SERVICE = 'Vsms_TransferService';
/** Ours, not Hyper-V's. */
export const PATH_SERVICE = 'Vsms_PathService';
export const IMAGE_SERVICE = 'Msvm_ImageManagementService';
export const MIGRATION_SERVICE = 'Msvm_VirtualSystemMigrationService';
export const V1_SWITCH_SERVICE = 'Msvm_VirtualSwitchManagementService';
export const POOL_SERVICE = 'Msvm_ResourcePoolConfigurationService';
export const COLLECTION_SERVICE = 'Msvm_CollectionManagementService';
export const COLLECTION_SNAPSHOT_SERVICE = 'Msvm_CollectionSnapshotService';
export const COLLECTION_REFERENCE_POINT_SERVICE = 'Msvm_CollectionReferencePointService';
export const REFERENCE_POINT_SERVICE = 'Msvm_VirtualSystemReferencePointService';
export const TERMINAL_SERVICE = 'Msvm_TerminalService';
export const SECURITY_SERVICE = 'Msvm_SecurityService';
export const METRIC_SERVICE = 'Msvm_MetricService';
export const SWITCH_SERVICE = 'Msvm_VirtualEthernetSwitchManagementService';

export const SERVICES: readonly ServiceRow[] = [
  {
    className: MANAGEMENT_SERVICE,
    name: 'vmms',
    caption: 'Virtual System Management Service',
    elementName: 'Hyper-V Virtual System Management Service',
    setting: {
      className: 'Msvm_VirtualSystemManagementServiceSettingData',
      instanceId: ofHost,
      values: {
        Caption: 'Hyper-V Virtual System Management Service',
        Description: 'Settings for the Virtual System Management Service',
      },
    },
    capabilities: {
      className: 'Msvm_VirtualSystemManagementCapabilities',
      instanceId: 'Microsoft:VirtualSystemManagementCapabilities',
      values: {
        Caption: 'Virtual System Management Capabilities',
        ElementName: 'Virtual System Management Capabilities',
        ElementNameEditSupported: true,
        MaxElementNameLen: 100,
        SynchronousMethodsSupported: Object.values(SYNCHRONOUS),
        AsynchronousMethodsSupported: Object.values(ASYNCHRONOUS),
        IndicationsSupported: [],
        VirtualSystemTypesSupported: ['Microsoft:Hyper-V:System:Realized', 'Microsoft:Hyper-V:System:Planned'],
      },
    },
  },
  {
    className: SNAPSHOT_SERVICE,
    name: 'vssnapsvc',
    caption: 'Virtual System Snapshot Service',
    elementName: 'Hyper-V Virtual System Snapshot Service',
  },
  {
    className: FORK_SERVICE,
    name: 'vsmsforksvc',
    caption: 'Snapshot Fork Service',
    elementName: 'vsms Snapshot Fork Service',
  },
  {
    className: TRANSFER_SERVICE,
    name: 'vsmstransfersvc',
    caption: 'Transfer Service',
    elementName: 'vsms Transfer Service',
  },
  {
    className: PATH_SERVICE,
    name: 'vsmspathsvc',
    caption: 'Path Service',
    elementName: 'vsms Path Service',
  },
  {
    className: SWITCH_SERVICE,
    name: 'nvspwmi',
    caption: 'Virtual Ethernet Switch Management Service',
    elementName: 'Hyper-V Networking Management Service',
    capabilities: {
      className: 'Msvm_VirtualEthernetSwitchManagementCapabilities',
      instanceId: 'Microsoft:VirtualEthernetSwitchManagementCapabilities',
      values: {
        Caption: 'Virtual Ethernet Switch Management Capabilities',
        ElementName: 'Virtual Ethernet Switch Management Capabilities',
        ElementNameEditSupported: true,
        MaxElementNameLen: 100,
        IOVSupport: false,
        IOVSupportReasons: ['Network adapters of virtual machines are virtual on this host.'],
      },
    },
  },
  {
    // Of root\virtualization only (object-model §12).
    className: V1_SWITCH_SERVICE,
    name: 'nvspwmi',
    caption: 'Virtual Switch Management Service',
    elementName: 'Hyper-V Networking Management Service',
  },
  {
    className: IMAGE_SERVICE,
    name: 'vhdsvc',
    caption: 'Image Management Service',
    elementName: 'Hyper-V Image Management Service',
  },
  {
    className: MIGRATION_SERVICE,
    name: 'migrationwmi',
    caption: 'Virtual System Migration Service',
    elementName: 'Hyper-V Virtual System Migration Service',
    values: { MigrationServiceListenerIPAddressList: [] },
    setting: {
      className: 'Msvm_VirtualSystemMigrationServiceSettingData',
      instanceId: ofHost,
      values: {
        Caption: 'Virtual System Migration Service Settings',
        ElementName: 'Virtual System Migration Service Settings',
        EnableVirtualSystemMigration: false,
        MaximumActiveVirtualSystemMigration: 2,
        MaximumActiveStorageMigration: 2,
        AuthenticationType: 0,
        EnableCompression: true,
        EnableSmbTransport: false,
      },
    },
    capabilities: {
      className: 'Msvm_VirtualSystemMigrationCapabilities',
      instanceId: 'Microsoft:MigrationCapabilities',
      values: { ElementName: 'Virtual System Migration Capabilities', DestinationHostFormatsSupported: [] },
    },
  },
  {
    className: 'Msvm_ReplicationService',
    name: 'replicasvc',
    caption: 'Replication Service',
    elementName: 'Hyper-V Replication Service',
    setting: {
      className: 'Msvm_ReplicationServiceSettingData',
      instanceId: (host) => `Microsoft:${host}\\HVR`,
      values: { RecoveryServerEnabled: false },
    },
  },
  {
    className: METRIC_SERVICE,
    name: 'metricsvc',
    caption: 'Metric Service',
    elementName: 'Hyper-V Metric Service',
    setting: {
      className: 'Msvm_MetricServiceSettingData',
      instanceId: ofHost,
      // MetricsFlushInterval is what clients made of it.
      values: {},
    },
    capabilities: {
      className: 'Msvm_MetricServiceCapabilities',
      instanceId: 'Microsoft:MetricServiceCapabilities',
      // ControlMetrics, ControlMetricsByClass, ShowMetrics, ShowMetricsByClass, GetMetricValues
      values: { ElementNameEditSupported: false, SupportedMethods: [2, 3, 4, 5, 6] },
    },
  },
  {
    className: TERMINAL_SERVICE,
    name: 'termsvc',
    caption: 'Hyper-V Terminal Service',
    elementName: 'Hyper-V Terminal Service',
    setting: {
      className: 'Msvm_TerminalServiceSettingData',
      instanceId: ofHost,
      // os-win hands this port to console clients; 2179 is the port of real hosts (other-services §6).
      values: {
        ListenerPort: 2179,
        DisableSelfSignedCertificateGeneration: false,
        AllowedHashAlgorithms: [],
        TrustedIssuerCertificateHashes: [],
      },
    },
  },
  {
    className: POOL_SERVICE,
    name: 'poolcfgsvc',
    caption: 'Resource Pool Configuration Service',
    elementName: 'Hyper-V Resource Pool Configuration Service',
    capabilities: {
      className: 'Msvm_ResourcePoolConfigurationCapabilities',
      instanceId: 'Microsoft:ResourcePoolConfigurationCapabilities',
      // CreatePool, ModifyPoolResources, ModifyPoolSettings, DeletePool
      values: { SynchronousMethodsSupported: [32768, 32769, 32770, 32771], AsynchronousMethodsSupported: [] },
    },
  },
  {
    className: SECURITY_SERVICE,
    name: 'securitysvc',
    caption: 'Security Service',
    elementName: 'Hyper-V Security Service',
  },
  {
    className: COLLECTION_SERVICE,
    name: 'collectionsvc',
    caption: 'Collection Management Service',
    elementName: 'Hyper-V Collection Management Service',
  },
  {
    className: COLLECTION_SNAPSHOT_SERVICE,
    name: 'collectionsnapsvc',
    caption: 'Collection Snapshot Service',
    elementName: 'Hyper-V Collection Snapshot Service',
  },
  {
    className: COLLECTION_REFERENCE_POINT_SERVICE,
    name: 'collectionrefpointsvc',
    caption: 'Collection Reference Point Service',
    elementName: 'Hyper-V Collection Reference Point Service',
  },
  {
    className: REFERENCE_POINT_SERVICE,
    name: 'vsrefpointsvc',
    caption: 'Virtual System Reference Point Service',
    elementName: 'Hyper-V Virtual System Reference Point Service',
  },
  {
    className: 'Msvm_Synthetic3DService',
    name: 'synth3d',
    caption: 'Synthetic 3D Service',
    elementName: 'Hyper-V Synthetic 3D Service',
    setting: {
      className: 'Msvm_Synthetic3DServiceSettingData',
      instanceId: ofHost,
      values: { GPUOvercommitEnabled: false },
    },
  },
];

/** JobType of ForkSnapshot (core/snapshots/fork-job.ts). */
export const FORK_JOB = 32768;

/** The service whose job it is (Msvm_OwningJobElement). */
export const owningService = (jobClass: string, jobType: number): string => {
  if (jobClass === 'Msvm_StorageJob') return IMAGE_SERVICE;
  if (jobClass === 'Msvm_MigrationJob') return MIGRATION_SERVICE;
  if (jobType >= 130 && jobType <= 135) return SWITCH_SERVICE;
  if (jobType === FORK_JOB) return FORK_SERVICE;
  if (jobType >= 190 && jobType <= 197) return COLLECTION_SERVICE;
  if (jobType === 198) return COLLECTION_SNAPSHOT_SERVICE;
  if (jobType >= 201 && jobType <= 204) return REFERENCE_POINT_SERVICE;
  if (jobType >= 205 && jobType <= 208) return COLLECTION_REFERENCE_POINT_SERVICE;
  return jobType === 200 || (jobType >= 70 && jobType <= 73) ? SNAPSHOT_SERVICE : MANAGEMENT_SERVICE;
};
