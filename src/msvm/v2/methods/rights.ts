import type { Caller } from '../../../cim/operations.ts';
import { DomainError } from '../../../core/errors.ts';

/**
 * What a caller must be allowed to do (decisions K8):
 * `read` everyone with an account; `operate` change power states, type keys, exchange KVP, take and apply checkpoints;
 * `administer` define, change, destroy, name paths, change the host.
 */
export type Right = 'read' | 'operate' | 'administer';

const RANK: Readonly<Record<Right, number>> = { read: 0, operate: 1, administer: 2 };
const REACH: Readonly<Record<Caller['role'], number>> = { viewer: 0, operator: 1, administrator: 2 };

export const allows = (role: Caller['role'], right: Right): boolean => REACH[role] >= RANK[right];

/** @throws DomainError accessDenied (32769): a Msvm method denied by role is a return value, not a fault (K8). */
export const requireRight = (caller: Caller, right: Right, method: string): void => {
  if (allows(caller.role, right)) return;
  throw new DomainError(
    'accessDenied',
    `The role "${caller.role}" of ${caller.name} does not allow ${method}. Ask an administrator of this host for more rights.`,
  );
};
