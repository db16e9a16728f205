// Types of root\cimv2, printed by script/compile-schema.ts from the MOF files. Not for editing.

import type * as common from './common.ts';
import type { WireObject } from '../object.ts';

export type CIM_ManagedSystemElement = {
  Caption: string | null;
  Description: string | null;
  InstallDate: string | null;
  Name: string | null;
  Status: string | null;
};

export type CIM_LogicalElement = CIM_ManagedSystemElement;

export type CIM_OperatingSystem = CIM_LogicalElement & {
  CreationClassName: string | null;
  CSCreationClassName: string | null;
  CSName: string | null;
  CurrentTimeZone: number | null;
  Distributed: boolean | null;
  FreePhysicalMemory: bigint | null;
  FreeSpaceInPagingFiles: bigint | null;
  FreeVirtualMemory: bigint | null;
  LastBootUpTime: string | null;
  LocalDateTime: string | null;
  MaxNumberOfProcesses: number | null;
  MaxProcessMemorySize: bigint | null;
  NumberOfLicensedUsers: number | null;
  NumberOfProcesses: number | null;
  NumberOfUsers: number | null;
  OSType: number | null;
  OtherTypeDescription: string | null;
  SizeStoredInPagingFiles: bigint | null;
  TotalSwapSpaceSize: bigint | null;
  TotalVirtualMemorySize: bigint | null;
  TotalVisibleMemorySize: bigint | null;
  Version: string | null;
};

export interface CIM_OperatingSystem_Methods {
  Reboot: {
    in: {};
    out: {};
  };
  Shutdown: {
    in: {};
    out: {};
  };
}

export type Win32_OperatingSystem = CIM_OperatingSystem & {
  BootDevice: string | null;
  BuildNumber: string | null;
  BuildType: string | null;
  CodeSet: string | null;
  CountryCode: string | null;
  CSDVersion: string | null;
  DataExecutionPrevention_Available: boolean | null;
  DataExecutionPrevention_32BitApplications: boolean | null;
  DataExecutionPrevention_Drivers: boolean | null;
  DataExecutionPrevention_SupportPolicy: number | null;
  Debug: boolean | null;
  EncryptionLevel: number | null;
  ForegroundApplicationBoost: number | null;
  LargeSystemCache: number | null;
  Locale: string | null;
  Manufacturer: string | null;
  MUILanguages: readonly (string | null)[] | null;
  OperatingSystemSKU: number | null;
  Organization: string | null;
  OSArchitecture: string | null;
  OSLanguage: number | null;
  OSProductSuite: number | null;
  PAEEnabled: boolean | null;
  PlusProductID: string | null;
  PlusVersionNumber: string | null;
  PortableOperatingSystem: boolean | null;
  Primary: boolean | null;
  ProductType: number | null;
  RegisteredUser: string | null;
  SerialNumber: string | null;
  ServicePackMajorVersion: number | null;
  ServicePackMinorVersion: number | null;
  SuiteMask: number | null;
  SystemDevice: string | null;
  SystemDirectory: string | null;
  SystemDrive: string | null;
  WindowsDirectory: string | null;
  QuantumLength: number | null;
  QuantumType: number | null;
};

export interface Win32_OperatingSystem_Methods extends CIM_OperatingSystem_Methods {
  Win32Shutdown: {
    in: { Flags?: number | null; Reserved?: number | null };
    out: {};
  };
  Win32ShutdownTracker: {
    in: { Timeout?: number | null; Comment?: string | null; ReasonCode?: number | null; Flags?: number | null };
    out: {};
  };
  SetDateTime: {
    in: { LocalDateTime?: string | null };
    out: {};
  };
}

export type CIM_Product = {
  Caption: string | null;
  Description: string | null;
  IdentifyingNumber: string | null;
  Name: string | null;
  SKUNumber: string | null;
  Vendor: string | null;
  Version: string | null;
};

export type Win32_ComputerSystemProduct = CIM_Product & {
  UUID: string | null;
};

export type CIM_SoftwareElement = CIM_LogicalElement & {
  BuildNumber: string | null;
  CodeSet: string | null;
  IdentificationCode: string | null;
  LanguageEdition: string | null;
  Manufacturer: string | null;
  OtherTargetOS: string | null;
  SerialNumber: string | null;
  SoftwareElementID: string | null;
  SoftwareElementState: number | null;
  TargetOperatingSystem: number | null;
  Version: string | null;
};

export type CIM_BIOSElement = CIM_SoftwareElement & {
  PrimaryBIOS: boolean | null;
};

export type Win32_BIOS = CIM_BIOSElement & {
  BiosCharacteristics: readonly (number | null)[] | null;
  BIOSVersion: readonly (string | null)[] | null;
  CurrentLanguage: string | null;
  EmbeddedControllerMajorVersion: number | null;
  EmbeddedControllerMinorVersion: number | null;
  InstallableLanguages: number | null;
  ListOfLanguages: readonly (string | null)[] | null;
  ReleaseDate: string | null;
  SMBIOSBIOSVersion: string | null;
  SMBIOSMajorVersion: number | null;
  SMBIOSMinorVersion: number | null;
  SMBIOSPresent: boolean | null;
  SystemBiosMajorVersion: number | null;
  SystemBiosMinorVersion: number | null;
};

export type CIM_System = CIM_LogicalElement & {
  CreationClassName: string | null;
  NameFormat: string | null;
  PrimaryOwnerContact: string | null;
  PrimaryOwnerName: string | null;
  Roles: readonly (string | null)[] | null;
};

export type CIM_ComputerSystem = CIM_System;

export type CIM_UnitaryComputerSystem = CIM_ComputerSystem & {
  InitialLoadInfo: readonly (string | null)[] | null;
  LastLoadInfo: string | null;
  PowerManagementCapabilities: readonly (number | null)[] | null;
  PowerManagementSupported: boolean | null;
  PowerState: number | null;
  ResetCapability: number | null;
};

