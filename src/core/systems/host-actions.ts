import { isEnded } from '../jobs/job.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import type { StoreChange } from '../ports.ts';
import { startsAutomatically } from './adoption.ts';
import type { SystemsContext } from './context.ts';
import { intervalMs } from './datetime.ts';
import { revise } from './ledger.ts';
import { type PowerControl, SERVICE_CALLER } from './power-control.ts';
import { effectiveValues, elementNameOf } from './system-defaults.ts';

const BOOT_KEY = 'boot';

/** The boot that the service has seen last, and the machines whose automatic start is still to come. */
interface BootRecord {
  readonly bootId: string;
  readonly pending: readonly Guid[];
}

export const loadBoot = async (context: Pick<SystemsContext, 'store'>): Promise<BootRecord | null> => {
  const record = (await context.store.load('boot')).get(BOOT_KEY);
  return record === undefined ? null : (record as BootRecord);
};

const putBoot = (record: BootRecord): StoreChange => ({ table: 'boot', key: BOOT_KEY, value: record });

/**
 * Remembers the boot and which machines it starts, in one record: automatic starts happen once per boot, whatever becomes
 * of the service meanwhile (K20). Answers the machines to start, in order.
 */
export const planAutomaticStarts = async (
  context: SystemsContext,
  seen: BootRecord | null,
): Promise<readonly Guid[]> => {
  const { bootId } = context.host;
  if (seen?.bootId === bootId) return seen.pending;
  const pending = [...context.graph.systems()].filter(startsAutomatically).toSorted(bySequence);
  const record = { bootId, pending: pending.map((system) => system.id) };
  await context.store.commit([putBoot(record)]);
  return record.pending;
};

const sequenceOf = (system: VirtualSystem): number => {
  const value = effectiveValues(system, system.active).AutomaticStartupActionSequenceNumber;
  return typeof value === 'number' ? value : Number.MAX_SAFE_INTEGER;
};

const delayOf = (system: VirtualSystem): number =>
  intervalMs(String(effectiveValues(system, system.active).AutomaticStartupActionDelay ?? '')) ?? 0;

/** By delay, then by sequence number, machines without one last, then by age. */
const bySequence = (a: VirtualSystem, b: VirtualSystem): number =>
  delayOf(a) - delayOf(b) || sequenceOf(a) - sequenceOf(b) || a.createdAt - b.createdAt;

/** One after the other, each not before its delay has passed. Failures are in the log and in the jobs; the rest goes on. */
export const runAutomaticStarts = async (
  context: SystemsContext,
  power: PowerControl,
  ids: readonly Guid[],
  signal: AbortSignal,
): Promise<void> => {
  const { clock, graph, log, store, host } = context;
  const began = clock.monotonic();
  const pending = [...ids];
  for (const id of ids) {
    const system = graph.system(id);
    if (system !== undefined) {
      const wait = delayOf(system) - (clock.monotonic() - began);
      if (wait > 0) await clock.sleep(wait, signal);
      if (signal.aborted) return;
      try {
        const job = await power.requestState(SERVICE_CALLER, id, 2);
        await context.jobs.ended(job.id);
      } catch (error) {
        // Started by somebody meanwhile, or gone.
        log.warn({ err: error, system: id }, 'a virtual machine was not started automatically');
      }
      if (signal.aborted) return;
    }
    pending.shift();
    await store.commit([putBoot({ bootId: host.bootId, pending })]);
  }
};

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
