// Types of root\HyperVCluster\v2, printed by script/compile-schema.ts from the MOF files. Not for editing.

import type * as common from './common.ts';
import type { Reference, WireObject } from '../object.ts';

export type CIM_SystemSpecificCollection = common.CIM_Collection;

export type CIM_RedundancySet = CIM_SystemSpecificCollection & {
  RedundancyStatus: number | null;
  TypeOfSet: readonly (number | null)[] | null;
  MinNumberNeeded: number | null;
  MaxNumberSupported: number | null;
  VendorIdentifyingInfo: string | null;
  OtherTypeOfSet: readonly (string | null)[] | null;
  LoadBalanceAlgorithm: number | null;
  OtherLoadBalanceAlgorithm: string | null;
};

export interface CIM_RedundancySet_Methods {
  Failover: {
    in: { FailoverFrom?: Reference | null; FailoverTo?: Reference | null };
    out: {};
  };
}

export type CIM_ComputerSystem = common.CIM_System & {
  Dedicated: readonly (number | null)[] | null;
  OtherDedicatedDescriptions: readonly (string | null)[] | null;
  ResetCapability: number | null;
  PowerManagementCapabilities: readonly (number | null)[] | null;
};

export interface CIM_ComputerSystem_Methods extends common.CIM_System_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
  SetPowerState: {
    in: { PowerState?: number | null; Time?: string | null };
    out: {};
  };
}

export type CIM_ProtocolEndpoint = common.CIM_ServiceAccessPoint & {
  NameFormat: string | null;
  ProtocolType: number | null;
  ProtocolIFType: number | null;
  OtherTypeDescription: string | null;
};

export interface CIM_ProtocolEndpoint_Methods extends common.CIM_ServiceAccessPoint_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
}

export type CIM_LANEndpoint = CIM_ProtocolEndpoint & {
  LANID: string | null;
  LANType: number | null;
  OtherLANType: string | null;
  MACAddress: string | null;
  AliasAddresses: readonly (string | null)[] | null;
  GroupAddresses: readonly (string | null)[] | null;
  MaxDataSize: number | null;
};

export type CIM_LANEndpoint_Methods = CIM_ProtocolEndpoint_Methods;

export type CIM_WiFiEndpoint = CIM_LANEndpoint & {
  EncryptionMethod: number | null;
  OtherEncryptionMethod: string | null;
  AuthenticationMethod: number | null;
  OtherAuthenticationMethod: string | null;
  IEEE8021xAuthenticationProtocol: number | null;
  AccessPointAddress: string | null;
  BSSType: number | null;
  Associated: boolean | null;
};

export type CIM_WiFiEndpoint_Methods = CIM_LANEndpoint_Methods;

export type CIM_SwitchPort = CIM_ProtocolEndpoint & {
  PortNumber: number | null;
};

export type CIM_SwitchPort_Methods = CIM_ProtocolEndpoint_Methods;

export type CIM_VLANEndpoint = CIM_ProtocolEndpoint & {
  DesiredEndpointMode: number | null;
  OtherEndpointMode: string | null;
  OperationalEndpointMode: number | null;
  DesiredVLANTrunkEncapsulation: number | null;
  OtherTrunkEncapsulation: string | null;
  OperationalVLANTrunkEncapsulation: number | null;
  GVRPStatus: number | null;
};

export type CIM_VLANEndpoint_Methods = CIM_ProtocolEndpoint_Methods;

export type CIM_ComponentCS = common.CIM_SystemComponent;

export type CIM_ConcreteIdentity = common.CIM_LogicalIdentity;

export type CIM_DisplayController = common.CIM_Controller & {
  VideoProcessor: string | null;
  VideoMemoryType: number | null;
  OtherVideoMemoryType: string | null;
  NumberOfVideoPages: number | null;
  MaxMemorySupported: number | null;
  AcceleratorCapabilities: readonly (number | null)[] | null;
  CapabilityDescriptions: readonly (string | null)[] | null;
  OtherVideoArchitecture: string | null;
  VideoArchitecture: number | null;
};

export interface CIM_DisplayController_Methods extends common.CIM_Controller_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
}

export type CIM_IDEController = common.CIM_Controller;

export interface CIM_IDEController_Methods extends common.CIM_Controller_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
}

export type CIM_SerialController = common.CIM_Controller & {
  Capabilities: readonly (number | null)[] | null;
  CapabilityDescriptions: readonly (string | null)[] | null;
  MaxBaudRate: number | null;
  Security: number | null;
};

export interface CIM_SerialController_Methods extends common.CIM_Controller_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
}

export type CIM_ProtocolController = common.CIM_LogicalDevice & {
  MaxUnitsControlled: number | null;
};

export interface CIM_ProtocolController_Methods extends common.CIM_LogicalDevice_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
}

export type CIM_SCSIProtocolController = CIM_ProtocolController & {
  NameFormat: number | null;
  OtherNameFormat: string | null;
};

export type CIM_SCSIProtocolController_Methods = CIM_ProtocolController_Methods;

export type CIM_TPM = common.CIM_LogicalDevice & {
  TPMSpecMajorVersion: number | null;
  TPMSpecMinorVersion: number | null;
  TPMManafucturerMajorRevision: number | null;
  TPMManufacturerMinorRevision: number | null;
  TPMManufacturerInfo: string | null;
  TPMManufacturerId: number | null;
  TPMState: number | null;
  TransitioningToTPMState: number | null;
  AvailableRequestedTPMStates: readonly (number | null)[] | null;
};

export interface CIM_TPM_Methods extends common.CIM_LogicalDevice_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
  RequestTPMStateChange: {
    in: { RequestedTPMState?: number | null; AuthorizationToken?: string | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
  ChangeOwnerAuth: {
    in: { OldOwnerAuth?: string | null; NewOwnerAuth?: string | null };
    out: {};
  };
}

export type CIM_USBDevice = common.CIM_LogicalDevice & {
  USBVersion: number | null;
  ClassCode: number | null;
  SubclassCode: number | null;
  ProtocolCode: number | null;
  USBVersionInBCD: number | null;
  MaxPacketSize: number | null;
  VendorID: number | null;
  ProductID: number | null;
  DeviceReleaseNumber: number | null;
  Manufacturer: string | null;
  Product: string | null;
  SerialNumber: string | null;
  NumberOfConfigs: number | null;
  CurrentConfigValue: number | null;
  CurrentAlternateSettings: readonly (number | null)[] | null;
  CommandTimeout: string | null;
};

export interface CIM_USBDevice_Methods extends common.CIM_LogicalDevice_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
  GetDescriptor: {
    in: {
      RequestType?: number | null;
      RequestValue?: number | null;
      RequestIndex?: number | null;
      RequestLength?: number | null;
    };
    out: { RequestLength?: number | null; Buffer?: readonly (number | null)[] | null };
  };
}

export type CIM_UserDevice = common.CIM_LogicalDevice & {
  IsLocked: boolean | null;
};

export interface CIM_UserDevice_Methods extends common.CIM_LogicalDevice_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
}

export type CIM_Display = CIM_UserDevice;

export type CIM_Display_Methods = CIM_UserDevice_Methods;

export type CIM_DesktopMonitor = CIM_Display & {
  DisplayType: number | null;
  Bandwidth: number | null;
  ScreenHeight: number | null;
  ScreenWidth: number | null;
};

export type CIM_DesktopMonitor_Methods = CIM_Display_Methods;

export type CIM_PointingDevice = CIM_UserDevice & {
  PointingType: number | null;
  NumberOfButtons: number | null;
  Handedness: number | null;
  Resolution: number | null;
};

export type CIM_PointingDevice_Methods = CIM_UserDevice_Methods;