export interface CIM_UnitaryComputerSystem_Methods {
  SetPowerState: {
    in: { PowerState?: number | null; Time?: string | null };
    out: {};
  };
}

export type Win32_ComputerSystem = CIM_UnitaryComputerSystem & {
  AdminPasswordStatus: number | null;
  AutomaticManagedPagefile: boolean | null;
  AutomaticResetBootOption: boolean | null;
  AutomaticResetCapability: boolean | null;
  BootOptionOnLimit: number | null;
  BootOptionOnWatchDog: number | null;
  BootROMSupported: boolean | null;
  BootupState: string | null;
  BootStatus: readonly (number | null)[] | null;
  ChassisBootupState: number | null;
  ChassisSKUNumber: string | null;
  CurrentTimeZone: number | null;
  DaylightInEffect: boolean | null;
  DNSHostName: string | null;
  Domain: string | null;
  DomainRole: number | null;
  EnableDaylightSavingsTime: boolean | null;
  FrontPanelResetStatus: number | null;
  HypervisorPresent: boolean | null;
  InfraredSupported: boolean | null;
  KeyboardPasswordStatus: number | null;
  Manufacturer: string | null;
  Model: string | null;
  NetworkServerModeEnabled: boolean | null;
  NumberOfLogicalProcessors: number | null;
  NumberOfProcessors: number | null;
  OEMLogoBitmap: readonly (number | null)[] | null;
  OEMStringArray: readonly (string | null)[] | null;
  PartOfDomain: boolean | null;
  PauseAfterReset: bigint | null;
  PCSystemType: number | null;
  PCSystemTypeEx: number | null;
  PowerOnPasswordStatus: number | null;
  PowerSupplyState: number | null;
  ResetCount: number | null;
  ResetLimit: number | null;
  SupportContactDescription: readonly (string | null)[] | null;
  SystemFamily: string | null;
  SystemSKUNumber: string | null;
  SystemStartupDelay: number | null;
  SystemStartupOptions: readonly (string | null)[] | null;
  SystemStartupSetting: number | null;
  SystemType: string | null;
  ThermalState: number | null;
  TotalPhysicalMemory: bigint | null;
  UserName: string | null;
  WakeUpType: number | null;
  Workgroup: string | null;
};

export interface Win32_ComputerSystem_Methods extends CIM_UnitaryComputerSystem_Methods {
  Rename: {
    in: { Name?: string | null; Password?: string | null; UserName?: string | null };
    out: {};
  };
  JoinDomainOrWorkgroup: {
    in: {
      Name?: string | null;
      Password?: string | null;
      UserName?: string | null;
      AccountOU?: string | null;
      FJoinOptions?: number | null;
    };
    out: {};
  };
  UnjoinDomainOrWorkgroup: {
    in: { Password?: string | null; UserName?: string | null; FUnjoinOptions?: number | null };
    out: {};
  };
}

export type CIM_LogicalDevice = CIM_LogicalElement & {
  Availability: number | null;
  ConfigManagerErrorCode: number | null;
  ConfigManagerUserConfig: boolean | null;
  CreationClassName: string | null;
  DeviceID: string | null;
  PowerManagementCapabilities: readonly (number | null)[] | null;
  ErrorCleared: boolean | null;
  ErrorDescription: string | null;
  LastErrorCode: number | null;
  PNPDeviceID: string | null;
  PowerManagementSupported: boolean | null;
  StatusInfo: number | null;
  SystemCreationClassName: string | null;
  SystemName: string | null;
};

export interface CIM_LogicalDevice_Methods {
  SetPowerState: {
    in: { PowerState?: number | null; Time?: string | null };
    out: {};
  };
  Reset: {
    in: {};
    out: {};
  };
}

export type CIM_NetworkAdapter = CIM_LogicalDevice & {
  AutoSense: boolean | null;
  MaxSpeed: bigint | null;
  NetworkAddresses: readonly (string | null)[] | null;
  PermanentAddress: string | null;
  Speed: bigint | null;
};

export type CIM_NetworkAdapter_Methods = CIM_LogicalDevice_Methods;

export type Win32_NetworkAdapter = CIM_NetworkAdapter & {
  AdapterType: string | null;
  AdapterTypeId: number | null;
  GUID: string | null;
  Index: number | null;
  Installed: boolean | null;
  InterfaceIndex: number | null;
  MACAddress: string | null;
  Manufacturer: string | null;
  MaxNumberControlled: number | null;
  NetConnectionID: string | null;
  NetConnectionStatus: number | null;
  NetEnabled: boolean | null;
  PhysicalAdapter: boolean | null;
  ProductName: string | null;
  ServiceName: string | null;
  TimeOfLastReset: string | null;
};

export interface Win32_NetworkAdapter_Methods extends CIM_NetworkAdapter_Methods {
  Enable: {
    in: {};
    out: {};
  };
  Disable: {
    in: {};
    out: {};
  };
}

export type CIM_Processor = CIM_LogicalDevice & {
  AddressWidth: number | null;
  CurrentClockSpeed: number | null;
  DataWidth: number | null;
  Family: number | null;
  LoadPercentage: number | null;
  MaxClockSpeed: number | null;
  OtherFamilyDescription: string | null;
  Role: string | null;
  Stepping: string | null;
  UniqueId: string | null;
  UpgradeMethod: number | null;
};

export type CIM_Processor_Methods = CIM_LogicalDevice_Methods;

