import type { OperationContext } from '../../cim/operations.ts';
import { Problem } from '../problems/problem.ts';
import type { Accounts } from './accounts.ts';

/** Something that an account may do and its token may not. The refusal, once it is in the trail. */
export const beyondToken = async (
  { turnedAway }: Accounts,
  { caller, requestId }: OperationContext,
  what: string,
  message: string,
): Promise<Problem> => {
  const problem = new Problem('access-denied', message);
  await turnedAway({ caller, protocol: 'rest', what, reason: problem.code, requestId });
  return problem;
};