export type CIM_VideoHead = common.CIM_LogicalDevice & {
  CurrentBitsPerPixel: number | null;
  CurrentHorizontalResolution: number | null;
  CurrentVerticalResolution: number | null;
  MaxRefreshRate: number | null;
  MinRefreshRate: number | null;
  CurrentRefreshRate: number | null;
  CurrentScanMode: number | null;
  OtherCurrentScanMode: string | null;
  CurrentNumberOfRows: number | null;
  CurrentNumberOfColumns: number | null;
  CurrentNumberOfColors: bigint | null;
};

export interface CIM_VideoHead_Methods extends common.CIM_LogicalDevice_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
}

export type CIM_MediaAccessDevice = common.CIM_LogicalDevice & {
  Capabilities: readonly (number | null)[] | null;
  CapabilityDescriptions: readonly (string | null)[] | null;
  ErrorMethodology: string | null;
  CompressionMethod: string | null;
  NumberOfMediaSupported: number | null;
  MaxMediaSize: bigint | null;
  DefaultBlockSize: bigint | null;
  MaxBlockSize: bigint | null;
  MinBlockSize: bigint | null;
  NeedsCleaning: boolean | null;
  MediaIsLocked: boolean | null;
  Security: number | null;
  LastCleaned: string | null;
  MaxAccessTime: bigint | null;
  UncompressedDataRate: number | null;
  LoadTime: bigint | null;
  UnloadTime: bigint | null;
  MountCount: bigint | null;
  TimeOfLastMount: string | null;
  TotalMountTime: bigint | null;
  UnitsDescription: string | null;
  MaxUnitsBeforeCleaning: bigint | null;
  UnitsUsed: bigint | null;
};

export interface CIM_MediaAccessDevice_Methods extends common.CIM_LogicalDevice_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
  LockMedia: {
    in: { Lock?: boolean | null };
    out: {};
  };
}

export type CIM_CDROMDrive = CIM_MediaAccessDevice;

export type CIM_CDROMDrive_Methods = CIM_MediaAccessDevice_Methods;

export type CIM_DiskDrive = CIM_MediaAccessDevice;

export type CIM_DiskDrive_Methods = CIM_MediaAccessDevice_Methods;

export type CIM_DisketteDrive = CIM_MediaAccessDevice;

export type CIM_DisketteDrive_Methods = CIM_MediaAccessDevice_Methods;

export type CIM_DVDDrive = CIM_MediaAccessDevice & {
  FormatsSupported: readonly (number | null)[] | null;
};

export type CIM_DVDDrive_Methods = CIM_MediaAccessDevice_Methods;

export type CIM_TapeDrive = CIM_MediaAccessDevice & {
  EOTWarningZoneSize: number | null;
  MaxPartitionCount: number | null;
  Padding: number | null;
  MaxRewindTime: bigint | null;
};

export type CIM_TapeDrive_Methods = CIM_MediaAccessDevice_Methods;

export type CIM_StorageExtent = common.CIM_LogicalDevice & {
  DataOrganization: number | null;
  Purpose: string | null;
  Access: number | null;
  ErrorMethodology: string | null;
  BlockSize: bigint | null;
  NumberOfBlocks: bigint | null;
  ConsumableBlocks: bigint | null;
  IsBasedOnUnderlyingRedundancy: boolean | null;
  SequentialAccess: boolean | null;
  ExtentStatus: readonly (number | null)[] | null;
  NoSinglePointOfFailure: boolean | null;
  DataRedundancy: number | null;
  PackageRedundancy: number | null;
  DeltaReservation: number | null;
  Primordial: boolean | null;
  NameFormat: number | null;
  NameNamespace: number | null;
  OtherNameNamespace: string | null;
  OtherNameFormat: string | null;
};

export interface CIM_StorageExtent_Methods extends common.CIM_LogicalDevice_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
}

export type CIM_LogicalDisk = CIM_StorageExtent;

export type CIM_LogicalDisk_Methods = CIM_StorageExtent_Methods;

export type CIM_Memory = CIM_StorageExtent & {
  Volatile: boolean | null;
  StartingAddress: bigint | null;
  EndingAddress: bigint | null;
  ErrorInfo: number | null;
  OtherErrorDescription: string | null;
  CorrectableError: boolean | null;
  ErrorTime: string | null;
  ErrorAccess: number | null;
  ErrorTransferSize: number | null;
  ErrorData: readonly (number | null)[] | null;
  ErrorDataOrder: number | null;
  ErrorAddress: bigint | null;
  SystemLevelAddress: boolean | null;
  ErrorResolution: bigint | null;
  AdditionalErrorData: readonly (number | null)[] | null;
};

export type CIM_Memory_Methods = CIM_StorageExtent_Methods;

export type CIM_NetworkPort = common.CIM_LogicalPort & {
  OtherNetworkPortType: string | null;
  PortNumber: number | null;
  LinkTechnology: number | null;
  OtherLinkTechnology: string | null;
  PermanentAddress: string | null;
  NetworkAddresses: readonly (string | null)[] | null;
  FullDuplex: boolean | null;
  AutoSense: boolean | null;
  SupportedMaximumTransmissionUnit: bigint | null;
  ActiveMaximumTransmissionUnit: bigint | null;
};

export interface CIM_NetworkPort_Methods extends common.CIM_LogicalPort_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
}

export type CIM_EthernetPort = CIM_NetworkPort & {
  MaxDataSize: number | null;
  Capabilities: readonly (number | null)[] | null;
  CapabilityDescriptions: readonly (string | null)[] | null;
  EnabledCapabilities: readonly (number | null)[] | null;
  OtherEnabledCapabilities: readonly (string | null)[] | null;
};

export type CIM_EthernetPort_Methods = CIM_NetworkPort_Methods;

export type CIM_FCPort = CIM_NetworkPort & {
  SupportedCOS: readonly (number | null)[] | null;
  ActiveCOS: readonly (number | null)[] | null;
  SupportedFC4Types: readonly (number | null)[] | null;
  ActiveFC4Types: readonly (number | null)[] | null;
};

export type CIM_FCPort_Methods = CIM_NetworkPort_Methods;

export type CIM_WiFiPort = CIM_NetworkPort;

export type CIM_WiFiPort_Methods = CIM_NetworkPort_Methods;

export type CIM_MetricService = common.CIM_Service;

export interface CIM_MetricService_Methods extends common.CIM_Service_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
  ShowMetrics: {
    in: { Subject?: Reference | null; Definition?: Reference | null };
    out: {
      ManagedElements?: readonly (Reference | null)[] | null;
      DefinitionList?: readonly (Reference | null)[] | null;
      MetricNames?: readonly (string | null)[] | null;
      MetricCollectionEnabled?: readonly (number | null)[] | null;
    };
  };
  ShowMetricsByClass: {
    in: { Subject?: Reference | null; Definition?: Reference | null };
    out: {
      DefinitionList?: readonly (Reference | null)[] | null;
      MetricNames?: readonly (string | null)[] | null;
      MetricCollectionEnabled?: readonly (number | null)[] | null;
    };
  };
  ControlMetrics: {
    in: { Subject?: Reference | null; Definition?: Reference | null; MetricCollectionEnabled?: number | null };
    out: {};
  };
  ControlMetricsByClass: {
    in: { Subject?: Reference | null; Definition?: Reference | null; MetricCollectionEnabled?: number | null };
    out: {};
  };
  GetMetricValues: {
    in: { Definition?: Reference | null; Range?: number | null; Count?: number | null };
    out: { Values?: readonly (Reference | null)[] | null };
  };
  ControlSampleTimes: {
    in: {
      StartSampleTime?: string | null;
      PreferredSampleInterval?: string | null;
      RestartGathering?: boolean | null;
    };
    out: {};
  };
}

export type CIM_NetworkService = common.CIM_Service & {
  Keywords: readonly (string | null)[] | null;
  ServiceURL: string | null;
  StartupConditions: readonly (string | null)[] | null;
  StartupParameters: readonly (string | null)[] | null;
};

export interface CIM_NetworkService_Methods extends common.CIM_Service_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
}

