import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../../core/errors.ts';
import type { MachineProcess } from '../../core/model.ts';
import { blockNodes, nodeName } from '../command-line/block-node.ts';
import type { DiskSource } from '../command-line/layout.ts';
import { HELPERS } from '../supervise/confinement.ts';
import type { MachineDirectories } from '../supervise/socket-directory.ts';
import { spawnDetached } from '../supervise/spawn-detached.ts';
import { whenItServes } from '../supervise/storage-daemon.ts';

const HOLDER = 'shown';

type Directories = Pick<MachineDirectories, 'logs' | 'sockets'>;

/** The file that shows the disk, to whoever is in the mount namespace of its process. */
export const shownFile = ({ logs }: Directories): string => join(logs, 'disk');

/** Of the process that shows it. */
export const shownPidFile = ({ sockets }: Directories): string => join(sockets, 'shown.pid');

/**
 * Shows a disk that is served over NBD as a file, by FUSE. The process that mounts it opens no file of a client, and whoever reads
 * those mounts nothing. The mount is in a namespace of the process and ends with it, however that ends. Resolves when the file is
 * there. Rejects with DomainError.
 */
export const startShowing = async (
  source: Extract<DiskSource, { kind: 'nbd' }>,
  { directories, program }: { readonly directories: Directories; readonly program: string },
): Promise<MachineProcess> => {
  const file = shownFile(directories);
  const pidFile = shownPidFile(directories);
  const logFile = join(directories.logs, 'shown.log');
  await writeFile(file, '', { mode: 0o600 });
  const daemon = await spawnDetached(
    program,
    [
      ...blockNodes(HOLDER, source).flatMap((node) => ['--blockdev', JSON.stringify(node)]),
      '--export',
      JSON.stringify({
        type: 'fuse',
        id: 'shown',
        'node-name': nodeName(HOLDER, source),
        mountpoint: file,
        writable: !source.readOnly,
        // Root of this host is the same user as in there.
        'allow-other': 'off',
      }),
      '--pidfile',
      pidFile,
    ],
    { user: null, directory: directories.sockets, logFile, bounds: HELPERS.shownDisk, mountsAlone: true },
  );
  const process = await whenItServes(daemon, pidFile);
  if (process !== null) return process;
  const said = await readFile(logFile, 'utf8').catch(() => '');
  throw new DomainError('failed', 'The kernel of this host cannot be shown the disk by FUSE.', {
    cause: new Error(said.slice(0, 2000)),
  });
};
