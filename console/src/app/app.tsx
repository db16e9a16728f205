import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { Problem, setCsrfToken } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import { Failure, Loading } from '../ui/basics.tsx';
import { Frame } from './frame.tsx';
import { LogIn } from './log-in.tsx';
import { SessionContext } from './session.tsx';

/** The console of whoever is signed in; the log-in otherwise. */
export const App = (): ReactNode => {
  const { data: session, error, refetch } = useQuery(queries.session);
  const token = session?.csrfToken ?? null;
  // Before any child sends something.
  setCsrfToken(token);
  useEffect(() => setCsrfToken(token), [token]);
  if (session != null)
    return (
      <SessionContext.Provider value={session}>
        <Frame />
      </SessionContext.Provider>
    );
  if (session === null || (error instanceof Problem && error.body.status === 401)) return <LogIn />;
  if (error !== null)
    return (
      <main className="gate">
        <Failure error={error} retry={() => void refetch()} />
      </main>
    );
  return <Loading />;
};
