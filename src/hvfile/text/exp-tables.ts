/** How one property of a v1 setting becomes a key of the configuration tree. */
export interface ExpProperty {
  readonly property: string;
  readonly path: string;
  readonly type: 'string' | 'int' | 'bool';
}

const p = (property: string, path: string, type: ExpProperty['type'] = 'string'): ExpProperty => ({
  property,
  path,
  type,
});

const BIOS = '_ac6b8dc1-3257-4a70-b1b2-a9c9215659ad_';

/**
 * Settings of Server 2008 (root\virtualization) of which a machine has one each, and where the later formats keep the same.
 * Actions have the same numbers in both.
 */
export const SINGLE_INSTANCES: Readonly<Record<string, readonly ExpProperty[]>> = {
  Msvm_VirtualSystemGlobalSettingData: [
    p('SystemName', 'properties/global_id'),
    p('ElementName', 'properties/name'),
    p('ExternalDataRoot', 'global_settings/data_root'),
    p('SnapshotDataRoot', 'global_settings/snapshots/data_root'),
    p('AutomaticStartupAction', 'global_settings/power/host_startup/action', 'int'),
    p('AutomaticShutdownAction', 'global_settings/power/host_shutdown/action', 'int'),
    p('AutomaticRecoveryAction', 'global_settings/unexpected_termination/action', 'int'),
  ],
  Msvm_VirtualSystemSettingData: [
    p('Notes', 'properties/notes'),
    p('BIOSGUID', `${BIOS}/bios_guid`),
    p('BIOSSerialNumber', `${BIOS}/bios_serial_number`),
    p('BaseBoardSerialNumber', `${BIOS}/base_board/serial_number`),
    p('ChassisSerialNumber', `${BIOS}/chassis/serial_number`),
    p('ChassisAssetTag', `${BIOS}/chassis/asset_tag`),
    p('BIOSNumLock', `${BIOS}/num_lock`, 'bool'),
  ],
  Msvm_ProcessorSettingData: [
    p('VirtualQuantity', 'settings/processors/count', 'int'),
    p('Reservation', 'settings/processors/reservation', 'int'),
    p('Limit', 'settings/processors/limit', 'int'),
    p('Weight', 'settings/processors/weight', 'int'),
    p('LimitCPUID', 'settings/processors/limit_cpuid', 'bool'),
    p('LimitProcessorFeatures', 'settings/processors/features/limit', 'bool'),
  ],
  Msvm_MemorySettingData: [
    p('VirtualQuantity', 'settings/memory/bank/size', 'int'),
    p('Reservation', 'settings/memory/bank/reservation', 'int'),
    p('Limit', 'settings/memory/bank/limit', 'int'),
    p('Weight', 'settings/memory/bank/priority', 'int'),
    p('DynamicMemoryEnabled', 'settings/memory/bank/dynamic_memory_enabled', 'bool'),
    p('TargetMemoryBuffer', 'settings/memory/bank/target_memory_buffer', 'int'),
  ],
};

/** BootOrder: 0 floppy, 1 CD, 2 IDE disk, 3 network. */
export const BOOT_NAMES: readonly string[] = ['Floppy', 'Optical', 'HardDrive', 'Network'];
export const BOOT_PATH = `${BIOS}/boot`;

export const ETHERNET_CLASSES: Readonly<Record<string, { readonly emulated: boolean }>> = {
  Msvm_SyntheticEthernetPortSettingData: { emulated: false },
  Msvm_EmulatedEthernetPortSettingData: { emulated: true },
};

/** What a drive's and a disk's ResourceSubType mean to the tree. */
export const DRIVE_SUBTYPES: Readonly<Record<string, string>> = {
  'Microsoft Synthetic Disk Drive': 'VHD',
  'Microsoft Synthetic DVD Drive': 'ISO',
  'Microsoft Synthetic Diskette Drive': 'VFD',
};
export const DISK_SUBTYPES: ReadonlySet<string> = new Set([
  'Microsoft Virtual Hard Disk',
  'Microsoft Virtual CD/DVD Disk',
  'Microsoft Virtual Floppy Disk',
]);
export const CONTROLLER_SUBTYPES = {
  ide: 'Microsoft Emulated IDE Controller',
  scsi: 'Microsoft Synthetic SCSI Controller',
  diskette: 'Microsoft Diskette Controller',
  serialPort: 'Microsoft Serial Port',
} as const;
