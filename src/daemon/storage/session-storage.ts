import { z } from 'zod';
import type { SessionStorage, StoredSession } from '../../auth/sessions.ts';
import type { Store } from '../../core/ports.ts';

const record = z.object({
  hash: z.string(),
  user: z.string(),
  account: z.string(),
  address: z.string(),
  openedAt: z.number(),
  lastUsedAt: z.number(),
});

const PREFIX = 'session:';

/** Sessions of browsers among the settings of the service's store; their secrets are not there. */
export const sessionStorage = (store: Store): SessionStorage => ({
  load: async () =>
    [...(await store.load('settings'))]
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([, value]): StoredSession => record.parse(value)),
  save: (session) => store.commit([{ table: 'settings', key: PREFIX + session.hash, value: session }]),
  remove: (hashes) =>
    store.commit(hashes.map((hash) => ({ table: 'settings' as const, key: PREFIX + hash, value: null }))),
});
