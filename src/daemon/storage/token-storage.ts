import { z } from 'zod';
import type { Token, TokenStorage } from '../../auth/tokens.ts';
import type { Store } from '../../core/ports.ts';

const record = z.object({
  id: z.string(),
  name: z.string(),
  user: z.string(),
  userCreatedAt: z.string(),
  role: z.enum(['administrator', 'operator', 'viewer']),
  hash: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
});

const PREFIX = 'token:';

/** API tokens among the settings of the service's store; their secrets are not there. */
export const tokenStorage = (store: Store): TokenStorage => ({
  load: async () =>
    [...(await store.load('settings'))]
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([, value]): Token => record.parse(value)),
  save: (token) => store.commit([{ table: 'settings', key: PREFIX + token.id, value: token }]),
  remove: (id) => store.commit([{ table: 'settings', key: PREFIX + id, value: null }]),
});
