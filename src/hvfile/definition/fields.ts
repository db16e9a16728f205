import {
  type Codec,
  flag,
  macAddress,
  numbers,
  seconds,
  shifted,
  single,
  text,
  uint16,
  uint32,
  uint64,
  uint8,
  version,
} from './codecs.ts';

/** One leaf below some node and the CIM property it is; read and written by the same row. */
export interface Field {
  readonly path: string;
  readonly property: string;
  readonly codec: Codec;
}

const f = (path: string, property: string, codec: Codec): Field => ({ path, property, codec });

/** 0 to 2 in the file, 2 to 4 in v2: nothing, restart or save, always or shut down (lifecycle §8). */
const action = shifted(2, 2);

/** Below /configuration: properties of the VSSD. */
export const SYSTEM_FIELDS: readonly Field[] = [
  f('properties/name', 'ElementName', text),
  f('properties/notes', 'Notes', single),
  f('properties/version', 'Version', version),
  f('global_settings/data_root', 'ConfigurationDataRoot', text),
  f('global_settings/snapshots/data_root', 'SnapshotDataRoot', text),
  f('global_settings/slp_data_root', 'SwapFileDataRoot', text),
  f('global_settings/power/host_startup/action', 'AutomaticStartupAction', action),
  f('global_settings/power/host_startup/delay', 'AutomaticStartupActionDelay', seconds),
  f('global_settings/power/host_shutdown/action', 'AutomaticShutdownAction', action),
  f('global_settings/unexpected_termination/action', 'AutomaticRecoveryAction', action),
  f('global_settings/critical_error/action', 'AutomaticCriticalErrorAction', uint16),
  f('global_settings/critical_error/timeout', 'AutomaticCriticalErrorActionTimeout', seconds),
  f('global_settings/snapshots/enable_automatic', 'AutomaticSnapshotsEnabled', flag),
  f('global_settings/snapshots/user_type', 'UserSnapshotType', uint16),
  f('global_settings/devices/allow_reduced_fc_redundancy', 'AllowReducedFcRedundancy', flag),
  f('global_settings/devices/lock_on_disconnect', 'LockOnDisconnect', flag),
  f('global_settings/devices/storage_allow_full_scsi_command_set', 'AllowFullSCSICommandSet', flag),
  f('settings/guest_controlled_cache_types', 'GuestControlledCacheTypes', flag),
  f('settings/topology/low_mmio_gap_mb', 'LowMmioGapSize', uint64),
  f('settings/topology/high_mmio_gap_mb', 'HighMmioGapSize', uint64),
  f('settings/vnuma/enabled', 'VirtualNumaEnabled', flag),
];

/** Below the node of the firmware: also properties of the VSSD. */
export const FIRMWARE_FIELDS: readonly Field[] = [
  f('bios_guid', 'BIOSGUID', text),
  f('bios_serial_number', 'BIOSSerialNumber', text),
  f('base_board/serial_number', 'BaseBoardSerialNumber', text),
  f('chassis/serial_number', 'ChassisSerialNumber', text),
  f('chassis/asset_tag', 'ChassisAssetTag', text),
  f('num_lock', 'BIOSNumLock', flag),
  f('pause_after_boot_failure', 'PauseAfterBootFailure', flag),
  f(
    'pxe_preferred_protocol',
    'NetworkBootPreferredProtocol',
    numbers([
      [4, 4096],
      [6, 4097],
    ]),
  ),
  f('secure_boot_enabled', 'SecureBootEnabled', flag),
  f('secure_boot_template_id', 'SecureBootTemplateId', text),
];

/** BootOrder of generation 1 (object-model §4). */
export const BOOT_DEVICES: readonly (readonly [file: string, cim: number])[] = [
  ['Floppy', 0],
  ['Optical', 1],
  ['HardDrive', 2],
  ['Network', 3],
];

