import { DomainError } from '../errors.ts';
import type { ConfigurationPlace } from '../graph.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import type { SystemsContext } from './context.ts';
import { invalid, quote } from './refusals.ts';

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

/**
 * A configuration whose devices may change: the active one, or any of a plan (the import sample repairs the disks of
 * planned snapshots). A checkpoint of a realized machine is a record of the past.
 */
export const requireWritable = (context: Pick<SystemsContext, 'graph'>, id: Guid): ConfigurationPlace => {
  const place = context.graph.configuration(id);
  if (place === undefined) throw invalid(`No virtual machine has the settings ${quote(id)}.`);
  if (place.snapshot !== null && place.system.kind === 'realized') {
    throw invalid('The devices of a checkpoint do not change. Give the settings of the virtual machine.');
  }
  requireNotBusy(place.system);
  return place;
};
