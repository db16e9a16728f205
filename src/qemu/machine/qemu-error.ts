import { DomainError } from '../../core/errors.ts';
import { QmpError } from '../../qmp/errors.ts';
import { readQemuText } from '../qemu-text.ts';

/**
 * A failure of QMP in the domain's words. What QEMU said stays in `cause`, for the log: it names host paths and internals.
 * @param what what was asked for, as the end of "The machine could not ..."
 */
export function asDomainError(error: unknown, what: string): DomainError {
  if (error instanceof DomainError) return error;
  if (!(error instanceof QmpError))
    return new DomainError('failed', `The machine could not ${what}.`, { cause: error });
  switch (error.failure) {
    case 'timeout':
      return new DomainError(
        'timeout',
        `The machine could not ${what}: QEMU does not answer in time. Turn it off if this lasts.`,
        { cause: error },
      );
    case 'closed':
      return new DomainError('invalidState', `The machine could not ${what}: it does not run any more.`, {
        cause: error,
      });
    case 'command': {
      const reading = readQemuText(error.message);
      if (reading !== null) {
        return new DomainError(reading.code, `The machine could not ${what}: ${reading.why}.`, {
          cause: error,
          ...(reading.hresult === null ? {} : { hresult: reading.hresult }),
        });
      }
      return refusedByQemu(error, what);
    }
    case 'protocol':
      return refusedByQemu(error, what);
  }
}
const refusedByQemu = (cause: QmpError, what: string): DomainError =>
  new DomainError('failed', `The machine could not ${what}. The log of the service has QEMU's answer.`, { cause });

/** Runs `work` and turns its failure into a DomainError. */
export async function asking<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asDomainError(error, what);
  }
}
