import { DomainError } from '../errors.ts';
import type { ConfigurationPlace } from '../graph.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import type { SystemsContext } from './context.ts';
import { STATE_WORDS } from './power.ts';
import { invalid, quote, wrongState } from './refusals.ts';

/** While an exclusive operation owns a system nothing else may change it (lifecycle §8). */
export const requireNotBusy = (system: VirtualSystem): void => {
  if (system.operation?.exclusive === true) {
    throw new DomainError('inUse', 'Another operation owns the virtual machine; try again when it has ended.');
  }
};

export const requireSystem = (context: Pick<SystemsContext, 'graph'>, id: Guid): VirtualSystem => {
  const system = context.graph.system(id);
  if (system === undefined) throw invalid(`No virtual machine has the id ${quote(id)}.`);
  return system;
};

/** Active settings of a machine, or those of one of its checkpoints. */
export const requireConfiguration = (context: Pick<SystemsContext, 'graph'>, id: Guid): ConfigurationPlace => {
  const place = context.graph.configuration(id);
  if (place === undefined) throw invalid(`No virtual machine has the settings ${quote(id)}.`);
  return place;
};

/** `before`: what is to be done with the machine, such as `the export`. */
export const requireAtRest = (system: VirtualSystem, before: string): void => {
  if (system.power !== 'off' && system.power !== 'saved')
    throw wrongState(`The virtual machine is ${STATE_WORDS[system.power]}. Turn it off or save it before ${before}.`);
};

/**
 * A configuration whose devices may change: the active one, or any of a plan (the import sample repairs the disks of
 * planned snapshots). A checkpoint of a realized machine is a record of the past.
 */
export const requireWritable = (context: Pick<SystemsContext, 'graph'>, id: Guid): ConfigurationPlace => {
  const place = requireConfiguration(context, id);
  if (place.snapshot !== null && place.system.kind === 'realized') {
    throw invalid('The devices of a checkpoint do not change. Give the settings of the virtual machine.');
  }
  requireNotBusy(place.system);
  return place;
};
