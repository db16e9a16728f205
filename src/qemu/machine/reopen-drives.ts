import { DomainError } from '../../core/errors.ts';
import type { DiskImage } from '../../core/machine-spec.ts';
import { isCommandError } from '../../qmp/errors.ts';
import { blockNodes, nodeName } from '../command-line/block-node.ts';
import { driveDevice, servedNode, voidNode } from '../command-line/ids.ts';
import type { DiskSource } from '../command-line/layout.ts';
import { checkImage, type CheckedImage } from '../images/check-image.ts';
import { virtualSize } from '../images/empty-overlay.ts';
import type { Monitor } from '../supervise/monitor.ts';
import { holders, isNodeOf } from './block-graph.ts';
import { driveNode } from './chain.ts';
import type { MachineContext } from './context.ts';
import { diskOfNode } from './drives.ts';

/**
 * When QEMU takes its disks back after it has sent its state away, it opens each qcow2 image anew. One that cannot be read at that
 * moment stays behind without a driver, "ejected" (qcow2_co_invalidate_cache), for as long as that QEMU lives: the next `cont`
 * succeeds, and whatever the guest wants of the disk fails. Here the images of such a drive are opened as new nodes, while it
 * stands still. All that it had written is in the files: QEMU sends no state away before.
 *
 * Answers whether there was anything to do. Rejects with DomainError when an image still cannot be opened, or with QmpError; the
 * machine's record says `lostDrives` then, until this has succeeded.
 */
export async function reopenDrives(context: MachineContext): Promise<boolean> {
  const { id, host, monitor } = context;
  let lost = await nextLost(context);
  if (lost === null) return false;
  await host.records.change(id, { lostDrives: true });
  // A migration that failed lets the guest go on, whatever became of its disks.
  await monitor.execute('stop', {});
  for (; lost !== null; lost = await nextLost(context)) {
    host.log.warn({ system: id, ...lost }, 'a disk could not be read when QEMU took it back; it is opened again');
    await reopen(context, lost);
  }
  await host.records.change(id, { lostDrives: false });
  return true;
}

/** `disk`: its drive; null: no drive's. `node`: what is ejected; null: there is nothing in the drive any more. */
interface Lost {
  readonly disk: string | null;
  readonly node: string | null;
}

async function nextLost(context: MachineContext): Promise<Lost | null> {
  const { monitor, disks } = context;
  for (const disk of disks.keys()) {
    const node = await driveNode(context, disk);
    if (holders(disk).some((holder) => voidNode(holder) === node)) return { disk, node: null };
  }
  const node = await ejectedNode(monitor);
  return node === null ? null : { disk: diskOfNode(disks.keys(), node), node };
}

/** QEMU refuses to list its nodes while one has no driver, and names the first of them. */
async function ejectedNode(monitor: Monitor): Promise<string | null> {
  try {
    await monitor.execute('query-named-block-nodes', { flat: true });
    return null;
  } catch (error) {
    const name = isCommandError(error) ? /Block device (\S+) is ejected$/.exec(error.message)?.[1] : undefined;
    if (name === undefined) throw error;
    return name;
  }
}

async function reopen(context: MachineContext, { disk, node }: Lost): Promise<void> {
  const { monitor, disks } = context;
  const image = disk === null ? null : (disks.get(disk)?.image ?? null);
  if (disk !== null && image !== null) {
    const found = await driveNode(context, disk);
    const holder = holders(disk).find((one) => found !== null && isNodeOf(one, found));
    const checked = await checkImage(image);
    const nodes = nodesOf(holder ?? disk, checked);
    const isOfChain = node === null || nodes.some((each) => each['node-name'] === node);
    if (holder !== undefined && isOfChain) return exchange(context, disk, holder, { image, found, checked });
  }
  if (node === null) throw new DomainError('failed', 'A drive has lost its disk, and what it had is not known.');
  // An overlay that no drive has come to use.
  await monitor.execute('blockdev-del', { 'node-name': node });
}

interface Chain {
  readonly image: DiskImage;
  /** The node that the drive has. */
  readonly found: string | null;
  readonly checked: readonly CheckedImage[];
}

/** The drive has nothing behind it meanwhile: QEMU opens no file for writing twice. */
async function exchange(
  { id, host, monitor }: MachineContext,
  disk: string,
  holder: string,
  { image, found, checked }: Chain,
): Promise<void> {
  const nodes = nodesOf(holder, checked);
  const top = nodeName(holder, sourceOf(checked));
  const hollow = voidNode(holder);
  if (found !== hollow) {
    if (found !== top) throw new DomainError('failed', 'A drive has another disk than its machine was given.');
    const size = Number(await virtualSize(image));
    await monitor.execute('blockdev-add', { driver: 'null-co', 'node-name': hollow, size, 'read-zeroes': true });
    await setDrive(monitor, disk, hollow);
  }
  try {
    await closeEach(monitor, nodes);
    for (const node of nodes) await monitor.execute('blockdev-add', node);
    await setDrive(monitor, disk, top);
  } catch (cause) {
    if (!isCommandError(cause)) throw cause;
    host.log.error({ err: cause, system: id, disk }, 'a disk cannot be opened again; its guest stands still');
    throw new DomainError(
      'failed',
      `The disk ${image.file}, or one below it, cannot be read since a failure of the host's disk. The guest stands still until it can.`,
      { cause },
    );
  }
  await monitor.execute('blockdev-del', { 'node-name': hollow });
}

const setDrive = (monitor: Monitor, disk: string, node: string): Promise<void> =>
  monitor.execute('qom-set', {
    path: `/machine/peripheral/${driveDevice(disk)}`,
    property: 'drive',
    value: node,
  });

/** From the top: QEMU closes none that another one lies over. Those that a former attempt has closed are not there. */
async function closeEach(monitor: Monitor, nodes: ReturnType<typeof nodesOf>): Promise<void> {
  for (const { 'node-name': name } of nodes.toReversed())
    await monitor.execute('blockdev-del', { 'node-name': name }).catch((error: unknown) => {
      if (!isCommandError(error) || !/Failed to find node/.test(error.message)) throw error;
    });
}

/** All but what is served, which has no driver to lose and stays; base first. */
const nodesOf = (holder: string, checked: readonly CheckedImage[]): ReturnType<typeof blockNodes> =>
  blockNodes(holder, sourceOf(checked)).filter((node) => node['node-name'] !== servedNode(holder));

const sourceOf = (checked: readonly CheckedImage[]): DiskSource => {
  const source = checked.reduceRight<DiskSource | null>((backing, link) => {
    // Only its name is needed.
    if (link.kind !== 'direct') return { kind: 'nbd', socket: '', readOnly: true };
    return { ...link.source, ...(backing === null ? {} : { backing }) };
  }, null);
  if (source === null) throw new Error('an image without a file');
  return source;
};
