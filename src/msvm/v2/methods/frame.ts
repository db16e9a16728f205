import type { CimInstance } from '../../../cim/instance.ts';
import type { MethodResult, OperationContext } from '../../../cim/operations.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import type { MethodImplementation, MethodProvider } from '../../../cim/provider.ts';
import type { CimValues } from '../../../cim/values.ts';
import { DomainError } from '../../../core/errors.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { Arguments } from './arguments.ts';
import { type JobDesk, jobPlan } from './job-desk.ts';
import { type MethodCall, type MethodRow, type MethodRows, nulls } from './method.ts';
import { JOB_STARTED, type ReturnValues } from './return-values.ts';
import { allows, requireRight } from './rights.ts';

export interface FrameServices {
  readonly jobs: JobDesk;
  /** Path of a job with its real class (jobs-and-errors §2). */
  jobPath(job: Job): ObjectPath;
  /** The Msvm_Error that tells why a call was refused (management-service §0). */
  refusal(error: DomainError): CimInstance;
  /** Conformance switch: what could be answered at once is answered with a job (management-service §0). */
  readonly forceAsync: boolean;
}

const run = async (
  services: FrameServices,
  name: string,
  row: MethodRow,
  returnValues: ReturnValues,
  context: OperationContext,
  path: ObjectPath,
  values: CimValues,
): Promise<MethodResult> => {
  const names = row.jobType === null ? row.out : [...row.out, 'Job'];
  const request = { caller: context.caller.name, requestId: context.requestId };
  const started = (job: Job, out: CimValues = {}): MethodResult => ({
    returnValue: JOB_STARTED,
    out: { ...nulls(names), ...out, Job: services.jobPath(job) },
  });
  try {
    requireRight(context.caller, row.right, name);
    const call: MethodCall = { context, request, path, args: new Arguments(values) };
    const outcome = await row.run(call);
    if (outcome.kind === 'job') return started(outcome.job, outcome.out);
    if (outcome.kind === 'answered') {
      const result = { returnValue: outcome.returnValue, out: { ...nulls(names), ...outcome.out } };
      if (row.refusal === undefined) return result;
      return { ...result, extended: services.refusal(new DomainError('notSupported', row.refusal)) };
    }
    if (services.forceAsync && row.jobType !== null) {
      return started(await services.jobs.run(request, jobPlan(row.jobType, outcome.affected), async () => undefined));
    }
    return { returnValue: 0, out: { ...nulls(names), ...outcome.out } };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { returnValue: returnValues(error.code), out: nulls(names), extended: services.refusal(error) };
  }
};

/**
 * The frame around every method: right, arguments, the domain's word, and its refusal as a number (management-service §0).
 * What is not a DomainError passes: CimErrors are faults, anything else is a defect.
 */
export const methodProvider = (
  services: FrameServices,
  namespace: string,
  className: string,
  rows: MethodRows,
  returnValues: ReturnValues | Readonly<Record<string, ReturnValues>>,
): MethodProvider => {
  const methods: Record<string, MethodImplementation> = {};
  for (const [name, row] of Object.entries(rows)) {
    const codes = typeof returnValues === 'function' ? returnValues : returnValues[name];
    if (codes === undefined) throw new Error(`${className}.${name} has no table of return values`);
    const looks = row.right === 'read' || row.looks === true;
    methods[name] = async (context, path, values) => {
      const result = await run(services, name, row, codes, context, path, values);
      // Who may not is in the audit trail, whatever was asked.
      return looks && allows(context.caller.role, row.right) ? { ...result, changesNothing: true } : result;
    };
  }
  const refusals = Object.fromEntries(
    Object.entries(rows).flatMap(([name, { refusal }]) => (refusal === undefined ? [] : [[name, refusal]])),
  );
  return { namespace, className, methods, refusals };
};
