import { constants } from 'node:fs';
import { type FileHandle, lstat, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DomainError } from '../../core/errors.ts';
import type { MachineProcess } from '../../core/model.ts';
import { openResolved } from '../../core/paths/open.ts';
import { servedNode } from '../command-line/ids.ts';
import type { DiskSource } from '../command-line/layout.ts';
import { HELPERS } from './confinement.ts';
import { lockForReading, lockForWriting } from './lock-files.ts';
import { endProcessOfPidFile, processOfPidFile } from './pid-file.ts';
import { killProcess } from './process-identity.ts';
import type { MachineDirectories } from './socket-directory.ts';
import { spawnDetached } from './spawn-detached.ts';
import type { RunUser } from './user.ts';

/** A chain of differencing disks, the youngest first; all of one format. */
export interface ServedChain {
  readonly format: 'vhd' | 'vhdx';
  readonly files: readonly string[];
  /** The youngest, a VHDX, is written where it lies. */
  readonly writable: boolean;
}

export interface ChainServerOptions {
  readonly directories: MachineDirectories;
  readonly user: RunUser | null;
  /** Words that start the program (nbd/serve-chain.ts). */
  readonly program: readonly string[];
  readonly endsWithService?: boolean;
  /**
   * Of a chain that is written to: what a server takes with it when it dies is kept for the next one. `resumed`: that one.
   */
  readonly journal?: 'new' | 'resumed';
}

const STARTED_LIMIT_MS = 20_000;
/** How long QEMU keeps a guest waiting for a server that died, before it stops the guest (`rerror=stop`). */
const RECONNECT_SECONDS = 30;

/**
 * Our own reader of chains in the Node that runs the service. Its heap is bounded here, the rest by the kernel
 * (confinement.ts), since it reads what other hosts wrote; what it keeps of tables is bounded by vhd/page-cache.ts.
 */
export const CHAIN_SERVER: readonly string[] = [
  process.execPath,
  '--max-old-space-size=96',
  // `.ts` in a checkout, `.js` in a package.
  fileURLToPath(new URL(`../../nbd/serve-chain${extname(import.meta.filename)}`, import.meta.url)),
];

/**
 * Serves a chain over NBD on a unix socket in the machine's directory. The files are opened here and given to the
 * server open: it needs no access to them (K23). Resolves when the socket answers.
 */
export async function startChainServer(
  diskId: string,
  chain: ServedChain,
  { directories, user, program, endsWithService = false, journal }: ChainServerOptions,
): Promise<{ readonly source: Extract<DiskSource, { kind: 'nbd' }>; readonly process: MachineProcess }> {
  const place = chainFiles(directories.sockets, diskId);
  await endProcessOfPidFile(place.pid);
  const keeps = chain.writable && journal !== undefined;
  if (journal === 'new') await rm(place.journal, { force: true });
  const [command = '', ...words] = program;
  const handles = await openAll(chain);
  try {
    // The server has the open files from us, and the locks with them: they end with it.
    await lockChain(handles, chain);
    const server = await spawnDetached(
      command,
      [
        ...words,
        '--socket',
        place.socket,
        '--pid-file',
        place.pid,
        '--format',
        chain.format,
        ...(chain.writable ? ['--writable'] : []),
        ...(keeps ? ['--journal', place.journal] : []),
        ...chain.files.flatMap((file) => ['--file', file]),
      ],
      {
        user,
        directory: directories.sockets,
        logFile: join(directories.logs, `${servedNode(diskId)}.log`),
        bounds: chain.writable ? HELPERS.writtenChain : HELPERS.chain,
        endsWithService,
        descriptors: handles.map(({ fd }) => fd),
      },
    );
    let ended = false;
    void server.exited.then(() => (ended = true));
    const limit = performance.now() + STARTED_LIMIT_MS;
    for (;;) {
      const process = await processOfPidFile(place.pid);
      if (process !== null)
        return {
          source: {
            kind: 'nbd',
            socket: place.socket,
            readOnly: !chain.writable,
            // Writes that were answered may have died with a server: its guest is not to believe that they are there.
            ...(chain.writable && !keeps ? {} : { reconnectSeconds: RECONNECT_SECONDS }),
          },
          process,
        };
      if (ended || performance.now() > limit) {
        await killProcess(server.process);
        throw new DomainError(
          'failed',
          `The disk ${chain.files[0]} and its parents cannot be served. Look at it with vsms inspect; the log of the machine says why.`,
        );
      }
      await sleep(2);
    }
  } finally {
    await Promise.all(handles.map((handle) => handle.close()));
  }
}

/** Ends the server of a drive, if it has one: it brings into the file what it holds. */
export async function stopChainServer(diskId: string, directory: string): Promise<void> {
  await endChainServer(diskId, directory);
  await rm(chainFiles(directory, diskId).journal, { force: true });
}

/** The same, and leaves what a server could not bring into the file to the next one. */
export const endChainServer = (diskId: string, directory: string): Promise<void> =>
  endProcessOfPidFile(chainFiles(directory, diskId).pid);

/**
 * Bytes that are there for the next server of a drive to go on from; 0: all is in the file. Null: one could not keep everything and
 * has taken it away (vhd/vhdx/edit-journal.ts), or there was none.
 */
export const journalOf = (diskId: string, directory: string): Promise<number | null> =>
  lstat(chainFiles(directory, diskId).journal).then(
    (found) => (found.isFile() ? found.size : null),
    () => null,
  );

/** The server of a drive; null: it is gone. */
export const chainServerOf = (diskId: string, directory: string): Promise<MachineProcess | null> =>
  processOfPidFile(chainFiles(directory, diskId).pid);

export const chainSocket = (diskId: string, directory: string): string => chainFiles(directory, diskId).socket;

const lockChain = async (handles: readonly FileHandle[], { files, writable }: ServedChain): Promise<void> => {
  const written = writable ? 1 : 0;
  await lockForWriting(handles.slice(0, written), files.slice(0, written));
  await lockForReading(handles.slice(written), files.slice(written));
};

async function openAll({ files, writable }: ServedChain): Promise<readonly FileHandle[]> {
  const handles: FileHandle[] = [];
  try {
    // No link is followed that was put in place since the paths were resolved.
    for (const [index, file] of files.entries()) {
      const flags = writable && index === 0 ? constants.O_RDWR : constants.O_RDONLY;
      handles.push(await openResolved({ text: file, file, exists: true }, flags));
    }
    return handles;
  } catch (error) {
    await Promise.all(handles.map((handle) => handle.close()));
    throw error;
  }
}

function chainFiles(
  directory: string,
  diskId: string,
): { readonly socket: string; readonly pid: string; readonly journal: string } {
  const name = join(directory, servedNode(diskId));
  return { socket: `${name}.sock`, pid: `${name}.pid`, journal: `${name}.journal` };
}
