import { type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import { t } from '../i18n/index.ts';
import { TextField } from '../ui/fields.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { toast } from '../ui/toasts.tsx';

export const PasswordDialog = ({ onClose }: { readonly onClose: () => void }): ReactNode => {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const run = async (): Promise<void> => {
    await send('POST', '/password', { current, new: next });
    toast('ok', t('password.changed'));
  };
  return (
    <FormDialog title={t('password.change')} action={t('apply')} onClose={onClose} run={run}>
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
    </FormDialog>
  );
};
