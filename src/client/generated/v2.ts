// Types of root\virtualization\v2, printed by script/compile-schema.ts from the MOF files. Not for editing.

import type { Reference, WireObject } from '../object.ts';

export type __NotifyStatus = {
  StatusCode: number | null;
};

export type __ExtendedStatus = __NotifyStatus & {
  Description: string | null;
  Operation: string | null;
  ParameterInfo: string | null;
  ProviderName: string | null;
};

export type __SecurityRelatedClass = Record<never, never>;

export type __NTLMUser9X = __SecurityRelatedClass & {
  Authority: string | null;
  Flags: number | null;
  Mask: number | null;
  Name: string | null;
  Type: number | null;
};

export type __PARAMETERS = Record<never, never>;

export type __SystemClass = Record<never, never>;

export type __Namespace = __SystemClass & {
  Name: string | null;
};

export type __thisNAMESPACE = __SystemClass & {
  SECURITY_DESCRIPTOR: readonly (number | null)[] | null;
};

export type __SystemSecurity = Record<never, never>;

export interface __SystemSecurity_Methods {
  GetSD: {
    in: {};
    out: { SD?: readonly (number | null)[] | null };
  };
  GetSecurityDescriptor: {
    in: {};
    out: { Descriptor?: WireObject | null };
  };
  Get9XUserList: {
    in: {};
    out: { ul?: readonly (WireObject | null)[] | null };
  };
  SetSD: {
    in: { SD?: readonly (number | null)[] | null };
    out: {};
  };
  SetSecurityDescriptor: {
    in: { Descriptor?: WireObject | null };
    out: {};
  };
  Set9XUserList: {
    in: { ul?: readonly (WireObject | null)[] | null };
    out: {};
  };
  GetCallerAccessRights: {
    in: {};
    out: { rights?: number | null };
  };
}

export type __IndicationRelated = __SystemClass;

export type __AggregateEvent = __IndicationRelated & {
  NumberOfEvents: number | null;
  Representative: WireObject | null;
};

export type __Event = __IndicationRelated & {
  SECURITY_DESCRIPTOR: readonly (number | null)[] | null;
  TIME_CREATED: bigint | null;
};

export type __ClassOperationEvent = __Event & {
  TargetClass: WireObject | null;
};

export type __ClassCreationEvent = __ClassOperationEvent;

export type __ClassDeletionEvent = __ClassOperationEvent;

export type __ClassModificationEvent = __ClassOperationEvent & {
  PreviousClass: WireObject | null;
};

export type __ExtrinsicEvent = __Event;

export type __SystemEvent = __ExtrinsicEvent;

export type __EventDroppedEvent = __SystemEvent & {
  Event: WireObject | null;
  IntendedConsumer: Reference | null;
};

export type __ConsumerFailureEvent = __EventDroppedEvent & {
  ErrorCode: number | null;
  ErrorDescription: string | null;
  ErrorObject: WireObject | null;
};

export type __EventQueueOverflowEvent = __EventDroppedEvent & {
  CurrentQueueSize: number | null;
};

export type __QOSFailureEvent = __EventDroppedEvent & {
  ErrorCode: number | null;
  ErrorDescription: string | null;
};

export type __InstanceOperationEvent = __Event & {
  TargetInstance: WireObject | null;
};

export type __InstanceCreationEvent = __InstanceOperationEvent;

export type __InstanceDeletionEvent = __InstanceOperationEvent;

export type __InstanceModificationEvent = __InstanceOperationEvent & {
  PreviousInstance: WireObject | null;
};

export type __MethodInvocationEvent = __InstanceOperationEvent & {
  Method: string | null;
  Parameters: WireObject | null;
  PreCall: boolean | null;
};

export type __NamespaceOperationEvent = __Event & {
  TargetNamespace: WireObject | null;
};

export type __NamespaceCreationEvent = __NamespaceOperationEvent;

export type __NamespaceDeletionEvent = __NamespaceOperationEvent;

export type __NamespaceModificationEvent = __NamespaceOperationEvent & {
  PreviousNamespace: WireObject | null;
};

export type __EventConsumer = __IndicationRelated & {
  CreatorSID: readonly (number | null)[] | null;
  MachineName: string | null;
  MaximumQueueSize: number | null;
};

export type __EventFilter = __IndicationRelated & {
  CreatorSID: readonly (number | null)[] | null;
  EventAccess: string | null;
  EventNamespace: string | null;
  Name: string | null;
  Query: string | null;
  QueryLanguage: string | null;
};

export type __EventGenerator = __IndicationRelated;

export type __FilterToConsumerBinding = __IndicationRelated & {
  Consumer: Reference | null;
  CreatorSID: readonly (number | null)[] | null;
  DeliverSynchronously: boolean | null;
  DeliveryQoS: number | null;
  Filter: Reference | null;
  MaintainSecurityContext: boolean | null;
  SlowDownProviders: boolean | null;
};

export type __TimerEvent = __Event & {
  NumFirings: number | null;
  TimerId: string | null;
};

export type __TimerInstruction = __EventGenerator & {
  SkipIfPassed: boolean | null;
  TimerId: string | null;
};

export type __AbsoluteTimerInstruction = __TimerInstruction & {
  EventDateTime: string | null;
};

export type __IntervalTimerInstruction = __TimerInstruction & {
  IntervalBetweenEvents: number | null;
};

export type __TimerNextFiring = __IndicationRelated & {
  NextEvent64BitTime: bigint | null;
  TimerId: string | null;
};

export type __Provider = __SystemClass & {
  Name: string | null;
};

export type __Win32Provider = __Provider & {
  ClientLoadableCLSID: string | null;
  CLSID: string | null;
  Concurrency: number | null;
  DefaultMachineName: string | null;
  Enabled: boolean | null;
  HostingModel: string | null;
  ImpersonationLevel: number | null;
  InitializationReentrancy: number | null;
  InitializationTimeoutInterval: string | null;
  InitializeAsAdminFirst: boolean | null;
  OperationTimeoutInterval: string | null;
  PerLocaleInitialization: boolean | null;
  PerUserInitialization: boolean | null;
  Pure: boolean | null;
  SecurityDescriptor: string | null;
  SupportsExplicitShutdown: boolean | null;
  SupportsExtendedStatus: boolean | null;
  SupportsQuotas: boolean | null;
  SupportsSendStatus: boolean | null;
  SupportsShutdown: boolean | null;
  SupportsThrottling: boolean | null;
  UnloadTimeout: string | null;
  Version: number | null;
};

export type __ProviderRegistration = __SystemClass & {
  provider: Reference | null;
};

export type __EventConsumerProviderRegistration = __ProviderRegistration & {
  ConsumerClassNames: readonly (string | null)[] | null;
};

export type __EventProviderRegistration = __ProviderRegistration & {
  EventQueryList: readonly (string | null)[] | null;
};

export type __MethodProviderRegistration = __ProviderRegistration;

export type __ObjectProviderRegistration = __ProviderRegistration & {
  InteractionType: number | null;
  QuerySupportLevels: readonly (string | null)[] | null;
  SupportsBatching: boolean | null;
  SupportsDelete: boolean | null;
  SupportsEnumeration: boolean | null;
  SupportsGet: boolean | null;
  SupportsPut: boolean | null;
  SupportsTransactions: boolean | null;
};

export type __ClassProviderRegistration = __ObjectProviderRegistration & {
  CacheRefreshInterval: string | null;
  PerUserSchema: boolean | null;
  ReferencedSetQueries: readonly (string | null)[] | null;
  ResultSetQueries: readonly (string | null)[] | null;
  ReSynchroniseOnNamespaceOpen: boolean | null;
  UnsupportedQueries: readonly (string | null)[] | null;
  Version: number | null;
};

export type __InstanceProviderRegistration = __ObjectProviderRegistration;

export type __PropertyProviderRegistration = __ProviderRegistration & {
  SupportsPut: boolean | null;
  SupportsGet: boolean | null;
};

export type __ACE = __SecurityRelatedClass & {
  AccessMask: number | null;
  AceFlags: number | null;
  AceType: number | null;
  GuidInheritedObjectType: string | null;
  GuidObjectType: string | null;
  TIME_CREATED: bigint | null;
  Trustee: WireObject | null;
};

export type __SecurityDescriptor = __SecurityRelatedClass & {
  ControlFlags: number | null;
  DACL: readonly (WireObject | null)[] | null;
  Group: WireObject | null;
  Owner: WireObject | null;
  SACL: readonly (WireObject | null)[] | null;
  TIME_CREATED: bigint | null;
};

export type __Trustee = __SecurityRelatedClass & {
  Domain: string | null;
  Name: string | null;
  SID: readonly (number | null)[] | null;
  SidLength: number | null;
  SIDString: string | null;
  TIME_CREATED: bigint | null;
};

export type CIM_Indication = __ExtrinsicEvent & {
  IndicationIdentifier: string | null;
  CorrelatedIndications: readonly (string | null)[] | null;
  IndicationTime: string | null;
  PerceivedSeverity: number | null;
  OtherSeverity: string | null;
  IndicationFilterName: string | null;
  SequenceContext: string | null;
  SequenceNumber: bigint | null;
};

export type CIM_ClassIndication = CIM_Indication & {
  ClassDefinition: WireObject | null;
};

export type CIM_ClassCreation = CIM_ClassIndication;

export type CIM_ClassDeletion = CIM_ClassIndication;

export type CIM_ClassModification = CIM_ClassIndication & {
  PreviousClassDefinition: WireObject | null;
};

export type CIM_InstIndication = CIM_Indication & {
  SourceInstance: WireObject | null;
  SourceInstanceHost: string | null;
  SourceInstanceModelPath: string | null;
};

export type CIM_InstCreation = CIM_InstIndication;

export type CIM_InstDeletion = CIM_InstIndication;

export type CIM_InstModification = CIM_InstIndication & {
  PreviousInstance: WireObject | null;
};

export type CIM_Error = {
  ErrorType: number | null;
  OtherErrorType: string | null;
  OwningEntity: string | null;
  MessageID: string | null;
  Message: string | null;
  MessageArguments: readonly (string | null)[] | null;
  PerceivedSeverity: number | null;
  ProbableCause: number | null;
  ProbableCauseDescription: string | null;
  RecommendedActions: readonly (string | null)[] | null;
  ErrorSource: string | null;
  ErrorSourceFormat: number | null;
  OtherErrorSourceFormat: string | null;
  CIMStatusCode: number | null;
  CIMStatusCodeDescription: string | null;
};

export type MSFT_WmiError = CIM_Error & {
  error_Category: number | null;
  error_Code: number | null;
  error_Type: string | null;
  error_WindowsErrorMessage: string | null;
};

export type MSFT_ExtendedStatus = MSFT_WmiError & {
  original_error: WireObject | null;
};

export type CIM_ManagedElement = {
  InstanceID: string | null;
  Caption: string | null;
  Description: string | null;
  ElementName: string | null;
};

export type CIM_Collection = CIM_ManagedElement;

export type CIM_CollectionOfMSEs = CIM_Collection & {
  CollectionID: string | null;
};

export type CIM_ManagedSystemElement = CIM_ManagedElement & {
  InstallDate: string | null;
  Name: string | null;
  OperationalStatus: readonly (number | null)[] | null;
  StatusDescriptions: readonly (string | null)[] | null;
  Status: string | null;
  HealthState: number | null;
  CommunicationStatus: number | null;
  DetailedStatus: number | null;
  OperatingStatus: number | null;
  PrimaryStatus: number | null;
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
  AvailableRequestedStates: readonly (number | null)[] | null;
  TransitioningToState: number | null;
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
  OtherIdentifyingInfo: readonly (string | null)[] | null;
  IdentifyingDescriptions: readonly (string | null)[] | null;
};

export type CIM_System_Methods = CIM_EnabledLogicalElement_Methods;

export type CIM_ComputerSystem = CIM_System & {
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
  JobState: number | null;
  TimeOfLastStateChange: string | null;
  TimeBeforeRemoval: string | null;
};

export interface CIM_ConcreteJob_Methods extends CIM_Job_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; TimeoutPeriod?: string | null };
    out: {};
  };
  GetError: {
    in: {};
    out: { Error?: string | null };
  };
}

