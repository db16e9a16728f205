// Types of root\interop, printed by script/compile-schema.ts from the MOF files. Not for editing.

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

export type CIM_Dependency = {
  Antecedent: Reference | null;
  Dependent: Reference | null;
};

export type CIM_ReferencedProfile = CIM_Dependency;

export type Msvm_ReferencedProfile = CIM_ReferencedProfile;

export type CIM_ElementConformsToProfile = {
  ConformantStandard: Reference | null;
  ManagedElement: Reference | null;
};

export type Msvm_ElementConformsToProfile = CIM_ElementConformsToProfile;

export type Msvm_ClusterV2ElementConformsToProfile = Msvm_ElementConformsToProfile;

export type Msvm_StandaloneV2ElementConformsToProfile = Msvm_ElementConformsToProfile;

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

export type CIM_ManagedElement = {
  InstanceID: string | null;
  Caption: string | null;
  Description: string | null;
  ElementName: string | null;
};

export type CIM_RegisteredProfile = CIM_ManagedElement & {
  AdvertiseTypeDescriptions: readonly (string | null)[] | null;
  AdvertiseTypes: readonly (number | null)[] | null;
  OtherRegisteredOrganization: string | null;
  RegisteredName: string | null;
  RegisteredOrganization: number | null;
  RegisteredVersion: string | null;
};

export type Msvm_RegisteredProfile = CIM_RegisteredProfile;

export type CIM_RegisteredSpecification = CIM_ManagedElement & {
  AdvertiseTypeDescriptions: readonly (string | null)[] | null;
  AdvertiseTypes: readonly (number | null)[] | null;
  OtherRegisteredOrganization: string | null;
  OtherSpecificationType: string | null;
  RegisteredName: string | null;
  RegisteredOrganization: number | null;
  RegisteredVersion: string | null;
  SpecificationType: number | null;
};

export type CIM_ObjectManager = CIM_ManagedElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  CreationClassName: string | null;
  Name: string | null;
  Started: boolean | null;
  EnabledState: number | null;
  GatherStatisticalData: boolean | null;
};

export type CIM_Namespace = CIM_ManagedElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  ObjectManagerCreationClassName: string | null;
  ObjectManagerName: string | null;
  CreationClassName: string | null;
  Name: string | null;
  ClassType: number | null;
  DescriptionOfClassType: string | null;
};

export type CIM_NamespaceInManager = CIM_Dependency;

export type CIM_IndicationFilter = CIM_ManagedElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  CreationClassName: string | null;
  Name: string | null;
  SourceNamespace: string | null;
  SourceNamespaces: readonly (string | null)[] | null;
  Query: string | null;
  QueryLanguage: string | null;
  IndividualSubscriptionSupported: boolean | null;
};

export type CIM_ListenerDestination = CIM_ManagedElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  CreationClassName: string | null;
  Name: string | null;
  PersistenceType: number | null;
  OtherPersistenceType: string | null;
  Destination: string | null;
  Protocol: number | null;
};

export type CIM_ListenerDestinationCIMXML = CIM_ListenerDestination;

export type CIM_IndicationHandlerCIMXML = CIM_ListenerDestination;

export type CIM_IndicationSubscription = {
  Filter: Reference | null;
  Handler: Reference | null;
  OnFatalErrorPolicy: number | null;
  SubscriptionState: number | null;
  TimeOfLastStateChange: string | null;
  SubscriptionStartTime: string | null;
  RepeatNotificationPolicy: number | null;
};

/** Value types by class name. */
export interface InteropClasses {
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
  CIM_Dependency: CIM_Dependency;
  CIM_ReferencedProfile: CIM_ReferencedProfile;
  Msvm_ReferencedProfile: Msvm_ReferencedProfile;
  CIM_ElementConformsToProfile: CIM_ElementConformsToProfile;
  Msvm_ElementConformsToProfile: Msvm_ElementConformsToProfile;
  Msvm_ClusterV2ElementConformsToProfile: Msvm_ClusterV2ElementConformsToProfile;
  Msvm_StandaloneV2ElementConformsToProfile: Msvm_StandaloneV2ElementConformsToProfile;
  CIM_Error: CIM_Error;
  CIM_ManagedElement: CIM_ManagedElement;
  CIM_RegisteredProfile: CIM_RegisteredProfile;
  Msvm_RegisteredProfile: Msvm_RegisteredProfile;
  CIM_RegisteredSpecification: CIM_RegisteredSpecification;
  CIM_ObjectManager: CIM_ObjectManager;
  CIM_Namespace: CIM_Namespace;
  CIM_NamespaceInManager: CIM_NamespaceInManager;
  CIM_IndicationFilter: CIM_IndicationFilter;
  CIM_ListenerDestination: CIM_ListenerDestination;
  CIM_ListenerDestinationCIMXML: CIM_ListenerDestinationCIMXML;
  CIM_IndicationHandlerCIMXML: CIM_IndicationHandlerCIMXML;
  CIM_IndicationSubscription: CIM_IndicationSubscription;
}

/** Method arguments by class name, for the classes that have methods. */
export interface InteropMethods {
  __SystemSecurity: __SystemSecurity_Methods;
}
