import { setTimeout as sleep } from 'node:timers/promises';
import { isCommandError } from '../../qmp/errors.ts';
import { blockNodes } from '../command-line/block-node.ts';
import { diskNode } from '../command-line/ids.ts';
import type { DiskSource } from '../command-line/layout.ts';
import type { Monitor } from '../supervise/monitor.ts';

/** A device that left the tree holds its node until QEMU's readers of the bus are through (RCU): mostly nothing, on a busy host more. */
const RELEASE = { limitMs: 10_000, pauseMs: 20 };

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
 * changes with checkpoints: what cannot be closed yet is tried again when another one is gone. Of a device that is no longer
 * there the last of them may be in use for a moment. Rejects with QmpError.
 */
export async function closeNodes(monitor: Pick<Monitor, 'execute'>, holder: string): Promise<void> {
  const nodes = await monitor.execute('query-named-block-nodes', { flat: true });
  let left = nodes.flatMap(({ 'node-name': name }) => (name !== undefined && isNodeOf(holder, name) ? [name] : []));
  for (let waitedMs = 0; left.length > 0; ) {
    const refused: string[] = [];
    let why: unknown = null;
    for (const name of left) {
      await monitor.execute('blockdev-del', { 'node-name': name }).catch((error: unknown) => {
        if (!isCommandError(error)) throw error;
        refused.push(name);
        why = error;
      });
    }
    if (refused.length === left.length) {
      if (!isInUse(why) || waitedMs >= RELEASE.limitMs) throw why;
      await sleep(RELEASE.pauseMs);
      waitedMs += RELEASE.pauseMs;
    }
    left = refused;
  }
}

const isInUse = (error: unknown): boolean => isCommandError(error) && /is in use/.test(error.message);
