import type { CimInstance } from '../../cim/instance.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import type { CimClass } from '../../cim/schema.ts';
import { WsmanFault } from '../faults/fault.ts';
import { hasPadding, selectorPath, type Target } from '../objects/target.ts';
import { type Call, execute, type WsmanService } from './service.ts';

export type ClassTarget = Target & { readonly class: CimClass };

/**
 * The instance that the selectors name: all keys, a subset that fits one instance, or none on a class with one
 * instance (spec §5.2, §7).
 * @throws WsmanFault resourceNotFound, insufficientSelectors, notSingleton, unexpectedSelectors, selectorType
 */
export async function findInstance(service: WsmanService, call: Call, target: ClassTarget): Promise<CimInstance> {
  const exact = selectorPath(service.broker.repository, target);
  try {
    return await getInstance(service, call, target, exact);
  } catch (error) {
    // New lines around a selector's value: tried only when the exact value names nothing (spec §4).
    if (!(error instanceof WsmanFault) || error.fault !== 'resourceNotFound' || !hasPadding(target.keys)) throw error;
    return await getInstance(service, call, target, selectorPath(service.broker.repository, target, true));
  }
}

async function getInstance(
  service: WsmanService,
  call: Call,
  target: ClassTarget,
  path: ObjectPath,
): Promise<CimInstance> {
  try {
    return await execute(
      service,
      call,
      { kind: 'getInstance', namespace: target.schema.name, path },
      { operation: 'GetObject', parameterInfo: target.class.name, kind: 'object' },
    );
  } catch (error) {
    throw refineSelectorFault(error, target);
  }
}

/**
 * The broker refuses keys that fit several instances as an invalid path or parameter; the wire distinguishes no
 * selectors at all (W-036) from too few (spec §5.2).
 */
function refineSelectorFault(error: unknown, target: ClassTarget): unknown {
  if (!(error instanceof WsmanFault) || error.fault !== 'invalidParameter') return error;
  return new WsmanFault(target.keys.length === 0 ? 'notSingleton' : 'insufficientSelectors', error.message, {
    cause: error,
  });
}
