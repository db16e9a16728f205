import type { ReactNode } from 'react';
import type { MachineAction } from '../api/types.ts';
import { count, t, word } from '../i18n/index.ts';
import { Confirm } from '../ui/confirm.tsx';
import { MachineNames } from './machine-names.tsx';
import { type Named, runAction } from './run-action.ts';

export const ConfirmAction = ({
  action,
  label = word('action', action),
  machines,
  onClose,
}: {
  readonly action: MachineAction;
  /** Where it is called otherwise. */
  readonly label?: string;
  readonly machines: readonly Named[];
  readonly onClose: () => void;
}): ReactNode => (
  <Confirm
    title={`${label}: ${count('machines', machines.length)}`}
    action={label}
    onClose={onClose}
    run={async () => void runAction(machines, action)}
  >
    <p>{t('hard.warning')}</p>
    <MachineNames machines={machines} />
  </Confirm>
);
