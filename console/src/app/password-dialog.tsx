import { type FormEvent, type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import { t } from '../i18n/index.ts';
import { Button, Dialog, Failure } from '../ui/basics.tsx';
import { TextField } from '../ui/fields.tsx';
import { toast } from '../ui/toasts.tsx';

export const PasswordDialog = ({ onClose }: { readonly onClose: () => void }): ReactNode => {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await send('POST', '/password', { current, new: next });
      toast('ok', t('password.changed'));
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('password.change')} onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <TextField
          label={t('password.current')}
          type="password"
          autoComplete="current-password"
          required
          value={current}
          onChange={setCurrent}
        />
        <TextField
          label={t('password.new')}
          type="password"
          autoComplete="new-password"
          required
          value={next}
          onChange={setNext}
        />
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
