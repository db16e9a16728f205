import type { Machine, MachineAction, MachineState, Role } from '../api/types.ts';
import type { IconName } from '../ui/icons.tsx';

interface Rule {
  readonly from: readonly MachineState[];
  readonly icon: IconName;
  /** The guest loses what it has not written: asked before. */
  readonly hard?: true;
}

/** What can be asked of a machine in which state (lifecycle §2), in the order of the menu. */
export const ACTIONS: Readonly<Record<MachineAction, Rule>> = {
  start: { from: ['off', 'saved'], icon: 'play' },
  resume: { from: ['paused', 'pausedCritical'], icon: 'play' },
  shutdown: { from: ['running'], icon: 'power' },
  pause: { from: ['running'], icon: 'pause' },
  save: { from: ['running', 'paused'], icon: 'save' },
  restart: { from: ['running'], icon: 'reset' },
  reset: { from: ['running', 'paused', 'pausedCritical'], icon: 'reset', hard: true },
  stop: { from: ['running', 'paused', 'pausedCritical', 'saved'], icon: 'stop', hard: true },
};

export const ACTION_NAMES = Object.keys(ACTIONS) as readonly MachineAction[];

export const allows = ({ state }: Pick<Machine, 'state'>, action: MachineAction): boolean =>
  ACTIONS[action].from.includes(state);

/** A saved machine is on no longer: to turn it off deletes its saved state, which is not asked for by that name. */
export const allowsAsNamed = (machine: Pick<Machine, 'state'>, action: MachineAction): boolean =>
  allows(machine, action) && !(action === 'stop' && machine.state === 'saved');

/** The one thing that is most likely wanted. */
export const mainAction = (machine: Machine): MachineAction | null =>
  (['start', 'resume', 'shutdown'] as const).find((action) => allows(machine, action)) ?? null;

/** Role that changes power states and checkpoints (K8). */
export const POWER_ROLE: Role = 'operator';

export const TONES: Readonly<Record<MachineState, { readonly tone: string; readonly icon: IconName | 'spinner' }>> = {
  running: { tone: 'ok', icon: 'play' },
  off: { tone: 'off', icon: 'stop' },
  saved: { tone: 'off', icon: 'save' },
  paused: { tone: 'warn', icon: 'pause' },
  pausedCritical: { tone: 'bad', icon: 'error' },
  unknown: { tone: 'warn', icon: 'warn' },
  starting: { tone: 'busy', icon: 'spinner' },
  stopping: { tone: 'busy', icon: 'spinner' },
  resetting: { tone: 'busy', icon: 'spinner' },
  saving: { tone: 'busy', icon: 'spinner' },
  pausing: { tone: 'busy', icon: 'spinner' },
  resuming: { tone: 'busy', icon: 'spinner' },
};

/** States in which a moment of a machine can be kept. */
const HELD: ReadonlySet<MachineState> = new Set(['running', 'paused', 'off', 'saved']);
export const canCheckpoint = ({ state }: Pick<Machine, 'state'>): boolean => HELD.has(state);

/** A machine that is neither off nor saved is not deleted either. */
export const isOn = ({ state }: Pick<Machine, 'state'>): boolean => state !== 'off' && state !== 'saved';