export type CIM_ForwardingService = CIM_NetworkService & {
  ProtocolType: number | null;
  OtherProtocolType: string | null;
};

export type CIM_ForwardingService_Methods = CIM_NetworkService_Methods;

export type CIM_SwitchService = CIM_ForwardingService & {
  BridgeAddress: string | null;
  NumPorts: number | null;
  BridgeType: number | null;
  BridgeAddressType: number | null;
};

export type CIM_SwitchService_Methods = CIM_ForwardingService_Methods;

export type CIM_TransparentBridgingService = CIM_ForwardingService & {
  AgingTime: number | null;
  FID: number | null;
};

export type CIM_TransparentBridgingService_Methods = CIM_ForwardingService_Methods;

export type CIM_ResourcePoolConfigurationService = common.CIM_Service;

export interface CIM_ResourcePoolConfigurationService_Methods extends common.CIM_Service_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
  CreateResourcePool: {
    in: {
      ElementName?: string | null;
      HostResources?: readonly (Reference | null)[] | null;
      ResourceType?: string | null;
    };
    out: { Pool?: Reference | null; Job?: Reference | null };
  };
  CreateChildResourcePool: {
    in: {
      ElementName?: string | null;
      Settings?: readonly (string | null)[] | null;
      ParentPool?: readonly (Reference | null)[] | null;
    };
    out: { Pool?: Reference | null; Job?: Reference | null };
  };
  DeleteResourcePool: {
    in: { Pool?: Reference | null };
    out: { Job?: Reference | null };
  };
  AddResourcesToResourcePool: {
    in: { HostResources?: readonly (Reference | null)[] | null; Pool?: Reference | null };
    out: { Job?: Reference | null };
  };
  RemoveResourcesFromResourcePool: {
    in: { HostResources?: readonly (Reference | null)[] | null; Pool?: Reference | null };
    out: { Job?: Reference | null };
  };
  ChangeParentResourcePool: {
    in: {
      ChildPool?: Reference | null;
      ParentPool?: readonly (Reference | null)[] | null;
      Settings?: readonly (string | null)[] | null;
    };
    out: { Job?: Reference | null };
  };
}

export type CIM_VirtualSystemMigrationService = common.CIM_Service;

export interface CIM_VirtualSystemMigrationService_Methods extends common.CIM_Service_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
  MigrateVirtualSystemToHost: {
    in: {
      ComputerSystem?: Reference | null;
      DestinationHost?: string | null;
      MigrationSettingData?: string | null;
      NewSystemSettingData?: string | null;
      NewResourceSettingData?: readonly (string | null)[] | null;
    };
    out: { Job?: Reference | null };
  };
  MigrateVirtualSystemToSystem: {
    in: {
      ComputerSystem?: Reference | null;
      DestinationSystem?: Reference | null;
      MigrationSettingData?: string | null;
      NewSystemSettingData?: string | null;
      NewResourceSettingData?: readonly (string | null)[] | null;
    };
    out: { NewComputerSystem?: Reference | null; Job?: Reference | null };
  };
  CheckVirtualSystemIsMigratableToHost: {
    in: {
      ComputerSystem?: Reference | null;
      DestinationHost?: string | null;
      MigrationSettingData?: string | null;
      NewSystemSettingData?: string | null;
      NewResourceSettingData?: readonly (string | null)[] | null;
    };
    out: { IsMigratable?: boolean | null };
  };
  CheckVirtualSystemIsMigratableToSystem: {
    in: {
      ComputerSystem?: Reference | null;
      DestinationSystem?: Reference | null;
      MigrationSettingData?: string | null;
      NewSystemSettingData?: string | null;
      NewResourceSettingData?: readonly (string | null)[] | null;
    };
    out: { IsMigratable?: boolean | null };
  };
}

export type Msvm_CollectionManagementService = common.CIM_Service;

export interface Msvm_CollectionManagementService_Methods extends common.CIM_Service_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
  DefineCollection: {
    in: { Name?: string | null; Id?: string | null; Type?: number | null };
    out: { DefinedCollection?: Reference | null; Job?: Reference | null };
  };
  DestroyCollection: {
    in: { Collection?: Reference | null };
    out: { Job?: Reference | null };
  };
  RenameCollection: {
    in: { Collection?: Reference | null; NewName?: string | null };
    out: { Job?: Reference | null };
  };
  AddMember: {
    in: { Member?: Reference | null; Collection?: Reference | null };
    out: { Job?: Reference | null };
  };
  RemoveMember: {
    in: { Member?: Reference | null; Collection?: Reference | null };
    out: { Job?: Reference | null };
  };
  RemoveMemberById: {
    in: { Member?: Reference | null; CollectionId?: string | null };
    out: { Job?: Reference | null };
  };
}

export type Msvm_ComponentCS = CIM_ComponentCS;

export type Msvm_ConcreteIdentity = CIM_ConcreteIdentity;

export type Msvm_MemberOfCollection = common.CIM_MemberOfCollection;

export type Msvm_RedundancySet = CIM_RedundancySet;

export type Msvm_RedundancySet_Methods = CIM_RedundancySet_Methods;

export type Msvm_VirtualSystemCollection = common.CIM_CollectionOfMSEs & {
  ReplicationState: number | null;
  ReplicationMode: number | null;
  FailedOverReplicationType: number | null;
  LastApplyTime: string | null;
  LastApplyVirtualMachineIds: readonly (string | null)[] | null;
  LastApplyConsistencyLevel: number | null;
};

export type Msvm_ConcreteJob = common.CIM_ConcreteJob & {
  Cancellable: boolean | null;
  ErrorSummaryDescription: string | null;
  JobType: number | null;
};

export interface Msvm_ConcreteJob_Methods extends common.CIM_ConcreteJob_Methods {
  GetErrorEx: {
    in: {};
    out: { Errors?: readonly (string | null)[] | null };
  };
}

export type Msvm_VirtualSystemManagementServiceSettingData = common.CIM_SettingData & {
  BiosLockString: string | null;
  DefaultExternalDataRoot: string | null;
  DefaultVirtualHardDiskPath: string | null;
  MaximumMacAddress: string | null;
  MinimumMacAddress: string | null;
  NumaSpanningEnabled: boolean | null;
  EnhancedSessionModeEnabled: boolean | null;
  PrimaryOwnerContact: string | null;
  PrimaryOwnerName: string | null;
  HbaLunTimeout: number | null;
  MaximumWWPNAddress: string | null;
  MinimumWWPNAddress: string | null;
  CurrentWWNNAddress: string | null;
  DefaultVirtualHardDiskCachingMode: number | null;
  HypervisorRootSchedulerEnabled: boolean | null;
  HypervisorSnpStatus: number | null;
  HypervisorTdxStatus: number | null;
};

export type Msvm_VirtualSystemMigrationService = CIM_VirtualSystemMigrationService & {
  ActiveVirtualSystemMigrationCount: number | null;
  ActiveStorageMigrationCount: number | null;
  MigrationServiceListenerIPAddressList: readonly (string | null)[] | null;
};

export interface Msvm_VirtualSystemMigrationService_Methods extends CIM_VirtualSystemMigrationService_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
  CheckVirtualSystemIsMigratable: {
    in: {
      ComputerSystem?: Reference | null;
      DestinationHost?: string | null;
      MigrationSettingData?: string | null;
      NewSystemSettingData?: string | null;
      NewResourceSettingData?: readonly (string | null)[] | null;
    };
    out: { Job?: Reference | null };
  };
  ModifyServiceSettings: {
    in: { ServiceSettingData?: string | null };
    out: { Job?: Reference | null };
  };
  AddNetworkSettings: {
    in: { NetworkSettings?: readonly (string | null)[] | null };
    out: { Job?: Reference | null };
  };
  RemoveNetworkSettings: {
    in: { NetworkSettings?: readonly (Reference | null)[] | null };
    out: { Job?: Reference | null };
  };
  ModifyNetworkSettings: {
    in: { NetworkSettings?: readonly (string | null)[] | null };
    out: { Job?: Reference | null };
  };
  GetSystemCompatibilityInfo: {
    in: { ComputerSystem?: Reference | null };
    out: { CompatibilityInfo?: readonly (number | null)[] | null };
  };
  CheckSystemCompatibilityInfo: {
    in: { CompatibilityInfo?: readonly (number | null)[] | null };
    out: { Reasons?: readonly (string | null)[] | null };
  };
  GetSystemCompatibilityVectors: {
    in: { ComputerSystem?: Reference | null };
    out: { CompatibilityVectors?: readonly (WireObject | null)[] | null };
  };
  GetProcessorFeatureLimits: {
    in: { Options?: string | null };
    out: { CompatibilityVectors?: readonly (WireObject | null)[] | null };
  };
}

