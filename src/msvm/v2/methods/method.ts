import type { ObjectPath } from '../../../cim/object-path.ts';
import type { OperationContext } from '../../../cim/operations.ts';
import type { CimValue, CimValues } from '../../../cim/values.ts';
import type { AffectedElement, Job } from '../../../core/jobs/job.ts';
import type { RequestContext } from '../../../core/requests.ts';
import type { Arguments } from './arguments.ts';
import type { Right } from './rights.ts';

/** One invocation as a method's row sees it. */
export interface MethodCall {
  readonly context: OperationContext;
  readonly request: RequestContext;
  /** Of the instance, normalised; it exists. */
  readonly path: ObjectPath;
  readonly args: Arguments;
}

/**
 * How a method ended; refusals are thrown as DomainError.
 * `done`: 0, or under `forceAsync` a job that affects `affected` and whose out references are NULL.
 * `job`: 4096, with what is known of the out parameters already. `answered`: a number of the method's own, never turned into a job.
 */
export type Outcome =
  | { readonly kind: 'done'; readonly out: CimValues; readonly affected: readonly AffectedElement[] }
  | { readonly kind: 'job'; readonly job: Job; readonly out?: CimValues }
  | { readonly kind: 'answered'; readonly returnValue: number; readonly out: CimValues };

/** One method: the right it takes, the type of its job, and what it does. */
export interface MethodRow {
  readonly right: Right;
  /** It only looks, though not everyone may: it is no change in the audit trail. Missing: what everyone may, only looks. */
  readonly looks?: true;
  /** JobType (jobs-and-errors §4); null where the method has no Job parameter and is never turned into a job. */
  readonly jobType: number | null;
  /** Out parameters besides Job: they are NULL when the call failed or became a job. */
  readonly out: readonly string[];
  /** Why it always answers "not supported"; missing: it does something. */
  readonly refusal?: string;
  run(call: MethodCall): Promise<Outcome>;
}

/** By method name in repository spelling. */
export type MethodRows = Readonly<Record<string, MethodRow>>;

export const done = (out: CimValues = {}, affected: readonly AffectedElement[] = []): Outcome => ({
  kind: 'done',
  out,
  affected,
});

export const answered = (returnValue: number, out: CimValues = {}): Outcome => ({
  kind: 'answered',
  returnValue,
  out,
});

export const nulls = (names: readonly string[]): CimValues =>
  Object.fromEntries(names.map((name): [string, CimValue] => [name, null]));
