import type { DeviceKindRow } from '../../core/devices/kind.ts';
import { DEVICE_KINDS } from '../../core/devices/kinds.ts';
import type { DeviceKind, SettingValues } from '../../core/model.ts';

/** What root\virtualization calls a kind (object-model §12, ../schema/resource-types). */
interface V1Kind {
  readonly resourceType: number;
  readonly resourceSubType?: string;
  readonly otherResourceType?: string;
  /** Other spellings of the sub type that clients send. */
  readonly aliases?: readonly string[];
  /** Where the class is another one than in v2. */
  readonly settingClass?: string;
}

const RASD = 'Msvm_ResourceAllocationSettingData';

/** Kinds that v1 shows. The others (connections and features of ports, TPM, Fibre Channel, ...) came with v2. */
const V1_KINDS: Readonly<Record<DeviceKind, V1Kind>> = {
  processor: { resourceType: 3, resourceSubType: 'Microsoft Processor' },
  memory: { resourceType: 4, resourceSubType: 'Microsoft Virtual Machine Memory' },
  ideController: { resourceType: 5, resourceSubType: 'Microsoft Emulated IDE Controller' },
  scsiController: { resourceType: 6, resourceSubType: 'Microsoft Synthetic SCSI Controller' },
  disketteController: { resourceType: 1, otherResourceType: 'Microsoft Virtual Diskette Controller' },
  disketteDrive: { resourceType: 14, resourceSubType: 'Microsoft Synthetic Diskette Drive' },
  dvdDrive: { resourceType: 16, resourceSubType: 'Microsoft Synthetic DVD Drive' },
  diskDrive: { resourceType: 22, resourceSubType: 'Microsoft Synthetic Disk Drive' },
  physicalDisk: { resourceType: 22, resourceSubType: 'Microsoft Physical Disk Drive' },
  hardDiskImage: { resourceType: 21, resourceSubType: 'Microsoft Virtual Hard Disk', settingClass: RASD },
  cdImage: {
    resourceType: 21,
    resourceSubType: 'Microsoft Virtual CD/DVD Disk',
    aliases: ['Microsoft ISO Image', 'Microsoft Virtual DVD Disk'],
    settingClass: RASD,
  },
  floppyImage: { resourceType: 21, resourceSubType: 'Microsoft Virtual Floppy Disk', settingClass: RASD },
  syntheticEthernet: { resourceType: 10, resourceSubType: 'Microsoft Synthetic Ethernet Port' },
  emulatedEthernet: { resourceType: 10, resourceSubType: 'Microsoft Emulated Ethernet Port' },
  syntheticMouse: { resourceType: 13, resourceSubType: 'Microsoft Synthetic Mouse' },
  syntheticKeyboard: { resourceType: 13, resourceSubType: 'Microsoft Synthetic Keyboard' },
  keyboard: { resourceType: 13, resourceSubType: 'Microsoft Keyboard' },
  ps2Mouse: { resourceType: 13, resourceSubType: 'Microsoft PS2 Mouse' },
  s3Display: { resourceType: 20, resourceSubType: 'Microsoft S3 Display Controller' },
  syntheticDisplay: {
    resourceType: 20,
    resourceSubType: 'Microsoft Synthetic Display Controller',
    settingClass: RASD,
  },
  display3d: { resourceType: 20, resourceSubType: 'Microsoft Synthetic 3D Display Controller' },
  serialController: { resourceType: 1, resourceSubType: 'Microsoft Serial Controller' },
  serialPort: { resourceType: 17, resourceSubType: 'Microsoft Serial Port', settingClass: RASD },
  timeSync: { resourceType: 1, otherResourceType: 'Microsoft Time Synchronization Component' },
  heartbeat: { resourceType: 1, otherResourceType: 'Microsoft Heartbeat Component' },
  kvp: { resourceType: 1, otherResourceType: 'Microsoft Key-Value Pair Exchange Component' },
  shutdown: { resourceType: 1, otherResourceType: 'Microsoft Shutdown Component' },
  vss: { resourceType: 1, otherResourceType: 'Microsoft VSS Component' },
  rdv: { resourceType: 1, otherResourceType: 'Microsoft Rdv Component' },
};

/** PoolID of a setting and of its pool (object-model §12, dump); '' for kinds that no pool hands out. */
export const poolId = (row: DeviceKindRow): string => (row.pool === null ? '' : `Microsoft:${row.pool}\\Root`);

/** Memory counts in MB, everything else by the piece: v2 has units of its own. */
export const allocationUnits = (kind: DeviceKind): string => (kind === 'memory' ? 'MB' : 'count');

const defaultsOf = (row: DeviceKindRow, own: V1Kind): SettingValues => ({
  ...row.defaults,
  ResourceType: own.resourceType,
  ResourceSubType: own.resourceSubType ?? '',
  OtherResourceType: own.otherResourceType ?? null,
  AllocationUnits: allocationUnits(row.kind),
  PoolID: poolId(row),
});

const rows: ReadonlyMap<DeviceKind, DeviceKindRow> = new Map(
  DEVICE_KINDS.flatMap((row): [DeviceKind, DeviceKindRow][] => {
    const own = V1_KINDS[row.kind];
    if (own === undefined) return [];
    const translated: DeviceKindRow = {
      ...row,
      settingClass: own.settingClass ?? row.settingClass,
      resourceType: own.resourceType,
      resourceSubType: own.resourceSubType ?? '',
      otherResourceType: own.otherResourceType ?? null,
      defaults: defaultsOf(row, own),
    };
    return [[row.kind, translated]];
  }),
);

/** The kind as v1 shows it; undefined: it does not. */
export const v1Row = (kind: DeviceKind): DeviceKindRow | undefined => rows.get(kind);

export const V1_SETTING_CLASSES: readonly string[] = [...new Set([...rows.values()].map((row) => row.settingClass))];

/** Pools by kind: the classes and ids are those of v2. */
export const isPooled = (row: DeviceKindRow): boolean => row.pool !== null && rows.has(row.kind);

const fold = (text: string | null): string => (text ?? '').toLowerCase();

const GENERAL_CLASSES: ReadonlySet<string> = new Set(['cim_settingdata', 'cim_resourceallocationsettingdata']);

export interface V1KindQuery {
  readonly settingClass: string;
  readonly resourceType: number | null;
  readonly resourceSubType: string;
  readonly otherResourceType: string;
}

/**
 * The kind that a v1 client means by class, type and sub type. Where a class has one kind only, the class is enough
 * (Msvm_MemorySettingData). Undefined: nothing we know, or a contradiction.
 */
export const resolveV1Kind = (query: V1KindQuery): DeviceKind | undefined => {
  const given = fold(query.settingClass);
  const candidates = [...rows.values()].filter(
    (row) =>
      (GENERAL_CLASSES.has(given) || fold(row.settingClass) === given) &&
      (query.resourceType === null || row.resourceType === query.resourceType),
  );
  const names = (row: DeviceKindRow): readonly string[] =>
    [row.resourceSubType, ...(V1_KINDS[row.kind]?.aliases ?? [])].map(fold);
  const { resourceSubType, otherResourceType } = query;
  if (resourceSubType !== '') return candidates.find((row) => names(row).includes(fold(resourceSubType)))?.kind;
  if (otherResourceType !== '')
    return candidates.find((row) => fold(row.otherResourceType) === fold(otherResourceType))?.kind;
  return candidates.length === 1 ? candidates[0]?.kind : undefined;
};