export type Win32_Processor = CIM_Processor & {
  Architecture: number | null;
  AssetTag: string | null;
  Characteristics: number | null;
  CpuStatus: number | null;
  CurrentVoltage: number | null;
  ExtClock: number | null;
  L2CacheSize: number | null;
  L2CacheSpeed: number | null;
  L3CacheSize: number | null;
  L3CacheSpeed: number | null;
  Level: number | null;
  Manufacturer: string | null;
  NumberOfCores: number | null;
  NumberOfEnabledCore: number | null;
  NumberOfLogicalProcessors: number | null;
  PartNumber: string | null;
  ProcessorId: string | null;
  ProcessorType: number | null;
  Revision: number | null;
  SecondLevelAddressTranslationExtensions: boolean | null;
  SerialNumber: string | null;
  SocketDesignation: string | null;
  ThreadCount: number | null;
  Version: string | null;
  VirtualizationFirmwareEnabled: boolean | null;
  VMMonitorModeExtensions: boolean | null;
  VoltageCaps: number | null;
};

export type Win32_Processor_Methods = CIM_Processor_Methods;

export type CIM_PhysicalElement = CIM_ManagedSystemElement & {
  CreationClassName: string | null;
  Manufacturer: string | null;
  Model: string | null;
  OtherIdentifyingInfo: string | null;
  PartNumber: string | null;
  PoweredOn: boolean | null;
  SerialNumber: string | null;
  SKU: string | null;
  Tag: string | null;
  Version: string | null;
};

export type CIM_PhysicalComponent = CIM_PhysicalElement & {
  HotSwappable: boolean | null;
  Removable: boolean | null;
  Replaceable: boolean | null;
};

export type CIM_Chip = CIM_PhysicalComponent & {
  FormFactor: number | null;
};

export type CIM_PhysicalMemory = CIM_Chip & {
  BankLabel: string | null;
  Capacity: bigint | null;
  DataWidth: number | null;
  InterleavePosition: number | null;
  MemoryType: number | null;
  PositionInRow: number | null;
  Speed: number | null;
  TotalWidth: number | null;
};

export type Win32_PhysicalMemory = CIM_PhysicalMemory & {
  Attributes: number | null;
  ConfiguredClockSpeed: number | null;
  ConfiguredVoltage: number | null;
  DeviceLocator: string | null;
  InterleaveDataDepth: number | null;
  MaxVoltage: number | null;
  MinVoltage: number | null;
  SMBIOSMemoryType: number | null;
  TypeDetail: number | null;
};

export type CIM_StatisticalInformation = {
  Caption: string | null;
  Description: string | null;
  Name: string | null;
};

export type Win32_Perf = CIM_StatisticalInformation & {
  Frequency_Object: bigint | null;
  Frequency_PerfTime: bigint | null;
  Frequency_Sys100NS: bigint | null;
  Timestamp_Object: bigint | null;
  Timestamp_PerfTime: bigint | null;
  Timestamp_Sys100NS: bigint | null;
};

export type Win32_PerfFormattedData = Win32_Perf;

export type Win32_PerfFormattedData_Counters_ProcessorInformation = Win32_PerfFormattedData & {
  ActualFrequency: bigint | null;
  AverageIdleTime: bigint | null;
  C1TransitionsPersec: bigint | null;
  C2TransitionsPersec: bigint | null;
  C3TransitionsPersec: bigint | null;
  ClockInterruptsPersec: number | null;
  DPCRate: number | null;
  DPCsQueuedPersec: number | null;
  IdleBreakEventsPersec: bigint | null;
  InterruptsPersec: number | null;
  ParkingStatus: number | null;
  PercentC1Time: bigint | null;
  PercentC2Time: bigint | null;
  PercentC3Time: bigint | null;
  PercentDPCTime: bigint | null;
  PercentIdleTime: bigint | null;
  PercentInterruptTime: bigint | null;
  PercentofMaximumFrequency: number | null;
  PercentPerformanceLimit: number | null;
  PercentPriorityTime: bigint | null;
  PercentPrivilegedTime: bigint | null;
  PercentPrivilegedUtility: bigint | null;
  PercentProcessorPerformance: bigint | null;
  PercentProcessorTime: bigint | null;
  PercentProcessorUtility: bigint | null;
  PercentUserTime: bigint | null;
  PerformanceLimitFlags: number | null;
  ProcessorFrequency: number | null;
  ProcessorStateFlags: number | null;
};

export type Win32_PerfRawData = Win32_Perf;

export type Win32_PerfRawData_HvStats_HyperVHypervisor = Win32_PerfRawData & {
  HypervisorStartupCost: bigint | null;
  LogicalProcessors: bigint | null;
  ModernStandbyEntries: bigint | null;
  MonitoredNotifications: bigint | null;
  Partitions: bigint | null;
  PlatformIdleTransitions: bigint | null;
  TotalPages: bigint | null;
  VirtualProcessors: bigint | null;
};

