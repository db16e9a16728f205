import type { ReactNode } from 'react';
import type { Machine } from '../api/types.ts';
import { work } from '../api/work.ts';
import { goFromHere } from '../app/router.tsx';
import { count, t } from '../i18n/index.ts';
import { Confirm } from '../ui/confirm.tsx';
import { toast } from '../ui/toasts.tsx';
import { MachineNames } from './machine-names.tsx';
import { runEach } from './run-action.ts';

const destroy = (id: string): Promise<void> => work('DELETE', `/vms/${id}`);

const destroyAll = async (machines: readonly Machine[]): Promise<void> => {
  const done = await runEach(machines, t('delete'), destroy);
  if (done > 0) toast('ok', count('deleted', done));
};

export const DeleteMachine = ({
  machine: { id, name, checkpointCount },
  onClose,
}: {
  readonly machine: Machine;
  readonly onClose: () => void;
}): ReactNode => (
  <Confirm
    title={t('delete.title', { name })}
    action={t('delete')}
    onClose={onClose}
    run={async () => {
      const leave = goFromHere();
      await destroy(id);
      toast('ok', t('delete.done', { name }));
      leave('machines');
    }}
  >
    <p>{t('delete.hint')}</p>
    {checkpointCount > 0 ? <p>{t('delete.checkpoints')}</p> : null}
  </Confirm>
);

/** Many at once, each by its name; each that is refused is told by itself. */
export const DeleteMachines = ({
  machines,
  onClose,
}: {
  readonly machines: readonly Machine[];
  readonly onClose: () => void;
}): ReactNode => (
  <Confirm
    title={count('delete.many', machines.length)}
    action={t('delete')}
    onClose={onClose}
    run={async () => void destroyAll(machines)}
  >
    <p>{t('delete.hint')}</p>
    {machines.some(({ checkpointCount }) => checkpointCount > 0) ? <p>{t('delete.checkpoints.many')}</p> : null}
    <MachineNames machines={machines} />
  </Confirm>
);
