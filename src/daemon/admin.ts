import { randomPassword } from '../auth/password.ts';
import type { Users } from '../auth/users.ts';

/**
 * VSMS_ADMIN_PASSWORD is the password of `admin` from this start on. `ntlm` (VSMS_ADMIN_NTLM) opts `admin` in to NTLM or
 * out of it; null leaves it as it is (K8).
 */
export async function applyChosenPassword(users: Users, password: string, ntlm: boolean | null): Promise<void> {
  const admin = await users.verify('admin', password);
  // The same password again costs no write and logs nobody out.
  const opted = ntlm === true ? admin !== undefined && users.ntHash(admin) !== undefined : admin?.ntlm === undefined;
  const same = admin?.role === 'administrator' && (ntlm === null || opted);
  if (!same) await users.set('admin', password, 'administrator', ntlm === null ? {} : { ntlm });
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
