import type { CimInstance } from '../../../cim/instance.ts';
import { tryParsePath } from '../../../cim/path/parse-path.ts';
import { DomainError } from '../../../core/errors.ts';
import type { ConfigurationPlace } from '../../../core/graph.ts';
import type { ExportRequest } from '../../../core/requests.ts';
import type { MethodRow } from './method.ts';
import { basePoint } from './point-exports.ts';
import type { MethodServices } from './services.ts';
import { requireConfiguration, requireSystem } from './targets.ts';

/** JobType (jobs-and-errors §4). */
const EXPORT_JOB = 62;

/** CopySnapshotConfiguration (planned-systems §9). */
const SNAPSHOTS: readonly ExportRequest['snapshots'][] = ['all', 'none', 'one', 'oneForBackup'];

/** DiskFormat of Vsms_TransferService. */
const STYLES: readonly ExportRequest['style'][] = ['hyperV', 'asIs'];

/** CaptureLiveState. */
const LIVE_STATES: readonly ExportRequest['live'][] = ['disks', 'memory', 'application'];

/** Features of backup and migration that are not offered, each with the one value that asks for nothing (planned-systems §9). */
const NOT_OFFERED: Readonly<Record<string, unknown>> = {
  ExportForLiveMigration: false,
  DisableDifferentialOfIgnoredStorage: false,
};

/** ExportSystemDefinition: always a job. os-win names the machine by its settings (client-usage O18). */
export const exportMethod = (
  services: MethodServices,
  options: {
    /** May the machine run? v1 knows no such export. */
    readonly live: boolean;
    /** Has the method a parameter DiskFormat? Only that of our own service. */
    readonly formats?: true;
  },
): MethodRow => ({
  right: 'administer',
  jobType: EXPORT_JOB,
  out: [],
  run: async ({ request, args }) => {
    const path = args.requiredReference('ComputerSystem');
    const place = services.references.configuration(path);
    // A system, or a sentence on what the path is instead.
    const configuration = place?.configuration.id ?? requireSystem(services.references, 'ComputerSystem', path).id;
    const directory = args.requiredText('ExportDirectory');
    const text = args.text('ExportSettingData');
    const settings =
      text === null || text.trim() === ''
        ? null
        : services.texts.read('ExportSettingData', text, 'Msvm_VirtualSystemExportSettingData');
    const wanted = exportSettings(services, settings);
    return {
      kind: 'job',
      job: await services.exports.exportSystem(request, {
        configuration,
        directory,
        ...wanted,
        live: options.live ? wanted.live : null,
        style: options.formats === true ? diskStyle(args.integer('DiskFormat')) : wanted.style,
      }),
    };
  },
});

/** What is not said has the default of the class (planned-systems §9). @throws DomainError */
export const exportSettings = (
  services: MethodServices,
  settings: CimInstance | null,
): Omit<ExportRequest, 'configuration' | 'directory'> => {
  const value = (name: string): unknown => settings?.get(name) ?? null;
  const flag = (name: string, otherwise: boolean): boolean => {
    const given = value(name);
    return typeof given === 'boolean' ? given : otherwise;
  };
  refuseBackups(value);
  const snapshots = SNAPSHOTS[Number(value('CopySnapshotConfiguration') ?? 0)];
  if (snapshots === undefined) {
    throw new DomainError(
      'invalidParameter',
      'CopySnapshotConfiguration is 0 (all checkpoints), 1 (none), 2 (one) or 3 (one, for a backup).',
    );
  }
  requireIntent(value('BackupIntent'), snapshots);
  const base = basePoint(services.catalog, 'DifferentialBackupBase', value('DifferentialBackupBase'));
  return {
    snapshots,
    snapshot: snapshotOf(services, value('SnapshotVirtualSystem'))?.configuration.id ?? null,
    runtime: flag('CopyVmRuntimeInformation', true),
    storage: flag('CopyVmStorage', true),
    subdirectory: flag('CreateVmExportSubdirectory', false),
    // No property of Hyper-V's asks for it.
    style: null,
    live: liveState(value('CaptureLiveState')),
    ...(base === null ? {} : { base }),
    ...excludedOf(value('ExcludedVirtualHardDisks')),
  };
};

const excludedOf = (given: unknown): Pick<ExportRequest, 'excluded'> => {
  const paths = Array.isArray(given) ? given.map(String).filter((path) => path !== '') : [];
  return paths.length === 0 ? {} : { excluded: paths };
};

/** DiskFormat; what is not said is as the service is set up. */
const diskStyle = (given: number | null): ExportRequest['style'] => {
  if (given === null) return null;
  const style = STYLES[given];
  if (style !== undefined) return style;
  throw new DomainError(
    'invalidParameter',
    'DiskFormat is 0 (VHDX files, which Hyper-V takes too) or 1 (files in the format that they have).',
  );
};

/** The class itself says 1 (dump). */
const liveState = (given: unknown): ExportRequest['live'] => {
  const live = LIVE_STATES[Number(given ?? 1)];
  if (live !== undefined) return live;
  throw new DomainError(
    'invalidParameter',
    'CaptureLiveState is 0 (disks as a power cut leaves them), 1 (with memory) or 2 (consistent for applications).',
  );
};

const refuseBackups = (value: (name: string) => unknown): void => {
  for (const [name, nothing] of Object.entries(NOT_OFFERED)) {
    const given = value(name);
    const asksNothing =
      given === null || (Array.isArray(nothing) ? Array.isArray(given) && given.length === 0 : given === nothing);
    if (!asksNothing) throw notOffered(name);
  }
};

/** BackupIntent: 0 keeps the chain of disks, 1 merges it. A backup here is one file a disk either way, and the machine keeps its chain. */
const requireIntent = (given: unknown, snapshots: ExportRequest['snapshots']): void => {
  if (given === null || given === 0) return;
  if (given !== 1)
    throw new DomainError('invalidParameter', 'BackupIntent is 0 (keep the chain of disks) or 1 (merge it).');
  if (snapshots !== 'oneForBackup') throw notOffered('BackupIntent');
};

const notOffered = (name: string): DomainError =>
  new DomainError(
    'notSupported',
    `${name} belongs to backup and migration, which this service does not offer here. Leave it out.`,
  );

const snapshotOf = (services: MethodServices, text: unknown): ConfigurationPlace | null => {
  if (typeof text !== 'string' || text === '') return null;
  const path = tryParsePath(text);
  if (path === undefined) {
    throw new DomainError(
      'invalidParameter',
      'SnapshotVirtualSystem is no path of an object. Send the path of the settings of a checkpoint.',
    );
  }
  const place = requireConfiguration(services.references, 'SnapshotVirtualSystem', path);
  if (place.snapshot !== null) return place;
  throw new DomainError(
    'invalidParameter',
    'SnapshotVirtualSystem names the active settings of a virtual machine. Send the path of a checkpoint.',
  );
};
