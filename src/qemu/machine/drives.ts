import { DomainError } from '../../core/errors.ts';
import type { DiskSpec } from '../../core/machine-spec.ts';
import { isCommandError } from '../../qmp/errors.ts';
import type { Monitor } from '../supervise/monitor.ts';
import { attachImage, detachImage } from '../attach.ts';
import { controllerDevice, driveDeviceFor, scsiModel } from '../command-line/drives.ts';
import { nodeName } from '../command-line/block-node.ts';
import { driveDevice } from '../command-line/ids.ts';
import { closeNodes, holders, isNodeOf, openNodes } from './block-graph.ts';
import { topNode } from './chain.ts';
import { recordOf, touch, type MachineContext } from './context.ts';
import { unplug } from './unplug.ts';

/** A guest that closes it more often than this does not want a medium. */
const TRAY_TRIES = 20;

/** Plugs a drive into a running machine: SCSI only (lifecycle §8). */
export async function addDisk(context: MachineContext, disk: DiskSpec): Promise<void> {
  const { spec, monitor, host } = context;
  if (disk.bus !== 'scsi' || !scsiModel(spec.generation, spec.deviceModels).hotplug) {
    throw new DomainError(
      'invalidState',
      'This drive cannot be added while the machine runs. Turn the machine off first.',
    );
  }
  if (context.disks.has(disk.id)) throw new DomainError('inUse', 'The machine has this drive already.');
  // A drive without a place is refused before anything is made for it.
  driveDeviceFor(spec, disk, null, undefined);
  await context.leftBehind.require(disk.id);
  await touch(context, disk.id, disk.image?.file);
  const source = disk.image === null ? null : await attachImage(host, context, disk.id, disk.image);
  const device = driveDeviceFor(spec, disk, source === null ? null : nodeName(disk.id, source), undefined);
  try {
    await ensureController(context, disk.controller);
    if (source !== null) await openNodes(monitor, disk.id, source);
    try {
      await monitor.execute('device_add', device);
      if (disk.iopsLimit !== null) await throttle(monitor, disk.id, disk.iopsLimit);
    } catch (error) {
      // A drive that could not be limited goes again: nobody is told that it came.
      await unplug(monitor, driveDevice(disk.id));
      if (source !== null) await closeNodes(monitor, disk.id);
      throw error;
    }
  } catch (error) {
    await detachImage(host, context, disk.id);
    throw error;
  }
  context.disks.set(disk.id, disk);
}

async function ensureController(context: MachineContext, controller: number): Promise<void> {
  const { controllers } = recordOf(context);
  if (controllers.includes(controller)) return;
  const { generation, deviceModels } = context.spec;
  await context.monitor.execute('device_add', controllerDevice(generation, deviceModels, controller));
  await context.host.records.change(context.id, { controllers: [...controllers, controller] });
}

export async function removeDisk(context: MachineContext, diskId: string): Promise<void> {
  const disk = knownDisk(context, diskId);
  const { spec, monitor } = context;
  if (disk.bus !== 'scsi' || !scsiModel(spec.generation, spec.deviceModels).hotplug) {
    throw new DomainError(
      'invalidState',
      'This drive cannot be removed while the machine runs. Turn the machine off first.',
    );
  }
  await touch(context, diskId);
  await unplug(monitor, driveDevice(diskId));
  context.disks.delete(diskId);
  await context.leftBehind.clear(diskId, () => letGo(context, diskId, null));
}

/** Closes what no device uses, of all holders of a drive but one. */
export async function letGo(context: MachineContext, id: string, kept: string | null): Promise<void> {
  for (const holder of holders(id)) {
    if (holder === kept) continue;
    await closeNodes(context.monitor, holder);
    await detachImage(context.host, context, holder);
  }
}

