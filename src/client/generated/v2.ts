// Types of root\virtualization\v2, printed by script/compile-schema.ts from the MOF files. Not for editing.

import type * as common from './common.ts';
import type { Reference, WireObject } from '../object.ts';

export type CIM_ComputerSystem = common.CIM_System & {
  Dedicated: readonly (number | null)[] | null;
  OtherDedicatedDescriptions: readonly (string | null)[] | null;
  ResetCapability: number | null;
  PowerManagementCapabilities: readonly (number | null)[] | null;
};

export interface CIM_ComputerSystem_Methods extends common.CIM_System_Methods {
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

export type CIM_ProtocolEndpoint_Methods = common.CIM_ServiceAccessPoint_Methods;

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

export type CIM_DisplayController_Methods = common.CIM_Controller_Methods;

export type CIM_IDEController = common.CIM_Controller;

export type CIM_IDEController_Methods = common.CIM_Controller_Methods;

export type CIM_SerialController = common.CIM_Controller & {
  Capabilities: readonly (number | null)[] | null;
  CapabilityDescriptions: readonly (string | null)[] | null;
  MaxBaudRate: number | null;
  Security: number | null;
};

export type CIM_SerialController_Methods = common.CIM_Controller_Methods;

export type CIM_ProtocolController = common.CIM_LogicalDevice & {
  MaxUnitsControlled: number | null;
};

export type CIM_ProtocolController_Methods = common.CIM_LogicalDevice_Methods;

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

export type CIM_UserDevice_Methods = common.CIM_LogicalDevice_Methods;

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

export type CIM_VideoHead_Methods = common.CIM_LogicalDevice_Methods;

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

export type CIM_StorageExtent_Methods = common.CIM_LogicalDevice_Methods;

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

export type CIM_NetworkPort_Methods = common.CIM_LogicalPort_Methods;

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

export type CIM_NetworkService_Methods = common.CIM_Service_Methods;

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

export type Msvm_ConcreteDependency = common.CIM_ConcreteDependency;

export type Msvm_ElementCapabilities = common.CIM_ElementCapabilities;

export type Msvm_LogicalIdentity = common.CIM_LogicalIdentity;

export type Msvm_ResourceDependentOnResource = common.CIM_Dependency;

export type Msvm_SettingDataComponent = common.CIM_Component;

export type Msvm_SettingsDefineCapabilities = common.CIM_SettingsDefineCapabilities & {
  SupportStatement: number | null;
};

export type Msvm_CollectionManagementService = common.CIM_Service;

export interface Msvm_CollectionManagementService_Methods extends common.CIM_Service_Methods {
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

export type Msvm_VirtualSystemCollection = common.CIM_CollectionOfMSEs & {
  LastApplyConsistencyLevel: number | null;
  LastApplyVirtualMachineIds: readonly (string | null)[] | null;
  LastApplyTime: string | null;
  FailedOverReplicationType: number | null;
  ReplicationMode: number | null;
  ReplicationState: number | null;
};

export type Msvm_AssignableDeviceDismountSettingData = common.CIM_SettingData & {
  DeviceInstancePath: string | null;
  DeviceLocationPath: string | null;
  RequireAcsSupport: boolean | null;
  RequireDeviceMitigations: boolean | null;
};

export type Msvm_AssignableDeviceService = common.CIM_Service;

export interface Msvm_AssignableDeviceService_Methods extends common.CIM_Service_Methods {
  DismountAssignableDevice: {
    in: { DismountSettingData?: string | null };
    out: { DismountedDeviceInstancePath?: string | null; Job?: Reference | null };
  };
  MountAssignableDevice: {
    in: { DeviceInstancePath?: string | null; DeviceLocationPath?: string | null };
    out: { MountedDeviceInstancePath?: string | null; Job?: Reference | null };
  };
}

export type Msvm_Battery = common.CIM_LogicalDevice;

export type Msvm_Battery_Methods = common.CIM_LogicalDevice_Methods;

export type Msvm_BatterySettingData = common.CIM_ResourceAllocationSettingData;

export type Msvm_BIOSElement = common.CIM_BIOSElement & {
  BIOSGUID: string | null;
  BIOSSerialNumber: string | null;
  BaseBoardSerialNumber: string | null;
  ChassisSerialNumber: string | null;
  ChassisAssetTag: string | null;
  BIOSNumLock: boolean | null;
  BootOrder: readonly (number | null)[] | null;
  BootPciExpress: boolean | null;
  BootPciExpressInstanceFilter: string | null;
  EnableHibernation: boolean | null;
  WatchdogEnabled: boolean | null;
};

export type Msvm_FlexIoDevice = common.CIM_LogicalDevice & {
  EmulatorConfiguration: readonly (string | null)[] | null;
  EmulatorId: string | null;
};

export type Msvm_FlexIoDevice_Methods = common.CIM_LogicalDevice_Methods;

export type Msvm_FlexIoDeviceSettingData = common.CIM_ResourceAllocationSettingData & {
  EmulatorConfiguration: readonly (string | null)[] | null;
  EmulatorId: string | null;
  PhysicalNumaNode: number | null;
  TargetVtl: number | null;
  VirtualSystemIdentifiers: readonly (string | null)[] | null;
};

export type Msvm_IDEController = CIM_IDEController;

export type Msvm_IDEController_Methods = CIM_IDEController_Methods;

export type Msvm_Keyboard = CIM_UserDevice & {
  Layout: string | null;
  NumberOfFunctionKeys: number | null;
  Password: number | null;
  UnicodeSupported: boolean | null;
};

export interface Msvm_Keyboard_Methods extends CIM_UserDevice_Methods {
  PressKey: {
    in: { KeyCode?: number | null };
    out: {};
  };
  ReleaseKey: {
    in: { KeyCode?: number | null };
    out: {};
  };
  TypeKey: {
    in: { KeyCode?: number | null };
    out: {};
  };
  IsKeyPressed: {
    in: { KeyCode?: number | null };
    out: { KeyState?: boolean | null };
  };
  TypeText: {
    in: { AsciiText?: string | null };
    out: {};
  };
  TypeCtrlAltDel: {
    in: {};
    out: {};
  };
  TypeScancodes: {
    in: { Scancodes?: readonly (number | null)[] | null };
    out: {};
  };
}

export type Msvm_PciExpress = common.CIM_LogicalDevice & {
  DeviceInstancePath: string | null;
  LocationPath: string | null;
  FunctionNumber: number | null;
};

export type Msvm_PciExpress_Methods = common.CIM_LogicalDevice_Methods;

export type Msvm_PciExpressSettingData = common.CIM_ResourceAllocationSettingData & {
  VirtualFunctions: readonly (number | null)[] | null;
  VirtualSystemIdentifiers: readonly (string | null)[] | null;
  AllowDirectTranslatedP2P: readonly (boolean | null)[] | null;
  NumaAwarePlacement: boolean | null;
  TargetVtl: number | null;
};

export type Msvm_Ps2Mouse = CIM_PointingDevice & {
  AbsoluteCoordinates: boolean | null;
};

export interface Msvm_Ps2Mouse_Methods extends CIM_PointingDevice_Methods {
  GetButtonState: {
    in: { ButtonIndex?: number | null };
    out: { ButtonState?: boolean | null };
  };
  SetButtonState: {
    in: { ButtonIndex?: number | null; ButtonState?: boolean | null };
    out: {};
  };
  ClickButton: {
    in: { ButtonIndex?: number | null };
    out: {};
  };
  SetRelativePosition: {
    in: { HorizontalDelta?: number | null; VerticalDelta?: number | null };
    out: {};
  };
  SetScrollPosition: {
    in: { ScrollPositionDelta?: number | null };
    out: {};
  };
}

export type Msvm_SCSIProtocolController = CIM_SCSIProtocolController;

export type Msvm_SCSIProtocolController_Methods = CIM_SCSIProtocolController_Methods;

export type Msvm_SerialController = CIM_SerialController;

export type Msvm_SerialController_Methods = CIM_SerialController_Methods;

export type Msvm_SerialPort = common.CIM_LogicalPort;

export type Msvm_SerialPort_Methods = common.CIM_LogicalPort_Methods;

export type Msvm_SerialPortSettingData = common.CIM_ResourceAllocationSettingData & {
  DebuggerMode: boolean | null;
};

export type Msvm_SyntheticKeyboard = CIM_UserDevice;

export type Msvm_SyntheticKeyboard_Methods = CIM_UserDevice_Methods;

export type Msvm_SyntheticMouse = CIM_PointingDevice & {
  AbsoluteCoordinates: boolean | null;
  HorizontalPosition: number | null;
  ScrollPosition: number | null;
  VerticalPosition: number | null;
};

export interface Msvm_SyntheticMouse_Methods extends CIM_PointingDevice_Methods {
  GetButtonState: {
    in: { ButtonIndex?: number | null };
    out: { IsDown?: boolean | null };
  };
  SetButtonState: {
    in: { ButtonIndex?: number | null; IsDown?: boolean | null };
    out: {};
  };
  ClickButton: {
    in: { ButtonIndex?: number | null };
    out: {};
  };
  SetAbsolutePosition: {
    in: { HorizontalPosition?: number | null; VerticalPosition?: number | null };
    out: {};
  };
  SetScrollPosition: {
    in: { ScrollPositionDelta?: number | null };
    out: {};
  };
}

export type Msvm_TPM = CIM_TPM;

export type Msvm_TPM_Methods = CIM_TPM_Methods;

export type Msvm_TPMSettingData = common.CIM_ResourceAllocationSettingData & {
  Shielded: boolean | null;
  DataProtected: boolean | null;
  EnabledState: number | null;
  KeyProtector: readonly (number | null)[] | null;
  LastKnownGoodKeyProtector: readonly (number | null)[] | null;
};

export type Msvm_EthernetPortData = common.CIM_ManagedElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  DeviceCreationClassName: string | null;
  DeviceID: string | null;
  CreationClassName: string | null;
  Name: string | null;
};

export type Msvm_EthernetSwitchPortBandwidthData = Msvm_EthernetPortData & {
  CurrentBandwidthReservationPercentage: number | null;
};

export type Msvm_EthernetSwitchPortOffloadData = Msvm_EthernetPortData & {
  IpsecCurrentOffloadSaCount: number | null;
  IovOffloadUsage: number | null;
  VMQOffloadUsage: number | null;
  VMQId: number | null;
  IovVfId: number | null;
  IovVfDataPathActive: boolean | null;
  IovQueuePairUsage: number | null;
  VmmqQueuePairs: number | null;
  VrssVmbusChannelAffinityPolicy: number | null;
  VrssIndependentHostSpreading: boolean | null;
  VrssExcludePrimaryProcessor: boolean | null;
  VrssQueueSchedulingMode: number | null;
  VrssMinQueuePairs: number | null;
  VmmqEnabled: boolean | null;
  VrssEnabled: boolean | null;
  RscEnabled: boolean | null;
};

export type Msvm_FeatureSettingData = common.CIM_SettingData;

export type Msvm_EthernetSwitchPortFeatureSettingData = Msvm_FeatureSettingData;

export type Msvm_EthernetSwitchPortAclSettingData = Msvm_EthernetSwitchPortFeatureSettingData & {
  Name: string | null;
  Direction: number | null;
  Applicability: number | null;
  AclType: number | null;
  Action: number | null;
  LocalAddress: string | null;
  LocalAddressPrefixLength: number | null;
  RemoteAddress: string | null;
  RemoteAddressPrefixLength: number | null;
};

export type Msvm_EthernetSwitchPortBandwidthSettingData = Msvm_EthernetSwitchPortFeatureSettingData & {
  Reservation: bigint | null;
  Weight: bigint | null;
  Limit: bigint | null;
  BurstLimit: bigint | null;
  BurstSize: bigint | null;
};

export type Msvm_EthernetSwitchPortExtendedAclSettingData = Msvm_EthernetSwitchPortFeatureSettingData & {
  Name: string | null;
  Direction: number | null;
  Action: number | null;
  LocalIPAddress: string | null;
  RemoteIPAddress: string | null;
  LocalPort: string | null;
  RemotePort: string | null;
  Protocol: string | null;
  Weight: number | null;
  Stateful: boolean | null;
  IdleSessionTimeout: number | null;
  IsolationID: number | null;
};

export type Msvm_EthernetSwitchPortIsolationSettingData = Msvm_EthernetSwitchPortFeatureSettingData & {
  IsolationMode: number | null;
  AllowUntaggedTraffic: boolean | null;
  DefaultIsolationId: number | null;
  EnableMultiTenantStack: boolean | null;
};

export type Msvm_EthernetSwitchPortMigrationQosSettingData = Msvm_EthernetSwitchPortFeatureSettingData & {
  QueueId: string | null;
  Switch_ReservationMode: number | null;
  Switch_LinkSpeedPercentage: number | null;
  Switch_DefaultReservation: bigint | null;
  Switch_EnableHardwareLimits: boolean | null;
  Switch_EnableHardwareReservations: boolean | null;
  Switch_EnableSoftwareReservations: boolean | null;
  OutboundReservedValue: bigint | null;
  OutboundMaximumMbps: bigint | null;
  InboundMaximumMbps: bigint | null;
};

export type Msvm_EthernetSwitchPortOffloadSettingData = Msvm_EthernetSwitchPortFeatureSettingData & {
  IPSecOffloadLimit: number | null;
  VMQOffloadWeight: number | null;
  IOVOffloadWeight: number | null;
  IOVQueuePairsRequested: number | null;
  IOVInterruptModeration: number | null;
  PacketDirectModerationInterval: number | null;
  VmmqQueuePairs: number | null;
  VrssVmbusChannelAffinityPolicy: number | null;
  VrssIndependentHostSpreading: boolean | null;
  VrssExcludePrimaryProcessor: boolean | null;
  VrssQueueSchedulingMode: number | null;
  VrssMinQueuePairs: number | null;
  VmmqEnabled: boolean | null;
  VrssEnabled: boolean | null;
  PacketDirectModerationCount: number | null;
  PacketDirectNumProcs: number | null;
  RscEnabled: boolean | null;
};

export type Msvm_EthernetSwitchPortProfileSettingData = Msvm_EthernetSwitchPortFeatureSettingData & {
  ProfileName: string | null;
  ProfileId: string | null;
  VendorName: string | null;
  VendorId: string | null;
  ProfileData: number | null;
  NetCfgInstanceId: string | null;
  PciSegmentNumber: number | null;
  PciBusNumber: number | null;
  PciDeviceNumber: number | null;
  PciFunctionNumber: number | null;
  CdnLabelId: number | null;
  CdnLabelString: string | null;
};

export type Msvm_EthernetSwitchPortRdmaSettingData = Msvm_EthernetSwitchPortFeatureSettingData & {
  RdmaOffloadWeight: number | null;
};

export type Msvm_EthernetSwitchPortRoutingDomainSettingData = Msvm_EthernetSwitchPortFeatureSettingData & {
  RoutingDomainGuid: string | null;
  RoutingDomainName: string | null;
  IsolationIdList: readonly (number | null)[] | null;
  IsolationIdNameList: readonly (string | null)[] | null;
};

export type Msvm_EthernetSwitchPortSecuritySettingData = Msvm_EthernetSwitchPortFeatureSettingData & {
  AllowMacSpoofing: boolean | null;
  EnableDhcpGuard: boolean | null;
  EnableRouterGuard: boolean | null;
  MonitorMode: number | null;
  MonitorSession: number | null;
  AllowIeeePriorityTag: boolean | null;
  VirtualSubnetId: number | null;
  AllowTeaming: boolean | null;
  TeamName: string | null;
  TeamNumber: number | null;
  EnableFixSpeed10G: boolean | null;
  Reserved: boolean | null;
  DynamicIPAddressLimit: number | null;
  StormLimit: number | null;
};

export type Msvm_EthernetSwitchPortTeamMappingSettingData = Msvm_EthernetSwitchPortFeatureSettingData & {
  NetAdapterName: string | null;
  NetAdapterDeviceId: string | null;
  DisableOnFailover: number | null;
};

export type Msvm_EthernetSwitchPortVfpSettingData = Msvm_EthernetSwitchPortFeatureSettingData;

export type Msvm_EthernetSwitchPortVlanSettingData = Msvm_EthernetSwitchPortFeatureSettingData & {
  OperationMode: number | null;
  AccessVlanId: number | null;
  NativeVlanId: number | null;
  PvlanMode: number | null;
  PrimaryVlanId: number | null;
  SecondaryVlanId: number | null;
  PruneVlanIdArray: readonly (number | null)[] | null;
  TrunkVlanIdArray: readonly (number | null)[] | null;
  SecondaryVlanIdArray: readonly (number | null)[] | null;
};

export type Msvm_FeatureSettingsDefineCapabilities = common.CIM_SettingsDefineCapabilities;

export type Msvm_EthernetSwitchData = common.CIM_ManagedElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  CreationClassName: string | null;
  Name: string | null;
};