export type CIM_ResourcePool = CIM_LogicalElement & {
  PoolID: string | null;
  Primordial: boolean | null;
  Capacity: bigint | null;
  Reserved: bigint | null;
  ResourceType: number | null;
  OtherResourceType: string | null;
  ResourceSubType: string | null;
  AllocationUnits: string | null;
  ConsumedResourceUnits: string | null;
  CurrentlyConsumedResource: bigint | null;
  MaxConsumableResource: bigint | null;
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
  RegistryURIs: readonly (string | null)[] | null;
};

export type CIM_View = CIM_ManagedElement;

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
};

export type CIM_ProtocolEndpoint_Methods = CIM_ServiceAccessPoint_Methods;

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

export type CIM_AffectedJobElement = {
  AffectedElement: Reference | null;
  AffectingElement: Reference | null;
  ElementEffects: readonly (number | null)[] | null;
  OtherElementEffectsDescriptions: readonly (string | null)[] | null;
};

export type CIM_Component = {
  GroupComponent: Reference | null;
  PartComponent: Reference | null;
};

export type CIM_ConcreteComponent = CIM_Component;

export type CIM_ServiceComponent = CIM_Component;

export type CIM_SwitchServiceTransparentBridging = CIM_ServiceComponent;

export type CIM_SettingsDefineCapabilities = CIM_Component & {
  PropertyPolicy: number | null;
  ValueRole: number | null;
  ValueRange: number | null;
};

export type CIM_SystemComponent = CIM_Component;

export type CIM_HostedResourcePool = CIM_SystemComponent;

export type CIM_SystemBIOS = CIM_SystemComponent;

export type CIM_SystemDevice = CIM_SystemComponent;

export type CIM_VirtualSystemSettingDataComponent = CIM_Component;

export type CIM_Dependency = {
  Antecedent: Reference | null;
  Dependent: Reference | null;
};

export type CIM_BasedOn = CIM_Dependency & {
  StartingAddress: bigint | null;
  EndingAddress: bigint | null;
  OrderIndex: number | null;
};

export type CIM_ConcreteDependency = CIM_Dependency;

export type CIM_DeviceConnection = CIM_Dependency & {
  NegotiatedSpeed: bigint | null;
  NegotiatedDataWidth: number | null;
};

export type CIM_ControlledBy = CIM_DeviceConnection & {
  AccessState: number | null;
  TimeOfDeviceReset: string | null;
  NumberOfHardResets: number | null;
  NumberOfSoftResets: number | null;
  DeviceNumber: string | null;
  AccessMode: number | null;
  AccessPriority: number | null;
};

export type CIM_DeviceSAPImplementation = CIM_Dependency;

export type CIM_ElementAllocatedFromPool = CIM_Dependency;

export type CIM_ElementView = CIM_Dependency;

export type CIM_HostedDependency = CIM_Dependency;

export type CIM_HostedAccessPoint = CIM_HostedDependency;

export type CIM_HostedService = CIM_HostedDependency;

export type CIM_PortOnDevice = CIM_HostedDependency;

export type CIM_VideoHeadOnController = CIM_HostedDependency;

export type CIM_LastAppliedSnapshot = CIM_Dependency;

export type CIM_MediaPresent = CIM_Dependency & {
  FixedMedia: boolean | null;
};

export type CIM_MetricDefForME = CIM_Dependency & {
  MetricCollectionEnabled: number | null;
};

export type CIM_MetricForME = CIM_Dependency;

export type CIM_MetricInstance = CIM_Dependency;

export type CIM_MostCurrentSnapshotInBranch = CIM_Dependency;

export type CIM_ProtocolControllerForDevice = CIM_Dependency & {
  DeviceNumber: string | null;
  AccessPriority: number | null;
  AccessState: number | null;
};

export type CIM_ProtocolControllerForUnit = CIM_ProtocolControllerForDevice & {
  DeviceAccess: number | null;
};

export type CIM_ResourceAllocationFromPool = CIM_Dependency;

export type CIM_SAPSAPDependency = CIM_Dependency;

export type CIM_ActiveConnection = CIM_SAPSAPDependency & {
  TrafficType: number | null;
  OtherTrafficDescription: string | null;
  IsUnidirectional: boolean | null;
};

export type CIM_BindsTo = CIM_SAPSAPDependency;

export type CIM_BindsToLANEndpoint = CIM_BindsTo & {
  FrameType: number | null;
};

export type CIM_ServiceSAPDependency = CIM_Dependency;

export type CIM_ForwardsAmong = CIM_ServiceSAPDependency;

export type CIM_SwitchesAmong = CIM_ForwardsAmong;

export type CIM_SnapshotOfVirtualSystem = CIM_Dependency;

export type CIM_SwitchPortDynamicForwarding = CIM_Dependency;

export type CIM_TransparentBridgingDynamicForwarding = CIM_Dependency;

export type CIM_ElementCapabilities = {
  ManagedElement: Reference | null;
  Capabilities: Reference | null;
  Characteristics: readonly (number | null)[] | null;
};

export type CIM_ElementConformsToProfile = {
  ConformantStandard: Reference | null;
  ManagedElement: Reference | null;
};

export type CIM_ElementSettingData = {
  ManagedElement: Reference | null;
  SettingData: Reference | null;
  IsDefault: number | null;
  IsCurrent: number | null;
  IsNext: number | null;
};

export type CIM_LogicalIdentity = {
  SystemElement: Reference | null;
  SameElement: Reference | null;
};

export type CIM_MemberOfCollection = {
  Collection: Reference | null;
  Member: Reference | null;
};

export type CIM_CollectedMSEs = CIM_MemberOfCollection;

export type CIM_OwningJobElement = {
  OwningElement: Reference | null;
  OwnedElement: Reference | null;
};

export type CIM_ServiceAffectsElement = {
  AffectedElement: Reference | null;
  AffectingElement: Reference | null;
  ElementEffects: readonly (number | null)[] | null;
  OtherElementEffectsDescriptions: readonly (string | null)[] | null;
};

export type CIM_SettingsDefineState = {
  ManagedElement: Reference | null;
  SettingData: Reference | null;
};

export type CIM_Capabilities = CIM_ManagedElement;

export type CIM_AllocationCapabilities = CIM_Capabilities & {
  ResourceType: number | null;
  OtherResourceType: string | null;
  ResourceSubType: string | null;
  RequestTypesSupported: number | null;
  SharingMode: number | null;
  SupportedAddStates: readonly (number | null)[] | null;
  SupportedRemoveStates: readonly (number | null)[] | null;
};

export type CIM_EnabledLogicalElementCapabilities = CIM_Capabilities & {
  ElementNameEditSupported: boolean | null;
  MaxElementNameLen: number | null;
  RequestedStatesSupported: readonly (number | null)[] | null;
  ElementNameMask: string | null;
};

export type CIM_MetricServiceCapabilities = CIM_EnabledLogicalElementCapabilities & {
  ControllableMetrics: readonly (string | null)[] | null;
  MetricsControlTypes: readonly (number | null)[] | null;
  ControllableManagedElements: readonly (string | null)[] | null;
  ManagedElementControlTypes: readonly (number | null)[] | null;
  SupportedMethods: readonly (number | null)[] | null;
};

export type CIM_VirtualSystemManagementCapabilities = CIM_EnabledLogicalElementCapabilities & {
  VirtualSystemTypesSupported: readonly (string | null)[] | null;
  SynchronousMethodsSupported: readonly (number | null)[] | null;
  AsynchronousMethodsSupported: readonly (number | null)[] | null;
  IndicationsSupported: readonly (number | null)[] | null;
};

export type CIM_ResourcePoolConfigurationCapabilities = CIM_Capabilities & {
  AsynchronousMethodsSupported: readonly (number | null)[] | null;
  SynchronousMethodsSupported: readonly (number | null)[] | null;
};

export type CIM_VirtualSystemMigrationCapabilities = CIM_Capabilities & {
  SynchronousMethodsSupported: readonly (number | null)[] | null;
  AsynchronousMethodsSupported: readonly (number | null)[] | null;
  DestinationHostFormatsSupported: readonly (number | null)[] | null;
};

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
};

