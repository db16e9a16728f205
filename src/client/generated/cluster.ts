// Types of root\HyperVCluster\v2, printed by script/compile-schema.ts from the MOF files. Not for editing.

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

export type CIM_SystemSpecificCollection = CIM_Collection;

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
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
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

export interface CIM_ProtocolEndpoint_Methods extends CIM_ServiceAccessPoint_Methods {
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

export type CIM_ComponentCS = CIM_SystemComponent;

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

export type CIM_ConcreteIdentity = CIM_LogicalIdentity;

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

export interface CIM_DisplayController_Methods extends CIM_Controller_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
}

export type CIM_IDEController = CIM_Controller;

export interface CIM_IDEController_Methods extends CIM_Controller_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
}

export type CIM_SerialController = CIM_Controller & {
  Capabilities: readonly (number | null)[] | null;
  CapabilityDescriptions: readonly (string | null)[] | null;
  MaxBaudRate: number | null;
  Security: number | null;
};

export interface CIM_SerialController_Methods extends CIM_Controller_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
}

export type CIM_ProtocolController = CIM_LogicalDevice & {
  MaxUnitsControlled: number | null;
};

export interface CIM_ProtocolController_Methods extends CIM_LogicalDevice_Methods {
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

export type CIM_UserDevice = CIM_LogicalDevice & {
  IsLocked: boolean | null;
};

export interface CIM_UserDevice_Methods extends CIM_LogicalDevice_Methods {
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

export interface CIM_VideoHead_Methods extends CIM_LogicalDevice_Methods {
  RequestStateChange: {
    in: { RequestedState?: number | null; Job?: Reference | null; TimeoutPeriod?: string | null };
    out: { Job?: Reference | null };
  };
}

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

export interface CIM_StorageExtent_Methods extends CIM_LogicalDevice_Methods {
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

export interface CIM_NetworkPort_Methods extends CIM_LogicalPort_Methods {
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

export type CIM_NetworkService = CIM_Service & {
  Keywords: readonly (string | null)[] | null;
  ServiceURL: string | null;
  StartupConditions: readonly (string | null)[] | null;
  StartupParameters: readonly (string | null)[] | null;
};

export interface CIM_NetworkService_Methods extends CIM_Service_Methods {
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

export type CIM_ResourcePoolConfigurationService = CIM_Service;

export interface CIM_ResourcePoolConfigurationService_Methods extends CIM_Service_Methods {
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

export type Msvm_ElementConformsToProfile = CIM_ElementConformsToProfile;

export type Msvm_ElementSettingData = CIM_ElementSettingData;

export type Msvm_HostedDependency = CIM_HostedDependency;

export type Msvm_HostedService = CIM_HostedService;

export type Msvm_ParentChildSettingData = CIM_Dependency;

export type Msvm_SettingsDefineState = CIM_SettingsDefineState;

export type Msvm_CollectedCollections = CIM_CollectedMSEs;

export type Msvm_CollectedVirtualSystems = CIM_CollectedMSEs;

export type Msvm_CollectionManagementService = CIM_Service;

export interface Msvm_CollectionManagementService_Methods extends CIM_Service_Methods {
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

export type Msvm_CollectionSettingData = CIM_SettingData;

export type Msvm_ComponentCS = CIM_ComponentCS;

export type Msvm_ConcreteIdentity = CIM_ConcreteIdentity;

export type Msvm_ManagementCollection = CIM_CollectionOfMSEs;

export type Msvm_MemberOfCollection = CIM_MemberOfCollection;

export type Msvm_RedundancySet = CIM_RedundancySet;

export type Msvm_RedundancySet_Methods = CIM_RedundancySet_Methods;

export type Msvm_VirtualSystemCollection = CIM_CollectionOfMSEs & {
  ReplicationState: number | null;
  ReplicationMode: number | null;
  FailedOverReplicationType: number | null;
  LastApplyTime: string | null;
  LastApplyVirtualMachineIds: readonly (string | null)[] | null;
  LastApplyConsistencyLevel: number | null;
};

export type Msvm_AffectedJobElement = CIM_AffectedJobElement;

export type Msvm_ConcreteJob = CIM_ConcreteJob & {
  Cancellable: boolean | null;
  ErrorSummaryDescription: string | null;
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

export type Msvm_ServiceAffectsElement = CIM_ServiceAffectsElement;

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

export type Msvm_ReferencePointOfVirtualSystemCollection = CIM_Dependency;

export type Msvm_VirtualSystemReferencePoint = CIM_ManagedElement & {
  ReferencePointType: number | null;
  ConsistencyLevel: number | null;
  VirtualSystemIdentifier: string | null;
  HasAssociatedData: boolean | null;
  VirtualDiskIdentifiers: readonly (string | null)[] | null;
  ResilientChangeTrackingIdentifiers: readonly (string | null)[] | null;
};

export type Msvm_VirtualSystemReferencePointExportSettingData = CIM_SettingData & {
  BaseReferencePoint: string | null;
  DisksToExport: readonly (string | null)[] | null;
};

export type Msvm_VirtualSystemReferencePointSettingData = CIM_SettingData & {
  ConsistencyLevel: number | null;
};

export type Msvm_CollectionRecoveryPoint = CIM_ManagedElement & {
  CollectionID: string | null;
  CreationTime: string | null;
  VirtualMachineIds: readonly (string | null)[] | null;
  RecoveryPointIds: readonly (string | null)[] | null;
  ConsistencyLevel: number | null;
};

export type Msvm_CollectionReplicationService = CIM_Service;

export interface Msvm_CollectionReplicationService_Methods extends CIM_Service_Methods {
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

export type Msvm_CollectionReplicationSettingData = Msvm_CollectionSettingData & {
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

export type Msvm_CollectionReplicationStatistics = CIM_ManagedElement & {
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

export type Msvm_FailoverIndication = CIM_ProcessIndication & {
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

export type Msvm_RecoveryPointOfVirtualSystemCollection = CIM_Dependency;

export type Msvm_ReplicaCollectionDependency = CIM_Dependency;

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

export type Msvm_SharedDiskSetReplicationRelationshipOfVirtualSystemCollection = CIM_Dependency;

export type Msvm_CollectedSnapshots = CIM_CollectedMSEs;

export type Msvm_CollectionSnapshotExportSettingData = CIM_SettingData & {
  CopyVmStorage: boolean | null;
  DifferentialBackupBase: string | null;
  BackupIntent: number | null;
};

export type Msvm_CollectionSnapshotService = CIM_Service;

export interface Msvm_CollectionSnapshotService_Methods extends CIM_Service_Methods {
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

export type Msvm_MostCurrentSnapshotInBranch = CIM_MostCurrentSnapshotInBranch;

export type Msvm_SnapshotCollection = CIM_Collection & {
  CollectionID: string | null;
};

export type Msvm_SnapshotOfVirtualSystem = CIM_SnapshotOfVirtualSystem;

export type Msvm_SnapshotOfVirtualSystemCollection = CIM_Dependency;

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

export type Msvm_VirtualMachineToDisks = {
  VirtualMachineId: string | null;
  DisksToExport: readonly (string | null)[] | null;
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

export type Msvm_ComputerSystemSummaryInformation = CIM_ElementView;

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

export type Msvm_VirtualSystemSettingData = CIM_VirtualSystemSettingData & {
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
  CIM_SystemSpecificCollection: CIM_SystemSpecificCollection;
  CIM_RedundancySet: CIM_RedundancySet;
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
  CIM_ComponentCS: CIM_ComponentCS;
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
  CIM_ConcreteIdentity: CIM_ConcreteIdentity;
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
  Msvm_ElementConformsToProfile: Msvm_ElementConformsToProfile;
  Msvm_ElementSettingData: Msvm_ElementSettingData;
  Msvm_HostedDependency: Msvm_HostedDependency;
  Msvm_HostedService: Msvm_HostedService;
  Msvm_ParentChildSettingData: Msvm_ParentChildSettingData;
  Msvm_SettingsDefineState: Msvm_SettingsDefineState;
  Msvm_CollectedCollections: Msvm_CollectedCollections;
  Msvm_CollectedVirtualSystems: Msvm_CollectedVirtualSystems;
  Msvm_CollectionManagementService: Msvm_CollectionManagementService;
  Msvm_CollectionSettingData: Msvm_CollectionSettingData;
  Msvm_ComponentCS: Msvm_ComponentCS;
  Msvm_ConcreteIdentity: Msvm_ConcreteIdentity;
  Msvm_ManagementCollection: Msvm_ManagementCollection;
  Msvm_MemberOfCollection: Msvm_MemberOfCollection;
  Msvm_RedundancySet: Msvm_RedundancySet;
  Msvm_VirtualSystemCollection: Msvm_VirtualSystemCollection;
  Msvm_AffectedJobElement: Msvm_AffectedJobElement;
  Msvm_ConcreteJob: Msvm_ConcreteJob;
  Msvm_Error: Msvm_Error;
  Msvm_OwningJobElement: Msvm_OwningJobElement;
  Msvm_ServiceAffectsElement: Msvm_ServiceAffectsElement;
  Msvm_VirtualSystemManagementService: Msvm_VirtualSystemManagementService;
  Msvm_VirtualSystemManagementServiceSettingData: Msvm_VirtualSystemManagementServiceSettingData;
  Msvm_MigrationJob: Msvm_MigrationJob;
  Msvm_VirtualSystemMigrationService: Msvm_VirtualSystemMigrationService;
  Msvm_CollectedReferencePoints: Msvm_CollectedReferencePoints;
  Msvm_CollectionReferencePointExportJob: Msvm_CollectionReferencePointExportJob;
  Msvm_CollectionReferencePointExportSettingData: Msvm_CollectionReferencePointExportSettingData;
  Msvm_CollectionReferencePointService: Msvm_CollectionReferencePointService;
  Msvm_CollectionReferencePointSettingData: Msvm_CollectionReferencePointSettingData;
  Msvm_ReferencePointCollection: Msvm_ReferencePointCollection;
  Msvm_ReferencePointOfVirtualSystemCollection: Msvm_ReferencePointOfVirtualSystemCollection;
  Msvm_VirtualSystemReferencePoint: Msvm_VirtualSystemReferencePoint;
  Msvm_VirtualSystemReferencePointExportSettingData: Msvm_VirtualSystemReferencePointExportSettingData;
  Msvm_VirtualSystemReferencePointSettingData: Msvm_VirtualSystemReferencePointSettingData;
  Msvm_CollectionRecoveryPoint: Msvm_CollectionRecoveryPoint;
  Msvm_CollectionReplicationService: Msvm_CollectionReplicationService;
  Msvm_CollectionReplicationSettingData: Msvm_CollectionReplicationSettingData;
  Msvm_CollectionReplicationStatistics: Msvm_CollectionReplicationStatistics;
  Msvm_FailoverIndication: Msvm_FailoverIndication;
  Msvm_RecoveryPointOfVirtualSystemCollection: Msvm_RecoveryPointOfVirtualSystemCollection;
  Msvm_ReplicaCollectionDependency: Msvm_ReplicaCollectionDependency;
  Msvm_SharedDiskSetReplicationRelationship: Msvm_SharedDiskSetReplicationRelationship;
  Msvm_SharedDiskSetReplicationRelationshipOfVirtualSystemCollection: Msvm_SharedDiskSetReplicationRelationshipOfVirtualSystemCollection;
  Msvm_CollectedSnapshots: Msvm_CollectedSnapshots;
  Msvm_CollectionSnapshotExportSettingData: Msvm_CollectionSnapshotExportSettingData;
  Msvm_CollectionSnapshotService: Msvm_CollectionSnapshotService;
  Msvm_MostCurrentSnapshotInBranch: Msvm_MostCurrentSnapshotInBranch;
  Msvm_SnapshotCollection: Msvm_SnapshotCollection;
  Msvm_SnapshotOfVirtualSystem: Msvm_SnapshotOfVirtualSystem;
  Msvm_SnapshotOfVirtualSystemCollection: Msvm_SnapshotOfVirtualSystemCollection;
  Msvm_VirtualSystemSnapshotService: Msvm_VirtualSystemSnapshotService;
  Msvm_VirtualSystemSnapshotSettingData: Msvm_VirtualSystemSnapshotSettingData;
  Msvm_VirtualMachineToDisks: Msvm_VirtualMachineToDisks;
  Msvm_ComputerSystem: Msvm_ComputerSystem;
  Msvm_ComputerSystemSummaryInformation: Msvm_ComputerSystemSummaryInformation;
  Msvm_SummaryInformationBase: Msvm_SummaryInformationBase;
  Msvm_SummaryInformation: Msvm_SummaryInformation;
  Msvm_VirtualSystemSettingData: Msvm_VirtualSystemSettingData;
}

/** Method arguments by class name, for the classes that have methods. */
export interface ClusterMethods {
  __SystemSecurity: __SystemSecurity_Methods;
  CIM_RedundancySet: CIM_RedundancySet_Methods;
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
  Msvm_RedundancySet: Msvm_RedundancySet_Methods;
  Msvm_ConcreteJob: Msvm_ConcreteJob_Methods;
  Msvm_VirtualSystemManagementService: Msvm_VirtualSystemManagementService_Methods;
  Msvm_MigrationJob: Msvm_MigrationJob_Methods;
  Msvm_VirtualSystemMigrationService: Msvm_VirtualSystemMigrationService_Methods;
  Msvm_CollectionReferencePointExportJob: Msvm_CollectionReferencePointExportJob_Methods;
  Msvm_CollectionReferencePointService: Msvm_CollectionReferencePointService_Methods;
  Msvm_CollectionReplicationService: Msvm_CollectionReplicationService_Methods;
  Msvm_CollectionSnapshotService: Msvm_CollectionSnapshotService_Methods;
  Msvm_VirtualSystemSnapshotService: Msvm_VirtualSystemSnapshotService_Methods;
  Msvm_ComputerSystem: Msvm_ComputerSystem_Methods;
}
