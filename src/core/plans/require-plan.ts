import type { Guid, VirtualSystem } from '../model.ts';
import type { SystemsContext } from '../systems/context.ts';
import { invalid, quote } from '../systems/refusals.ts';
import { requireNotBusy, requireSystem } from '../systems/targets.ts';
import { elementNameOf } from '../systems/system-defaults.ts';

/** A plan that nothing works on. @throws DomainError invalidParameter for a machine, inUse for a busy plan */
export const requirePlan = (context: Pick<SystemsContext, 'graph'>, id: Guid): VirtualSystem => {
  const plan = requireSystem(context, id);
  if (plan.kind !== 'planned') {
    throw invalid(`${quote(elementNameOf(plan.active))} is a realized virtual machine. Use the path of a planned one.`);
  }
  requireNotBusy(plan);
  return plan;
};
