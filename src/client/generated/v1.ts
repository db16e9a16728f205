// Types of root\virtualization, printed by script/compile-schema.ts from the MOF files. Not for editing.

import type * as common from './common.ts';
import type { Reference, WireObject } from '../object.ts';

export type CIM_ManagedElement = {
  Caption: string | null;
  Description: string | null;
  ElementName: string | null;
};

export type CIM_ManagedSystemElement = CIM_ManagedElement & {
  InstallDate: string | null;
  Name: string | null;
  OperationalStatus: readonly (number | null)[] | null;
  StatusDescriptions: readonly (string | null)[] | null;
  Status: string | null;
  HealthState: number | null;
};

export type CIM_LogicalElement = CIM_ManagedSystemElement;

export type CIM_DynamicForwardingEntry = CIM_LogicalElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  ServiceCreationClassName: string | null;
  ServiceName: string | null;
  CreationClassName: string | null;
  MACAddress: string | null;
  DynamicStatus: number | null;
};

export type CIM_EnabledLogicalElement = CIM_LogicalElement & {
  EnabledState: number | null;
  OtherEnabledState: string | null;
  RequestedState: number | null;
  EnabledDefault: number | null;
  TimeOfLastStateChange: string | null;
};

export interface CIM_EnabledLogicalElement_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
}

export type CIM_System = CIM_EnabledLogicalElement & {
  CreationClassName: string | null;
  NameFormat: string | null;
  PrimaryOwnerName: string | null;
  PrimaryOwnerContact: string | null;
  Roles: readonly (string | null)[] | null;
};

export type CIM_System_Methods = CIM_EnabledLogicalElement_Methods;

export type CIM_ComputerSystem = CIM_System & {
  IdentifyingDescriptions: readonly (string | null)[] | null;
  OtherIdentifyingInfo: readonly (string | null)[] | null;
  Dedicated: readonly (number | null)[] | null;
  OtherDedicatedDescriptions: readonly (string | null)[] | null;
  ResetCapability: number | null;
  PowerManagementCapabilities: readonly (number | null)[] | null;
};

export interface CIM_ComputerSystem_Methods extends CIM_System_Methods {
  SetPowerState: {
    in: { PowerState?: number | null; Time?: string | null };
    out: {};
  };
}

export type CIM_Job = CIM_LogicalElement & {
  JobStatus: string | null;
  TimeSubmitted: string | null;
  ScheduledStartTime: string | null;
  StartTime: string | null;
  ElapsedTime: string | null;
  JobRunTimes: number | null;
  RunMonth: number | null;
  RunDay: number | null;
  RunDayOfWeek: number | null;
  RunStartInterval: string | null;
  LocalOrUtcTime: number | null;
  UntilTime: string | null;
  Notify: string | null;
  Owner: string | null;
  Priority: number | null;
  PercentComplete: number | null;
  DeleteOnCompletion: boolean | null;
  ErrorCode: number | null;
  ErrorDescription: string | null;
  ErrorSummaryDescription: string | null;
  RecoveryAction: number | null;
  OtherRecoveryAction: string | null;
};

export interface CIM_Job_Methods {
  KillJob: {
    in: { DeleteOnKill?: boolean | null };
    out: {};
  };
}

export type CIM_ConcreteJob = CIM_Job & {
  InstanceID: string | null;
  JobState: number | null;
  TimeOfLastStateChange: string | null;
  TimeBeforeRemoval: string | null;
};

export interface CIM_ConcreteJob_Methods extends CIM_Job_Methods {
  GetError: {
    in: {};
    out: { Error?: string | null };
  };
  RequestStateChange: {
    in: { RequestedState?: number | null; TimeoutPeriod?: string | null };
    out: {};
  };
}

export type CIM_ResourcePool = CIM_LogicalElement & {
  InstanceID: string | null;
  PoolID: string | null;
  Primordial: boolean | null;
  Capacity: bigint | null;
  Reserved: bigint | null;
  ResourceType: number | null;
  OtherResourceType: string | null;
  ResourceSubType: string | null;
  AllocationUnits: string | null;
};

export type CIM_SoftwareElement = CIM_LogicalElement & {
  Version: string | null;
  SoftwareElementState: number | null;
  SoftwareElementID: string | null;
  TargetOperatingSystem: number | null;
  OtherTargetOS: string | null;
  Manufacturer: string | null;
  BuildNumber: string | null;
  SerialNumber: string | null;
  CodeSet: string | null;
  IdentificationCode: string | null;
  LanguageEdition: string | null;
};

export type CIM_BIOSElement = CIM_SoftwareElement & {
  PrimaryBIOS: boolean | null;
  ListOfLanguages: readonly (string | null)[] | null;
  CurrentLanguage: string | null;
  LoadedStartingAddress: bigint | null;
  LoadedEndingAddress: bigint | null;
  LoadUtilityInformation: string | null;
  ReleaseDate: string | null;
  EmbeddedControllerFirmwareMinorRelease: number | null;
  EmbeddedControllerFirmwareMajorRelease: number | null;
  SystemBIOSMinorRelease: number | null;
  SystemBIOSMajorRelease: number | null;
};

export type CIM_ServiceAccessPoint = CIM_EnabledLogicalElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  CreationClassName: string | null;
};

export type CIM_ServiceAccessPoint_Methods = CIM_EnabledLogicalElement_Methods;

export type CIM_ProtocolEndpoint = CIM_ServiceAccessPoint & {
  NameFormat: string | null;
  ProtocolType: number | null;
  ProtocolIFType: number | null;
  OtherTypeDescription: string | null;
  BroadcastResetSupported: boolean | null;
};

