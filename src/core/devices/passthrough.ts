import type { DeviceKindRow } from './kind.ts';
import { resourceRow } from './rows.ts';

/**
 * Fibre channel, PCI Express and GPU settings: kept, read back and exported as data; a machine that has one does not
 * start on a host without the hardware. The PCI Express and GPU pool ids are ours (no source tells them).
 */
export const PASSTHROUGH_ROWS: readonly DeviceKindRow[] = [
  resourceRow({
    kind: 'fcPort',
    settingClass: 'Msvm_SyntheticFcPortSettingData',
    resourceType: 7,
    resourceSubType: 'Microsoft:Hyper-V:Synthetic FibreChannel Port',
    deviceClass: 'Msvm_SyntheticFcPort',
    pool: '78AA0C27-B2BD-45BA-83D1-5F2A8C4C6656',
    elementName: 'Fibre Channel Adapter',
    description: 'Settings for the Microsoft Synthetic FibreChannel Port.',
    defaults: {
      VirtualPortWWPN: '0000000000000000',
      VirtualPortWWNN: '0000000000000000',
      SecondaryWWPN: '0000000000000000',
      SecondaryWWNN: '0000000000000000',
      ChapEnabled: false,
    },
    removable: true,
  }),
  resourceRow({
    kind: 'fcConnection',
    settingClass: 'Msvm_FcPortAllocationSettingData',
    resourceType: 64764,
    resourceSubType: 'Microsoft:Hyper-V:FibreChannel Connection',
    pool: '146C56A0-3546-469B-9737-FCBCF82428F4',
    elementName: 'Fibre Channel Connection',
    description: 'Settings for the Microsoft FibreChannel Connection.',
    removable: true,
  }),
  resourceRow({
    kind: 'pciExpress',
    settingClass: 'Msvm_PciExpressSettingData',
    resourceType: 32769,
    resourceSubType: 'Microsoft:Hyper-V:Virtual Pci Express Port',
    deviceClass: 'Msvm_PciExpress',
    pool: '7B0D3F2A-5E49-4C1D-8A36-E19C4F5D7B01',
    elementName: 'PCI Express Port',
    description: 'Settings for the Microsoft Virtual PCI Express Port.',
    defaults: { NumaAwarePlacement: false },
    removable: true,
  }),
  resourceRow({
    kind: 'gpuPartition',
    settingClass: 'Msvm_GpuPartitionSettingData',
    resourceType: 32770,
    resourceSubType: 'Microsoft:Hyper-V:GPU Partition',
    deviceClass: 'Msvm_GpuPartition',
    pool: 'E2D4C6B8-9A71-4F03-B5D2-6C8E0A1F3D02',
    elementName: 'GPU Partition',
    description: 'Settings for the Microsoft GPU Partition.',
    removable: true,
  }),
];
