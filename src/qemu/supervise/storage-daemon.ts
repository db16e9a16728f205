import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../core/errors.ts';
import type { MachineProcess } from '../../core/model.ts';
import type { BlockNode } from '../command-line/block-node.ts';
import { diskNode } from '../command-line/ids.ts';
import type { DiskSource } from '../command-line/layout.ts';
import { readQemuText } from '../qemu-text.ts';
import { type Bounds, HELPERS } from './confinement.ts';
import { endProcessOfPidFile, processOfPidFile } from './pid-file.ts';
import { killProcess } from './process-identity.ts';
import { replayLogOf } from './replay-log.ts';
import type { MachineDirectories } from './socket-directory.ts';
import { type DetachedProcess, spawnDetached } from './spawn-detached.ts';
import type { RunUser } from './user.ts';

/** How long QEMU keeps a guest waiting for a daemon that is started anew, before it stops the guest (`rerror=stop`). */
const RECONNECT_SECONDS = 10;

/** A VHD or VHDX that QEMU's own block layer must not see, because it would block saved state (architecture §6). */
export interface ServedImage {
  readonly driver: 'vpc' | 'vhdx';
  readonly file: string;
  readonly readOnly: boolean;
}

export interface DaemonOptions {
  readonly directories: Pick<MachineDirectories, 'logs' | 'sockets'>;
  readonly user: RunUser | null;
  readonly program: string;
  readonly endsWithService?: boolean;
}

interface StartedDaemon {
  readonly source: Extract<DiskSource, { kind: 'nbd' }>;
  readonly process: MachineProcess;
}

/**
 * Serves one image read-write over NBD on a unix socket in the machine's directory. One daemon an image: it lives exactly
 * as long as the drive has it. Resolves when the socket answers.
 */
export async function startStorageDaemon(
  diskId: string,
  { driver, file, readOnly }: ServedImage,
  options: DaemonOptions,
): Promise<StartedDaemon> {
  const node: BlockNode = {
    driver,
    'node-name': 'image',
    'read-only': readOnly,
    file: { driver: 'file', filename: file, locking: 'on', 'read-only': readOnly },
  };
  if (driver === 'vhdx') {
    // One that was killed may have left a log; one that still lives has the file.
    await endProcessOfPidFile(daemonFiles(options.directories.sockets, diskId).pid);
    await replayLogOf(file);
  }
  const { source, process } = await serveNodes(
    diskId,
    { nodes: [node], file, readOnly, bounds: HELPERS.disk },
    options,
  );
  return { source: { ...source, reconnectSeconds: RECONNECT_SECONDS }, process };
}

/** What a daemon serves: the last of these nodes. */
export interface ServedNodes {
  readonly nodes: readonly BlockNode[];
  /** Its name, for messages. */
  readonly file: string;
  readonly readOnly: boolean;
  readonly bounds: Bounds;
}

/** The same of nodes that lie over each other. */
export async function serveNodes(
  diskId: string,
  { nodes, file, readOnly, bounds }: ServedNodes,
  options: DaemonOptions,
): Promise<StartedDaemon> {
  const files = daemonFiles(options.directories.sockets, diskId);
  const top = nodes.at(-1)?.['node-name'];
  await endProcessOfPidFile(files.pid);
  const logFile = join(options.directories.logs, `${diskNode(diskId)}.log`);
  const daemon = await spawnDetached(
    options.program,
    [
      ...nodes.flatMap((node) => ['--blockdev', JSON.stringify(node)]),
      '--nbd-server',
      JSON.stringify({ addr: { type: 'unix', path: files.socket } }),
      '--export',
      JSON.stringify({ type: 'nbd', id: 'disk', 'node-name': top, name: 'disk', writable: !readOnly }),
      '--pidfile',
      files.pid,
    ],
    {
      user: options.user,
      directory: options.directories.sockets,
      logFile,
      bounds,
      endsWithService: options.endsWithService === true,
    },
  );
  const process = await whenItServes(daemon, files.pid);
  if (process === null) throw await refusal(file, logFile);
  return { source: { kind: 'nbd', socket: files.socket, readOnly }, process };
}

const STARTED_LIMIT_MS = 20_000;

/** A daemon writes its pid file when its exports stand. Null: it ended, or was ended because it did not come to that. */
export async function whenItServes(daemon: DetachedProcess, pidFile: string): Promise<MachineProcess | null> {
  let ended = false;
  void daemon.exited.then(() => (ended = true));
  const limit = performance.now() + STARTED_LIMIT_MS;
  for (;;) {
    const process = await processOfPidFile(pidFile);
    if (process !== null) return process;
    if (ended || performance.now() > limit) {
      await killProcess(daemon.process);
      return null;
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

export const storageSocket = (diskId: string, directory: string): string => daemonFiles(directory, diskId).socket;

function daemonFiles(directory: string, diskId: string): { readonly socket: string; readonly pid: string } {
  const name = join(directory, diskNode(diskId));
  return { socket: `${name}.sock`, pid: `${name}.pid` };
}
