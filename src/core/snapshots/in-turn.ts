import type { Guid, VirtualSystem } from '../model.ts';
import type { SystemsContext } from '../systems/context.ts';
import { revise } from '../systems/ledger.ts';
import type { Turns } from '../systems/turns.ts';

/** The record as work on disks leaves it. Rejects with the signal's reason when whoever has the turn makes the work let go. */
export const commitInTurn = (
  context: SystemsContext,
  id: Guid,
  signal: AbortSignal,
  change: (now: VirtualSystem) => Partial<VirtualSystem>,
): Promise<void> =>
  inTurn(context.turns, id, signal, async () => {
    const now = context.graph.system(id);
    if (now !== undefined) await context.ledger.commit(now, revise(now, change(now)));
  });

/** The turn of the system, unless whoever has it waits for us: then the signal comes first. */
export const inTurn = async (turns: Turns, id: Guid, signal: AbortSignal, work: () => Promise<void>): Promise<void> => {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const holding = turns.hold(id);
  try {
    const release = await Promise.race([holding, aborted.promise]);
    try {
      await work();
    } finally {
      release();
    }
  } catch (error) {
    // A turn that comes too late is given on.
    void holding.then((release) => release());
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
};
