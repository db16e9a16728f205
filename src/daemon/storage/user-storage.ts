import { z } from 'zod';
import type { User, UserStorage } from '../../auth/users.ts';
import type { Store } from '../../core/ports.ts';

const record = z.object({
  name: z.string(),
  role: z.enum(['administrator', 'operator', 'viewer']),
  password: z.object({
    algorithm: z.literal('argon2id'),
    memory: z.number(),
    passes: z.number(),
    parallelism: z.number(),
    salt: z.string(),
    hash: z.string(),
  }),
  /** Sealed; not in the records of accounts without NTLM, nor in older ones. */
  ntlm: z.string().optional(),
  createdAt: z.string(),
});

/** Accounts in the service's store. */
export function userStorage(store: Store): UserStorage {
  const keyOf = (name: string): string => name.toLowerCase();
  return {
    load: async () => [...(await store.load('users')).values()].map((value): User => record.parse(value)),
    save: (user) => store.commit([{ table: 'users', key: keyOf(user.name), value: user }]),
    remove: (name) => store.commit([{ table: 'users', key: keyOf(name), value: null }]),
  };
}
