/**
 * Why a QMP call did not give a result.
 * `command`: QEMU answered with an error. `timeout`: no answer in time (a SIGSTOPped QEMU hangs, spec qemu §7).
 * `closed`: the connection ended. `protocol`: QEMU sent what no QEMU sends; the connection is dropped.
 */
export type QmpFailure = 'command' | 'timeout' | 'closed' | 'protocol';

export class QmpError extends Error {
  readonly failure: QmpFailure;
  /** QEMU's error class, e.g. `GenericError`, `CommandNotFound`, `DeviceNotFound`; null unless `failure` is `command`. */
  readonly errorClass: string | null;

  constructor(failure: QmpFailure, message: string, options: { errorClass?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'QmpError';
    this.failure = failure;
    this.errorClass = options.errorClass ?? null;
  }
}

/** Did QEMU itself refuse the command (rather than fall silent)? */
export function isCommandError(error: unknown, errorClass?: string): error is QmpError {
  return (
    error instanceof QmpError &&
    error.failure === 'command' &&
    (errorClass === undefined || error.errorClass === errorClass)
  );
}
