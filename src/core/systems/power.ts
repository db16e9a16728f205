import type { DomainErrorCode } from '../errors.ts';
import type { PowerState, VirtualSystem } from '../model.ts';

/** What a RequestStateChange turns out to mean in the state it finds (lifecycle §2). */
export type PowerVerb =
  | 'start'
  | 'restore'
  | 'resume'
  | 'turnOff'
  | 'discard'
  | 'shutdown'
  | 'save'
  | 'pause'
  | 'reboot'
  | 'reset';

export interface PowerTransition {
  /** JobType (jobs-and-errors §4; lifecycle §2 note a: 12 for restore, 20 and 21 for pause and resume). */
  readonly jobType: number;
  readonly caption: string;
  /** Visible while the job runs. */
  readonly through: PowerState;
  readonly final: PowerState;
}

export const TRANSITIONS: Readonly<Record<PowerVerb, PowerTransition>> = {
  start: { jobType: 12, caption: 'Starting Virtual Machine', through: 'starting', final: 'running' },
  restore: { jobType: 12, caption: 'Restoring Virtual Machine', through: 'starting', final: 'running' },
  resume: { jobType: 21, caption: 'Resuming Virtual Machine', through: 'resuming', final: 'running' },
  turnOff: { jobType: 13, caption: 'Turning Off Virtual Machine', through: 'stopping', final: 'off' },
  discard: { jobType: 13, caption: 'Discarding Saved State', through: 'stopping', final: 'off' },
  shutdown: { jobType: 16, caption: 'Shutting Down Virtual Machine', through: 'stopping', final: 'off' },
  save: { jobType: 14, caption: 'Saving Virtual Machine', through: 'saving', final: 'saved' },
  pause: { jobType: 20, caption: 'Pausing Virtual Machine', through: 'pausing', final: 'paused' },
  reboot: { jobType: 29, caption: 'Restarting Virtual Machine', through: 'stopping', final: 'running' },
  reset: { jobType: 28, caption: 'Resetting Virtual Machine', through: 'resetting', final: 'running' },
};

/** RequestedState numbers that mean something to a virtual machine. */
export type PowerRequest = 2 | 3 | 4 | 6 | 9 | 10 | 11;
export const POWER_REQUESTS: readonly PowerRequest[] = [2, 3, 4, 6, 9, 10, 11];

/** The table of lifecycle §2. A pair that is missing is refused as invalid state. */
export const POWER_TABLE: Readonly<Record<PowerState, Readonly<Partial<Record<PowerRequest, PowerVerb>>>>> = {
  off: { 2: 'start' },
  running: { 3: 'turnOff', 4: 'shutdown', 6: 'save', 9: 'pause', 10: 'reboot', 11: 'reset' },
  paused: { 2: 'resume', 3: 'turnOff', 6: 'save', 11: 'reset' },
  saved: { 2: 'restore', 3: 'discard' },
  starting: { 3: 'turnOff' },
  stopping: { 3: 'turnOff' },
  saving: {},
  pausing: { 3: 'turnOff' },
  resuming: { 3: 'turnOff' },
  resetting: { 3: 'turnOff' },
  // Paused by a failing disk (lifecycle §3): the operator mends the disk and resumes, or gives up.
  pausedCritical: { 2: 'resume', 3: 'turnOff', 11: 'reset' },
  // The process lives but does not answer: only taking it away can help.
  unknown: { 3: 'turnOff' },
};

/** Numbers that exist but that no client may ask for: refused as invalid state, not as unknown (lifecycle §2). */
const INTERNAL_REQUESTS: ReadonlySet<number> = new Set([7, 8, 32773, 32776, 32777, 32779, 32780]);

export type PowerVerdict =
  | { readonly kind: 'accepted'; readonly verb: PowerVerb }
  | { readonly kind: 'refused'; readonly code: DomainErrorCode; readonly reason: string };

const refused = (code: DomainErrorCode, reason: string): PowerVerdict => ({ kind: 'refused', code, reason });

/** Verdict on a request in a state, nothing else considered. */
export const verdictOf = (state: PowerState, request: number): PowerVerdict => {
  if (!isPowerRequest(request)) {
    if (INTERNAL_REQUESTS.has(request)) {
      return refused('invalidState', `State ${request} cannot be requested. Request 2, 3, 4, 6, 9, 10 or 11.`);
    }
    return refused('invalidParameter', `${request} is not a state. Request 2, 3, 4, 6, 9, 10 or 11.`);
  }
  const verb = POWER_TABLE[state][request];
  if (verb !== undefined) return { kind: 'accepted', verb };
  return refused(
    'invalidState',
    `The virtual machine is ${STATE_WORDS[state]}; it cannot be ${REQUEST_WORDS[request]} in this state.`,
  );
};

/** Not by their numbers, which each namespace has of its own. */
const REQUEST_WORDS: Readonly<Record<PowerRequest, string>> = {
  2: 'started',
  3: 'turned off',
  4: 'shut down',
  6: 'saved',
  9: 'paused',
  10: 'rebooted',
  11: 'reset',
};

const isPowerRequest = (request: number): request is PowerRequest =>
  (POWER_REQUESTS as readonly number[]).includes(request);

export const STATE_WORDS: Readonly<Record<PowerState, string>> = {
  off: 'off',
  starting: 'starting',
  running: 'running',
  pausing: 'pausing',
  paused: 'paused',
  resuming: 'resuming',
  saving: 'saving its state',
  saved: 'saved',
  stopping: 'stopping',
  resetting: 'resetting',
  pausedCritical: 'paused because of a disk error',
  unknown: 'not answering',
};

/** What admission needs to know about a system besides its state. */
export interface AdmissionFacts {
  readonly kind: VirtualSystem['kind'];
  readonly power: PowerState;
  /** An exclusive operation (export, snapshot apply, migration) owns the system. */
  readonly exclusive: boolean;
  /** May the guest be asked to shut down or restart (shutdown component enabled and, for a restart, in contact)? */
  readonly guestShutdown: boolean;
  readonly guestReboot: boolean;
}

/** Yes with what it means, or no with why (architecture, habit 4). */
export const admit = (facts: AdmissionFacts, request: number): PowerVerdict => {
  const verdict = verdictOf(facts.power, request);
  if (verdict.kind === 'refused') return verdict;
  if (facts.kind === 'planned') {
    return refused('invalidState', 'The system is planned; realize it before its state can change.');
  }
  if (facts.exclusive)
    return refused('inUse', 'Another operation owns the virtual machine; try again when it has ended.');
  if (verdict.verb === 'shutdown' && !facts.guestShutdown) {
    return refused('invalidState', 'The shutdown component is disabled; enable it or turn the virtual machine off.');
  }
  if (verdict.verb === 'reboot' && !facts.guestReboot) {
    return refused(
      'invalidState',
      'The guest does not answer on the shutdown component; reset the virtual machine instead.',
    );
  }
  return verdict;
};

/** States in which a hypervisor process exists or is being made. */
export const HAS_MACHINE: ReadonlySet<PowerState> = new Set([
  'starting',
  'running',
  'pausing',
  'paused',
  'resuming',
  'saving',
  'stopping',
  'resetting',
  'pausedCritical',
  'unknown',
]);
