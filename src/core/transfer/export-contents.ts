import { firstText } from '../devices/effective.ts';
import { IMAGE_KINDS } from '../devices/wiring.ts';
import type { DefinedSnapshots } from '../../hvfile/definition/definition.ts';
import { disksOf } from '../differencing/disk-tree.ts';
import type { DiskFiles } from '../disks/disk-files.ts';
import { DomainError } from '../errors.ts';
import type { Configuration, DeviceSetting, Guid, ReferencePoint, Snapshot, VirtualSystem } from '../model.ts';
import type { DiskImage } from '../machine-spec.ts';
import type { SystemsContext } from '../systems/context.ts';
import { quote, settingSource } from '../systems/refusals.ts';
import { effectiveServiceSettings } from '../systems/settings/service-settings.ts';
import type { CreateParams } from '../snapshots/create-params.ts';
import { isLive } from '../systems/moments.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { disksOfBackup } from './backup-disks.ts';
import type { DiskOfBackup, DiskPlan, DiskStyle } from './export-disks.ts';
import { planDisks, planPointDisks } from './export-disks.ts';
import { definitionName, FOLDERS } from './layout.ts';
import { momentOf } from './live-moment.ts';
import { type RuntimeFile, runtimeFilesOf } from './runtime-files.ts';
import type { DefinitionSource } from './write-configuration.ts';

/** What of a machine an export is to hold; plain data of a job. */
export interface ExportScope {
  readonly system: Guid;
  /** Identifier of the machine that the export is. */
  readonly id: Guid;
  /** Null: the active settings; a checkpoint that becomes the machine otherwise. */
  readonly snapshot: Guid | null;
  /** The moment that a running machine is exported as; missing: it is at rest, or a checkpoint is exported. */
  readonly moment?: CreateParams;
  readonly withSnapshots: boolean;
  readonly storage: boolean;
  readonly savedState: boolean;
  readonly style: DiskStyle;
  /** The checkpoint is exported for a backup. `base`: reference point since which changes are wanted, or all. */
  readonly backup?: { readonly base: Guid | null };
  /** What stays where it is, as its settings name it; missing: nothing. */
  readonly excluded?: readonly string[];
  /** The disks at these places of a reference point are exported, and nothing else. */
  readonly point?: { readonly id: Guid; readonly disks: readonly number[] };
}

/** A definition of the export, and what lies beside it. */
export interface ExportedConfiguration {
  readonly source: DefinitionSource;
  /** Below the export's folder. */
  readonly folder: string;
  readonly file: string;
  readonly runtime: readonly RuntimeFile[];
}

export interface ExportContents {
  readonly configurations: readonly ExportedConfiguration[];
  readonly disks: DiskPlan['disks'];
  /**
   * Files that the machine itself may write to meanwhile: floppy disks of one that runs, which are in no checkpoint and are
   * exported as they are found.
   */
  readonly written: ReadonlySet<string>;
}

type ContentsContext = Pick<SystemsContext, 'graph' | 'disks' | 'paths' | 'serviceDefaults'>;

/**
 * Everything that the export will hold, found and inspected now: the same machine gives the same contents as long as nobody
 * changes it. `taken`: names in lower case of disks that the folder has already.
 */
export const exportContents = async (
  context: ContentsContext,
  scope: ExportScope,
  taken: Set<string>,
): Promise<ExportContents> => {
  const system = context.graph.system(scope.system);
  if (system === undefined) throw new DomainError('failed', 'The virtual machine is gone.');
  if (scope.point !== undefined) return contentsOfPoint(context, system, scope, scope.point);
  const moment = momentOf(scope);
  const chosen = moment ?? scope.snapshot;
  const main = chosen === null ? null : snapshotOf(system, chosen);
  const snapshots = scope.withSnapshots
    ? system.snapshots.filter(({ configuration }) => configuration.id !== moment)
    : [];
  const images = scope.storage
    ? await imagesOf(context, system, [main, ...snapshots], scope.excluded)
    : new Map<string, DiskImage>();
  const floppies = floppiesOf(system, [main, ...snapshots], images);
  const backups = await backupsOf(context, system, main, images, scope);
  const plan = planDisks([...images.values()], {
    chains: scope.withSnapshots,
    style: scope.style,
    taken,
    floppies,
    backups,
  });
  const imagePath = (_: DeviceSetting, text: string): string => {
    const name = plan.nameOf.get(images.get(text)?.file ?? '');
    return name === undefined ? text : `${FOLDERS.disks}\\${name}`;
  };
  const describe = async (snapshot: Snapshot | null, as: DefinitionSource['as']): Promise<ExportedConfiguration> => {
    const id = as.kind === 'machine' ? as.id : (snapshot?.configuration.id ?? '');
    const runtime = await runtimeFilesOf(context.paths, system, snapshot, { id, savedState: scope.savedState });
    return {
      source: {
        system,
        snapshot,
        as,
        defaultDataRoot: defaultDataRoot(context),
        withSavedState: scope.savedState,
        switchName: (network) => context.graph.switch(network)?.name ?? null,
        imagePath,
      },
      folder: as.kind === 'machine' ? FOLDERS.machines : FOLDERS.snapshots,
      file: definitionName(id),
      runtime,
    };
  };
  const configurations: ExportedConfiguration[] = [];
  for (const snapshot of snapshots) configurations.push(await describe(snapshot, { kind: 'snapshot' }));
  const name = elementNameOf(system.active);
  const parent = moment === null ? system.currentSnapshot : (main?.parent ?? null);
  const tree = scope.withSnapshots ? { items: snapshots.map(treeItem), parent } : NO_SNAPSHOTS;
  configurations.push(await describe(main, { kind: 'machine', id: scope.id, name, snapshots: tree }));
  return { configurations, disks: plan.disks, written: isLive(system.power) ? floppies : NONE };
};

