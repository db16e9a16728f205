import type { ReactNode } from 'react';
import type { Machine, MachineAction } from '../api/types.ts';
import { count, t, word } from '../i18n/index.ts';
import { Confirm } from '../ui/confirm.tsx';
import { runAction } from './run-action.ts';

const NAMED = 5;

export const ConfirmAction = ({
  action,
  machines,
  onClose,
}: {
  readonly action: MachineAction;
  readonly machines: readonly Pick<Machine, 'id' | 'name'>[];
  readonly onClose: () => void;
}): ReactNode => (
  <Confirm
    title={`${word('action', action)}: ${count('machines', machines.length)}`}
    action={word('action', action)}
    onClose={onClose}
    run={async () => void runAction(machines, action)}
  >
    <p>{t('hard.warning')}</p>
    <ul>
      {machines.slice(0, NAMED).map(({ id, name }) => (
        <li key={id}>
          <strong>{name}</strong>
        </li>
      ))}
      {machines.length > NAMED ? <li>…</li> : null}
    </ul>
  </Confirm>
);
