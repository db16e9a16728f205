import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queries } from '../api/queries.ts';
import type { Checkpoint, Machine } from '../api/types.ts';
import { begin } from '../api/work.ts';
import { t } from '../i18n/index.ts';
import { PathField } from '../import/path-field.tsx';
import { CheckField, SelectField } from '../ui/fields.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { toast, toastProblem } from '../ui/toasts.tsx';

/** Writes a machine, or one checkpoint as a machine of its own: that takes its disks along, whatever the machine does meanwhile. */
export const ExportMachine = ({
  machine,
  checkpoint = null,
  onClose,
}: {
  readonly machine: Machine;
  readonly checkpoint?: Checkpoint | null;
  readonly onClose: () => void;
}): ReactNode => {
  const { data: host } = useQuery(queries.host);
  const [directory, setDirectory] = useState<string | null>(null);
  const [checkpoints, setCheckpoints] = useState('all');
  const [disks, setDisks] = useState(true);
  const target = directory ?? host?.folders.vms ?? '';
  const { name } = checkpoint ?? machine;
  const run = async (): Promise<void> => {
    const body = {
      directory: target,
      checkpoints: checkpoint?.id ?? checkpoints,
      disks,
      savedState: true,
      subdirectory: true,
    };
    const ended = await begin('POST', `/vms/${machine.id}/export`, body);
    toast('info', t('export.begun', { name }));
    ended().then(
      () => toast('ok', t('export.done', { name })),
      (error: unknown) => toastProblem(t('export.failed', { name }), error),
    );
  };
  return (
    <FormDialog
      title={t('export.title', { name })}
      action={t('export')}
      disabled={target === ''}
      onClose={onClose}
      run={run}
    >
      {checkpoint === null ? null : <p>{t('export.checkpoint')}</p>}
      <PathField
        label={t('export.folder')}
        hint={t('export.hint')}
        value={target}
        onChange={setDirectory}
        want="folder"
      />
      {checkpoint !== null || machine.checkpointCount === 0 ? null : (
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
      {checkpoint === null ? <CheckField label={t('export.disks')} checked={disks} onChange={setDisks} /> : null}
    </FormDialog>
  );
};
