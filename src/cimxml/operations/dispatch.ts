import { CimError } from '../../cim/errors.ts';
import { fold } from '../../cim/names.ts';
import type { OperationContext } from '../../cim/operations.ts';
import type { Call } from '../message/call.ts';
import { ASSOCIATION_OPERATIONS } from './associations.ts';
import { CLASS_OPERATIONS } from './classes.ts';
import { INSTANCE_OPERATIONS } from './instances.ts';
import { invoke } from './invoke.ts';
import { Parameters } from './parameters.ts';
import { PULL_OPERATIONS } from './pull.ts';
import { QUERY_OPERATIONS } from './query.ts';
import { type Answer, type CimxmlService, type IntrinsicOperation, requireSchema } from './service.ts';

/** Every operation of DSP0200 that this service knows, also those that it refuses. */
export const INTRINSIC_OPERATIONS: Readonly<Record<string, IntrinsicOperation>> = {
  ...INSTANCE_OPERATIONS,
  ...CLASS_OPERATIONS,
  ...ASSOCIATION_OPERATIONS,
  ...QUERY_OPERATIONS,
  ...PULL_OPERATIONS,
};

const BY_NAME = new Map(Object.entries(INTRINSIC_OPERATIONS).map(([name, operation]) => [fold(name), operation]));

/** @throws CimError, StatusError */
export async function run(service: CimxmlService, call: Call, context: OperationContext): Promise<Answer> {
  if (call.kind === 'extrinsic') return invoke(service, call, context);
  const operation = BY_NAME.get(fold(call.name));
  if (operation === undefined)
    throw new CimError('notSupported', `${call.name.slice(0, 100)} is not an operation of this service.`);
  const schema = requireSchema(service.broker, call.namespace);
  const parameters = new Parameters(call, operation.parameters);
  return operation.run({ service, call, parameters, schema, context });
}
