import type { Right } from '../../src/msvm/v2/methods/rights.ts';

type Rights = Readonly<Partial<Record<Right, readonly string[]>>>;

/** Answered alike for everybody: they do nothing here. */
const CONTROL = ['RequestStateChange', 'StartService', 'StopService'] as const;
/** Of every kind of job. */
const JOB: Rights = { operate: ['RequestStateChange'], read: ['KillJob', 'GetError', 'GetErrorEx'] };

/**
 * What each method takes (K8), by namespace, class and right; what names a path counts as `administer`. A new method of a class
 * has its place here before anybody may call it. What only answers "not supported" is `read`: everybody learns that.
 */
export const METHOD_RIGHTS: Readonly<Record<string, Readonly<Record<string, Rights>>>> = {
  'root\\virtualization\\v2': {
    Msvm_VirtualSystemManagementService: {
      administer: [
        'DefineSystem',
        'DefinePlannedSystem',
        'DestroySystem',
        'ModifySystemSettings',
        'UpgradeSystemVersion',
        'AddResourceSettings',
        'ModifyResourceSettings',
        'RemoveResourceSettings',
        'AddFeatureSettings',
        'ModifyFeatureSettings',
        'RemoveFeatureSettings',
        'AddBootSourceSettings',
        'RemoveBootSourceSettings',
        'ModifyServiceSettings',
        'ModifyDiskMergeSettings',
        'SetInitialMachineConfigurationData',
        'GenerateWwpn',
        'ModifyGuestServiceSettings',
        'ExportSystemDefinition',
        'ImportSystemDefinition',
        'ImportSnapshotDefinitions',
        'ValidatePlannedSystem',
        'RealizePlannedSystem',
        'GetDefinitionFileSummaryInformation',
      ],
      operate: ['AddKvpItems', 'ModifyKvpItems', 'RemoveKvpItems'],
      read: [
        'GetSummaryInformation',
        'GetVirtualSystemThumbnailImage',
        'FormatError',
        'GetSizeOfSystemFiles',
        'GetCurrentWwpnFromGenerator',
        'AddGuestServiceSettings',
        'RemoveGuestServiceSettings',
        'AddSystemComponentSettings',
        'ModifySystemComponentSettings',
        'RemoveSystemComponentSettings',
        'AddFibreChannelChap',
        'RemoveFibreChannelChap',
        'DiagnoseNetworkConnection',
        'TestNetworkConnection',
        'SetGuestNetworkAdapterConfiguration',
        ...CONTROL,
      ],
    },
    Msvm_ImageManagementService: {
      administer: [
        'CreateVirtualHardDisk',
        'CreateVirtualFloppyDisk',
        'ConvertVirtualHardDisk',
        'ResizeVirtualHardDisk',
        'CompactVirtualHardDisk',
        'MergeVirtualHardDisk',
        'SetParentVirtualHardDisk',
        'ValidateVirtualHardDisk',
        'GetVirtualHardDiskSettingData',
        'GetVirtualHardDiskState',
      ],
      read: [
        'AttachVirtualHardDisk',
        'FindMountedStorageImageInstance',
        'SetVirtualHardDiskSettingData',
        'ValidatePersistentReservationSupport',
        'GetVHDSetInformation',
        'GetVHDSnapshotInformation',
        'SetVHDSnapshotInformation',
        'DeleteVHDSnapshot',
        'ConvertVirtualHardDiskToVHDSet',
        'OptimizeVHDSet',
        'GetVirtualDiskChanges',
        ...CONTROL,
      ],
    },
    Msvm_VirtualSystemSnapshotService: {
      administer: ['DestroySnapshot', 'DestroySnapshotTree', 'ClearSnapshotState'],
      operate: ['CreateSnapshot', 'ApplySnapshot'],
      read: ['ConvertToReferencePoint', ...CONTROL],
    },
    Msvm_ResourcePoolConfigurationService: {
      administer: ['CreatePool', 'DeletePool', 'ModifyPoolResources', 'ModifyPoolSettings'],
      read: [...CONTROL],
    },
    Msvm_MetricService: {
      administer: ['ControlMetrics', 'ControlMetricsByClass', 'ModifyServiceSettings'],
      read: ['ShowMetrics', 'ShowMetricsByClass', 'GetMetricValues', 'ControlSampleTimes', ...CONTROL],
    },
    Msvm_VirtualEthernetSwitchManagementService: {
      administer: [
        'DefineSystem',
        'DestroySystem',
        'ModifySystemSettings',
        'AddResourceSettings',
        'ModifyResourceSettings',
        'RemoveResourceSettings',
        'AddFeatureSettings',
        'ModifyFeatureSettings',
        'RemoveFeatureSettings',
      ],
      read: [...CONTROL],
    },
    Vsms_SnapshotForkService: {
      administer: ['ForkSnapshot'],
      read: [...CONTROL],
    },
    Vsms_TransferService: {
      administer: ['ExportSystem', 'DetachSource', 'SetDeviceModels'],
      read: ['GetSourceDependencies', ...CONTROL],
    },
    Msvm_ComputerSystem: {
      operate: ['RequestStateChange', 'InjectNonMaskableInterrupt', 'InjectNonMaskableInterruptEx'],
      read: ['RequestReplicationStateChange', 'RequestReplicationStateChangeEx', 'SetPowerState'],
    },
    Msvm_PlannedComputerSystem: {
      operate: ['RequestStateChange'],
      read: ['SetPowerState'],
    },
    Msvm_ShutdownComponent: {
      operate: ['InitiateShutdown', 'InitiateReboot'],
      read: ['InitiateHibernate'],
    },
    Msvm_Keyboard: {
      operate: ['PressKey', 'ReleaseKey', 'TypeKey', 'TypeCtrlAltDel', 'TypeText', 'TypeScancodes', 'IsKeyPressed'],
    },
    Msvm_SyntheticMouse: {
      operate: ['GetButtonState', 'SetButtonState', 'ClickButton', 'SetScrollPosition', 'SetAbsolutePosition'],
    },
    Msvm_Ps2Mouse: {
      operate: ['GetButtonState', 'SetButtonState', 'ClickButton', 'SetScrollPosition', 'SetRelativePosition'],
    },
    Msvm_CopyFileToGuestJob: JOB,
    Msvm_ConcreteJob: JOB,
    Msvm_StorageJob: JOB,
    Msvm_MigrationJob: JOB,
    Msvm_CollectionReferencePointExportJob: JOB,
    Msvm_VirtualSystemReferencePointExportJob: JOB,
  },
  'root\\HyperVCluster\\v2': {
    Msvm_VirtualSystemManagementService: {
      administer: [
        'DefineSystem',
        'DestroySystem',
        'ModifySystemSettings',
        'AddResourceSettings',
        'ModifyResourceSettings',
        'RemoveResourceSettings',
      ],
      read: ['GetSummaryInformation', ...CONTROL],
    },
    Msvm_VirtualSystemSnapshotService: {
      administer: ['DestroySnapshot', 'DestroySnapshotTree', 'ClearSnapshotState'],
      operate: ['CreateSnapshot', 'ApplySnapshot'],
      read: ['ConvertToReferencePoint', ...CONTROL],
    },
    Msvm_ComputerSystem: {
      operate: ['RequestStateChange', 'InjectNonMaskableInterrupt', 'InjectNonMaskableInterruptEx'],
      read: ['RequestReplicationStateChange', 'RequestReplicationStateChangeEx', 'SetPowerState'],
    },
    Msvm_ConcreteJob: JOB,
    Msvm_MigrationJob: JOB,
    Msvm_CollectionReferencePointExportJob: JOB,
  },
  'root\\virtualization': {
    Msvm_VirtualSystemManagementService: {
      administer: [
        'DefineVirtualSystem',
        'ModifyVirtualSystem',
        'DestroyVirtualSystem',
        'AddVirtualSystemResources',
        'ModifyVirtualSystemResources',
        'RemoveVirtualSystemResources',
        'RemoveVirtualSystemSnapshot',
        'RemoveVirtualSystemSnapshotTree',
        'ExportVirtualSystem',
        'ExportVirtualSystemEx',
        'ImportVirtualSystem',
        'ImportVirtualSystemEx',
        'GetVirtualSystemImportSettingData',
        'ModifyServiceSettings',
      ],
      operate: [
        'CreateVirtualSystemSnapshot',
        'ApplyVirtualSystemSnapshot',
        'ApplyVirtualSystemSnapshotEx',
        'AddKvpItems',
        'ModifyKvpItems',
        'RemoveKvpItems',
      ],
      read: [
        'GetSummaryInformation',
        'GetVirtualSystemThumbnailImage',
        'FormatError',
        'GetSystemCompatibilityInfo',
        'CheckSystemCompatibilityInfo',
        'PlanVirtualSystem',
        'InstantiateVirtualSystem',
        'CloneVirtualSystem',
        ...CONTROL,
      ],
    },
    Msvm_ImageManagementService: {
      administer: [
        'CreateFixedVirtualHardDisk',
        'CreateDynamicVirtualHardDisk',
        'CreateDifferencingVirtualHardDisk',
        'CreateVirtualFloppyDisk',
        'ConvertVirtualHardDisk',
        'ExpandVirtualHardDisk',
        'CompactVirtualHardDisk',
        'MergeVirtualHardDisk',
        'ReconnectParentVirtualHardDisk',
        'ValidateVirtualHardDisk',
        'GetVirtualHardDiskInfo',
      ],
      read: ['Mount', 'Unmount', ...CONTROL],
    },
    Msvm_VirtualSwitchManagementService: {
      administer: [
        'CreateSwitchPort',
        'DeleteSwitchPort',
        'ConnectSwitchPort',
        'DisconnectSwitchPort',
        'CreateSwitch',
        'DeleteSwitch',
        'SetupSwitch',
        'TeardownSwitch',
        'BindExternalEthernetPort',
        'UnbindExternalEthernetPort',
        'DeleteInternalEthernetPort',
      ],
      read: ['CreateInternalEthernetPort', 'CreateInternalEthernetPortDynamicMac'],
    },
    Msvm_ComputerSystem: {
      operate: ['RequestStateChange'],
      read: ['SetPowerState'],
    },
    Msvm_ShutdownComponent: {
      operate: ['InitiateShutdown'],
    },
    Msvm_Keyboard: {
      operate: ['PressKey', 'ReleaseKey', 'TypeKey', 'TypeCtrlAltDel', 'TypeText', 'TypeScancodes', 'IsKeyPressed'],
    },
    Msvm_SyntheticMouse: {
      operate: ['GetButtonState', 'SetButtonState', 'ClickButton', 'SetScrollPosition', 'SetAbsolutePosition'],
    },
    Msvm_Ps2Mouse: {
      operate: ['GetButtonState', 'SetButtonState', 'ClickButton', 'SetScrollPosition', 'SetRelativePosition'],
    },
    Msvm_ConcreteJob: JOB,
    Msvm_NetworkJob: JOB,
    Msvm_StorageJob: JOB,
  },
};
