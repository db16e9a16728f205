import type { ReactNode } from 'react';
import type { Machine } from '../api/types.ts';
import { work } from '../api/work.ts';
import { t } from '../i18n/index.ts';
import { Confirm } from '../ui/confirm.tsx';
import { toast } from '../ui/toasts.tsx';

export const DeleteMachine = ({
  machine: { id, name, checkpointCount },
  onClose,
  onDeleted,
}: {
  readonly machine: Machine;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}): ReactNode => (
  <Confirm
    title={t('delete.title', { name })}
    action={t('delete')}
    onClose={onClose}
    run={async () => {
      await work('DELETE', `/vms/${id}`);
      toast('ok', t('delete.done', { name }));
      onDeleted();
    }}
  >
    <p>{t('delete.hint')}</p>
    {checkpointCount > 0 ? <p>{t('delete.checkpoints')}</p> : null}
  </Confirm>
);
