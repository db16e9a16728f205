import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { writeContainer } from '../../hvfile/container/write.ts';
import { writeDefinition } from '../../hvfile/definition/write-definition.ts';
import { requireSpace } from '../disks/free-space.ts';
import { defineJob, type JobDefinition, type StepContext } from '../jobs/definition.ts';
import type { OpenFolder } from '../paths/open-folder.ts';
import { withSystemGivenBack } from '../systems/settings/change-system.ts';
import type { SystemsContext } from '../systems/context.ts';
import { holdForReading } from '../systems/running/held-disks.ts';
import { quote } from '../systems/refusals.ts';
import { exportContents, type ExportContents, type ExportScope } from './export-contents.ts';
import {
  type ExportPlace,
  isPublishing,
  missingFolders,
  openStage,
  planPublication,
  type Publication,
  publish,
  refuseExisting,
  removeStage,
  takenDiskNames,
  unpublish,
} from './export-folder.ts';
import { definitionName, FOLDERS } from './layout.ts';
import { copyRuntimeFile } from './runtime-files.ts';
import { momentSteps } from './moment-steps.ts';
import { withStorageErrors } from '../disks/storage-errors.ts';
import { writeConfiguration } from './write-configuration.ts';
import { measureDisk, writeDisk } from './write-disk.ts';

export interface ExportParams extends ExportScope, ExportPlace {
  /** Name of the machine, for texts. */
  readonly machine: string;
  /** The export's folder as a path with a drive; null: it was not named like that. */
  readonly windowsFolder: string | null;
}

/** ExportReferencePoint. */
export interface PointExportParams extends ExportParams {
  readonly point: NonNullable<ExportScope['point']>;
  readonly backup: NonNullable<ExportScope['backup']>;
  /** Paths as the client knows them. */
  readonly exported: readonly string[];
  readonly folder: string;
}

export type ExportDefinition = JobDefinition<ExportParams>;
export type ExportStep = ExportDefinition['steps'][number];

/** JobType (jobs-and-errors §4). */
const EXPORT_JOB = 62;
const POINT_EXPORT_JOB = 203;

/** Definitions and folders of the largest machine take less. */
const DEFINITION_BYTES = 1024 * 1024;

export interface ExportDefinitions {
  readonly atRest: ExportDefinition;
  /** Of a running machine: one moment of it is kept for as long as the job takes. */
  readonly live: ExportDefinition;
  readonly point: JobDefinition<PointExportParams>;
}

/**
 * ExportSystemDefinition (planned-systems §9). All is made in a folder of its own inside ExportDirectory and gets its place
 * when it is whole and durable; before that nothing of it is left when the job ends otherwise (J6, J10).
 */
export const exportDefinitions = (context: SystemsContext): ExportDefinitions => {
  const own: ExportStep = {
    name: 'own',
    weight: 0,
    run: (_, { system }) => context.diskWork.letGo(system),
  };
  const copyAll: ExportStep = {
    name: 'copy',
    weight: 0.98,
    doing: 'Copying files',
    run: (step, params) => withStorageErrors(params.directory, () => copy(context, step, params)),
    undo: (_, params, results) => removeStage(params, (results['copy'] ?? []) as readonly string[]),
  };
  const publishAll: ExportStep = {
    name: 'publish',
    weight: 0.02,
    doing: 'Putting the export in place',
    run: (step, params) => withStorageErrors(params.directory, () => publishExport(step, params)),
    undo: async (_, params, results) => {
      const plan = results['publish'] as Publication | undefined;
      if (plan !== undefined) await unpublish(params, plan);
    },
  };
  const finish: ExportStep = {
    name: 'finish',
    weight: 0,
    run: (_, params) =>
      // The export is there: what is left of its making is no reason to call it a failure, or to keep the machine busy.
      removeStage(params, [])
        .catch(() => removeStage(params, []))
        .catch((err: unknown) =>
          context.log.warn({ err, folder: params.stage }, 'a folder in which an export was made is left over'),
        ),
  };
  const definition = <P extends ExportParams>(
    name: string,
    steps: readonly ExportStep[],
    more: Partial<JobDefinition<P>> = {},
  ): JobDefinition<P> =>
    defineJob<P>({
      name,
      type: EXPORT_JOB,
      cancellable: true,
      onRestart: 'undo',
      commitPoint: 'publish',
      caption: () => 'Exporting Virtual Machine',
      failure: ({ machine }) => `${quote(machine)} could not be exported.`,
      release: ({ system }, _, end) => withSystemGivenBack(context, system, 'exporting', end),
      ...more,
      steps,
    });
  const { keep, forget } = momentSteps(context);
  return {
    atRest: definition('export-system', [own, copyAll, publishAll, finish]),
    live: definition('export-running-system', [own, ...keep, copyAll, publishAll, forget, finish]),
    point: definition<PointExportParams>('export-reference-point', [own, copyAll, publishAll, finish], {
      type: POINT_EXPORT_JOB,
      className: 'Msvm_VirtualSystemReferencePointExportJob',
      caption: () => 'Exporting Reference Point',
      failure: ({ machine }) => `The reference point of ${quote(machine)} could not be exported.`,
      details: ({ system, point, backup, folder, exported }) => ({
        VirtualMachineId: system,
        ReferencePointId: point.id,
        ...(backup.base === null ? {} : { BaseReferencePointId: backup.base }),
        ExportDirectory: folder,
        ExportedDisks: exported,
      }),
    }),
  };
};

