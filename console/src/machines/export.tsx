import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { queries } from '../api/queries.ts';
import type { Machine } from '../api/types.ts';
import { begin } from '../api/work.ts';
import { t } from '../i18n/index.ts';
import { PathField } from '../import/path-field.tsx';
import { Button, Dialog, Failure } from '../ui/basics.tsx';
import { CheckField, SelectField } from '../ui/fields.tsx';
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
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const { id, name } = machine;
    const body = { directory: target, checkpoints, disks, savedState: true, subdirectory: true };
    setBusy(true);
    try {
      const ended = await begin('POST', `/vms/${id}/export`, body);
      toast('info', t('export.begun', { name }));
      ended().then(
        () => toast('ok', t('export.done', { name })),
        (error: unknown) => toastProblem(t('export.failed', { name }), error),
      );
      onClose();
    } catch (problem) {
      setRefused(problem);
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('export.title', { name: machine.name })} onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
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
        {refused === null ? null : <Failure error={refused} />}
        <div className="foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={target === ''}>
            {t('export')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
