import { DomainError } from '../errors.ts';
import type { Job } from '../jobs/job.ts';
import { toJobError } from '../jobs/failure.ts';
import type { Guid } from '../model.ts';
import type { PathResolver } from '../paths/resolver.ts';
import type { RequestContext } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { quote } from '../systems/refusals.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { findingsOf } from './findings/checks.ts';
import { findingError, refusalOf } from './findings/finding.ts';
import { requirePlan } from './require-plan.ts';

const VALIDATE_JOB = 140;

/** ValidatePlannedSystem (planned-systems §6): a job whose errors are the findings (K14). Nothing is changed. */
export const validatePlan = async (
  context: SystemsContext,
  paths: PathResolver,
  request: RequestContext,
  id: Guid,
): Promise<Job> => {
  const plan = requirePlan(context, id);
  await requireDefinition(paths, plan.importSource?.definition);
  const name = quote(elementNameOf(plan.active));
  return context.jobs.run(
    request,
    {
      type: VALIDATE_JOB,
      caption: 'Validating Planned Virtual Machine',
      affected: [{ element: { kind: 'plan', id: plan.id }, effect: 0 }],
      cancellable: true,
      failure: `${name} cannot be realized as it is.`,
    },
    async (step) => {
      // As it is now: a client may have changed it since the call.
      const now = context.graph.system(plan.id);
      if (now?.kind !== 'planned') throw new DomainError('failed', 'The planned virtual machine is gone.');
      const found = await findingsOf({ plan: now, context, paths }, (fraction) => step.progress(fraction));
      if (found.some(({ blocking }) => blocking)) throw new AggregateError(found.map(findingError));
      for (const each of found) step.warn(toJobError(findingError(each)));
    },
  );
};

/** @throws DomainError fileInUse: the definition that the plan was made of is gone (doc) */
const requireDefinition = async (paths: PathResolver, definition: string | undefined): Promise<void> => {
  if (definition === undefined) return;
  const refused = await refusalOf(() => paths.resolve(definition, 'file'));
  if (refused === null) return;
  throw new DomainError(
    'fileInUse',
    `The definition ${quote(definition)} that the planned virtual machine was made of cannot be read any more: ${refused.message}`,
  );
};
