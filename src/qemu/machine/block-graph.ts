import { blockNodes } from '../command-line/block-node.ts';
import { diskNode } from '../command-line/ids.ts';
import type { DiskSource } from '../command-line/layout.ts';
import type { Monitor } from '../supervise/monitor.ts';

/** Opens an image with everything below it in a running QEMU; all of it or nothing. */
export async function openNodes(monitor: Monitor, holder: string, source: DiskSource): Promise<void> {
  try {
    for (const node of blockNodes(holder, source)) await monitor.execute('blockdev-add', node);
  } catch (error) {
    await closeNodes(monitor, holder);
    throw error;
  }
}

/** Closes the nodes of an image that no device uses any more, from the top to the base. */
export async function closeNodes(monitor: Monitor, holder: string): Promise<void> {
  const nodes = await monitor.execute('query-named-block-nodes', { flat: true });
  const top = diskNode(holder);
  const own = nodes.flatMap(({ 'node-name': name }) =>
    name !== undefined && (name === top || name.startsWith(`${top}-`)) ? [name] : [],
  );
  const depth = (name: string): number => Number(name.slice(top.length + 1));
  for (const name of own.toSorted((a, b) => depth(a) - depth(b)))
    await monitor.execute('blockdev-del', { 'node-name': name });
}