/** Disks of several points of a machine can lie in one folder: each has the identifier of its point in its name. */
const contentsOfPoint = async (
  { disks }: ContentsContext,
  system: VirtualSystem,
  { backup }: ExportScope,
  { id, disks: places }: NonNullable<ExportScope['point']>,
): Promise<ExportContents> => {
  const point = requirePoint(system, id);
  const base = backup?.base == null ? null : requirePoint(system, backup.base);
  const sweep = disks.sweep();
  const images = new Map<string, DiskImage>();
  for (const place of places) {
    const file = point.disks[place]?.file;
    if (file !== undefined) images.set(file, await sweep.inspect(file, 'disk', 'read'));
  }
  const backups = await disksOfBackup(sweep, system, point, images, base);
  return { configurations: [], disks: planPointDisks([...images.values()], backups, id), written: NONE };
};

const NONE: ReadonlySet<string> = new Set();

const requirePoint = (system: VirtualSystem, id: Guid): ReferencePoint => {
  const found = system.referencePoints?.find((point) => point.id === id);
  if (found === undefined) throw new DomainError('failed', 'The reference point is gone.');
  return found;
};

const backupsOf = async (
  { disks }: ContentsContext,
  system: VirtualSystem,
  main: Snapshot | null,
  images: ReadonlyMap<string, DiskImage>,
  { backup, style }: ExportScope,
): Promise<ReadonlyMap<string, DiskOfBackup>> => {
  if (backup === undefined || main === null || style !== 'hyperV') return new Map();
  const base = backup.base === null ? null : requirePoint(system, backup.base);
  const { configuration } = main;
  return disksOfBackup(disks.sweep(), system, { id: configuration.id, disks: disksOf(configuration) }, images, base);
};

const NO_SNAPSHOTS: DefinedSnapshots = { items: [], parent: null };

const treeItem = ({ configuration, parent }: Snapshot): DefinedSnapshots['items'][number] => ({
  id: configuration.id,
  parent,
});

const snapshotOf = (system: VirtualSystem, id: Guid): Snapshot => {
  const found = system.snapshots.find(({ configuration }) => configuration.id === id);
  if (found === undefined) throw new DomainError('failed', 'The checkpoint is gone.');
  return found;
};

const defaultDataRoot = (context: ContentsContext): string | null => {
  const settings = effectiveServiceSettings(context.serviceDefaults, context.graph.serviceSettings());
  const root = settings.DefaultExternalDataRoot;
  return typeof root === 'string' ? root : null;
};

/** What names the image of a disk or floppy; null: the device has none. */
export const exportedImage = (device: DeviceSetting): string | null =>
  IMAGE_KINDS.has(device.kind) && device.kind !== 'cdImage' ? firstText(device, 'HostResource') : null;

/** Disks and floppies by the text that names them; CDs stay where they are (planned-systems §9). */
const imagesOf = async (
  context: ContentsContext,
  system: VirtualSystem,
  snapshots: readonly (Snapshot | null)[],
  excluded: readonly string[] = [],
): Promise<Map<string, DiskImage>> => {
  const images = new Map<string, DiskImage>();
  const sweep = context.disks.sweep();
  for (const snapshot of snapshots) {
    const configuration = snapshot?.configuration ?? system.active;
    for (const device of configuration.devices) {
      const text = exportedImage(device);
      if (text !== null && !images.has(text) && !excluded.includes(text))
        images.set(text, await inspect(sweep, system, configuration, device, text));
    }
  }
  return images;
};

const floppiesOf = (
  system: VirtualSystem,
  snapshots: readonly (Snapshot | null)[],
  images: ReadonlyMap<string, DiskImage>,
): ReadonlySet<string> =>
  new Set(
    snapshots
      .flatMap((snapshot) => (snapshot?.configuration ?? system.active).devices)
      .flatMap((device) => {
        const text = device.kind === 'floppyImage' ? exportedImage(device) : null;
        return (text === null ? undefined : images.get(text)?.file) ?? [];
      }),
  );

const inspect = async (
  disks: Pick<DiskFiles, 'inspect'>,
  system: VirtualSystem,
  configuration: Configuration,
  device: DeviceSetting,
  text: string,
): Promise<DiskImage> => {
  try {
    return await disks.inspect(text, device.kind === 'floppyImage' ? 'floppy' : 'disk');
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError('failed', `The disk ${quote(text)} cannot be exported: ${error.message}`, {
      source: settingSource(configuration.id, device.part, system.id),
      ...(error.hresult === null ? {} : { hresult: error.hresult }),
    });
  }
};