export type Msvm_CollectionReferencePointService = common.CIM_Service;

export interface Msvm_CollectionReferencePointService_Methods extends common.CIM_Service_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
  CreateReferencePoint: {
    in: {
      Collection?: Reference | null;
      ReferencePointSettings?: string | null;
      ReferencePointType?: number | null;
      ResultingReferencePointCollection?: Reference | null;
    };
    out: { ResultingReferencePointCollection?: Reference | null; Job?: Reference | null };
  };
  DestroyReferencePoint: {
    in: { AffectedReferencePointCollection?: Reference | null };
    out: { Job?: Reference | null };
  };
  RemoveAssociatedData: {
    in: { AffectedReferencePointCollection?: Reference | null };
    out: { Job?: Reference | null };
  };
  ExportReferencePoint: {
    in: {
      ReferencePointCollection?: Reference | null;
      ExportDirectory?: string | null;
      ExportSettingData?: string | null;
    };
    out: { Job?: Reference | null };
  };
}

export type Msvm_CollectionRecoveryPoint = common.CIM_ManagedElement & {
  CollectionID: string | null;
  CreationTime: string | null;
  VirtualMachineIds: readonly (string | null)[] | null;
  RecoveryPointIds: readonly (string | null)[] | null;
  ConsistencyLevel: number | null;
};

export type Msvm_CollectionReplicationService = common.CIM_Service;

export interface Msvm_CollectionReplicationService_Methods extends common.CIM_Service_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
  CreateReplicationRelationship: {
    in: { Collection?: Reference | null; CollectionReplicationSettingData?: string | null };
    out: { Job?: Reference | null };
  };
  StartReplication: {
    in: {
      Collection?: Reference | null;
      InitialReplicationType?: number | null;
      InitialReplicationExportLocation?: string | null;
      StartTime?: string | null;
    };
    out: { Job?: Reference | null };
  };
  ModifyReplicationSettings: {
    in: { Collection?: Reference | null; CollectionReplicationSettingData?: string | null };
    out: { Job?: Reference | null };
  };
  InitiateFailover: {
    in: { Collection?: Reference | null; CollectionRecoveryPoint?: Reference | null };
    out: { Job?: Reference | null };
  };
  RevertFailover: {
    in: { Collection?: Reference | null };
    out: { Job?: Reference | null };
  };
  CommitFailover: {
    in: { Collection?: Reference | null };
    out: { Job?: Reference | null };
  };
  InitiatePlannedFailover: {
    in: { Collection?: Reference | null };
    out: { Job?: Reference | null };
  };
  RevertPlannedFailover: {
    in: { Collection?: Reference | null };
    out: { Job?: Reference | null };
  };
  RemoveReplicationRelationship: {
    in: { Collection?: Reference | null };
    out: { Job?: Reference | null };
  };
  SuspendReplication: {
    in: { Collection?: Reference | null };
    out: { Job?: Reference | null };
  };
  ResumeReplication: {
    in: { Collection?: Reference | null };
    out: { Job?: Reference | null };
  };
  PrepareForReverseReplication: {
    in: { Collection?: Reference | null };
    out: { Job?: Reference | null };
  };
  ReverseReplicationRelationship: {
    in: { Collection?: Reference | null; CollectionReplicationSettingData?: string | null };
    out: { Job?: Reference | null };
  };
  Resynchronize: {
    in: { Collection?: Reference | null; StartTime?: string | null; IncludeSuspended?: boolean | null };
    out: { Job?: Reference | null };
  };
  TestReplicaCollection: {
    in: { Collection?: Reference | null; CollectionRecoveryPoint?: Reference | null };
    out: { ResultingCollection?: Reference | null; Job?: Reference | null };
  };
  CancelInitialReplication: {
    in: { Collection?: Reference | null };
    out: { Job?: Reference | null };
  };
  CancelResynchronize: {
    in: { Collection?: Reference | null };
    out: { Job?: Reference | null };
  };
  RevertTestReplicaCollection: {
    in: { Collection?: Reference | null };
    out: { Job?: Reference | null };
  };
  CancelUpdateDiskSet: {
    in: { Collection?: Reference | null };
    out: { Job?: Reference | null };
  };
  GetReplicationStatistics: {
    in: { Collection?: Reference | null };
    out: {
      ReplicationStatistics?: string | null;
      ReplicationHealthIssues?: readonly (string | null)[] | null;
      Job?: Reference | null;
    };
  };
  ResetReplicationStatistics: {
    in: { Collection?: Reference | null };
    out: { Job?: Reference | null };
  };
}

export type Msvm_CollectionReplicationSettingData = common.Msvm_CollectionSettingData & {
  AuthenticationType: number | null;
  CertificateThumbPrint: string | null;
  RootCertificateThumbPrint: string | null;
  CompressionEnabled: boolean | null;
  BypassProxyServer: boolean | null;
  RecoveryConnectionPoint: string | null;
  PrimaryConnectionPoint: string | null;
  RecoveryServerPortNumber: number | null;
  ReplicateHostKvpItems: boolean | null;
  ApplicationConsistentSnapshotInterval: number | null;
  RecoveryHistory: number | null;
  AutoResynchronizeEnabled: boolean | null;
  AutoResynchronizeIntervalStart: string | null;
  AutoResynchronizeIntervalEnd: string | null;
  ReplicationInterval: number | null;
  IncludedDisks: readonly (string | null)[] | null;
  RecoveryServerHosts: readonly (string | null)[] | null;
  PrimaryReplicationEntityIDs: readonly (string | null)[] | null;
};

export type Msvm_CollectionReplicationStatistics = common.CIM_ManagedElement & {
  StartStatisticTime: string | null;
  EndStatisticTime: string | null;
  ReplicationWALSuccessCount: number | null;
  ReplicationWALMissCount: number | null;
  ReplicationSize: bigint | null;
  MaxReplicationSize: bigint | null;
  PendingReplicationSize: bigint | null;
  NetworkFailureCount: number | null;
  ReplicationFailureCount: number | null;
  ApplicationConsistentSnapshotFailureCount: number | null;
  ReplicationHealth: number | null;
  MaxReplicationLatency: number | null;
  LastWALReplicationTime: string | null;
  LastTestFailoverTime: string | null;
};

export type Msvm_FailoverIndication = common.CIM_ProcessIndication & {
  HostedElement: string | null;
  HostedElementFormat: number | null;
  OtherHostedElementFormat: string | null;
  HostingSystem: string | null;
  HostingSystemFormat: number | null;
  OtherHostingSystemFormat: string | null;
  PreviousHostingSystem: string | null;
  PreviousHostingSystemFormat: number | null;
  OtherPreviousHostingSystemFormat: string | null;
  FailoverType: number | null;
  OtherFailoverType: string | null;
  OtherPerceivedSeverity: string | null;
};

export type Msvm_RecoveryPointOfVirtualSystemCollection = common.CIM_Dependency;

export type Msvm_ReplicaCollectionDependency = common.CIM_Dependency;