export type Win32_PerfRawData_HvStats_HyperVHypervisorVirtualProcessor = Win32_PerfRawData & {
  AddressDomainFlushesPersec: bigint | null;
  AddressSpaceEvictionsPersec: bigint | null;
  AddressSpaceFlushesPersec: bigint | null;
  AddressSpaceSwitchesPersec: bigint | null;
  APICEOIAccessesPersec: bigint | null;
  APICIPIsSentPersec: bigint | null;
  APICMMIOAccessesPersec: bigint | null;
  APICSelfIPIsSentPersec: bigint | null;
  APICTPRAccessesPersec: bigint | null;
  BusLockAcquisitionsPersec: bigint | null;
  ControlRegisterAccessesCost: bigint | null;
  ControlRegisterAccessesCost_Base: bigint | null;
  ControlRegisterAccessesForwardedPersec: bigint | null;
  ControlRegisterAccessesForwardingCost: bigint | null;
  ControlRegisterAccessesForwardingCost_Base: bigint | null;
  ControlRegisterAccessesPersec: bigint | null;
  CPPCRequestContextSwitchesPersec: bigint | null;
  CPUGroupHypercallsPersec: bigint | null;
  CPUIDInstructionsCost: bigint | null;
  CPUIDInstructionsCost_Base: bigint | null;
  CPUIDInstructionsForwardedPersec: bigint | null;
  CPUIDInstructionsForwardingCost: bigint | null;
  CPUIDInstructionsForwardingCost_Base: bigint | null;
  CPUIDInstructionsPersec: bigint | null;
  CPUWaitTimePerDispatch: bigint | null;
  CPUWaitTimePerDispatch_Base: bigint | null;
  DebugRegisterAccessesCost: bigint | null;
  DebugRegisterAccessesCost_Base: bigint | null;
  DebugRegisterAccessesForwardedPersec: bigint | null;
  DebugRegisterAccessesForwardingCost: bigint | null;
  DebugRegisterAccessesForwardingCost_Base: bigint | null;
  DebugRegisterAccessesPersec: bigint | null;
  DepositHypercallsPersec: bigint | null;
  DeviceDomainHypercallsPersec: bigint | null;
  EmulatedInstructionsCost: bigint | null;
  EmulatedInstructionsCost_Base: bigint | null;
  EmulatedInstructionsForwardedPersec: bigint | null;
  EmulatedInstructionsForwardingCost: bigint | null;
  EmulatedInstructionsForwardingCost_Base: bigint | null;
  EmulatedInstructionsPersec: bigint | null;
  EventLogHypercallsPersec: bigint | null;
  ExtendedHypercallInterceptMessagesPersec: bigint | null;
  ExtendedHypercallsPersec: bigint | null;
  ExternalInterruptsCost: bigint | null;
  ExternalInterruptsCost_Base: bigint | null;
  ExternalInterruptsForwardedPersec: bigint | null;
  ExternalInterruptsPersec: bigint | null;
  FlushPhysicalAddressListHypercallsPersec: bigint | null;
  FlushPhysicalAddressSpaceHypercallsPersec: bigint | null;
  GIFInstructionEmulationCost: bigint | null;
  GIFInstructionEmulationCost_Base: bigint | null;
  GIFInstructionEmulationInterceptsPersec: bigint | null;
  GlobalGVARangeFlushesPersec: bigint | null;
  GlobalIOTLBFlushCost: bigint | null;
  GlobalIOTLBFlushCost_Base: bigint | null;
  GlobalIOTLBFlushesPersec: bigint | null;
  GPASpaceHypercallsPersec: bigint | null;
  GuestPageTableMapsPersec: bigint | null;
  HardwareInterruptsPersec: bigint | null;
  HLTInstructionsCost: bigint | null;
  HLTInstructionsCost_Base: bigint | null;
  HLTInstructionsForwardedPersec: bigint | null;
  HLTInstructionsForwardingCost: bigint | null;
  HLTInstructionsForwardingCost_Base: bigint | null;
  HLTInstructionsPersec: bigint | null;
  HypercallsCost: bigint | null;
  HypercallsCost_Base: bigint | null;
  HypercallsForwardedPersec: bigint | null;
  HypercallsForwardingCost: bigint | null;
  HypercallsForwardingCost_Base: bigint | null;
  HypercallsPersec: bigint | null;
  InvEptAllContextEmulationInterceptsPersec: bigint | null;
  InvEptAllContextInstructionEmulationCost: bigint | null;
  InvEptAllContextInstructionEmulationCost_Base: bigint | null;
  InvEptSingleContextEmulationInterceptsPersec: bigint | null;
  InvEptSingleContextInstructionEmulationCost: bigint | null;
  InvEptSingleContextInstructionEmulationCost_Base: bigint | null;
  InvVpidAllContextEmulationInterceptsPersec: bigint | null;
  InvVpidAllContextInstructionEmulationCost: bigint | null;
  InvVpidAllContextInstructionEmulationCost_Base: bigint | null;
  InvVpidSingleAddressEmulationInterceptsPersec: bigint | null;
  InvVpidSingleAddressInstructionEmulationCost: bigint | null;
  InvVpidSingleAddressInstructionEmulationCost_Base: bigint | null;
  InvVpidSingleContextEmulationInterceptsPersec: bigint | null;
  InvVpidSingleContextInstructionEmulationCost: bigint | null;
  InvVpidSingleContextInstructionEmulationCost_Base: bigint | null;
  IOInstructionsCost: bigint | null;
  IOInstructionsCost_Base: bigint | null;
  IOInstructionsForwardedPersec: bigint | null;
  IOInstructionsForwardingCost: bigint | null;
  IOInstructionsForwardingCost_Base: bigint | null;
  IOInstructionsPersec: bigint | null;
  IOInterceptMessagesPersec: bigint | null;
  IOMMUHypercallsPersec: bigint | null;
  LargePageTLBFillsPersec: bigint | null;
  LocalFlushedGVARangesPersec: bigint | null;
  LocalIOTLBFlushCost: bigint | null;
  LocalIOTLBFlushCost_Base: bigint | null;
  LocalIOTLBFlushesPersec: bigint | null;
  LogicalProcessorDispatchesPersec: bigint | null;
  LogicalProcessorHypercallsPersec: bigint | null;
  LogicalProcessorMigrationsPersec: bigint | null;
  LongSpinWaitHypercallsPersec: bigint | null;
  MBECNestedPageTableSwitchesPersec: bigint | null;
  MemoryInterceptMessagesPersec: bigint | null;
  MSRAccessesCost: bigint | null;
  MSRAccessesCost_Base: bigint | null;
  MSRAccessesForwardedPersec: bigint | null;
  MSRAccessesForwardingCost: bigint | null;
  MSRAccessesForwardingCost_Base: bigint | null;
  MSRAccessesPersec: bigint | null;
  MWAITInstructionsCost: bigint | null;
  MWAITInstructionsCost_Base: bigint | null;
  MWAITInstructionsForwardedPersec: bigint | null;
  MWAITInstructionsForwardingCost: bigint | null;
  MWAITInstructionsForwardingCost_Base: bigint | null;
  MWAITInstructionsPersec: bigint | null;
  NestedPageFaultInterceptsCost: bigint | null;
  NestedPageFaultInterceptsCost_Base: bigint | null;
  NestedPageFaultInterceptsPersec: bigint | null;
  NestedSLATHardPageFaultsCost: bigint | null;
  NestedSLATHardPageFaultsCost_Base: bigint | null;
  NestedSLATHardPageFaultsPersec: bigint | null;
  NestedSLATSoftPageFaultsCost: bigint | null;
  NestedSLATSoftPageFaultsCost_Base: bigint | null;
  NestedSLATSoftPageFaultsPersec: bigint | null;
  NestedTLBPageTableEvictionsPersec: bigint | null;
  NestedTLBPageTableReclamationsPersec: bigint | null;
  NestedVMEntriesCost: bigint | null;
  NestedVMEntriesCost_Base: bigint | null;
  NestedVMEntriesPersec: bigint | null;
  OtherHypercallsPersec: bigint | null;
  OtherInterceptsCost: bigint | null;
  OtherInterceptsCost_Base: bigint | null;
  OtherInterceptsForwardedPersec: bigint | null;
  OtherInterceptsForwardingCost: bigint | null;
  OtherInterceptsForwardingCost_Base: bigint | null;
  OtherInterceptsPersec: bigint | null;
  OtherMessagesPersec: bigint | null;
  OtherReflectedGuestExceptionsPersec: bigint | null;
  PageFaultInterceptsCost: bigint | null;
  PageFaultInterceptsCost_Base: bigint | null;
  PageFaultInterceptsForwardedPersec: bigint | null;
  PageFaultInterceptsForwardingCost: bigint | null;
  PageFaultInterceptsForwardingCost_Base: bigint | null;
  PageFaultInterceptsPersec: bigint | null;
  PageInvalidationsCost: bigint | null;
  PageInvalidationsCost_Base: bigint | null;
  PageInvalidationsForwardedPersec: bigint | null;
  PageInvalidationsForwardingCost: bigint | null;
  PageInvalidationsForwardingCost_Base: bigint | null;
  PageInvalidationsPersec: bigint | null;
  PageScansPersec: bigint | null;
  PageTableAllocationsPersec: bigint | null;
  PageTableEvictionsPersec: bigint | null;
  PageTableReclamationsPersec: bigint | null;
  PageTableResetsPersec: bigint | null;
  PageTableValidationsPersec: bigint | null;
  PageTableWriteInterceptsPersec: bigint | null;
  PendingInterruptsCost: bigint | null;
  PendingInterruptsCost_Base: bigint | null;
  PendingInterruptsForwardedPersec: bigint | null;
  PendingInterruptsForwardingCost: bigint | null;
  PendingInterruptsForwardingCost_Base: bigint | null;
  PendingInterruptsPersec: bigint | null;
  PercentGuestRelativeUtilization: bigint | null;
  PercentGuestRelativeUtilization_Base: bigint | null;
  PercentGuestRunTime: bigint | null;
  PercentGuestRunTime_Base: bigint | null;
  PercentHypervisorRunTime: bigint | null;
  PercentHypervisorRunTime_Base: bigint | null;
  PercentRemoteRunTime: bigint | null;
  PercentRemoteRunTime_Base: bigint | null;
  PercentTotalCoreRunTime: bigint | null;
  PercentTotalCoreRunTime_Base: bigint | null;
  PercentTotalRunTime: bigint | null;
  PercentTotalRunTime_Base: bigint | null;
  PercentVTL1RunTime: bigint | null;
  PercentVTL1RunTime_Base: bigint | null;
  PercentVTL2RunTime: bigint | null;
  PercentVTL2RunTime_Base: bigint | null;
  PerformanceMonitoringInterruptsPersec: bigint | null;
  PerformanceMonitoringIPTMSRAccessesPersec: bigint | null;
  PerformanceMonitoringLBRMSRAccessesPersec: bigint | null;
  PerformanceMonitoringvPMUMSRAccessesPersec: bigint | null;
  PostedInterruptNotificationsPersec: bigint | null;
  PostedInterruptScansPersec: bigint | null;
  RDPMCInstructionsCost: bigint | null;
  RDPMCInstructionsCost_Base: bigint | null;
  RDPMCInstructionsPersec: bigint | null;
  ReflectedGuestPageFaultsPersec: bigint | null;
  SchedulingPriority: bigint | null;
  SmallPageTLBFillsPersec: bigint | null;
  SVMHypercallsPersec: bigint | null;
  SyntheticInterruptHypercallsPersec: bigint | null;
  SyntheticInterruptsPersec: bigint | null;
  TotalInterceptsCost: bigint | null;
  TotalInterceptsCost_Base: bigint | null;
  TotalInterceptsPersec: bigint | null;
  TotalMessagesPersec: bigint | null;
  TotalVirtualizationInstructionsEmulatedPersec: bigint | null;
  TotalVirtualizationInstructionsEmulationCost: bigint | null;
  TotalVirtualizationInstructionsEmulationCost_Base: bigint | null;
  VirtualInterruptHypercallsPersec: bigint | null;
  VirtualInterruptsPersec: bigint | null;
  VirtualMMUHypercallsPersec: bigint | null;
  VirtualProcessorHypercallsPersec: bigint | null;
  VMCLEAREmulationInterceptsPersec: bigint | null;
  VMCLEARInstructionEmulationCost: bigint | null;
  VMCLEARInstructionEmulationCost_Base: bigint | null;
  VMLOADEmulationInterceptsPersec: bigint | null;
  VMLOADInstructionEmulationCost: bigint | null;
  VMLOADInstructionEmulationCost_Base: bigint | null;
  VMPTRLDEmulationInterceptsPersec: bigint | null;
  VMPTRLDInstructionEmulationCost: bigint | null;
  VMPTRLDInstructionEmulationCost_Base: bigint | null;
  VMPTRSTEmulationInterceptsPersec: bigint | null;
  VMPTRSTInstructionEmulationCost: bigint | null;
  VMPTRSTInstructionEmulationCost_Base: bigint | null;
  VMREADEmulationInterceptsPersec: bigint | null;
  VMREADInstructionEmulationCost: bigint | null;
  VMREADInstructionEmulationCost_Base: bigint | null;
  VMSAVEEmulationInterceptsPersec: bigint | null;
  VMSAVEInstructionEmulationCost: bigint | null;
  VMSAVEInstructionEmulationCost_Base: bigint | null;
  VMWRITEEmulationInterceptsPersec: bigint | null;
  VMWRITEInstructionEmulationCost: bigint | null;
  VMWRITEInstructionEmulationCost_Base: bigint | null;
  VMXOFFEmulationInterceptsPersec: bigint | null;
  VMXOFFInstructionEmulationCost: bigint | null;
  VMXOFFInstructionEmulationCost_Base: bigint | null;
  VMXONEmulationInterceptsPersec: bigint | null;
  VMXONInstructionEmulationCost: bigint | null;
  VMXONInstructionEmulationCost_Base: bigint | null;
  VSMHypercallsPersec: bigint | null;
  VTL1AverageRunTime: bigint | null;
  VTL1AverageRunTime_Base: bigint | null;
  VTL1DispatchesPersec: bigint | null;
  VTL2AverageRunTime: bigint | null;
  VTL2AverageRunTime_Base: bigint | null;
  VTL2DispatchesPersec: bigint | null;
};

