import { isCommandError } from '../../qmp/errors.ts';
import { blockNodes } from '../command-line/block-node.ts';
import { diskNode } from '../command-line/ids.ts';
import type { DiskSource } from '../command-line/layout.ts';
import type { Monitor } from '../supervise/monitor.ts';

/** A medium and its successor exist side by side for a moment: two holders of an image for each drive, used in turn. */
export function holders(diskId: string): readonly string[] {
  return [diskId, `${diskId}\nsecond`];
}

/** Opens an image with everything below it in a running QEMU; all of it or nothing. */
export async function openNodes(monitor: Monitor, holder: string, source: DiskSource): Promise<void> {
  try {
    for (const node of blockNodes(holder, source)) await monitor.execute('blockdev-add', node);
  } catch (error) {
    await closeNodes(monitor, holder);
    throw error;
  }
}

export const isNodeOf = (holder: string, node: string): boolean => node.startsWith(`${diskNode(holder)}-`);

/**
 * Closes the nodes of an image that no device uses any more. QEMU closes none that another one lies over, and their order
 * changes with checkpoints: what cannot be closed yet is tried again when another one is gone.
 */
export async function closeNodes(monitor: Monitor, holder: string): Promise<void> {
  const nodes = await monitor.execute('query-named-block-nodes', { flat: true });
  let left = nodes.flatMap(({ 'node-name': name }) => (name !== undefined && isNodeOf(holder, name) ? [name] : []));
  while (left.length > 0) {
    const refused: string[] = [];
    let why: unknown = null;
    for (const name of left) {
      await monitor.execute('blockdev-del', { 'node-name': name }).catch((error: unknown) => {
        if (!isCommandError(error)) throw error;
        refused.push(name);
        why = error;
      });
    }
    if (refused.length === left.length) throw why;
    left = refused;
  }
}
