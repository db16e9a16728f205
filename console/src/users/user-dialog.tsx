import { type FormEvent, type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import type { Role, User } from '../api/types.ts';
import { t, word } from '../i18n/index.ts';
import { Button, Dialog, Failure } from '../ui/basics.tsx';
import { CheckField, Choices, TextField } from '../ui/fields.tsx';

const ROLES: readonly Role[] = ['administrator', 'operator', 'viewer'];

export const UserDialog = ({
  user,
  onDone,
  onClose,
}: {
  readonly user: User | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode => {
  const [name, setName] = useState(user?.name ?? '');
  const [role, setRole] = useState<Role>(user?.role ?? 'viewer');
  const [password, setPassword] = useState('');
  const [ntlm, setNtlm] = useState(user?.ntlm ?? false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  // What NTLM needs is made from the password: it cannot be switched on without one.
  const needsPassword = user === null || (ntlm && !user.ntlm);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await send('PUT', `/users/${encodeURIComponent(name)}`, {
        role,
        ...(password === '' ? {} : { password }),
        ...(ntlm === user?.ntlm ? {} : { ntlm }),
      });
      onDone();
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <Dialog title={user === null ? t('users.add') : user.name} onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        {user === null ? (
          <TextField
            label={t('name')}
            required
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={name}
            onChange={setName}
          />
        ) : null}
        <TextField
          label={user === null ? t('password') : t('password.new')}
          hint={needsPassword ? undefined : t('password.keep')}
          type="password"
          autoComplete="new-password"
          required={needsPassword}
          value={password}
          onChange={setPassword}
        />
        <Choices
          label={t('role')}
          value={role}
          options={ROLES.map((value) => [value, word('role', value), word('roleHint', value)] as const)}
          onChange={(next) => setRole(next as Role)}
        />
        <CheckField label={t('users.ntlm')} hint={t('users.ntlm.hint')} checked={ntlm} onChange={setNtlm} />
        {error === null ? null : <Failure error={error} />}
        <div className="foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={name === '' || (needsPassword && password === '')}>
            {user === null ? t('add') : t('apply')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