/** Inserts, changes or ejects a medium. The old one stays in until the new one is known to open, and comes back when it does not go in. */
export async function changeMedium(context: MachineContext, diskId: string, image: DiskSpec['image']): Promise<void> {
  const disk = knownDisk(context, diskId);
  const { monitor, host } = context;
  if (disk.media === 'disk')
    throw new DomainError(
      'invalidState',
      'A hard disk is no medium that can be changed. Remove the drive and add another.',
    );
  await touch(context, diskId, image?.file);
  const old = await topNode(context, diskId);
  const before = holders(diskId).find((name) => old !== null && isNodeOf(name, old)) ?? null;
  // What a change before this one may have left.
  await letGo(context, diskId, before);
  const holder = holders(diskId).find((name) => name !== before) ?? diskId;
  const readOnly = disk.media === 'cd' || image?.readOnly === true;
  const source = image === null ? null : await attachImage(host, context, holder, { ...image, readOnly });
  try {
    if (source !== null) await openNodes(monitor, holder, source);
  } catch (error) {
    await detachImage(host, context, holder);
    throw error;
  }
  try {
    await swapMedium(monitor, diskId, source === null ? null : nodeName(holder, source));
  } catch (error) {
    await swapMedium(monitor, diskId, old);
    await closeNodes(monitor, holder);
    await detachImage(host, context, holder);
    throw error;
  }
  context.disks.set(diskId, { ...disk, image });
  await letGo(context, diskId, source === null ? null : holder).catch((error: unknown) =>
    host.log.warn({ err: error, system: context.id }, 'a medium that is out of its drive is not let go of yet'),
  );
}

/** Whatever is in the drive goes out, and `node` in; null: nothing. */
async function swapMedium(monitor: Monitor, diskId: string, node: string | null): Promise<void> {
  const id = driveDevice(diskId);
  await withOpenTray(monitor, id, () => monitor.execute('blockdev-remove-medium', { id }));
  if (node !== null)
    await withOpenTray(monitor, id, () => monitor.execute('blockdev-insert-medium', { id, 'node-name': node }));
  await monitor.execute('blockdev-close-tray', { id });
}

/**
 * A guest that locked its tray does not keep the operator from changing the medium, as on Hyper-V. One that closes it at the
 * same moment (firmware that looks for something to boot) has it opened again.
 */
async function withOpenTray(monitor: Monitor, id: string, work: () => Promise<unknown>): Promise<void> {
  for (let tries = TRAY_TRIES; ; tries--) {
    await monitor.execute('blockdev-open-tray', { id, force: true });
    try {
      await work();
      return;
    } catch (error) {
      if (tries === 0 || !isCommandError(error) || !/Tray of .* is not open/.test(error.message)) throw error;
    }
  }
}

export async function setIopsLimit(context: MachineContext, diskId: string, limit: number | null): Promise<void> {
  const disk = knownDisk(context, diskId);
  await touch(context, diskId);
  await throttle(context.monitor, diskId, limit);
  context.disks.set(diskId, { ...disk, iopsLimit: limit });
}

/** More operations a second than any disk does, and the most that QEMU counts (THROTTLE_VALUE_MAX). */
const MOST_IOPS = 1e15;

export async function throttle(monitor: Monitor, diskId: string, limit: number | null): Promise<void> {
  await monitor.execute('block_set_io_throttle', {
    id: driveDevice(diskId),
    bps: 0,
    bps_rd: 0,
    bps_wr: 0,
    iops: Math.min(limit ?? 0, MOST_IOPS),
    iops_rd: 0,
    iops_wr: 0,
  });
}

export function diskOfNode(disks: Iterable<string>, node: string): string | null {
  for (const id of disks) if (holders(id).some((holder) => isNodeOf(holder, node))) return id;
  return null;
}

function knownDisk(context: MachineContext, diskId: string): DiskSpec {
  const disk = context.disks.get(diskId);
  if (disk === undefined) throw new DomainError('invalidParameter', 'The machine has no such drive.');
  return disk;
}
