import { type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import type { Checkpoint, Machine } from '../api/types.ts';
import { work } from '../api/work.ts';
import { t } from '../i18n/index.ts';
import { Confirm } from '../ui/confirm.tsx';
import { AreaField, CheckField, NumberField, TextField } from '../ui/fields.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
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
  return (
    <FormDialog
      title={t('rename')}
      action={t('apply')}
      disabled={name.trim() === ''}
      onClose={onClose}
      run={() => send('PATCH', `/checkpoints/${checkpoint.id}`, { name, notes })}
    >
      <TextField label={t('name')} required value={name} onChange={setName} />
      <AreaField label={t('notes')} value={notes} onChange={setNotes} />
    </FormDialog>
  );
};

/** Most that one dialog makes; the service takes more. */
const MOST_FORKS = 100;

/** Machines that go on from the checkpoint, each with an identity of its own. */
export const ForkCheckpoint = ({
  machine,
  checkpoint,
  onClose,
}: {
  readonly machine: Machine;
  readonly checkpoint: Checkpoint;
  readonly onClose: () => void;
}): ReactNode => {
  const [count, setCount] = useState(1);
  const [name, setName] = useState('');
  const [start, setStart] = useState(true);
  const [disconnected, setDisconnected] = useState(false);
  const inRange = Number.isInteger(count) && count >= 1 && count <= MOST_FORKS;
  const run = async (): Promise<void> => {
    await work('POST', `/checkpoints/${checkpoint.id}/fork`, {
      count,
      ...(name.trim() === '' ? {} : { name: name.trim() }),
      start,
      disconnected,
    });
    toast('ok', t('fork.done', { name: checkpoint.name }));
  };
  return (
    <FormDialog
      title={t('fork.title', { name: checkpoint.name })}
      action={t('fork')}
      disabled={!inRange}
      onClose={onClose}
      run={run}
    >
      <p>{checkpoint.hasMemory ? t('fork.hint.memory') : t('fork.hint')}</p>
      <NumberField
        label={t('fork.count')}
        min={1}
        max={MOST_FORKS}
        value={count}
        fault={inRange ? null : t('field.range', { low: 1, high: MOST_FORKS })}
        onChange={setCount}
      />
      <TextField label={t('name')} hint={t('fork.name.hint', { name: machine.name })} value={name} onChange={setName} />
      <CheckField label={t('fork.start')} checked={start} onChange={setStart} />
      <CheckField
        label={t('fork.disconnected')}
        hint={t('fork.disconnected.hint')}
        checked={disconnected}
        onChange={setDisconnected}
      />
    </FormDialog>
  );
};