export type Msvm_SharedDiskSetReplicationRelationship = {
  CollectionID: string | null;
  Caption: string | null;
  Description: string | null;
  ElementName: string | null;
  ReplicationState: number | null;
  ReplicationHealth: number | null;
  FailedOverReplicationType: number | null;
  LastReplicationType: number | null;
  LastApplicationConsistentReplicationTime: string | null;
  LastReplicationTime: string | null;
  LastApplyTime: string | null;
};

export type Msvm_SharedDiskSetReplicationRelationshipOfVirtualSystemCollection = common.CIM_Dependency;

export type Msvm_CollectionSnapshotService = common.CIM_Service;

export interface Msvm_CollectionSnapshotService_Methods extends common.CIM_Service_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
  CreateSnapshot: {
    in: {
      Collection?: Reference | null;
      SnapshotSettings?: string | null;
      SnapshotType?: number | null;
      ResultingSnapshotCollection?: Reference | null;
    };
    out: { ResultingSnapshotCollection?: Reference | null; Job?: Reference | null };
  };
  DestroySnapshot: {
    in: { AffectedSnapshotCollection?: Reference | null };
    out: { Job?: Reference | null };
  };
  ExportSnapshot: {
    in: { SnapshotCollection?: Reference | null; ExportDirectory?: string | null; ExportSettingData?: string | null };
    out: { Job?: Reference | null };
  };
  ApplySnapshot: {
    in: { SnapshotCollection?: Reference | null };
    out: { Job?: Reference | null };
  };
  ConvertToReferencePoint: {
    in: { AffectedSnapshotCollection?: Reference | null; ResultingReferencePointCollection?: Reference | null };
    out: { ResultingReferencePointCollection?: Reference | null; Job?: Reference | null };
  };
}

export type Msvm_ComputerSystem = CIM_ComputerSystem & {
  OnTimeInMilliseconds: bigint | null;
  ProcessID: number | null;
  TimeOfLastConfigurationChange: string | null;
  NumberOfNumaNodes: number | null;
  ReplicationState: number | null;
  ReplicationHealth: number | null;
  ReplicationMode: number | null;
  FailedOverReplicationType: number | null;
  LastReplicationType: number | null;
  LastApplicationConsistentReplicationTime: string | null;
  LastReplicationTime: string | null;
  LastSuccessfulBackupTime: string | null;
  EnhancedSessionModeState: number | null;
  HwThreadsPerCoreRealized: number | null;
};

