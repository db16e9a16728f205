import type { Instant, VirtualSystem } from '../../model.ts';
import { revise } from '../ledger.ts';
import type { PowerVerb } from '../power.ts';
import type { PowerActivity } from './power-activity.ts';
import { becomesAgain, becomesOff, type StateChange } from './power-states.ts';

/** Before them there is no machine. */
export const MAKES_MACHINE: ReadonlySet<PowerVerb> = new Set(['start', 'restore']);

/** What the end of a transition makes of its system. */
export interface Ending {
  readonly before: VirtualSystem;
  readonly after: VirtualSystem;
  /** The machine is gone. */
  readonly gone: boolean;
}

/** How things stand when the end of a transition is to be stored; under the turn of the system. */
export interface EndingFacts {
  readonly now: VirtualSystem | undefined;
  /** The transition that runs now. */
  readonly current: PowerActivity | undefined;
  readonly hasMachine: boolean;
  readonly at: Instant;
}

/** Null: there is nothing to store, because somebody else has ended or overtaken it. */
export const endingOf = (activity: PowerActivity, facts: EndingFacts): Ending | null => {
  const { now, current, hasMachine, at } = facts;
  const { effect, stopped, verb, superseded } = activity;
  if (now === undefined || superseded) return null;
  if (effect !== null) {
    // The second of two turn-offs finds the work done; the first may find it so when the store refused it at its time.
    const isCurrent = current === activity || current?.previous === activity;
    if (!isCurrent || (now.power === 'off' && effect.gone)) return null;
    return { before: now, after: revise(now, effect.becomes(now, at)), gone: effect.gone };
  }
  // A transition that failed: the machine goes on as before, or is gone.
  if (current !== activity) return null;
  const gone = stopped !== null && hasMachine && !MAKES_MACHINE.has(verb);
  const becomes = gone ? becomesOff : stateBefore(activity.prior, hasMachine);
  return { before: now, after: revise(now, becomes(now, at)), gone };
};

/** The state before a transition, unless that was another transition, now overtaken. */
const stateBefore = (prior: VirtualSystem, hasMachine: boolean): StateChange => {
  if (STABLE.has(prior.power)) return becomesAgain(prior);
  return hasMachine ? becomesAgain({ ...prior, power: 'unknown' }) : becomesOff;
};

const STABLE: ReadonlySet<VirtualSystem['power']> = new Set([
  'off',
  'running',
  'paused',
  'saved',
  'pausedCritical',
  'unknown',
]);
