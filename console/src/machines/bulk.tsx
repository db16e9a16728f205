import { type ReactNode, useState } from 'react';
import type { Machine, MachineAction } from '../api/types.ts';
import { work } from '../api/work.ts';
import { useMay } from '../app/session.tsx';
import { count, t, word } from '../i18n/index.ts';
import { Button } from '../ui/basics.tsx';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { ACTION_NAMES, ACTIONS, allowsAsNamed, canCheckpoint, isOn, POWER_ROLE } from './actions.ts';
import { ConfirmAction } from './confirm-action.tsx';
import { DeleteMachines } from './delete.tsx';
import { runAction, runEach } from './run-action.ts';

/** As it was asked for: whoever agrees has seen these names, and what changes meanwhile adds none. */
interface Asked {
  readonly what: MachineAction | 'delete';
  readonly machines: readonly Machine[];
}

/** What can be done with the chosen machines; each action tells for how many it is meant. */
export const Bulk = ({
  picked,
  onDone,
}: {
  readonly picked: readonly Machine[];
  readonly onDone: () => void;
}): ReactNode => {
  const [asked, setAsked] = useState<Asked | null>(null);
  const operator = useMay(POWER_ROLE);
  const administrator = useMay('administrator');
  const close = (): void => setAsked(null);
  const dialog =
    asked === null ? null : asked.what === 'delete' ? (
      <DeleteMachines machines={asked.machines} onClose={close} />
    ) : (
      <ConfirmAction action={asked.what} machines={asked.machines} onClose={close} />
    );
  if (!operator) return null;
  const able = (action: MachineAction): readonly Machine[] =>
    picked.filter((machine) => allowsAsNamed(machine, action));
  const act = (action: MachineAction): void => {
    if (ACTIONS[action].hard === true) setAsked({ what: action, machines: able(action) });
    else void runAction(able(action), action);
  };
  const toCheckpoint = picked.filter(canCheckpoint);
  const toDelete = picked.filter((machine) => !isOn(machine));
  const items: readonly (MenuItem | null)[] = [
    ...ACTION_NAMES.filter((action) => action !== 'start' && action !== 'shutdown').map((action) => ({
      label: `${word('action', action)} (${able(action).length})`,
      icon: ACTIONS[action].icon,
      danger: ACTIONS[action].hard === true,
      disabled: able(action).length === 0,
      run: () => act(action),
    })),
    null,
    {
      label: `${t('checkpoint.take')} (${toCheckpoint.length})`,
      icon: 'checkpoint',
      disabled: toCheckpoint.length === 0,
      run: () =>
        void runEach(toCheckpoint, t('checkpoint.take'), (id) =>
          work('POST', `/vms/${id}/checkpoints`, { type: 'standard' }),
        ),
    },
    ...(administrator
      ? [
          {
            label: `${t('delete')} (${toDelete.length})`,
            icon: 'trash' as const,
            danger: true,
            disabled: toDelete.length === 0,
            run: () => setAsked({ what: 'delete', machines: toDelete }),
          },
        ]
      : []),
  ];
  return (
    <>
      {picked.length === 0 ? null : (
        <div className="tools note" role="region" aria-label={t('bulk')}>
          <strong className="num">{count('picked', picked.length)}</strong>
          {(['start', 'shutdown'] as const).map((action) => (
            <Button
              key={action}
              icon={ACTIONS[action].icon}
              disabled={able(action).length === 0}
              onClick={() => act(action)}
            >
              {word('action', action)} ({able(action).length})
            </Button>
          ))}
          <Menu label={t('more')} text={t('more')} items={items} />
          <Button look="quiet" onClick={onDone}>
            {t('chosen.none')}
          </Button>
        </div>
      )}
      {dialog}
    </>
  );
};
