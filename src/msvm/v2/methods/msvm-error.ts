import { CimInstance } from '../../../cim/instance.ts';
import type { CimClass } from '../../../cim/schema.ts';
import { DOMAIN_ERRORS, type DomainError, type ErrorSource } from '../../../core/errors.ts';
import type { JobError } from '../../../core/jobs/job.ts';

/** Decisions K10. */
const OWNING_ENTITY = 'vsms';
/** ErrorType 4: software error (jobs-and-errors §7). */
const SOFTWARE_ERROR = 4;
/** CIM_ERR_FAILED, the status of every Msvm_Error that is not a CIM failure of its own (jobs-and-errors §8). */
const CIM_FAILED = 1;

/** Text of the path of the instance that caused an error; null when it has none. */
export type SourcePath = (source: ErrorSource) => string | null;

const instance = (errorClass: CimClass, error: Omit<JobError, 'source'>, sourcePath: string | null): CimInstance =>
  new CimInstance(errorClass, {
    ErrorType: SOFTWARE_ERROR,
    OwningEntity: OWNING_ENTITY,
    MessageID: error.messageId,
    Message: error.message,
    MessageArguments: error.arguments,
    PerceivedSeverity: error.severity,
    ProbableCause: 0,
    RecommendedActions: error.recommendedActions,
    ErrorSource: sourcePath,
    // 0 although it is a path: what the page says and the samples read (jobs-and-errors §7).
    ErrorSourceFormat: 0,
    CIMStatusCode: CIM_FAILED,
    CIMStatusCodeDescription: 'Failed',
  });

/** An error of a job as Msvm_Error (jobs-and-errors §7). */
export const jobErrorInstance = (errorClass: CimClass, error: JobError, sourcePath: SourcePath): CimInstance =>
  instance(errorClass, error, error.source === null ? null : sourcePath(error.source));

/** A synchronous refusal as Msvm_Error, to go along where the transport can carry it (management-service §0). */
export const refusalInstance = (errorClass: CimClass, error: DomainError, sourcePath: SourcePath): CimInstance =>
  instance(
    errorClass,
    {
      messageId: String(DOMAIN_ERRORS[error.code].returnValue),
      message: error.hresult === null ? error.message : `${error.message} (${error.hresult})`,
      arguments: [],
      severity: 4,
      recommendedActions: [],
    },
    error.source === null ? null : sourcePath(error.source),
  );