export interface CIM_ProtocolEndpoint_Methods extends CIM_ServiceAccessPoint_Methods {
  BroadcastReset: {
    in: {};
    out: {};
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

export type CIM_DeviceAllocatedFromPool = common.CIM_Dependency;

export type CIM_PoolAllocatedFromPool = common.CIM_Dependency;

export type CIM_ProtocolControllerForUnit = common.CIM_ProtocolControllerForDevice;

export type CIM_RecordedSetting = common.CIM_Dependency & {
  CurrentSetting: Reference | null;
  RecordedSetting: Reference | null;
};

export type CIM_ElementCapabilities = {
  ManagedElement: Reference | null;
  Capabilities: Reference | null;
};

export type CIM_ElementAllocationCapabilities = CIM_ElementCapabilities;

export type CIM_ElementSettingData = {
  ManagedElement: Reference | null;
  SettingData: Reference | null;
  IsDefault: number | null;
  IsCurrent: number | null;
  IsNext: number | null;
  IsMaximum: number | null;
  IsMinimum: number | null;
};

export type CIM_Capabilities = CIM_ManagedElement & {
  InstanceID: string | null;
};

export interface CIM_Capabilities_Methods {
  CreateGoalSettings: {
    in: {
      TemplateGoalSettings?: readonly (string | null)[] | null;
      SupportedGoalSettings?: readonly (string | null)[] | null;
    };
    out: { SupportedGoalSettings?: readonly (string | null)[] | null };
  };
}

export type CIM_AllocationCapabilities = CIM_Capabilities & {
  ResourceType: number | null;
  OtherResourceType: string | null;
  ResourceSubType: string | null;
  RequestTypesSupported: number | null;
  SharingMode: number | null;
  SupportedAddStates: readonly (number | null)[] | null;
  SupportedRemoveStates: readonly (number | null)[] | null;
};

export type CIM_AllocationCapabilities_Methods = CIM_Capabilities_Methods;

export type CIM_ResourcePoolConfigurationCapabilities = CIM_Capabilities & {
  SupportedSyncMethods: readonly (number | null)[] | null;
  SupportedAsyncMethods: readonly (number | null)[] | null;
};

export type CIM_ResourcePoolConfigurationCapabilities_Methods = CIM_Capabilities_Methods;

export type CIM_LogicalDevice = CIM_EnabledLogicalElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  CreationClassName: string | null;
  DeviceID: string | null;
  PowerManagementSupported: boolean | null;
  PowerManagementCapabilities: readonly (number | null)[] | null;
  Availability: number | null;
  StatusInfo: number | null;
  LastErrorCode: number | null;
  ErrorDescription: string | null;
  ErrorCleared: boolean | null;
  OtherIdentifyingInfo: readonly (string | null)[] | null;
  PowerOnHours: bigint | null;
  TotalPowerOnHours: bigint | null;
  IdentifyingDescriptions: readonly (string | null)[] | null;
  AdditionalAvailability: readonly (number | null)[] | null;
  MaxQuiesceTime: bigint | null;
  LocationIndicator: number | null;
};

export interface CIM_LogicalDevice_Methods extends CIM_EnabledLogicalElement_Methods {
  EnableDevice: {
    in: { Enabled?: boolean | null };
    out: {};
  };
  OnlineDevice: {
    in: { Online?: boolean | null };
    out: {};
  };
  QuiesceDevice: {
    in: { Quiesce?: boolean | null };
    out: {};
  };
  Reset: {
    in: {};
    out: {};
  };
  RestoreProperties: {
    in: {};
    out: {};
  };
  SaveProperties: {
    in: {};
    out: {};
  };
  SetPowerState: {
    in: { PowerState?: number | null; Time?: string | null };
    out: {};
  };
}

export type CIM_Controller = CIM_LogicalDevice & {
  TimeOfLastReset: string | null;
  ProtocolSupported: number | null;
  MaxNumberControlled: number | null;
  ProtocolDescription: string | null;
};

export type CIM_Controller_Methods = CIM_LogicalDevice_Methods;

export type CIM_DisplayController = CIM_Controller & {
  VideoProcessor: string | null;
  VideoMemoryType: number | null;
  OtherVideoMemoryType: string | null;
  NumberOfVideoPages: number | null;
  MaxMemorySupported: number | null;
  AcceleratorCapabilities: readonly (number | null)[] | null;
  CapabilityDescriptions: readonly (string | null)[] | null;
};

export type CIM_DisplayController_Methods = CIM_Controller_Methods;

export type CIM_IDEController = CIM_Controller;

export type CIM_IDEController_Methods = CIM_Controller_Methods;

export type CIM_SerialController = CIM_Controller & {
  Capabilities: readonly (number | null)[] | null;
  CapabilityDescriptions: readonly (string | null)[] | null;
  MaxBaudRate: number | null;
  Security: number | null;
};

export type CIM_SerialController_Methods = CIM_Controller_Methods;

export type CIM_ProtocolController = CIM_LogicalDevice & {
  MaxUnitsControlled: number | null;
};

export type CIM_ProtocolController_Methods = CIM_LogicalDevice_Methods;

export type CIM_SCSIProtocolController = CIM_ProtocolController & {
  NameFormat: number | null;
  OtherNameFormat: string | null;
};

export type CIM_SCSIProtocolController_Methods = CIM_ProtocolController_Methods;

export type CIM_Processor = CIM_LogicalDevice & {
  Role: string | null;
  Family: number | null;
  OtherFamilyDescription: string | null;
  UpgradeMethod: number | null;
  MaxClockSpeed: number | null;
  CurrentClockSpeed: number | null;
  DataWidth: number | null;
  AddressWidth: number | null;
  LoadPercentage: number | null;
  Stepping: string | null;
  UniqueID: string | null;
  CPUStatus: number | null;
  ExternalBusClockSpeed: number | null;
  Characteristics: readonly (number | null)[] | null;
};

export type CIM_Processor_Methods = CIM_LogicalDevice_Methods;

export type CIM_USBDevice = CIM_LogicalDevice & {
  USBVersion: number | null;
  ClassCode: number | null;
  SubclassCode: number | null;
  ProtocolCode: number | null;
  NumberOfConfigs: number | null;
  CurrentConfigValue: number | null;
  CurrentAlternateSettings: readonly (number | null)[] | null;
};

export interface CIM_USBDevice_Methods extends CIM_LogicalDevice_Methods {
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

export type CIM_UserDevice = CIM_LogicalDevice & {
  IsLocked: boolean | null;
};

export type CIM_UserDevice_Methods = CIM_LogicalDevice_Methods;

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

export type CIM_VideoHead = CIM_LogicalDevice & {
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

export type CIM_VideoHead_Methods = CIM_LogicalDevice_Methods;

export type CIM_MediaAccessDevice = CIM_LogicalDevice & {
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

export interface CIM_MediaAccessDevice_Methods extends CIM_LogicalDevice_Methods {
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

export type CIM_StorageExtent = CIM_LogicalDevice & {
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

export type CIM_StorageExtent_Methods = CIM_LogicalDevice_Methods;

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

export type CIM_LogicalPort = CIM_LogicalDevice & {
  Speed: bigint | null;
  MaxSpeed: bigint | null;
  RequestedSpeed: bigint | null;
  UsageRestriction: number | null;
  PortType: number | null;
  OtherPortType: string | null;
};

export type CIM_LogicalPort_Methods = CIM_LogicalDevice_Methods;

export type CIM_NetworkPort = CIM_LogicalPort & {
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

export type CIM_NetworkPort_Methods = CIM_LogicalPort_Methods;

export type CIM_EthernetPort = CIM_NetworkPort & {
  MaxDataSize: number | null;
  Capabilities: readonly (number | null)[] | null;
  CapabilityDescriptions: readonly (string | null)[] | null;
  EnabledCapabilities: readonly (number | null)[] | null;
  OtherEnabledCapabilities: readonly (string | null)[] | null;
};

export type CIM_EthernetPort_Methods = CIM_NetworkPort_Methods;

export type CIM_Service = CIM_EnabledLogicalElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  CreationClassName: string | null;
  PrimaryOwnerName: string | null;
  PrimaryOwnerContact: string | null;
  StartMode: string | null;
  Started: boolean | null;
};

export interface CIM_Service_Methods extends CIM_EnabledLogicalElement_Methods {
  StartService: {
    in: {};
    out: {};
  };
  StopService: {
    in: {};
    out: {};
  };
}

export type CIM_NetworkService = CIM_Service & {
  Keywords: readonly (string | null)[] | null;
  ServiceURL: string | null;
  StartupConditions: readonly (string | null)[] | null;
  StartupParameters: readonly (string | null)[] | null;
};

export type CIM_NetworkService_Methods = CIM_Service_Methods;

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

export type CIM_ResourcePoolConfigurationService = CIM_Service;

export interface CIM_ResourcePoolConfigurationService_Methods extends CIM_Service_Methods {
  AddResourcesToResourcePool: {
    in: { HostResources?: readonly (Reference | null)[] | null; Pool?: Reference | null };
    out: { Job?: Reference | null; Error?: string | null };
  };
  CreateResourcePool: {
    in: {
      ElementName?: string | null;
      HostResources?: readonly (Reference | null)[] | null;
      ResourceType?: string | null;
    };
    out: { Pool?: Reference | null; Job?: Reference | null; Error?: string | null };
  };
  CreateSubResourcePool: {
    in: { ElementName?: string | null; settings?: string | null; ParentPool?: Reference | null };
    out: { Pool?: Reference | null; Job?: Reference | null; Error?: string | null };
  };
  DeleteResourcePool: {
    in: { Pool?: Reference | null };
    out: { Job?: Reference | null; Error?: string | null };
  };
  RemoveResourcesFromResourcePool: {
    in: { HostResources?: readonly (Reference | null)[] | null; Pool?: Reference | null };
    out: { Job?: Reference | null; Error?: string | null };
  };
}

export type CIM_VirtualSystemManagementService = CIM_Service;

export interface CIM_VirtualSystemManagementService_Methods extends CIM_Service_Methods {
  ApplyVirtualSystemSnapshot: {
    in: { ComputerSystem?: Reference | null; SnapshotSettingData?: Reference | null };
    out: {};
  };
  CreateVirtualSystemSnapshot: {
    in: { SourceSystem?: Reference | null };
    out: { SnapshotSettingData?: Reference | null; Job?: Reference | null };
  };
  DefineVirtualSystem: {
    in: {
      SystemSettingData?: string | null;
      ResourceSettingData?: readonly (string | null)[] | null;
      SourceSetting?: Reference | null;
    };
    out: { DefinedSystem?: Reference | null; Job?: Reference | null };
  };
  DestroyVirtualSystem: {
    in: { ComputerSystem?: Reference | null };
    out: { Job?: Reference | null };
  };
  ExportVirtualSystem: {
    in: { ComputerSystem?: Reference | null; CopyVmState?: boolean | null; ExportDirectory?: string | null };
    out: { Job?: Reference | null };
  };
  ImportVirtualSystem: {
    in: { ImportDirectory?: string | null; GenerateNewID?: boolean | null };
    out: { Job?: Reference | null };
  };
  ModifyVirtualSystem: {
    in: { ComputerSystem?: Reference | null; SystemSettingData?: string | null };
    out: { ModifiedSettingData?: Reference | null; Job?: Reference | null };
  };
  ModifyVirtualSystemResources: {
    in: { ComputerSystem?: Reference | null; ResourceSettingData?: readonly (string | null)[] | null };
    out: { Job?: Reference | null };
  };
  RemoveVirtualSystemSnapshot: {
    in: { SnapshotSettingData?: Reference | null };
    out: { Job?: Reference | null };
  };
  CloneVirtualSystem: {
    in: { SourceSystem?: Reference | null; SourceInstance?: Reference | null };
    out: { ClonedSystem?: Reference | null; Job?: Reference | null };
  };
  InstantiateVirtualSystem: {
    in: { VirtualSystemSettingData?: Reference | null };
    out: { ComputerSystem?: Reference | null; Job?: Reference | null };
  };
  PlanVirtualSystem: {
    in: {
      SystemSettingData?: string | null;
      ResourceSettingData?: readonly (string | null)[] | null;
      SourceSetting?: Reference | null;
    };
    out: { PlannedSystemSettingData?: Reference | null; Job?: Reference | null };
  };
}

export type CIM_SettingData = CIM_ManagedElement & {
  InstanceID: string | null;
};

export type CIM_ResourceAllocationSettingData = CIM_SettingData & {
  ResourceType: number | null;
  OtherResourceType: string | null;
  ResourceSubType: string | null;
  PoolID: string | null;
  ConsumerVisibility: number | null;
  HostResource: readonly (string | null)[] | null;
  AllocationUnits: string | null;
  VirtualQuantity: bigint | null;
  Reservation: bigint | null;
  Limit: bigint | null;
  Weight: number | null;
  AutomaticAllocation: boolean | null;
  AutomaticDeallocation: boolean | null;
  Parent: string | null;
  Connection: readonly (string | null)[] | null;
  Address: string | null;
  MappingBehavior: number | null;
};

export type CIM_ResourcePoolSettingData = CIM_SettingData & {
  Capacity: bigint | null;
};

export type CIM_VirtualSystemSettingData = CIM_SettingData & {
  SettingType: number | null;
  SystemName: string | null;
  VirtualSystemType: number | null;
  AutoActivate: boolean | null;
  OtherVirtualSystemType: string | null;
  CreationTime: string | null;
};

export type CIM_VLANEndpointSettingData = CIM_SettingData & {
  PruneEligibleVLANList: readonly (number | null)[] | null;
  NativeVLAN: number | null;
  DefaultVLAN: number | null;
  TrunkedVLANList: readonly (number | null)[] | null;
  AccessVLAN: number | null;
};

export type Msvm_BindsTo = common.CIM_BindsTo;

export type Msvm_ElementCapabilities = CIM_ElementCapabilities;

export type Msvm_ElementSettingData = CIM_ElementSettingData;

export type Msvm_HostedAccessPoint = common.CIM_HostedAccessPoint;

export type Msvm_LastAppliedSettingData = CIM_ElementSettingData;

export type Msvm_NetworkElementSettingData = CIM_ElementSettingData;

export type Msvm_PreviousSettingData = CIM_ElementSettingData;

export type Msvm_SettingsDefineCapabilities = common.CIM_SettingsDefineCapabilities;

export type Msvm_BIOSElement = CIM_BIOSElement & {
  BIOSGUID: string | null;
  BIOSSerialNumber: string | null;
  BaseBoardSerialNumber: string | null;
  ChassisSerialNumber: string | null;
  ChassisAssetTag: string | null;
  BIOSNumLock: boolean | null;
  BootOrder: readonly (number | null)[] | null;
};

export type Msvm_IDEController = CIM_IDEController;

export type Msvm_IDEController_Methods = CIM_IDEController_Methods;

export type Msvm_Keyboard = CIM_UserDevice & {
  Layout: string | null;
  NumberOfFunctionKeys: number | null;
  Password: number | null;
};

export interface Msvm_Keyboard_Methods extends CIM_UserDevice_Methods {
  IsKeyPressed: {
    in: { keyCode?: number | null };
    out: { keyState?: boolean | null };
  };
  TypeScancodes: {
    in: { Scancodes?: readonly (number | null)[] | null };
    out: {};
  };
  PressKey: {
    in: { keyCode?: number | null };
    out: {};
  };
  ReleaseKey: {
    in: { keyCode?: number | null };
    out: {};
  };
  TypeCtrlAltDel: {
    in: {};
    out: {};
  };
  TypeKey: {
    in: { keyCode?: number | null };
    out: {};
  };
  TypeText: {
    in: { asciiText?: string | null };
    out: {};
  };
}

export type Msvm_Ps2Mouse = CIM_PointingDevice & {
  AbsoluteCoordinates: boolean | null;
};

export interface Msvm_Ps2Mouse_Methods extends CIM_PointingDevice_Methods {
  ClickButton: {
    in: { buttonIndex?: number | null };
    out: {};
  };
  GetButtonState: {
    in: { buttonIndex?: number | null };
    out: { buttonState?: boolean | null };
  };
  SetButtonState: {
    in: { buttonIndex?: number | null; buttonState?: boolean | null };
    out: {};
  };
  SetRelativePosition: {
    in: { horizontalDelta?: number | null; verticalDelta?: number | null };
    out: {};
  };
  SetScrollPosition: {
    in: { scrollPositionDelta?: number | null };
    out: {};
  };
}

export type Msvm_SCSIProtocolController = CIM_SCSIProtocolController;

export type Msvm_SCSIProtocolController_Methods = CIM_SCSIProtocolController_Methods;

export type Msvm_SerialController = CIM_SerialController & {
  CapabilitiesDescriptions: readonly (string | null)[] | null;
};

export type Msvm_SerialController_Methods = CIM_SerialController_Methods;

export type Msvm_SerialPort = CIM_LogicalPort;

export type Msvm_SerialPort_Methods = CIM_LogicalPort_Methods;

export type Msvm_SyntheticMouse = CIM_PointingDevice & {
  AbsoluteCoordinates: boolean | null;
  HorizontalPosition: number | null;
  VerticalPosition: number | null;
  ScrollPosition: number | null;
};

export interface Msvm_SyntheticMouse_Methods extends CIM_PointingDevice_Methods {
  ClickButton: {
    in: { buttonIndex?: number | null };
    out: {};
  };
  GetButtonState: {
    in: { buttonIndex?: number | null };
    out: { isDown?: boolean | null };
  };
  SetAbsolutePosition: {
    in: { horizontalPosition?: number | null; verticalPosition?: number | null };
    out: {};
  };
  SetButtonState: {
    in: { buttonIndex?: number | null; isDown?: boolean | null };
    out: {};
  };
  SetScrollPosition: {
    in: { scrollPositionDelta?: number | null };
    out: {};
  };
}

export type Msvm_PhysicalGPUInfo = CIM_ManagedElement & {
  Name: string | null;
  ID: string | null;
  TotalVideoMemory: bigint | null;
  AvailableVideoMemory: bigint | null;
};

export type Msvm_RdvComponent = CIM_LogicalDevice;

export interface Msvm_RdvComponent_Methods extends CIM_LogicalDevice_Methods {
  EnableEndPoints: {
    in: {};
    out: {};
  };
}

export type Msvm_RdvComponentSettingData = CIM_ResourceAllocationSettingData & {
  EnabledState: number | null;
};

export type Msvm_S3DisplayController = CIM_DisplayController;

export type Msvm_S3DisplayController_Methods = CIM_DisplayController_Methods;

export type Msvm_Synth3dVideoPool = CIM_ResourcePool & {
  PhysicalGPUList: readonly (string | null)[] | null;
  Is3dVideoSupported: boolean | null;
};

export interface Msvm_Synth3dVideoPool_Methods {
  CalculateVideoMemoryRequirements: {
    in: { monitorResolution?: number | null; numberOfMonitors?: number | null };
    out: { requiredVideoMemory?: bigint | null };
  };
}

export type Msvm_Synthetic3DDisplayController = CIM_DisplayController & {
  AllocatedGPU: string | null;
};

export type Msvm_Synthetic3DDisplayController_Methods = CIM_DisplayController_Methods;

export type Msvm_Synthetic3DDisplayControllerSettingData = CIM_ResourceAllocationSettingData & {
  MaximumScreenResolution: number | null;
  MaximumMonitors: number | null;
};

export type Msvm_SyntheticDisplayController = CIM_DisplayController;

export type Msvm_SyntheticDisplayController_Methods = CIM_DisplayController_Methods;

export type Msvm_TerminalConnection = CIM_EnabledLogicalElement & {
  ConnectionID: string | null;
};

export type Msvm_TerminalConnection_Methods = CIM_EnabledLogicalElement_Methods;

export type Msvm_TerminalService = CIM_Service & {
  ListenerPort: number | null;
};

export type Msvm_TerminalService_Methods = CIM_Service_Methods;

export type Msvm_VideoHead = CIM_VideoHead;

export type Msvm_VideoHead_Methods = CIM_VideoHead_Methods;

export type Msvm_HeartbeatComponent = CIM_LogicalDevice;

export type Msvm_HeartbeatComponent_Methods = CIM_LogicalDevice_Methods;

export type Msvm_HeartbeatComponentSettingData = CIM_ResourceAllocationSettingData & {
  EnabledState: number | null;
  Interval: number | null;
  Latency: number | null;
  ErrorThreshold: number | null;
};

export type Msvm_KvpExchangeComponent = CIM_LogicalDevice & {
  GuestExchangeItems: readonly (string | null)[] | null;
  GuestIntrinsicExchangeItems: readonly (string | null)[] | null;
};

export type Msvm_KvpExchangeComponent_Methods = CIM_LogicalDevice_Methods;

export type Msvm_KvpExchangeComponentSettingData = CIM_ResourceAllocationSettingData & {
  EnabledState: number | null;
  HostExchangeItems: readonly (string | null)[] | null;
  HostOnlyItems: readonly (string | null)[] | null;
};

export type Msvm_KvpExchangeDataItem = CIM_ManagedElement & {
  Source: number | null;
  Name: string | null;
  Data: string | null;
};

export type Msvm_ShutdownComponent = CIM_LogicalDevice;

export interface Msvm_ShutdownComponent_Methods extends CIM_LogicalDevice_Methods {
  InitiateShutdown: {
    in: { Force?: boolean | null; Reason?: string | null };
    out: {};
  };
}

export type Msvm_ShutdownComponentSettingData = CIM_ResourceAllocationSettingData & {
  EnabledState: number | null;
};

export type Msvm_TimeSyncComponent = CIM_LogicalDevice;

export type Msvm_TimeSyncComponent_Methods = CIM_LogicalDevice_Methods;

export type Msvm_TimeSyncComponentSettingData = CIM_ResourceAllocationSettingData & {
  EnabledState: number | null;
};

export type Msvm_VssComponent = CIM_LogicalDevice;

export type Msvm_VssComponent_Methods = CIM_LogicalDevice_Methods;

export type Msvm_VssComponentSettingData = CIM_ResourceAllocationSettingData & {
  EnabledState: number | null;
};

export type Msvm_ConcreteJob = CIM_ConcreteJob & {
  Cancellable: boolean | null;
};

export interface Msvm_ConcreteJob_Methods extends CIM_ConcreteJob_Methods {
  GetErrorEx: {
    in: {};
    out: { Errors?: readonly (string | null)[] | null };
  };
}

export type Msvm_NetworkJob = CIM_ConcreteJob & {
  NetworkJobType: number | null;
  CreatedInternalEthernetPort: string | null;
  Hresult: number | null;
};

export interface Msvm_NetworkJob_Methods extends CIM_ConcreteJob_Methods {
  GetErrorEx: {
    in: {};
    out: { Errors?: readonly (string | null)[] | null };
  };
}

export type Msvm_StorageJob = CIM_ConcreteJob & {
  Cancellable: boolean | null;
  Type: number | null;
  JobCompletionStatusCode: number | null;
  Parent: string | null;
  Child: string | null;
};

export interface Msvm_StorageJob_Methods extends CIM_ConcreteJob_Methods {
  GetErrorEx: {
    in: {};
    out: { Errors?: readonly (string | null)[] | null };
  };
}

export type Msvm_SystemExportSettingData = CIM_ElementSettingData;

export type Msvm_VirtualSystemExportSettingData = CIM_SettingData & {
  CopyVmStorage: boolean | null;
  CopyVmRuntimeInformation: boolean | null;
  CreateVmExportSubdirectory: boolean | null;
  CopySnapshotConfiguration: number | null;
  SnapshotVirtualSystem: string | null;
};

export type Msvm_VirtualSystemImportSettingData = CIM_SettingData & {
  GenerateNewId: boolean | null;
  CreateCopy: boolean | null;
  Name: string | null;
  SourceVmDataRoot: string | null;
  SourceSnapshotDataRoot: string | null;
  SourceVhdDataRoot: string | null;
  TargetVmDataRoot: string | null;
  TargetSnapshotDataRoot: string | null;
  TargetVhdDataRoot: string | null;
  SecurityScope: string | null;
  CurrentResourcePaths: readonly (string | null)[] | null;
  SourceResourcePaths: readonly (string | null)[] | null;
  TargetResourcePaths: readonly (string | null)[] | null;
  SourceNetworkConnections: readonly (string | null)[] | null;
  TargetNetworkConnections: readonly (string | null)[] | null;
};

export type Msvm_VirtualSystemManagementService = CIM_VirtualSystemManagementService;

export interface Msvm_VirtualSystemManagementService_Methods extends CIM_VirtualSystemManagementService_Methods {
  AddKvpItems: {
    in: { TargetSystem?: Reference | null; DataItems?: readonly (string | null)[] | null };
    out: { Job?: Reference | null };
  };
  AddVirtualSystemResources: {
    in: { TargetSystem?: Reference | null; ResourceSettingData?: readonly (string | null)[] | null };
    out: { NewResources?: readonly (Reference | null)[] | null; Job?: Reference | null };
  };
  FormatError: {
    in: { Errors?: readonly (string | null)[] | null };
    out: { ErrorMessage?: string | null };
  };
  GetSummaryInformation: {
    in: {
      SettingData?: readonly (Reference | null)[] | null;
      RequestedInformation?: readonly (number | null)[] | null;
    };
    out: { SummaryInformation?: readonly (WireObject | null)[] | null };
  };
  GetVirtualSystemThumbnailImage: {
    in: { TargetSystem?: Reference | null; WidthPixels?: number | null; HeightPixels?: number | null };
    out: { ImageData?: readonly (number | null)[] | null };
  };
  ModifyKvpItems: {
    in: { TargetSystem?: Reference | null; DataItems?: readonly (string | null)[] | null };
    out: { Job?: Reference | null };
  };
  ModifyServiceSettings: {
    in: { SettingData?: string | null };
    out: { Job?: Reference | null };
  };
  ApplyVirtualSystemSnapshotEx: {
    in: { ComputerSystem?: Reference | null; SnapshotSettingData?: Reference | null };
    out: { Job?: Reference | null };
  };
  CheckSystemCompatibilityInfo: {
    in: { CompatibilityInfo?: readonly (number | null)[] | null };
    out: { Reasons?: readonly (string | null)[] | null };
  };
  ExportVirtualSystemEx: {
    in: { ComputerSystem?: Reference | null; ExportDirectory?: string | null; ExportSettingData?: string | null };
    out: { Job?: Reference | null };
  };
  GetSystemCompatibilityInfo: {
    in: { ComputerSystem?: Reference | null };
    out: { CompatibilityInfo?: readonly (number | null)[] | null };
  };
  GetVirtualSystemImportSettingData: {
    in: { ImportDirectory?: string | null };
    out: { ImportSettingData?: WireObject | null; Job?: Reference | null };
  };
  ImportVirtualSystemEx: {
    in: { ImportDirectory?: string | null; ImportSettingData?: string | null };
    out: { Job?: Reference | null };
  };
  RemoveKvpItems: {
    in: { TargetSystem?: Reference | null; DataItems?: readonly (string | null)[] | null };
    out: { Job?: Reference | null };
  };
  RemoveVirtualSystemResources: {
    in: { TargetSystem?: Reference | null; ResourceSettingData?: readonly (Reference | null)[] | null };
    out: { Job?: Reference | null };
  };
  RemoveVirtualSystemSnapshotTree: {
    in: { SnapshotSettingData?: Reference | null };
    out: { Job?: Reference | null };
  };
}

export type Msvm_VirtualSystemManagementServiceSettingData = CIM_SettingData & {
  PrimaryOwnerName: string | null;
  PrimaryOwnerContact: string | null;
  ScopeOfResidence: string | null;
  DefaultExternalDataRoot: string | null;
  DefaultVirtualHardDiskPath: string | null;
  MinimumMacAddress: string | null;
  MaximumMacAddress: string | null;
  NumaSpanningEnabled: boolean | null;
  BiosLockString: string | null;
};

export type Msvm_EmulatedEthernetPort = CIM_EthernetPort;

export type Msvm_EmulatedEthernetPort_Methods = CIM_EthernetPort_Methods;

export type Msvm_EmulatedEthernetPortSettingData = CIM_ResourceAllocationSettingData & {
  StaticMacAddress: boolean | null;
};

export type Msvm_ExternalEthernetPort = CIM_EthernetPort & {
  IsBound: boolean | null;
};

export type Msvm_ExternalEthernetPort_Methods = CIM_EthernetPort_Methods;

export type Msvm_GlobalEthernetPortSAPImplementation = common.CIM_DeviceSAPImplementation;

export type Msvm_InternalEthernetPort = CIM_EthernetPort;

export type Msvm_InternalEthernetPort_Methods = CIM_EthernetPort_Methods;

export type Msvm_SyntheticEthernetPort = CIM_EthernetPort;

export type Msvm_SyntheticEthernetPort_Methods = CIM_EthernetPort_Methods;

export type Msvm_SyntheticEthernetPortSettingData = CIM_ResourceAllocationSettingData & {
  VirtualSystemIdentifiers: readonly (string | null)[] | null;
  StaticMacAddress: boolean | null;
};

export type Msvm_VmLANEndpoint = CIM_LANEndpoint & {
  Connected: boolean | null;
};

export type Msvm_VmLANEndpoint_Methods = CIM_LANEndpoint_Methods;

export type Msvm_Memory = CIM_Memory;

export type Msvm_Memory_Methods = CIM_Memory_Methods;

export type Msvm_MemorySettingData = CIM_ResourceAllocationSettingData & {
  IsVirtualized: boolean | null;
  DeviceID: string | null;
  DeviceIDFormat: string | null;
  DynamicMemoryEnabled: boolean | null;
  TargetMemoryBuffer: number | null;
};

export type Msvm_Processor = CIM_Processor & {
  LoadPercentageHistory: readonly (number | null)[] | null;
};

export type Msvm_Processor_Methods = CIM_Processor_Methods;

export type Msvm_ProcessorPool = CIM_ResourcePool;

export interface Msvm_ProcessorPool_Methods {
  CalculatePossibleReserve: {
    in: { ProcessorCount?: number | null };
    out: {};
  };
}

export type Msvm_ProcessorSettingData = CIM_ResourceAllocationSettingData & {
  IsVirtualized: boolean | null;
  DeviceID: string | null;
  DeviceIDFormat: string | null;
  ProcessorsPerSocket: number | null;
  SocketCount: number | null;
  ThreadsEnabled: boolean | null;
  LimitCPUID: boolean | null;
  LimitProcessorFeatures: boolean | null;
};

export type Msvm_AllocationCapabilities = CIM_AllocationCapabilities;

export type Msvm_AllocationCapabilities_Methods = CIM_AllocationCapabilities_Methods;

export type Msvm_ResourcePool = CIM_ResourcePool;

export type Msvm_VirtualizationComponent = {
  Name: string | null;
  CLSID: string | null;
  Context: number | null;
  Enabled: boolean | null;
};

export type Msvm_ResourcePoolComponent = Msvm_VirtualizationComponent & {
  ResourcePoolClassName: string | null;
  AllocationCapabilitiesClassName: string | null;
};

export type Msvm_VirtualSystemResourceComponent = Msvm_VirtualizationComponent & {
  AdditionalClassNames: readonly (string | null)[] | null;
  Type: number | null;
  HotAdd: boolean | null;
  HotRemove: boolean | null;
};

export type Msvm_DiskDrive = CIM_DiskDrive & {
  DriveNumber: number | null;
};

export type Msvm_DiskDrive_Methods = CIM_DiskDrive_Methods;

export type Msvm_DisketteController = CIM_Controller;

export type Msvm_DisketteController_Methods = CIM_Controller_Methods;

export type Msvm_DisketteDrive = CIM_DisketteDrive;

export type Msvm_DisketteDrive_Methods = CIM_DisketteDrive_Methods;

export type Msvm_DVDDrive = CIM_DVDDrive;

export type Msvm_DVDDrive_Methods = CIM_DVDDrive_Methods;

export type Msvm_ImageManagementService = CIM_Service;

export interface Msvm_ImageManagementService_Methods extends CIM_Service_Methods {
  CompactVirtualHardDisk: {
    in: { Path?: string | null };
    out: { Job?: Reference | null };
  };
  ConvertVirtualHardDisk: {
    in: { SourcePath?: string | null; DestinationPath?: string | null; Type?: number | null };
    out: { Job?: Reference | null };
  };
  CreateDifferencingVirtualHardDisk: {
    in: { Path?: string | null; ParentPath?: string | null };
    out: { Job?: Reference | null };
  };
  CreateDynamicVirtualHardDisk: {
    in: { Path?: string | null; MaxInternalSize?: bigint | null };
    out: { Job?: Reference | null };
  };
  CreateFixedVirtualHardDisk: {
    in: { Path?: string | null; MaxInternalSize?: bigint | null };
    out: { Job?: Reference | null };
  };
  CreateVirtualFloppyDisk: {
    in: { Path?: string | null };
    out: { Job?: Reference | null };
  };
  ExpandVirtualHardDisk: {
    in: { Path?: string | null; MaxInternalSize?: bigint | null };
    out: { Job?: Reference | null };
  };
  GetVirtualHardDiskInfo: {
    in: { Path?: string | null };
    out: { Info?: string | null; Job?: Reference | null };
  };
  MergeVirtualHardDisk: {
    in: { SourcePath?: string | null; DestinationPath?: string | null };
    out: { Job?: Reference | null };
  };
  Mount: {
    in: { Path?: string | null };
    out: { Job?: Reference | null };
  };
  ReconnectParentVirtualHardDisk: {
    in: { ChildPath?: string | null; ParentPath?: string | null; Force?: boolean | null };
    out: { Job?: Reference | null };
  };
  Unmount: {
    in: { Path?: string | null };
    out: {};
  };
  ValidateVirtualHardDisk: {
    in: { Path?: string | null };
    out: { Job?: Reference | null };
  };
}

export type Msvm_LogicalDisk = CIM_LogicalDisk;

export type Msvm_LogicalDisk_Methods = CIM_LogicalDisk_Methods;

export type Msvm_MountedStorageImage = CIM_LogicalElement & {
  Type: number | null;
  Access: number | null;
  PortNumber: number | null;
  PathId: number | null;
  TargetId: number | null;
  Lun: number | null;
};

export interface Msvm_MountedStorageImage_Methods {
  Unmount: {
    in: {};
    out: {};
  };
}

export type Msvm_ProtocolControllerForUnit = CIM_ProtocolControllerForUnit;

export type Msvm_VirtualHardDiskInfo = {
  Type: number | null;
  FileSize: bigint | null;
  MaxInternalSize: bigint | null;
  InSavedState: boolean | null;
  InUse: boolean | null;
  ParentPath: string | null;
};

export type Msvm_DynamicForwardingEntry = CIM_DynamicForwardingEntry & {
  VlanId: number | null;
};

export type Msvm_SwitchLANEndpoint = CIM_LANEndpoint & {
  Connected: boolean | null;
};

export type Msvm_SwitchLANEndpoint_Methods = CIM_LANEndpoint_Methods;

export type Msvm_SwitchPort = CIM_SwitchPort & {
  ScopeOfResidence: string | null;
  VMQOffloadWeight: number | null;
  AllowedIPv6Addresses: readonly (string | null)[] | null;
  AllowedIPv4Addresses: readonly (string | null)[] | null;
  PreventIPSpoofing: boolean | null;
  ChimneyOffloadWeight: number | null;
  VMQOffloadUsage: number | null;
  ChimneyOffloadUsage: number | null;
  VMQOffloadLimit: number | null;
  ChimneyOffloadLimit: number | null;
  AllowMacSpoofing: boolean | null;
};

export type Msvm_SwitchPort_Methods = CIM_SwitchPort_Methods;

export type Msvm_TransparentBridgingService = CIM_TransparentBridgingService;

export type Msvm_TransparentBridgingService_Methods = CIM_TransparentBridgingService_Methods;

export type Msvm_VirtualSwitch = CIM_ComputerSystem & {
  ScopeOfResidence: string | null;
  NumLearnableAddresses: number | null;
  MaxVMQOffloads: number | null;
  MaxChimneyOffloads: number | null;
};

export type Msvm_VirtualSwitch_Methods = CIM_ComputerSystem_Methods;

export type Msvm_VirtualSwitchManagementService = CIM_Service;

export interface Msvm_VirtualSwitchManagementService_Methods extends CIM_Service_Methods {
  BindExternalEthernetPort: {
    in: { ExternalEthernetPort?: Reference | null };
    out: {};
  };
  ConnectSwitchPort: {
    in: { SwitchPort?: Reference | null; LANEndpoint?: Reference | null };
    out: { ActiveConnection?: Reference | null };
  };
  CreateInternalEthernetPort: {
    in: { Name?: string | null; FriendlyName?: string | null; MacAddress?: string | null };
    out: { CreatedInternalEthernetPort?: Reference | null };
  };
  CreateInternalEthernetPortDynamicMac: {
    in: { Name?: string | null; FriendlyName?: string | null };
    out: { CreatedInternalEthernetPort?: Reference | null };
  };
  CreateSwitch: {
    in: {
      Name?: string | null;
      FriendlyName?: string | null;
      NumLearnableAddresses?: number | null;
      ScopeOfResidence?: string | null;
    };
    out: { CreatedVirtualSwitch?: Reference | null };
  };
  CreateSwitchPort: {
    in: {
      VirtualSwitch?: Reference | null;
      Name?: string | null;
      FriendlyName?: string | null;
      ScopeOfResidence?: string | null;
    };
    out: { CreatedSwitchPort?: Reference | null };
  };
  DeleteInternalEthernetPort: {
    in: { InternalEthernetPort?: Reference | null };
    out: {};
  };
  DeleteSwitch: {
    in: { VirtualSwitch?: Reference | null };
    out: {};
  };
  DeleteSwitchPort: {
    in: { SwitchPort?: Reference | null };
    out: {};
  };
  DisconnectSwitchPort: {
    in: { SwitchPort?: Reference | null };
    out: {};
  };
  SetupSwitch: {
    in: {
      ExternalSwitchPort?: Reference | null;
      InternalSwitchPort?: Reference | null;
      ExternalEthernetPort?: Reference | null;
      InternalEthernetPortName?: string | null;
      InternalEthernetPortFriendlyName?: string | null;
    };
    out: { Job?: Reference | null };
  };
  TeardownSwitch: {
    in: { ExternalEthernetPort?: Reference | null; InternalEthernetPort?: Reference | null };
    out: { Job?: Reference | null };
  };
  UnbindExternalEthernetPort: {
    in: { ExternalEthernetPort?: Reference | null };
    out: {};
  };
}

export type Msvm_VLANEndpoint = CIM_VLANEndpoint & {
  SupportedEndpointModes: readonly (number | null)[] | null;
};

export type Msvm_VLANEndpoint_Methods = CIM_VLANEndpoint_Methods;

export type Msvm_VLANEndpointSettingData = CIM_VLANEndpointSettingData & {
  SecondaryVlan: number | null;
  PrimaryVlan: number | null;
  PVlanMode: number | null;
};

export type Msvm_ComputerSystem = CIM_ComputerSystem & {
  OnTimeInMilliseconds: bigint | null;
  TimeOfLastConfigurationChange: string | null;
  ProcessID: number | null;
  AssignedNumaNodeList: readonly (number | null)[] | null;
};

export type Msvm_ComputerSystem_Methods = CIM_ComputerSystem_Methods;

export type Msvm_ResourceAllocationSettingData = CIM_ResourceAllocationSettingData & {
  VirtualSystemIdentifiers: readonly (string | null)[] | null;
};

export type Msvm_SummaryInformation = {
  Name: string | null;
  ElementName: string | null;
  EnabledState: number | null;
  HealthState: number | null;
  Notes: string | null;
  NumberOfProcessors: number | null;
  ThumbnailImage: readonly (number | null)[] | null;
  CreationTime: string | null;
  ProcessorLoad: number | null;
  ProcessorLoadHistory: readonly (number | null)[] | null;
  MemoryUsage: bigint | null;
  MemoryAvailable: number | null;
  AvailableMemoryBuffer: number | null;
  Heartbeat: number | null;
  UpTime: bigint | null;
  GuestOperatingSystem: string | null;
  OperationalStatus: readonly (number | null)[] | null;
  StatusDescriptions: readonly (string | null)[] | null;
  Snapshots: readonly (WireObject | null)[] | null;
  AsynchronousTasks: readonly (WireObject | null)[] | null;
  AllocatedGPU: string | null;
};

export type Msvm_VirtualSystemGlobalSettingData = CIM_VirtualSystemSettingData & {
  ExternalDataRoot: string | null;
  SnapshotDataRoot: string | null;
  AutomaticStartupAction: number | null;
  AutomaticStartupActionDelay: string | null;
  AutomaticShutdownAction: number | null;
  AutomaticRecoveryAction: number | null;
  AdditionalRecoveryInformation: string | null;
  ScopeOfResidence: string | null;
  DebugChannelId: number | null;
  DebugPort: number | null;
  DebugPortEnabled: number | null;
  AllowFullSCSICommandSet: boolean | null;
  Version: string | null;
};

export type Msvm_VirtualSystemSettingData = CIM_VirtualSystemSettingData & {
  Notes: string | null;
  BIOSGUID: string | null;
  BIOSSerialNumber: string | null;
  BaseBoardSerialNumber: string | null;
  ChassisSerialNumber: string | null;
  ChassisAssetTag: string | null;
  BIOSNumLock: boolean | null;
  BootOrder: readonly (number | null)[] | null;
  Parent: string | null;
  NumaNodeList: readonly (number | null)[] | null;
  NumaNodesAreRequired: boolean | null;
};

/** Value types by class name. */
export interface V1Classes {
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
  CIM_ManagedElement: CIM_ManagedElement;
  CIM_ManagedSystemElement: CIM_ManagedSystemElement;
  CIM_LogicalElement: CIM_LogicalElement;
  CIM_DynamicForwardingEntry: CIM_DynamicForwardingEntry;
  CIM_EnabledLogicalElement: CIM_EnabledLogicalElement;
  CIM_System: CIM_System;
  CIM_ComputerSystem: CIM_ComputerSystem;
  CIM_Job: CIM_Job;
  CIM_ConcreteJob: CIM_ConcreteJob;
  CIM_ResourcePool: CIM_ResourcePool;
  CIM_SoftwareElement: CIM_SoftwareElement;
  CIM_BIOSElement: CIM_BIOSElement;
  CIM_ServiceAccessPoint: CIM_ServiceAccessPoint;
  CIM_ProtocolEndpoint: CIM_ProtocolEndpoint;
  CIM_LANEndpoint: CIM_LANEndpoint;
  CIM_SwitchPort: CIM_SwitchPort;
  CIM_VLANEndpoint: CIM_VLANEndpoint;
  CIM_AffectedJobElement: common.CIM_AffectedJobElement;
  CIM_Component: common.CIM_Component;
  CIM_ConcreteComponent: common.CIM_ConcreteComponent;
  CIM_ServiceComponent: common.CIM_ServiceComponent;
  CIM_SwitchServiceTransparentBridging: common.CIM_SwitchServiceTransparentBridging;
  CIM_SettingsDefineCapabilities: common.CIM_SettingsDefineCapabilities;
  CIM_SystemComponent: common.CIM_SystemComponent;
  CIM_SystemBIOS: common.CIM_SystemBIOS;
  CIM_SystemDevice: common.CIM_SystemDevice;
  CIM_VirtualSystemSettingDataComponent: common.CIM_VirtualSystemSettingDataComponent;
  CIM_Dependency: common.CIM_Dependency;
  CIM_DeviceAllocatedFromPool: CIM_DeviceAllocatedFromPool;
  CIM_DeviceConnection: common.CIM_DeviceConnection;
  CIM_ControlledBy: common.CIM_ControlledBy;
  CIM_DeviceSAPImplementation: common.CIM_DeviceSAPImplementation;
  CIM_ElementAllocatedFromPool: common.CIM_ElementAllocatedFromPool;
  CIM_HostedDependency: common.CIM_HostedDependency;
  CIM_HostedAccessPoint: common.CIM_HostedAccessPoint;
  CIM_HostedService: common.CIM_HostedService;
  CIM_PortOnDevice: common.CIM_PortOnDevice;
  CIM_VideoHeadOnController: common.CIM_VideoHeadOnController;
  CIM_MediaPresent: common.CIM_MediaPresent;
  CIM_PoolAllocatedFromPool: CIM_PoolAllocatedFromPool;
  CIM_ProtocolControllerForDevice: common.CIM_ProtocolControllerForDevice;
  CIM_ProtocolControllerForUnit: CIM_ProtocolControllerForUnit;
  CIM_RecordedSetting: CIM_RecordedSetting;
  CIM_ResourceAllocationFromPool: common.CIM_ResourceAllocationFromPool;
  CIM_SAPSAPDependency: common.CIM_SAPSAPDependency;
  CIM_ActiveConnection: common.CIM_ActiveConnection;
  CIM_BindsTo: common.CIM_BindsTo;
  CIM_ServiceSAPDependency: common.CIM_ServiceSAPDependency;
  CIM_ForwardsAmong: common.CIM_ForwardsAmong;
  CIM_SwitchesAmong: common.CIM_SwitchesAmong;
  CIM_SwitchPortDynamicForwarding: common.CIM_SwitchPortDynamicForwarding;
  CIM_TransparentBridgingDynamicForwarding: common.CIM_TransparentBridgingDynamicForwarding;
  CIM_ElementCapabilities: CIM_ElementCapabilities;
  CIM_ElementAllocationCapabilities: CIM_ElementAllocationCapabilities;
  CIM_ElementSettingData: CIM_ElementSettingData;
  CIM_ServiceAffectsElement: common.CIM_ServiceAffectsElement;
  CIM_SettingsDefineState: common.CIM_SettingsDefineState;
  CIM_Capabilities: CIM_Capabilities;
  CIM_AllocationCapabilities: CIM_AllocationCapabilities;
  CIM_ResourcePoolConfigurationCapabilities: CIM_ResourcePoolConfigurationCapabilities;
  CIM_LogicalDevice: CIM_LogicalDevice;
  CIM_Controller: CIM_Controller;
  CIM_DisplayController: CIM_DisplayController;
  CIM_IDEController: CIM_IDEController;
  CIM_SerialController: CIM_SerialController;
  CIM_ProtocolController: CIM_ProtocolController;
  CIM_SCSIProtocolController: CIM_SCSIProtocolController;
  CIM_Processor: CIM_Processor;
  CIM_USBDevice: CIM_USBDevice;
  CIM_UserDevice: CIM_UserDevice;
  CIM_Display: CIM_Display;
  CIM_DesktopMonitor: CIM_DesktopMonitor;
  CIM_PointingDevice: CIM_PointingDevice;
  CIM_VideoHead: CIM_VideoHead;
  CIM_Error: common.CIM_Error;
  CIM_MediaAccessDevice: CIM_MediaAccessDevice;
  CIM_CDROMDrive: CIM_CDROMDrive;
  CIM_DiskDrive: CIM_DiskDrive;
  CIM_DisketteDrive: CIM_DisketteDrive;
  CIM_DVDDrive: CIM_DVDDrive;
  CIM_TapeDrive: CIM_TapeDrive;
  CIM_StorageExtent: CIM_StorageExtent;
  CIM_LogicalDisk: CIM_LogicalDisk;
  CIM_Memory: CIM_Memory;
  CIM_LogicalPort: CIM_LogicalPort;
  CIM_NetworkPort: CIM_NetworkPort;
  CIM_EthernetPort: CIM_EthernetPort;
  CIM_Service: CIM_Service;
  CIM_NetworkService: CIM_NetworkService;
  CIM_ForwardingService: CIM_ForwardingService;
  CIM_SwitchService: CIM_SwitchService;
  CIM_TransparentBridgingService: CIM_TransparentBridgingService;
  CIM_ResourcePoolConfigurationService: CIM_ResourcePoolConfigurationService;
  CIM_VirtualSystemManagementService: CIM_VirtualSystemManagementService;
  CIM_SettingData: CIM_SettingData;
  CIM_ResourceAllocationSettingData: CIM_ResourceAllocationSettingData;
  CIM_ResourcePoolSettingData: CIM_ResourcePoolSettingData;
  CIM_VirtualSystemSettingData: CIM_VirtualSystemSettingData;
  CIM_VLANEndpointSettingData: CIM_VLANEndpointSettingData;
  Msvm_ActiveConnection: common.Msvm_ActiveConnection;
  Msvm_BindsTo: Msvm_BindsTo;
  Msvm_ConcreteComponent: common.Msvm_ConcreteComponent;
  Msvm_ElementCapabilities: Msvm_ElementCapabilities;
  Msvm_ElementSettingData: Msvm_ElementSettingData;
  Msvm_HostedAccessPoint: Msvm_HostedAccessPoint;
  Msvm_HostedDependency: common.Msvm_HostedDependency;
  Msvm_HostedService: common.Msvm_HostedService;
  Msvm_LastAppliedSettingData: Msvm_LastAppliedSettingData;
  Msvm_NetworkElementSettingData: Msvm_NetworkElementSettingData;
  Msvm_ParentChildSettingData: common.Msvm_ParentChildSettingData;
  Msvm_PreviousSettingData: Msvm_PreviousSettingData;
  Msvm_SettingsDefineCapabilities: Msvm_SettingsDefineCapabilities;
  Msvm_SettingsDefineState: common.Msvm_SettingsDefineState;
  Msvm_BIOSElement: Msvm_BIOSElement;
  Msvm_ControlledBy: common.Msvm_ControlledBy;
  Msvm_DeviceSAPImplementation: common.Msvm_DeviceSAPImplementation;
  Msvm_IDEController: Msvm_IDEController;
  Msvm_Keyboard: Msvm_Keyboard;
  Msvm_Ps2Mouse: Msvm_Ps2Mouse;
  Msvm_SCSIProtocolController: Msvm_SCSIProtocolController;
  Msvm_SerialController: Msvm_SerialController;
  Msvm_SerialPort: Msvm_SerialPort;
  Msvm_SerialPortOnSerialController: common.Msvm_SerialPortOnSerialController;
  Msvm_SyntheticMouse: Msvm_SyntheticMouse;
  Msvm_SystemBIOS: common.Msvm_SystemBIOS;
  Msvm_SystemDevice: common.Msvm_SystemDevice;
  Msvm_PhysicalGPUInfo: Msvm_PhysicalGPUInfo;
  Msvm_RdvComponent: Msvm_RdvComponent;
  Msvm_RdvComponentSettingData: Msvm_RdvComponentSettingData;
  Msvm_S3DisplayController: Msvm_S3DisplayController;
  Msvm_Synth3dVideoPool: Msvm_Synth3dVideoPool;
  Msvm_Synthetic3DDisplayController: Msvm_Synthetic3DDisplayController;
  Msvm_Synthetic3DDisplayControllerSettingData: Msvm_Synthetic3DDisplayControllerSettingData;
  Msvm_SyntheticDisplayController: Msvm_SyntheticDisplayController;
  Msvm_SystemTerminalConnection: common.Msvm_SystemTerminalConnection;
  Msvm_TerminalConnection: Msvm_TerminalConnection;
  Msvm_TerminalService: Msvm_TerminalService;
  Msvm_VideoHead: Msvm_VideoHead;
  Msvm_VideoHeadOnController: common.Msvm_VideoHeadOnController;
  Msvm_HeartbeatComponent: Msvm_HeartbeatComponent;
  Msvm_HeartbeatComponentSettingData: Msvm_HeartbeatComponentSettingData;
  Msvm_KvpExchangeComponent: Msvm_KvpExchangeComponent;
  Msvm_KvpExchangeComponentSettingData: Msvm_KvpExchangeComponentSettingData;
  Msvm_KvpExchangeDataItem: Msvm_KvpExchangeDataItem;
  Msvm_ShutdownComponent: Msvm_ShutdownComponent;
  Msvm_ShutdownComponentSettingData: Msvm_ShutdownComponentSettingData;
  Msvm_TimeSyncComponent: Msvm_TimeSyncComponent;
  Msvm_TimeSyncComponentSettingData: Msvm_TimeSyncComponentSettingData;
  Msvm_VssComponent: Msvm_VssComponent;
  Msvm_VssComponentSettingData: Msvm_VssComponentSettingData;
  Msvm_AffectedJobElement: common.Msvm_AffectedJobElement;
  Msvm_AffectedStorageJobElement: common.Msvm_AffectedStorageJobElement;
  Msvm_ConcreteJob: Msvm_ConcreteJob;
  Msvm_Error: common.Msvm_Error;
  Msvm_NetworkJob: Msvm_NetworkJob;
  Msvm_StorageJob: Msvm_StorageJob;
  Msvm_ServiceAffectsElement: common.Msvm_ServiceAffectsElement;
  Msvm_ServicingSettings: common.Msvm_ServicingSettings;
  Msvm_SystemExportSettingData: Msvm_SystemExportSettingData;
  Msvm_VirtualSystemExportSettingData: Msvm_VirtualSystemExportSettingData;
  Msvm_VirtualSystemImportSettingData: Msvm_VirtualSystemImportSettingData;
  Msvm_VirtualSystemManagementService: Msvm_VirtualSystemManagementService;
  Msvm_VirtualSystemManagementServiceSettingData: Msvm_VirtualSystemManagementServiceSettingData;
  Msvm_EmulatedEthernetPort: Msvm_EmulatedEthernetPort;
  Msvm_EmulatedEthernetPortSettingData: Msvm_EmulatedEthernetPortSettingData;
  Msvm_ExternalEthernetPort: Msvm_ExternalEthernetPort;
  Msvm_GlobalEthernetPortSAPImplementation: Msvm_GlobalEthernetPortSAPImplementation;
  Msvm_InternalEthernetPort: Msvm_InternalEthernetPort;
  Msvm_SyntheticEthernetPort: Msvm_SyntheticEthernetPort;
  Msvm_SyntheticEthernetPortSettingData: Msvm_SyntheticEthernetPortSettingData;
  Msvm_VmLANEndpoint: Msvm_VmLANEndpoint;
  Msvm_Memory: Msvm_Memory;
  Msvm_MemorySettingData: Msvm_MemorySettingData;
  Msvm_Processor: Msvm_Processor;
  Msvm_ProcessorPool: Msvm_ProcessorPool;
  Msvm_ProcessorSettingData: Msvm_ProcessorSettingData;
  Msvm_AllocationCapabilities: Msvm_AllocationCapabilities;
  Msvm_ElementAllocatedFromPool: common.Msvm_ElementAllocatedFromPool;
  Msvm_ResourceAllocationFromPool: common.Msvm_ResourceAllocationFromPool;
  Msvm_ResourcePool: Msvm_ResourcePool;
  Msvm_ResourceTypeDefinition: common.Msvm_ResourceTypeDefinition;
  Msvm_VirtualizationComponent: Msvm_VirtualizationComponent;
  Msvm_ResourcePoolComponent: Msvm_ResourcePoolComponent;
  Msvm_VirtualSystemResourceComponent: Msvm_VirtualSystemResourceComponent;
  Msvm_VirtualizationComponentRegistration: common.Msvm_VirtualizationComponentRegistration;
  Msvm_ResourcePoolRegistration: common.Msvm_ResourcePoolRegistration;
  Msvm_VirtualSystemResourceRegistration: common.Msvm_VirtualSystemResourceRegistration;
  Msvm_DiskDrive: Msvm_DiskDrive;
  Msvm_DisketteController: Msvm_DisketteController;
  Msvm_DisketteDrive: Msvm_DisketteDrive;
  Msvm_DVDDrive: Msvm_DVDDrive;
  Msvm_ImageManagementService: Msvm_ImageManagementService;
  Msvm_LogicalDisk: Msvm_LogicalDisk;
  Msvm_MediaPresent: common.Msvm_MediaPresent;
  Msvm_MountedStorageImage: Msvm_MountedStorageImage;
  Msvm_ProtocolControllerForUnit: Msvm_ProtocolControllerForUnit;
  Msvm_VirtualHardDiskInfo: Msvm_VirtualHardDiskInfo;
  Msvm_DynamicForwardingEntry: Msvm_DynamicForwardingEntry;
  Msvm_HostedSwitchService: common.Msvm_HostedSwitchService;
  Msvm_SwitchLANEndpoint: Msvm_SwitchLANEndpoint;
  Msvm_SwitchPort: Msvm_SwitchPort;
  Msvm_SwitchPortDynamicForwarding: common.Msvm_SwitchPortDynamicForwarding;
  Msvm_TransparentBridgingDynamicForwarding: common.Msvm_TransparentBridgingDynamicForwarding;
  Msvm_TransparentBridgingService: Msvm_TransparentBridgingService;
  Msvm_VirtualSwitch: Msvm_VirtualSwitch;
  Msvm_VirtualSwitchManagementService: Msvm_VirtualSwitchManagementService;
  Msvm_VLANEndpoint: Msvm_VLANEndpoint;
  Msvm_VLANEndpointSettingData: Msvm_VLANEndpointSettingData;
  Msvm_ComputerSystem: Msvm_ComputerSystem;
  Msvm_ResourceAllocationSettingData: Msvm_ResourceAllocationSettingData;
  Msvm_SummaryInformation: Msvm_SummaryInformation;
  Msvm_VirtualSystemGlobalSettingData: Msvm_VirtualSystemGlobalSettingData;
  Msvm_VirtualSystemSettingData: Msvm_VirtualSystemSettingData;
  Msvm_VirtualSystemSettingDataComponent: common.Msvm_VirtualSystemSettingDataComponent;
}

/** Method arguments by class name, for the classes that have methods. */
export interface V1Methods {
  __SystemSecurity: common.__SystemSecurity_Methods;
  CIM_EnabledLogicalElement: CIM_EnabledLogicalElement_Methods;
  CIM_System: CIM_System_Methods;
  CIM_ComputerSystem: CIM_ComputerSystem_Methods;
  CIM_Job: CIM_Job_Methods;
  CIM_ConcreteJob: CIM_ConcreteJob_Methods;
  CIM_ServiceAccessPoint: CIM_ServiceAccessPoint_Methods;
  CIM_ProtocolEndpoint: CIM_ProtocolEndpoint_Methods;
  CIM_LANEndpoint: CIM_LANEndpoint_Methods;
  CIM_SwitchPort: CIM_SwitchPort_Methods;
  CIM_VLANEndpoint: CIM_VLANEndpoint_Methods;
  CIM_Capabilities: CIM_Capabilities_Methods;
  CIM_AllocationCapabilities: CIM_AllocationCapabilities_Methods;
  CIM_ResourcePoolConfigurationCapabilities: CIM_ResourcePoolConfigurationCapabilities_Methods;
  CIM_LogicalDevice: CIM_LogicalDevice_Methods;
  CIM_Controller: CIM_Controller_Methods;
  CIM_DisplayController: CIM_DisplayController_Methods;
  CIM_IDEController: CIM_IDEController_Methods;
  CIM_SerialController: CIM_SerialController_Methods;
  CIM_ProtocolController: CIM_ProtocolController_Methods;
  CIM_SCSIProtocolController: CIM_SCSIProtocolController_Methods;
  CIM_Processor: CIM_Processor_Methods;
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
  CIM_LogicalPort: CIM_LogicalPort_Methods;
  CIM_NetworkPort: CIM_NetworkPort_Methods;
  CIM_EthernetPort: CIM_EthernetPort_Methods;
  CIM_Service: CIM_Service_Methods;
  CIM_NetworkService: CIM_NetworkService_Methods;
  CIM_ForwardingService: CIM_ForwardingService_Methods;
  CIM_SwitchService: CIM_SwitchService_Methods;
  CIM_TransparentBridgingService: CIM_TransparentBridgingService_Methods;
  CIM_ResourcePoolConfigurationService: CIM_ResourcePoolConfigurationService_Methods;
  CIM_VirtualSystemManagementService: CIM_VirtualSystemManagementService_Methods;
  Msvm_IDEController: Msvm_IDEController_Methods;
  Msvm_Keyboard: Msvm_Keyboard_Methods;
  Msvm_Ps2Mouse: Msvm_Ps2Mouse_Methods;
  Msvm_SCSIProtocolController: Msvm_SCSIProtocolController_Methods;
  Msvm_SerialController: Msvm_SerialController_Methods;
  Msvm_SerialPort: Msvm_SerialPort_Methods;
  Msvm_SyntheticMouse: Msvm_SyntheticMouse_Methods;
  Msvm_RdvComponent: Msvm_RdvComponent_Methods;
  Msvm_S3DisplayController: Msvm_S3DisplayController_Methods;
  Msvm_Synth3dVideoPool: Msvm_Synth3dVideoPool_Methods;
  Msvm_Synthetic3DDisplayController: Msvm_Synthetic3DDisplayController_Methods;
  Msvm_SyntheticDisplayController: Msvm_SyntheticDisplayController_Methods;
  Msvm_TerminalConnection: Msvm_TerminalConnection_Methods;
  Msvm_TerminalService: Msvm_TerminalService_Methods;
  Msvm_VideoHead: Msvm_VideoHead_Methods;
  Msvm_HeartbeatComponent: Msvm_HeartbeatComponent_Methods;
  Msvm_KvpExchangeComponent: Msvm_KvpExchangeComponent_Methods;
  Msvm_ShutdownComponent: Msvm_ShutdownComponent_Methods;
  Msvm_TimeSyncComponent: Msvm_TimeSyncComponent_Methods;
  Msvm_VssComponent: Msvm_VssComponent_Methods;
  Msvm_ConcreteJob: Msvm_ConcreteJob_Methods;
  Msvm_NetworkJob: Msvm_NetworkJob_Methods;
  Msvm_StorageJob: Msvm_StorageJob_Methods;
  Msvm_VirtualSystemManagementService: Msvm_VirtualSystemManagementService_Methods;
  Msvm_EmulatedEthernetPort: Msvm_EmulatedEthernetPort_Methods;
  Msvm_ExternalEthernetPort: Msvm_ExternalEthernetPort_Methods;
  Msvm_InternalEthernetPort: Msvm_InternalEthernetPort_Methods;
  Msvm_SyntheticEthernetPort: Msvm_SyntheticEthernetPort_Methods;
  Msvm_VmLANEndpoint: Msvm_VmLANEndpoint_Methods;
  Msvm_Memory: Msvm_Memory_Methods;
  Msvm_Processor: Msvm_Processor_Methods;
  Msvm_ProcessorPool: Msvm_ProcessorPool_Methods;
  Msvm_AllocationCapabilities: Msvm_AllocationCapabilities_Methods;
  Msvm_DiskDrive: Msvm_DiskDrive_Methods;
  Msvm_DisketteController: Msvm_DisketteController_Methods;
  Msvm_DisketteDrive: Msvm_DisketteDrive_Methods;
  Msvm_DVDDrive: Msvm_DVDDrive_Methods;
  Msvm_ImageManagementService: Msvm_ImageManagementService_Methods;
  Msvm_LogicalDisk: Msvm_LogicalDisk_Methods;
  Msvm_MountedStorageImage: Msvm_MountedStorageImage_Methods;
  Msvm_SwitchLANEndpoint: Msvm_SwitchLANEndpoint_Methods;
  Msvm_SwitchPort: Msvm_SwitchPort_Methods;
  Msvm_TransparentBridgingService: Msvm_TransparentBridgingService_Methods;
  Msvm_VirtualSwitch: Msvm_VirtualSwitch_Methods;
  Msvm_VirtualSwitchManagementService: Msvm_VirtualSwitchManagementService_Methods;
  Msvm_VLANEndpoint: Msvm_VLANEndpoint_Methods;
  Msvm_ComputerSystem: Msvm_ComputerSystem_Methods;
}