export interface CIM_LogicalDevice_Methods extends CIM_EnabledLogicalElement_Methods {
  SetPowerState: {
    in: { PowerState?: number | null; Time?: string | null };
    out: {};
  };
  Reset: {
    in: {};
    out: {};
  };
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
  SaveProperties: {
    in: {};
    out: {};
  };
  RestoreProperties: {
    in: {};
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
  OtherVideoArchitecture: string | null;
  VideoArchitecture: number | null;
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
};

export type CIM_Processor_Methods = CIM_LogicalDevice_Methods;

export type CIM_TPM = CIM_LogicalDevice & {
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

export interface CIM_TPM_Methods extends CIM_LogicalDevice_Methods {
  RequestTPMStateChange: {
    in: { RequestedTPMState?: number | null; AuthorizationToken?: string | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
  ChangeOwnerAuth: {
    in: { OldOwnerAuth?: string | null; NewOwnerAuth?: string | null };
    out: {};
  };
}

export type CIM_USBDevice = CIM_LogicalDevice & {
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

export type CIM_ProcessIndication = CIM_Indication;

export type CIM_AlertIndication = CIM_ProcessIndication & {
  Description: string | null;
  AlertingManagedElement: string | null;
  AlertingElementFormat: number | null;
  OtherAlertingElementFormat: string | null;
  AlertType: number | null;
  OtherAlertType: string | null;
  ProbableCause: number | null;
  ProbableCauseDescription: string | null;
  Trending: number | null;
  RecommendedActions: readonly (string | null)[] | null;
  EventID: string | null;
  EventTime: string | null;
  SystemCreationClassName: string | null;
  SystemName: string | null;
  ProviderName: string | null;
  Message: string | null;
  MessageArguments: readonly (string | null)[] | null;
  MessageID: string | null;
  OwningEntity: string | null;
};

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

export type CIM_BaseMetricDefinition = CIM_ManagedElement & {
  Id: string | null;
  Name: string | null;
  DataType: number | null;
  Calculable: number | null;
  Units: string | null;
  BreakdownDimensions: readonly (string | null)[] | null;
  IsContinuous: boolean | null;
  ChangeType: number | null;
  TimeScope: number | null;
  GatheringType: number | null;
  ProgrammaticUnits: string | null;
};

export type CIM_AggregationMetricDefinition = CIM_BaseMetricDefinition & {
  SimpleFunction: number | null;
};

export type CIM_BaseMetricValue = CIM_ManagedElement & {
  MetricDefinitionId: string | null;
  MeasuredElementName: string | null;
  TimeStamp: string | null;
  Duration: string | null;
  MetricValue: string | null;
  BreakdownDimension: string | null;
  BreakdownValue: string | null;
  Volatile: boolean | null;
};

export type CIM_AggregationMetricValue = CIM_BaseMetricValue & {
  AggregationTimeStamp: string | null;
  AggregationDuration: string | null;
};

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

export type CIM_FCPort = CIM_NetworkPort & {
  SupportedCOS: readonly (number | null)[] | null;
  ActiveCOS: readonly (number | null)[] | null;
  SupportedFC4Types: readonly (number | null)[] | null;
  ActiveFC4Types: readonly (number | null)[] | null;
};

export type CIM_FCPort_Methods = CIM_NetworkPort_Methods;

export type CIM_WiFiPort = CIM_NetworkPort;

export type CIM_WiFiPort_Methods = CIM_NetworkPort_Methods;

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

export type CIM_MetricService = CIM_Service;

export interface CIM_MetricService_Methods extends CIM_Service_Methods {
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

export type CIM_VirtualSystemManagementService = CIM_Service;

export interface CIM_VirtualSystemManagementService_Methods extends CIM_Service_Methods {
  AddResourceSettings: {
    in: { AffectedConfiguration?: Reference | null; ResourceSettings?: readonly (string | null)[] | null };
    out: { ResultingResourceSettings?: readonly (Reference | null)[] | null; Job?: Reference | null };
  };
  DefineSystem: {
    in: {
      SystemSettings?: string | null;
      ResourceSettings?: readonly (string | null)[] | null;
      ReferenceConfiguration?: Reference | null;
    };
    out: { ResultingSystem?: Reference | null; Job?: Reference | null };
  };
  DestroySystem: {
    in: { AffectedSystem?: Reference | null };
    out: { Job?: Reference | null };
  };
  ModifyResourceSettings: {
    in: { ResourceSettings?: readonly (string | null)[] | null };
    out: { ResultingResourceSettings?: readonly (Reference | null)[] | null; Job?: Reference | null };
  };
  ModifySystemSettings: {
    in: { SystemSettings?: string | null };
    out: { Job?: Reference | null };
  };
  RemoveResourceSettings: {
    in: { ResourceSettings?: readonly (Reference | null)[] | null };
    out: { Job?: Reference | null };
  };
}

export type CIM_VirtualSystemMigrationService = CIM_Service;

export interface CIM_VirtualSystemMigrationService_Methods extends CIM_Service_Methods {
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

export type CIM_VirtualSystemSnapshotService = CIM_Service;

export interface CIM_VirtualSystemSnapshotService_Methods extends CIM_Service_Methods {
  CreateSnapshot: {
    in: {
      AffectedSystem?: Reference | null;
      SnapshotSettings?: string | null;
      SnapshotType?: number | null;
      ResultingSnapshot?: Reference | null;
    };
    out: { ResultingSnapshot?: Reference | null; Job?: Reference | null };
  };
  DestroySnapshot: {
    in: { AffectedSnapshot?: Reference | null };
    out: { Job?: Reference | null };
  };
  ApplySnapshot: {
    in: { Snapshot?: Reference | null };
    out: { Job?: Reference | null };
  };
}

export type CIM_SettingData = CIM_ManagedElement;

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
  AddressOnParent: string | null;
  VirtualQuantityUnits: string | null;
};

export type CIM_EthernetPortAllocationSettingData = CIM_ResourceAllocationSettingData & {
  DesiredVLANEndpointMode: number | null;
  OtherEndpointMode: string | null;
};

export type CIM_StorageAllocationSettingData = CIM_ResourceAllocationSettingData & {
  VirtualResourceBlockSize: bigint | null;
  Access: number | null;
  HostResourceBlockSize: bigint | null;
  HostExtentStartingAddress: bigint | null;
  HostExtentName: string | null;
  HostExtentNameFormat: number | null;
  OtherHostExtentNameFormat: string | null;
  HostExtentNameNamespace: number | null;
  OtherHostExtentNameNamespace: string | null;
};

export type CIM_VirtualSystemMigrationSettingData = CIM_SettingData & {
  MigrationType: number | null;
  Priority: number | null;
  Bandwidth: number | null;
  BandwidthUnit: string | null;
  OtherTransportType: string | null;
  TransportType: number | null;
};

export type CIM_VirtualSystemSettingData = CIM_SettingData & {
  VirtualSystemIdentifier: string | null;
  VirtualSystemType: string | null;
  Notes: readonly (string | null)[] | null;
  CreationTime: string | null;
  ConfigurationID: string | null;
  ConfigurationDataRoot: string | null;
  ConfigurationFile: string | null;
  SnapshotDataRoot: string | null;
  SuspendDataRoot: string | null;
  SwapFileDataRoot: string | null;
  LogDataRoot: string | null;
  AutomaticStartupAction: number | null;
  AutomaticStartupActionDelay: string | null;
  AutomaticStartupActionSequenceNumber: number | null;
  AutomaticShutdownAction: number | null;
  AutomaticRecoveryAction: number | null;
  RecoveryFile: string | null;
};

export type CIM_VirtualEthernetSwitchSettingData = CIM_VirtualSystemSettingData & {
  VLANConnection: readonly (string | null)[] | null;
  AssociatedResourcePool: readonly (string | null)[] | null;
  MaxNumMACAddress: number | null;
};

export type CIM_VLANEndpointSettingData = CIM_SettingData & {
  PruneEligibleVLANList: readonly (number | null)[] | null;
  NativeVLAN: number | null;
  DefaultVLAN: number | null;
  TrunkedVLANList: readonly (number | null)[] | null;
  AccessVLAN: number | null;
};

export type Msvm_ActiveConnection = CIM_ActiveConnection;

export type Msvm_ConcreteComponent = CIM_ConcreteComponent;

export type Msvm_ConcreteDependency = CIM_ConcreteDependency;

export type Msvm_ElementCapabilities = CIM_ElementCapabilities;

export type Msvm_ElementConformsToProfile = CIM_ElementConformsToProfile;

export type Msvm_ElementSettingData = CIM_ElementSettingData;

export type Msvm_HostedDependency = CIM_HostedDependency;

export type Msvm_HostedService = CIM_HostedService;

export type Msvm_LogicalIdentity = CIM_LogicalIdentity;

export type Msvm_ParentChildSettingData = CIM_Dependency;

export type Msvm_ResourceDependentOnResource = CIM_Dependency;

export type Msvm_SettingDataComponent = CIM_Component;

export type Msvm_SettingsDefineCapabilities = CIM_SettingsDefineCapabilities & {
  SupportStatement: number | null;
};

export type Msvm_SettingsDefineState = CIM_SettingsDefineState;

export type Msvm_CollectedCollections = CIM_CollectedMSEs;

export type Msvm_CollectedVirtualSystems = CIM_CollectedMSEs;

export type Msvm_CollectionManagementService = CIM_Service;

export interface Msvm_CollectionManagementService_Methods extends CIM_Service_Methods {
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

export type Msvm_CollectionSettingData = CIM_SettingData;

export type Msvm_ManagementCollection = CIM_CollectionOfMSEs;

export type Msvm_VirtualSystemCollection = CIM_CollectionOfMSEs & {
  LastApplyConsistencyLevel: number | null;
  LastApplyVirtualMachineIds: readonly (string | null)[] | null;
  LastApplyTime: string | null;
  FailedOverReplicationType: number | null;
  ReplicationMode: number | null;
  ReplicationState: number | null;
};

export type Msvm_AssignableDeviceDismountSettingData = CIM_SettingData & {
  DeviceInstancePath: string | null;
  DeviceLocationPath: string | null;
  RequireAcsSupport: boolean | null;
  RequireDeviceMitigations: boolean | null;
};

export type Msvm_AssignableDeviceService = CIM_Service;

export interface Msvm_AssignableDeviceService_Methods extends CIM_Service_Methods {
  DismountAssignableDevice: {
    in: { DismountSettingData?: string | null };
    out: { DismountedDeviceInstancePath?: string | null; Job?: Reference | null };
  };
  MountAssignableDevice: {
    in: { DeviceInstancePath?: string | null; DeviceLocationPath?: string | null };
    out: { MountedDeviceInstancePath?: string | null; Job?: Reference | null };
  };
}

export type Msvm_Battery = CIM_LogicalDevice;

export type Msvm_Battery_Methods = CIM_LogicalDevice_Methods;

export type Msvm_BatterySettingData = CIM_ResourceAllocationSettingData;

export type Msvm_BIOSElement = CIM_BIOSElement & {
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

export type Msvm_ControlledBy = CIM_ControlledBy;

export type Msvm_DeviceSAPImplementation = CIM_DeviceSAPImplementation;

export type Msvm_FlexIoDevice = CIM_LogicalDevice & {
  EmulatorConfiguration: readonly (string | null)[] | null;
  EmulatorId: string | null;
};

export type Msvm_FlexIoDevice_Methods = CIM_LogicalDevice_Methods;

export type Msvm_FlexIoDeviceSettingData = CIM_ResourceAllocationSettingData & {
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

export type Msvm_PciExpress = CIM_LogicalDevice & {
  DeviceInstancePath: string | null;
  LocationPath: string | null;
  FunctionNumber: number | null;
};

export type Msvm_PciExpress_Methods = CIM_LogicalDevice_Methods;

export type Msvm_PciExpressSettingData = CIM_ResourceAllocationSettingData & {
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

export type Msvm_SerialPort = CIM_LogicalPort;

export type Msvm_SerialPort_Methods = CIM_LogicalPort_Methods;

export type Msvm_SerialPortOnSerialController = CIM_PortOnDevice;

export type Msvm_SerialPortSettingData = CIM_ResourceAllocationSettingData & {
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

export type Msvm_SystemBIOS = CIM_SystemBIOS;

export type Msvm_SystemDevice = CIM_SystemDevice;

export type Msvm_TPM = CIM_TPM;

export type Msvm_TPM_Methods = CIM_TPM_Methods;

export type Msvm_TPMSettingData = CIM_ResourceAllocationSettingData & {
  Shielded: boolean | null;
  DataProtected: boolean | null;
  EnabledState: number | null;
  KeyProtector: readonly (number | null)[] | null;
  LastKnownGoodKeyProtector: readonly (number | null)[] | null;
};

export type Msvm_EthernetPortData = CIM_ManagedElement & {
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

export type Msvm_FeatureSettingData = CIM_SettingData;

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

export type Msvm_FeatureSettingsDefineCapabilities = CIM_SettingsDefineCapabilities;

export type Msvm_EthernetSwitchData = CIM_ManagedElement & {
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

export type Msvm_EthernetSwitchFeatureCapabilities = CIM_Capabilities & {
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

export type Msvm_VirtualEthernetSwitchNicTeamingMember = CIM_Dependency;

export type Msvm_VirtualEthernetSwitchSettingData = CIM_VirtualEthernetSwitchSettingData & {
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

export type Msvm_FcActiveConnection = CIM_ActiveConnection;

export type Msvm_FcDeviceSAPImplementation = CIM_DeviceSAPImplementation;

export type Msvm_FcEndpoint = CIM_ProtocolEndpoint & {
  Connected: boolean | null;
  WWPN: string | null;
  WWNN: string | null;
};

export type Msvm_FcEndpoint_Methods = CIM_ProtocolEndpoint_Methods;

export type Msvm_FcPortAllocationSettingData = CIM_ResourceAllocationSettingData;

export type Msvm_SyntheticFcPort = CIM_FCPort;

export type Msvm_SyntheticFcPort_Methods = CIM_FCPort_Methods;

export type Msvm_SyntheticFcPortSettingData = CIM_ResourceAllocationSettingData & {
  VirtualPortWWPN: string | null;
  VirtualPortWWNN: string | null;
  SecondaryWWPN: string | null;
  SecondaryWWNN: string | null;
  VirtualSystemIdentifiers: readonly (string | null)[] | null;
  ChapEnabled: boolean | null;
};

export type Vsms_SnapshotForkService = CIM_Service;

export interface Vsms_SnapshotForkService_Methods extends CIM_Service_Methods {
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

export type Msvm_GpuPartition = CIM_LogicalDevice & {
  DeviceInstancePath: string | null;
  PartitionId: number | null;
  PartitionVfLuid: string | null;
  CurrentCompute: bigint | null;
  CurrentDecode: bigint | null;
  CurrentEncode: bigint | null;
  CurrentVRAM: bigint | null;
};

export type Msvm_GpuPartition_Methods = CIM_LogicalDevice_Methods;

export type Msvm_GpuPartitionSettingData = CIM_ResourceAllocationSettingData & {
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

export type Msvm_Physical3dGraphicsProcessor = CIM_LogicalDevice & {
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

export type Msvm_Physical3dGraphicsProcessor_Methods = CIM_LogicalDevice_Methods;

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

export type Msvm_Synthetic3DDisplayControllerSettingData = CIM_ResourceAllocationSettingData & {
  MaximumScreenResolution: number | null;
  MaximumMonitors: number | null;
  VRAMSizeBytes: bigint | null;
};

export type Msvm_Synthetic3DService = CIM_Service;

export interface Msvm_Synthetic3DService_Methods extends CIM_Service_Methods {
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

export type Msvm_Synthetic3DServiceSettingData = CIM_SettingData & {
  GPUOvercommitEnabled: boolean | null;
};

export type Msvm_SyntheticDisplayController = CIM_DisplayController;

export type Msvm_SyntheticDisplayController_Methods = CIM_DisplayController_Methods;

export type Msvm_SyntheticDisplayControllerSettingData = CIM_ResourceAllocationSettingData & {
  ResolutionType: number | null;
  HorizontalResolution: number | null;
  VerticalResolution: number | null;
};

export type Msvm_SystemTerminalConnection = CIM_HostedDependency;

export type Msvm_TerminalConnection = CIM_EnabledLogicalElement & {
  ConnectionID: string | null;
};

export type Msvm_TerminalConnection_Methods = CIM_EnabledLogicalElement_Methods;

export type Msvm_TerminalService = CIM_Service;

export interface Msvm_TerminalService_Methods extends CIM_Service_Methods {
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

export type Msvm_TerminalServiceSettingData = CIM_SettingData & {
  ListenerPort: number | null;
  DisableSelfSignedCertificateGeneration: boolean | null;
  AuthCertificateHash: readonly (number | null)[] | null;
  TrustedIssuerCertificateHashes: readonly (string | null)[] | null;
  AllowedHashAlgorithms: readonly (string | null)[] | null;
};

export type Msvm_VideoHead = CIM_VideoHead;

export type Msvm_VideoHead_Methods = CIM_VideoHead_Methods;

export type Msvm_VideoHeadOnController = CIM_VideoHeadOnController;

export type Msvm_CopyFileToGuestJob = CIM_ConcreteJob & {
  CopyFileToGuestSettingData: readonly (string | null)[] | null;
  Cancellable: boolean | null;
  ErrorSummaryDescription: string | null;
  VirtualSystemName: string | null;
};

export interface Msvm_CopyFileToGuestJob_Methods extends CIM_ConcreteJob_Methods {
  GetErrorEx: {
    in: {};
    out: { Errors?: readonly (string | null)[] | null };
  };
}

export type Msvm_CopyFileToGuestSettingData = CIM_SettingData & {
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

export type Msvm_GuestCommunicationServiceSettingData = CIM_SettingData & {
  Name: string | null;
  EnabledStatePolicy: number | null;
};

export type Msvm_GuestService = CIM_Service;

export type Msvm_GuestService_Methods = CIM_Service_Methods;

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

export type Msvm_GuestServiceInterfaceComponent = CIM_LogicalDevice & {
  ConfigManagerErrorCode: number | null;
  ConfigManagerUserConfig: boolean | null;
  PNPDeviceID: string | null;
};

export type Msvm_GuestServiceInterfaceComponent_Methods = CIM_LogicalDevice_Methods;

export type Msvm_GuestServiceInterfaceComponentSettingData = CIM_ResourceAllocationSettingData & {
  EnabledState: number | null;
  DefaultEnabledStatePolicy: number | null;
};

export type Msvm_GuestServiceInterfaceSettingDataComponent = CIM_Component;

export type Msvm_HeartbeatComponent = CIM_LogicalDevice;

export type Msvm_HeartbeatComponent_Methods = CIM_LogicalDevice_Methods;

export type Msvm_HeartbeatComponentSettingData = CIM_ResourceAllocationSettingData & {
  EnabledState: number | null;
  ErrorThreshold: number | null;
  Interval: number | null;
  Latency: number | null;
};

export type Msvm_KvpExchangeComponent = CIM_LogicalDevice & {
  GuestExchangeItems: readonly (string | null)[] | null;
  GuestIntrinsicExchangeItems: readonly (string | null)[] | null;
};

export type Msvm_KvpExchangeComponent_Methods = CIM_LogicalDevice_Methods;

export type Msvm_KvpExchangeComponentSettingData = CIM_ResourceAllocationSettingData & {
  DisableHostKVPItems: boolean | null;
  EnabledState: number | null;
  HostExchangeItems: readonly (string | null)[] | null;
  HostOnlyItems: readonly (string | null)[] | null;
};

export type Msvm_KvpExchangeDataItem = CIM_ManagedElement & {
  Source: number | null;
  Name: string | null;
  Data: string | null;
};

export type Msvm_RegisteredGuestService = CIM_Dependency;

export type Msvm_ServiceOfVssComponent = CIM_Dependency;

export type Msvm_ShutdownComponent = CIM_LogicalDevice;

export interface Msvm_ShutdownComponent_Methods extends CIM_LogicalDevice_Methods {
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

export type Msvm_AffectedJobElement = CIM_AffectedJobElement;

export type Msvm_AffectedStorageJobElement = CIM_AffectedJobElement;

export type Msvm_ConcreteJob = CIM_ConcreteJob & {
  ErrorSummaryDescription: string | null;
  Cancellable: boolean | null;
  JobType: number | null;
};

export interface Msvm_ConcreteJob_Methods extends CIM_ConcreteJob_Methods {
  GetErrorEx: {
    in: {};
    out: { Errors?: readonly (string | null)[] | null };
  };
}

export type Msvm_Error = CIM_Error;

export type Msvm_OwningJobElement = CIM_OwningJobElement;

export type Msvm_StorageJob = CIM_ConcreteJob & {
  ErrorSummaryDescription: string | null;
  Cancellable: boolean | null;
  Child: string | null;
  JobCompletionStatusCode: number | null;
  Parent: string | null;
  JobType: number | null;
};

export interface Msvm_StorageJob_Methods extends CIM_ConcreteJob_Methods {
  GetErrorEx: {
    in: {};
    out: { Errors?: readonly (string | null)[] | null };
  };
}

export type Msvm_ServiceAffectsElement = CIM_ServiceAffectsElement;

export type Msvm_ServicingSettings = {
  Version: string | null;
};

export type Msvm_SystemExportSettingData = CIM_ElementSettingData;

export type Msvm_VirtualSystemCapabilities = CIM_EnabledLogicalElementCapabilities;

export type Msvm_VirtualSystemExportSettingData = CIM_SettingData & {
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

export type Msvm_VirtualSystemManagementCapabilities = CIM_VirtualSystemManagementCapabilities;

export type Msvm_VirtualSystemManagementService = CIM_VirtualSystemManagementService;

export interface Msvm_VirtualSystemManagementService_Methods extends CIM_VirtualSystemManagementService_Methods {
  DefinePlannedSystem: {
    in: {
      SystemSettings?: string | null;
      ResourceSettings?: readonly (string | null)[] | null;
      ReferenceConfiguration?: Reference | null;
    };
    out: { ResultingSystem?: Reference | null; Job?: Reference | null };
  };
  ValidatePlannedSystem: {
    in: { PlannedSystem?: Reference | null };
    out: { Job?: Reference | null };
  };
  UpgradeSystemVersion: {
    in: { ComputerSystem?: Reference | null; UpgradeSettingData?: string | null };
    out: { Job?: Reference | null };
  };
  ImportSystemDefinition: {
    in: {
      SystemDefinitionFile?: string | null;
      SnapshotFolder?: string | null;
      GenerateNewSystemIdentifier?: boolean | null;
    };
    out: { ImportedSystem?: Reference | null; Job?: Reference | null };
  };
  ImportSnapshotDefinitions: {
    in: { PlannedSystem?: Reference | null; SnapshotFolder?: string | null };
    out: { ImportedSnapshots?: readonly (Reference | null)[] | null; Job?: Reference | null };
  };
  RealizePlannedSystem: {
    in: { PlannedSystem?: Reference | null };
    out: { ResultingSystem?: Reference | null; Job?: Reference | null };
  };
  ExportSystemDefinition: {
    in: { ComputerSystem?: Reference | null; ExportDirectory?: string | null; ExportSettingData?: string | null };
    out: { Job?: Reference | null };
  };
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
  AddBootSourceSettings: {
    in: { AffectedConfiguration?: Reference | null; BootSourceSettings?: readonly (string | null)[] | null };
    out: { ResultingBootSourceSettings?: readonly (Reference | null)[] | null; Job?: Reference | null };
  };
  AddGuestServiceSettings: {
    in: { AffectedConfiguration?: Reference | null; GuestServiceSettings?: readonly (string | null)[] | null };
    out: { ResultingGuestServiceSettings?: readonly (Reference | null)[] | null; Job?: Reference | null };
  };
  ModifyGuestServiceSettings: {
    in: { GuestServiceSettings?: readonly (string | null)[] | null };
    out: { ResultingGuestServiceSettings?: readonly (Reference | null)[] | null; Job?: Reference | null };
  };
  RemoveBootSourceSettings: {
    in: { BootSourceSettings?: readonly (Reference | null)[] | null };
    out: { Job?: Reference | null };
  };
  RemoveGuestServiceSettings: {
    in: { GuestServiceSettings?: readonly (Reference | null)[] | null };
    out: { Job?: Reference | null };
  };
  GetVirtualSystemThumbnailImage: {
    in: { TargetSystem?: Reference | null; WidthPixels?: number | null; HeightPixels?: number | null };
    out: { ImageData?: readonly (number | null)[] | null };
  };
  ModifyServiceSettings: {
    in: { SettingData?: string | null };
    out: { Job?: Reference | null };
  };
  GetSummaryInformation: {
    in: {
      SettingData?: readonly (Reference | null)[] | null;
      RequestedInformation?: readonly (number | null)[] | null;
    };
    out: { SummaryInformation?: readonly (WireObject | null)[] | null };
  };
  GetDefinitionFileSummaryInformation: {
    in: { DefinitionFiles?: readonly (string | null)[] | null };
    out: { SummaryInformation?: readonly (WireObject | null)[] | null };
  };
  AddKvpItems: {
    in: { TargetSystem?: Reference | null; DataItems?: readonly (string | null)[] | null };
    out: { Job?: Reference | null };
  };
  ModifyKvpItems: {
    in: { TargetSystem?: Reference | null; DataItems?: readonly (string | null)[] | null };
    out: { Job?: Reference | null };
  };
  RemoveKvpItems: {
    in: { TargetSystem?: Reference | null; DataItems?: readonly (string | null)[] | null };
    out: { Job?: Reference | null };
  };
  FormatError: {
    in: { Errors?: readonly (string | null)[] | null };
    out: { ErrorMessage?: string | null };
  };
  ModifyDiskMergeSettings: {
    in: { SettingData?: string | null };
    out: { Job?: Reference | null };
  };
  GenerateWwpn: {
    in: { NumberOfWwpns?: number | null };
    out: { GeneratedWwpn?: readonly (string | null)[] | null };
  };
  AddFibreChannelChap: {
    in: {
      FcPortSettings?: readonly (string | null)[] | null;
      SecretEncoding?: number | null;
      SharedSecret?: readonly (number | null)[] | null;
    };
    out: {};
  };
  RemoveFibreChannelChap: {
    in: { FcPortSettings?: readonly (string | null)[] | null };
    out: {};
  };
  SetGuestNetworkAdapterConfiguration: {
    in: { ComputerSystem?: Reference | null; NetworkConfiguration?: readonly (string | null)[] | null };
    out: { Job?: Reference | null };
  };
  GetSizeOfSystemFiles: {
    in: { Vssd?: Reference | null };
    out: { Size?: bigint | null };
  };
  GetCurrentWwpnFromGenerator: {
    in: {};
    out: { CurrentWwpn?: string | null };
  };
  TestNetworkConnection: {
    in: {
      TargetNetworkAdapter?: Reference | null;
      IsSender?: boolean | null;
      SenderIP?: string | null;
      ReceiverIP?: string | null;
      ReceiverMac?: string | null;
      IsolationId?: number | null;
      SequenceNumber?: number | null;
    };
    out: { RoundTripTime?: number | null; Job?: Reference | null };
  };
  DiagnoseNetworkConnection: {
    in: { TargetNetworkAdapter?: Reference | null; DiagnosticSettings?: string | null };
    out: { DiagnosticInformation?: string | null; Job?: Reference | null };
  };
  SetInitialMachineConfigurationData: {
    in: { TargetSystem?: Reference | null; ImcData?: readonly (number | null)[] | null };
    out: { Job?: Reference | null };
  };
  AddSystemComponentSettings: {
    in: { AffectedConfiguration?: Reference | null; ComponentSettings?: readonly (string | null)[] | null };
    out: { ResultingComponentSettings?: readonly (Reference | null)[] | null; Job?: Reference | null };
  };
  ModifySystemComponentSettings: {
    in: { ComponentSettings?: readonly (string | null)[] | null };
    out: { ResultingComponentSettings?: readonly (Reference | null)[] | null; Job?: Reference | null };
  };
  RemoveSystemComponentSettings: {
    in: { ComponentSettings?: readonly (Reference | null)[] | null };
    out: { Job?: Reference | null };
  };
}

export type Msvm_VirtualSystemManagementServiceSettingData = CIM_SettingData & {
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

export type Msvm_VirtualSystemUpgradeSettingData = CIM_SettingData & {
  TargetVersion: string | null;
};

export type Msvm_AggregationMetricDefinition = CIM_AggregationMetricDefinition;

export type Msvm_AggregationMetricValue = CIM_AggregationMetricValue;

export type Msvm_BaseMetricDefinition = CIM_BaseMetricDefinition;

export type Msvm_BaseMetricValue = CIM_BaseMetricValue;

export type Msvm_MetricCollectionDependency = CIM_Dependency;

export type Msvm_MetricDefForME = CIM_MetricDefForME;

export type Msvm_MetricForME = CIM_MetricForME;

export type Msvm_MetricInstance = CIM_MetricInstance;

export type Msvm_MetricService = CIM_MetricService;

export interface Msvm_MetricService_Methods extends CIM_MetricService_Methods {
  ModifyServiceSettings: {
    in: { SettingData?: string | null };
    out: { Job?: Reference | null };
  };
}

export type Msvm_MetricServiceCapabilities = CIM_MetricServiceCapabilities;

export type Msvm_MetricServiceSettingData = CIM_SettingData & {
  MetricsFlushInterval: string | null;
};

export type Msvm_CompatibilityVector = {
  VectorId: number | null;
  CompareOperation: number | null;
  CompatibilityInfo: bigint | null;
};

export type Msvm_MigrationJob = CIM_ConcreteJob & {
  Cancellable: boolean | null;
  ErrorSummaryDescription: string | null;
  MigrationType: number | null;
  VirtualSystemName: string | null;
  DestinationHost: string | null;
  NewSystemSettingData: string | null;
  NewResourceSettingData: readonly (string | null)[] | null;
  JobType: number | null;
};

export interface Msvm_MigrationJob_Methods extends CIM_ConcreteJob_Methods {
  GetErrorEx: {
    in: {};
    out: { Errors?: readonly (string | null)[] | null };
  };
}

export type Msvm_VirtualSystemMigrationCapabilities = CIM_VirtualSystemMigrationCapabilities;

export type Msvm_VirtualSystemMigrationNetworkSettingData = CIM_SettingData & {
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

export type Msvm_VirtualSystemMigrationServiceSettingData = CIM_SettingData & {
  EnableVirtualSystemMigration: boolean | null;
  MaximumActiveVirtualSystemMigration: number | null;
  MaximumActiveStorageMigration: number | null;
  AuthenticationType: number | null;
  EnableCompression: boolean | null;
  EnableSmbTransport: boolean | null;
};

export type Msvm_VirtualSystemMigrationServiceSettingDataComponent = CIM_Component;

export type Msvm_VirtualSystemMigrationSettingData = CIM_VirtualSystemMigrationSettingData & {
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

export type Msvm_BindsToLANEndpoint = CIM_BindsToLANEndpoint;

export type Msvm_EmulatedEthernetPort = CIM_EthernetPort;

export type Msvm_EmulatedEthernetPort_Methods = CIM_EthernetPort_Methods;

export type Msvm_EmulatedEthernetPortSettingData = CIM_EthernetPortAllocationSettingData & {
  StaticMacAddress: boolean | null;
  ClusterMonitored: boolean | null;
};

export type Msvm_EthernetDeviceSAPImplementation = CIM_DeviceSAPImplementation;

export type Msvm_EthernetPortAllocationSettingData = CIM_EthernetPortAllocationSettingData & {
  EnabledState: number | null;
  LastKnownSwitchName: string | null;
  RequiredFeatures: readonly (string | null)[] | null;
  RequiredFeatureHints: readonly (string | null)[] | null;
  TestReplicaPoolID: string | null;
  TestReplicaSwitchName: string | null;
  CompartmentGuid: string | null;
  PortName: string | null;
};

export type Msvm_EthernetPortFailoverSettingDataComponent = CIM_Component;

export type Msvm_EthernetPortInfo = CIM_Dependency;

export type Msvm_EthernetPortSettingDataComponent = CIM_Component;

export type Msvm_ExternalEthernetPort = CIM_EthernetPort & {
  IsBound: boolean | null;
};

export type Msvm_ExternalEthernetPort_Methods = CIM_EthernetPort_Methods;

export type Msvm_ExternalEthernetPortCapabilities = CIM_Capabilities & {
  IOVSupport: boolean | null;
  IOVSupportReasons: readonly (string | null)[] | null;
};

export type Msvm_FailoverNetworkAdapterSettingData = CIM_SettingData & {
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

export type Msvm_NetworkConnectionDiagnosticSettingData = CIM_SettingData & {
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

export type Msvm_SyntheticEthernetPortSettingData = CIM_EthernetPortAllocationSettingData & {
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

export type Msvm_WiFiDeviceSAPImplementation = CIM_DeviceSAPImplementation;

export type Msvm_WiFiEndpoint = CIM_WiFiEndpoint & {
  Connected: boolean | null;
};

export type Msvm_WiFiEndpoint_Methods = CIM_WiFiEndpoint_Methods;

export type Msvm_WiFiPort = CIM_WiFiPort & {
  IsBound: boolean | null;
};

export type Msvm_WiFiPort_Methods = CIM_WiFiPort_Methods;

export type Vsms_PathService = CIM_Service;

export interface Vsms_PathService_Methods extends CIM_Service_Methods {
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

export type Msvm_ElementAllocatedFromNumaNode = CIM_Dependency;

export type Msvm_Memory = CIM_Memory & {
  MemoryEncryption: boolean | null;
};

export type Msvm_Memory_Methods = CIM_Memory_Methods;

export type Msvm_MemorySettingData = CIM_ResourceAllocationSettingData & {
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

export type Msvm_NumaNode = CIM_EnabledLogicalElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  CreationClassName: string | null;
  NodeID: string | null;
  NumberOfProcessorCores: number | null;
  NumberOfLogicalProcessors: number | null;
  CurrentlyConsumableMemoryBlocks: bigint | null;
  CurrentlyAssignedVirtualProcessors: number | null;
};

export type Msvm_NumaNode_Methods = CIM_EnabledLogicalElement_Methods;

export type Msvm_NumaNodeTopology = CIM_ManagedElement & {
  CountOfMemoryBlocks: bigint | null;
  CountOfProcessors: number | null;
  PhysicalNodeNumber: number | null;
  VirtualNodeNumber: number | null;
  VirtualSocketNumber: number | null;
};

export type Msvm_PersistentMemoryController = CIM_Controller;

export type Msvm_PersistentMemoryController_Methods = CIM_Controller_Methods;

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

export type Msvm_CollectedReferencePoints = CIM_CollectedMSEs;

export type Msvm_CollectionReferencePointExportJob = CIM_ConcreteJob & {
  Cancellable: boolean | null;
  ErrorSummaryDescription: string | null;
  CollectionId: string | null;
  ReferencePointGroupId: string | null;
  BaseReferencePointGroupId: string | null;
  VirtualMachineId: readonly (string | null)[] | null;
  ExportDirectory: string | null;
  ExportedDisks: readonly (string | null)[] | null;
  ExportedLogFilePaths: readonly (string | null)[] | null;
  ExportedConfigFilePaths: readonly (string | null)[] | null;
  ExportedRuntimeFilePaths: readonly (string | null)[] | null;
  ExportedGuestStateFilePaths: readonly (string | null)[] | null;
};

export interface Msvm_CollectionReferencePointExportJob_Methods extends CIM_ConcreteJob_Methods {
  GetErrorEx: {
    in: {};
    out: { Errors?: readonly (string | null)[] | null };
  };
}

export type Msvm_CollectionReferencePointExportSettingData = CIM_SettingData & {
  BaseReferencePointCollection: string | null;
  VirtualMachinesToDisksToExport: readonly (string | null)[] | null;
};

export type Msvm_CollectionReferencePointService = CIM_Service;

export interface Msvm_CollectionReferencePointService_Methods extends CIM_Service_Methods {
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

export type Msvm_CollectionReferencePointSettingData = CIM_SettingData & {
  ConsistencyLevel: number | null;
};

export type Msvm_ReferencePointCollection = CIM_Collection & {
  CollectionID: string | null;
  ReferencePointType: number | null;
  ConsistencyLevel: number | null;
  VirtualSystemCollectionId: string | null;
  HasAssociatedLog: boolean | null;
};

export type Msvm_ReferencePointOfVirtualSystem = CIM_Dependency;

export type Msvm_ReferencePointOfVirtualSystemCollection = CIM_Dependency;

export type Msvm_VirtualSystemReferencePoint = CIM_ManagedElement & {
  ReferencePointType: number | null;
  ConsistencyLevel: number | null;
  VirtualSystemIdentifier: string | null;
  HasAssociatedData: boolean | null;
  VirtualDiskIdentifiers: readonly (string | null)[] | null;
  ResilientChangeTrackingIdentifiers: readonly (string | null)[] | null;
};

export type Msvm_VirtualSystemReferencePointExportJob = CIM_ConcreteJob & {
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

export interface Msvm_VirtualSystemReferencePointExportJob_Methods extends CIM_ConcreteJob_Methods {
  GetErrorEx: {
    in: {};
    out: { Errors?: readonly (string | null)[] | null };
  };
}

export type Msvm_VirtualSystemReferencePointExportSettingData = CIM_SettingData & {
  BaseReferencePoint: string | null;
  DisksToExport: readonly (string | null)[] | null;
};

export type Msvm_VirtualSystemReferencePointService = CIM_Service;

export interface Msvm_VirtualSystemReferencePointService_Methods extends CIM_Service_Methods {
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

export type Msvm_VirtualSystemReferencePointSettingData = CIM_SettingData & {
  ConsistencyLevel: number | null;
};

export type Msvm_ReplicaSystemDependency = CIM_Dependency;

export type Msvm_ReplicationAuthorizationSettingData = CIM_SettingData & {
  AllowedPrimaryHostSystem: string | null;
  TrustGroup: string | null;
  ReplicaStorageLocation: string | null;
};

export type Msvm_ReplicationProvider = CIM_ManagedSystemElement;

export type Msvm_ReplicationRelationship = CIM_ManagedSystemElement & {
  ReplicationState: number | null;
  ReplicationHealth: number | null;
  FailedOverReplicationType: number | null;
  LastReplicationType: number | null;
  LastApplicationConsistentReplicationTime: string | null;
  LastReplicationTime: string | null;
  LastApplyTime: string | null;
};

export type Msvm_ReplicationService = CIM_Service;

export interface Msvm_ReplicationService_Methods extends CIM_Service_Methods {
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

export type Msvm_ReplicationServiceSettingData = CIM_SettingData & {
  RecoveryServerEnabled: boolean | null;
  AllowedAuthenticationType: number | null;
  CertificateThumbPrint: string | null;
  HttpsPort: number | null;
  HttpPort: number | null;
  MonitoringStartTime: string | null;
  MonitoringInterval: number | null;
};

export type Msvm_ReplicationSettingData = CIM_VirtualSystemSettingData & {
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

export type Msvm_ReplicationStatistics = CIM_ManagedElement & {
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

export type Msvm_SystemReplicationRelationship = CIM_Dependency;

export type Msvm_AbstractResourcePoolSettingData = CIM_SettingData & {
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

export type Msvm_AllocationCapabilities = CIM_AllocationCapabilities;

export type Msvm_ElementAllocatedFromPool = CIM_ElementAllocatedFromPool;

export type Msvm_HostedResourcePool = CIM_SystemComponent;

export type Msvm_ResourceAllocationFromPool = CIM_ResourceAllocationFromPool;

export type Msvm_ResourcePool = CIM_ResourcePool;

export type Msvm_ResourcePoolConfigurationCapabilities = CIM_Capabilities & {
  AsynchronousMethodsSupported: readonly (number | null)[] | null;
  SynchronousMethodsSupported: readonly (number | null)[] | null;
};

export type Msvm_ResourcePoolConfigurationService = CIM_Service;

export interface Msvm_ResourcePoolConfigurationService_Methods extends CIM_Service_Methods {
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

export type Msvm_ResourceTypeDefinition = {
  ResourceType: number | null;
  OtherResourceType: string | null;
  ResourceSubType: string | null;
  LogicalDeviceClassName: string | null;
  SettingDataClassName: string | null;
};

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

export type Msvm_VirtualizationComponentRegistration = {
  Component: Reference | null;
  ResourceType: Reference | null;
};

export type Msvm_ResourcePoolRegistration = Msvm_VirtualizationComponentRegistration;

export type Msvm_VirtualSystemResourceRegistration = Msvm_VirtualizationComponentRegistration & {
  IsRootDevice: boolean | null;
};

export type Msvm_CollectedSnapshots = CIM_CollectedMSEs;

export type Msvm_CollectionSnapshotExportSettingData = CIM_SettingData & {
  CopyVmStorage: boolean | null;
  DifferentialBackupBase: string | null;
  BackupIntent: number | null;
};

export type Msvm_CollectionSnapshotService = CIM_Service;

export interface Msvm_CollectionSnapshotService_Methods extends CIM_Service_Methods {
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

export type Msvm_LastAppliedSnapshot = CIM_LastAppliedSnapshot;

export type Msvm_MostCurrentSnapshotInBranch = CIM_MostCurrentSnapshotInBranch;

export type Msvm_SnapshotCollection = CIM_Collection & {
  CollectionID: string | null;
};

export type Msvm_SnapshotOfVirtualSystem = CIM_SnapshotOfVirtualSystem;

export type Msvm_SnapshotOfVirtualSystemCollection = CIM_Dependency;

export type Msvm_VHDSnapshotInformation = {
  FilePath: string | null;
  SnapshotId: string | null;
  SnapshotPath: string | null;
  ParentPathsList: readonly (string | null)[] | null;
  CreationTime: string | null;
  ResilientChangeTrackingId: string | null;
};

export type Msvm_VirtualSystemSnapshotService = CIM_VirtualSystemSnapshotService;

export interface Msvm_VirtualSystemSnapshotService_Methods extends CIM_VirtualSystemSnapshotService_Methods {
  DestroySnapshotTree: {
    in: { SnapshotSettingData?: Reference | null };
    out: { Job?: Reference | null };
  };
  ClearSnapshotState: {
    in: { SnapshotSettingData?: Reference | null };
    out: { Job?: Reference | null };
  };
  ConvertToReferencePoint: {
    in: {
      AffectedSnapshot?: Reference | null;
      ReferencePointSettings?: string | null;
      ResultingReferencePoint?: Reference | null;
    };
    out: { ResultingReferencePoint?: Reference | null; Job?: Reference | null };
  };
}

export type Msvm_VirtualSystemSnapshotSettingData = CIM_SettingData & {
  ConsistencyLevel: number | null;
  IgnoreNonSnapshottableDisks: boolean | null;
  GuestBackupType: number | null;
};

export type Msvm_BasedOn = CIM_BasedOn;

export type Msvm_DiskDrive = CIM_DiskDrive & {
  DriveNumber: number | null;
};

export type Msvm_DiskDrive_Methods = CIM_DiskDrive_Methods;

export type Msvm_DisketteController = CIM_Controller;

export type Msvm_DisketteController_Methods = CIM_Controller_Methods;

export type Msvm_DisketteDrive = CIM_DisketteDrive;

export type Msvm_DisketteDrive_Methods = CIM_DisketteDrive_Methods;

export type Msvm_DiskMergeSettingData = CIM_SettingData & {
  EnabledState: number | null;
};

export type Msvm_DVDDrive = CIM_DVDDrive;

export type Msvm_DVDDrive_Methods = CIM_DVDDrive_Methods;

export type Msvm_ImageManagementService = CIM_Service;

export interface Msvm_ImageManagementService_Methods extends CIM_Service_Methods {
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

export type Msvm_MediaPresent = CIM_MediaPresent;

export type Msvm_MountedStorageImage = CIM_LogicalElement & {
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

export type Msvm_MoveUnmanagedVhd = CIM_ManagedElement & {
  VhdSourcePath: string | null;
  VhdDestinationPath: string | null;
};

export type Msvm_ProtocolControllerForUnit = CIM_ProtocolControllerForUnit;

export type Msvm_StorageAlert = CIM_AlertIndication;

export type Msvm_StorageAllocationSettingData = CIM_StorageAllocationSettingData & {
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

export type Msvm_SystemComponentSettingData = CIM_SettingData;

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

export type Msvm_VirtualHardDiskSettingData = CIM_SettingData & {
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

export type Msvm_VirtualLogicalUnitSettingData = CIM_ResourceAllocationSettingData & {
  StorageSubsystemType: string | null;
};

export type Msvm_VirtualMachineToDisks = {
  VirtualMachineId: string | null;
  DisksToExport: readonly (string | null)[] | null;
};

export type Vsms_TransferService = CIM_Service;

export interface Vsms_TransferService_Methods extends CIM_Service_Methods {
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

export type Msvm_DynamicForwardingEntry = CIM_DynamicForwardingEntry & {
  VlanId: number | null;
};

export type Msvm_EthernetSwitchExtension = CIM_EnabledLogicalElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  CreationClassName: string | null;
  ExtensionType: number | null;
  Vendor: string | null;
  Version: string | null;
};

export type Msvm_EthernetSwitchExtension_Methods = CIM_EnabledLogicalElement_Methods;

export type Msvm_EthernetSwitchExtensionCapabilities = CIM_ElementCapabilities;

export type Msvm_EthernetSwitchInfo = CIM_Dependency;

export type Msvm_EthernetSwitchPort = CIM_EthernetPort & {
  VMQOffloadUsage: number | null;
  IOVOffloadUsage: number | null;
};

export type Msvm_EthernetSwitchPort_Methods = CIM_EthernetPort_Methods;

export type Msvm_FcSwitchPort = CIM_FCPort;

export type Msvm_FcSwitchPort_Methods = CIM_FCPort_Methods;

export type Msvm_HostedEthernetSwitchExtension = CIM_HostedDependency;

export type Msvm_HostedSwitchService = CIM_HostedService;

export type Msvm_InstalledEthernetSwitchExtension = CIM_ManagedSystemElement & {
  ExtensionType: number | null;
  Vendor: string | null;
  Version: string | null;
};

export type Msvm_ParentEthernetSwitchExtension = CIM_Dependency;

export type Msvm_SwitchPortDynamicForwarding = CIM_SwitchPortDynamicForwarding;

export type Msvm_TransparentBridgingDynamicForwarding = CIM_TransparentBridgingDynamicForwarding;

export type Msvm_TransparentBridgingService = CIM_TransparentBridgingService;

export type Msvm_TransparentBridgingService_Methods = CIM_TransparentBridgingService_Methods;

export type Msvm_VirtualEthernetSwitch = CIM_ComputerSystem & {
  MaxVMQOffloads: number | null;
  MaxIOVOffloads: number | null;
};

export type Msvm_VirtualEthernetSwitch_Methods = CIM_ComputerSystem_Methods;

export type Msvm_VirtualEthernetSwitchManagementCapabilities = CIM_VirtualSystemManagementCapabilities & {
  IOVSupport: boolean | null;
  IOVSupportReasons: readonly (string | null)[] | null;
};

export type Msvm_VirtualEthernetSwitchManagementService = CIM_VirtualSystemManagementService;

export interface Msvm_VirtualEthernetSwitchManagementService_Methods extends CIM_VirtualSystemManagementService_Methods {
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

export type Msvm_VirtualEthernetSwitchSettingDataComponent = CIM_Component;

export type Msvm_VirtualFcSwitch = CIM_ComputerSystem;

export type Msvm_VirtualFcSwitch_Methods = CIM_ComputerSystem_Methods;

export type Msvm_VirtualFcSwitchSettingData = CIM_VirtualSystemSettingData;

export type Msvm_VLANEndpoint = CIM_VLANEndpoint & {
  SupportedEndpointModes: readonly (number | null)[] | null;
};

export type Msvm_VLANEndpoint_Methods = CIM_VLANEndpoint_Methods;

export type Msvm_BootSourceComponent = CIM_Component;

export type Msvm_BootSourceSettingData = CIM_SettingData & {
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

export type Msvm_ComputerSystemSummaryInformation = CIM_ElementView;

export type Msvm_PlannedComputerSystem = CIM_ComputerSystem & {
  AssignedNumaNodeList: readonly (number | null)[] | null;
  OnTimeInMilliseconds: bigint | null;
  ProcessID: number | null;
  TimeOfLastConfigurationChange: string | null;
};

export type Msvm_PlannedComputerSystem_Methods = CIM_ComputerSystem_Methods;

export type Msvm_ResourceAllocationSettingData = CIM_ResourceAllocationSettingData & {
  VirtualSystemIdentifiers: readonly (string | null)[] | null;
  TargetVtl: number | null;
};

export type Msvm_SecurityElement = CIM_EnabledLogicalElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  CreationClassName: string | null;
  Shielded: boolean | null;
  EncryptStateAndVmMigrationTrafficEnabled: boolean | null;
};

export type Msvm_SecurityElement_Methods = CIM_EnabledLogicalElement_Methods;

export type Msvm_SecurityService = CIM_Service;

export interface Msvm_SecurityService_Methods extends CIM_Service_Methods {
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

export type Msvm_SecuritySettingData = CIM_SettingData & {
  TpmEnabled: boolean | null;
  KsdEnabled: boolean | null;
  ShieldingRequested: boolean | null;
  DataProtectionRequested: boolean | null;
  EncryptStateAndVmMigrationTraffic: boolean | null;
  VirtualizationBasedSecurityOptOut: boolean | null;
  AppContainerLaunchOptOut: boolean | null;
  BindToHostTpm: boolean | null;
};

export type Msvm_SummaryInformationBase = CIM_View & {
  CreationTime: string | null;
  EnabledState: number | null;
  OtherEnabledState: string | null;
  HealthState: number | null;
  Name: string | null;
  Notes: string | null;
  Version: string | null;
  NumberOfProcessors: number | null;
  OperationalStatus: readonly (number | null)[] | null;
  StatusDescriptions: readonly (string | null)[] | null;
  UpTime: bigint | null;
  EnhancedSessionModeState: number | null;
  VirtualSwitchNames: readonly (string | null)[] | null;
  VirtualSystemSubType: string | null;
  HostComputerSystemName: string | null;
};

export type Msvm_SummaryInformation = Msvm_SummaryInformationBase & {
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

export type Msvm_SystemComponent = CIM_SystemComponent;

export type Msvm_VirtualSystemSettingData = CIM_VirtualSystemSettingData & {
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

export type Msvm_VirtualSystemSettingDataComponent = CIM_VirtualSystemSettingDataComponent;

/** Value types by class name. */
export interface V2Classes {
  __NotifyStatus: __NotifyStatus;
  __ExtendedStatus: __ExtendedStatus;
  __SecurityRelatedClass: __SecurityRelatedClass;
  __NTLMUser9X: __NTLMUser9X;
  __PARAMETERS: __PARAMETERS;
  __SystemClass: __SystemClass;
  __Namespace: __Namespace;
  __thisNAMESPACE: __thisNAMESPACE;
  __SystemSecurity: __SystemSecurity;
  __IndicationRelated: __IndicationRelated;
  __AggregateEvent: __AggregateEvent;
  __Event: __Event;
  __ClassOperationEvent: __ClassOperationEvent;
  __ClassCreationEvent: __ClassCreationEvent;
  __ClassDeletionEvent: __ClassDeletionEvent;
  __ClassModificationEvent: __ClassModificationEvent;
  __ExtrinsicEvent: __ExtrinsicEvent;
  __SystemEvent: __SystemEvent;
  __EventDroppedEvent: __EventDroppedEvent;
  __ConsumerFailureEvent: __ConsumerFailureEvent;
  __EventQueueOverflowEvent: __EventQueueOverflowEvent;
  __QOSFailureEvent: __QOSFailureEvent;
  __InstanceOperationEvent: __InstanceOperationEvent;
  __InstanceCreationEvent: __InstanceCreationEvent;
  __InstanceDeletionEvent: __InstanceDeletionEvent;
  __InstanceModificationEvent: __InstanceModificationEvent;
  __MethodInvocationEvent: __MethodInvocationEvent;
  __NamespaceOperationEvent: __NamespaceOperationEvent;
  __NamespaceCreationEvent: __NamespaceCreationEvent;
  __NamespaceDeletionEvent: __NamespaceDeletionEvent;
  __NamespaceModificationEvent: __NamespaceModificationEvent;
  __EventConsumer: __EventConsumer;
  __EventFilter: __EventFilter;
  __EventGenerator: __EventGenerator;
  __FilterToConsumerBinding: __FilterToConsumerBinding;
  __TimerEvent: __TimerEvent;
  __TimerInstruction: __TimerInstruction;
  __AbsoluteTimerInstruction: __AbsoluteTimerInstruction;
  __IntervalTimerInstruction: __IntervalTimerInstruction;
  __TimerNextFiring: __TimerNextFiring;
  __Provider: __Provider;
  __Win32Provider: __Win32Provider;
  __ProviderRegistration: __ProviderRegistration;
  __EventConsumerProviderRegistration: __EventConsumerProviderRegistration;
  __EventProviderRegistration: __EventProviderRegistration;
  __MethodProviderRegistration: __MethodProviderRegistration;
  __ObjectProviderRegistration: __ObjectProviderRegistration;
  __ClassProviderRegistration: __ClassProviderRegistration;
  __InstanceProviderRegistration: __InstanceProviderRegistration;
  __PropertyProviderRegistration: __PropertyProviderRegistration;
  __ACE: __ACE;
  __SecurityDescriptor: __SecurityDescriptor;
  __Trustee: __Trustee;
  CIM_Indication: CIM_Indication;
  CIM_ClassIndication: CIM_ClassIndication;
  CIM_ClassCreation: CIM_ClassCreation;
  CIM_ClassDeletion: CIM_ClassDeletion;
  CIM_ClassModification: CIM_ClassModification;
  CIM_InstIndication: CIM_InstIndication;
  CIM_InstCreation: CIM_InstCreation;
  CIM_InstDeletion: CIM_InstDeletion;
  CIM_InstModification: CIM_InstModification;
  CIM_Error: CIM_Error;
  MSFT_WmiError: MSFT_WmiError;
  MSFT_ExtendedStatus: MSFT_ExtendedStatus;
  CIM_ManagedElement: CIM_ManagedElement;
  CIM_Collection: CIM_Collection;
  CIM_CollectionOfMSEs: CIM_CollectionOfMSEs;
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
  CIM_View: CIM_View;
  CIM_ServiceAccessPoint: CIM_ServiceAccessPoint;
  CIM_ProtocolEndpoint: CIM_ProtocolEndpoint;
  CIM_LANEndpoint: CIM_LANEndpoint;
  CIM_WiFiEndpoint: CIM_WiFiEndpoint;
  CIM_SwitchPort: CIM_SwitchPort;
  CIM_VLANEndpoint: CIM_VLANEndpoint;
  CIM_AffectedJobElement: CIM_AffectedJobElement;
  CIM_Component: CIM_Component;
  CIM_ConcreteComponent: CIM_ConcreteComponent;
  CIM_ServiceComponent: CIM_ServiceComponent;
  CIM_SwitchServiceTransparentBridging: CIM_SwitchServiceTransparentBridging;
  CIM_SettingsDefineCapabilities: CIM_SettingsDefineCapabilities;
  CIM_SystemComponent: CIM_SystemComponent;
  CIM_HostedResourcePool: CIM_HostedResourcePool;
  CIM_SystemBIOS: CIM_SystemBIOS;
  CIM_SystemDevice: CIM_SystemDevice;
  CIM_VirtualSystemSettingDataComponent: CIM_VirtualSystemSettingDataComponent;
  CIM_Dependency: CIM_Dependency;
  CIM_BasedOn: CIM_BasedOn;
  CIM_ConcreteDependency: CIM_ConcreteDependency;
  CIM_DeviceConnection: CIM_DeviceConnection;
  CIM_ControlledBy: CIM_ControlledBy;
  CIM_DeviceSAPImplementation: CIM_DeviceSAPImplementation;
  CIM_ElementAllocatedFromPool: CIM_ElementAllocatedFromPool;
  CIM_ElementView: CIM_ElementView;
  CIM_HostedDependency: CIM_HostedDependency;
  CIM_HostedAccessPoint: CIM_HostedAccessPoint;
  CIM_HostedService: CIM_HostedService;
  CIM_PortOnDevice: CIM_PortOnDevice;
  CIM_VideoHeadOnController: CIM_VideoHeadOnController;
  CIM_LastAppliedSnapshot: CIM_LastAppliedSnapshot;
  CIM_MediaPresent: CIM_MediaPresent;
  CIM_MetricDefForME: CIM_MetricDefForME;
  CIM_MetricForME: CIM_MetricForME;
  CIM_MetricInstance: CIM_MetricInstance;
  CIM_MostCurrentSnapshotInBranch: CIM_MostCurrentSnapshotInBranch;
  CIM_ProtocolControllerForDevice: CIM_ProtocolControllerForDevice;
  CIM_ProtocolControllerForUnit: CIM_ProtocolControllerForUnit;
  CIM_ResourceAllocationFromPool: CIM_ResourceAllocationFromPool;
  CIM_SAPSAPDependency: CIM_SAPSAPDependency;
  CIM_ActiveConnection: CIM_ActiveConnection;
  CIM_BindsTo: CIM_BindsTo;
  CIM_BindsToLANEndpoint: CIM_BindsToLANEndpoint;
  CIM_ServiceSAPDependency: CIM_ServiceSAPDependency;
  CIM_ForwardsAmong: CIM_ForwardsAmong;
  CIM_SwitchesAmong: CIM_SwitchesAmong;
  CIM_SnapshotOfVirtualSystem: CIM_SnapshotOfVirtualSystem;
  CIM_SwitchPortDynamicForwarding: CIM_SwitchPortDynamicForwarding;
  CIM_TransparentBridgingDynamicForwarding: CIM_TransparentBridgingDynamicForwarding;
  CIM_ElementCapabilities: CIM_ElementCapabilities;
  CIM_ElementConformsToProfile: CIM_ElementConformsToProfile;
  CIM_ElementSettingData: CIM_ElementSettingData;
  CIM_LogicalIdentity: CIM_LogicalIdentity;
  CIM_MemberOfCollection: CIM_MemberOfCollection;
  CIM_CollectedMSEs: CIM_CollectedMSEs;
  CIM_OwningJobElement: CIM_OwningJobElement;
  CIM_ServiceAffectsElement: CIM_ServiceAffectsElement;
  CIM_SettingsDefineState: CIM_SettingsDefineState;
  CIM_Capabilities: CIM_Capabilities;
  CIM_AllocationCapabilities: CIM_AllocationCapabilities;
  CIM_EnabledLogicalElementCapabilities: CIM_EnabledLogicalElementCapabilities;
  CIM_MetricServiceCapabilities: CIM_MetricServiceCapabilities;
  CIM_VirtualSystemManagementCapabilities: CIM_VirtualSystemManagementCapabilities;
  CIM_ResourcePoolConfigurationCapabilities: CIM_ResourcePoolConfigurationCapabilities;
  CIM_VirtualSystemMigrationCapabilities: CIM_VirtualSystemMigrationCapabilities;
  CIM_LogicalDevice: CIM_LogicalDevice;
  CIM_Controller: CIM_Controller;
  CIM_DisplayController: CIM_DisplayController;
  CIM_IDEController: CIM_IDEController;
  CIM_SerialController: CIM_SerialController;
  CIM_ProtocolController: CIM_ProtocolController;
  CIM_SCSIProtocolController: CIM_SCSIProtocolController;
  CIM_Processor: CIM_Processor;
  CIM_TPM: CIM_TPM;
  CIM_USBDevice: CIM_USBDevice;
  CIM_UserDevice: CIM_UserDevice;
  CIM_Display: CIM_Display;
  CIM_DesktopMonitor: CIM_DesktopMonitor;
  CIM_PointingDevice: CIM_PointingDevice;
  CIM_VideoHead: CIM_VideoHead;
  CIM_ProcessIndication: CIM_ProcessIndication;
  CIM_AlertIndication: CIM_AlertIndication;
  CIM_MediaAccessDevice: CIM_MediaAccessDevice;
  CIM_CDROMDrive: CIM_CDROMDrive;
  CIM_DiskDrive: CIM_DiskDrive;
  CIM_DisketteDrive: CIM_DisketteDrive;
  CIM_DVDDrive: CIM_DVDDrive;
  CIM_TapeDrive: CIM_TapeDrive;
  CIM_StorageExtent: CIM_StorageExtent;
  CIM_LogicalDisk: CIM_LogicalDisk;
  CIM_Memory: CIM_Memory;
  CIM_BaseMetricDefinition: CIM_BaseMetricDefinition;
  CIM_AggregationMetricDefinition: CIM_AggregationMetricDefinition;
  CIM_BaseMetricValue: CIM_BaseMetricValue;
  CIM_AggregationMetricValue: CIM_AggregationMetricValue;
  CIM_LogicalPort: CIM_LogicalPort;
  CIM_NetworkPort: CIM_NetworkPort;
  CIM_EthernetPort: CIM_EthernetPort;
  CIM_FCPort: CIM_FCPort;
  CIM_WiFiPort: CIM_WiFiPort;
  CIM_Service: CIM_Service;
  CIM_MetricService: CIM_MetricService;
  CIM_NetworkService: CIM_NetworkService;
  CIM_ForwardingService: CIM_ForwardingService;
  CIM_SwitchService: CIM_SwitchService;
  CIM_TransparentBridgingService: CIM_TransparentBridgingService;
  CIM_ResourcePoolConfigurationService: CIM_ResourcePoolConfigurationService;
  CIM_VirtualSystemManagementService: CIM_VirtualSystemManagementService;
  CIM_VirtualSystemMigrationService: CIM_VirtualSystemMigrationService;
  CIM_VirtualSystemSnapshotService: CIM_VirtualSystemSnapshotService;
  CIM_SettingData: CIM_SettingData;
  CIM_ResourceAllocationSettingData: CIM_ResourceAllocationSettingData;
  CIM_EthernetPortAllocationSettingData: CIM_EthernetPortAllocationSettingData;
  CIM_StorageAllocationSettingData: CIM_StorageAllocationSettingData;
  CIM_VirtualSystemMigrationSettingData: CIM_VirtualSystemMigrationSettingData;
  CIM_VirtualSystemSettingData: CIM_VirtualSystemSettingData;
  CIM_VirtualEthernetSwitchSettingData: CIM_VirtualEthernetSwitchSettingData;
  CIM_VLANEndpointSettingData: CIM_VLANEndpointSettingData;
  Msvm_ActiveConnection: Msvm_ActiveConnection;
  Msvm_ConcreteComponent: Msvm_ConcreteComponent;
  Msvm_ConcreteDependency: Msvm_ConcreteDependency;
  Msvm_ElementCapabilities: Msvm_ElementCapabilities;
  Msvm_ElementConformsToProfile: Msvm_ElementConformsToProfile;
  Msvm_ElementSettingData: Msvm_ElementSettingData;
  Msvm_HostedDependency: Msvm_HostedDependency;
  Msvm_HostedService: Msvm_HostedService;
  Msvm_LogicalIdentity: Msvm_LogicalIdentity;
  Msvm_ParentChildSettingData: Msvm_ParentChildSettingData;
  Msvm_ResourceDependentOnResource: Msvm_ResourceDependentOnResource;
  Msvm_SettingDataComponent: Msvm_SettingDataComponent;
  Msvm_SettingsDefineCapabilities: Msvm_SettingsDefineCapabilities;
  Msvm_SettingsDefineState: Msvm_SettingsDefineState;
  Msvm_CollectedCollections: Msvm_CollectedCollections;
  Msvm_CollectedVirtualSystems: Msvm_CollectedVirtualSystems;
  Msvm_CollectionManagementService: Msvm_CollectionManagementService;
  Msvm_CollectionSettingData: Msvm_CollectionSettingData;
  Msvm_ManagementCollection: Msvm_ManagementCollection;
  Msvm_VirtualSystemCollection: Msvm_VirtualSystemCollection;
  Msvm_AssignableDeviceDismountSettingData: Msvm_AssignableDeviceDismountSettingData;
  Msvm_AssignableDeviceService: Msvm_AssignableDeviceService;
  Msvm_Battery: Msvm_Battery;
  Msvm_BatterySettingData: Msvm_BatterySettingData;
  Msvm_BIOSElement: Msvm_BIOSElement;
  Msvm_ControlledBy: Msvm_ControlledBy;
  Msvm_DeviceSAPImplementation: Msvm_DeviceSAPImplementation;
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
  Msvm_SerialPortOnSerialController: Msvm_SerialPortOnSerialController;
  Msvm_SerialPortSettingData: Msvm_SerialPortSettingData;
  Msvm_SyntheticKeyboard: Msvm_SyntheticKeyboard;
  Msvm_SyntheticMouse: Msvm_SyntheticMouse;
  Msvm_SystemBIOS: Msvm_SystemBIOS;
  Msvm_SystemDevice: Msvm_SystemDevice;
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
  Msvm_SystemTerminalConnection: Msvm_SystemTerminalConnection;
  Msvm_TerminalConnection: Msvm_TerminalConnection;
  Msvm_TerminalService: Msvm_TerminalService;
  Msvm_TerminalServiceSettingData: Msvm_TerminalServiceSettingData;
  Msvm_VideoHead: Msvm_VideoHead;
  Msvm_VideoHeadOnController: Msvm_VideoHeadOnController;
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
  Msvm_AffectedJobElement: Msvm_AffectedJobElement;
  Msvm_AffectedStorageJobElement: Msvm_AffectedStorageJobElement;
  Msvm_ConcreteJob: Msvm_ConcreteJob;
  Msvm_Error: Msvm_Error;
  Msvm_OwningJobElement: Msvm_OwningJobElement;
  Msvm_StorageJob: Msvm_StorageJob;
  Msvm_ServiceAffectsElement: Msvm_ServiceAffectsElement;
  Msvm_ServicingSettings: Msvm_ServicingSettings;
  Msvm_SystemExportSettingData: Msvm_SystemExportSettingData;
  Msvm_VirtualSystemCapabilities: Msvm_VirtualSystemCapabilities;
  Msvm_VirtualSystemExportSettingData: Msvm_VirtualSystemExportSettingData;
  Msvm_VirtualSystemManagementCapabilities: Msvm_VirtualSystemManagementCapabilities;
  Msvm_VirtualSystemManagementService: Msvm_VirtualSystemManagementService;
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
  Msvm_MigrationJob: Msvm_MigrationJob;
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
  Msvm_CollectedReferencePoints: Msvm_CollectedReferencePoints;
  Msvm_CollectionReferencePointExportJob: Msvm_CollectionReferencePointExportJob;
  Msvm_CollectionReferencePointExportSettingData: Msvm_CollectionReferencePointExportSettingData;
  Msvm_CollectionReferencePointService: Msvm_CollectionReferencePointService;
  Msvm_CollectionReferencePointSettingData: Msvm_CollectionReferencePointSettingData;
  Msvm_ReferencePointCollection: Msvm_ReferencePointCollection;
  Msvm_ReferencePointOfVirtualSystem: Msvm_ReferencePointOfVirtualSystem;
  Msvm_ReferencePointOfVirtualSystemCollection: Msvm_ReferencePointOfVirtualSystemCollection;
  Msvm_VirtualSystemReferencePoint: Msvm_VirtualSystemReferencePoint;
  Msvm_VirtualSystemReferencePointExportJob: Msvm_VirtualSystemReferencePointExportJob;
  Msvm_VirtualSystemReferencePointExportSettingData: Msvm_VirtualSystemReferencePointExportSettingData;
  Msvm_VirtualSystemReferencePointService: Msvm_VirtualSystemReferencePointService;
  Msvm_VirtualSystemReferencePointSettingData: Msvm_VirtualSystemReferencePointSettingData;
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
  Msvm_ElementAllocatedFromPool: Msvm_ElementAllocatedFromPool;
  Msvm_HostedResourcePool: Msvm_HostedResourcePool;
  Msvm_ResourceAllocationFromPool: Msvm_ResourceAllocationFromPool;
  Msvm_ResourcePool: Msvm_ResourcePool;
  Msvm_ResourcePoolConfigurationCapabilities: Msvm_ResourcePoolConfigurationCapabilities;
  Msvm_ResourcePoolConfigurationService: Msvm_ResourcePoolConfigurationService;
  Msvm_ResourceTypeDefinition: Msvm_ResourceTypeDefinition;
  Msvm_VirtualizationComponent: Msvm_VirtualizationComponent;
  Msvm_ResourcePoolComponent: Msvm_ResourcePoolComponent;
  Msvm_VirtualSystemResourceComponent: Msvm_VirtualSystemResourceComponent;
  Msvm_VirtualizationComponentRegistration: Msvm_VirtualizationComponentRegistration;
  Msvm_ResourcePoolRegistration: Msvm_ResourcePoolRegistration;
  Msvm_VirtualSystemResourceRegistration: Msvm_VirtualSystemResourceRegistration;
  Msvm_CollectedSnapshots: Msvm_CollectedSnapshots;
  Msvm_CollectionSnapshotExportSettingData: Msvm_CollectionSnapshotExportSettingData;
  Msvm_CollectionSnapshotService: Msvm_CollectionSnapshotService;
  Msvm_LastAppliedSnapshot: Msvm_LastAppliedSnapshot;
  Msvm_MostCurrentSnapshotInBranch: Msvm_MostCurrentSnapshotInBranch;
  Msvm_SnapshotCollection: Msvm_SnapshotCollection;
  Msvm_SnapshotOfVirtualSystem: Msvm_SnapshotOfVirtualSystem;
  Msvm_SnapshotOfVirtualSystemCollection: Msvm_SnapshotOfVirtualSystemCollection;
  Msvm_VHDSnapshotInformation: Msvm_VHDSnapshotInformation;
  Msvm_VirtualSystemSnapshotService: Msvm_VirtualSystemSnapshotService;
  Msvm_VirtualSystemSnapshotSettingData: Msvm_VirtualSystemSnapshotSettingData;
  Msvm_BasedOn: Msvm_BasedOn;
  Msvm_DiskDrive: Msvm_DiskDrive;
  Msvm_DisketteController: Msvm_DisketteController;
  Msvm_DisketteDrive: Msvm_DisketteDrive;
  Msvm_DiskMergeSettingData: Msvm_DiskMergeSettingData;
  Msvm_DVDDrive: Msvm_DVDDrive;
  Msvm_ImageManagementService: Msvm_ImageManagementService;
  Msvm_LogicalDisk: Msvm_LogicalDisk;
  Msvm_MediaPresent: Msvm_MediaPresent;
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
  Msvm_VirtualMachineToDisks: Msvm_VirtualMachineToDisks;
  Vsms_TransferService: Vsms_TransferService;
  Msvm_DynamicForwardingEntry: Msvm_DynamicForwardingEntry;
  Msvm_EthernetSwitchExtension: Msvm_EthernetSwitchExtension;
  Msvm_EthernetSwitchExtensionCapabilities: Msvm_EthernetSwitchExtensionCapabilities;
  Msvm_EthernetSwitchInfo: Msvm_EthernetSwitchInfo;
  Msvm_EthernetSwitchPort: Msvm_EthernetSwitchPort;
  Msvm_FcSwitchPort: Msvm_FcSwitchPort;
  Msvm_HostedEthernetSwitchExtension: Msvm_HostedEthernetSwitchExtension;
  Msvm_HostedSwitchService: Msvm_HostedSwitchService;
  Msvm_InstalledEthernetSwitchExtension: Msvm_InstalledEthernetSwitchExtension;
  Msvm_ParentEthernetSwitchExtension: Msvm_ParentEthernetSwitchExtension;
  Msvm_SwitchPortDynamicForwarding: Msvm_SwitchPortDynamicForwarding;
  Msvm_TransparentBridgingDynamicForwarding: Msvm_TransparentBridgingDynamicForwarding;
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
  Msvm_ComputerSystemSummaryInformation: Msvm_ComputerSystemSummaryInformation;
  Msvm_PlannedComputerSystem: Msvm_PlannedComputerSystem;
  Msvm_ResourceAllocationSettingData: Msvm_ResourceAllocationSettingData;
  Msvm_SecurityElement: Msvm_SecurityElement;
  Msvm_SecurityService: Msvm_SecurityService;
  Msvm_SecuritySettingData: Msvm_SecuritySettingData;
  Msvm_SummaryInformationBase: Msvm_SummaryInformationBase;
  Msvm_SummaryInformation: Msvm_SummaryInformation;
  Msvm_SystemComponent: Msvm_SystemComponent;
  Msvm_VirtualSystemSettingData: Msvm_VirtualSystemSettingData;
  Msvm_VirtualSystemSettingDataComponent: Msvm_VirtualSystemSettingDataComponent;
}

/** Method arguments by class name, for the classes that have methods. */
export interface V2Methods {
  __SystemSecurity: __SystemSecurity_Methods;
  CIM_EnabledLogicalElement: CIM_EnabledLogicalElement_Methods;
  CIM_System: CIM_System_Methods;
  CIM_ComputerSystem: CIM_ComputerSystem_Methods;
  CIM_Job: CIM_Job_Methods;
  CIM_ConcreteJob: CIM_ConcreteJob_Methods;
  CIM_ServiceAccessPoint: CIM_ServiceAccessPoint_Methods;
  CIM_ProtocolEndpoint: CIM_ProtocolEndpoint_Methods;
  CIM_LANEndpoint: CIM_LANEndpoint_Methods;
  CIM_WiFiEndpoint: CIM_WiFiEndpoint_Methods;
  CIM_SwitchPort: CIM_SwitchPort_Methods;
  CIM_VLANEndpoint: CIM_VLANEndpoint_Methods;
  CIM_LogicalDevice: CIM_LogicalDevice_Methods;
  CIM_Controller: CIM_Controller_Methods;
  CIM_DisplayController: CIM_DisplayController_Methods;
  CIM_IDEController: CIM_IDEController_Methods;
  CIM_SerialController: CIM_SerialController_Methods;
  CIM_ProtocolController: CIM_ProtocolController_Methods;
  CIM_SCSIProtocolController: CIM_SCSIProtocolController_Methods;
  CIM_Processor: CIM_Processor_Methods;
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
  CIM_LogicalPort: CIM_LogicalPort_Methods;
  CIM_NetworkPort: CIM_NetworkPort_Methods;
  CIM_EthernetPort: CIM_EthernetPort_Methods;
  CIM_FCPort: CIM_FCPort_Methods;
  CIM_WiFiPort: CIM_WiFiPort_Methods;
  CIM_Service: CIM_Service_Methods;
  CIM_MetricService: CIM_MetricService_Methods;
  CIM_NetworkService: CIM_NetworkService_Methods;
  CIM_ForwardingService: CIM_ForwardingService_Methods;
  CIM_SwitchService: CIM_SwitchService_Methods;
  CIM_TransparentBridgingService: CIM_TransparentBridgingService_Methods;
  CIM_ResourcePoolConfigurationService: CIM_ResourcePoolConfigurationService_Methods;
  CIM_VirtualSystemManagementService: CIM_VirtualSystemManagementService_Methods;
  CIM_VirtualSystemMigrationService: CIM_VirtualSystemMigrationService_Methods;
  CIM_VirtualSystemSnapshotService: CIM_VirtualSystemSnapshotService_Methods;
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
  Msvm_VirtualSystemManagementService: Msvm_VirtualSystemManagementService_Methods;
  Msvm_MetricService: Msvm_MetricService_Methods;
  Msvm_MigrationJob: Msvm_MigrationJob_Methods;
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
  Msvm_CollectionReferencePointExportJob: Msvm_CollectionReferencePointExportJob_Methods;
  Msvm_CollectionReferencePointService: Msvm_CollectionReferencePointService_Methods;
  Msvm_VirtualSystemReferencePointExportJob: Msvm_VirtualSystemReferencePointExportJob_Methods;
  Msvm_VirtualSystemReferencePointService: Msvm_VirtualSystemReferencePointService_Methods;
  Msvm_ReplicationService: Msvm_ReplicationService_Methods;
  Msvm_ResourcePoolConfigurationService: Msvm_ResourcePoolConfigurationService_Methods;
  Msvm_CollectionSnapshotService: Msvm_CollectionSnapshotService_Methods;
  Msvm_VirtualSystemSnapshotService: Msvm_VirtualSystemSnapshotService_Methods;
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
