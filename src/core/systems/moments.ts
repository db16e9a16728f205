import type { PowerState, VirtualSystem } from '../model.ts';
import { STATE_WORDS } from './power.ts';
import { wrongState } from './refusals.ts';
import type { DomainError } from '../errors.ts';

/**
 * When a change may be made (lifecycle §8). There is no queue of pending changes: what cannot be applied now is refused.
 * `notSaved`: off, or running or paused, where it is applied to the machine at once.
 */
export type Moment = 'any' | 'notSaved' | 'off' | 'never';

const LIVE: ReadonlySet<PowerState> = new Set(['running', 'paused', 'pausedCritical']);

export const isLive = (power: PowerState): boolean => LIVE.has(power);

export const momentAllows = (system: VirtualSystem, moment: Moment): boolean => {
  if (system.kind === 'planned' || moment === 'any') return true;
  if (system.power === 'off') return true;
  return moment === 'notSaved' && isLive(system.power);
};

export const momentRefusal = (system: VirtualSystem, what: string, moment: Moment): DomainError =>
  wrongState(
    moment === 'off' || !isLive(system.power)
      ? `${what} can change only while the virtual machine is off; it is ${STATE_WORDS[system.power]}. Turn it off first.`
      : `${what} cannot change while the virtual machine is ${STATE_WORDS[system.power]}.`,
  );
