import { ConfigError } from '../daemon/config/config-error.ts';
import { WsmanFault } from '../client/client.ts';
import { JobError, MethodError } from '../client/method-error.ts';
import { ConnectionError } from '../client/connection.ts';
import { JobGoesOnError } from '../client/patience.ts';
import { RestError } from '../client/rest/error.ts';
import { AmbiguousNameError, NotFoundError } from '../client/by-name.ts';
import { MissingError, NoSuchFileError, UsageError } from './connect.ts';

/** What the shell gets to see; documented in docs/cli.md. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  denied: 4,
  conflict: 5,
  timeout: 6,
  blocked: 7,
  differs: 8,
} as const;

/** By the subcode of a fault (spec wire-wsman §11). */
const FAULTS: Readonly<Record<string, number>> = {
  DestinationUnreachable: EXIT.notFound,
  AccessDenied: EXIT.denied,
  TimedOut: EXIT.timeout,
  CannotProcessFilter: EXIT.usage,
  FilteringNotSupported: EXIT.usage,
  ActionNotSupported: EXIT.usage,
  ActionMismatch: EXIT.usage,
  InvalidSelectors: EXIT.usage,
  InvalidParameter: EXIT.usage,
  SchemaValidationError: EXIT.usage,
  InvalidResourceURI: EXIT.usage,
};

/** By the status of HTTP with which REST refuses. */
const STATUSES: Readonly<Record<number, number>> = {
  400: EXIT.usage,
  403: EXIT.denied,
  404: EXIT.notFound,
  409: EXIT.conflict,
};

/** Took longer than the caller wanted to wait; exit code 6. */
export class TimeoutError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TimeoutError';
  }
}

/** Findings stand in the way of a plan; exit code 7. */
export class BlockedError extends Error {
  constructor(name: string, id: string, count: number) {
    super(
      `${count === 1 ? 'One finding stands' : `${count} findings stand`} in the way of "${name}". Mend them with vsms plan fix ${id}, or forget the plan with vsms plan discard ${id}.`,
    );
    this.name = 'BlockedError';
  }
}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'may not be used by you',
  EPERM: 'may not be used by you',
  EISDIR: 'is a folder',
  ENOTDIR: 'lies below a file',
  EEXIST: 'is there already; choose another name',
  ENOSPC: 'does not fit: the disk is full',
  EROFS: 'lies on a disk that cannot be written to',
};

/** What to say of a failure: errors of files in words, not in those of the system's calls. */
export const failureText = (error: Error): string => {
  const { code = '', path } = error as NodeJS.ErrnoException;
  const words = FILE_ERRORS[code];
  return words === undefined || path === undefined ? error.message : `${path} ${words}.`;
};

/** 32779 is a file in use or one that is not there (jobs-and-errors §1); the code of Windows behind the reason tells which. */
const FILE_REFUSED = 32779;
const NOT_THERE = /\(0x8007000[23]\)/;

/** A file that the command line names, on this host. */
const isMissingFile = (error: unknown): boolean =>
  error instanceof Error && Reflect.get(error, 'code') === 'ENOENT' && typeof Reflect.get(error, 'path') === 'string';

/** jobs-and-errors §1: access denied; in use and invalid state; timeout; invalid parameter and wrong type. */
const RETURN_VALUES: Readonly<Record<number, number>> = {
  32769: EXIT.denied,
  32774: EXIT.conflict,
  32775: EXIT.conflict,
  32772: EXIT.timeout,
  32773: EXIT.usage,
  32776: EXIT.usage,
};

/** What was asked was accepted, so that what a job fails of is no wrong use; a file that it misses is the same, whatever step missed it. */
const codeOfJob = ({ returnValue, message }: JobError): number => {
  if (NOT_THERE.test(message)) return EXIT.notFound;
  const code = RETURN_VALUES[returnValue] ?? EXIT.failed;
  return code === EXIT.usage ? EXIT.failed : code;
};

/** Exit code of a failure. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof ConfigError || error instanceof AmbiguousNameError)
    return EXIT.usage;
  if (error instanceof NotFoundError || error instanceof NoSuchFileError || error instanceof MissingError)
    return EXIT.notFound;
  if (isMissingFile(error)) return EXIT.notFound;
  if (error instanceof TimeoutError || error instanceof JobGoesOnError) return EXIT.timeout;
  if (error instanceof BlockedError) return EXIT.blocked;
  if (error instanceof ConnectionError) return error.status === 401 ? EXIT.denied : EXIT.failed;
  if (error instanceof RestError) return STATUSES[error.status] ?? EXIT.failed;
  if (error instanceof WsmanFault) return FAULTS[error.subcode] ?? EXIT.failed;
  if (error instanceof JobError) return codeOfJob(error);
  if (error instanceof MethodError) {
    if (error.returnValue === FILE_REFUSED && NOT_THERE.test(error.message)) return EXIT.notFound;
    return RETURN_VALUES[error.returnValue] ?? EXIT.failed;
  }
  return EXIT.failed;
}
