import { canGrow } from '../../core/disks/image-tool.ts';
import { DomainError } from '../../core/errors.ts';
import { syncFile } from '../../core/paths/sync.ts';
import { serveAgain } from '../attach.ts';
import { servedNode } from '../command-line/ids.ts';
import { virtualSize } from '../images/empty-overlay.ts';
import { growVhdxFile } from '../images/grow-vhdx.ts';
import { storageDaemonOf } from '../supervise/storage-daemon.ts';
import { requireTop, topNodes } from './chain.ts';
import { recordOf, type MachineContext } from './context.ts';
import { onceConnected } from './serve-below.ts';

/**
 * Of raw and qcow2 QEMU writes the new size into the file before it tells the guest, of a qcow2 by one write of its header:
 * whatever dies in between, the file is whole, and of one size or the other. It would cut a disk off as readily: that is refused.
 */
export async function growDisk(context: MachineContext, diskId: string, bytes: number): Promise<void> {
  const { monitor, disks } = context;
  const image = disks.get(diskId)?.image ?? null;
  if (image === null) throw new DomainError('invalidParameter', 'The machine has no disk in this drive.');
  const { file, format, readOnly, parents } = image;
  if (!canGrow(format) || readOnly || parents !== undefined)
    throw new DomainError(
      'notSupported',
      'A disk of this kind does not grow while its machine runs. Turn it off first.',
    );
  if (BigInt(bytes) < (await virtualSize({ file, format })))
    throw new DomainError('invalidParameter', 'The disk is larger than that; while its machine runs it can only grow.');
  const node = requireTop(await topNodes(context, [diskId]), diskId);
  if (node === servedNode(diskId)) return growServed(context, diskId, file, bytes);
  await monitor.execute('block_resize', { 'node-name': node, size: bytes });
  await syncFile(file);
}

/**
 * A VHDX grows between two daemons that serve it; requests of the guest wait meanwhile. A service that dies here has the next
 * one start the daemon (serveAgain), and QEMU learns the size with its next connection.
 */
async function growServed(context: MachineContext, diskId: string, file: string, bytes: number): Promise<void> {
  if (!recordOf(context).awaitsDaemons)
    throw new DomainError(
      'invalidState',
      'The machine was started by a former version of this service. Turn it off and start it once, then its disks grow.',
    );
  await context.host.daemons.stop(context, diskId);
  try {
    await growVhdxFile(file, bytes);
  } finally {
    await serveAgain(context.host, context, context.disks.values());
  }
  if ((await storageDaemonOf(diskId, context.directories.sockets)) === null)
    throw new DomainError(
      'failed',
      'The disk has grown, and is not served to its machine any more. Turn the machine off and start it; the log says why.',
    );
  await learnSize(context, servedNode(diskId), bytes);
}

/** QEMU takes over the size that a daemon tells when it connects, and tells the guest when it is asked to resize to it. */
function learnSize({ monitor }: MachineContext, node: string, bytes: number): Promise<void> {
  return onceConnected(monitor, node, () => monitor.execute('block_resize', { 'node-name': node, size: bytes }));
}
