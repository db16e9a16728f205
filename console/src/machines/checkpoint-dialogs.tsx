import { type FormEvent, type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import type { Checkpoint, Machine } from '../api/types.ts';
import { work } from '../api/work.ts';
import { t } from '../i18n/index.ts';
import { Button, Dialog, Failure } from '../ui/basics.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { AreaField, CheckField, TextField } from '../ui/fields.tsx';
import { toast } from '../ui/toasts.tsx';
import { isOn } from './actions.ts';

/** Apply loses what is now: a checkpoint of now is offered, and a machine that runs is turned off, when the user says so. */
export const ApplyCheckpoint = ({
  machine,
  checkpoint,
  onClose,
}: {
  readonly machine: Machine;
  readonly checkpoint: Checkpoint;
  readonly onClose: () => void;
}): ReactNode => {
  const [keep, setKeep] = useState(true);
  const on = isOn(machine);
  return (
    <Confirm
      title={t('checkpoint.apply.title', { name: checkpoint.name })}
      action={on ? t('checkpoint.apply.off') : t('checkpoint.apply')}
      danger={!keep}
      onClose={onClose}
      run={async () => {
        if (keep) await work('POST', `/vms/${machine.id}/checkpoints`, { type: 'standard' });
        if (on) await work('POST', `/vms/${machine.id}/stop`, {});
        await work('POST', `/checkpoints/${checkpoint.id}/apply`, {});
        toast('ok', t('checkpoint.applied', { name: checkpoint.name }));
      }}
    >
      <p>{t('checkpoint.apply.hint')}</p>
      <CheckField label={t('checkpoint.keep')} hint={t('checkpoint.keep.hint')} checked={keep} onChange={setKeep} />
      {on ? <p className="note warn">{t('checkpoint.apply.running')}</p> : null}
    </Confirm>
  );
};

export const DeleteCheckpoint = ({
  checkpoint,
  tree,
  onClose,
}: {
  readonly checkpoint: Checkpoint;
  readonly tree: boolean;
  readonly onClose: () => void;
}): ReactNode => (
  <Confirm
    title={t('delete.title', { name: checkpoint.name })}
    action={t('delete')}
    onClose={onClose}
    run={() => work('DELETE', `/checkpoints/${checkpoint.id}${tree ? '?tree=true' : ''}`)}
  >
    <p>{tree ? t('checkpoint.deleteTree.hint') : t('checkpoint.delete.hint')}</p>
  </Confirm>
);

export const RenameCheckpoint = ({
  checkpoint,
  onClose,
}: {
  readonly checkpoint: Checkpoint;
  readonly onClose: () => void;
}): ReactNode => {
  const [name, setName] = useState(checkpoint.name);
  const [notes, setNotes] = useState(checkpoint.notes);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await send('PATCH', `/checkpoints/${checkpoint.id}`, { name, notes });
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('rename')} onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <TextField label={t('name')} required value={name} onChange={setName} />
        <AreaField label={t('notes')} value={notes} onChange={setNotes} />
        {error === null ? null : <Failure error={error} />}
        <div className="foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" type="submit" busy={busy}>
            {t('apply')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
