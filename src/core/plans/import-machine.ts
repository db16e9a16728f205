import { DomainError } from '../errors.ts';
import { defineJob, type JobDefinition, type StepResults } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import type { ActiveOperation, Guid } from '../model.ts';
import type { PathResolver } from '../paths/resolver.ts';
import type { RequestContext } from '../requests.ts';
import type { ExportedMachine, MachineImport, SettingFilter } from './requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { quote } from '../systems/refusals.ts';
import { shownId } from '../systems/shown-id.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { withStorageErrors } from '../disks/storage-errors.ts';
import { copyDisks, type CopyIdentities, type CopyPlan, NO_COPIES, planCopies, removeCopies } from './copy-disks.ts';
import { listedState, withoutDiscarded } from './discard-saved-state.ts';
import { definitionInExport } from './exported-files.ts';
import { fitToHost, locate, recordedFiles } from './fit-to-host.ts';
import { importSystem } from './import-system.ts';
import type { RealizeDefinition, RealizeParams } from './realize.ts';
import { sharedDisks } from './shared-disks.ts';

export interface ImportMachineParams extends RealizeParams {
  readonly copies: CopyPlan;
}

export type ImportMachineDefinition = JobDefinition<ImportMachineParams>;

const IMPORT_JOB = 61;
const IMPORTING: ActiveOperation = { kind: 'realizing', exclusive: true };

/** The machine in the folder of an export, read only (GetVirtualSystemImportSettingData). */
export const describeExport = async (
  context: SystemsContext,
  paths: PathResolver,
  directory: string,
  accepts: SettingFilter,
): Promise<ExportedMachine> => {
  const { definition, snapshots } = await definitionInExport(paths, directory);
  const request = { caller: '', requestId: '' };
  const wanted = { definition, snapshotFolder: snapshots, newIdentifiers: true, accepts };
  // A plan that is not stored: what the definition says, as an import would read it.
  const plan = await importSystem(context, paths, request, wanted, async () => undefined);
  const { importSource } = plan;
  const files: { readonly recorded: string; readonly found: string }[] = [];
  for (const recorded of recordedFiles(plan)) {
    const found = importSource === undefined ? recorded : await locate(paths, importSource, recorded);
    files.push({ recorded, found });
  }
  return { name: elementNameOf(plan.active), files: [...files, ...listedState(plan)] };
};

/**
 * ImportVirtualSystem and ImportVirtualSystemEx (planned-systems §8, K17): a plan, fitted to this host, that becomes a
 * machine. Plan and job begin in one transaction; whatever ends the job early takes the plan away with all that was made.
 */
export const importMachine = async (
  context: SystemsContext,
  paths: PathResolver,
  definition: ImportMachineDefinition,
  request: RequestContext,
  wanted: MachineImport,
): Promise<Job> => {
  const exported = await definitionInExport(paths, wanted.directory);
  const { newIdentifiers, accepts } = wanted;
  const source = { definition: exported.definition, snapshotFolder: exported.snapshots, newIdentifiers, accepts };
  const submitted: Job[] = [];
  await importSystem(context, paths, request, source, async (read) => {
    const fitted = await fitToHost(context, paths, withoutDiscarded(read, wanted.discarded), wanted);
    const { plan, copies } =
      wanted.copy === null
        ? { plan: fitted, copies: NO_COPIES }
        : await planCopies(context, paths, fitted, wanted.copy);
    const params = { plan: plan.id, system: shownId(plan), name: elementNameOf(plan.active), copies };
    const begun = context.ledger.joined(null, { ...plan, operation: IMPORTING });
    submitted.push(await context.jobs.submit(request, definition, params, [], begun));
  });
  const [job] = submitted;
  if (job === undefined) throw new Error('an import without a job');
  return job;
};

export const importMachineDefinition = (
  context: SystemsContext,
  paths: PathResolver,
  realize: RealizeDefinition,
): ImportMachineDefinition =>
  defineJob<ImportMachineParams>({
    name: 'import-machine',
    type: IMPORT_JOB,
    cancellable: true,
    onRestart: 'undo',
    caption: () => 'Importing Virtual Machine',
    failure: ({ name }) => `${quote(name)} could not be imported.`,
    steps: [
      {
        name: 'own',
        weight: 0,
        run: async () => undefined,
        undo: async (undo, params) => {
          const plan = context.graph.system(params.plan);
          if (plan?.kind === 'planned') undo.join(context.ledger.joined(plan, null));
        },
      },
      {
        name: 'copy',
        doing: 'Copying virtual hard disks',
        run: async (step, { copies }, results) => {
          const options = {
            signal: step.signal,
            progress: step.progress,
            keep: (identities: CopyIdentities) => step.keep(identities),
            kept: keptOf(results),
          };
          await withStorageErrors('the folder of the copies', () => copyDisks(context, paths, copies, options));
          return undefined;
        },
        undo: (_, { copies }, results) => removeCopies(paths, copies, keptOf(results)),
      },
      {
        name: 'unused',
        weight: 0,
        run: async (_, { plan }) => refuseDisksInUse(context, paths, plan),
      },
      ...realize.steps,
    ],
  });

const keptOf = (results: StepResults): CopyIdentities => (results['copy'] ?? {}) as CopyIdentities;

/** K17: two machines must not write to one disk. @throws DomainError failed */
const refuseDisksInUse = async ({ graph }: SystemsContext, paths: PathResolver, id: Guid): Promise<void> => {
  const plan = graph.system(id);
  const [shared] = plan === undefined ? [] : await sharedDisks(paths, plan, graph.systems());
  if (shared === undefined) return;
  throw new DomainError(
    'failed',
    `The virtual hard disk ${quote(shared.text)} is in use by the virtual machine ${quote(elementNameOf(shared.user.active))}. Import a copy (CreateCopy), or remove that virtual machine.`,
    { hresult: '0x80070020', source: { system: id, configuration: null, part: null } },
  );
};
