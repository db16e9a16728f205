import type { CimRequest } from '../cim/broker/broker.ts';
import { CimError } from '../cim/errors.ts';
import type { OperationContext } from '../cim/operations.ts';
import { allows, type Right } from './v2/methods/rights.ts';

/**
 * What each kind of request takes before a provider is asked (decisions K8), for every protocol. A method is everybody's to
 * call: its own right is in its row, and a refusal there is a return value (32769), not a fault.
 */
export const OPERATION_RIGHTS: Readonly<Record<CimRequest['kind'], Right>> = {
  getInstance: 'read',
  enumerateInstances: 'read',
  execQuery: 'read',
  associators: 'read',
  references: 'read',
  getClass: 'read',
  enumerateClasses: 'read',
  subscribe: 'read',
  invokeMethod: 'read',
  createInstance: 'administer',
  modifyInstance: 'administer',
  deleteInstance: 'administer',
};

/** @throws CimError accessDenied */
export const authorize = ({ caller }: OperationContext, request: CimRequest): void => {
  if (allows(caller.role, OPERATION_RIGHTS[request.kind])) return;
  throw new CimError(
    'accessDenied',
    `The role "${caller.role}" of ${caller.name} does not allow this. Ask an administrator of this host for more rights.`,
  );
};
