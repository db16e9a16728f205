import type { Job } from '../jobs/job.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import type { PathResolver } from '../paths/resolver.ts';
import type { ExportRequest, RequestContext } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { newGuid } from '../systems/identifiers.ts';
import { revise } from '../systems/ledger.ts';
import { invalid, quote } from '../systems/refusals.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { requireAtRest, requireConfiguration, requireNotBusy } from '../systems/targets.ts';
import { exportedImage, type ExportScope } from './export-contents.ts';
import type { DiskStyle } from './export-disks.ts';
import type { ExportPlace } from './export-folder.ts';
import type { ExportDefinitions, ExportParams } from './export-job.ts';
import { exportFolderName } from './layout.ts';
import { liveMoment } from './live-moment.ts';
import { stageName } from './export-folder.ts';

/** A request in which the format of disks is decided. */
type StyledRequest = ExportRequest & { readonly style: DiskStyle };

/** ExportSystemDefinition and the exports of v1 (planned-systems §9): checked here, done by a job. */
export const exportSystem = async (
  context: SystemsContext,
  paths: PathResolver,
  definitions: ExportDefinitions,
  request: RequestContext,
  wanted: StyledRequest,
): Promise<Job> => {
  const owner = requireConfiguration(context, wanted.configuration).system.id;
  return context.turns.run(owner, async () => {
    const { system, snapshot } = requireConfiguration(context, wanted.configuration);
    refuse(system);
    requireBase(system, wanted);
    const excluded = await excludedImages(context, system, wanted.excluded ?? []);
    const chosen = { ...scopeOf(system, snapshot?.configuration.id ?? null, wanted), ...excluded };
    const scope = momentary(context, system, chosen, wanted.live);
    const machine = elementNameOf(system.active);
    const folder = exportFolderName(machine, system.id);
    const place = await placeFor(paths, wanted, folder);
    const params: ExportParams = { ...scope, ...place, machine, windowsFolder: windowsFolder(wanted, folder) };
    const moving = system.power !== 'off' && system.power !== 'saved' && scope.moment === undefined;
    const busy = revise(system, {
      operation: { kind: 'exporting', exclusive: true, ...(moving ? { powerMayChange: true as const } : {}) },
    });
    return context.jobs.submit(
      request,
      scope.moment === undefined ? definitions.atRest : definitions.live,
      params,
      [{ element: { kind: 'system', id: owner }, effect: 0 }],
      context.ledger.joined(system, busy),
    );
  });
};

const refuse = (system: VirtualSystem): void => {
  if (system.kind === 'planned') throw invalid('The system is planned. Realize it before it is exported.');
  requireNotBusy(system);
};

/** Nothing changes a checkpoint, whatever its machine does; the machine itself has to be at rest, or is held at a moment. */
const momentary = (
  context: SystemsContext,
  system: VirtualSystem,
  scope: ExportScope,
  live: ExportRequest['live'],
): ExportScope => {
  if (scope.snapshot !== null) return scope;
  if (live === null || system.power === 'off' || system.power === 'saved') {
    requireAtRest(system, 'the export');
    return scope;
  }
  return { ...scope, moment: liveMoment(context, system, live, scope) };
};

/** The texts of the settings that name the files which a client excludes. @throws DomainError for one that none names */
const excludedImages = async (
  { paths }: Pick<SystemsContext, 'paths'>,
  system: VirtualSystem,
  excluded: readonly string[],
): Promise<Pick<ExportScope, 'excluded'>> => {
  if (excluded.length === 0) return {};
  const configurations = [system.active, ...system.snapshots.map(({ configuration }) => configuration)];
  const texts = new Set(configurations.flatMap(({ devices }) => devices.flatMap((each) => exportedImage(each) ?? [])));
  const byFile = new Map<string, string[]>();
  for (const text of texts) {
    // One that lies in no allowed root any more is not what the client names.
    const file = await paths.diskFile(text).catch(() => text);
    byFile.set(file, [...(byFile.get(file) ?? []), text]);
  }
  const found: string[] = [];
  for (const each of excluded) {
    const named = byFile.get(await paths.diskFile(each));
    if (named === undefined)
      throw invalid(
        `ExcludedVirtualHardDisks names ${quote(each)}, which is no disk of the virtual machine. Leave it out.`,
      );
    found.push(...named);
  }
  return { excluded: found };
};

/** A checkpoint that is named itself is the one to export; two words that contradict each other are refused. */
const scopeOf = (system: VirtualSystem, named: Guid | null, wanted: StyledRequest): ExportScope => {
  const { snapshots, snapshot, storage, runtime, style } = wanted;
  const single = snapshots === 'one' || snapshots === 'oneForBackup' || named !== null;
  if (snapshot !== null && !single)
    throw invalid('SnapshotVirtualSystem needs CopySnapshotConfiguration 2 or 3. Leave it out, or set that.');
  if (snapshot !== null && named !== null && snapshot !== named)
    throw invalid('ComputerSystem and SnapshotVirtualSystem name two checkpoints. Name one of them.');
  const chosen = snapshot ?? named;
  if (!single) {
    const withSnapshots = snapshots === 'all' && system.snapshots.length > 0;
    return { system: system.id, id: system.id, snapshot: null, withSnapshots, storage, savedState: runtime, style };
  }
  if (chosen === null)
    throw invalid('CopySnapshotConfiguration asks for one checkpoint. Name it in SnapshotVirtualSystem.');
  if (!system.snapshots.some(({ configuration }) => configuration.id === chosen))
    throw invalid('SnapshotVirtualSystem names no checkpoint of this virtual machine. Read its checkpoints again.');
  // Of one checkpoint everything goes along; it is a machine of its own unless a backup brings the machine back.
  const scope = { system: system.id, snapshot: chosen, withSnapshots: false, storage: true, savedState: true, style };
  if (snapshots !== 'oneForBackup') return { ...scope, id: newGuid() };
  return { ...scope, id: system.id, backup: { base: wanted.base ?? null } };
};

/** Changes are a file over the backup of the former moment, which is a VHDX of ours. */
const requireBase = (system: VirtualSystem, { base, snapshots, style }: StyledRequest): void => {
  if (base === undefined) return;
  if (snapshots !== 'oneForBackup')
    throw invalid('DifferentialBackupBase needs CopySnapshotConfiguration 3. Leave it out, or set that.');
  if (style !== 'hyperV')
    throw invalid('DifferentialBackupBase needs an export with VHDX files. Leave it out, or export in that format.');
  if (system.referencePoints?.some(({ id }) => id === base) !== true)
    throw invalid(
      'DifferentialBackupBase names no reference point of this virtual machine. Read its reference points again.',
    );
};

type Wanted = Pick<ExportRequest, 'directory' | 'subdirectory'>;

/** The export's folder as a path with a drive; null: it was not named like that. */
export const windowsFolder = ({ directory, subdirectory }: Wanted, folder: string): string | null => {
  if (!/^[a-z]:[\\/]/i.test(directory)) return null;
  const root = directory.replaceAll('/', '\\').replace(/\\+$/, '');
  return subdirectory ? `${root}\\${folder}` : root;
};

export const placeFor = async (paths: PathResolver, wanted: Wanted, folder: string): Promise<ExportPlace> => {
  const stage = stageName(newGuid());
  const { file: directory } = await paths.resolve(wanted.directory, 'newFolder');
  if (!wanted.subdirectory) return { directory, target: directory, stage };
  const { file: target } = await paths.resolveBelow(wanted.directory, folder, 'newFolder');
  return { directory, target, stage };
};
