import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DomainError } from '../../core/errors.ts';
import type { RunUser } from './user.ts';

/** sun_path holds 108 bytes with the NUL (unix(7)); never a truncation (K25). */
const SOCKET_PATH_LIMIT = 107;
/** The longest name of a socket below the home: `s/disk-<16 hex>.sock`. */
const LONGEST_NAME = 's/disk-0123456789abcdef.sock';

/**
 * Places of one machine. What QEMU's user may write is apart from what the service writes: a QEMU that was broken into
 * could otherwise plant links for a service that runs as root.
 */
export interface MachineDirectories {
  /** Logs; written by the service only. */
  readonly logs: string;
  /** Sockets that the service listens on (saved states). */
  readonly home: string;
  /** Sockets and pid files of QEMU and its helpers; theirs to write. */
  readonly sockets: string;
}

/** The home is the run directory, or a short place under `shortBase` when socket paths would be too long. */
export function machineDirectories(runDirectory: string, shortBase: string): MachineDirectories {
  const short = join(shortBase, createHash('sha256').update(runDirectory).digest('hex').slice(0, 12));
  const home = [runDirectory, short].find(
    (directory) => Buffer.byteLength(join(directory, LONGEST_NAME)) <= SOCKET_PATH_LIMIT,
  );
  if (home === undefined) {
    throw new DomainError(
      'failed',
      'The run directory has too long a path for sockets. Configure a shorter one, such as /run/vsms.',
    );
  }
  return { logs: runDirectory, home, sockets: join(home, 's') };
}

export async function makeMachineDirectories(directories: MachineDirectories, user: RunUser | null): Promise<void> {
  for (const directory of new Set([directories.logs, directories.home])) {
    await mkdir(dirname(directory), { recursive: true, mode: 0o711 });
    await makeOwnDirectory(directory, 0o711);
  }
  // Nothing of an earlier machine is of use, and a pid file in it would be trusted.
  await rm(directories.sockets, { recursive: true, force: true });
  await mkdir(directories.sockets, { mode: 0o700 });
  if (user !== null) await chown(directories.sockets, user.uid, user.gid);
}

/** Somebody else's directory at that place (a world-writable /tmp) is refused. */
async function makeOwnDirectory(directory: string, mode: number): Promise<void> {
  await mkdir(directory, { mode }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const found = await lstat(directory);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new DomainError(
      'accessDenied',
      'The run directory of the machine belongs to somebody else. Configure another one.',
    );
  }
  await chmod(directory, mode);
}

export async function removeMachineDirectories(directories: MachineDirectories): Promise<void> {
  await rm(directories.sockets, { recursive: true, force: true });
  if (directories.home !== directories.logs) await rm(directories.home, { recursive: true, force: true });
}
