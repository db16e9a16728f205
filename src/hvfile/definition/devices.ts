/** Class GUIDs of virtual devices (hyperv-files §3); a singleton's instance GUID is the same. Lower case as in node names. */
export const DEVICE = {
  ide: '83f8638b-8dca-4152-9eda-2ca8b33039b4',
  scsi: 'd422512d-2bf2-4752-809d-7b82b5fcb1b4',
  diskette: '8f0d2762-0b00-4e04-af4f-19010527cb93',
  ethernet: '2fc216b0-d2e2-4967-9b6d-b8a5c9ca2778',
  firmware: 'ac6b8dc1-3257-4a70-b1b2-a9c9215659ad',
  serial: '8e3a359f-559a-4b6a-98a9-1690a6100ed7',
  guestState: '917bd8cb-3bb6-4124-9383-b7d21ac07f79',
} as const;

/** Only its first group is known for sure (hyperv-files §3). */
export const TPM_PREFIX = '736e6aa9-';

/** Integration components by kind of core's device table. */
export const INTEGRATION: Readonly<Record<string, string>> = {
  heartbeat: '84eaae65-2f2e-45f5-9bb5-0e857dc8eb47',
  kvp: '2a34b1c2-fd73-4043-8a5b-dd2159bc743f',
  shutdown: '9f8233ac-be49-4c79-8ee3-e7e1985b2077',
  timeSync: '2497f4de-e9fa-4204-80e4-4b75c46419c0',
  vss: '5ced1297-4598-4915-a5fc-ad21bb4d02a4',
  guestServiceInterface: '6c09bb55-d683-4da0-8931-c9bf705f6480',
  rdv: '6c5addb9-a11a-4e8e-84cb-e6208201db63',
};

export const DISPLAYS: Readonly<Record<string, string>> = {
  syntheticDisplay: 'f3cf6965-e8d3-44a9-9b7d-a04245ea7525',
  s3Display: '7d80d3db-61ee-4879-8879-5609f1100ad0',
};

/** Features of a switch port whose ids are those of Hyper-V (other-services §3), by kind of core's device table. */
export const FEATURES: Readonly<Record<string, string>> = {
  vlan: '952C5004-4465-451C-8CB8-FA9AB382B773',
  portSecurity: '776E0BA7-94A1-41C8-8F28-951F524251B5',
  bandwidth: '24AD3CE1-69BD-4978-B2AC-DAAD389D699C',
  acl: '998BEF4A-5D55-492A-9C43-8B2F5EAE9F2B',
  profile: '9940CD46-8B06-43BB-B9D5-93D50381FD56',
  offload: 'C885BFD1-ABB7-418F-8163-9F379C9F7166',
};

export interface StandardDevice {
  readonly classId: string;
  readonly name: string;
  readonly version: number | null;
  readonly generations: readonly (1 | 2)[];
}

const row = (classId: string, name: string, version: number | null, ...generations: (1 | 2)[]): StandardDevice => ({
  classId,
  name,
  version,
  generations,
});

/**
 * What every machine of a generation has, for definitions that we write (versions of data nodes: those of configuration
 * 9.0). Generation 2 has no emulated devices.
 */
