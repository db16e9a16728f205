// Types of the classes that several namespaces have, printed by script/compile-schema.ts from the MOF files. Not for editing.

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

export type Msvm_ElementConformsToProfile = CIM_ElementConformsToProfile;

export type Msvm_ElementSettingData = CIM_ElementSettingData;

export type Msvm_HostedDependency = CIM_HostedDependency;

export type Msvm_HostedService = CIM_HostedService;

export type Msvm_ParentChildSettingData = CIM_Dependency;

export type Msvm_SettingsDefineState = CIM_SettingsDefineState;

export type Msvm_CollectedCollections = CIM_CollectedMSEs;

export type Msvm_CollectedVirtualSystems = CIM_CollectedMSEs;

export type Msvm_CollectionSettingData = CIM_SettingData;

export type Msvm_ManagementCollection = CIM_CollectionOfMSEs;

export type Msvm_ControlledBy = CIM_ControlledBy;

export type Msvm_DeviceSAPImplementation = CIM_DeviceSAPImplementation;

export type Msvm_SerialPortOnSerialController = CIM_PortOnDevice;

export type Msvm_SystemBIOS = CIM_SystemBIOS;

export type Msvm_SystemDevice = CIM_SystemDevice;

export type Msvm_SystemTerminalConnection = CIM_HostedDependency;

export type Msvm_VideoHeadOnController = CIM_VideoHeadOnController;

export type Msvm_AffectedJobElement = CIM_AffectedJobElement;

export type Msvm_AffectedStorageJobElement = CIM_AffectedJobElement;

export type Msvm_Error = CIM_Error;

export type Msvm_OwningJobElement = CIM_OwningJobElement;

export type Msvm_ServiceAffectsElement = CIM_ServiceAffectsElement;

export type Msvm_ServicingSettings = {
  Version: string | null;
};

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

export type Msvm_ElementAllocatedFromPool = CIM_ElementAllocatedFromPool;

export type Msvm_ResourceAllocationFromPool = CIM_ResourceAllocationFromPool;

export type Msvm_ResourceTypeDefinition = {
  ResourceType: number | null;
  OtherResourceType: string | null;
  ResourceSubType: string | null;
  LogicalDeviceClassName: string | null;
  SettingDataClassName: string | null;
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

export type Msvm_MediaPresent = CIM_MediaPresent;

export type Msvm_VirtualMachineToDisks = {
  VirtualMachineId: string | null;
  DisksToExport: readonly (string | null)[] | null;
};

export type Msvm_HostedSwitchService = CIM_HostedService;

export type Msvm_SwitchPortDynamicForwarding = CIM_SwitchPortDynamicForwarding;

export type Msvm_TransparentBridgingDynamicForwarding = CIM_TransparentBridgingDynamicForwarding;

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

export type Msvm_VirtualSystemSettingDataComponent = CIM_VirtualSystemSettingDataComponent;
