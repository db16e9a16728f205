import { CimError, type CimErrorCode } from '../../cim/errors.ts';
import { PROBLEMS, type ProblemCode, problemType } from './table.ts';

/** What is wrong with one member of a body or one parameter. */
export interface ProblemPart {
  readonly path: string;
  readonly message: string;
}

export interface ProblemDetails {
  /** Hyper-V's number, where a method answered one. */
  readonly returnValue?: number;
  /** The method that answered it. */
  readonly method?: string;
  /** The job that failed. */
  readonly job?: unknown;
  readonly errors?: readonly ProblemPart[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A request that is refused; the message is for the client and says what to do. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly details: ProblemDetails;
  constructor(code: ProblemCode, message: string, details: ProblemDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Problem';
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

/** The body of RFC 9457. */
export const problemBody = (problem: Problem, requestId: string): object => ({
  type: problemType(problem.code),
  title: PROBLEMS[problem.code].title,
  status: problem.status,
  code: problem.code,
  detail: problem.message,
  returnValue: problem.details.returnValue ?? null,
  method: problem.details.method ?? null,
  requestId,
  job: problem.details.job ?? null,
  errors: problem.details.errors ?? [],
});

/** Codes of return values of Hyper-V's methods (jobs-and-errors §1, lifecycle §6). */
const RETURN_VALUES: Readonly<Record<number, ProblemCode>> = {
  32768: 'operation-failed',
  32769: 'access-denied',
  32770: 'not-supported',
  32771: 'operation-failed',
  32772: 'timeout',
  32773: 'invalid-parameter',
  32774: 'in-use',
  32775: 'invalid-state',
  32776: 'wrong-type',
  32777: 'not-available',
  32778: 'out-of-memory',
  32779: 'file-in-use',
  32780: 'not-available',
  32781: 'invalid-state',
  32782: 'in-use',
};

export const codeOfReturnValue = (value: number): ProblemCode => RETURN_VALUES[value] ?? 'operation-failed';

const CIM_CODES: Readonly<Partial<Record<CimErrorCode, ProblemCode>>> = {
  accessDenied: 'access-denied',
  notFound: 'not-found',
  invalidNamespace: 'not-found',
  invalidClass: 'invalid-parameter',
  invalidParameter: 'invalid-parameter',
  invalidObjectPath: 'invalid-parameter',
  noSuchProperty: 'invalid-parameter',
  typeMismatch: 'wrong-type',
  invalidQuery: 'invalid-parameter',
  unparsableQuery: 'invalid-parameter',
  invalidQueryLanguage: 'invalid-parameter',
  methodNotFound: 'invalid-parameter',
  methodNotAvailable: 'not-supported',
  notSupported: 'not-supported',
  providerNotCapable: 'not-supported',
  alreadyExists: 'already-exists',
  quotaExceeded: 'too-many-requests',
  timedOut: 'timeout',
};

/** A failure of the broker in the words of REST; undefined for what is no refusal but a defect. */
export const problemOf = (error: unknown): Problem | undefined => {
  if (error instanceof Problem) return error;
  if (!(error instanceof CimError)) return undefined;
  return new Problem(CIM_CODES[error.code] ?? 'operation-failed', error.message, { cause: error });
};
