import { CimInstance } from '../../../cim/instance.ts';
import type { CimClass } from '../../../cim/schema.ts';
import { DOMAIN_ERRORS, type DomainError, type ErrorSource } from '../../../core/errors.ts';
import type { JobError } from '../../../core/jobs/job.ts';

/** Decisions K10. */
const OWNING_ENTITY = 'vsms';
/** ErrorType 4: software error (jobs-and-errors §7). */
const SOFTWARE_ERROR = 4;
interface CimStatus {
  readonly status: number;
  readonly text: string;
}

const FAILED: CimStatus = { status: 1, text: 'Failed' };
/** CIM status by return value (jobs-and-errors §8); what is not here has failed. */
const CIM_STATUS: Readonly<Record<string, CimStatus>> = {
  [DOMAIN_ERRORS.accessDenied.returnValue]: { status: 2, text: 'Access Denied' },
  [DOMAIN_ERRORS.invalidParameter.returnValue]: { status: 4, text: 'Invalid Parameter' },
  [DOMAIN_ERRORS.notSupported.returnValue]: { status: 7, text: 'Not Supported' },
  [DOMAIN_ERRORS.wrongType.returnValue]: { status: 13, text: 'Type Mismatch' },
};

/** Text of the path of the instance that caused an error; null when it has none. */
export type SourcePath = (source: ErrorSource) => string | null;

const instance = (errorClass: CimClass, error: Omit<JobError, 'source'>, sourcePath: string | null): CimInstance => {
  const { status, text } = CIM_STATUS[error.messageId] ?? FAILED;
  return new CimInstance(errorClass, {
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
    CIMStatusCode: status,
    CIMStatusCodeDescription: text,
  });
};

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
