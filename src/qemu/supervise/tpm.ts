import { lchown, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../core/errors.ts';
import { HELPERS } from './confinement.ts';
import { endProcessOfPidFile, processOfPidFile } from './pid-file.ts';
import { killProcess } from './process-identity.ts';
import type { MachineDirectories } from './socket-directory.ts';
import { spawnDetached } from './spawn-detached.ts';
import type { RunUser } from './user.ts';

const PID_FILE = 'swtpm.pid';

/**
 * Starts the machine's TPM 2.0 on its state directory, which exists. swtpm splits its options at commas and has no way to quote one: it runs in the machine's
 * directory and is given names of ours only, the state directory by a link. It ends with QEMU (`--terminate`).
 */
export async function startTpm(
  stateDirectory: string,
  options: { readonly directories: MachineDirectories; readonly user: RunUser | null; readonly program: string },
): Promise<string> {
  const { directories, user } = options;
  const directory = directories.sockets;
  const socket = join(directory, 'tpm.sock');
  const pidFile = join(directory, PID_FILE);
  if (directory.includes(',')) {
    throw new DomainError(
      'failed',
      'The run directory has a comma in its path, which the TPM emulator cannot take. Configure another one.',
    );
  }
  await endProcessOfPidFile(pidFile);
  if (user !== null) {
    // Links in it are what swtpm's user may have made: they are not followed.
    await lchown(stateDirectory, user.uid, user.gid);
    for (const name of await readdir(stateDirectory)) await lchown(join(stateDirectory, name), user.uid, user.gid);
  }
  await rm(join(directory, 'tpm'), { force: true });
  await symlink(stateDirectory, join(directory, 'tpm'));
  const daemon = await spawnDetached(
    options.program,
    [
      'socket',
      '--tpm2',
      '--tpmstate',
      'dir=tpm,mode=0600',
      '--ctrl',
      `type=unixio,path=${socket},mode=0600`,
      '--pid',
      `file=${pidFile}`,
      '--terminate',
    ],
    { user, directory, logFile: join(directories.logs, 'swtpm.log'), bounds: HELPERS.tpm },
  );
  let ended = false;
  void daemon.exited.then(() => (ended = true));
  const limit = performance.now() + 20_000;
  while ((await processOfPidFile(pidFile)) === null) {
    if (ended || performance.now() > limit) {
      await killProcess(daemon.process);
      throw new DomainError(
        'failed',
        'The TPM of the machine cannot be started. Its state is damaged, or swtpm is not installed.',
      );
    }
    await sleep(2);
  }
  return socket;
}

export async function stopTpm(directory: string): Promise<void> {
  await endProcessOfPidFile(join(directory, PID_FILE));
}
