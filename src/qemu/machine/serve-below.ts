import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../core/errors.ts';
import { isCommandError } from '../../qmp/errors.ts';
import { isGoing } from '../attach.ts';
import { servedNode } from '../command-line/ids.ts';
import type { HostServices } from '../host-services.ts';
import type { Monitor } from '../supervise/monitor.ts';
import { holders } from './block-graph.ts';
import { recordOf, type MachineContext } from './context.ts';

/** QEMU connects to a new daemon by the next request; the first may find that the old one is gone. */
const TRIES = 25;
const BETWEEN_MS = 200;

/**
 * Has what may write only read what QEMU only reads: the disks below overlays, which are written by merges alone. The
 * lock of the file lets others read it then, and none write. A daemon or a server of a chain cannot change over: it ends, all that was
 * written is in the file, and another one starts. Requests of the guest wait meanwhile. Rejects with DomainError `fileInUse` where the
 * guest would not.
 */
export async function shareBelow(context: MachineContext): Promise<void> {
  const { daemons, chains, awaitsDaemons } = recordOf(context);
  const opened = daemons.filter(({ readOnly }) => !readOnly);
  const written = chains.filter(({ writable }) => writable);
  if (opened.length + written.length === 0) return;
  const nodes = await context.monitor.execute('query-named-block-nodes', { flat: true });
  const read = new Set(nodes.flatMap(({ 'node-name': name, ro }) => (name !== undefined && ro ? [name] : [])));
  const isBelow = ({ disk }: { readonly disk: string }): boolean => read.has(servedNode(disk));
  for (const { disk, file } of opened.filter(isBelow)) {
    if (!awaitsDaemons) throw heldOpen(file);
    await exchange(context, disk, (host) => host.daemons.serveAs(context, disk, true));
  }
  for (const chain of written.filter(isBelow))
    await exchange(context, chain.disk, async (host) => {
      if (!(await host.chains.readOnly(context, chain))) throw heldOpen(chain.files[0] ?? '');
    });
}

/** Its server was started by a former version, or could not keep what would die with it. */
const heldOpen = (file: string): DomainError =>
  new DomainError(
    'fileInUse',
    `The disk ${file} is open to the running virtual machine in a way that no other can read it. Turn the machine off or save it, fork the checkpoint, and start it again: it runs beside its forks then.`,
    { hresult: '0x80070020' },
  );

/**
 * Before a merge into it: a daemon or server that only reads the served base of a drive becomes one that writes. Answers whether QEMU
 * has to connect anew. Rejects with DomainError `fileInUse` while somebody else reads the file; it is served as before then.
 */
export async function writeBelow(context: MachineContext, disk: string): Promise<boolean> {
  const { daemons, chains, awaitsDaemons } = recordOf(context);
  const isOfDrive = ({ disk: holder }: { readonly disk: string }): boolean => holders(disk).includes(holder);
  const daemon = daemons.find((one) => one.readOnly && isOfDrive(one));
  const chain = chains.find((one) => !one.writable && one.format === 'vhdx' && isOfDrive(one));
  if (daemon !== undefined) {
    if (!awaitsDaemons)
      throw new DomainError('notSupported', 'This disk is merged when the virtual machine is turned off.');
    await exchange(context, daemon.disk, (host) => host.daemons.serveAs(context, daemon.disk, false));
  } else if (chain !== undefined) {
    await exchange(context, chain.disk, (host) => host.chains.writable(context, chain));
  }
  return daemon !== undefined || chain !== undefined;
}

async function exchange(
  context: MachineContext,
  holder: string,
  work: (host: HostServices) => Promise<void>,
): Promise<void> {
  const { host, id } = context;
  try {
    await work(host);
  } finally {
    // A machine that is turned off meanwhile takes its helpers along, and leaves none that comes later.
    if (isGoing(host, id)) {
      await host.daemons.stop(context, holder);
      await host.chains.stop(context, holder);
    }
  }
}

/** Has QEMU read the first sector of a node, and so connect. Whether it could is told on its standard output only. */
export async function readFirst(monitor: Monitor, node: string): Promise<void> {
  await monitor.execute('human-monitor-command', { 'command-line': `qemu-io ${node} "read 0 512"` });
}

/** Does what QEMU refuses until it is connected to the daemon that was started anew behind a node. */
export async function onceConnected(monitor: Monitor, node: string, work: () => Promise<unknown>): Promise<void> {
  for (let tries = TRIES; ; tries--) {
    await readFirst(monitor, node);
    try {
      await work();
      return;
    } catch (error) {
      if (tries === 0 || !isCommandError(error)) throw error;
    }
    await sleep(BETWEEN_MS);
  }
}
