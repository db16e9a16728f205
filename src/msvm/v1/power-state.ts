import { DomainError } from '../../core/errors.ts';
import type { PowerState, VirtualSystem } from '../../core/model.ts';

/** EnabledState of v1 by power state (lifecycle §1). A reset shows no state of its own there. */
const ENABLED_STATES: Readonly<Record<PowerState, number>> = {
  unknown: 0,
  running: 2,
  resetting: 2,
  off: 3,
  paused: 32768,
  pausedCritical: 32768,
  saved: 32769,
  starting: 32770,
  saving: 32773,
  stopping: 32774,
  pausing: 32776,
  resuming: 32777,
};

const SNAPSHOTTING = 32771;

export const enabledState = ({ power, operation }: Pick<VirtualSystem, 'power' | 'operation'>): number =>
  operation?.kind === 'creatingSnapshot' ? SNAPSHOTTING : ENABLED_STATES[power];

/** RequestedState where v1 and v2 say the same with other numbers: v1 by v2 (lifecycle §2). */
const REQUESTS: ReadonlyMap<number, number> = new Map([
  [9, 32768],
  [6, 32769],
]);

const BY_V1: ReadonlyMap<number, number> = new Map([...REQUESTS].map(([v2, v1]) => [v1, v2]));

/** RequestedState as v1 shows it. */
export const requestedState = (v2: number): number => REQUESTS.get(v2) ?? v2;

/**
 * The v2 number of what a v1 client asks for; what has no number of its own there is left to the domain.
 * @throws DomainError invalidParameter for the numbers that mean "save" and "pause" in v2 only
 */
export const requestOf = (v1: number): number => {
  const own = REQUESTS.get(v1);
  if (own !== undefined) {
    throw new DomainError(
      'invalidParameter',
      `RequestedState ${v1} is not one of root\\virtualization. Use 2 start, 3 turn off, 4 shut down, 10 reboot, 11 reset, 32768 pause or 32769 save.`,
    );
  }
  return BY_V1.get(v1) ?? v1;
};