export interface Msvm_ComputerSystem_Methods extends CIM_ComputerSystem_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
  RequestReplicationStateChange: {
    in: { RequestedState?: number | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
  InjectNonMaskableInterrupt: {
    in: {};
    out: { Job?: Reference | null };
  };
  InjectNonMaskableInterruptEx: {
    in: { Vtl?: number | null };
    out: { Job?: Reference | null };
  };
  RequestReplicationStateChangeEx: {
    in: { ReplicationRelationship?: string | null; RequestedState?: number | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
  RequestCustomRestore: {
    in: { RestoreSettings?: string | null };
    out: { Job?: Reference | null };
  };
}

export type Msvm_SummaryInformation = common.Msvm_SummaryInformationBase & {
  AllocatedGPU: string | null;
  Shielded: boolean | null;
  AsynchronousTasks: readonly (WireObject | null)[] | null;
  GuestOperatingSystem: string | null;
  Heartbeat: number | null;
  MemoryUsage: bigint | null;
  MemoryAvailable: number | null;
  AvailableMemoryBuffer: number | null;
  SwapFilesInUse: boolean | null;
  ProcessorLoad: number | null;
  ProcessorLoadHistory: readonly (number | null)[] | null;
  Snapshots: readonly (WireObject | null)[] | null;
  ThumbnailImage: readonly (number | null)[] | null;
  ThumbnailImageWidth: number | null;
  ThumbnailImageHeight: number | null;
  ReplicationState: number | null;
  ReplicationStateEx: readonly (number | null)[] | null;
  ReplicationHealth: number | null;
  ReplicationHealthEx: readonly (number | null)[] | null;
  ReplicationMode: number | null;
  TestReplicaSystem: Reference | null;
  ReplicationProviderId: readonly (string | null)[] | null;
  ApplicationHealth: number | null;
  IntegrationServicesVersionState: number | null;
  MemorySpansPhysicalNumaNodes: boolean | null;
  HypervisorPartitionId: bigint | null;
};

export type Msvm_VirtualSystemSettingData = common.CIM_VirtualSystemSettingData & {
  BIOSGUID: string | null;
  BIOSSerialNumber: string | null;
  BaseBoardSerialNumber: string | null;
  ChassisSerialNumber: string | null;
  ChassisAssetTag: string | null;
  BIOSNumLock: boolean | null;
  BootOrder: readonly (number | null)[] | null;
  BootSourceOrder: readonly (string | null)[] | null;
  Parent: string | null;
  UserSnapshotType: number | null;
  IsSaved: boolean | null;
  AdditionalRecoveryInformation: string | null;
  AllowFullSCSICommandSet: boolean | null;
  DebugChannelId: number | null;
  DebugPortEnabled: number | null;
  DebugPort: number | null;
  Version: string | null;
  IncrementalBackupEnabled: boolean | null;
  VirtualNumaEnabled: boolean | null;
  LowMmioGapSize: bigint | null;
  HighMmioGapSize: bigint | null;
  AllowReducedFcRedundancy: boolean | null;
  VirtualSystemSubType: string | null;
  SecureBootEnabled: boolean | null;
  SecureBootTemplateId: string | null;
  PauseAfterBootFailure: boolean | null;
  NetworkBootPreferredProtocol: number | null;
  ConsoleMode: number | null;
  AutomaticCriticalErrorAction: number | null;
  AutomaticCriticalErrorActionTimeout: string | null;
  LockOnDisconnect: boolean | null;
  GuestControlledCacheTypes: boolean | null;
  Architecture: string | null;
  AutomaticSnapshotsEnabled: boolean | null;
  BootPciExpress: boolean | null;
  BootPciExpressInstanceFilter: string | null;
  ClusterWideNodeCapabilitiesValidationMode: number | null;
  EnableHibernation: boolean | null;
  EnhancedSessionTransportType: number | null;
  FirmwareFile: string | null;
  FirmwareParameters: readonly (number | null)[] | null;
  GuestFeatureSet: bigint | null;
  GuestStateDataRoot: string | null;
  GuestStateFile: string | null;
  GuestStateIsolationEnabled: boolean | null;
  GuestStateIsolationMode: number | null;
  GuestStateIsolationType: number | null;
  HighMmioGapBase: bigint | null;
  IsAutomaticSnapshot: boolean | null;
  MemoryHostingJobObjectName: string | null;
  NumaNodeTopologyArray: readonly (string | null)[] | null;
  TurnOffOnGuestRestart: boolean | null;
  VirtualSlitType: number | null;
  VMBusMessageRedirection: number | null;
  Vtl2AddressRangeBase: bigint | null;
  Vtl2AddressRangeSize: bigint | null;
  Vtl2AddressSpaceConfigurationMode: number | null;
  Vtl2MmioAddressRangeSize: bigint | null;
  WatchdogEnabled: boolean | null;
  WorkerJobObjectName: string | null;
};

/** Value types by class name. */
export interface ClusterClasses {
  __NotifyStatus: common.__NotifyStatus;
  __ExtendedStatus: common.__ExtendedStatus;
  __SecurityRelatedClass: common.__SecurityRelatedClass;
  __NTLMUser9X: common.__NTLMUser9X;
  __PARAMETERS: common.__PARAMETERS;
  __SystemClass: common.__SystemClass;
  __Namespace: common.__Namespace;
  __thisNAMESPACE: common.__thisNAMESPACE;
  __SystemSecurity: common.__SystemSecurity;
  __IndicationRelated: common.__IndicationRelated;
  __AggregateEvent: common.__AggregateEvent;
  __Event: common.__Event;
  __ClassOperationEvent: common.__ClassOperationEvent;
  __ClassCreationEvent: common.__ClassCreationEvent;
  __ClassDeletionEvent: common.__ClassDeletionEvent;
  __ClassModificationEvent: common.__ClassModificationEvent;
  __ExtrinsicEvent: common.__ExtrinsicEvent;
  __SystemEvent: common.__SystemEvent;
  __EventDroppedEvent: common.__EventDroppedEvent;
  __ConsumerFailureEvent: common.__ConsumerFailureEvent;
  __EventQueueOverflowEvent: common.__EventQueueOverflowEvent;
  __QOSFailureEvent: common.__QOSFailureEvent;
  __InstanceOperationEvent: common.__InstanceOperationEvent;
  __InstanceCreationEvent: common.__InstanceCreationEvent;
  __InstanceDeletionEvent: common.__InstanceDeletionEvent;
  __InstanceModificationEvent: common.__InstanceModificationEvent;
  __MethodInvocationEvent: common.__MethodInvocationEvent;
  __NamespaceOperationEvent: common.__NamespaceOperationEvent;
  __NamespaceCreationEvent: common.__NamespaceCreationEvent;
  __NamespaceDeletionEvent: common.__NamespaceDeletionEvent;
  __NamespaceModificationEvent: common.__NamespaceModificationEvent;
  __EventConsumer: common.__EventConsumer;
  __EventFilter: common.__EventFilter;
  __EventGenerator: common.__EventGenerator;
  __FilterToConsumerBinding: common.__FilterToConsumerBinding;
  __TimerEvent: common.__TimerEvent;
  __TimerInstruction: common.__TimerInstruction;
  __AbsoluteTimerInstruction: common.__AbsoluteTimerInstruction;
  __IntervalTimerInstruction: common.__IntervalTimerInstruction;
  __TimerNextFiring: common.__TimerNextFiring;
  __Provider: common.__Provider;
  __Win32Provider: common.__Win32Provider;
  __ProviderRegistration: common.__ProviderRegistration;
  __EventConsumerProviderRegistration: common.__EventConsumerProviderRegistration;
  __EventProviderRegistration: common.__EventProviderRegistration;
  __MethodProviderRegistration: common.__MethodProviderRegistration;
  __ObjectProviderRegistration: common.__ObjectProviderRegistration;
  __ClassProviderRegistration: common.__ClassProviderRegistration;
  __InstanceProviderRegistration: common.__InstanceProviderRegistration;
  __PropertyProviderRegistration: common.__PropertyProviderRegistration;
  __ACE: common.__ACE;
  __SecurityDescriptor: common.__SecurityDescriptor;
  __Trustee: common.__Trustee;
  CIM_Indication: common.CIM_Indication;
  CIM_ClassIndication: common.CIM_ClassIndication;
  CIM_ClassCreation: common.CIM_ClassCreation;
  CIM_ClassDeletion: common.CIM_ClassDeletion;
  CIM_ClassModification: common.CIM_ClassModification;
  CIM_InstIndication: common.CIM_InstIndication;
  CIM_InstCreation: common.CIM_InstCreation;
  CIM_InstDeletion: common.CIM_InstDeletion;
  CIM_InstModification: common.CIM_InstModification;
  CIM_Error: common.CIM_Error;
  MSFT_WmiError: common.MSFT_WmiError;
  MSFT_ExtendedStatus: common.MSFT_ExtendedStatus;
  CIM_ManagedElement: common.CIM_ManagedElement;
  CIM_Collection: common.CIM_Collection;
  CIM_CollectionOfMSEs: common.CIM_CollectionOfMSEs;
  CIM_SystemSpecificCollection: CIM_SystemSpecificCollection;
  CIM_RedundancySet: CIM_RedundancySet;
  CIM_ManagedSystemElement: common.CIM_ManagedSystemElement;
  CIM_LogicalElement: common.CIM_LogicalElement;
  CIM_DynamicForwardingEntry: common.CIM_DynamicForwardingEntry;
  CIM_EnabledLogicalElement: common.CIM_EnabledLogicalElement;
  CIM_System: common.CIM_System;
  CIM_ComputerSystem: CIM_ComputerSystem;
  CIM_Job: common.CIM_Job;
  CIM_ConcreteJob: common.CIM_ConcreteJob;
  CIM_ResourcePool: common.CIM_ResourcePool;
  CIM_SoftwareElement: common.CIM_SoftwareElement;
  CIM_BIOSElement: common.CIM_BIOSElement;
  CIM_View: common.CIM_View;
  CIM_ServiceAccessPoint: common.CIM_ServiceAccessPoint;
  CIM_ProtocolEndpoint: CIM_ProtocolEndpoint;
  CIM_LANEndpoint: CIM_LANEndpoint;
  CIM_WiFiEndpoint: CIM_WiFiEndpoint;
  CIM_SwitchPort: CIM_SwitchPort;
  CIM_VLANEndpoint: CIM_VLANEndpoint;
  CIM_AffectedJobElement: common.CIM_AffectedJobElement;
  CIM_Component: common.CIM_Component;
  CIM_ConcreteComponent: common.CIM_ConcreteComponent;
  CIM_ServiceComponent: common.CIM_ServiceComponent;
  CIM_SwitchServiceTransparentBridging: common.CIM_SwitchServiceTransparentBridging;
  CIM_SettingsDefineCapabilities: common.CIM_SettingsDefineCapabilities;
  CIM_SystemComponent: common.CIM_SystemComponent;
  CIM_ComponentCS: CIM_ComponentCS;
  CIM_HostedResourcePool: common.CIM_HostedResourcePool;
  CIM_SystemBIOS: common.CIM_SystemBIOS;
  CIM_SystemDevice: common.CIM_SystemDevice;
  CIM_VirtualSystemSettingDataComponent: common.CIM_VirtualSystemSettingDataComponent;
  CIM_Dependency: common.CIM_Dependency;
  CIM_BasedOn: common.CIM_BasedOn;
  CIM_ConcreteDependency: common.CIM_ConcreteDependency;
  CIM_DeviceConnection: common.CIM_DeviceConnection;
  CIM_ControlledBy: common.CIM_ControlledBy;
  CIM_DeviceSAPImplementation: common.CIM_DeviceSAPImplementation;
  CIM_ElementAllocatedFromPool: common.CIM_ElementAllocatedFromPool;
  CIM_ElementView: common.CIM_ElementView;
  CIM_HostedDependency: common.CIM_HostedDependency;
  CIM_HostedAccessPoint: common.CIM_HostedAccessPoint;
  CIM_HostedService: common.CIM_HostedService;
  CIM_PortOnDevice: common.CIM_PortOnDevice;
  CIM_VideoHeadOnController: common.CIM_VideoHeadOnController;
  CIM_LastAppliedSnapshot: common.CIM_LastAppliedSnapshot;
  CIM_MediaPresent: common.CIM_MediaPresent;
  CIM_MetricDefForME: common.CIM_MetricDefForME;
  CIM_MetricForME: common.CIM_MetricForME;
  CIM_MetricInstance: common.CIM_MetricInstance;
  CIM_MostCurrentSnapshotInBranch: common.CIM_MostCurrentSnapshotInBranch;
  CIM_ProtocolControllerForDevice: common.CIM_ProtocolControllerForDevice;
  CIM_ProtocolControllerForUnit: common.CIM_ProtocolControllerForUnit;
  CIM_ResourceAllocationFromPool: common.CIM_ResourceAllocationFromPool;
  CIM_SAPSAPDependency: common.CIM_SAPSAPDependency;
  CIM_ActiveConnection: common.CIM_ActiveConnection;
  CIM_BindsTo: common.CIM_BindsTo;
  CIM_BindsToLANEndpoint: common.CIM_BindsToLANEndpoint;
  CIM_ServiceSAPDependency: common.CIM_ServiceSAPDependency;
  CIM_ForwardsAmong: common.CIM_ForwardsAmong;
  CIM_SwitchesAmong: common.CIM_SwitchesAmong;
  CIM_SnapshotOfVirtualSystem: common.CIM_SnapshotOfVirtualSystem;
  CIM_SwitchPortDynamicForwarding: common.CIM_SwitchPortDynamicForwarding;
  CIM_TransparentBridgingDynamicForwarding: common.CIM_TransparentBridgingDynamicForwarding;
  CIM_ElementCapabilities: common.CIM_ElementCapabilities;
  CIM_ElementConformsToProfile: common.CIM_ElementConformsToProfile;
  CIM_ElementSettingData: common.CIM_ElementSettingData;
  CIM_LogicalIdentity: common.CIM_LogicalIdentity;
  CIM_ConcreteIdentity: CIM_ConcreteIdentity;
  CIM_MemberOfCollection: common.CIM_MemberOfCollection;
  CIM_CollectedMSEs: common.CIM_CollectedMSEs;
  CIM_OwningJobElement: common.CIM_OwningJobElement;
  CIM_ServiceAffectsElement: common.CIM_ServiceAffectsElement;
  CIM_SettingsDefineState: common.CIM_SettingsDefineState;
  CIM_Capabilities: common.CIM_Capabilities;
  CIM_AllocationCapabilities: common.CIM_AllocationCapabilities;
  CIM_EnabledLogicalElementCapabilities: common.CIM_EnabledLogicalElementCapabilities;
  CIM_MetricServiceCapabilities: common.CIM_MetricServiceCapabilities;
  CIM_VirtualSystemManagementCapabilities: common.CIM_VirtualSystemManagementCapabilities;
  CIM_ResourcePoolConfigurationCapabilities: common.CIM_ResourcePoolConfigurationCapabilities;
  CIM_VirtualSystemMigrationCapabilities: common.CIM_VirtualSystemMigrationCapabilities;
  CIM_LogicalDevice: common.CIM_LogicalDevice;
  CIM_Controller: common.CIM_Controller;
  CIM_DisplayController: CIM_DisplayController;
  CIM_IDEController: CIM_IDEController;
  CIM_SerialController: CIM_SerialController;
  CIM_ProtocolController: CIM_ProtocolController;
  CIM_SCSIProtocolController: CIM_SCSIProtocolController;
  CIM_Processor: common.CIM_Processor;
  CIM_TPM: CIM_TPM;
  CIM_USBDevice: CIM_USBDevice;
  CIM_UserDevice: CIM_UserDevice;
  CIM_Display: CIM_Display;
  CIM_DesktopMonitor: CIM_DesktopMonitor;
  CIM_PointingDevice: CIM_PointingDevice;
  CIM_VideoHead: CIM_VideoHead;
  CIM_ProcessIndication: common.CIM_ProcessIndication;
  CIM_AlertIndication: common.CIM_AlertIndication;
  CIM_MediaAccessDevice: CIM_MediaAccessDevice;
  CIM_CDROMDrive: CIM_CDROMDrive;
  CIM_DiskDrive: CIM_DiskDrive;
  CIM_DisketteDrive: CIM_DisketteDrive;
  CIM_DVDDrive: CIM_DVDDrive;
  CIM_TapeDrive: CIM_TapeDrive;
  CIM_StorageExtent: CIM_StorageExtent;
  CIM_LogicalDisk: CIM_LogicalDisk;
  CIM_Memory: CIM_Memory;
  CIM_BaseMetricDefinition: common.CIM_BaseMetricDefinition;
  CIM_AggregationMetricDefinition: common.CIM_AggregationMetricDefinition;
  CIM_BaseMetricValue: common.CIM_BaseMetricValue;
  CIM_AggregationMetricValue: common.CIM_AggregationMetricValue;
  CIM_LogicalPort: common.CIM_LogicalPort;
  CIM_NetworkPort: CIM_NetworkPort;
  CIM_EthernetPort: CIM_EthernetPort;
  CIM_FCPort: CIM_FCPort;
  CIM_WiFiPort: CIM_WiFiPort;
  CIM_Service: common.CIM_Service;
  CIM_MetricService: CIM_MetricService;
  CIM_NetworkService: CIM_NetworkService;
  CIM_ForwardingService: CIM_ForwardingService;
  CIM_SwitchService: CIM_SwitchService;
  CIM_TransparentBridgingService: CIM_TransparentBridgingService;
  CIM_ResourcePoolConfigurationService: CIM_ResourcePoolConfigurationService;
  CIM_VirtualSystemManagementService: common.CIM_VirtualSystemManagementService;
  CIM_VirtualSystemMigrationService: CIM_VirtualSystemMigrationService;
  CIM_VirtualSystemSnapshotService: common.CIM_VirtualSystemSnapshotService;
  CIM_SettingData: common.CIM_SettingData;
  CIM_ResourceAllocationSettingData: common.CIM_ResourceAllocationSettingData;
  CIM_EthernetPortAllocationSettingData: common.CIM_EthernetPortAllocationSettingData;
  CIM_StorageAllocationSettingData: common.CIM_StorageAllocationSettingData;
  CIM_VirtualSystemMigrationSettingData: common.CIM_VirtualSystemMigrationSettingData;
  CIM_VirtualSystemSettingData: common.CIM_VirtualSystemSettingData;
  CIM_VirtualEthernetSwitchSettingData: common.CIM_VirtualEthernetSwitchSettingData;
  CIM_VLANEndpointSettingData: common.CIM_VLANEndpointSettingData;
  Msvm_ElementConformsToProfile: common.Msvm_ElementConformsToProfile;
  Msvm_ElementSettingData: common.Msvm_ElementSettingData;
  Msvm_HostedDependency: common.Msvm_HostedDependency;
  Msvm_HostedService: common.Msvm_HostedService;
  Msvm_ParentChildSettingData: common.Msvm_ParentChildSettingData;
  Msvm_SettingsDefineState: common.Msvm_SettingsDefineState;
  Msvm_CollectedCollections: common.Msvm_CollectedCollections;
  Msvm_CollectedVirtualSystems: common.Msvm_CollectedVirtualSystems;
  Msvm_CollectionManagementService: Msvm_CollectionManagementService;
  Msvm_CollectionSettingData: common.Msvm_CollectionSettingData;
  Msvm_ComponentCS: Msvm_ComponentCS;
  Msvm_ConcreteIdentity: Msvm_ConcreteIdentity;
  Msvm_ManagementCollection: common.Msvm_ManagementCollection;
  Msvm_MemberOfCollection: Msvm_MemberOfCollection;
  Msvm_RedundancySet: Msvm_RedundancySet;
  Msvm_VirtualSystemCollection: Msvm_VirtualSystemCollection;
  Msvm_AffectedJobElement: common.Msvm_AffectedJobElement;
  Msvm_ConcreteJob: Msvm_ConcreteJob;
  Msvm_Error: common.Msvm_Error;
  Msvm_OwningJobElement: common.Msvm_OwningJobElement;
  Msvm_ServiceAffectsElement: common.Msvm_ServiceAffectsElement;
  Msvm_VirtualSystemManagementService: common.Msvm_VirtualSystemManagementService;
  Msvm_VirtualSystemManagementServiceSettingData: Msvm_VirtualSystemManagementServiceSettingData;
  Msvm_MigrationJob: common.Msvm_MigrationJob;
  Msvm_VirtualSystemMigrationService: Msvm_VirtualSystemMigrationService;
  Msvm_CollectedReferencePoints: common.Msvm_CollectedReferencePoints;
  Msvm_CollectionReferencePointExportJob: common.Msvm_CollectionReferencePointExportJob;
  Msvm_CollectionReferencePointExportSettingData: common.Msvm_CollectionReferencePointExportSettingData;
  Msvm_CollectionReferencePointService: Msvm_CollectionReferencePointService;
  Msvm_CollectionReferencePointSettingData: common.Msvm_CollectionReferencePointSettingData;
  Msvm_ReferencePointCollection: common.Msvm_ReferencePointCollection;
  Msvm_ReferencePointOfVirtualSystemCollection: common.Msvm_ReferencePointOfVirtualSystemCollection;
  Msvm_VirtualSystemReferencePoint: common.Msvm_VirtualSystemReferencePoint;
  Msvm_VirtualSystemReferencePointExportSettingData: common.Msvm_VirtualSystemReferencePointExportSettingData;
  Msvm_VirtualSystemReferencePointSettingData: common.Msvm_VirtualSystemReferencePointSettingData;
  Msvm_CollectionRecoveryPoint: Msvm_CollectionRecoveryPoint;
  Msvm_CollectionReplicationService: Msvm_CollectionReplicationService;
  Msvm_CollectionReplicationSettingData: Msvm_CollectionReplicationSettingData;
  Msvm_CollectionReplicationStatistics: Msvm_CollectionReplicationStatistics;
  Msvm_FailoverIndication: Msvm_FailoverIndication;
  Msvm_RecoveryPointOfVirtualSystemCollection: Msvm_RecoveryPointOfVirtualSystemCollection;
  Msvm_ReplicaCollectionDependency: Msvm_ReplicaCollectionDependency;
  Msvm_SharedDiskSetReplicationRelationship: Msvm_SharedDiskSetReplicationRelationship;
  Msvm_SharedDiskSetReplicationRelationshipOfVirtualSystemCollection: Msvm_SharedDiskSetReplicationRelationshipOfVirtualSystemCollection;
  Msvm_CollectedSnapshots: common.Msvm_CollectedSnapshots;
  Msvm_CollectionSnapshotExportSettingData: common.Msvm_CollectionSnapshotExportSettingData;
  Msvm_CollectionSnapshotService: Msvm_CollectionSnapshotService;
  Msvm_MostCurrentSnapshotInBranch: common.Msvm_MostCurrentSnapshotInBranch;
  Msvm_SnapshotCollection: common.Msvm_SnapshotCollection;
  Msvm_SnapshotOfVirtualSystem: common.Msvm_SnapshotOfVirtualSystem;
  Msvm_SnapshotOfVirtualSystemCollection: common.Msvm_SnapshotOfVirtualSystemCollection;
  Msvm_VirtualSystemSnapshotService: common.Msvm_VirtualSystemSnapshotService;
  Msvm_VirtualSystemSnapshotSettingData: common.Msvm_VirtualSystemSnapshotSettingData;
  Msvm_VirtualMachineToDisks: common.Msvm_VirtualMachineToDisks;
  Msvm_ComputerSystem: Msvm_ComputerSystem;
  Msvm_ComputerSystemSummaryInformation: common.Msvm_ComputerSystemSummaryInformation;
  Msvm_SummaryInformationBase: common.Msvm_SummaryInformationBase;
  Msvm_SummaryInformation: Msvm_SummaryInformation;
  Msvm_VirtualSystemSettingData: Msvm_VirtualSystemSettingData;
}

/** Method arguments by class name, for the classes that have methods. */
export interface ClusterMethods {
  __SystemSecurity: common.__SystemSecurity_Methods;
  CIM_RedundancySet: CIM_RedundancySet_Methods;
  CIM_EnabledLogicalElement: common.CIM_EnabledLogicalElement_Methods;
  CIM_System: common.CIM_System_Methods;
  CIM_ComputerSystem: CIM_ComputerSystem_Methods;
  CIM_Job: common.CIM_Job_Methods;
  CIM_ConcreteJob: common.CIM_ConcreteJob_Methods;
  CIM_ServiceAccessPoint: common.CIM_ServiceAccessPoint_Methods;
  CIM_ProtocolEndpoint: CIM_ProtocolEndpoint_Methods;
  CIM_LANEndpoint: CIM_LANEndpoint_Methods;
  CIM_WiFiEndpoint: CIM_WiFiEndpoint_Methods;
  CIM_SwitchPort: CIM_SwitchPort_Methods;
  CIM_VLANEndpoint: CIM_VLANEndpoint_Methods;
  CIM_LogicalDevice: common.CIM_LogicalDevice_Methods;
  CIM_Controller: common.CIM_Controller_Methods;
  CIM_DisplayController: CIM_DisplayController_Methods;
  CIM_IDEController: CIM_IDEController_Methods;
  CIM_SerialController: CIM_SerialController_Methods;
  CIM_ProtocolController: CIM_ProtocolController_Methods;
  CIM_SCSIProtocolController: CIM_SCSIProtocolController_Methods;
  CIM_Processor: common.CIM_Processor_Methods;
  CIM_TPM: CIM_TPM_Methods;
  CIM_USBDevice: CIM_USBDevice_Methods;
  CIM_UserDevice: CIM_UserDevice_Methods;
  CIM_Display: CIM_Display_Methods;
  CIM_DesktopMonitor: CIM_DesktopMonitor_Methods;
  CIM_PointingDevice: CIM_PointingDevice_Methods;
  CIM_VideoHead: CIM_VideoHead_Methods;
  CIM_MediaAccessDevice: CIM_MediaAccessDevice_Methods;
  CIM_CDROMDrive: CIM_CDROMDrive_Methods;
  CIM_DiskDrive: CIM_DiskDrive_Methods;
  CIM_DisketteDrive: CIM_DisketteDrive_Methods;
  CIM_DVDDrive: CIM_DVDDrive_Methods;
  CIM_TapeDrive: CIM_TapeDrive_Methods;
  CIM_StorageExtent: CIM_StorageExtent_Methods;
  CIM_LogicalDisk: CIM_LogicalDisk_Methods;
  CIM_Memory: CIM_Memory_Methods;
  CIM_LogicalPort: common.CIM_LogicalPort_Methods;
  CIM_NetworkPort: CIM_NetworkPort_Methods;
  CIM_EthernetPort: CIM_EthernetPort_Methods;
  CIM_FCPort: CIM_FCPort_Methods;
  CIM_WiFiPort: CIM_WiFiPort_Methods;
  CIM_Service: common.CIM_Service_Methods;
  CIM_MetricService: CIM_MetricService_Methods;
  CIM_NetworkService: CIM_NetworkService_Methods;
  CIM_ForwardingService: CIM_ForwardingService_Methods;
  CIM_SwitchService: CIM_SwitchService_Methods;
  CIM_TransparentBridgingService: CIM_TransparentBridgingService_Methods;
  CIM_ResourcePoolConfigurationService: CIM_ResourcePoolConfigurationService_Methods;
  CIM_VirtualSystemManagementService: common.CIM_VirtualSystemManagementService_Methods;
  CIM_VirtualSystemMigrationService: CIM_VirtualSystemMigrationService_Methods;
  CIM_VirtualSystemSnapshotService: common.CIM_VirtualSystemSnapshotService_Methods;
  Msvm_CollectionManagementService: Msvm_CollectionManagementService_Methods;
  Msvm_RedundancySet: Msvm_RedundancySet_Methods;
  Msvm_ConcreteJob: Msvm_ConcreteJob_Methods;
  Msvm_VirtualSystemManagementService: common.Msvm_VirtualSystemManagementService_Methods;
  Msvm_MigrationJob: common.Msvm_MigrationJob_Methods;
  Msvm_VirtualSystemMigrationService: Msvm_VirtualSystemMigrationService_Methods;
  Msvm_CollectionReferencePointExportJob: common.Msvm_CollectionReferencePointExportJob_Methods;
  Msvm_CollectionReferencePointService: Msvm_CollectionReferencePointService_Methods;
  Msvm_CollectionReplicationService: Msvm_CollectionReplicationService_Methods;
  Msvm_CollectionSnapshotService: Msvm_CollectionSnapshotService_Methods;
  Msvm_VirtualSystemSnapshotService: common.Msvm_VirtualSystemSnapshotService_Methods;
  Msvm_ComputerSystem: Msvm_ComputerSystem_Methods;
}