export type CIM_Service = CIM_LogicalElement & {
  CreationClassName: string | null;
  Started: boolean | null;
  StartMode: string | null;
  SystemCreationClassName: string | null;
  SystemName: string | null;
};

export interface CIM_Service_Methods {
  StartService: {
    in: {};
    out: {};
  };
  StopService: {
    in: {};
    out: {};
  };
}

export type Win32_BaseService = CIM_Service & {
  AcceptPause: boolean | null;
  AcceptStop: boolean | null;
  DesktopInteract: boolean | null;
  DisplayName: string | null;
  ErrorControl: string | null;
  ExitCode: number | null;
  PathName: string | null;
  ServiceSpecificExitCode: number | null;
  ServiceType: string | null;
  StartName: string | null;
  State: string | null;
  TagId: number | null;
};

export interface Win32_BaseService_Methods extends CIM_Service_Methods {
  PauseService: {
    in: {};
    out: {};
  };
  ResumeService: {
    in: {};
    out: {};
  };
  InterrogateService: {
    in: {};
    out: {};
  };
  UserControlService: {
    in: { ControlCode?: number | null };
    out: {};
  };
  Create: {
    in: {
      Name?: string | null;
      DisplayName?: string | null;
      PathName?: string | null;
      ServiceType?: number | null;
      ErrorControl?: number | null;
      StartMode?: string | null;
      DesktopInteract?: boolean | null;
      StartName?: string | null;
      StartPassword?: string | null;
      LoadOrderGroup?: string | null;
      LoadOrderGroupDependencies?: readonly (string | null)[] | null;
      ServiceDependencies?: readonly (string | null)[] | null;
    };
    out: {};
  };
  Change: {
    in: {
      DisplayName?: string | null;
      PathName?: string | null;
      ServiceType?: number | null;
      ErrorControl?: number | null;
      StartMode?: string | null;
      DesktopInteract?: boolean | null;
      StartName?: string | null;
      StartPassword?: string | null;
      LoadOrderGroup?: string | null;
      LoadOrderGroupDependencies?: readonly (string | null)[] | null;
      ServiceDependencies?: readonly (string | null)[] | null;
    };
    out: {};
  };
  ChangeStartMode: {
    in: { StartMode?: string | null };
    out: {};
  };
  Delete: {
    in: {};
    out: {};
  };
}

