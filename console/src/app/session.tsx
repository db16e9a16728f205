import { type QueryClient, useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { queries } from '../api/queries.ts';
import type { Role, Session } from '../api/types.ts';

export const SessionContext = createContext<Session | null>(null);

/** Who is signed in. Only below the frame, which is shown to nobody else. */
export const useSession = (): Session => {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('nobody is signed in');
  return session;
};

const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, administrator: 2 };

/** May the user do what needs this role? The service decides; this only spares people buttons that it would refuse. */
export const useMay = (role: Role): boolean => RANK[useSession().role] >= RANK[role];

export const useIsSimulated = (): boolean => useQuery(queries.host).data?.hypervisor === 'simulated';

/** Nobody is signed in any more: what was read is forgotten. */
export function forgetSession(client: QueryClient): void {
  client.setQueryData(['session'], null);
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
}
