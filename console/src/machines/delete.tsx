import type { ReactNode } from 'react';
import type { Machine } from '../api/types.ts';
import { work } from '../api/work.ts';
import { goFromHere } from '../app/router.tsx';
import { t } from '../i18n/index.ts';
import { Confirm } from '../ui/confirm.tsx';
import { toast } from '../ui/toasts.tsx';

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
      await work('DELETE', `/vms/${id}`);
      toast('ok', t('delete.done', { name }));
      leave('machines');
    }}
  >
    <p>{t('delete.hint')}</p>
    {checkpointCount > 0 ? <p>{t('delete.checkpoints')}</p> : null}
  </Confirm>
);
