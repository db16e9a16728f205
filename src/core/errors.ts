/**
 * Every way an operation of the domain is refused. One row per cause: the Hyper-V return value (jobs-and-errors §1),
 * the value of the cluster namespace (management-service §5), and the HTTP status.
 */
export const DOMAIN_ERRORS = {
  failed: { returnValue: 32768, cluster: 2, http: 500 },
  accessDenied: { returnValue: 32769, cluster: 32769, http: 403 },
  notSupported: { returnValue: 32770, cluster: 1, http: 501 },
  unknownStatus: { returnValue: 32771, cluster: 32771, http: 500 },
  timeout: { returnValue: 32772, cluster: 3, http: 504 },
  invalidParameter: { returnValue: 32773, cluster: 4, http: 400 },
  inUse: { returnValue: 32774, cluster: 32774, http: 409 },
  invalidState: { returnValue: 32775, cluster: 32775, http: 409 },
  wrongType: { returnValue: 32776, cluster: 4, http: 400 },
  notAvailable: { returnValue: 32777, cluster: 32777, http: 503 },
  outOfMemory: { returnValue: 32778, cluster: 32778, http: 507 },
  fileInUse: { returnValue: 32779, cluster: 32779, http: 409 },
  /** The image service has the number for files that are not there (jobs-and-errors §1). */
  fileNotFound: { returnValue: 32779, cluster: 4, http: 404 },
} as const satisfies Record<string, { returnValue: number; cluster: number; http: number }>;

export type DomainErrorCode = keyof typeof DOMAIN_ERRORS;

/** HRESULT of Windows for a file system without room. */
export const DISK_FULL = '0x80070070';

/** A refusal or failure. `message` is for the client: one sentence on what is wrong, one on what to do. */
export class DomainError extends Error {
  readonly code: DomainErrorCode;
  /** Windows HRESULT text that clients look for (jobs-and-errors §9), e.g. `0x80070050`. */
  readonly hresult: string | null;
  /** A finding of a check has a number, a severity and advice of its own; null: the code says all. */
  readonly finding: FindingFacts | null;
  /** What the error is about, for Msvm_Error.ErrorSource: a configuration and the part of a setting. */
  readonly source: ErrorSource | null;
  constructor(
    code: DomainErrorCode,
    message: string,
    options: { hresult?: string; source?: ErrorSource; finding?: FindingFacts; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DomainError';
    this.code = code;
    this.hresult = options.hresult ?? null;
    this.source = options.source ?? null;
    this.finding = options.finding ?? null;
  }
}

/** For `catch`: a refusal is `value`, anything else stays an error. */
export const ifRefused =
  <T>(value: T) =>
  (error: unknown): T => {
    if (error instanceof DomainError) return value;
    throw error;
  };

/** Msvm_Error of a finding (planned-systems §6). */
export interface FindingFacts {
  readonly messageId: string;
  /** PerceivedSeverity: 3 degraded, 4 it stands in the way. */
  readonly severity: 3 | 4;
  readonly arguments: readonly string[];
  readonly recommendedActions: readonly string[];
}

export interface ErrorSource {
  readonly system: string | null;
  readonly configuration: string | null;
  readonly part: string | null;
}

/** A record of the store that cannot be read: nothing is guessed, the operator decides. */
export const damagedRecord = (table: string, key: string, cause?: unknown): DomainError =>
  new DomainError(
    'failed',
    `The record '${key}' of the store's table '${table}' is damaged. Put a copy of the store in its place, or have it repaired.`,
    { cause },
  );
