import { rm, rmdir } from 'node:fs/promises';
import { chainFiles } from '../disks/chain-files.ts';
import { requireSpace } from '../disks/free-space.ts';
import type { Configuration, DifferencingDisk, Guid, VirtualSystem } from '../model.ts';
import { openFolder } from '../paths/open-folder.ts';
import { baseName, joinText } from '../paths/path-text.ts';
import type { PathResolver } from '../paths/resolver.ts';
import type { DiskImage } from '../machine-spec.ts';
import { disksOf, withFiles } from '../differencing/disk-tree.ts';
import { childName } from '../differencing/child-name.ts';
import type { SystemsContext } from '../systems/context.ts';
import { newGuid } from '../systems/identifiers.ts';
import { effectiveValues } from '../systems/system-defaults.ts';
import { missingFolders } from '../transfer/export-folder.ts';
import { FOLDERS } from '../transfer/layout.ts';

/** An overlay that a configuration gets over a disk that must not be written to (K16). Texts as in HostResource. */
export interface PlannedOverlay {
  readonly configuration: Guid;
  readonly disk: string;
  readonly overlay: string;
}

/** Chosen and stored before any file is made. */
export interface OverlayPlan {
  readonly overlays: readonly PlannedOverlay[];
  /** Folder of all of them. */
  readonly folder: string | null;
  /** Linux paths of folders that are not there before, the outermost first. */
  readonly made: readonly string[];
}

/** An overlay that holds nothing yet. */
const OVERLAY_BYTES = 1024 * 1024;

type DiskContext = Pick<SystemsContext, 'disks' | 'images'>;

/**
 * K16: a plain disk of the active settings is written to where it lies. A differencing one, one that may not be written to,
 * and one that a checkpoint needs get an overlay in the data root; so does every disk of a checkpoint.
 */
export const planOverlays = async (
  { disks }: Pick<DiskContext, 'disks'>,
  paths: PathResolver,
  plan: VirtualSystem,
): Promise<OverlayPlan> => {
  const images = new Map<string, DiskImage>();
  const sweep = disks.sweep();
  for (const { file } of [plan.active, ...plan.snapshots.map((each) => each.configuration)].flatMap(disksOf))
    if (!images.has(file)) images.set(file, await sweep.inspect(file, 'disk', 'read'));
  const frozen = new Set(
    plan.snapshots
      .flatMap(({ configuration }) => disksOf(configuration))
      .flatMap(({ file }) => images.get(file) ?? [])
      .flatMap(chainFiles),
  );
  const root = effectiveValues(plan, plan.active).ConfigurationDataRoot;
  const folder = joinText(typeof root === 'string' ? root : '', FOLDERS.disks);
  const over = (configuration: Configuration, needs: (image: DiskImage | undefined) => boolean): PlannedOverlay[] =>
    disksOf(configuration)
      .filter(({ file }) => needs(images.get(file)))
      .map(({ file }) => ({
        configuration: configuration.id,
        disk: file,
        overlay: joinText(folder, baseName(childName(file, newGuid()))),
      }));
  const overlays = [
    ...over(plan.active, (image) => image !== undefined && (mustNotBeWritten(image) || frozen.has(image.file))),
    ...plan.snapshots.flatMap(({ configuration }) => over(configuration, () => true)),
  ];
  if (overlays.length === 0) return { overlays, folder: null, made: [] };
  return { overlays, folder, made: await missingFolders((await paths.resolve(folder, 'newFolder')).file) };
};

/** qcow2 over others is ours to write to; a VHD or VHDX over others is a chain of Hyper-V. */
const mustNotBeWritten = (image: DiskImage): boolean =>
  image.readOnly || (image.format !== 'qcow2' && (image.backing ?? []).length > 0);

export const makeOverlays = async (
  { disks, images }: DiskContext,
  paths: PathResolver,
  { overlays, folder }: OverlayPlan,
  signal: AbortSignal,
): Promise<void> => {
  if (folder === null) return;
  const opened = await openFolder(await paths.resolve(folder, 'newFolder'));
  await opened.close();
  await requireSpace(opened.file, OVERLAY_BYTES * overlays.length, 'the disks of the virtual machine');
  const sweep = disks.sweep();
  for (const { disk, overlay } of overlays) {
    signal.throwIfAborted();
    const below = await sweep.inspect(disk, 'disk', 'read');
    await images.createOverlay((await paths.resolve(overlay, 'newFile')).file, below);
  }
};

export const removeOverlays = async (paths: PathResolver, { overlays, folder, made }: OverlayPlan): Promise<void> => {
  if (folder === null) return;
  const { file } = await paths.resolve(folder, 'newFolder');
  for (const { overlay } of overlays) await rm(`${file}/${baseName(overlay)}`, { force: true });
  for (const each of made.toReversed())
    await rmdir(each).catch((error: unknown) => {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    });
};

/** The configuration on its overlays. */
export const onOverlays = (configuration: Configuration, { overlays }: OverlayPlan): Configuration =>
  withFiles(
    configuration,
    new Map(
      overlays
        .filter((each) => each.configuration === configuration.id)
        .map(({ disk, overlay }) => [disk, overlay] as const),
    ),
  );

/** Their rows: files that are deleted when no configuration needs them, over files that are never touched. */
export const overlayRows = ({ overlays }: OverlayPlan): readonly DifferencingDisk[] =>
  overlays.map(({ overlay }) => ({ file: overlay, parent: null }));
