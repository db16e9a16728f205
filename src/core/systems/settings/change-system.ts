import { DomainError } from '../../errors.ts';
import type { Joined } from '../../jobs/definition.ts';
import type { ActiveOperation, Guid, VirtualSystem } from '../../model.ts';
import type { SystemsContext } from '../context.ts';
import { revise } from '../ledger.ts';

/** The record as it is now, changed and durable; nothing when the system is gone or `change` answers null. */
export const changeSystem = (
  context: Pick<SystemsContext, 'turns' | 'graph' | 'ledger'>,
  id: Guid,
  change: (now: VirtualSystem) => Partial<VirtualSystem> | null,
): Promise<void> =>
  context.turns.run(id, async () => {
    const now = context.graph.system(id);
    const changes = now === undefined ? null : change(now);
    if (now !== undefined && changes !== null) await context.ledger.commit(now, revise(now, changes));
  });

/**
 * The end of a job (JobDefinition.release) with the system that is busy with it given back in the same transaction, and with
 * what else the job has decided about it.
 */
export const withSystemGivenBack = <T>(
  context: Pick<SystemsContext, 'turns' | 'graph' | 'ledger'>,
  id: Guid,
  kind: ActiveOperation['kind'],
  end: (joined: readonly Joined[]) => Promise<T>,
  change: (now: VirtualSystem) => Partial<VirtualSystem> | null = () => null,
): Promise<T> =>
  context.turns.run(id, () => {
    const now = context.graph.system(id);
    if (now === undefined) return end([]);
    const changes = change(now);
    const isBusy = now.operation?.kind === kind;
    if (changes === null && !isBusy) return end([]);
    return end([context.ledger.joined(now, revise(now, { ...changes, ...(isBusy ? { operation: null } : {}) }))]);
  });

export const requireSystemOfJob = (context: Pick<SystemsContext, 'graph'>, id: Guid): VirtualSystem => {
  const system = context.graph.system(id);
  if (system === undefined) throw new DomainError('failed', 'The virtual machine is gone.');
  return system;
};
