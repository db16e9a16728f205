import { randomPassword } from '../auth/password.ts';
import type { FirstPassword } from './first-password.ts';
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
 * Makes sure that somebody can log in: without any account `admin` gets a random password; the result is what is said of it.
 * Nothing is said when there are accounts. There is no default password.
 */
export async function ensureAdmin(users: Users, first: FirstPassword): Promise<readonly string[]> {
  if (users.size > 0) return [];
  const password = randomPassword();
  const told = await first.tell(password);
  await users.set('admin', password, 'administrator');
  return told;
}
