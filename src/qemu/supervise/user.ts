import { DomainError } from '../../core/errors.ts';
import { runCommand } from './run-command.ts';

/** The unprivileged user that QEMU, storage daemons and swtpm run as (K23). */
export interface RunUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Group that may open /dev/kvm; null: there is none. */
  readonly kvmGid: number | null;
}

/**
 * `auto`: `vsms-qemu` when the service is root, the service's own user otherwise. `self`: always the service's own.
 * A name: that user, which must exist or can be made.
 */
export type UserPolicy = 'auto' | 'self' | { readonly name: string };

/** The user of `auto`. */
const DEFAULT_USER = 'vsms-qemu';

/** Has a service on this host made the user of `auto` already? */
export const hasDefaultUser = async (): Promise<boolean> => (await lookUp(DEFAULT_USER)) !== null;

/** Null: machines run as the service's own user. Makes the user at need. */
export async function resolveRunUser(policy: UserPolicy): Promise<RunUser | null> {
  if (policy === 'self' || process.getuid?.() !== 0) return null;
  const name = policy === 'auto' ? DEFAULT_USER : policy.name;
  if (!/^[a-z_][a-z0-9_-]{0,30}$/.test(name)) {
    throw new DomainError(
      'invalidParameter',
      'The user for QEMU has no valid name. Use lower-case letters, digits, - and _.',
    );
  }
  const found = (await lookUp(name)) ?? (await create(name));
  if (found.uid === 0)
    throw new DomainError('invalidParameter', 'The user for QEMU is root. Name an unprivileged user.');
  return found;
}

async function lookUp(name: string): Promise<RunUser | null> {
  const [passwd, kvm] = await Promise.all([entry('passwd', name), entry('group', 'kvm')]);
  const [uid, gid] = [Number(passwd?.[2]), Number(passwd?.[3])];
  if (passwd === null || !Number.isSafeInteger(uid) || !Number.isSafeInteger(gid)) return null;
  const kvmGid = Number(kvm?.[2]);
  return { name, uid, gid, kvmGid: kvm !== null && Number.isSafeInteger(kvmGid) ? kvmGid : null };
}

async function entry(database: 'passwd' | 'group', name: string): Promise<readonly string[] | null> {
  const line = await runCommand('getent', [database, name]).catch(() => null);
  return line === null ? null : line.trim().split(':');
}

async function create(name: string): Promise<RunUser> {
  const failure = await runCommand('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    '/nonexistent',
    '--shell',
    '/usr/sbin/nologin',
    '--',
    name,
  ]).then(
    () => null,
    (error: unknown) => error,
  );
  // Another service may have made it in the same moment.
  const found = await lookUp(name);
  if (found !== null) return found;
  throw new DomainError('failed', `The user ${name} for QEMU cannot be made. Make it with useradd --system.`, {
    cause: failure,
  });
}

/** What to put before a program so that it runs as that user, with no capability and no way to get one. */
export function privilegePrefix(user: RunUser | null): readonly string[] {
  if (user === null) return [];
  return [
    'setpriv',
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    user.kvmGid === null ? '--clear-groups' : `--groups=${user.kvmGid}`,
    '--inh-caps=-all',
    '--bounding-set=-all',
    '--no-new-privs',
    '--',
  ];
}
