import { randomPassword } from '../auth/password.ts';
import type { Users } from '../auth/users.ts';

/** VSMS_ADMIN_PASSWORD is the password of `admin` from this start on. */
export async function applyChosenPassword(users: Users, password: string): Promise<void> {
  // The same password again costs no write and logs nobody out.
  if ((await users.verify('admin', password))?.role !== 'administrator') {
    await users.set('admin', password, 'administrator');
  }
}

/**
 * Makes sure that somebody can log in: without any account `admin` gets a random password, which is the result, to be
 * shown once. null: there are accounts. There is no default password.
 */
export async function firstPassword(users: Users): Promise<string | null> {
  if (users.size > 0) return null;
  const password = randomPassword();
  await users.set('admin', password, 'administrator');
  return password;
}
