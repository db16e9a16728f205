import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../core/errors.ts';
import { isCommandError } from '../../qmp/errors.ts';
import { isGoing } from '../attach.ts';
import { servedNode } from '../command-line/ids.ts';
import type { Monitor } from '../supervise/monitor.ts';
import { holders } from './block-graph.ts';
import { recordOf, type MachineContext } from './context.ts';

/** QEMU connects to a new daemon by the next request; the first may find that the old one is gone. */
const TRIES = 25;
const BETWEEN_MS = 200;

/**
 * Has daemons that may write only read what QEMU only reads: the disks below overlays, which are written by merges alone. The
 * lock of the file lets others read it then, and none write. A daemon cannot change over: it ends, all that was written is in the
 * file, and another one starts. Requests of the guest wait meanwhile.
 */
export async function shareBelow(context: MachineContext): Promise<void> {
  const { daemons, awaitsDaemons } = recordOf(context);
  const written = daemons.filter(({ readOnly }) => !readOnly);
  if (written.length === 0 || !awaitsDaemons) return;
  const nodes = await context.monitor.execute('query-named-block-nodes', { flat: true });
  const read = new Set(nodes.flatMap(({ 'node-name': name, ro }) => (name !== undefined && ro ? [name] : [])));
  for (const { disk: holder } of written) if (read.has(servedNode(holder))) await serveAs(context, holder, true);
}

/**
 * Before a merge into it: a daemon that only reads the served base of a drive becomes one that writes. Answers whether QEMU has to
 * connect anew. Rejects with DomainError `fileInUse` while somebody else reads the file; it is served as before then.
 */
export async function writeBelow(context: MachineContext, disk: string): Promise<boolean> {
  const { daemons, awaitsDaemons } = recordOf(context);
  const held = daemons.find(({ disk: holder, readOnly }) => readOnly && holders(disk).includes(holder));
  if (held === undefined) return false;
  if (!awaitsDaemons)
    throw new DomainError('notSupported', 'This disk is merged when the virtual machine is turned off.');
  await serveAs(context, held.disk, false);
  return true;
}

async function serveAs(context: MachineContext, holder: string, readOnly: boolean): Promise<void> {
  const { host, id } = context;
  try {
    await host.daemons.serveAs(context, holder, readOnly);
  } finally {
    // A machine that is turned off meanwhile takes its helpers along, and leaves none that comes later.
    if (isGoing(host, id)) await host.daemons.stop(context, holder);
  }
}

/** Does what QEMU refuses until it is connected to the daemon that was started anew behind a node. */
export async function onceConnected(monitor: Monitor, node: string, work: () => Promise<unknown>): Promise<void> {
  for (let tries = TRIES; ; tries--) {
    await monitor.execute('human-monitor-command', { 'command-line': `qemu-io ${node} "read 0 512"` });
    try {
      await work();
      return;
    } catch (error) {
      if (tries === 0 || !isCommandError(error)) throw error;
    }
    await sleep(BETWEEN_MS);
  }
}
