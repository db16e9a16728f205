import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DiskImage } from '../../core/machine-spec.ts';
import { blockNodes, nodeName } from '../command-line/block-node.ts';
import type { Programs } from '../host-services.ts';
import type { AdapterLog } from '../log.ts';
import { stopChainServer } from '../supervise/chain-server.ts';
import { copyBounds, type CopySize } from '../supervise/confinement.ts';
import { Monitor } from '../supervise/monitor.ts';
import { processesOfDirectory } from '../supervise/pid-file.ts';
import { endProcess, killProcess } from '../supervise/process-identity.ts';
import { spawnDetached } from '../supervise/spawn-detached.ts';
import { checkImage } from './check-image.ts';
import { serveChain } from './serve-chain.ts';

const HOLDER = 'disk';
const READY_LIMIT_MS = 20_000;
const END_LIMIT_MS = 10_000;

const quiet = (): void => undefined;
const SILENT: AdapterLog = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** What stands on the daemon that has the files open, and the nodes of the disk and of what lies right below it. */
export interface OpenNodes {
  readonly monitor: Monitor;
  readonly top: string;
  readonly below: string;
}

export interface NodeWork {
  readonly programs: Pick<Programs, 'storageDaemon' | 'chainServer'>;
  readonly size: CopySize;
  readonly signal: AbortSignal;
}

/**
 * Work on an overlay and what lies below it as a running machine does it, by a storage daemon of its own. All processes end with
 * the service. Nothing is done to a disk that lies over none.
 */
export async function withNodes(
  image: DiskImage,
  { programs, size, signal }: NodeWork,
  work: (nodes: OpenNodes) => Promise<void>,
): Promise<void> {
  const chain = await checkImage(image);
  if (chain.length === 1) return;
  const directory = await mkdtemp(join(tmpdir(), 'vsms-nodes-'));
  const directories = { home: directory, logs: directory, sockets: directory };
  try {
    const source = await serveChain(HOLDER, chain, { programs, directories, endsWithService: true });
    const backing = source.kind === 'file' ? source.backing : undefined;
    if (backing === undefined) throw new Error('an overlay over nothing');
    const socket = join(directory, 'qmp.sock');
    const { process } = await spawnDetached(
      programs.storageDaemon,
      [
        '--chardev',
        `socket,id=qmp,path=${socket.replaceAll(',', ',,')},server=on,wait=off`,
        '--monitor',
        'chardev=qmp',
        ...blockNodes(HOLDER, source).flatMap((node) => ['--blockdev', JSON.stringify(node)]),
      ],
      {
        user: null,
        directory,
        logFile: join(directory, 'nodes.log'),
        // What lies below may be served by others.
        bounds: { ...copyBounds(size), sockets: 'connects' },
        endsWithService: true,
      },
    );
    try {
      const monitor = await Monitor.connect(process, socket, { limitMs: READY_LIMIT_MS, log: SILENT, signal });
      try {
        await work({ monitor, top: nodeName(HOLDER, source), below: nodeName(HOLDER, backing) });
      } finally {
        monitor.detach();
      }
    } finally {
      // It writes out what it still holds.
      await endProcess(process, END_LIMIT_MS);
      await stopChainServer(HOLDER, directory);
    }
  } finally {
    for (const process of await processesOfDirectory(directory)) await killProcess(process);
    await rm(directory, { recursive: true, force: true });
  }
}