/** What makes an export of it; null: it is disks only. */
const definitionOf = ({ id, point }: ExportParams): string | null => (point === undefined ? definitionName(id) : null);

const publishExport = async (step: StepContext, params: ExportParams): Promise<void> => {
  if (!(await isPublishing(params))) {
    await refuseExisting(params, definitionOf(params));
    // Said before it is done, so that undo finds it.
    await step.keep(await planPublication(params));
  }
  await publish(params, definitionOf(params));
};

const copy = async (context: SystemsContext, step: StepContext, params: ExportParams): Promise<readonly string[]> => {
  await refuseExisting(params, definitionOf(params));
  const contents = await exportContents(context, params, await takenDiskNames(params));
  // Of another machine, or of whoever works on the host: what is written to meanwhile is no disk of one moment.
  const read = new Set(
    contents.disks.flatMap(({ files, since }) => [...files, ...(since?.between ?? [])].map(({ file }) => file)),
  );
  await using _held = await holdForReading(context, [...read.difference(contents.written)]);
  const made = await missingFolders(params.directory);
  const meter = await Meter.measure(contents, step, made[0] ?? params.directory);
  // Said before they are made, so that undo finds them.
  await step.keep(made);
  const stage = await openStage(params);
  try {
    await copyDisks(contents, params, stage, meter);
    for (const { source, folder, file, runtime } of contents.configurations) {
      for (const each of runtime)
        await meter.count(each.name, each.bytes, (options) =>
          copyRuntimeFile(each, stage.inside(`${folder}/${each.name}`), options),
        );
      const bytes = writeContainer(writeDefinition(writeConfiguration(source)));
      await writeDurably(stage.inside(`${folder}/${file}`), bytes);
    }
  } finally {
    await stage.close();
  }
  return made;
};

const copyDisks = async (
  { disks }: ExportContents,
  { windowsFolder }: ExportParams,
  stage: OpenFolder,
  meter: Meter,
): Promise<void> => {
  const pathOf = (name: string): string => stage.inside(`${FOLDERS.disks}/${name}`);
  for (const [i, disk] of disks.entries()) {
    const windowsPath = windowsFolder === null ? null : `${windowsFolder}\\${FOLDERS.disks}\\${disk.below}`;
    const below = disk.below === null ? null : { file: pathOf(disk.below), windowsPath };
    await meter.count(disk.name, meter.work[i] ?? 0, (options) => writeDisk(disk, pathOf(disk.name), below, options));
  }
};

/** Bytes of the whole export, and how many of them are done. */
class Meter {
  /** By disk. */
  readonly work: readonly number[];
  readonly #step: StepContext;
  readonly #total: number;
  #done = 0;

  private constructor(step: StepContext, work: readonly number[], runtime: number) {
    this.#step = step;
    this.work = work;
    this.#total = Math.max(
      1,
      work.reduce((sum, bytes) => sum + bytes, runtime),
    );
  }

  /** K33: and there must be room for it where `place` is, or will be. */
  static async measure(contents: ExportContents, step: StepContext, place: string): Promise<Meter> {
    const runtime = contents.configurations.flatMap((each) => each.runtime).reduce((sum, { bytes }) => sum + bytes, 0);
    const work: number[] = [];
    let room = runtime + DEFINITION_BYTES;
    for (const disk of contents.disks) {
      const extents = await measureDisk(disk, step.signal);
      work.push(extents.work);
      room += extents.room;
    }
    await requireSpace(place, room, 'the export');
    return new Meter(step, work, runtime);
  }

  async count(
    name: string,
    bytes: number,
    work: (options: { signal: AbortSignal; progress: (done: number) => void }) => Promise<void>,
  ): Promise<void> {
    const { signal } = this.#step;
    signal.throwIfAborted();
    const progress = (read: number): void => {
      const done = Math.min(read, bytes);
      this.#step.progress((this.#done + done) / this.#total, { name, done, total: bytes });
    };
    progress(0);
    await work({ signal, progress });
    progress(bytes);
    this.#done += bytes;
  }
}

const writeDurably = async (file: string, bytes: Buffer): Promise<void> => {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = await open(file, flags, 0o640);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
};
