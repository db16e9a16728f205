import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { Problem, send } from '../api/http.ts';
import type { Session } from '../api/types.ts';
import { t } from '../i18n/index.ts';
import { Button, Failure } from '../ui/basics.tsx';
import { TextField } from '../ui/fields.tsx';
import { Brand } from './brand.tsx';
import { LanguageChoice } from './language-choice.tsx';

export const LogIn = (): ReactNode => {
  const client = useQueryClient();
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    document.title = `${t('signIn')} · vsms`;
  }, []);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      client.setQueryData(['session'], await send<Session>('POST', '/session', { user, password }));
    } catch (problem) {
      setError(problem);
      setPassword('');
      setBusy(false);
    }
  };
  return (
    <main className="gate">
      <form className="card stack" onSubmit={(event) => void submit(event)}>
        <div className="row">
          <Brand />
          <span className="grow" />
          <LanguageChoice />
        </div>
        <h1>{t('signIn')}</h1>
        <TextField
          label={t('user')}
          name="user"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          required
          value={user}
          onChange={setUser}
        />
        <TextField
          label={t('password')}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={setPassword}
        />
        {error === null ? null : error instanceof Problem && error.body.status === 401 ? (
          <div className="note bad" role="alert">
            {t('signIn.wrong')}
          </div>
        ) : (
          <Failure error={error} />
        )}
        <Button look="primary" type="submit" busy={busy}>
          {t('signIn')}
        </Button>
      </form>
    </main>
  );
};
