import { MethodError } from './method-error.ts';

/** A virtual machine as lists show it. */
export interface VirtualMachine {
  readonly id: string;
  readonly name: string;
  /** EnabledState (spec lifecycle §1). */
  readonly state: number;
  readonly processId: number | null;
  readonly onTimeMs: number;
}

/** Names of EnabledState, as Hyper-V Manager says them. */
export const STATE_NAMES: Readonly<Record<number, string>> = {
  0: 'Unknown',
  2: 'Running',
  3: 'Off',
  4: 'Stopping',
  6: 'Saved',
  9: 'Paused',
  10: 'Starting',
  11: 'Reset',
  32773: 'Saving',
  32776: 'Pausing',
  32777: 'Resuming',
  32789: 'PausedCritical',
};

/** RequestedState of the verbs (spec lifecycle §2). */
export const REQUESTS = {
  start: 2,
  resume: 2,
  stop: 3,
  shutdown: 4,
  save: 6,
  pause: 9,
  reboot: 10,
  reset: 11,
} as const;

/** With memory where the machine runs, without, or for a backup. */
export type CheckpointType = 'standard' | 'disk' | 'recovery';

export interface Checkpoint {
  readonly id: string;
  readonly name: string;
  /** CIM datetime. */
  readonly createdAt: string;
  /** Id of the checkpoint it was taken over; null: none. */
  readonly parent: string | null;
  /** Of a machine that ran: it goes on from there, and does not start anew. */
  readonly hasMemory: boolean;
}

/** The oldest first. */
export const byAge = (checkpoints: readonly Checkpoint[]): readonly Checkpoint[] =>
  checkpoints.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));

/** The one that was not there before. @throws MethodError */
export const madeSince = (before: readonly Checkpoint[], now: readonly Checkpoint[]): Checkpoint => {
  const known = new Set(before.map(({ id }) => id));
  const made = now.find(({ id }) => !known.has(id));
  if (made === undefined) throw new MethodError('The checkpoint is not there.', 0, null);
  return made;
};
