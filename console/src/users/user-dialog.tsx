import { type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import type { Role, User } from '../api/types.ts';
import { t, word } from '../i18n/index.ts';
import { CheckField, Choices, TextField } from '../ui/fields.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';

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
  // What NTLM needs is made from the password: it cannot be switched on without one.
  const needsPassword = user === null || (ntlm && !user.ntlm);
  const run = async (): Promise<void> => {
    await send('PUT', `/users/${encodeURIComponent(name)}`, {
      // What is not changed here is not sent: somebody else may have changed it since.
      ...(role === user?.role ? {} : { role }),
      ...(password === '' ? {} : { password }),
      ...(ntlm === user?.ntlm ? {} : { ntlm }),
    });
    onDone();
  };
  return (
    <FormDialog
      title={user === null ? t('users.add') : user.name}
      action={user === null ? t('add') : t('apply')}
      disabled={name === '' || (needsPassword && password === '')}
      onClose={onClose}
      run={run}
    >
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
    </FormDialog>
  );
};
