import { isEnded } from '../../jobs/job.ts';
import type { Guid, VirtualSystem } from '../../model.ts';
import type { SystemsContext } from '../context.ts';
import { revise } from '../ledger.ts';
import { type PowerControl, SERVICE_CALLER } from '../power/power-control.ts';
import { effectiveValues, elementNameOf } from '../system-defaults.ts';

const TURN_OFF = 2;
const SHUT_DOWN = 4;

/**
 * The host goes down: each running machine is turned off, saved or shut down as its AutomaticShutdownAction says (lifecycle
 * §5); a guest that does not shut down is saved. Saved and stopped machines remember that they ran. Answers the names of
 * those that still run.
 */
export const stopForHost = async (context: SystemsContext, power: PowerControl): Promise<readonly string[]> => {
  const running = [...context.graph.systems()].filter((system) => context.fleet.get(system.id) !== undefined);
  await Promise.all(
    running.map(async (system) => {
      try {
        await stopOne(context, power, system);
        await remember(context, system.id);
      } catch (error) {
        context.log.error({ err: error, system: system.id }, 'a virtual machine could not be stopped for the host');
      }
    }),
  );
  return [...context.graph.systems()]
    .filter((system) => context.fleet.get(system.id) !== undefined)
    .map((system) => elementNameOf(system.active));
};

const stopOne = async (context: SystemsContext, power: PowerControl, system: VirtualSystem): Promise<void> => {
  await power.idle(system.id);
  const action = effectiveValues(system, system.active).AutomaticShutdownAction;
  const requests = action === TURN_OFF ? [3] : action === SHUT_DOWN ? [4, 6, 3] : [6, 3];
  for (const request of requests) {
    const state = context.graph.system(system.id)?.power;
    if (state === undefined || state === 'off' || state === 'saved') return;
    try {
      const job = await power.requestState(SERVICE_CALLER, system.id, request);
      const ended = await context.jobs.ended(job.id);
      if (ended !== undefined && isEnded(ended) && ended.errorCode === 0) return;
    } catch (error) {
      context.log.warn({ err: error, system: system.id, request }, 'a virtual machine did not stop that way');
    }
  }
};

const remember = (context: SystemsContext, id: Guid): Promise<void> =>
  context.turns.run(id, async () => {
    const system = context.graph.system(id);
    if (system === undefined || system.wasRunning) return;
    await context.ledger.commit(system, revise(system, { wasRunning: true }));
  });
