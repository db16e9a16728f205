import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queries } from '../api/queries.ts';
import type { Machine } from '../api/types.ts';
import { begin } from '../api/work.ts';
import { t } from '../i18n/index.ts';
import { PathField } from '../import/path-field.tsx';
import { CheckField, SelectField } from '../ui/fields.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { toast, toastProblem } from '../ui/toasts.tsx';

export const ExportMachine = ({
  machine,
  onClose,
}: {
  readonly machine: Machine;
  readonly onClose: () => void;
}): ReactNode => {
  const { data: host } = useQuery(queries.host);
  const [directory, setDirectory] = useState<string | null>(null);
  const [checkpoints, setCheckpoints] = useState('all');
  const [disks, setDisks] = useState(true);
  const target = directory ?? host?.folders.vms ?? '';
  const run = async (): Promise<void> => {
    const { id, name } = machine;
    const body = { directory: target, checkpoints, disks, savedState: true, subdirectory: true };
    const ended = await begin('POST', `/vms/${id}/export`, body);
    toast('info', t('export.begun', { name }));
    ended().then(
      () => toast('ok', t('export.done', { name })),
      (error: unknown) => toastProblem(t('export.failed', { name }), error),
    );
  };
  return (
    <FormDialog
      title={t('export.title', { name: machine.name })}
      action={t('export')}
      disabled={target === ''}
      onClose={onClose}
      run={run}
    >
      <PathField
        label={t('export.folder')}
        hint={t('export.hint')}
        value={target}
        onChange={setDirectory}
        want="folder"
      />
      {machine.checkpointCount === 0 ? null : (
        <SelectField
          label={t('tab.checkpoints')}
          value={checkpoints}
          options={[
            ['all', t('export.all')],
            ['none', t('export.none')],
          ]}
          onChange={setCheckpoints}
        />
      )}
      <CheckField label={t('export.disks')} checked={disks} onChange={setDisks} />
    </FormDialog>
  );
};
