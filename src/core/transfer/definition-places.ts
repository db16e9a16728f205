import { DEFAULT_DEVICES } from '../devices/default-devices.ts';
import { findDevice } from '../devices/effective.ts';
import { kindRow } from '../devices/kinds.ts';
import type { DeviceSetting, Snapshot } from '../model.ts';
import { NO_VALUES } from '../systems/record.ts';
import type { DefinedAdapter, DefinedController, DefinedDrive } from '../../hvfile/definition/definition.ts';
import { DISPLAYS, INTEGRATION } from '../../hvfile/definition/devices.ts';

/**
 * Where a setting of a configuration stands in a definition file, described once for both directions. A device whose part
 * is not the one that its place gives stands among the `others`, which name their parts: nothing is lost on the way.
 */

/** `type_id` of a checkpoint's file; that of real hosts is not known, and only that of a machine is read (design). */
export const SNAPSHOT_TYPES: Readonly<Record<Snapshot['type'], string>> = {
  standard: 'Snapshots',
  recovery: 'Recovery Snapshots',
  planned: 'Planned Snapshots',
  missing: 'Missing Snapshots',
};

/** Properties that name files of the host a configuration lives on. */
export const THIS_HOST_ONLY: readonly string[] = [
  'ConfigurationFile',
  'GuestStateFile',
  'GuestStateDataRoot',
  'RecoveryFile',
];

/** What another host may say about a machine in the words of its own folders. */
export const DATA_ROOTS: readonly string[] = ['ConfigurationDataRoot', 'SnapshotDataRoot', 'SwapFileDataRoot'];

/** Slots of a definition's drives and what can be in them. */
export const IMAGE_IN: Readonly<Record<NonNullable<DefinedDrive['kind']>, NonNullable<DefinedDrive['image']>['kind']>> =
  {
    diskDrive: 'hardDiskImage',
    dvdDrive: 'cdImage',
    disketteDrive: 'floppyImage',
  };

export const CONTROLLER_KINDS: ReadonlySet<string> = new Set<DefinedController['kind']>([
  'ideController',
  'scsiController',
  'disketteController',
]);

/** Kinds of which a definition has one at most, each in a section of its own. */
export const SECTION_OF: Readonly<Record<string, 'processor' | 'memory' | 'integration' | 'displays'>> = {
  processor: 'processor',
  memory: 'memory',
  ...Object.fromEntries(Object.keys(INTEGRATION).map((kind) => [kind, 'integration' as const])),
  ...Object.fromEntries(Object.keys(DISPLAYS).map((kind) => [kind, 'displays' as const])),
};

export const controllerPart = ({ kind, id, index }: Pick<DefinedController, 'kind' | 'id' | 'index'>): string =>
  kind === 'ideController' ? `${id}\\${index}` : `${id}\\0`;

export const drivePart = (controller: string, slot: number): string => `${controller}\\${slot}\\D`;

export const imagePart = (drive: string): string => drive.replace(/\\D$/, '\\L');

export const adapterPart = ({ kind, id }: Pick<DefinedAdapter, 'kind' | 'id'>): string =>
  kind === 'emulatedEthernet' ? `${id}\\0` : id;

/** Hyper-V's files know the port of the switch by a GUID; ours is that of the connection. */
export const connectionPart = (adapter: string, port: string): string => `${adapter}\\${port}`;

export const featurePart = (connection: string, featureId: string, id: string): string =>
  `${connection}\\${featureId}\\${id}`;

/** Processor, memory, integration components and displays have a part that is the same everywhere. */
export const sectionPart = (kind: string): string =>
  kindRow(kind).fixedPart ?? (INTEGRATION[kind] ?? DISPLAYS[kind] ?? '').toUpperCase();

/** The GUID at the begin of a part. */
export const guidOfPart = (part: string): string => part.split('\\')[0] ?? part;

/**
 * What a device is before anything is said about it: the one that every machine of the generation has under that part, or
 * a blank one of its kind.
 */
export const blankDevice = (
  generation: 1 | 2,
  device: Pick<DeviceSetting, 'part' | 'kind' | 'parent'>,
): DeviceSetting => {
  const standard = findDevice({ devices: DEFAULT_DEVICES[generation] }, device.part);
  if (standard?.kind === device.kind) return standard;
  return { part: device.part, kind: device.kind, parent: device.parent, values: NO_VALUES };
};