export type Win32_Service = Win32_BaseService & {
  CheckPoint: number | null;
  DelayedAutoStart: boolean | null;
  ProcessId: number | null;
  WaitHint: number | null;
};

export interface Win32_Service_Methods extends Win32_BaseService_Methods {
  GetSecurityDescriptor: {
    in: {};
    out: { Descriptor?: WireObject | null };
  };
  SetSecurityDescriptor: {
    in: { Descriptor?: WireObject | null };
    out: {};
  };
}

export type CIM_LogicalFile = CIM_LogicalElement & {
  AccessMask: number | null;
  Archive: boolean | null;
  Compressed: boolean | null;
  CompressionMethod: string | null;
  CreationClassName: string | null;
  CreationDate: string | null;
  CSCreationClassName: string | null;
  CSName: string | null;
  Drive: string | null;
  EightDotThreeFileName: string | null;
  Encrypted: boolean | null;
  EncryptionMethod: string | null;
  Extension: string | null;
  FileName: string | null;
  FileSize: bigint | null;
  FileType: string | null;
  FSCreationClassName: string | null;
  FSName: string | null;
  Hidden: boolean | null;
  InUseCount: bigint | null;
  LastAccessed: string | null;
  LastModified: string | null;
  Path: string | null;
  Readable: boolean | null;
  System: boolean | null;
  Writeable: boolean | null;
};

export interface CIM_LogicalFile_Methods {
  TakeOwnerShip: {
    in: {};
    out: {};
  };
  ChangeSecurityPermissions: {
    in: { SecurityDescriptor?: WireObject | null; Option?: number | null };
    out: {};
  };
  Copy: {
    in: { FileName?: string | null };
    out: {};
  };
  Rename: {
    in: { FileName?: string | null };
    out: {};
  };
  Delete: {
    in: {};
    out: {};
  };
  Compress: {
    in: {};
    out: {};
  };
  Uncompress: {
    in: {};
    out: {};
  };
  TakeOwnerShipEx: {
    in: { StartFileName?: string | null; Recursive?: boolean | null };
    out: { StopFileName?: string | null };
  };
  ChangeSecurityPermissionsEx: {
    in: {
      SecurityDescriptor?: WireObject | null;
      Option?: number | null;
      StartFileName?: string | null;
      Recursive?: boolean | null;
    };
    out: { StopFileName?: string | null };
  };
  CopyEx: {
    in: { FileName?: string | null; StartFileName?: string | null; Recursive?: boolean | null };
    out: { StopFileName?: string | null };
  };
  DeleteEx: {
    in: { StartFileName?: string | null };
    out: { StopFileName?: string | null };
  };
  CompressEx: {
    in: { StartFileName?: string | null; Recursive?: boolean | null };
    out: { StopFileName?: string | null };
  };
  UncompressEx: {
    in: { StartFileName?: string | null; Recursive?: boolean | null };
    out: { StopFileName?: string | null };
  };
  GetEffectivePermission: {
    in: { Permissions?: number | null };
    out: {};
  };
}

