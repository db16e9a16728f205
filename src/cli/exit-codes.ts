import { ConfigError } from '../daemon/config-error.ts';
import { MethodError, WsmanFault } from '../client/client.ts';
import { ConnectionError } from '../client/connection.ts';
import { JobGoesOnError } from '../client/patience.ts';
import { RestError } from '../client/rest-error.ts';
import { AmbiguousNameError, NoSuchMachineError } from '../client/by-name.ts';
import { NoSuchFileError, UsageError } from './connect.ts';

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

/** Exit code of a failure. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof ConfigError || error instanceof AmbiguousNameError)
    return EXIT.usage;
  if (error instanceof NoSuchMachineError || error instanceof NoSuchFileError) return EXIT.notFound;
  if (error instanceof TimeoutError || error instanceof JobGoesOnError) return EXIT.timeout;
  if (error instanceof BlockedError) return EXIT.blocked;
  if (error instanceof ConnectionError) return error.status === 401 ? EXIT.denied : EXIT.failed;
  if (error instanceof RestError) return STATUSES[error.status] ?? EXIT.failed;
  if (error instanceof WsmanFault) return FAULTS[error.subcode] ?? EXIT.failed;
  if (error instanceof MethodError) {
    // jobs-and-errors §1: access denied; in use and invalid state; timeout; invalid parameter and wrong type.
    const table: Readonly<Record<number, number>> = {
      32769: EXIT.denied,
      32774: EXIT.conflict,
      32775: EXIT.conflict,
      32772: EXIT.timeout,
      32773: EXIT.usage,
      32776: EXIT.usage,
    };
    return table[error.returnValue] ?? EXIT.failed;
  }
  return EXIT.failed;
}
