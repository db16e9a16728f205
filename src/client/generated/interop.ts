// Types of root\interop, printed by script/compile-schema.ts from the MOF files. Not for editing.

import type * as common from './common.ts';
import type { Reference } from '../object.ts';

export type CIM_ReferencedProfile = common.CIM_Dependency;

export type Msvm_ReferencedProfile = CIM_ReferencedProfile;

export type Msvm_ClusterV2ElementConformsToProfile = common.Msvm_ElementConformsToProfile;

export type Msvm_StandaloneV2ElementConformsToProfile = common.Msvm_ElementConformsToProfile;

export type CIM_RegisteredProfile = common.CIM_ManagedElement & {
  AdvertiseTypeDescriptions: readonly (string | null)[] | null;
  AdvertiseTypes: readonly (number | null)[] | null;
  OtherRegisteredOrganization: string | null;
  RegisteredName: string | null;
  RegisteredOrganization: number | null;
  RegisteredVersion: string | null;
};

export type Msvm_RegisteredProfile = CIM_RegisteredProfile;

export type CIM_RegisteredSpecification = common.CIM_ManagedElement & {
  AdvertiseTypeDescriptions: readonly (string | null)[] | null;
  AdvertiseTypes: readonly (number | null)[] | null;
  OtherRegisteredOrganization: string | null;
  OtherSpecificationType: string | null;
  RegisteredName: string | null;
  RegisteredOrganization: number | null;
  RegisteredVersion: string | null;
  SpecificationType: number | null;
};

export type CIM_ObjectManager = common.CIM_ManagedElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  CreationClassName: string | null;
  Name: string | null;
  Started: boolean | null;
  EnabledState: number | null;
  GatherStatisticalData: boolean | null;
};

export type CIM_Namespace = common.CIM_ManagedElement & {
  SystemCreationClassName: string | null;
  SystemName: string | null;
  ObjectManagerCreationClassName: string | null;
  ObjectManagerName: string | null;
  CreationClassName: string | null;
  Name: string | null;
  ClassType: number | null;
  DescriptionOfClassType: string | null;
};

export type CIM_NamespaceInManager = common.CIM_Dependency;

export type CIM_IndicationFilter = common.CIM_ManagedElement & {
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

export type CIM_ListenerDestination = common.CIM_ManagedElement & {
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
  CIM_Dependency: common.CIM_Dependency;
  CIM_ReferencedProfile: CIM_ReferencedProfile;
  Msvm_ReferencedProfile: Msvm_ReferencedProfile;
  CIM_ElementConformsToProfile: common.CIM_ElementConformsToProfile;
  Msvm_ElementConformsToProfile: common.Msvm_ElementConformsToProfile;
  Msvm_ClusterV2ElementConformsToProfile: Msvm_ClusterV2ElementConformsToProfile;
  Msvm_StandaloneV2ElementConformsToProfile: Msvm_StandaloneV2ElementConformsToProfile;
  CIM_Error: common.CIM_Error;
  CIM_ManagedElement: common.CIM_ManagedElement;
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
  __SystemSecurity: common.__SystemSecurity_Methods;
}