export type Msvm_EthernetSwitchBandwidthData = Msvm_EthernetSwitchData & {
  Capacity: bigint | null;
  Reservation: bigint | null;
  DefaultFlowReservationPercentage: number | null;
  DefaultFlowReservation: bigint | null;
  DefaultFlowWeight: bigint | null;
};

export type Msvm_EthernetSwitchHardwareOffloadData = Msvm_EthernetSwitchData & {
  IovVfCapacity: number | null;
  IovVfUsage: number | null;
  VmqCapacity: number | null;
  VmqUsage: number | null;
  IPsecSACapacity: number | null;
  IPsecSAUsage: number | null;
  IovQueuePairCapacity: number | null;
  IovQueuePairUsage: number | null;
  PacketDirectInUse: boolean | null;
  DefaultQueueVmmqQueuePairs: number | null;
  DefaultQueueVrssIndependentHostSpreading: boolean | null;
  DefaultQueueVrssExcludePrimaryProcessor: boolean | null;
  DefaultQueueVrssQueueSchedulingMode: number | null;
  DefaultQueueVrssMinQueuePairs: number | null;
  DefaultQueueVmmqEnabled: boolean | null;
  DefaultQueueVrssEnabled: boolean | null;
};

export type Msvm_EthernetSwitchOperationalData = Msvm_EthernetSwitchData & {
  CurrentSwitchingMode: number | null;
  SupportedSwitchingModes: readonly (number | null)[] | null;
};

export type Msvm_EthernetSwitchFeatureCapabilities = common.CIM_Capabilities & {
  FeatureId: string | null;
  Applicability: number | null;
  Version: string | null;
};

export type Msvm_EthernetSwitchFeatureSettingData = Msvm_FeatureSettingData;

export type Msvm_EthernetSwitchHardwareOffloadSettingData = Msvm_EthernetSwitchFeatureSettingData & {
  DefaultQueueVrssEnabled: boolean | null;
  DefaultQueueVmmqEnabled: boolean | null;
  DefaultQueueVmmqQueuePairs: number | null;
  DefaultQueueVrssIndependentHostSpreading: boolean | null;
  DefaultQueueVrssExcludePrimaryProcessor: boolean | null;
  DefaultQueueVrssQueueSchedulingMode: number | null;
  DefaultQueueVrssMinQueuePairs: number | null;
  RscOffloadEnabled: boolean | null;
  SoftwareRscEnabled: boolean | null;
};

export type Msvm_VirtualEthernetSwitchBandwidthSettingData = Msvm_EthernetSwitchFeatureSettingData & {
  DefaultFlowReservation: bigint | null;
  DefaultFlowWeight: bigint | null;
};

export type Msvm_VirtualEthernetSwitchNicTeamingSettingData = Msvm_EthernetSwitchFeatureSettingData & {
  TeamingMode: number | null;
  LoadBalancingAlgorithm: number | null;
};

export type Msvm_VirtualEthernetSwitchNicTeamingMember = common.CIM_Dependency;

export type Msvm_VirtualEthernetSwitchSettingData = common.CIM_VirtualEthernetSwitchSettingData & {
  IOVPreferred: boolean | null;
  ExtensionOrder: readonly (string | null)[] | null;
  BandwidthReservationMode: number | null;
  TeamingEnabled: boolean | null;
  PacketDirectEnabled: boolean | null;
  AllowNetLbfoTeams: boolean | null;
  BypassExtensionStack: boolean | null;
  RequiredExtensionIds: readonly (string | null)[] | null;
};

export type Msvm_ExternalFcPort = CIM_FCPort & {
  IsHyperVCapable: boolean | null;
  WWNN: string | null;
  WWPN: string | null;
};

export type Msvm_ExternalFcPort_Methods = CIM_FCPort_Methods;

export type Msvm_FcActiveConnection = common.CIM_ActiveConnection;

export type Msvm_FcDeviceSAPImplementation = common.CIM_DeviceSAPImplementation;

export type Msvm_FcEndpoint = CIM_ProtocolEndpoint & {
  Connected: boolean | null;
  WWPN: string | null;
  WWNN: string | null;
};

export type Msvm_FcEndpoint_Methods = CIM_ProtocolEndpoint_Methods;

export type Msvm_FcPortAllocationSettingData = common.CIM_ResourceAllocationSettingData;

export type Msvm_SyntheticFcPort = CIM_FCPort;

export type Msvm_SyntheticFcPort_Methods = CIM_FCPort_Methods;

export type Msvm_SyntheticFcPortSettingData = common.CIM_ResourceAllocationSettingData & {
  VirtualPortWWPN: string | null;
  VirtualPortWWNN: string | null;
  SecondaryWWPN: string | null;
  SecondaryWWNN: string | null;
  VirtualSystemIdentifiers: readonly (string | null)[] | null;
  ChapEnabled: boolean | null;
};

export type Vsms_SnapshotForkService = common.CIM_Service;

export interface Vsms_SnapshotForkService_Methods extends common.CIM_Service_Methods {
  ForkSnapshot: {
    in: {
      Snapshot?: Reference | null;
      Count?: number | null;
      ElementName?: string | null;
      Start?: boolean | null;
      Disconnected?: boolean | null;
      Overcommit?: boolean | null;
    };
    out: { ResultingSystems?: readonly (Reference | null)[] | null; Job?: Reference | null };
  };
}

export type Msvm_GpuPartition = common.CIM_LogicalDevice & {
  DeviceInstancePath: string | null;
  PartitionId: number | null;
  PartitionVfLuid: string | null;
  CurrentCompute: bigint | null;
  CurrentDecode: bigint | null;
  CurrentEncode: bigint | null;
  CurrentVRAM: bigint | null;
};

export type Msvm_GpuPartition_Methods = common.CIM_LogicalDevice_Methods;

export type Msvm_GpuPartitionSettingData = common.CIM_ResourceAllocationSettingData & {
  MinPartitionVRAM: bigint | null;
  MaxPartitionVRAM: bigint | null;
  OptimalPartitionVRAM: bigint | null;
  MinPartitionEncode: bigint | null;
  MaxPartitionEncode: bigint | null;
  OptimalPartitionEncode: bigint | null;
  MinPartitionDecode: bigint | null;
  MaxPartitionDecode: bigint | null;
  OptimalPartitionDecode: bigint | null;
  MinPartitionCompute: bigint | null;
  MaxPartitionCompute: bigint | null;
  OptimalPartitionCompute: bigint | null;
  NumaAwarePlacement: boolean | null;
  VirtualSystemIdentifiers: readonly (string | null)[] | null;
};

export type Msvm_InteractiveSessionACE = {
  Trustee: string | null;
  AccessType: number | null;
};

export type Msvm_PartitionableGpu = CIM_ComputerSystem & {
  ValidPartitionCounts: readonly (number | null)[] | null;
  PartitionCount: number | null;
  TotalVRAM: bigint | null;
  AvailableVRAM: bigint | null;
  MinPartitionVRAM: bigint | null;
  MaxPartitionVRAM: bigint | null;
  OptimalPartitionVRAM: bigint | null;
  TotalEncode: bigint | null;
  AvailableEncode: bigint | null;
  MinPartitionEncode: bigint | null;
  MaxPartitionEncode: bigint | null;
  OptimalPartitionEncode: bigint | null;
  TotalDecode: bigint | null;
  AvailableDecode: bigint | null;
  MinPartitionDecode: bigint | null;
  MaxPartitionDecode: bigint | null;
  OptimalPartitionDecode: bigint | null;
  TotalCompute: bigint | null;
  AvailableCompute: bigint | null;
  MinPartitionCompute: bigint | null;
  MaxPartitionCompute: bigint | null;
  OptimalPartitionCompute: bigint | null;
};

export type Msvm_PartitionableGpu_Methods = CIM_ComputerSystem_Methods;

export type Msvm_Physical3dGraphicsProcessor = common.CIM_LogicalDevice & {
  EnabledForVirtualization: boolean | null;
  CompatibleForVirtualization: boolean | null;
  GPUID: string | null;
  DirectXVersion: string | null;
  PixelShaderVersion: string | null;
  DedicatedVideoMemory: bigint | null;
  DedicatedSystemMemory: bigint | null;
  SharedSystemMemory: bigint | null;
  TotalVideoMemory: bigint | null;
  AvailableVideoMemory: bigint | null;
  DriverProvider: string | null;
  DriverDate: string | null;
  DriverInstalled: string | null;
  DriverVersion: string | null;
  DriverModelVersion: string | null;
  Rating: bigint | null;
  AdapterIndexID: bigint | null;
};

export type Msvm_Physical3dGraphicsProcessor_Methods = common.CIM_LogicalDevice_Methods;

export type Msvm_PhysicalGPUInfo = common.CIM_ManagedElement & {
  Name: string | null;
  ID: string | null;
  TotalVideoMemory: bigint | null;
  AvailableVideoMemory: bigint | null;
};

export type Msvm_RdvComponent = common.CIM_LogicalDevice;

export interface Msvm_RdvComponent_Methods extends common.CIM_LogicalDevice_Methods {
  EnableEndPoints: {
    in: {};
    out: {};
  };
}

export type Msvm_RdvComponentSettingData = common.CIM_ResourceAllocationSettingData & {
  EnabledState: number | null;
};

export type Msvm_S3DisplayController = CIM_DisplayController;

export type Msvm_S3DisplayController_Methods = CIM_DisplayController_Methods;

