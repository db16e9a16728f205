import type { Instant, MachineProcess, PowerState, VirtualSystem } from '../../model.ts';
import { NO_ON_TIME, NO_REQUEST } from '../record.ts';

/** What a system becomes at the end of a transition or by an event. Pure; times as in lifecycle §4. */
export type StateChange = (now: VirtualSystem, at: Instant) => Partial<VirtualSystem>;

/** What a transition that was done makes of the system. */
export interface PowerEffect {
  readonly becomes: StateChange;
  /** The machine is gone. */
  readonly gone: boolean;
}

const settled = (power: PowerState, at: Instant): Partial<VirtualSystem> => ({
  power,
  requestedState: NO_REQUEST,
  stateChangedAt: at,
});

/** Running time so far, the present stretch included. */
export const onTimeAt = (system: Pick<VirtualSystem, 'onTime'>, at: Instant): number =>
  system.onTime.accumulatedMs + (system.onTime.since === null ? 0 : Math.max(0, at - system.onTime.since));

export const becomesRunning =
  (process: MachineProcess): StateChange =>
  (now, at) => ({
    ...settled('running', at),
    ...forgetDeaths(now),
    process,
    onTime: { accumulatedMs: 0, since: at },
    savedState: null,
    wasRunning: false,
  });

const forgetDeaths = ({ extras }: VirtualSystem): Partial<VirtualSystem> => {
  if (extras?.diedRepeatedly === undefined) return {};
  const { diedRepeatedly: _, ...rest } = extras;
  return { extras: rest };
};

/** After a pause: the clock goes on. */
export const becomesResumed: StateChange = (now, at) => ({
  ...settled('running', at),
  onTime: { accumulatedMs: now.onTime.accumulatedMs, since: now.onTime.since ?? at },
});

/** After a reset: the clock starts anew. */
export const becomesReset: StateChange = (_, at) => ({
  ...settled('running', at),
  onTime: { accumulatedMs: 0, since: at },
});

/** Reset while it was paused, by somebody else. */
export const becomesResetPaused: StateChange = () => ({ onTime: { accumulatedMs: 0, since: null } });

export const becomesPaused =
  (power: 'paused' | 'pausedCritical'): StateChange =>
  (now, at) => ({ ...settled(power, at), onTime: { accumulatedMs: onTimeAt(now, at), since: null } });

export const becomesOff: StateChange = (_, at) => ({
  ...settled('off', at),
  process: null,
  onTime: NO_ON_TIME,
  savedState: null,
});

/** Its process lives and does not answer: nothing else that is known of it is given up. */
export const becomesUnknown: StateChange = (_, at) => settled('unknown', at);

export const becomesSaved =
  (savedState: string): StateChange =>
  (_, at) => ({ ...settled('saved', at), process: null, onTime: NO_ON_TIME, savedState });

/** A transition that failed and changed nothing: back to the state before it. */
export const becomesAgain =
  (prior: VirtualSystem): StateChange =>
  (now, at) => ({ ...settled(prior.power, at), savedState: prior.savedState, process: now.process ?? prior.process });
