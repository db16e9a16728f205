import { deviceValue, firstText } from '../devices/effective.ts';
import type { Configuration, DeviceSetting, DifferencingDisk, Guid, ReferencePoint, VirtualSystem } from '../model.ts';

/** A hard disk of a configuration that is a file. */
export interface DiskOfConfiguration {
  /** Part of the disk's setting. */
  readonly part: string;
  /** Part of its drive: the id that the disk has in a machine. */
  readonly drive: string;
  /** HostResource. */
  readonly file: string;
}

/** Kinds that stand for hardware of the host: no checkpoint can hold them. */
const NOT_SNAPSHOTTABLE: ReadonlySet<string> = new Set(['physicalDisk', 'fcPort', 'pciExpress', 'gpuPartition']);

export const disksOf = (configuration: Configuration): readonly DiskOfConfiguration[] =>
  configuration.devices.flatMap((device) => {
    const file = device.kind === 'hardDiskImage' ? firstText(device, 'HostResource') : null;
    return file === null || device.parent === null ? [] : [{ part: device.part, drive: device.parent, file }];
  });

export const notSnapshottable = (configuration: Configuration): DeviceSetting | undefined =>
  configuration.devices.find((device) => NOT_SNAPSHOTTABLE.has(device.kind));

/** A disk that other machines are meant to write to as well: a checkpoint of one of them would take it from under the others. */
export const sharedDisk = (configuration: Configuration): DeviceSetting | undefined =>
  configuration.devices.find(
    (device) => device.kind === 'hardDiskImage' && deviceValue(device, 'PersistentReservationsSupported') === true,
  );

/** The configuration with other files behind its disks; `names` by the file that was. */
export const withFiles = (configuration: Configuration, names: ReadonlyMap<string, string>): Configuration => {
  let changed = false;
  const devices = configuration.devices.map((device) => {
    const file = device.kind === 'hardDiskImage' ? firstText(device, 'HostResource') : null;
    const name = file === null ? undefined : names.get(file);
    if (name === undefined) return device;
    changed = true;
    return { ...device, values: { ...device.values, HostResource: [name] } };
  });
  return changed ? { ...configuration, devices } : configuration;
};

export const differencingOf = (system: VirtualSystem): readonly DifferencingDisk[] => system.differencing ?? [];

/** Files that a configuration of the system names, or one of its reference points. */
export const namedFiles = (system: VirtualSystem): ReadonlySet<string> =>
  new Set([...disksOf(system.active).map(({ file }) => file), ...frozenFiles(system)]);

/** Files of past moments: the guest never writes to them. */
export const frozenFiles = (system: VirtualSystem): readonly string[] => [
  ...system.snapshots.flatMap(({ configuration }) => disksOf(configuration).map(({ file }) => file)),
  ...(system.referencePoints ?? []).flatMap(({ disks }) => disks.map(({ file }) => file)),
];

/** The rows with those of `files` given up that are ours and that no configuration names. */
export const released = (system: VirtualSystem, files: Iterable<string>): readonly DifferencingDisk[] => {
  const named = namedFiles(system);
  const given = new Set([...files].filter((file) => !named.has(file)));
  return differencingOf(system).map((row) =>
    given.has(row.file) && row.released !== true ? { ...row, released: true } : row,
  );
};

/** The record without some reference points, their files given up. */
export const withoutPoints = (system: VirtualSystem, gone: ReadonlySet<Guid>): VirtualSystem => {
  const points = system.referencePoints ?? [];
  const next: VirtualSystem = { ...system, referencePoints: points.filter(({ id }) => !gone.has(id)) };
  const files = points.flatMap(({ id, disks }) => (gone.has(id) ? disks.map(({ file }) => file) : []));
  return files.length === 0 ? next : { ...next, differencing: released(next, files) };
};

/** What is to be done to the files of a system, so that its chains become as short as its checkpoints allow. */
export type DiskTask =
  /** Nothing reads it. */
  | { readonly kind: 'delete'; readonly file: string }
  /** `file` goes into `parent`, which nothing else needs; what named or lay over `file` then names `parent`. */
  | {
      readonly kind: 'merge';
      readonly file: string;
      readonly parent: string;
      /** Drive of the active settings in whose chain both are; null: of another branch. */
      readonly drive: string | null;
    };

/**
 * What may be done now, best first; empty when all is as short as it can be. Only files that checkpoints made go away, and
 * only when their name was given up: one that a client took out of the settings is the client's from then on. A file that
 * two others lie over stays (spec snapshots §4: a branch that is needed is never touched), and so do `held` ones. The files of a
 * merge that was begun are in no other.
 */
