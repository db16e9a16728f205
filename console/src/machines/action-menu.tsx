import { type ReactNode, useState } from 'react';
import type { Machine, MachineAction } from '../api/types.ts';
import { hrefOf } from '../app/router.tsx';
import { useMay } from '../app/session.tsx';
import { t, word } from '../i18n/index.ts';
import { Button } from '../ui/basics.tsx';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { ACTION_NAMES, ACTIONS, allows, mainAction, POWER_ROLE } from './actions.ts';
import { ConfirmAction } from './confirm-action.tsx';
import { DeleteMachine } from './delete.tsx';
import { ExportMachine } from './export.tsx';
import { runAction } from './run-action.ts';

/** Of a saved machine there is nothing to turn off: its saved state goes. */
const labelOf = ({ state }: Machine, action: MachineAction): string =>
  action === 'stop' && state === 'saved' ? t('action.forgetState') : word('action', action);

type Asked = { readonly hard: MachineAction } | 'delete' | 'export' | null;

/** All that one machine can be asked for now. `wide`: the most likely action stands beside the menu. */
export const ActionMenu = ({
  machine,
  wide = false,
}: {
  readonly machine: Machine;
  readonly wide?: boolean;
}): ReactNode => {
  const [asked, setAsked] = useState<Asked>(null);
  const operator = useMay(POWER_ROLE);
  const administrator = useMay('administrator');
  const act = (action: MachineAction): void => {
    if (ACTIONS[action].hard === true) setAsked({ hard: action });
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
          { label: t('export'), icon: 'up', run: () => setAsked('export') },
          { label: t('delete'), icon: 'trash', danger: true, run: () => setAsked('delete') },
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
      {asked === null ? null : asked === 'delete' ? (
        <DeleteMachine machine={machine} onClose={() => setAsked(null)} />
      ) : asked === 'export' ? (
        <ExportMachine machine={machine} onClose={() => setAsked(null)} />
      ) : (
        <ConfirmAction
          action={asked.hard}
          label={labelOf(machine, asked.hard)}
          machines={[machine]}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
};