export type Msvm_Synth3dVideoPool = common.CIM_ResourcePool & {
  Is3dVideoSupported: boolean | null;
  IsSLATCapable: boolean | null;
  IsGPUCapable: boolean | null;
  DirectXVersion: string | null;
  RequiredMinimumDirectXVersion: string | null;
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

export type Msvm_Synthetic3DDisplayControllerSettingData = common.CIM_ResourceAllocationSettingData & {
  MaximumScreenResolution: number | null;
  MaximumMonitors: number | null;
  VRAMSizeBytes: bigint | null;
};

export type Msvm_Synthetic3DService = common.CIM_Service;

export interface Msvm_Synthetic3DService_Methods extends common.CIM_Service_Methods {
  EnableGPUForVirtualization: {
    in: { PhysicalGPU?: Reference | null };
    out: { Job?: Reference | null };
  };
  DisableGPUForVirtualization: {
    in: { PhysicalGPU?: Reference | null };
    out: { Job?: Reference | null };
  };
  ModifyServiceSettings: {
    in: { SettingData?: string | null };
    out: { Job?: Reference | null };
  };
}

export type Msvm_Synthetic3DServiceSettingData = common.CIM_SettingData & {
  GPUOvercommitEnabled: boolean | null;
};

export type Msvm_SyntheticDisplayController = CIM_DisplayController;

export type Msvm_SyntheticDisplayController_Methods = CIM_DisplayController_Methods;

export type Msvm_SyntheticDisplayControllerSettingData = common.CIM_ResourceAllocationSettingData & {
  ResolutionType: number | null;
  HorizontalResolution: number | null;
  VerticalResolution: number | null;
};

export type Msvm_TerminalConnection = common.CIM_EnabledLogicalElement & {
  ConnectionID: string | null;
};

export type Msvm_TerminalConnection_Methods = common.CIM_EnabledLogicalElement_Methods;

export type Msvm_TerminalService = common.CIM_Service;

export interface Msvm_TerminalService_Methods extends common.CIM_Service_Methods {
  ModifyServiceSettings: {
    in: { ServiceSettingData?: string | null };
    out: { Job?: Reference | null };
  };
  GrantInteractiveSessionAccess: {
    in: { ComputerSystem?: Reference | null; Trustees?: readonly (string | null)[] | null };
    out: { Job?: Reference | null };
  };
  RevokeInteractiveSessionAccess: {
    in: { ComputerSystem?: Reference | null; Trustees?: readonly (string | null)[] | null };
    out: { Job?: Reference | null };
  };
  GetInteractiveSessionACL: {
    in: { ComputerSystem?: Reference | null };
    out: { AccessControlList?: readonly (string | null)[] | null };
  };
}

export type Msvm_TerminalServiceSettingData = common.CIM_SettingData & {
  ListenerPort: number | null;
  DisableSelfSignedCertificateGeneration: boolean | null;
  AuthCertificateHash: readonly (number | null)[] | null;
  TrustedIssuerCertificateHashes: readonly (string | null)[] | null;
  AllowedHashAlgorithms: readonly (string | null)[] | null;
};

export type Msvm_VideoHead = CIM_VideoHead;

export type Msvm_VideoHead_Methods = CIM_VideoHead_Methods;

export type Msvm_CopyFileToGuestJob = common.CIM_ConcreteJob & {
  CopyFileToGuestSettingData: readonly (string | null)[] | null;
  Cancellable: boolean | null;
  ErrorSummaryDescription: string | null;
  VirtualSystemName: string | null;
};

export interface Msvm_CopyFileToGuestJob_Methods extends common.CIM_ConcreteJob_Methods {
  GetErrorEx: {
    in: {};
    out: { Errors?: readonly (string | null)[] | null };
  };
}

export type Msvm_CopyFileToGuestSettingData = common.CIM_SettingData & {
  OverwriteExisting: boolean | null;
  CreateFullPath: boolean | null;
  SourcePath: string | null;
  DestinationPath: string | null;
};

export type Msvm_GuestClusterInformation = {
  ClusterId: string | null;
  ClusterSize: number | null;
  SharedVirtualHardDisks: readonly (string | null)[] | null;
  SharedVirtualHardDiskPaths: readonly (string | null)[] | null;
  IsClustered: readonly (boolean | null)[] | null;
  IsOnline: readonly (boolean | null)[] | null;
  IsOwned: readonly (boolean | null)[] | null;
  IsActiveActive: readonly (boolean | null)[] | null;
  LastResourceMoveTime: bigint | null;
};

export type Msvm_GuestCommunicationServiceSettingData = common.CIM_SettingData & {
  Name: string | null;
  EnabledStatePolicy: number | null;
};

export type Msvm_GuestService = common.CIM_Service;

export type Msvm_GuestService_Methods = common.CIM_Service_Methods;

export type Msvm_GuestCommunicationService = Msvm_GuestService;

export type Msvm_GuestCommunicationService_Methods = Msvm_GuestService_Methods;

export type Msvm_GuestFileService = Msvm_GuestService;

export interface Msvm_GuestFileService_Methods extends Msvm_GuestService_Methods {
  CopyFilesToGuest: {
    in: { CopyFileToGuestSettings?: readonly (string | null)[] | null };
    out: { Job?: Reference | null };
  };
}

export type Msvm_VssService = Msvm_GuestService;

export interface Msvm_VssService_Methods extends Msvm_GuestService_Methods {
  QueryGuestClusterInformation: {
    in: {};
    out: { GuestClusterInformation?: WireObject | null };
  };
}

export type Msvm_GuestServiceInterfaceComponent = common.CIM_LogicalDevice & {
  ConfigManagerErrorCode: number | null;
  ConfigManagerUserConfig: boolean | null;
  PNPDeviceID: string | null;
};

export type Msvm_GuestServiceInterfaceComponent_Methods = common.CIM_LogicalDevice_Methods;

export type Msvm_GuestServiceInterfaceComponentSettingData = common.CIM_ResourceAllocationSettingData & {
  EnabledState: number | null;
  DefaultEnabledStatePolicy: number | null;
};

export type Msvm_GuestServiceInterfaceSettingDataComponent = common.CIM_Component;

export type Msvm_HeartbeatComponent = common.CIM_LogicalDevice;

export type Msvm_HeartbeatComponent_Methods = common.CIM_LogicalDevice_Methods;

export type Msvm_HeartbeatComponentSettingData = common.CIM_ResourceAllocationSettingData & {
  EnabledState: number | null;
  ErrorThreshold: number | null;
  Interval: number | null;
  Latency: number | null;
};

export type Msvm_KvpExchangeComponent = common.CIM_LogicalDevice & {
  GuestExchangeItems: readonly (string | null)[] | null;
  GuestIntrinsicExchangeItems: readonly (string | null)[] | null;
};

export type Msvm_KvpExchangeComponent_Methods = common.CIM_LogicalDevice_Methods;

export type Msvm_KvpExchangeComponentSettingData = common.CIM_ResourceAllocationSettingData & {
  DisableHostKVPItems: boolean | null;
  EnabledState: number | null;
  HostExchangeItems: readonly (string | null)[] | null;
  HostOnlyItems: readonly (string | null)[] | null;
};

export type Msvm_KvpExchangeDataItem = common.CIM_ManagedElement & {
  Source: number | null;
  Name: string | null;
  Data: string | null;
};

export type Msvm_RegisteredGuestService = common.CIM_Dependency;

export type Msvm_ServiceOfVssComponent = common.CIM_Dependency;

export type Msvm_ShutdownComponent = common.CIM_LogicalDevice;

export interface Msvm_ShutdownComponent_Methods extends common.CIM_LogicalDevice_Methods {
  InitiateShutdown: {
    in: { Force?: boolean | null; Reason?: string | null };
    out: {};
  };
  InitiateReboot: {
    in: { Force?: boolean | null; Reason?: string | null };
    out: {};
  };
  InitiateHibernate: {
    in: {};
    out: {};
  };
}

export type Msvm_ShutdownComponentSettingData = common.CIM_ResourceAllocationSettingData & {
  EnabledState: number | null;
};

export type Msvm_TimeSyncComponent = common.CIM_LogicalDevice;

export type Msvm_TimeSyncComponent_Methods = common.CIM_LogicalDevice_Methods;

export type Msvm_TimeSyncComponentSettingData = common.CIM_ResourceAllocationSettingData & {
  EnabledState: number | null;
};

export type Msvm_VssComponent = common.CIM_LogicalDevice;

export type Msvm_VssComponent_Methods = common.CIM_LogicalDevice_Methods;

export type Msvm_VssComponentSettingData = common.CIM_ResourceAllocationSettingData & {
  EnabledState: number | null;
};

export type Msvm_ConcreteJob = common.CIM_ConcreteJob & {
  ErrorSummaryDescription: string | null;
  Cancellable: boolean | null;
  JobType: number | null;
};

export interface Msvm_ConcreteJob_Methods extends common.CIM_ConcreteJob_Methods {
  GetErrorEx: {
    in: {};
    out: { Errors?: readonly (string | null)[] | null };
  };
}

export type Msvm_StorageJob = common.CIM_ConcreteJob & {
  ErrorSummaryDescription: string | null;
  Cancellable: boolean | null;
  Child: string | null;
  JobCompletionStatusCode: number | null;
  Parent: string | null;
  JobType: number | null;
};

export interface Msvm_StorageJob_Methods extends common.CIM_ConcreteJob_Methods {
  GetErrorEx: {
    in: {};
    out: { Errors?: readonly (string | null)[] | null };
  };
}

export type Msvm_SystemExportSettingData = common.CIM_ElementSettingData;

export type Msvm_VirtualSystemCapabilities = common.CIM_EnabledLogicalElementCapabilities;

export type Msvm_VirtualSystemExportSettingData = common.CIM_SettingData & {
  CaptureLiveState: number | null;
  CopySnapshotConfiguration: number | null;
  CopyVmRuntimeInformation: boolean | null;
  CopyVmStorage: boolean | null;
  CreateVmExportSubdirectory: boolean | null;
  SnapshotVirtualSystem: string | null;
  BackupIntent: number | null;
  ExportForLiveMigration: boolean | null;
  DisableDifferentialOfIgnoredStorage: boolean | null;
  ExcludedVirtualHardDisks: readonly (string | null)[] | null;
  DifferentialBackupBase: string | null;
  GuestDebugStateFilePath: string | null;
};

export type Msvm_VirtualSystemManagementCapabilities = common.CIM_VirtualSystemManagementCapabilities;

export type Msvm_VirtualSystemManagementServiceSettingData = common.CIM_SettingData & {
  BiosLockString: string | null;
  DefaultExternalDataRoot: string | null;
  DefaultVirtualHardDiskPath: string | null;
  MaximumMacAddress: string | null;
  MinimumMacAddress: string | null;
  NumaSpanningEnabled: boolean | null;
  PrimaryOwnerContact: string | null;
  PrimaryOwnerName: string | null;
  HbaLunTimeout: number | null;
  MaximumWWPNAddress: string | null;
  MinimumWWPNAddress: string | null;
  CurrentWWNNAddress: string | null;
  DefaultVirtualHardDiskCachingMode: number | null;
  HypervisorRootSchedulerEnabled: boolean | null;
  EnhancedSessionModeEnabled: boolean | null;
  HypervisorSnpStatus: number | null;
  HypervisorTdxStatus: number | null;
};

export type Msvm_VirtualSystemUpgradeSettingData = common.CIM_SettingData & {
  TargetVersion: string | null;
};

export type Msvm_AggregationMetricDefinition = common.CIM_AggregationMetricDefinition;

export type Msvm_AggregationMetricValue = common.CIM_AggregationMetricValue;

export type Msvm_BaseMetricDefinition = common.CIM_BaseMetricDefinition;

export type Msvm_BaseMetricValue = common.CIM_BaseMetricValue;

export type Msvm_MetricCollectionDependency = common.CIM_Dependency;

export type Msvm_MetricDefForME = common.CIM_MetricDefForME;

export type Msvm_MetricForME = common.CIM_MetricForME;

export type Msvm_MetricInstance = common.CIM_MetricInstance;

export type Msvm_MetricService = CIM_MetricService;

export interface Msvm_MetricService_Methods extends CIM_MetricService_Methods {
  ModifyServiceSettings: {
    in: { SettingData?: string | null };
    out: { Job?: Reference | null };
  };
}

export type Msvm_MetricServiceCapabilities = common.CIM_MetricServiceCapabilities;

export type Msvm_MetricServiceSettingData = common.CIM_SettingData & {
  MetricsFlushInterval: string | null;
};

export type Msvm_CompatibilityVector = {
  VectorId: number | null;
  CompareOperation: number | null;
  CompatibilityInfo: bigint | null;
};

export type Msvm_VirtualSystemMigrationCapabilities = common.CIM_VirtualSystemMigrationCapabilities;

export type Msvm_VirtualSystemMigrationNetworkSettingData = common.CIM_SettingData & {
  SubnetNumber: string | null;
  PrefixLength: number | null;
  Metric: number | null;
  Tags: readonly (string | null)[] | null;
};

export type Msvm_VirtualSystemMigrationService = CIM_VirtualSystemMigrationService & {
  ActiveVirtualSystemMigrationCount: number | null;
  ActiveStorageMigrationCount: number | null;
  MigrationServiceListenerIPAddressList: readonly (string | null)[] | null;
};

export interface Msvm_VirtualSystemMigrationService_Methods extends CIM_VirtualSystemMigrationService_Methods {
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

export type Msvm_VirtualSystemMigrationServiceSettingData = common.CIM_SettingData & {
  EnableVirtualSystemMigration: boolean | null;
  MaximumActiveVirtualSystemMigration: number | null;
  MaximumActiveStorageMigration: number | null;
  AuthenticationType: number | null;
  EnableCompression: boolean | null;
  EnableSmbTransport: boolean | null;
};

export type Msvm_VirtualSystemMigrationServiceSettingDataComponent = common.CIM_Component;

export type Msvm_VirtualSystemMigrationSettingData = common.CIM_VirtualSystemMigrationSettingData & {
  RemoveSourceUnmanagedVhds: boolean | null;
  AvoidRemovingVHDs: boolean | null;
  CPUCappingMagnitude: number | null;
  CancelIfBlackoutThresholdExceeded: boolean | null;
  AllowOverwriteExistingFile: boolean | null;
  UnmanagedVhds: readonly (string | null)[] | null;
  DestinationPlannedVirtualSystemId: string | null;
  DestinationIPAddressList: readonly (string | null)[] | null;
  RetainVhdCopiesOnSource: boolean | null;
  EnableCompression: boolean | null;
  AdvancedOptions: string | null;
  EnableVhdCompression: boolean | null;
};

export type Msvm_BindsToLANEndpoint = common.CIM_BindsToLANEndpoint;

export type Msvm_EmulatedEthernetPort = CIM_EthernetPort;

export type Msvm_EmulatedEthernetPort_Methods = CIM_EthernetPort_Methods;

export type Msvm_EmulatedEthernetPortSettingData = common.CIM_EthernetPortAllocationSettingData & {
  StaticMacAddress: boolean | null;
  ClusterMonitored: boolean | null;
};

export type Msvm_EthernetDeviceSAPImplementation = common.CIM_DeviceSAPImplementation;

export type Msvm_EthernetPortAllocationSettingData = common.CIM_EthernetPortAllocationSettingData & {
  EnabledState: number | null;
  LastKnownSwitchName: string | null;
  RequiredFeatures: readonly (string | null)[] | null;
  RequiredFeatureHints: readonly (string | null)[] | null;
  TestReplicaPoolID: string | null;
  TestReplicaSwitchName: string | null;
  CompartmentGuid: string | null;
  PortName: string | null;
};

export type Msvm_EthernetPortFailoverSettingDataComponent = common.CIM_Component;

export type Msvm_EthernetPortInfo = common.CIM_Dependency;

export type Msvm_EthernetPortSettingDataComponent = common.CIM_Component;

export type Msvm_ExternalEthernetPort = CIM_EthernetPort & {
  IsBound: boolean | null;
};

export type Msvm_ExternalEthernetPort_Methods = CIM_EthernetPort_Methods;

export type Msvm_ExternalEthernetPortCapabilities = common.CIM_Capabilities & {
  IOVSupport: boolean | null;
  IOVSupportReasons: readonly (string | null)[] | null;
};

export type Msvm_FailoverNetworkAdapterSettingData = common.CIM_SettingData & {
  ProtocolIFType: number | null;
  DHCPEnabled: boolean | null;
  IPAddresses: readonly (string | null)[] | null;
  Subnets: readonly (string | null)[] | null;
  DefaultGateways: readonly (string | null)[] | null;
  DNSServers: readonly (string | null)[] | null;
};

export type Msvm_GuestNetworkAdapterConfiguration = {
  InstanceID: string | null;
  ProtocolIFType: number | null;
  DHCPEnabled: boolean | null;
  IPAddresses: readonly (string | null)[] | null;
  Subnets: readonly (string | null)[] | null;
  DefaultGateways: readonly (string | null)[] | null;
  DNSServers: readonly (string | null)[] | null;
  IPAddressOrigins: readonly (number | null)[] | null;
};

export type Msvm_InternalEthernetPort = CIM_EthernetPort;

export type Msvm_InternalEthernetPort_Methods = CIM_EthernetPort_Methods;

export type Msvm_LANEndpoint = CIM_LANEndpoint & {
  Connected: boolean | null;
};

export type Msvm_LANEndpoint_Methods = CIM_LANEndpoint_Methods;

export type Msvm_NetworkConnectionDiagnosticInformation = {
  RoundTripTime: number | null;
};

export type Msvm_NetworkConnectionDiagnosticSettingData = common.CIM_SettingData & {
  IsSender: boolean | null;
  SenderIP: string | null;
  ReceiverIP: string | null;
  ReceiverMac: string | null;
  IsolationId: number | null;
  SequenceNumber: number | null;
  PayloadSize: number | null;
};

export type Msvm_SyntheticEthernetPort = CIM_EthernetPort;

export type Msvm_SyntheticEthernetPort_Methods = CIM_EthernetPort_Methods;

export type Msvm_SyntheticEthernetPortSettingData = common.CIM_EthernetPortAllocationSettingData & {
  VirtualSystemIdentifiers: readonly (string | null)[] | null;
  DeviceNamingEnabled: boolean | null;
  AllowPacketDirect: boolean | null;
  StaticMacAddress: boolean | null;
  ClusterMonitored: boolean | null;
  AllowDirectTranslatedP2P: boolean | null;
  InterruptModeration: boolean | null;
  MediaType: number | null;
  NumaAwarePlacement: boolean | null;
};

export type Msvm_WiFiDeviceSAPImplementation = common.CIM_DeviceSAPImplementation;

export type Msvm_WiFiEndpoint = CIM_WiFiEndpoint & {
  Connected: boolean | null;
};

export type Msvm_WiFiEndpoint_Methods = CIM_WiFiEndpoint_Methods;

export type Msvm_WiFiPort = CIM_WiFiPort & {
  IsBound: boolean | null;
};

export type Msvm_WiFiPort_Methods = CIM_WiFiPort_Methods;

export type Vsms_PathService = common.CIM_Service;

export interface Vsms_PathService_Methods extends common.CIM_Service_Methods {
  GetHostPaths: {
    in: { Configuration?: Reference | null };
    out: {
      Settings?: readonly (string | null)[] | null;
      Properties?: readonly (string | null)[] | null;
      Paths?: readonly (string | null)[] | null;
      HostPaths?: readonly (string | null)[] | null;
      Problems?: readonly (string | null)[] | null;
    };
  };
}

export type Msvm_ElementAllocatedFromNumaNode = common.CIM_Dependency;

export type Msvm_Memory = CIM_Memory & {
  MemoryEncryption: boolean | null;
};

export type Msvm_Memory_Methods = CIM_Memory_Methods;

export type Msvm_MemorySettingData = common.CIM_ResourceAllocationSettingData & {
  HugePagesEnabled: boolean | null;
  DynamicMemoryEnabled: boolean | null;
  TargetMemoryBuffer: number | null;
  IsVirtualized: boolean | null;
  SwapFilesInUse: boolean | null;
  MaxMemoryBlocksPerNumaNode: bigint | null;
  SgxSize: bigint | null;
  SgxEnabled: boolean | null;
  MemoryAccessTrackingPolicy: number | null;
  MemoryEncryptionPolicy: number | null;
  SgxLaunchControlDefault: string | null;
  SgxLaunchControlMode: number | null;
};

export type Msvm_NumaNode = common.CIM_EnabledLogicalElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  CreationClassName: string | null;
  NodeID: string | null;
  NumberOfProcessorCores: number | null;
  NumberOfLogicalProcessors: number | null;
  CurrentlyConsumableMemoryBlocks: bigint | null;
  CurrentlyAssignedVirtualProcessors: number | null;
};

export type Msvm_NumaNode_Methods = common.CIM_EnabledLogicalElement_Methods;

export type Msvm_NumaNodeTopology = common.CIM_ManagedElement & {
  CountOfMemoryBlocks: bigint | null;
  CountOfProcessors: number | null;
  PhysicalNodeNumber: number | null;
  VirtualNodeNumber: number | null;
  VirtualSocketNumber: number | null;
};

export type Msvm_PersistentMemoryController = common.CIM_Controller;

export type Msvm_PersistentMemoryController_Methods = common.CIM_Controller_Methods;

export type Msvm_Processor = common.CIM_Processor & {
  LoadPercentageHistory: readonly (number | null)[] | null;
};

export type Msvm_Processor_Methods = common.CIM_Processor_Methods;

export type Msvm_ProcessorPool = common.CIM_ResourcePool;

export interface Msvm_ProcessorPool_Methods {
  CalculatePossibleReserve: {
    in: { ProcessorCount?: number | null };
    out: {};
  };
}

export type Msvm_ProcessorSettingData = common.CIM_ResourceAllocationSettingData & {
  LimitCPUID: boolean | null;
  HwThreadsPerCore: bigint | null;
  LimitProcessorFeatures: boolean | null;
  MaxProcessorsPerNumaNode: bigint | null;
  MaxNumaNodesPerSocket: bigint | null;
  EnableHostResourceProtection: boolean | null;
  CpuGroupId: string | null;
  HideHypervisorPresent: boolean | null;
  ExposeVirtualizationExtensions: boolean | null;
  AllowACountMCount: boolean | null;
  ApicMode: number | null;
  CpuBrandString: string | null;
  DisableSpeculationControls: boolean | null;
  EnableLegacyApicMode: boolean | null;
  EnablePageShattering: number | null;
  EnablePerfmonArchPmu: boolean | null;
  EnablePerfmonIpt: boolean | null;
  EnablePerfmonLbr: boolean | null;
  EnablePerfmonPebs: boolean | null;
  EnablePerfmonPmu: boolean | null;
  EnableSocketTopology: boolean | null;
  EnlightenmentSet: string | null;
  ExtendedVirtualizationExtensions: number | null;
  L3CacheWays: number | null;
  L3ProcessorDistributionPolicy: number | null;
  LimitProcessorFeaturesMode: number | null;
  MaxClusterCountPerSocket: number | null;
  MaxHwIsolatedGuests: number | null;
  MaxProcessorCountPerL3: number | null;
  PerfCpuFreqCapMhz: number | null;
  PhysicalAddressWidth: number | null;
  ProcessorFeatureSet: string | null;
};

export type Msvm_CollectionReferencePointService = common.CIM_Service;

export interface Msvm_CollectionReferencePointService_Methods extends common.CIM_Service_Methods {
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

export type Msvm_ReferencePointOfVirtualSystem = common.CIM_Dependency;

export type Msvm_VirtualSystemReferencePointExportJob = common.CIM_ConcreteJob & {
  Cancellable: boolean | null;
  ErrorSummaryDescription: string | null;
  ExportDirectory: string | null;
  VirtualMachineId: string | null;
  ReferencePointId: string | null;
  BaseReferencePointId: string | null;
  ExportedDisks: readonly (string | null)[] | null;
  ExportedLogFilePaths: readonly (string | null)[] | null;
  ExportedConfigFilePath: string | null;
  ExportedRuntimeFilePath: string | null;
  ExportedGuestStateFilePath: string | null;
};

export interface Msvm_VirtualSystemReferencePointExportJob_Methods extends common.CIM_ConcreteJob_Methods {
  GetErrorEx: {
    in: {};
    out: { Errors?: readonly (string | null)[] | null };
  };
}

export type Msvm_VirtualSystemReferencePointService = common.CIM_Service;

export interface Msvm_VirtualSystemReferencePointService_Methods extends common.CIM_Service_Methods {
  CreateReferencePoint: {
    in: {
      AffectedSystem?: Reference | null;
      ReferencePointSettings?: string | null;
      ReferencePointType?: number | null;
      ResultingReferencePoint?: Reference | null;
    };
    out: { ResultingReferencePoint?: Reference | null; Job?: Reference | null };
  };
  ExportReferencePoint: {
    in: { ReferencePoint?: Reference | null; ExportDirectory?: string | null; ExportSettingData?: string | null };
    out: { Job?: Reference | null };
  };
  DestroyReferencePoint: {
    in: { AffectedReferencePoint?: Reference | null };
    out: { Job?: Reference | null };
  };
  RemoveAssociatedData: {
    in: { AffectedReferencePoint?: Reference | null };
    out: { Job?: Reference | null };
  };
  ImportReferencePointMetadata: {
    in: { AffectedSystem?: Reference | null; ConfigFilePath?: string | null; RuntimeStateFilePath?: string | null };
    out: { Job?: Reference | null };
  };
}

export type Msvm_ReplicaSystemDependency = common.CIM_Dependency;

export type Msvm_ReplicationAuthorizationSettingData = common.CIM_SettingData & {
  AllowedPrimaryHostSystem: string | null;
  TrustGroup: string | null;
  ReplicaStorageLocation: string | null;
};

export type Msvm_ReplicationProvider = common.CIM_ManagedSystemElement;

export type Msvm_ReplicationRelationship = common.CIM_ManagedSystemElement & {
  ReplicationState: number | null;
  ReplicationHealth: number | null;
  FailedOverReplicationType: number | null;
  LastReplicationType: number | null;
  LastApplicationConsistentReplicationTime: string | null;
  LastReplicationTime: string | null;
  LastApplyTime: string | null;
};

export type Msvm_ReplicationService = common.CIM_Service;

export interface Msvm_ReplicationService_Methods extends common.CIM_Service_Methods {
  ModifyServiceSettings: {
    in: { SettingData?: string | null };
    out: { Job?: Reference | null };
  };
  AddAuthorizationEntry: {
    in: { AuthorizationEntry?: string | null };
    out: { Job?: Reference | null };
  };
  ModifyAuthorizationEntry: {
    in: { AuthorizationEntry?: string | null };
    out: { Job?: Reference | null };
  };
  RemoveAuthorizationEntry: {
    in: { AllowedPrimaryHostSystem?: string | null };
    out: { Job?: Reference | null };
  };
  TestReplicationConnection: {
    in: {
      RecoveryConnectionPoint?: string | null;
      RecoveryServerPortNumber?: number | null;
      AuthenticationType?: number | null;
      CertificateThumbPrint?: string | null;
      BypassProxyServer?: boolean | null;
    };
    out: { Job?: Reference | null };
  };
  CreateReplicationRelationship: {
    in: { ComputerSystem?: Reference | null; ReplicationSettingData?: string | null };
    out: { Job?: Reference | null };
  };
  ModifyReplicationSettings: {
    in: { ComputerSystem?: Reference | null; ReplicationSettingData?: string | null };
    out: { Job?: Reference | null };
  };
  RemoveReplicationRelationship: {
    in: { ComputerSystem?: Reference | null };
    out: { Job?: Reference | null };
  };
  RemoveReplicationRelationshipEx: {
    in: { ComputerSystem?: Reference | null; ReplicationRelationship?: string | null };
    out: { Job?: Reference | null };
  };
  StartReplication: {
    in: {
      ComputerSystem?: Reference | null;
      InitialReplicationType?: number | null;
      InitialReplicationExportLocation?: string | null;
      StartTime?: string | null;
    };
    out: { Job?: Reference | null };
  };
  ImportInitialReplica: {
    in: { ComputerSystem?: Reference | null; InitialReplicationImportLocation?: string | null };
    out: { Job?: Reference | null };
  };
  ReverseReplicationRelationship: {
    in: { ComputerSystem?: Reference | null; ReplicationSettingData?: string | null };
    out: { Job?: Reference | null };
  };
  InitiateFailover: {
    in: { ComputerSystem?: Reference | null; SnapshotSettingData?: Reference | null };
    out: { Job?: Reference | null };
  };
  RevertFailover: {
    in: { ComputerSystem?: Reference | null };
    out: { Job?: Reference | null };
  };
  CommitFailover: {
    in: { ComputerSystem?: Reference | null };
    out: { Job?: Reference | null };
  };
  TestReplicaSystem: {
    in: { ComputerSystem?: Reference | null; SnapshotSettingData?: Reference | null };
    out: { ResultingSystem?: Reference | null; Job?: Reference | null };
  };
  Resynchronize: {
    in: { ComputerSystem?: Reference | null; StartTime?: string | null };
    out: { Job?: Reference | null };
  };
  SetFailoverNetworkAdapterSettings: {
    in: { ComputerSystem?: Reference | null; NetworkSettings?: readonly (string | null)[] | null };
    out: { Job?: Reference | null };
  };
  GetReplicationStatistics: {
    in: { ComputerSystem?: Reference | null };
    out: {
      ReplicationStatistics?: readonly (string | null)[] | null;
      ReplicationHealthIssues?: readonly (string | null)[] | null;
      Job?: Reference | null;
    };
  };
  GetReplicationStatisticsEx: {
    in: { ComputerSystem?: Reference | null; ReplicationRelationship?: string | null };
    out: {
      ReplicationStatistics?: readonly (string | null)[] | null;
      ReplicationHealthIssues?: readonly (string | null)[] | null;
      Job?: Reference | null;
    };
  };
  ResetReplicationStatistics: {
    in: { ComputerSystem?: Reference | null };
    out: { Job?: Reference | null };
  };
  ResetReplicationStatisticsEx: {
    in: { ComputerSystem?: Reference | null; ReplicationRelationship?: string | null };
    out: { Job?: Reference | null };
  };
  SetAuthorizationEntry: {
    in: { ComputerSystem?: Reference | null; AuthorizationEntry?: string | null };
    out: { Job?: Reference | null };
  };
  GetSystemCertificates: {
    in: {};
    out: { EncodedCertificates?: readonly (string | null)[] | null };
  };
  ChangeReplicationModeToPrimary: {
    in: { ComputerSystem?: Reference | null; ReplicationRelationship?: string | null };
    out: { Job?: Reference | null };
  };
  InitiateFailback: {
    in: {
      ComputerSystem?: Reference | null;
      ReplicationSettingData?: string | null;
      RecoveryPointIdentifier?: string | null;
    };
    out: { Job?: Reference | null };
  };
}

export type Msvm_ReplicationServiceSettingData = common.CIM_SettingData & {
  RecoveryServerEnabled: boolean | null;
  AllowedAuthenticationType: number | null;
  CertificateThumbPrint: string | null;
  HttpsPort: number | null;
  HttpPort: number | null;
  MonitoringStartTime: string | null;
  MonitoringInterval: number | null;
};

export type Msvm_ReplicationSettingData = common.CIM_VirtualSystemSettingData & {
  AuthenticationType: number | null;
  CertificateThumbPrint: string | null;
  RootCertificateThumbPrint: string | null;
  CompressionEnabled: boolean | null;
  BypassProxyServer: boolean | null;
  RecoveryConnectionPoint: string | null;
  RecoveryHostSystem: string | null;
  PrimaryConnectionPoint: string | null;
  PrimaryHostSystem: string | null;
  RecoveryServerPortNumber: number | null;
  ReplicateHostKvpItems: boolean | null;
  ApplicationConsistentSnapshotInterval: number | null;
  RecoveryHistory: number | null;
  IncludedDisks: readonly (string | null)[] | null;
  AutoResynchronizeEnabled: boolean | null;
  AutoResynchronizeIntervalStart: string | null;
  AutoResynchronizeIntervalEnd: string | null;
  EnableWriteOrderPreservationAcrossDisks: boolean | null;
  ReplicationProvider: string | null;
  AdditionalSettings: string | null;
  ReplicationInterval: number | null;
};

export type Msvm_ReplicationStatistics = common.CIM_ManagedElement & {
  StartStatisticTime: string | null;
  EndStatisticTime: string | null;
  ReplicationSuccessCount: number | null;
  ReplicationSize: bigint | null;
  MaxReplicationSize: bigint | null;
  ReplicationLatency: number | null;
  ReplicationMissCount: number | null;
  MaxReplicationLatency: number | null;
  NetworkFailureCount: number | null;
  ReplicationFailureCount: number | null;
  PendingReplicationSize: bigint | null;
  ApplicationConsistentSnapshotFailureCount: number | null;
  ReplicationHealth: number | null;
  LastTestFailoverTime: string | null;
};

export type Msvm_SystemReplicationRelationship = common.CIM_Dependency;

export type Msvm_AbstractResourcePoolSettingData = common.CIM_SettingData & {
  PoolID: string | null;
  ResourceType: number | null;
  OtherResourceType: string | null;
  ResourceSubType: string | null;
  LoadBalancingBehavior: number | null;
  MappingBehavior: number | null;
  MappingOrder: readonly (string | null)[] | null;
  Notes: string | null;
};

export type Msvm_ResourcePoolSettingData = Msvm_AbstractResourcePoolSettingData;

export type Msvm_AllocationCapabilities = common.CIM_AllocationCapabilities;

export type Msvm_HostedResourcePool = common.CIM_SystemComponent;

export type Msvm_ResourcePool = common.CIM_ResourcePool;

export type Msvm_ResourcePoolConfigurationCapabilities = common.CIM_Capabilities & {
  AsynchronousMethodsSupported: readonly (number | null)[] | null;
  SynchronousMethodsSupported: readonly (number | null)[] | null;
};

export type Msvm_ResourcePoolConfigurationService = common.CIM_Service;

export interface Msvm_ResourcePoolConfigurationService_Methods extends common.CIM_Service_Methods {
  CreatePool: {
    in: {
      PoolSettings?: string | null;
      ParentPools?: readonly (Reference | null)[] | null;
      AllocationSettings?: readonly (string | null)[] | null;
    };
    out: { Pool?: Reference | null; Job?: Reference | null };
  };
  ModifyPoolResources: {
    in: {
      ChildPool?: Reference | null;
      ParentPools?: readonly (Reference | null)[] | null;
      AllocationSettings?: readonly (string | null)[] | null;
    };
    out: { Job?: Reference | null };
  };
  ModifyPoolSettings: {
    in: { ChildPool?: Reference | null; PoolSettings?: string | null };
    out: { Job?: Reference | null };
  };
  DeletePool: {
    in: { Pool?: Reference | null };
    out: { Job?: Reference | null };
  };
}

export type Msvm_VirtualizationComponent = {
  CLSID: string | null;
  Context: number | null;
  Enabled: boolean | null;
  Name: string | null;
};

export type Msvm_ResourcePoolComponent = Msvm_VirtualizationComponent & {
  AllocationCapabilitiesClassName: string | null;
  ResourcePoolClassName: string | null;
  ResourcePoolSettingDataClassName: string | null;
  PhysicalDeviceClassName: string | null;
  WmiFactoryCLSID: string | null;
  MaxParentPools: number | null;
};

export type Msvm_VirtualSystemResourceComponent = Msvm_VirtualizationComponent & {
  AdditionalClassNames: readonly (string | null)[] | null;
  Type: number | null;
  HotAdd: boolean | null;
  HotRemove: boolean | null;
};

export type Msvm_CollectionSnapshotService = common.CIM_Service;

export interface Msvm_CollectionSnapshotService_Methods extends common.CIM_Service_Methods {
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

export type Msvm_LastAppliedSnapshot = common.CIM_LastAppliedSnapshot;

export type Msvm_VHDSnapshotInformation = {
  FilePath: string | null;
  SnapshotId: string | null;
  SnapshotPath: string | null;
  ParentPathsList: readonly (string | null)[] | null;
  CreationTime: string | null;
  ResilientChangeTrackingId: string | null;
};

export type Msvm_BasedOn = common.CIM_BasedOn;

export type Msvm_DiskDrive = CIM_DiskDrive & {
  DriveNumber: number | null;
};

export type Msvm_DiskDrive_Methods = CIM_DiskDrive_Methods;

export type Msvm_DisketteController = common.CIM_Controller;

export type Msvm_DisketteController_Methods = common.CIM_Controller_Methods;

export type Msvm_DisketteDrive = CIM_DisketteDrive;

export type Msvm_DisketteDrive_Methods = CIM_DisketteDrive_Methods;

export type Msvm_DiskMergeSettingData = common.CIM_SettingData & {
  EnabledState: number | null;
};

export type Msvm_DVDDrive = CIM_DVDDrive;

export type Msvm_DVDDrive_Methods = CIM_DVDDrive_Methods;

export type Msvm_ImageManagementService = common.CIM_Service;

export interface Msvm_ImageManagementService_Methods extends common.CIM_Service_Methods {
  SetVirtualHardDiskSettingData: {
    in: { VirtualDiskSettingData?: string | null };
    out: { Job?: Reference | null };
  };
  CreateVirtualHardDisk: {
    in: { VirtualDiskSettingData?: string | null };
    out: { Job?: Reference | null };
  };
  SetParentVirtualHardDisk: {
    in: {
      ChildPath?: string | null;
      ParentPath?: string | null;
      LeafPath?: string | null;
      IgnoreIDMismatch?: boolean | null;
    };
    out: { Job?: Reference | null };
  };
  CreateVirtualFloppyDisk: {
    in: { Path?: string | null };
    out: { Job?: Reference | null };
  };
  MergeVirtualHardDisk: {
    in: { SourcePath?: string | null; DestinationPath?: string | null };
    out: { Job?: Reference | null };
  };
  CompactVirtualHardDisk: {
    in: { Path?: string | null; Mode?: number | null };
    out: { Job?: Reference | null };
  };
  ResizeVirtualHardDisk: {
    in: { Path?: string | null; MaxInternalSize?: bigint | null };
    out: { Job?: Reference | null };
  };
  ConvertVirtualHardDisk: {
    in: { SourcePath?: string | null; VirtualDiskSettingData?: string | null };
    out: { Job?: Reference | null };
  };
  GetVirtualHardDiskSettingData: {
    in: { Path?: string | null };
    out: { SettingData?: string | null; Job?: Reference | null };
  };
  GetVirtualHardDiskState: {
    in: { Path?: string | null };
    out: { State?: string | null; Job?: Reference | null };
  };
  AttachVirtualHardDisk: {
    in: { Path?: string | null; AssignDriveLetter?: boolean | null; ReadOnly?: boolean | null };
    out: { Job?: Reference | null };
  };
  ValidateVirtualHardDisk: {
    in: { Path?: string | null };
    out: { Job?: Reference | null };
  };
  ValidatePersistentReservationSupport: {
    in: { Path?: string | null };
    out: { Job?: Reference | null };
  };
  GetVHDSetInformation: {
    in: { VHDSetPath?: string | null; AdditionalInformation?: readonly (number | null)[] | null };
    out: { Information?: string | null; Job?: Reference | null };
  };
  GetVHDSnapshotInformation: {
    in: {
      VHDSetPath?: string | null;
      SnapshotIds?: readonly (string | null)[] | null;
      AdditionalInformation?: readonly (number | null)[] | null;
    };
    out: { SnapshotInformation?: readonly (string | null)[] | null; Job?: Reference | null };
  };
  SetVHDSnapshotInformation: {
    in: { Information?: string | null };
    out: { Job?: Reference | null };
  };
  DeleteVHDSnapshot: {
    in: { VHDSetPath?: string | null; SnapshotId?: string | null; PersistReferenceSnapshot?: boolean | null };
    out: { Job?: Reference | null };
  };
  ConvertVirtualHardDiskToVHDSet: {
    in: { VirtualHardDiskPath?: string | null };
    out: { Job?: Reference | null };
  };
  OptimizeVHDSet: {
    in: { VHDSetPath?: string | null };
    out: { Job?: Reference | null };
  };
  GetVirtualDiskChanges: {
    in: {
      Path?: string | null;
      LimitId?: string | null;
      TargetSnapshotId?: string | null;
      ByteOffset?: bigint | null;
      ByteLength?: bigint | null;
    };
    out: {
      ProcessedByteLength?: bigint | null;
      ChangedByteOffsets?: readonly (bigint | null)[] | null;
      ChangedByteLengths?: readonly (bigint | null)[] | null;
      Job?: Reference | null;
    };
  };
  FindMountedStorageImageInstance: {
    in: { SelectionCriterion?: string | null; CriterionType?: number | null };
    out: { Image?: Reference | null };
  };
}

export type Msvm_LogicalDisk = CIM_LogicalDisk;

export type Msvm_LogicalDisk_Methods = CIM_LogicalDisk_Methods;

export type Msvm_MountedStorageImage = common.CIM_LogicalElement & {
  Type: number | null;
  Access: number | null;
  PortNumber: number | null;
  PathId: number | null;
  TargetId: number | null;
  Lun: number | null;
  PnpDevicePath: string | null;
};

export interface Msvm_MountedStorageImage_Methods {
  DetachVirtualHardDisk: {
    in: {};
    out: {};
  };
}

export type Msvm_MoveUnmanagedVhd = common.CIM_ManagedElement & {
  VhdSourcePath: string | null;
  VhdDestinationPath: string | null;
};

export type Msvm_ProtocolControllerForUnit = common.CIM_ProtocolControllerForUnit;

export type Msvm_StorageAlert = common.CIM_AlertIndication;

export type Msvm_StorageAllocationSettingData = common.CIM_StorageAllocationSettingData & {
  StorageQoSPolicyID: string | null;
  IOPSLimit: bigint | null;
  IOPSReservation: bigint | null;
  IOPSAllocationUnits: string | null;
  PersistentReservationsSupported: boolean | null;
  CachingMode: number | null;
  SnapshotId: string | null;
  IgnoreFlushes: boolean | null;
  WriteHardeningMethod: number | null;
};

export type Msvm_SystemComponentSettingData = common.CIM_SettingData;

export type Msvm_StorageSettingData = Msvm_SystemComponentSettingData & {
  VirtualProcessorsPerChannel: number | null;
  DisableInterruptBatching: boolean | null;
  ThreadCountPerChannel: number | null;
};

export type Msvm_VHDSetInformation = {
  Path: string | null;
  SnapshotIdList: readonly (string | null)[] | null;
  AllPaths: readonly (string | null)[] | null;
};

export type Msvm_VirtualHardDiskSettingData = common.CIM_SettingData & {
  Type: number | null;
  Format: number | null;
  Path: string | null;
  ParentPath: string | null;
  ParentTimestamp: string | null;
  ParentIdentifier: string | null;
  MaxInternalSize: bigint | null;
  BlockSize: number | null;
  LogicalSectorSize: number | null;
  PhysicalSectorSize: number | null;
  VirtualDiskId: string | null;
  DataAlignment: bigint | null;
  PmemAddressAbstractionType: number | null;
  IsPmemCompatible: boolean | null;
};

export type Msvm_VirtualHardDiskState = {
  FileSize: bigint | null;
  InUse: boolean | null;
  MinInternalSize: bigint | null;
  PhysicalSectorSize: number | null;
  Alignment: number | null;
  FragmentationPercentage: number | null;
  Timestamp: string | null;
};

export type Msvm_VirtualLogicalUnitSettingData = common.CIM_ResourceAllocationSettingData & {
  StorageSubsystemType: string | null;
};

export type Vsms_TransferService = common.CIM_Service;

export interface Vsms_TransferService_Methods extends common.CIM_Service_Methods {
  ExportSystem: {
    in: {
      ComputerSystem?: Reference | null;
      ExportDirectory?: string | null;
      ExportSettingData?: string | null;
      DiskFormat?: number | null;
    };
    out: { Job?: Reference | null };
  };
  GetSourceDependencies: {
    in: { ComputerSystem?: Reference | null };
    out: {
      Disks?: readonly (string | null)[] | null;
      Files?: readonly (string | null)[] | null;
      Problems?: readonly (string | null)[] | null;
      OfCheckpoints?: readonly (boolean | null)[] | null;
    };
  };
  DetachSource: {
    in: { ComputerSystem?: Reference | null };
    out: {};
  };
  SetDeviceModels: {
    in: { ComputerSystem?: Reference | null; DeviceModels?: string | null };
    out: {};
  };
}

export type Msvm_DynamicForwardingEntry = common.CIM_DynamicForwardingEntry & {
  VlanId: number | null;
};

export type Msvm_EthernetSwitchExtension = common.CIM_EnabledLogicalElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  CreationClassName: string | null;
  ExtensionType: number | null;
  Vendor: string | null;
  Version: string | null;
};

export type Msvm_EthernetSwitchExtension_Methods = common.CIM_EnabledLogicalElement_Methods;

export type Msvm_EthernetSwitchExtensionCapabilities = common.CIM_ElementCapabilities;

export type Msvm_EthernetSwitchInfo = common.CIM_Dependency;

export type Msvm_EthernetSwitchPort = CIM_EthernetPort & {
  VMQOffloadUsage: number | null;
  IOVOffloadUsage: number | null;
};

export type Msvm_EthernetSwitchPort_Methods = CIM_EthernetPort_Methods;

export type Msvm_FcSwitchPort = CIM_FCPort;

export type Msvm_FcSwitchPort_Methods = CIM_FCPort_Methods;

export type Msvm_HostedEthernetSwitchExtension = common.CIM_HostedDependency;

export type Msvm_InstalledEthernetSwitchExtension = common.CIM_ManagedSystemElement & {
  ExtensionType: number | null;
  Vendor: string | null;
  Version: string | null;
};

export type Msvm_ParentEthernetSwitchExtension = common.CIM_Dependency;

export type Msvm_TransparentBridgingService = CIM_TransparentBridgingService;

export type Msvm_TransparentBridgingService_Methods = CIM_TransparentBridgingService_Methods;

export type Msvm_VirtualEthernetSwitch = CIM_ComputerSystem & {
  MaxVMQOffloads: number | null;
  MaxIOVOffloads: number | null;
};

export type Msvm_VirtualEthernetSwitch_Methods = CIM_ComputerSystem_Methods;

export type Msvm_VirtualEthernetSwitchManagementCapabilities = common.CIM_VirtualSystemManagementCapabilities & {
  IOVSupport: boolean | null;
  IOVSupportReasons: readonly (string | null)[] | null;
};

export type Msvm_VirtualEthernetSwitchManagementService = common.CIM_VirtualSystemManagementService;

export interface Msvm_VirtualEthernetSwitchManagementService_Methods extends common.CIM_VirtualSystemManagementService_Methods {
  AddFeatureSettings: {
    in: { AffectedConfiguration?: Reference | null; FeatureSettings?: readonly (string | null)[] | null };
    out: { ResultingFeatureSettings?: readonly (Reference | null)[] | null; Job?: Reference | null };
  };
  ModifyFeatureSettings: {
    in: { FeatureSettings?: readonly (string | null)[] | null };
    out: { ResultingFeatureSettings?: readonly (Reference | null)[] | null; Job?: Reference | null };
  };
  RemoveFeatureSettings: {
    in: { FeatureSettings?: readonly (Reference | null)[] | null };
    out: { Job?: Reference | null };
  };
}

export type Msvm_VirtualEthernetSwitchSettingDataComponent = common.CIM_Component;

export type Msvm_VirtualFcSwitch = CIM_ComputerSystem;

export type Msvm_VirtualFcSwitch_Methods = CIM_ComputerSystem_Methods;

export type Msvm_VirtualFcSwitchSettingData = common.CIM_VirtualSystemSettingData;

export type Msvm_VLANEndpoint = CIM_VLANEndpoint & {
  SupportedEndpointModes: readonly (number | null)[] | null;
};

export type Msvm_VLANEndpoint_Methods = CIM_VLANEndpoint_Methods;

export type Msvm_BootSourceComponent = common.CIM_Component;

export type Msvm_BootSourceSettingData = common.CIM_SettingData & {
  BootSourceType: number | null;
  OtherLocation: string | null;
  FirmwareDevicePath: string | null;
  BootSourceDescription: string | null;
  OptionalData: readonly (number | null)[] | null;
};

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

export type Msvm_PlannedComputerSystem = CIM_ComputerSystem & {
  AssignedNumaNodeList: readonly (number | null)[] | null;
  OnTimeInMilliseconds: bigint | null;
  ProcessID: number | null;
  TimeOfLastConfigurationChange: string | null;
};

export type Msvm_PlannedComputerSystem_Methods = CIM_ComputerSystem_Methods;

export type Msvm_ResourceAllocationSettingData = common.CIM_ResourceAllocationSettingData & {
  VirtualSystemIdentifiers: readonly (string | null)[] | null;
  TargetVtl: number | null;
};

export type Msvm_SecurityElement = common.CIM_EnabledLogicalElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  CreationClassName: string | null;
  Shielded: boolean | null;
  EncryptStateAndVmMigrationTrafficEnabled: boolean | null;
};

export type Msvm_SecurityElement_Methods = common.CIM_EnabledLogicalElement_Methods;

export type Msvm_SecurityService = common.CIM_Service;

export interface Msvm_SecurityService_Methods extends common.CIM_Service_Methods {
  ModifySecuritySettings: {
    in: { SecuritySettingData?: string | null };
    out: { Job?: Reference | null };
  };
  SetSecurityPolicy: {
    in: { SecuritySettingData?: string | null; SecurityPolicy?: readonly (number | null)[] | null };
    out: { Job?: Reference | null };
  };
  SetKeyProtector: {
    in: { SecuritySettingData?: string | null; KeyProtector?: readonly (number | null)[] | null };
    out: { Job?: Reference | null };
  };
  GetKeyProtector: {
    in: { SecuritySettingData?: string | null };
    out: { KeyProtector?: readonly (number | null)[] | null };
  };
  RestoreLastKnownGoodKeyProtector: {
    in: { SecuritySettingData?: string | null };
    out: { Job?: Reference | null };
  };
}

export type Msvm_SecuritySettingData = common.CIM_SettingData & {
  TpmEnabled: boolean | null;
  KsdEnabled: boolean | null;
  ShieldingRequested: boolean | null;
  DataProtectionRequested: boolean | null;
  EncryptStateAndVmMigrationTraffic: boolean | null;
  VirtualizationBasedSecurityOptOut: boolean | null;
  AppContainerLaunchOptOut: boolean | null;
  BindToHostTpm: boolean | null;
};

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
  ThumbnailImageHeight: number | null;
  ThumbnailImageWidth: number | null;
  ReplicationState: number | null;
  ReplicationStateEx: readonly (number | null)[] | null;
  ReplicationHealth: number | null;
  ReplicationHealthEx: readonly (number | null)[] | null;
  ReplicationMode: number | null;
  TestReplicaSystem: Reference | null;
  ApplicationHealth: number | null;
  IntegrationServicesVersionState: number | null;
  MemorySpansPhysicalNumaNodes: boolean | null;
  ReplicationProviderId: readonly (string | null)[] | null;
  HypervisorPartitionId: bigint | null;
};

