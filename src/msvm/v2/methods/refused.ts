import { DomainError } from '../../../core/errors.ts';
import type { MethodRow } from './method.ts';

/** A method that the service does not offer: 32770 with the reason (management-service §1, column "Ours"). */
export const refused = (reason: string, jobType: number | null, out: readonly string[] = []): MethodRow => ({
  // The answer tells nothing and changes nothing, so that everyone may have it.
  right: 'read',
  jobType,
  out,
  refusal: reason,
  run: async () => {
    throw new DomainError('notSupported', reason);
  },
});
