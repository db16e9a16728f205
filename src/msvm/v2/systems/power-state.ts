import type { ActiveOperation, PowerState, VirtualSystem } from '../../../core/model.ts';

/** EnabledState of v2 by power state (lifecycle §1); `devices`: the system's devices exist (object-model §7). */
export const POWER_STATES: Readonly<Record<PowerState, { readonly enabledState: number; readonly devices: boolean }>> =
  {
    unknown: { enabledState: 0, devices: false },
    running: { enabledState: 2, devices: true },
    off: { enabledState: 3, devices: false },
    stopping: { enabledState: 4, devices: true },
    saved: { enabledState: 6, devices: false },
    paused: { enabledState: 9, devices: true },
    starting: { enabledState: 10, devices: false },
    resetting: { enabledState: 11, devices: true },
    saving: { enabledState: 32773, devices: true },
    pausing: { enabledState: 32776, devices: true },
    resuming: { enabledState: 32777, devices: true },
    pausedCritical: { enabledState: 32789, devices: true },
  };

/** OperationalStatus[1] and its description while an operation runs (lifecycle §3). */
const OPERATIONS: Readonly<Record<ActiveOperation['kind'], { readonly status: number; readonly text: string }>> = {
  creatingSnapshot: { status: 32768, text: 'Creating snapshot' },
  applyingSnapshot: { status: 32769, text: 'Applying snapshot' },
  deletingSnapshot: { status: 32770, text: 'Deleting snapshot' },
  waitingToStart: { status: 32771, text: 'Waiting to start' },
  mergingDisks: { status: 32772, text: 'Merging disks' },
  exporting: { status: 32773, text: 'Exporting' },
  migrating: { status: 32774, text: 'Migrating' },
  realizing: { status: 32776, text: 'Modifying up virtual machine' },
};

const OK = 2;
const IN_SERVICE = 11;
const NORMAL = 'Operating normally';

export interface Health {
  readonly HealthState: number;
  readonly OperationalStatus: readonly number[];
  readonly StatusDescriptions: readonly string[];
  readonly Status: string;
}

const HEALTHY: Health = { HealthState: 5, OperationalStatus: [OK], StatusDescriptions: [NORMAL], Status: 'OK' };
/** Storage is full or failed: the system is paused until it recovers (lifecycle §3). */
const CRITICAL: Health = { ...HEALTHY, HealthState: 20, Status: 'Error' };

/** The process died repeatedly (lifecycle §3). */
const WORN_OUT: Health = { ...HEALTHY, HealthState: 25, Status: 'Error' };

/** Health of a system; StatusDescriptions runs parallel to OperationalStatus (lifecycle §3). */
export const health = ({ power, operation, extras }: Pick<VirtualSystem, 'power' | 'operation' | 'extras'>): Health => {
  const state = power === 'pausedCritical' ? CRITICAL : extras?.diedRepeatedly === true ? WORN_OUT : HEALTHY;
  if (operation === null) return state;
  const row = OPERATIONS[operation.kind];
  return {
    HealthState: state.HealthState,
    OperationalStatus: [operation.exclusive ? IN_SERVICE : OK, row.status],
    StatusDescriptions: [operation.exclusive ? 'In service' : NORMAL, row.text],
    Status: operation.exclusive ? 'Service' : state.Status,
  };
};
