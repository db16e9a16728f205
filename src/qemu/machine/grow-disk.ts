import { canGrow } from '../../core/disks/image-tool.ts';
import { DomainError } from '../../core/errors.ts';
import { syncFile } from '../../core/paths/sync.ts';
import { virtualSize } from '../images/empty-overlay.ts';
import { requireTop, topNodes } from './chain.ts';
import type { MachineContext } from './context.ts';

/**
 * QEMU writes the new size into the file before it tells the guest, and a qcow2 has it by one write of its header: whatever
 * dies in between, the file is whole, and of one size or the other. It would cut a disk off as readily: that is refused.
 */
export async function growDisk(context: MachineContext, diskId: string, bytes: number): Promise<void> {
  const { monitor, disks } = context;
  const image = disks.get(diskId)?.image ?? null;
  if (image === null) throw new DomainError('invalidParameter', 'The machine has no disk in this drive.');
  const { file, format, readOnly } = image;
  if (!canGrow(format) || readOnly)
    throw new DomainError(
      'notSupported',
      'A disk of this kind does not grow while its machine runs. Turn it off first.',
    );
  if (BigInt(bytes) < (await virtualSize({ file, format })))
    throw new DomainError('invalidParameter', 'The disk is larger than that; while its machine runs it can only grow.');
  const node = requireTop(await topNodes(context, [diskId]), diskId);
  await monitor.execute('block_resize', { 'node-name': node, size: bytes });
  await syncFile(file);
}