export const STANDARD_DEVICES: readonly StandardDevice[] = [
  row('d41a1872-3740-41ce-a1ee-4522ab82f991', 'Microsoft VmBus', 771, 1, 2),
  row('9edd1639-9bca-40dc-b3a2-07c828da60b5', 'Microsoft Emulated PIC', null, 1),
  row('72682fc4-040a-430a-be0b-224574b953fe', 'Microsoft Emulated IoAPIC', null, 1),
  row('84535fad-4d98-4a6a-bdcd-21d5720dc430', 'Microsoft Emulated PCI Bus', null, 1),
  row('4d42d9f7-6531-4f6c-9e46-1f0477876104', 'Microsoft Emulated ISA Bus', null, 1),
  row('db8b9818-b4bb-4725-b99d-b4612716b6b4', 'Microsoft Emulated Power Management Device', null, 1),
  row(DEVICE.firmware, 'Microsoft Virtual BIOS', 2048, 1, 2),
  row('e51b7ef6-4a7f-4780-aaae-d4b291aacd2e', 'Microsoft Emulated Real Time Clock', 512, 1),
  row('de6cdc86-e1fb-4940-801b-c3c1a26c4da4', 'Microsoft Input Management Device', 256, 1),
  row('9cb98db1-4d09-4538-a192-2d3d8c0b6cdb', 'Microsoft Rdp Encoder', null, 1, 2),
  row('ba8735ef-e3a9-4f1b-badd-dbf3a5909915', 'Microsoft Video Monitor', null, 1, 2),
  row('e3c82929-edb4-475e-85a4-29aaa2a30c2d', 'Microsoft Dynamic Memory Controller', 512, 1, 2),
  row('4d46d139-7821-4dc4-98a3-01e98a586a44', 'Microsoft Emulated Speaker Device', null, 1),
  row('35b0b12f-a0d7-482f-80a0-f52f1ab3da2e', 'Microsoft Emulated SuperIo Device', null, 1),
  row('a28e4d02-3323-4148-9569-565930a5cb39', 'Microsoft Emulated PIT', null, 1),
  row('655bc5c5-a784-46b7-81bc-e26328f7eb0e', 'Microsoft Emulated I8042 Controller', 512, 1),
  row('87045ce9-5323-438f-93bb-1e83dcbce18e', 'Microsoft Emulated DMA Controller', null, 1),
  row('7d80d3db-61ee-4879-8879-5609f1100ad0', 'Microsoft Emulated Video S3', 512, 1),
  row(DEVICE.diskette, 'Microsoft Emulated Floppy Controller', 256, 1),
  row(DEVICE.serial, 'Microsoft Emulated Serial Controller', 512, 1, 2),
  row(DEVICE.ide, 'Microsoft Emulated IDE Controller', 1792, 1),
  row('deaeeed3-4119-4b44-95cf-a73604b76971', 'Microsoft Synthetic Debug Device', null, 1, 2),
  row('9ed5fd4b-40c3-4de3-8597-98ecd17035da', 'Microsoft Synthetic Rdp Device', null, 1, 2),
  row(DEVICE.guestState, 'Microsoft Guest Runtime State', 256, 1, 2),
  row('58f75a6d-d949-4320-99e1-a2a2576d581c', 'Microsoft Synthetic Mouse', 512, 1, 2),
  row('197f74e3-b84b-46de-8ae6-82f1cd181cdc', 'Microsoft Synthetic Keyboard', 256, 1, 2),
  row('f3cf6965-e8d3-44a9-9b7d-a04245ea7525', 'Microsoft Synthetic Video', 768, 1, 2),
  row('bc12c717-8898-4688-8ee4-2cd14894f8ea', 'Microsoft Hyper-V Activation Component', null, 1, 2),
];

/** Of the devices that a definition has or not. */
export const OPTIONAL_DEVICES: Readonly<Record<string, { readonly name: string; readonly version: number }>> = {
  [INTEGRATION['guestServiceInterface'] ?? '']: { name: 'Microsoft Guest Interface Component', version: 256 },
  [INTEGRATION['heartbeat'] ?? '']: { name: 'Microsoft Heartbeat Component', version: 256 },
  [INTEGRATION['kvp'] ?? '']: { name: 'Microsoft Key-Value Pair Exchange Component', version: 256 },
  [INTEGRATION['shutdown'] ?? '']: { name: 'Microsoft Shutdown Component', version: 256 },
  [INTEGRATION['timeSync'] ?? '']: { name: 'Microsoft Time Synchronization Component', version: 256 },
  [INTEGRATION['vss'] ?? '']: { name: 'Microsoft VSS Component', version: 512 },
  [INTEGRATION['rdv'] ?? '']: { name: 'Microsoft RDV Component', version: 512 },
  [DEVICE.ethernet]: { name: 'Synthetic Ethernet Port', version: 768 },
  [DEVICE.scsi]: { name: 'Synthetic SCSI Controller', version: 512 },
};

/** The first of the properties of Msvm_EthernetSwitchPortOffloadSettingData, as 32-bit integers: seen in real files. */
export const OFFLOAD_LAYOUT: readonly string[] = [
  'IPSecOffloadLimit',
  'VMQOffloadWeight',
  'IOVOffloadWeight',
  'IOVQueuePairsRequested',
  'IOVInterruptModeration',
];
