import { DomainError } from '../../../core/errors.ts';
import type { VirtualSystem } from '../../../core/model.ts';
import { datetimeText } from '../../../core/systems/datetime.ts';
import { systemSettingPath } from '../settings/system-setting.ts';
import { done, type MethodCall, type MethodRow, type MethodRows } from './method.ts';
import type { MethodServices } from './services.ts';
import { settingFilter } from './setting-filter.ts';
import { affectedSystem } from './systems.ts';
import { requireSystem } from './targets.ts';

/** JobType (jobs-and-errors §4). */
const IMPORT_JOB = 61;
const VALIDATE_JOB = 140;
const REALIZE_JOB = 141;

const planOf = (services: MethodServices, { args }: MethodCall): VirtualSystem => {
  const system = requireSystem(services.references, 'PlannedSystem', args.requiredReference('PlannedSystem'));
  if (system.kind === 'planned') return system;
  throw new DomainError(
    'invalidParameter',
    'PlannedSystem names a realized virtual machine. Use the path of a planned one.',
  );
};

/** Definitions to plans, and plans to machines (planned-systems). */
export const planMethods = (services: MethodServices): MethodRows => {
  const { plans, projection } = services;
  const accepts = settingFilter(projection.namespace);
  return {
    ImportSystemDefinition: {
      right: 'administer',
      jobType: IMPORT_JOB,
      out: ['ImportedSystem'],
      run: async ({ request, args }) => {
        const folder = args.text('SnapshotFolder');
        const plan = await plans.importSystem(request, {
          definition: args.requiredText('SystemDefinitionFile'),
          snapshotFolder: folder === null || folder.trim() === '' ? null : folder,
          newIdentifiers: args.boolean('GenerateNewSystemIdentifier') === true,
          accepts,
        });
        return done({ ImportedSystem: services.references.systemPath(plan) }, [affectedSystem(plan, 5)]);
      },
    },
    ImportSnapshotDefinitions: {
      right: 'administer',
      jobType: IMPORT_JOB,
      out: ['ImportedSnapshots'],
      run: async (call) => {
        const plan = planOf(services, call);
        const folder = call.args.requiredText('SnapshotFolder');
        const found = await plans.importSnapshots(call.request, plan.id, folder, accepts);
        // Always an array: the sample reads it without a check (planned-systems §3).
        return done(
          { ImportedSnapshots: found.map((id) => systemSettingPath(projection, id)) },
          found.map((id) => ({ element: { kind: 'configuration', id }, effect: 5 })),
        );
      },
    },
    ValidatePlannedSystem: { ...planJob(services, VALIDATE_JOB, [], plans.validate), looks: true },
    // NULL with 4096, as a real host answers (K14): the job has the machine.
    RealizePlannedSystem: planJob(services, REALIZE_JOB, ['ResultingSystem'], plans.realize),
    GetDefinitionFileSummaryInformation: {
      right: 'administer',
      looks: true,
      jobType: null,
      out: ['SummaryInformation'],
      run: async ({ args }) => {
        const summaries = [];
        for (const file of args.requiredTexts('DefinitionFiles')) summaries.push(await summaryOf(services, file));
        return done({ SummaryInformation: summaries });
      },
    },
  };
};

const planJob = (
  services: MethodServices,
  jobType: number,
  out: readonly string[],
  run: MethodServices['plans']['validate'],
): MethodRow => ({
  right: 'administer',
  jobType,
  out,
  run: async (call) => ({ kind: 'job', job: await run(call.request, planOf(services, call).id) }),
});

/** One element for each file, in order; one that cannot be read has an empty Name (management-service §2). */
const summaryOf = async (services: MethodServices, file: string) => {
  try {
    const { id, name, createdAt, notes } = await services.plans.summarize(file);
    return services.summaries.missing().with({
      Name: id,
      ElementName: name,
      CreationTime: createdAt === null ? null : datetimeText(createdAt),
      Notes: notes.join('\n'),
    });
  } catch (error) {
    if (error instanceof DomainError) return services.summaries.missing();
    throw error;
  }
};
