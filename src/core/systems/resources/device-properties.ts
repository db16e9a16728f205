import type { DeviceKindRow } from '../../devices/kind.ts';
import { IMAGE_KINDS } from '../../devices/wiring.ts';
import type { DeviceKind } from '../../model.ts';
import type { Moment } from '../moments.ts';

/** 'readOnly': a value that differs is ignored, at add as at modify (embedded-instances §4, §5). */
export type DeviceMoment = Moment | 'readOnly';

/** Names that describe a resource and that no client changes. */
const RESOURCE_READ_ONLY: ReadonlySet<string> = new Set([
  'InstanceID',
  'Caption',
  'Description',
  'Parent',
  'ResourceType',
  'ResourceSubType',
  'OtherResourceType',
  'AllocationUnits',
  'VirtualQuantity',
  'VirtualQuantityUnits',
  'Reservation',
  'Limit',
  'Weight',
  'AutomaticAllocation',
  'AutomaticDeallocation',
  'ConsumerVisibility',
  'MappingBehavior',
]);

const PLAIN_READ_ONLY: ReadonlySet<string> = new Set(['InstanceID', 'Caption', 'Description']);

type Rules = Readonly<Record<string, DeviceMoment>>;

const IMAGE_RULES: Rules = {
  HostResource: 'notSaved',
  AddressOnParent: 'readOnly',
  Address: 'readOnly',
  IOPSLimit: 'any',
  IOPSReservation: 'any',
  StorageQoSPolicyID: 'any',
};

const COMPONENT_RULES: Rules = { EnabledState: 'any' };

/** What differs from "off only", by kind (lifecycle §8; embedded-instances §5). */
const KIND_RULES: Readonly<Record<DeviceKind, Rules>> = {
  processor: { VirtualQuantity: 'off', Reservation: 'any', Limit: 'any', Weight: 'any' },
  memory: {
    VirtualQuantity: 'notSaved',
    Reservation: 'notSaved',
    Limit: 'notSaved',
    Weight: 'notSaved',
    TargetMemoryBuffer: 'notSaved',
    SwapFilesInUse: 'readOnly',
    IsVirtualized: 'readOnly',
  },
  hardDiskImage: IMAGE_RULES,
  // A medium can change whenever a hand could change it (lifecycle §8).
  cdImage: { ...IMAGE_RULES, HostResource: 'any' },
  floppyImage: { ...IMAGE_RULES, HostResource: 'any' },
  diskDrive: { AddressOnParent: 'notSaved', Address: 'any', HostResource: 'readOnly' },
  dvdDrive: { AddressOnParent: 'notSaved', Address: 'any', HostResource: 'readOnly' },
  physicalDisk: { AddressOnParent: 'notSaved', Address: 'any' },
  disketteDrive: { AddressOnParent: 'readOnly', HostResource: 'readOnly' },
  ideController: { Address: 'readOnly', AddressOnParent: 'readOnly' },
  scsiController: { VirtualSystemIdentifiers: 'any' },
  syntheticEthernet: { ClusterMonitored: 'any', VirtualSystemIdentifiers: 'any' },
  emulatedEthernet: { ClusterMonitored: 'any', VirtualSystemIdentifiers: 'any' },
  ethernetConnection: {
    HostResource: 'any',
    EnabledState: 'any',
    PoolID: 'any',
    RequiredFeatures: 'any',
    RequiredFeatureHints: 'any',
    TestReplicaPoolID: 'any',
    TestReplicaSwitchName: 'any',
    DesiredVLANEndpointMode: 'any',
    LastKnownSwitchName: 'readOnly',
  },
  serialPort: { Connection: 'any' },
  serialController: {},
  timeSync: COMPONENT_RULES,
  heartbeat: { ...COMPONENT_RULES, Interval: 'any', Latency: 'any', ErrorThreshold: 'any' },
  kvp: { ...COMPONENT_RULES, DisableHostKVPItems: 'any', HostExchangeItems: 'readOnly', HostOnlyItems: 'readOnly' },
  shutdown: COMPONENT_RULES,
  vss: COMPONENT_RULES,
  guestServiceInterface: { ...COMPONENT_RULES, DefaultEnabledStatePolicy: 'any' },
  rdv: COMPONENT_RULES,
};

/** May `name` of a setting be written, and when. Features of a connection change at any time. */
export const devicePropertyMoment = (row: DeviceKindRow, name: string): DeviceMoment => {
  const rule = KIND_RULES[row.kind]?.[name];
  if (rule !== undefined) return rule;
  if (row.featureId !== undefined) return PLAIN_READ_ONLY.has(name) ? 'readOnly' : 'any';
  if (row.resourceType === null) return PLAIN_READ_ONLY.has(name) ? 'readOnly' : 'off';
  if (RESOURCE_READ_ONLY.has(name)) return 'readOnly';
  return name === 'ElementName' ? 'any' : 'off';
};

/** Whether adding or removing a setting of this kind is possible in a moment (lifecycle §8). `onIde`: below an IDE controller. */
export const presenceMoment = (kind: DeviceKind, generation: 1 | 2, onIde: boolean): Moment => {
  switch (kind) {
    case 'cdImage':
    case 'floppyImage':
      return 'any';
    case 'diskDrive':
    case 'dvdDrive':
    case 'hardDiskImage':
      return onIde ? 'off' : 'notSaved';
    case 'syntheticEthernet':
      return generation === 2 ? 'notSaved' : 'off';
    case 'ethernetConnection':
      return 'any';
    default:
      return 'off';
  }
};

export const isImage = (kind: DeviceKind): boolean => IMAGE_KINDS.has(kind);
