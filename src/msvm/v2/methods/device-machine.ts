import { DomainError } from '../../../core/errors.ts';
import type { SystemGraph } from '../../../core/graph.ts';
import type { Machine } from '../../../core/ports.ts';
import type { MethodCall } from './method.ts';

/**
 * The machine whose device was called. Throws DomainError `invalidState` when it has ended meanwhile.
 * @param wish what the client was about to do, as the end of "Start it before you ..."
 */
export const machineOfDevice = (graph: SystemGraph, call: MethodCall, wish: string): Machine => {
  const name = call.path.key('SystemName');
  const machine = typeof name === 'string' ? graph.machine(name) : undefined;
  if (machine !== undefined) return machine;
  throw new DomainError('invalidState', `The virtual machine is not running. Start it before you ${wish}.`);
};
