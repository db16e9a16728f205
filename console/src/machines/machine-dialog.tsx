import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Problem } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { Machine, MachineAction } from '../api/types.ts';
import { t, word } from '../i18n/index.ts';
import { GoneContext } from '../ui/gone.ts';
import { ConfirmAction } from './confirm-action.tsx';
import { DeleteMachine } from './delete.tsx';
import { ExportMachine } from './export.tsx';

/** Of a saved machine there is nothing to turn off: its saved state goes. */
export const labelOf = ({ state }: Machine, action: MachineAction): string =>
  action === 'stop' && state === 'saved' ? t('action.forgetState') : word('action', action);

export type Asked = { readonly hard: MachineAction } | 'delete' | 'export';

/** A dialog about one machine as it was when it was asked for; it says when others have deleted it since. */
export const MachineDialog = ({
  machine,
  asked,
  onClose,
}: {
  readonly machine: Machine;
  readonly asked: Asked;
  readonly onClose: () => void;
}): ReactNode => {
  const { error } = useQuery(queries.machine(machine.id));
  const gone = error instanceof Problem && error.body.status === 404;
  return (
    <GoneContext.Provider value={gone ? t('machine.gone.of', { name: machine.name }) : null}>
      {asked === 'delete' ? (
        <DeleteMachine machine={machine} onClose={onClose} />
      ) : asked === 'export' ? (
        <ExportMachine machine={machine} onClose={onClose} />
      ) : (
        <ConfirmAction
          action={asked.hard}
          label={labelOf(machine, asked.hard)}
          machines={[machine]}
          onClose={onClose}
        />
      )}
    </GoneContext.Provider>
  );
};