export type CIM_DataFile = CIM_LogicalFile & {
  Manufacturer: string | null;
  Version: string | null;
};

export type CIM_DataFile_Methods = CIM_LogicalFile_Methods;

export type CIM_MediaAccessDevice = CIM_LogicalDevice & {
  Capabilities: readonly (number | null)[] | null;
  CapabilityDescriptions: readonly (string | null)[] | null;
  CompressionMethod: string | null;
  DefaultBlockSize: bigint | null;
  ErrorMethodology: string | null;
  MaxBlockSize: bigint | null;
  MaxMediaSize: bigint | null;
  MinBlockSize: bigint | null;
  NeedsCleaning: boolean | null;
  NumberOfMediaSupported: number | null;
};

export type CIM_MediaAccessDevice_Methods = CIM_LogicalDevice_Methods;

export type CIM_DiskDrive = CIM_MediaAccessDevice;

export type CIM_DiskDrive_Methods = CIM_MediaAccessDevice_Methods;

export type Win32_DiskDrive = CIM_DiskDrive & {
  BytesPerSector: number | null;
  FirmwareRevision: string | null;
  Index: number | null;
  InterfaceType: string | null;
  Manufacturer: string | null;
  MediaLoaded: boolean | null;
  MediaType: string | null;
  Model: string | null;
  Partitions: number | null;
  SCSIBus: number | null;
  SCSILogicalUnit: number | null;
  SCSIPort: number | null;
  SCSITargetId: number | null;
  SectorsPerTrack: number | null;
  SerialNumber: string | null;
  Signature: number | null;
  Size: bigint | null;
  TotalCylinders: bigint | null;
  TotalHeads: number | null;
  TotalSectors: bigint | null;
  TotalTracks: bigint | null;
  TracksPerCylinder: number | null;
};

export type Win32_DiskDrive_Methods = CIM_DiskDrive_Methods;

export type CIM_StorageExtent = CIM_LogicalDevice & {
  Access: number | null;
  BlockSize: bigint | null;
  ErrorMethodology: string | null;
  NumberOfBlocks: bigint | null;
  Purpose: string | null;
};

export type CIM_StorageExtent_Methods = CIM_LogicalDevice_Methods;

export type CIM_LogicalDisk = CIM_StorageExtent & {
  FreeSpace: bigint | null;
  Size: bigint | null;
};

export type CIM_LogicalDisk_Methods = CIM_StorageExtent_Methods;

export type Win32_LogicalDisk = CIM_LogicalDisk & {
  Compressed: boolean | null;
  DriveType: number | null;
  FileSystem: string | null;
  MaximumComponentLength: number | null;
  MediaType: number | null;
  ProviderName: string | null;
  QuotasDisabled: boolean | null;
  QuotasIncomplete: boolean | null;
  QuotasRebuilding: boolean | null;
  SupportsDiskQuotas: boolean | null;
  SupportsFileBasedCompression: boolean | null;
  VolumeDirty: boolean | null;
  VolumeName: string | null;
  VolumeSerialNumber: string | null;
};

export interface Win32_LogicalDisk_Methods extends CIM_LogicalDisk_Methods {
  Chkdsk: {
    in: {
      FixErrors?: boolean | null;
      VigorousIndexCheck?: boolean | null;
      SkipFolderCycle?: boolean | null;
      ForceDismount?: boolean | null;
      RecoverBadSectors?: boolean | null;
      OkToRunAtBootUp?: boolean | null;
    };
    out: {};
  };
  ScheduleAutoChk: {
    in: { LogicalDisk?: readonly (string | null)[] | null };
    out: {};
  };
  ExcludeFromAutochk: {
    in: { LogicalDisk?: readonly (string | null)[] | null };
    out: {};
  };
}

export type CIM_StorageVolume = CIM_StorageExtent;

export type CIM_StorageVolume_Methods = CIM_StorageExtent_Methods;

export type Win32_Volume = CIM_StorageVolume & {
  Automount: boolean | null;
  BootVolume: boolean | null;
  Capacity: bigint | null;
  Compressed: boolean | null;
  DirtyBitSet: boolean | null;
  DriveLetter: string | null;
  DriveType: number | null;
  FileSystem: string | null;
  FreeSpace: bigint | null;
  IndexingEnabled: boolean | null;
  Label: string | null;
  MaximumFileNameLength: number | null;
  PageFilePresent: boolean | null;
  QuotasEnabled: boolean | null;
  QuotasIncomplete: boolean | null;
  QuotasRebuilding: boolean | null;
  SerialNumber: number | null;
  SupportsDiskQuotas: boolean | null;
  SupportsFileBasedCompression: boolean | null;
  SystemVolume: boolean | null;
};