export const diskTasks = (system: VirtualSystem, held: ReadonlySet<string>): readonly DiskTask[] => {
  const rows = differencingOf(system);
  if (rows.length === 0) return [];
  const named = namedFiles(system);
  const byFile = new Map(rows.map((row) => [row.file, row]));
  const above = new Map<string, DifferencingDisk[]>();
  for (const row of rows) if (row.parent !== null) above.set(row.parent, [...(above.get(row.parent) ?? []), row]);
  const begun = rows.filter(({ merging }) => merging === true);
  const isFree = (file: string, parent: string): boolean =>
    begun.every((row) => row.file === file || ![row.file, row.parent].some((one) => one === file || one === parent));
  const tasks: DiskTask[] = rows.flatMap(({ file, released: given }) =>
    given === true && !above.has(file) && !held.has(file) ? [{ kind: 'delete' as const, file }] : [],
  );
  // From the base upwards: what is merged once need not be merged again.
  for (const { file, parent, released: given } of rows) {
    if (parent === null || named.has(parent) || above.get(parent)?.length !== 1) continue;
    if (held.has(file) || held.has(parent) || !isFree(file, parent)) continue;
    const below = byFile.get(parent);
    const mayTakeIn = below === undefined || below.released === true;
    if (mayTakeIn && (given === true || named.has(file)))
      tasks.push({ kind: 'merge', file, parent, drive: driveOver(system, byFile, file) });
  }
  return tasks;
};

/** What lies below an overlay that a disk was imported with goes into it, so that the source is not needed any more (K16). */
export interface StreamTask {
  readonly kind: 'stream';
  readonly file: string;
  /** Drive of the active settings in whose chain the file is; null: of a checkpoint alone. */
  readonly drive: string | null;
}

/**
 * Of the current disks: what checkpoints alone need of the source stays there, as long as there are checkpoints and nobody
 * asks for it to be detached.
 */
export const streamTasks = (system: VirtualSystem, held: ReadonlySet<string>): readonly StreamTask[] => {
  const rows = differencingOf(system);
  const byFile = new Map(rows.map((row) => [row.file, row]));
  return rows.flatMap((row) => {
    if (!overSource(row) || held.has(row.file)) return [];
    const drive = driveOver(system, byFile, row.file);
    const wanted = drive !== null || system.extras?.detachesSource === true;
    return wanted ? [{ kind: 'stream' as const, file: row.file, drive }] : [];
  });
};

/** An overlay over files that are none of ours. */
export const overSource = ({ parent, released: given, streamed }: DifferencingDisk): boolean =>
  parent === null && given !== true && streamed !== true;

export const nextDiskTask = (system: VirtualSystem, held: ReadonlySet<string>): DiskTask | null =>
  diskTasks(system, held)[0] ?? null;

export const isSameTask = (a: DiskTask, b: DiskTask): boolean => a.kind === b.kind && a.file === b.file;

const driveOver = (
  system: VirtualSystem,
  byFile: ReadonlyMap<string, DifferencingDisk>,
  file: string,
): string | null => {
  for (const disk of disksOf(system.active))
    for (let at: string | null | undefined = disk.file; at !== null && at !== undefined; at = byFile.get(at)?.parent)
      if (at === file) return disk.drive;
  return null;
};

/** The record after a merge: `parent` has taken the place of `file`, which is left to be deleted. */
export const afterMerge = (
  system: VirtualSystem,
  { file, parent }: Extract<DiskTask, { kind: 'merge' }>,
): Pick<VirtualSystem, 'active' | 'snapshots' | 'differencing' | 'referencePoints'> => {
  const names = new Map([[file, parent]]);
  return {
    ...(system.referencePoints === undefined
      ? {}
      : { referencePoints: system.referencePoints.map((point) => onFiles(point, names)) }),
    active: withFiles(system.active, names),
    snapshots: system.snapshots.map((snapshot) => {
      const configuration = withFiles(snapshot.configuration, names);
      return configuration === snapshot.configuration ? snapshot : { ...snapshot, configuration };
    }),
    differencing: differencingOf(system).map((row) => {
      if (row.file === file) return goneRow(row);
      if (row.file === parent) return row.released === true && namedBy(system, file) ? keepRow(row) : row;
      return row.parent === file ? { ...row, parent } : row;
    }),
  };
};

const onFiles = (point: ReferencePoint, names: ReadonlyMap<string, string>): ReferencePoint =>
  point.disks.some(({ file }) => names.has(file))
    ? { ...point, disks: point.disks.map(({ disk, file }) => ({ disk, file: names.get(file) ?? file })) }
    : point;

const namedBy = (system: VirtualSystem, file: string): boolean => namedFiles(system).has(file);

const keepRow = (row: DifferencingDisk): DifferencingDisk => {
  const { released: _, ...kept } = row;
  return kept;
};

/** Merged: left to be deleted. */
const goneRow = (row: DifferencingDisk): DifferencingDisk => {
  const { merging: _, ...merged } = row;
  return { ...merged, released: true };
};

/** The rows with the one of `file` marked as being merged into the one below. */
export const withMergeBegun = (system: VirtualSystem, file: string): readonly DifferencingDisk[] =>
  differencingOf(system).map((row) => (row.file === file ? { ...row, merging: true } : row));

export const withoutFile = (system: VirtualSystem, file: string): readonly DifferencingDisk[] =>
  differencingOf(system).filter((row) => row.file !== file);
