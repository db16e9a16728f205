import type { DeviceKind } from '../model.ts';
import { CONSOLE_ROWS } from './consoles.ts';
import { ETHERNET_ROWS } from './ethernet.ts';
import { INTEGRATION_ROWS } from './integration.ts';
import type { DeviceKindRow } from './kind.ts';
import { PASSTHROUGH_ROWS } from './passthrough.ts';
import { PORT_FEATURE_ROWS } from './port-features.ts';
import { PROCESSOR_MEMORY_ROWS } from './processor-memory.ts';
import { SECURITY_ROWS } from './security.ts';
import { STORAGE_ROWS } from './storage.ts';

/** Every kind of setting below a VSSD (object-model §5). */
export const DEVICE_KINDS: readonly DeviceKindRow[] = [
  ...PROCESSOR_MEMORY_ROWS,
  ...STORAGE_ROWS,
  ...ETHERNET_ROWS,
  ...CONSOLE_ROWS,
  ...INTEGRATION_ROWS,
  ...SECURITY_ROWS,
  ...PASSTHROUGH_ROWS,
  ...PORT_FEATURE_ROWS,
];

const byKind: ReadonlyMap<DeviceKind, DeviceKindRow> = new Map(DEVICE_KINDS.map((row) => [row.kind, row]));

/** @throws Error for a kind that the table does not have: a record of a newer release, or a bug. */
export const kindRow = (kind: DeviceKind): DeviceKindRow => {
  const row = byKind.get(kind);
  if (row === undefined) throw new Error(`unknown device kind ${kind}`);
  return row;
};

export const findKind = (kind: DeviceKind): DeviceKindRow | undefined => byKind.get(kind);

const fold = (text: string | null): string => (text ?? '').toLowerCase();

/**
 * Classes under which a client may describe any resource: libvirt sends disk images and serial ports as plain
 * Msvm_ResourceAllocationSettingData (embedded-instances §4).
 */
const GENERAL_CLASSES: ReadonlySet<string> = new Set([
  'cim_settingdata',
  'cim_resourceallocationsettingdata',
  'msvm_resourceallocationsettingdata',
]);

/** Bases that stand for one family only. */
const FAMILY_CLASSES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['cim_storageallocationsettingdata', new Set(['msvm_storageallocationsettingdata'])],
  [
    'cim_ethernetportallocationsettingdata',
    new Set([
      'msvm_syntheticethernetportsettingdata',
      'msvm_emulatedethernetportsettingdata',
      'msvm_ethernetportallocationsettingdata',
    ]),
  ],
]);

/** Sub types that one resource type implies when the client gives none: a type with a single ordinary kind. */
const KIND_OF_TYPE: ReadonlyMap<number, DeviceKind> = new Map([
  [3, 'processor'],
  [4, 'memory'],
  [5, 'ideController'],
  [6, 'scsiController'],
  [7, 'fcPort'],
  [10, 'syntheticEthernet'],
  [14, 'disketteDrive'],
  [16, 'dvdDrive'],
  [17, 'diskDrive'],
  [21, 'serialPort'],
  [31, 'hardDiskImage'],
  [33, 'ethernetConnection'],
  [32769, 'pciExpress'],
  [32770, 'gpuPartition'],
  [64764, 'fcConnection'],
]);

/** Spellings that pages and older builds use for an OtherResourceType (../schema/resource-types). */
const OTHER_TYPE_ALIASES: ReadonlyMap<string, string> = new Map([
  ['microsoft heartbeat component', 'microsoft:hyper-v:heartbeat component'],
]);

/** May a text of `givenClass` describe a setting of `row`? (embedded-instances §4, "class differs") */
export const classFits = (givenClass: string, row: DeviceKindRow): boolean => {
  const given = fold(givenClass);
  if (given === fold(row.settingClass)) return true;
  if (row.resourceType === null) return given === 'cim_settingdata';
  return GENERAL_CLASSES.has(given) || (FAMILY_CLASSES.get(given)?.has(fold(row.settingClass)) ?? false);
};

export interface KindQuery {
  readonly settingClass: string;
  readonly resourceType: number | null;
  readonly resourceSubType: string | null;
  readonly otherResourceType: string | null;
}

/**
 * The kind that a client means. Class first, then the type triple; a missing sub type is filled where class and type leave
 * one choice. Undefined: nothing we know, or the parts contradict each other.
 */
export const resolveKind = (query: KindQuery): DeviceKindRow | undefined => {
  const subType = fold(query.resourceSubType);
  const other = OTHER_TYPE_ALIASES.get(fold(query.otherResourceType)) ?? fold(query.otherResourceType);
  const typeFits = (row: DeviceKindRow): boolean =>
    query.resourceType === null || row.resourceType === query.resourceType;
  const candidates = DEVICE_KINDS.filter((row) => classFits(query.settingClass, row) && typeFits(row));
  if (subType !== '') {
    return candidates.find((row) => fold(row.resourceSubType) === subType || fold(row.otherResourceType) === subType);
  }
  if (other !== '') return candidates.find((row) => fold(row.otherResourceType) === other);
  if (candidates.length === 1) return candidates[0];
  const exact = candidates.filter((row) => fold(row.settingClass) === fold(query.settingClass));
  if (exact.length === 1) return exact[0];
  const usual = query.resourceType === null ? undefined : KIND_OF_TYPE.get(query.resourceType);
  return candidates.find((row) => row.kind === usual);
};