export type Msvm_SystemComponent = common.CIM_SystemComponent;

export type Msvm_VirtualSystemSettingData = common.CIM_VirtualSystemSettingData & {
  BIOSGUID: string | null;
  BIOSSerialNumber: string | null;
  BaseBoardSerialNumber: string | null;
  ChassisSerialNumber: string | null;
  Architecture: string | null;
  ChassisAssetTag: string | null;
  BIOSNumLock: boolean | null;
  BootOrder: readonly (number | null)[] | null;
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
  AllowReducedFcRedundancy: boolean | null;
  VirtualSystemSubType: string | null;
  BootSourceOrder: readonly (string | null)[] | null;
  PauseAfterBootFailure: boolean | null;
  NetworkBootPreferredProtocol: number | null;
  GuestControlledCacheTypes: boolean | null;
  AutomaticSnapshotsEnabled: boolean | null;
  IsAutomaticSnapshot: boolean | null;
  GuestStateFile: string | null;
  GuestStateDataRoot: string | null;
  LockOnDisconnect: boolean | null;
  ParentPackage: string | null;
  AutomaticCriticalErrorActionTimeout: string | null;
  AutomaticCriticalErrorAction: number | null;
  ConsoleMode: number | null;
  SecureBootEnabled: boolean | null;
  SecureBootTemplateId: string | null;
  LowMmioGapSize: bigint | null;
  HighMmioGapSize: bigint | null;
  EnhancedSessionTransportType: number | null;
  BootPciExpress: boolean | null;
  BootPciExpressInstanceFilter: string | null;
  ClusterWideNodeCapabilitiesValidationMode: number | null;
  EnableHibernation: boolean | null;
  FirmwareFile: string | null;
  FirmwareParameters: readonly (number | null)[] | null;
  GuestFeatureSet: bigint | null;
  GuestStateIsolationEnabled: boolean | null;
  GuestStateIsolationMode: number | null;
  GuestStateIsolationType: number | null;
  HighMmioGapBase: bigint | null;
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
export interface V2Classes {
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
  Msvm_ActiveConnection: common.Msvm_ActiveConnection;
  Msvm_ConcreteComponent: common.Msvm_ConcreteComponent;
  Msvm_ConcreteDependency: Msvm_ConcreteDependency;
  Msvm_ElementCapabilities: Msvm_ElementCapabilities;
  Msvm_ElementConformsToProfile: common.Msvm_ElementConformsToProfile;
  Msvm_ElementSettingData: common.Msvm_ElementSettingData;
  Msvm_HostedDependency: common.Msvm_HostedDependency;
  Msvm_HostedService: common.Msvm_HostedService;
  Msvm_LogicalIdentity: Msvm_LogicalIdentity;
  Msvm_ParentChildSettingData: common.Msvm_ParentChildSettingData;
  Msvm_ResourceDependentOnResource: Msvm_ResourceDependentOnResource;
  Msvm_SettingDataComponent: Msvm_SettingDataComponent;
  Msvm_SettingsDefineCapabilities: Msvm_SettingsDefineCapabilities;
  Msvm_SettingsDefineState: common.Msvm_SettingsDefineState;
  Msvm_CollectedCollections: common.Msvm_CollectedCollections;
  Msvm_CollectedVirtualSystems: common.Msvm_CollectedVirtualSystems;
  Msvm_CollectionManagementService: Msvm_CollectionManagementService;
  Msvm_CollectionSettingData: common.Msvm_CollectionSettingData;
  Msvm_ManagementCollection: common.Msvm_ManagementCollection;
  Msvm_VirtualSystemCollection: Msvm_VirtualSystemCollection;
  Msvm_AssignableDeviceDismountSettingData: Msvm_AssignableDeviceDismountSettingData;
  Msvm_AssignableDeviceService: Msvm_AssignableDeviceService;
  Msvm_Battery: Msvm_Battery;
  Msvm_BatterySettingData: Msvm_BatterySettingData;
  Msvm_BIOSElement: Msvm_BIOSElement;
  Msvm_ControlledBy: common.Msvm_ControlledBy;
  Msvm_DeviceSAPImplementation: common.Msvm_DeviceSAPImplementation;
  Msvm_FlexIoDevice: Msvm_FlexIoDevice;
  Msvm_FlexIoDeviceSettingData: Msvm_FlexIoDeviceSettingData;
  Msvm_IDEController: Msvm_IDEController;
  Msvm_Keyboard: Msvm_Keyboard;
  Msvm_PciExpress: Msvm_PciExpress;
  Msvm_PciExpressSettingData: Msvm_PciExpressSettingData;
  Msvm_Ps2Mouse: Msvm_Ps2Mouse;
  Msvm_SCSIProtocolController: Msvm_SCSIProtocolController;
  Msvm_SerialController: Msvm_SerialController;
  Msvm_SerialPort: Msvm_SerialPort;
  Msvm_SerialPortOnSerialController: common.Msvm_SerialPortOnSerialController;
  Msvm_SerialPortSettingData: Msvm_SerialPortSettingData;
  Msvm_SyntheticKeyboard: Msvm_SyntheticKeyboard;
  Msvm_SyntheticMouse: Msvm_SyntheticMouse;
  Msvm_SystemBIOS: common.Msvm_SystemBIOS;
  Msvm_SystemDevice: common.Msvm_SystemDevice;
  Msvm_TPM: Msvm_TPM;
  Msvm_TPMSettingData: Msvm_TPMSettingData;
  Msvm_EthernetPortData: Msvm_EthernetPortData;
  Msvm_EthernetSwitchPortBandwidthData: Msvm_EthernetSwitchPortBandwidthData;
  Msvm_EthernetSwitchPortOffloadData: Msvm_EthernetSwitchPortOffloadData;
  Msvm_FeatureSettingData: Msvm_FeatureSettingData;
  Msvm_EthernetSwitchPortFeatureSettingData: Msvm_EthernetSwitchPortFeatureSettingData;
  Msvm_EthernetSwitchPortAclSettingData: Msvm_EthernetSwitchPortAclSettingData;
  Msvm_EthernetSwitchPortBandwidthSettingData: Msvm_EthernetSwitchPortBandwidthSettingData;
  Msvm_EthernetSwitchPortExtendedAclSettingData: Msvm_EthernetSwitchPortExtendedAclSettingData;
  Msvm_EthernetSwitchPortIsolationSettingData: Msvm_EthernetSwitchPortIsolationSettingData;
  Msvm_EthernetSwitchPortMigrationQosSettingData: Msvm_EthernetSwitchPortMigrationQosSettingData;
  Msvm_EthernetSwitchPortOffloadSettingData: Msvm_EthernetSwitchPortOffloadSettingData;
  Msvm_EthernetSwitchPortProfileSettingData: Msvm_EthernetSwitchPortProfileSettingData;
  Msvm_EthernetSwitchPortRdmaSettingData: Msvm_EthernetSwitchPortRdmaSettingData;
  Msvm_EthernetSwitchPortRoutingDomainSettingData: Msvm_EthernetSwitchPortRoutingDomainSettingData;
  Msvm_EthernetSwitchPortSecuritySettingData: Msvm_EthernetSwitchPortSecuritySettingData;
  Msvm_EthernetSwitchPortTeamMappingSettingData: Msvm_EthernetSwitchPortTeamMappingSettingData;
  Msvm_EthernetSwitchPortVfpSettingData: Msvm_EthernetSwitchPortVfpSettingData;
  Msvm_EthernetSwitchPortVlanSettingData: Msvm_EthernetSwitchPortVlanSettingData;
  Msvm_FeatureSettingsDefineCapabilities: Msvm_FeatureSettingsDefineCapabilities;
  Msvm_EthernetSwitchData: Msvm_EthernetSwitchData;
  Msvm_EthernetSwitchBandwidthData: Msvm_EthernetSwitchBandwidthData;
  Msvm_EthernetSwitchHardwareOffloadData: Msvm_EthernetSwitchHardwareOffloadData;
  Msvm_EthernetSwitchOperationalData: Msvm_EthernetSwitchOperationalData;
  Msvm_EthernetSwitchFeatureCapabilities: Msvm_EthernetSwitchFeatureCapabilities;
  Msvm_EthernetSwitchFeatureSettingData: Msvm_EthernetSwitchFeatureSettingData;
  Msvm_EthernetSwitchHardwareOffloadSettingData: Msvm_EthernetSwitchHardwareOffloadSettingData;
  Msvm_VirtualEthernetSwitchBandwidthSettingData: Msvm_VirtualEthernetSwitchBandwidthSettingData;
  Msvm_VirtualEthernetSwitchNicTeamingSettingData: Msvm_VirtualEthernetSwitchNicTeamingSettingData;
  Msvm_VirtualEthernetSwitchNicTeamingMember: Msvm_VirtualEthernetSwitchNicTeamingMember;
  Msvm_VirtualEthernetSwitchSettingData: Msvm_VirtualEthernetSwitchSettingData;
  Msvm_ExternalFcPort: Msvm_ExternalFcPort;
  Msvm_FcActiveConnection: Msvm_FcActiveConnection;
  Msvm_FcDeviceSAPImplementation: Msvm_FcDeviceSAPImplementation;
  Msvm_FcEndpoint: Msvm_FcEndpoint;
  Msvm_FcPortAllocationSettingData: Msvm_FcPortAllocationSettingData;
  Msvm_SyntheticFcPort: Msvm_SyntheticFcPort;
  Msvm_SyntheticFcPortSettingData: Msvm_SyntheticFcPortSettingData;
  Vsms_SnapshotForkService: Vsms_SnapshotForkService;
  Msvm_GpuPartition: Msvm_GpuPartition;
  Msvm_GpuPartitionSettingData: Msvm_GpuPartitionSettingData;
  Msvm_InteractiveSessionACE: Msvm_InteractiveSessionACE;
  Msvm_PartitionableGpu: Msvm_PartitionableGpu;
  Msvm_Physical3dGraphicsProcessor: Msvm_Physical3dGraphicsProcessor;
  Msvm_PhysicalGPUInfo: Msvm_PhysicalGPUInfo;
  Msvm_RdvComponent: Msvm_RdvComponent;
  Msvm_RdvComponentSettingData: Msvm_RdvComponentSettingData;
  Msvm_S3DisplayController: Msvm_S3DisplayController;
  Msvm_Synth3dVideoPool: Msvm_Synth3dVideoPool;
  Msvm_Synthetic3DDisplayController: Msvm_Synthetic3DDisplayController;
  Msvm_Synthetic3DDisplayControllerSettingData: Msvm_Synthetic3DDisplayControllerSettingData;
  Msvm_Synthetic3DService: Msvm_Synthetic3DService;
  Msvm_Synthetic3DServiceSettingData: Msvm_Synthetic3DServiceSettingData;
  Msvm_SyntheticDisplayController: Msvm_SyntheticDisplayController;
  Msvm_SyntheticDisplayControllerSettingData: Msvm_SyntheticDisplayControllerSettingData;
  Msvm_SystemTerminalConnection: common.Msvm_SystemTerminalConnection;
  Msvm_TerminalConnection: Msvm_TerminalConnection;
  Msvm_TerminalService: Msvm_TerminalService;
  Msvm_TerminalServiceSettingData: Msvm_TerminalServiceSettingData;
  Msvm_VideoHead: Msvm_VideoHead;
  Msvm_VideoHeadOnController: common.Msvm_VideoHeadOnController;
  Msvm_CopyFileToGuestJob: Msvm_CopyFileToGuestJob;
  Msvm_CopyFileToGuestSettingData: Msvm_CopyFileToGuestSettingData;
  Msvm_GuestClusterInformation: Msvm_GuestClusterInformation;
  Msvm_GuestCommunicationServiceSettingData: Msvm_GuestCommunicationServiceSettingData;
  Msvm_GuestService: Msvm_GuestService;
  Msvm_GuestCommunicationService: Msvm_GuestCommunicationService;
  Msvm_GuestFileService: Msvm_GuestFileService;
  Msvm_VssService: Msvm_VssService;
  Msvm_GuestServiceInterfaceComponent: Msvm_GuestServiceInterfaceComponent;
  Msvm_GuestServiceInterfaceComponentSettingData: Msvm_GuestServiceInterfaceComponentSettingData;
  Msvm_GuestServiceInterfaceSettingDataComponent: Msvm_GuestServiceInterfaceSettingDataComponent;
  Msvm_HeartbeatComponent: Msvm_HeartbeatComponent;
  Msvm_HeartbeatComponentSettingData: Msvm_HeartbeatComponentSettingData;
  Msvm_KvpExchangeComponent: Msvm_KvpExchangeComponent;
  Msvm_KvpExchangeComponentSettingData: Msvm_KvpExchangeComponentSettingData;
  Msvm_KvpExchangeDataItem: Msvm_KvpExchangeDataItem;
  Msvm_RegisteredGuestService: Msvm_RegisteredGuestService;
  Msvm_ServiceOfVssComponent: Msvm_ServiceOfVssComponent;
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
  Msvm_OwningJobElement: common.Msvm_OwningJobElement;
  Msvm_StorageJob: Msvm_StorageJob;
  Msvm_ServiceAffectsElement: common.Msvm_ServiceAffectsElement;
  Msvm_ServicingSettings: common.Msvm_ServicingSettings;
  Msvm_SystemExportSettingData: Msvm_SystemExportSettingData;
  Msvm_VirtualSystemCapabilities: Msvm_VirtualSystemCapabilities;
  Msvm_VirtualSystemExportSettingData: Msvm_VirtualSystemExportSettingData;
  Msvm_VirtualSystemManagementCapabilities: Msvm_VirtualSystemManagementCapabilities;
  Msvm_VirtualSystemManagementService: common.Msvm_VirtualSystemManagementService;
  Msvm_VirtualSystemManagementServiceSettingData: Msvm_VirtualSystemManagementServiceSettingData;
  Msvm_VirtualSystemUpgradeSettingData: Msvm_VirtualSystemUpgradeSettingData;
  Msvm_AggregationMetricDefinition: Msvm_AggregationMetricDefinition;
  Msvm_AggregationMetricValue: Msvm_AggregationMetricValue;
  Msvm_BaseMetricDefinition: Msvm_BaseMetricDefinition;
  Msvm_BaseMetricValue: Msvm_BaseMetricValue;
  Msvm_MetricCollectionDependency: Msvm_MetricCollectionDependency;
  Msvm_MetricDefForME: Msvm_MetricDefForME;
  Msvm_MetricForME: Msvm_MetricForME;
  Msvm_MetricInstance: Msvm_MetricInstance;
  Msvm_MetricService: Msvm_MetricService;
  Msvm_MetricServiceCapabilities: Msvm_MetricServiceCapabilities;
  Msvm_MetricServiceSettingData: Msvm_MetricServiceSettingData;
  Msvm_CompatibilityVector: Msvm_CompatibilityVector;
  Msvm_MigrationJob: common.Msvm_MigrationJob;
  Msvm_VirtualSystemMigrationCapabilities: Msvm_VirtualSystemMigrationCapabilities;
  Msvm_VirtualSystemMigrationNetworkSettingData: Msvm_VirtualSystemMigrationNetworkSettingData;
  Msvm_VirtualSystemMigrationService: Msvm_VirtualSystemMigrationService;
  Msvm_VirtualSystemMigrationServiceSettingData: Msvm_VirtualSystemMigrationServiceSettingData;
  Msvm_VirtualSystemMigrationServiceSettingDataComponent: Msvm_VirtualSystemMigrationServiceSettingDataComponent;
  Msvm_VirtualSystemMigrationSettingData: Msvm_VirtualSystemMigrationSettingData;
  Msvm_BindsToLANEndpoint: Msvm_BindsToLANEndpoint;
  Msvm_EmulatedEthernetPort: Msvm_EmulatedEthernetPort;
  Msvm_EmulatedEthernetPortSettingData: Msvm_EmulatedEthernetPortSettingData;
  Msvm_EthernetDeviceSAPImplementation: Msvm_EthernetDeviceSAPImplementation;
  Msvm_EthernetPortAllocationSettingData: Msvm_EthernetPortAllocationSettingData;
  Msvm_EthernetPortFailoverSettingDataComponent: Msvm_EthernetPortFailoverSettingDataComponent;
  Msvm_EthernetPortInfo: Msvm_EthernetPortInfo;
  Msvm_EthernetPortSettingDataComponent: Msvm_EthernetPortSettingDataComponent;
  Msvm_ExternalEthernetPort: Msvm_ExternalEthernetPort;
  Msvm_ExternalEthernetPortCapabilities: Msvm_ExternalEthernetPortCapabilities;
  Msvm_FailoverNetworkAdapterSettingData: Msvm_FailoverNetworkAdapterSettingData;
  Msvm_GuestNetworkAdapterConfiguration: Msvm_GuestNetworkAdapterConfiguration;
  Msvm_InternalEthernetPort: Msvm_InternalEthernetPort;
  Msvm_LANEndpoint: Msvm_LANEndpoint;
  Msvm_NetworkConnectionDiagnosticInformation: Msvm_NetworkConnectionDiagnosticInformation;
  Msvm_NetworkConnectionDiagnosticSettingData: Msvm_NetworkConnectionDiagnosticSettingData;
  Msvm_SyntheticEthernetPort: Msvm_SyntheticEthernetPort;
  Msvm_SyntheticEthernetPortSettingData: Msvm_SyntheticEthernetPortSettingData;
  Msvm_WiFiDeviceSAPImplementation: Msvm_WiFiDeviceSAPImplementation;
  Msvm_WiFiEndpoint: Msvm_WiFiEndpoint;
  Msvm_WiFiPort: Msvm_WiFiPort;
  Vsms_PathService: Vsms_PathService;
  Msvm_ElementAllocatedFromNumaNode: Msvm_ElementAllocatedFromNumaNode;
  Msvm_Memory: Msvm_Memory;
  Msvm_MemorySettingData: Msvm_MemorySettingData;
  Msvm_NumaNode: Msvm_NumaNode;
  Msvm_NumaNodeTopology: Msvm_NumaNodeTopology;
  Msvm_PersistentMemoryController: Msvm_PersistentMemoryController;
  Msvm_Processor: Msvm_Processor;
  Msvm_ProcessorPool: Msvm_ProcessorPool;
  Msvm_ProcessorSettingData: Msvm_ProcessorSettingData;
  Msvm_CollectedReferencePoints: common.Msvm_CollectedReferencePoints;
  Msvm_CollectionReferencePointExportJob: common.Msvm_CollectionReferencePointExportJob;
  Msvm_CollectionReferencePointExportSettingData: common.Msvm_CollectionReferencePointExportSettingData;
  Msvm_CollectionReferencePointService: Msvm_CollectionReferencePointService;
  Msvm_CollectionReferencePointSettingData: common.Msvm_CollectionReferencePointSettingData;
  Msvm_ReferencePointCollection: common.Msvm_ReferencePointCollection;
  Msvm_ReferencePointOfVirtualSystem: Msvm_ReferencePointOfVirtualSystem;
  Msvm_ReferencePointOfVirtualSystemCollection: common.Msvm_ReferencePointOfVirtualSystemCollection;
  Msvm_VirtualSystemReferencePoint: common.Msvm_VirtualSystemReferencePoint;
  Msvm_VirtualSystemReferencePointExportJob: Msvm_VirtualSystemReferencePointExportJob;
  Msvm_VirtualSystemReferencePointExportSettingData: common.Msvm_VirtualSystemReferencePointExportSettingData;
  Msvm_VirtualSystemReferencePointService: Msvm_VirtualSystemReferencePointService;
  Msvm_VirtualSystemReferencePointSettingData: common.Msvm_VirtualSystemReferencePointSettingData;
  Msvm_ReplicaSystemDependency: Msvm_ReplicaSystemDependency;
  Msvm_ReplicationAuthorizationSettingData: Msvm_ReplicationAuthorizationSettingData;
  Msvm_ReplicationProvider: Msvm_ReplicationProvider;
  Msvm_ReplicationRelationship: Msvm_ReplicationRelationship;
  Msvm_ReplicationService: Msvm_ReplicationService;
  Msvm_ReplicationServiceSettingData: Msvm_ReplicationServiceSettingData;
  Msvm_ReplicationSettingData: Msvm_ReplicationSettingData;
  Msvm_ReplicationStatistics: Msvm_ReplicationStatistics;
  Msvm_SystemReplicationRelationship: Msvm_SystemReplicationRelationship;
  Msvm_AbstractResourcePoolSettingData: Msvm_AbstractResourcePoolSettingData;
  Msvm_ResourcePoolSettingData: Msvm_ResourcePoolSettingData;
  Msvm_AllocationCapabilities: Msvm_AllocationCapabilities;
  Msvm_ElementAllocatedFromPool: common.Msvm_ElementAllocatedFromPool;
  Msvm_HostedResourcePool: Msvm_HostedResourcePool;
  Msvm_ResourceAllocationFromPool: common.Msvm_ResourceAllocationFromPool;
  Msvm_ResourcePool: Msvm_ResourcePool;
  Msvm_ResourcePoolConfigurationCapabilities: Msvm_ResourcePoolConfigurationCapabilities;
  Msvm_ResourcePoolConfigurationService: Msvm_ResourcePoolConfigurationService;
  Msvm_ResourceTypeDefinition: common.Msvm_ResourceTypeDefinition;
  Msvm_VirtualizationComponent: Msvm_VirtualizationComponent;
  Msvm_ResourcePoolComponent: Msvm_ResourcePoolComponent;
  Msvm_VirtualSystemResourceComponent: Msvm_VirtualSystemResourceComponent;
  Msvm_VirtualizationComponentRegistration: common.Msvm_VirtualizationComponentRegistration;
  Msvm_ResourcePoolRegistration: common.Msvm_ResourcePoolRegistration;
  Msvm_VirtualSystemResourceRegistration: common.Msvm_VirtualSystemResourceRegistration;
  Msvm_CollectedSnapshots: common.Msvm_CollectedSnapshots;
  Msvm_CollectionSnapshotExportSettingData: common.Msvm_CollectionSnapshotExportSettingData;
  Msvm_CollectionSnapshotService: Msvm_CollectionSnapshotService;
  Msvm_LastAppliedSnapshot: Msvm_LastAppliedSnapshot;
  Msvm_MostCurrentSnapshotInBranch: common.Msvm_MostCurrentSnapshotInBranch;
  Msvm_SnapshotCollection: common.Msvm_SnapshotCollection;
  Msvm_SnapshotOfVirtualSystem: common.Msvm_SnapshotOfVirtualSystem;
  Msvm_SnapshotOfVirtualSystemCollection: common.Msvm_SnapshotOfVirtualSystemCollection;
  Msvm_VHDSnapshotInformation: Msvm_VHDSnapshotInformation;
  Msvm_VirtualSystemSnapshotService: common.Msvm_VirtualSystemSnapshotService;
  Msvm_VirtualSystemSnapshotSettingData: common.Msvm_VirtualSystemSnapshotSettingData;
  Msvm_BasedOn: Msvm_BasedOn;
  Msvm_DiskDrive: Msvm_DiskDrive;
  Msvm_DisketteController: Msvm_DisketteController;
  Msvm_DisketteDrive: Msvm_DisketteDrive;
  Msvm_DiskMergeSettingData: Msvm_DiskMergeSettingData;
  Msvm_DVDDrive: Msvm_DVDDrive;
  Msvm_ImageManagementService: Msvm_ImageManagementService;
  Msvm_LogicalDisk: Msvm_LogicalDisk;
  Msvm_MediaPresent: common.Msvm_MediaPresent;
  Msvm_MountedStorageImage: Msvm_MountedStorageImage;
  Msvm_MoveUnmanagedVhd: Msvm_MoveUnmanagedVhd;
  Msvm_ProtocolControllerForUnit: Msvm_ProtocolControllerForUnit;
  Msvm_StorageAlert: Msvm_StorageAlert;
  Msvm_StorageAllocationSettingData: Msvm_StorageAllocationSettingData;
  Msvm_SystemComponentSettingData: Msvm_SystemComponentSettingData;
  Msvm_StorageSettingData: Msvm_StorageSettingData;
  Msvm_VHDSetInformation: Msvm_VHDSetInformation;
  Msvm_VirtualHardDiskSettingData: Msvm_VirtualHardDiskSettingData;
  Msvm_VirtualHardDiskState: Msvm_VirtualHardDiskState;
  Msvm_VirtualLogicalUnitSettingData: Msvm_VirtualLogicalUnitSettingData;
  Msvm_VirtualMachineToDisks: common.Msvm_VirtualMachineToDisks;
  Vsms_TransferService: Vsms_TransferService;
  Msvm_DynamicForwardingEntry: Msvm_DynamicForwardingEntry;
  Msvm_EthernetSwitchExtension: Msvm_EthernetSwitchExtension;
  Msvm_EthernetSwitchExtensionCapabilities: Msvm_EthernetSwitchExtensionCapabilities;
  Msvm_EthernetSwitchInfo: Msvm_EthernetSwitchInfo;
  Msvm_EthernetSwitchPort: Msvm_EthernetSwitchPort;
  Msvm_FcSwitchPort: Msvm_FcSwitchPort;
  Msvm_HostedEthernetSwitchExtension: Msvm_HostedEthernetSwitchExtension;
  Msvm_HostedSwitchService: common.Msvm_HostedSwitchService;
  Msvm_InstalledEthernetSwitchExtension: Msvm_InstalledEthernetSwitchExtension;
  Msvm_ParentEthernetSwitchExtension: Msvm_ParentEthernetSwitchExtension;
  Msvm_SwitchPortDynamicForwarding: common.Msvm_SwitchPortDynamicForwarding;
  Msvm_TransparentBridgingDynamicForwarding: common.Msvm_TransparentBridgingDynamicForwarding;
  Msvm_TransparentBridgingService: Msvm_TransparentBridgingService;
  Msvm_VirtualEthernetSwitch: Msvm_VirtualEthernetSwitch;
  Msvm_VirtualEthernetSwitchManagementCapabilities: Msvm_VirtualEthernetSwitchManagementCapabilities;
  Msvm_VirtualEthernetSwitchManagementService: Msvm_VirtualEthernetSwitchManagementService;
  Msvm_VirtualEthernetSwitchSettingDataComponent: Msvm_VirtualEthernetSwitchSettingDataComponent;
  Msvm_VirtualFcSwitch: Msvm_VirtualFcSwitch;
  Msvm_VirtualFcSwitchSettingData: Msvm_VirtualFcSwitchSettingData;
  Msvm_VLANEndpoint: Msvm_VLANEndpoint;
  Msvm_BootSourceComponent: Msvm_BootSourceComponent;
  Msvm_BootSourceSettingData: Msvm_BootSourceSettingData;
  Msvm_ComputerSystem: Msvm_ComputerSystem;
  Msvm_ComputerSystemSummaryInformation: common.Msvm_ComputerSystemSummaryInformation;
  Msvm_PlannedComputerSystem: Msvm_PlannedComputerSystem;
  Msvm_ResourceAllocationSettingData: Msvm_ResourceAllocationSettingData;
  Msvm_SecurityElement: Msvm_SecurityElement;
  Msvm_SecurityService: Msvm_SecurityService;
  Msvm_SecuritySettingData: Msvm_SecuritySettingData;
  Msvm_SummaryInformationBase: common.Msvm_SummaryInformationBase;
  Msvm_SummaryInformation: Msvm_SummaryInformation;
  Msvm_SystemComponent: Msvm_SystemComponent;
  Msvm_VirtualSystemSettingData: Msvm_VirtualSystemSettingData;
  Msvm_VirtualSystemSettingDataComponent: common.Msvm_VirtualSystemSettingDataComponent;
}

/** Method arguments by class name, for the classes that have methods. */
export interface V2Methods {
  __SystemSecurity: common.__SystemSecurity_Methods;
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
  Msvm_AssignableDeviceService: Msvm_AssignableDeviceService_Methods;
  Msvm_Battery: Msvm_Battery_Methods;
  Msvm_FlexIoDevice: Msvm_FlexIoDevice_Methods;
  Msvm_IDEController: Msvm_IDEController_Methods;
  Msvm_Keyboard: Msvm_Keyboard_Methods;
  Msvm_PciExpress: Msvm_PciExpress_Methods;
  Msvm_Ps2Mouse: Msvm_Ps2Mouse_Methods;
  Msvm_SCSIProtocolController: Msvm_SCSIProtocolController_Methods;
  Msvm_SerialController: Msvm_SerialController_Methods;
  Msvm_SerialPort: Msvm_SerialPort_Methods;
  Msvm_SyntheticKeyboard: Msvm_SyntheticKeyboard_Methods;
  Msvm_SyntheticMouse: Msvm_SyntheticMouse_Methods;
  Msvm_TPM: Msvm_TPM_Methods;
  Msvm_ExternalFcPort: Msvm_ExternalFcPort_Methods;
  Msvm_FcEndpoint: Msvm_FcEndpoint_Methods;
  Msvm_SyntheticFcPort: Msvm_SyntheticFcPort_Methods;
  Vsms_SnapshotForkService: Vsms_SnapshotForkService_Methods;
  Msvm_GpuPartition: Msvm_GpuPartition_Methods;
  Msvm_PartitionableGpu: Msvm_PartitionableGpu_Methods;
  Msvm_Physical3dGraphicsProcessor: Msvm_Physical3dGraphicsProcessor_Methods;
  Msvm_RdvComponent: Msvm_RdvComponent_Methods;
  Msvm_S3DisplayController: Msvm_S3DisplayController_Methods;
  Msvm_Synth3dVideoPool: Msvm_Synth3dVideoPool_Methods;
  Msvm_Synthetic3DDisplayController: Msvm_Synthetic3DDisplayController_Methods;
  Msvm_Synthetic3DService: Msvm_Synthetic3DService_Methods;
  Msvm_SyntheticDisplayController: Msvm_SyntheticDisplayController_Methods;
  Msvm_TerminalConnection: Msvm_TerminalConnection_Methods;
  Msvm_TerminalService: Msvm_TerminalService_Methods;
  Msvm_VideoHead: Msvm_VideoHead_Methods;
  Msvm_CopyFileToGuestJob: Msvm_CopyFileToGuestJob_Methods;
  Msvm_GuestService: Msvm_GuestService_Methods;
  Msvm_GuestCommunicationService: Msvm_GuestCommunicationService_Methods;
  Msvm_GuestFileService: Msvm_GuestFileService_Methods;
  Msvm_VssService: Msvm_VssService_Methods;
  Msvm_GuestServiceInterfaceComponent: Msvm_GuestServiceInterfaceComponent_Methods;
  Msvm_HeartbeatComponent: Msvm_HeartbeatComponent_Methods;
  Msvm_KvpExchangeComponent: Msvm_KvpExchangeComponent_Methods;
  Msvm_ShutdownComponent: Msvm_ShutdownComponent_Methods;
  Msvm_TimeSyncComponent: Msvm_TimeSyncComponent_Methods;
  Msvm_VssComponent: Msvm_VssComponent_Methods;
  Msvm_ConcreteJob: Msvm_ConcreteJob_Methods;
  Msvm_StorageJob: Msvm_StorageJob_Methods;
  Msvm_VirtualSystemManagementService: common.Msvm_VirtualSystemManagementService_Methods;
  Msvm_MetricService: Msvm_MetricService_Methods;
  Msvm_MigrationJob: common.Msvm_MigrationJob_Methods;
  Msvm_VirtualSystemMigrationService: Msvm_VirtualSystemMigrationService_Methods;
  Msvm_EmulatedEthernetPort: Msvm_EmulatedEthernetPort_Methods;
  Msvm_ExternalEthernetPort: Msvm_ExternalEthernetPort_Methods;
  Msvm_InternalEthernetPort: Msvm_InternalEthernetPort_Methods;
  Msvm_LANEndpoint: Msvm_LANEndpoint_Methods;
  Msvm_SyntheticEthernetPort: Msvm_SyntheticEthernetPort_Methods;
  Msvm_WiFiEndpoint: Msvm_WiFiEndpoint_Methods;
  Msvm_WiFiPort: Msvm_WiFiPort_Methods;
  Vsms_PathService: Vsms_PathService_Methods;
  Msvm_Memory: Msvm_Memory_Methods;
  Msvm_NumaNode: Msvm_NumaNode_Methods;
  Msvm_PersistentMemoryController: Msvm_PersistentMemoryController_Methods;
  Msvm_Processor: Msvm_Processor_Methods;
  Msvm_ProcessorPool: Msvm_ProcessorPool_Methods;
  Msvm_CollectionReferencePointExportJob: common.Msvm_CollectionReferencePointExportJob_Methods;
  Msvm_CollectionReferencePointService: Msvm_CollectionReferencePointService_Methods;
  Msvm_VirtualSystemReferencePointExportJob: Msvm_VirtualSystemReferencePointExportJob_Methods;
  Msvm_VirtualSystemReferencePointService: Msvm_VirtualSystemReferencePointService_Methods;
  Msvm_ReplicationService: Msvm_ReplicationService_Methods;
  Msvm_ResourcePoolConfigurationService: Msvm_ResourcePoolConfigurationService_Methods;
  Msvm_CollectionSnapshotService: Msvm_CollectionSnapshotService_Methods;
  Msvm_VirtualSystemSnapshotService: common.Msvm_VirtualSystemSnapshotService_Methods;
  Msvm_DiskDrive: Msvm_DiskDrive_Methods;
  Msvm_DisketteController: Msvm_DisketteController_Methods;
  Msvm_DisketteDrive: Msvm_DisketteDrive_Methods;
  Msvm_DVDDrive: Msvm_DVDDrive_Methods;
  Msvm_ImageManagementService: Msvm_ImageManagementService_Methods;
  Msvm_LogicalDisk: Msvm_LogicalDisk_Methods;
  Msvm_MountedStorageImage: Msvm_MountedStorageImage_Methods;
  Vsms_TransferService: Vsms_TransferService_Methods;
  Msvm_EthernetSwitchExtension: Msvm_EthernetSwitchExtension_Methods;
  Msvm_EthernetSwitchPort: Msvm_EthernetSwitchPort_Methods;
  Msvm_FcSwitchPort: Msvm_FcSwitchPort_Methods;
  Msvm_TransparentBridgingService: Msvm_TransparentBridgingService_Methods;
  Msvm_VirtualEthernetSwitch: Msvm_VirtualEthernetSwitch_Methods;
  Msvm_VirtualEthernetSwitchManagementService: Msvm_VirtualEthernetSwitchManagementService_Methods;
  Msvm_VirtualFcSwitch: Msvm_VirtualFcSwitch_Methods;
  Msvm_VLANEndpoint: Msvm_VLANEndpoint_Methods;
  Msvm_ComputerSystem: Msvm_ComputerSystem_Methods;
  Msvm_PlannedComputerSystem: Msvm_PlannedComputerSystem_Methods;
  Msvm_SecurityElement: Msvm_SecurityElement_Methods;
  Msvm_SecurityService: Msvm_SecurityService_Methods;
}
