import type { DeviceKindRow } from './kind.ts';
import { resourceRow } from './rows.ts';

/** Address of an adapter that has not been given one yet (management-service §2, AddResourceSettings). */
export const NO_MAC = '000000000000';

export const ETHERNET_ROWS: readonly DeviceKindRow[] = [
  resourceRow({
    kind: 'syntheticEthernet',
    settingClass: 'Msvm_SyntheticEthernetPortSettingData',
    resourceType: 10,
    resourceSubType: 'Microsoft:Hyper-V:Synthetic Ethernet Port',
    deviceClass: 'Msvm_SyntheticEthernetPort',
    pool: '6A45335D-4C3A-44b7-B61F-C9808BBDF8ED',
    elementName: 'Network Adapter',
    caption: 'Virtual Ethernet Port',
    description: 'Settings for the Microsoft Synthetic Ethernet Port.',
    defaults: {
      Address: NO_MAC,
      Connection: [''],
      DeviceNamingEnabled: false,
      AllowPacketDirect: false,
      StaticMacAddress: false,
      ClusterMonitored: true,
      InterruptModeration: false,
      NumaAwarePlacement: false,
      MediaType: 0,
    },
    removable: true,
  }),
  resourceRow({
    kind: 'emulatedEthernet',
    settingClass: 'Msvm_EmulatedEthernetPortSettingData',
    resourceType: 10,
    resourceSubType: 'Microsoft:Hyper-V:Emulated Ethernet Port',
    deviceClass: 'Msvm_EmulatedEthernetPort',
    pool: '19839BFF-6F04-4B24-B4B5-1AFCCBE729DE',
    elementName: 'Legacy Network Adapter',
    caption: 'Ethernet Port',
    description: 'Settings for the Microsoft Emulated Ethernet Port.',
    defaults: { Address: NO_MAC, Connection: [''], StaticMacAddress: false, ClusterMonitored: true },
    removable: true,
  }),
  resourceRow({
    kind: 'ethernetConnection',
    settingClass: 'Msvm_EthernetPortAllocationSettingData',
    resourceType: 33,
    resourceSubType: 'Microsoft:Hyper-V:Ethernet Connection',
    pool: '72027ECE-E44A-446E-AF2B-8D8C4B8A2279',
    elementName: 'Ethernet Connection',
    caption: 'Ethernet Switch Port Settings',
    description: 'Ethernet Switch Port Settings',
    /** RequiredFeatures is an array for the samples, empty or not, never NULL. */
    defaults: { EnabledState: 2, DesiredVLANEndpointMode: 2, RequiredFeatures: [], RequiredFeatureHints: [] },
    removable: true,
  }),
];
