import type { ReactNode } from 'react';
import type { Machine, MachineAction } from '../api/types.ts';
import { hrefOf } from '../app/router.tsx';
import { useMay } from '../app/session.tsx';
import { t, word } from '../i18n/index.ts';
import { useAsk } from '../ui/asking.tsx';
import { Button } from '../ui/basics.tsx';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { ACTION_NAMES, ACTIONS, allows, mainAction, POWER_ROLE } from './actions.ts';
import { type Asked, labelOf, MachineDialog } from './machine-dialog.tsx';
import { runAction } from './run-action.ts';

/** All that one machine can be asked for now. `wide`: the most likely action stands beside the menu. */
export const ActionMenu = ({
  machine,
  wide = false,
}: {
  readonly machine: Machine;
  readonly wide?: boolean;
}): ReactNode => {
  const ask = useAsk();
  const operator = useMay(POWER_ROLE);
  const administrator = useMay('administrator');
  const open = (asked: Asked): void =>
    ask((close) => <MachineDialog machine={machine} asked={asked} onClose={close} />);
  const act = (action: MachineAction): void => {
    if (ACTIONS[action].hard === true) open({ hard: action });
    else void runAction([machine], action);
  };
  const main = operator ? mainAction(machine) : null;
  const possible = ACTION_NAMES.filter((action) => allows(machine, action) && !(wide && action === main));
  const items: (MenuItem | null)[] = [
    ...(operator
      ? possible.map((action) => ({
          label: labelOf(machine, action),
          icon: ACTIONS[action].icon,
          danger: ACTIONS[action].hard === true,
          run: () => act(action),
        }))
      : []),
    ...(operator && possible.length > 0 ? [null] : []),
    { label: t('tab.screen'), icon: 'screen', href: hrefOf('machines', machine.id, 'screen') },
    { label: t('tab.checkpoints'), icon: 'checkpoint', href: hrefOf('machines', machine.id, 'checkpoints') },
    ...(administrator
      ? ([
          { label: t('tab.settings'), icon: 'edit', href: hrefOf('machines', machine.id, 'settings') },
          null,
          { label: t('export'), icon: 'up', run: () => open('export') },
          { label: t('delete'), icon: 'trash', danger: true, run: () => open('delete') },
        ] as const)
      : []),
  ];
  return (
    <>
      {wide && main !== null ? (
        <Button
          {...(main === 'shutdown' ? {} : { look: 'primary' as const })}
          icon={ACTIONS[main].icon}
          onClick={() => act(main)}
        >
          {word('action', main)}
        </Button>
      ) : null}
      <Menu label={t('actions.of', { name: machine.name })} {...(wide ? { text: t('more') } : {})} items={items} />
    </>
  );
};
