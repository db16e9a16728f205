/** Words of Set-VM for AutomaticStartupAction and AutomaticShutdownAction. */
export const START_ACTIONS: Readonly<Record<string, number>> = { nothing: 2, 'start-if-running': 3, start: 4 };
export const STOP_ACTIONS: Readonly<Record<string, number>> = { 'turn-off': 2, save: 3, shutdown: 4 };
/** Words of Set-VM for CheckpointType; `production`: a standard one where the guest cannot be brought to rest. */
export const CHECKPOINT_TYPES: Readonly<Record<string, number>> = {
  disabled: 2,
  production: 3,
  'production-only': 4,
  standard: 5,
};
