import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../core/errors.ts';
import type { MachineProcess } from '../../core/model.ts';
import { diskNode } from '../command-line/ids.ts';
import type { DiskSource } from '../command-line/layout.ts';
import { readQemuText } from '../qemu-text.ts';
import { HELPERS } from './confinement.ts';
import { endProcessOfPidFile, processOfPidFile } from './pid-file.ts';
import { killProcess } from './process-identity.ts';
import type { MachineDirectories } from './socket-directory.ts';
import { spawnDetached } from './spawn-detached.ts';
import type { RunUser } from './user.ts';

/** How long QEMU keeps a guest waiting for a daemon that is started anew, before it stops the guest (`rerror=stop`). */
const RECONNECT_SECONDS = 10;

/** A VHD or VHDX that QEMU's own block layer must not see, because it would block saved state (architecture §6). */
export interface ServedImage {
  readonly driver: 'vpc' | 'vhdx';
  readonly file: string;
  readonly readOnly: boolean;
}

/**
 * Serves one image read-write over NBD on a unix socket in the machine's directory. One daemon an image: it lives exactly
 * as long as the drive has it. Resolves when the socket answers.
 */
export async function startStorageDaemon(
  diskId: string,
  image: ServedImage,
  options: {
    readonly directories: MachineDirectories;
    readonly user: RunUser | null;
    readonly program: string;
    readonly endsWithService?: boolean;
  },
): Promise<{ readonly source: Extract<DiskSource, { kind: 'nbd' }>; readonly process: MachineProcess }> {
  const files = daemonFiles(options.directories.sockets, diskId);
  await endProcessOfPidFile(files.pid);
  const logFile = join(options.directories.logs, `${diskNode(diskId)}.log`);
  const daemon = await spawnDetached(
    options.program,
    [
      '--blockdev',
      JSON.stringify({
        driver: image.driver,
        'node-name': 'image',
        'read-only': image.readOnly,
        file: { driver: 'file', filename: image.file, locking: 'on', 'read-only': image.readOnly },
      }),
      '--nbd-server',
      JSON.stringify({ addr: { type: 'unix', path: files.socket } }),
      '--export',
      JSON.stringify({ type: 'nbd', id: 'disk', 'node-name': 'image', name: 'disk', writable: !image.readOnly }),
      '--pidfile',
      files.pid,
    ],
    {
      user: options.user,
      directory: options.directories.sockets,
      logFile,
      bounds: HELPERS.disk,
      endsWithService: options.endsWithService === true,
    },
  );
  let ended = false;
  void daemon.exited.then(() => (ended = true));
  // The pid file is written when the export stands.
  const limit = performance.now() + 20_000;
  for (;;) {
    const process = await processOfPidFile(files.pid);
    if (process !== null) {
      const { readOnly } = image;
      return { source: { kind: 'nbd', socket: files.socket, readOnly, reconnectSeconds: RECONNECT_SECONDS }, process };
    }
    if (ended || performance.now() > limit) {
      await killProcess(daemon.process);
      throw await refusal(image.file, logFile);
    }
    await sleep(2);
  }
}

async function refusal(file: string, logFile: string): Promise<DomainError> {
  const reading = readQemuText(await readFile(logFile, 'utf8').catch(() => ''));
  return reading?.code === 'fileInUse'
    ? new DomainError(
        'fileInUse',
        `The disk ${file} is in use by another machine or program. Detach it there first.`,
        reading.hresult === null ? {} : { hresult: reading.hresult },
      )
    : new DomainError(
        'fileInUse',
        `The disk ${file} cannot be opened. It is in use by another machine or program, or it is damaged.`,
      );
}

/** Ends the daemon of a drive, if it has one. The drive must be gone from QEMU: everything flushed is in the file. */
export async function stopStorageDaemon(diskId: string, directory: string): Promise<void> {
  await endProcessOfPidFile(daemonFiles(directory, diskId).pid);
}

/** The daemon of a drive; null: it is gone. */
export const storageDaemonOf = (diskId: string, directory: string): Promise<MachineProcess | null> =>
  processOfPidFile(daemonFiles(directory, diskId).pid);

function daemonFiles(directory: string, diskId: string): { readonly socket: string; readonly pid: string } {
  const name = join(directory, diskNode(diskId));
  return { socket: `${name}.sock`, pid: `${name}.pid` };
}
