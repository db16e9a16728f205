import { randomPassword } from '../auth/password.ts';
import type { Users } from '../auth/users.ts';

export interface AdminOutcome {
  /** Said once on the terminal; null when somebody chose the password. */
  readonly generatedPassword: string | null;
}

/**
 * Makes sure that somebody can log in: VSMS_ADMIN_PASSWORD sets the password of `admin`; without it and without any
 * account a random one is made. There is no default password.
 */
export async function ensureAdministrator(users: Users, adminPassword: string | null): Promise<AdminOutcome> {
  if (adminPassword !== null) {
    // The same password again costs no write and logs nobody out.
    if ((await users.verify('admin', adminPassword))?.role !== 'administrator') {
      await users.set('admin', adminPassword, 'administrator');
    }
    return { generatedPassword: null };
  }
  if (users.size > 0) return { generatedPassword: null };
  const generatedPassword = randomPassword();
  await users.set('admin', generatedPassword, 'administrator');
  return { generatedPassword };
}