/** Below /configuration. */
export const PROCESSOR_FIELDS: readonly Field[] = [
  f('settings/processors/count', 'VirtualQuantity', uint64),
  f('settings/processors/reservation', 'Reservation', uint64),
  f('settings/processors/limit', 'Limit', uint64),
  f('settings/processors/weight', 'Weight', uint32),
  f('settings/processors/limit_cpuid', 'LimitCPUID', flag),
  f('settings/processors/features/limit', 'LimitProcessorFeatures', flag),
  f('settings/processors/hwthreads', 'HwThreadsPerCore', uint64),
  f('settings/processors/cpu_group_guid', 'CpuGroupId', text),
  f('settings/processors/hide_hypervisor_present', 'HideHypervisorPresent', flag),
  f('settings/processors/nested_virtualization/enabled', 'ExposeVirtualizationExtensions', flag),
  f('settings/processors/enable_perfmon_lbr', 'EnablePerfmonLbr', flag),
  f('settings/processors/enable_perfmon_pebs', 'EnablePerfmonPebs', flag),
  f('settings/processors/enable_perfmon_pmu', 'EnablePerfmonPmu', flag),
  f('settings/processors/vnuma/count_per_node/max', 'MaxProcessorsPerNumaNode', uint64),
  f('settings/processors/vnuma/node_per_socket/max', 'MaxNumaNodesPerSocket', uint64),
  f('global_settings/devices/host_resource_protection_enabled', 'EnableHostResourceProtection', flag),
];

/** Below /configuration; sizes in MiB. */
export const MEMORY_FIELDS: readonly Field[] = [
  f('settings/memory/bank/size', 'VirtualQuantity', uint64),
  f('settings/memory/bank/reservation', 'Reservation', uint64),
  f('settings/memory/bank/limit', 'Limit', uint64),
  f('settings/memory/bank/priority', 'Weight', uint32),
  f('settings/memory/bank/dynamic_memory_enabled', 'DynamicMemoryEnabled', flag),
  f('settings/memory/bank/target_memory_buffer', 'TargetMemoryBuffer', uint32),
  f('settings/memory/vnuma/max_size_per_node', 'MaxMemoryBlocksPerNumaNode', uint64),
  f('settings/memory/sgx/enabled', 'SgxEnabled', flag),
  f('settings/memory/sgx/size', 'SgxSize', uint64),
];

/** Below a drive. */
export const IMAGE_FIELDS: readonly Field[] = [
  f('iops_limit', 'IOPSLimit', uint64),
  f('iops_reservation', 'IOPSReservation', uint64),
  f('weight', 'Weight', uint32),
  f('caching_mode', 'CachingMode', uint16),
  f('ignore_flushes', 'IgnoreFlushes', flag),
  f('persistent_reservations_supported', 'PersistentReservationsSupported', flag),
  f('qos_policy_id', 'StorageQoSPolicyID', text),
  f('write_hardening_method', 'WriteHardeningMethod', uint16),
];

export const SCSI_FIELDS: readonly Field[] = [f('ChannelInstanceGuid', 'VirtualSystemIdentifiers', single)];

/** Below the node of an adapter. */
export const ADAPTER_FIELDS: readonly Field[] = [
  f('FriendlyName', 'ElementName', text),
  f('MacAddress', 'Address', macAddress),
  f('MacAddressIsStatic', 'StaticMacAddress', flag),
  f('ChannelInstanceGuid', 'VirtualSystemIdentifiers', single),
  f('ClusterMonitored', 'ClusterMonitored', flag),
  f('DeviceNamingEnabled', 'DeviceNamingEnabled', flag),
  f('AllowPacketDirect', 'AllowPacketDirect', flag),
  f('NumaAwarePlacement', 'NumaAwarePlacement', flag),
  f('MediaType', 'MediaType', uint32),
];

/** Below the node of an adapter: of its EthernetPortAllocationSettingData. */
export const CONNECTION_FIELDS: readonly Field[] = [
  f('Connection/AltPortName', 'ElementName', text),
  f('Connection/AltSwitchName', 'LastKnownSwitchName', text),
  f('Connection/PoolId', 'PoolID', text),
  f('Connection/TestReplicaPoolId', 'TestReplicaPoolID', text),
  f('Connection/TestReplicaSwitchName', 'TestReplicaSwitchName', text),
];

/** By kind, below the node of the display. */
export const DISPLAY_FIELDS: Readonly<Record<string, readonly Field[]>> = {
  syntheticDisplay: [
    f('ResolutionType', 'ResolutionType', uint8),
    f('HorizontalResolution', 'HorizontalResolution', uint16),
    f('VerticalResolution', 'VerticalResolution', uint16),
  ],
  s3Display: [f('address', 'Address', text)],
};

/** Below the node of an integration component: EnabledState 2 enabled, 3 disabled. */
export const INTEGRATION_FIELDS: readonly Field[] = [
  {
    path: 'Enabled',
    property: 'EnabledState',
    codec: {
      read: (leaf) => (leaf.type === 'bool' ? (leaf.value ? 2 : 3) : undefined),
      write: (value) => (value === 2 || value === 3 ? { type: 'bool', value: value === 2 } : undefined),
    },
  },
];
