import type { DeviceKind } from '../model.ts';

/** What hangs below what (object-model §5, wiring rules). Kinds that stand in no row have no parent. */
export const PARENTS_OF: Readonly<Record<DeviceKind, readonly DeviceKind[]>> = {
  disketteDrive: ['disketteController'],
  dvdDrive: ['ideController', 'scsiController'],
  diskDrive: ['ideController', 'scsiController'],
  physicalDisk: ['ideController', 'scsiController'],
  hardDiskImage: ['diskDrive'],
  cdImage: ['dvdDrive'],
  floppyImage: ['disketteDrive'],
  serialPort: ['serialController'],
  ethernetConnection: ['syntheticEthernet', 'emulatedEthernet'],
  fcConnection: ['fcPort'],
  vlan: ['ethernetConnection'],
  portSecurity: ['ethernetConnection'],
  bandwidth: ['ethernetConnection'],
  acl: ['ethernetConnection'],
  extendedAcl: ['ethernetConnection'],
  profile: ['ethernetConnection'],
  offload: ['ethernetConnection'],
  rdma: ['ethernetConnection'],
  teamMapping: ['ethernetConnection'],
  isolation: ['ethernetConnection'],
  routingDomain: ['ethernetConnection'],
};

/** Slots of a controller (object-model §5, limits). */
export const SLOTS_OF: Readonly<Record<DeviceKind, number>> = {
  ideController: 2,
  scsiController: 64,
  disketteController: 1,
};

/** How many a configuration may have, by generation. Kinds without a row have no limit of their own. */
export const LIMITS: Readonly<Record<DeviceKind, { readonly 1: number; readonly 2: number }>> = {
  processor: { 1: 1, 2: 1 },
  memory: { 1: 1, 2: 1 },
  ideController: { 1: 2, 2: 0 },
  scsiController: { 1: 4, 2: 4 },
  disketteController: { 1: 1, 2: 0 },
  disketteDrive: { 1: 1, 2: 0 },
  serialController: { 1: 1, 2: 1 },
  serialPort: { 1: 2, 2: 2 },
  syntheticEthernet: { 1: 8, 2: 8 },
  emulatedEthernet: { 1: 4, 2: 0 },
  fcPort: { 1: 4, 2: 4 },
  keyboard: { 1: 1, 2: 0 },
  ps2Mouse: { 1: 1, 2: 0 },
  s3Display: { 1: 1, 2: 0 },
  syntheticKeyboard: { 1: 1, 2: 1 },
  syntheticMouse: { 1: 1, 2: 1 },
  syntheticDisplay: { 1: 1, 2: 1 },
  display3d: { 1: 1, 2: 1 },
  timeSync: { 1: 1, 2: 1 },
  heartbeat: { 1: 1, 2: 1 },
  kvp: { 1: 1, 2: 1 },
  shutdown: { 1: 1, 2: 1 },
  vss: { 1: 1, 2: 1 },
  guestServiceInterface: { 1: 1, 2: 1 },
  rdv: { 1: 1, 2: 1 },
  security: { 1: 1, 2: 1 },
  tpm: { 1: 0, 2: 1 },
};

/** Kinds that hold a place in BootSourceOrder of a generation 2 machine (object-model §9). */
export const BOOTABLE_KINDS: ReadonlySet<DeviceKind> = new Set([
  'dvdDrive',
  'diskDrive',
  'physicalDisk',
  'syntheticEthernet',
]);

export const DRIVE_KINDS: ReadonlySet<DeviceKind> = new Set(['dvdDrive', 'diskDrive', 'physicalDisk', 'disketteDrive']);
export const IMAGE_KINDS: ReadonlySet<DeviceKind> = new Set(['hardDiskImage', 'cdImage', 'floppyImage']);
export const ADAPTER_KINDS: ReadonlySet<DeviceKind> = new Set(['syntheticEthernet', 'emulatedEthernet']);
