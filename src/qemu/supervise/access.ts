import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DomainError } from '../../core/errors.ts';
import { runCommand } from './run-command.ts';
import type { RunUser } from './user.ts';

/** Access that QEMU's user was given to one file or folder. */
export interface Grant {
  readonly path: string;
  readonly access: Access;
}

/** `x`: pass through a folder. */
export type Access = 'x' | 'r' | 'rw';
/** Of one call of a tool; a command line holds more. */
const PATHS_AT_ONCE = 100;
const STRENGTH: Readonly<Record<Access, number>> = { x: 1, r: 4, rw: 6 };

/**
 * What the user lacks to reach `file`: passage through the folders above it and the access itself. Empty when the modes
 * allow it already. Exactly these, and no file beside it (K23).
 */
export async function missingAccess(user: RunUser, file: string, access: Access): Promise<readonly Grant[]> {
  const target = await realpath(file);
  const wanted: Grant[] = [{ path: target, access }];
  for (let at = target; at !== dirname(at); at = dirname(at)) wanted.unshift({ path: dirname(at), access: 'x' });
  const found = await Promise.all(wanted.map(({ path }) => stat(path)));
  return wanted.filter((grant, index) => {
    const { mode = 0, uid } = found[index] ?? {};
    return uid !== user.uid && (mode & STRENGTH[grant.access]) !== STRENGTH[grant.access];
  });
}

/** Sets the ACL entries. Rejects with DomainError `accessDenied` when the file system has none. */
export async function giveAccess(user: RunUser, grants: readonly Grant[]): Promise<void> {
  const strongest = [...strongestByPath(grants)];
  if (strongest.length === 0) return;
  // One process for all: setfacl takes entries and files in turn, and each process costs a start milliseconds. Paths are
  // absolute, so that none is taken for an option.
  const args = (['x', 'r', 'rw'] as const).flatMap((access) => {
    const paths = strongest.filter(([, wanted]) => wanted === access).map(([path]) => path);
    return paths.length === 0 ? [] : ['-m', `u:${user.uid}:${access}`, ...paths];
  });
  await runCommand('setfacl', args).catch((cause: unknown) => {
    throw new DomainError(
      'accessDenied',
      `The user ${user.name} cannot be given access to a disk of the machine. Use a file system with ACLs, or give that user access yourself.`,
      { cause },
    );
  });
}

function strongestByPath(grants: readonly Grant[]): ReadonlyMap<string, Access> {
  const strongest = new Map<string, Access>();
  for (const { path, access } of grants) {
    const before = strongest.get(path);
    if (before === undefined || STRENGTH[before] < STRENGTH[access]) strongest.set(path, access);
  }
  return strongest;
}

/** Takes the ACL entries back; a file without others gets its plain modes again. Files that are gone are no error. */
export async function takeAccess(user: RunUser, paths: readonly string[]): Promise<void> {
  const all = [...new Set(paths)];
  for (let at = 0; at < all.length; at += PATHS_AT_ONCE) await takeFrom(user, all.slice(at, at + PATHS_AT_ONCE));
}

async function takeFrom(user: RunUser, paths: readonly string[]): Promise<void> {
  // setfacl goes on after a path that is gone, and fails in the end.
  await runCommand('setfacl', ['-x', `u:${user.uid}`, '--', ...paths]).catch(() => {});
  // A mask that masks nobody would stay behind for ever.
  const there = await Promise.all(paths.map((path) => stat(path).then(Boolean, () => false)));
  const bare = await withoutEntries(paths.filter((_, index) => there[index]));
  if (bare.length > 0) await runCommand('setfacl', ['-b', '--', ...bare]).catch(() => {});
}

/** Those whose ACL names nobody any more. */
async function withoutEntries(paths: readonly string[]): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const text = await runCommand('getfacl', ['-pn', '--', ...paths]).catch(() => '');
  const bare = text.split('\n\n').flatMap((block) => {
    const name = /^# file: (.*)$/m.exec(block)?.[1];
    return name === undefined || /^(default:|user:\d|group:\d)/m.test(block) ? [] : [unquoted(name)];
  });
  return paths.filter((path) => bare.includes(path));
}

/** A name as getfacl writes it: bytes that could be misread are `\ooo`. */
const unquoted = (name: string): string => {
  const bytes = Buffer.from(name).toString('latin1');
  return Buffer.from(
    bytes.replaceAll(/\\([0-7]{3})|\\\\/g, (_, octal?: string) =>
      octal === undefined ? '\\' : String.fromCharCode(Number.parseInt(octal, 8)),
    ),
    'latin1',
  ).toString();
};

const GROUP_BITS = 0o070;

/**
 * Permissions of a file without what an ACL makes of them: on a file that has one, the bits of the group are the mask of all
 * its entries, and a file made with them would be open to a group that never had access.
 */
export async function plainMode(path: string): Promise<number> {
  const { mode } = await stat(path);
  if ((mode & GROUP_BITS) === 0) return mode & 0o777;
  const acl = await runCommand('getfacl', ['-pcn', '--', path]).catch(() => '');
  const own = /^group::([r-])([w-])([x-])/m.exec(acl)?.slice(1);
  if (own === undefined) return mode & 0o777;
  const bits = own.reduce((sum, right) => (sum << 1) | (right === '-' ? 0 : 1), 0);
  return (mode & 0o707) | (bits << 3);
}

/** What `others` still hold of the paths in `given`, and what nobody does: several machines may read one image. */
export function splitGrants(
  given: readonly Grant[],
  others: readonly Grant[],
): { readonly take: readonly string[]; readonly lower: readonly Grant[] } {
  const held = strongestByPath(others);
  const take: string[] = [];
  const lower: Grant[] = [];
  for (const { path, access } of given) {
    const rest = held.get(path);
    if (rest === undefined) take.push(path);
    else if (STRENGTH[rest] < STRENGTH[access]) lower.push({ path, access: rest });
  }
  return { take, lower };
}