export interface Win32_Volume_Methods extends CIM_StorageVolume_Methods {
  Chkdsk: {
    in: {
      FixErrors?: boolean | null;
      VigorousIndexCheck?: boolean | null;
      SkipFolderCycle?: boolean | null;
      ForceDismount?: boolean | null;
      RecoverBadSectors?: boolean | null;
      OkToRunAtBootUp?: boolean | null;
    };
    out: {};
  };
  ScheduleAutoChk: {
    in: { Volume?: readonly (string | null)[] | null };
    out: {};
  };
  ExcludeFromAutoChk: {
    in: { Volume?: readonly (string | null)[] | null };
    out: {};
  };
  Format: {
    in: {
      FileSystem?: string | null;
      QuickFormat?: boolean | null;
      ClusterSize?: number | null;
      Label?: string | null;
      EnableCompression?: boolean | null;
      Version?: number | null;
    };
    out: {};
  };
  Defrag: {
    in: { Force?: boolean | null };
    out: { DefragAnalysis?: WireObject | null };
  };
  DefragAnalysis: {
    in: {};
    out: { DefragRecommended?: boolean | null; DefragAnalysis?: WireObject | null };
  };
  AddMountPoint: {
    in: { Directory?: string | null };
    out: {};
  };
  Mount: {
    in: {};
    out: {};
  };
  Dismount: {
    in: { Force?: boolean | null; Permanent?: boolean | null };
    out: {};
  };
}

export type Win32_ACE = common.__ACE;

export type Win32_SecurityDescriptor = common.__SecurityDescriptor;

export type Win32_Trustee = common.__Trustee;

/** Value types by class name. */
export interface Cimv2Classes {
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
  CIM_ManagedSystemElement: CIM_ManagedSystemElement;
  CIM_LogicalElement: CIM_LogicalElement;
  CIM_OperatingSystem: CIM_OperatingSystem;
  Win32_OperatingSystem: Win32_OperatingSystem;
  CIM_Product: CIM_Product;
  Win32_ComputerSystemProduct: Win32_ComputerSystemProduct;
  CIM_SoftwareElement: CIM_SoftwareElement;
  CIM_BIOSElement: CIM_BIOSElement;
  Win32_BIOS: Win32_BIOS;
  CIM_System: CIM_System;
  CIM_ComputerSystem: CIM_ComputerSystem;
  CIM_UnitaryComputerSystem: CIM_UnitaryComputerSystem;
  Win32_ComputerSystem: Win32_ComputerSystem;
  CIM_LogicalDevice: CIM_LogicalDevice;
  CIM_NetworkAdapter: CIM_NetworkAdapter;
  Win32_NetworkAdapter: Win32_NetworkAdapter;
  CIM_Processor: CIM_Processor;
  Win32_Processor: Win32_Processor;
  CIM_PhysicalElement: CIM_PhysicalElement;
  CIM_PhysicalComponent: CIM_PhysicalComponent;
  CIM_Chip: CIM_Chip;
  CIM_PhysicalMemory: CIM_PhysicalMemory;
  Win32_PhysicalMemory: Win32_PhysicalMemory;
  CIM_StatisticalInformation: CIM_StatisticalInformation;
  Win32_Perf: Win32_Perf;
  Win32_PerfFormattedData: Win32_PerfFormattedData;
  Win32_PerfFormattedData_Counters_ProcessorInformation: Win32_PerfFormattedData_Counters_ProcessorInformation;
  Win32_PerfRawData: Win32_PerfRawData;
  Win32_PerfRawData_HvStats_HyperVHypervisor: Win32_PerfRawData_HvStats_HyperVHypervisor;
  Win32_PerfRawData_HvStats_HyperVHypervisorVirtualProcessor: Win32_PerfRawData_HvStats_HyperVHypervisorVirtualProcessor;
  CIM_Service: CIM_Service;
  Win32_BaseService: Win32_BaseService;
  Win32_Service: Win32_Service;
  CIM_LogicalFile: CIM_LogicalFile;
  CIM_DataFile: CIM_DataFile;
  CIM_MediaAccessDevice: CIM_MediaAccessDevice;
  CIM_DiskDrive: CIM_DiskDrive;
  Win32_DiskDrive: Win32_DiskDrive;
  CIM_StorageExtent: CIM_StorageExtent;
  CIM_LogicalDisk: CIM_LogicalDisk;
  Win32_LogicalDisk: Win32_LogicalDisk;
  CIM_StorageVolume: CIM_StorageVolume;
  Win32_Volume: Win32_Volume;
  Win32_ACE: Win32_ACE;
  Win32_SecurityDescriptor: Win32_SecurityDescriptor;
  Win32_Trustee: Win32_Trustee;
}

/** Method arguments by class name, for the classes that have methods. */
export interface Cimv2Methods {
  __SystemSecurity: common.__SystemSecurity_Methods;
  CIM_OperatingSystem: CIM_OperatingSystem_Methods;
  Win32_OperatingSystem: Win32_OperatingSystem_Methods;
  CIM_UnitaryComputerSystem: CIM_UnitaryComputerSystem_Methods;
  Win32_ComputerSystem: Win32_ComputerSystem_Methods;
  CIM_LogicalDevice: CIM_LogicalDevice_Methods;
  CIM_NetworkAdapter: CIM_NetworkAdapter_Methods;
  Win32_NetworkAdapter: Win32_NetworkAdapter_Methods;
  CIM_Processor: CIM_Processor_Methods;
  Win32_Processor: Win32_Processor_Methods;
  CIM_Service: CIM_Service_Methods;
  Win32_BaseService: Win32_BaseService_Methods;
  Win32_Service: Win32_Service_Methods;
  CIM_LogicalFile: CIM_LogicalFile_Methods;
  CIM_DataFile: CIM_DataFile_Methods;
  CIM_MediaAccessDevice: CIM_MediaAccessDevice_Methods;
  CIM_DiskDrive: CIM_DiskDrive_Methods;
  Win32_DiskDrive: Win32_DiskDrive_Methods;
  CIM_StorageExtent: CIM_StorageExtent_Methods;
  CIM_LogicalDisk: CIM_LogicalDisk_Methods;
  Win32_LogicalDisk: Win32_LogicalDisk_Methods;
  CIM_StorageVolume: CIM_StorageVolume_Methods;
  Win32_Volume: Win32_Volume_Methods;
}
