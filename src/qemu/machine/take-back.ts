import { linksOf } from '../../core/disks/chain-files.ts';
import { DomainError } from '../../core/errors.ts';
import type { DiskImage, DiskSpec } from '../../core/machine-spec.ts';
import { adapterDevice, driveDevice, fileNode, servedNode } from '../command-line/ids.ts';
import { checkImage } from '../images/check-image.ts';
import { holders, isNodeOf } from './block-graph.ts';
import { topNode } from './chain.ts';
import { recordOf, settled, type MachineContext } from './context.ts';
import { addDisk, changeMedium, letGo, throttle } from './drives.ts';
import { dropAdapter, restoreAdapter } from './network.ts';
import { connectSerial } from './serial.ts';
import { peripherals } from './peripherals.ts';
import { unplug } from './unplug.ts';

/** The key of `touched` for the size of a machine's memory. */
export const MEMORY = 'memory';

/**
 * Makes a machine that was taken over one of its spec. A service may have died between a change of a running machine and the
 * record of it, and the record is the truth (K11): what came goes, what went comes back. Only what the machine's own record names
 * as touched is looked at. What cannot be mended is told in the log and stays touched, for the next service.
 */
export async function takeBackDrives(context: MachineContext): Promise<void> {
  const touched = Object.keys(recordOf(context).touched).filter((id) => isDrive(context, id));
  if (touched.length === 0) return;
  const present = await peripherals(context.monitor);
  const controllers = [...present].flatMap((name) => /^scsi(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  await context.host.records.change(context.id, { controllers });
  // Those that go make room.
  for (const id of touched)
    if (!context.disks.has(id)) await attempt(context, id, () => dropDrive(context, id, present.has(driveDevice(id))));
  for (const id of touched) {
    const disk = context.disks.get(id);
    if (disk !== undefined) await attempt(context, id, () => restoreDrive(context, disk, present.has(driveDevice(id))));
  }
}

/** The rest, for which a guest may have to lend a hand: nobody waits for it but who wants these devices. */
export async function takeBackOthers(context: MachineContext): Promise<void> {
  const { touched, memoryMb, formerMacs } = recordOf(context);
  // Those with a former address are plugged anew in any case (renew-adapters.ts).
  const adapters = Object.keys(touched).filter(
    (id) => isAdapter(context, id) && !(context.adapters.has(id) && formerMacs[id] !== undefined),
  );
  const { memory, serialPorts } = context.spec;
  if (touched[MEMORY] !== undefined)
    await attempt(context, MEMORY, async () => {
      const mb = Math.min(memory.mb, memoryMb);
      if (memory.dynamic === null) await context.monitor.execute('balloon', { value: mb * 1024 * 1024 });
    });
  for (const port of serialPorts) await attempt(context, port.id, () => connectSerial(context, port));
  if (adapters.length === 0) return;
  const present = await peripherals(context.monitor);
  for (const id of adapters) {
    const isPresent = present.has(adapterDevice(id));
    const adapter = context.adapters.get(id);
    await attempt(context, id, () =>
      adapter === undefined ? dropAdapter(context, id, isPresent) : restoreAdapter(context, adapter, isPresent),
    );
  }
}

/**
 * A saved state can only be loaded by a machine with the same devices. Rejects with DomainError `invalidState` while the guest has
 * one that no record names and that it did not give back.
 */
export async function requireRecorded(context: MachineContext): Promise<void> {
  const foreign = Object.keys(recordOf(context).touched).filter((id) =>
    isAdapter(context, id) ? !context.adapters.has(id) : isDrive(context, id) && !context.disks.has(id),
  );
  if (foreign.length === 0) return;
  const found = await peripherals(context.monitor);
  for (const id of foreign)
    await attempt(context, id, () =>
      isAdapter(context, id)
        ? dropAdapter(context, id, found.has(adapterDevice(id)))
        : dropDrive(context, id, found.has(driveDevice(id))),
    );
  const present = await peripherals(context.monitor);
  if (!foreign.some((id) => present.has(driveDevice(id)) || present.has(adapterDevice(id)))) return;
  throw new DomainError(
    'invalidState',
    'The guest holds on to a device that came when the service was interrupted, and that its settings do not name. Wait until it has started, or turn the machine off first.',
  );
}

const isAdapter = (context: MachineContext, id: string): boolean =>
  context.adapters.has(id) || recordOf(context).adapterSlots[id] !== undefined;

const isDrive = (context: MachineContext, id: string): boolean =>
  id !== MEMORY && !isAdapter(context, id) && context.spec.serialPorts.every((port) => port.id !== id);

async function attempt(context: MachineContext, id: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    if (recordOf(context).touched[id] !== undefined) await settled(context, id);
  } catch (error) {
    context.host.log.error(
      { err: error, system: context.id, device: id },
      'a device of a machine that was taken over is not what its settings say',
    );
  }
}

async function dropDrive(context: MachineContext, id: string, isPresent: boolean): Promise<void> {
  if (isPresent) await unplug(context.monitor, driveDevice(id));
  await letGo(context, id, null);
}

async function restoreDrive(context: MachineContext, disk: DiskSpec, isPresent: boolean): Promise<void> {
  if (!isPresent) return plugAnew(context, disk);
  const node = await topNode(context, disk.id);
  const holder = holders(disk.id).find((name) => node !== null && isNodeOf(name, node)) ?? null;
  const isRight = disk.image === null ? node === null : holds(context, disk, disk.image, holder, node);
  if (disk.media !== 'disk') {
    if (isRight) await letGo(context, disk.id, holder);
    else await changeMedium(context, disk.id, disk.image);
    await context.monitor.execute('blockdev-close-tray', { id: driveDevice(disk.id) });
  } else if (!isRight && disk.image !== null) {
    // Where the right one cannot be had, the guest keeps what it has.
    await checkImage(disk.image);
    await unplug(context.monitor, driveDevice(disk.id));
    return plugAnew(context, disk);
  }
  if (disk.image !== null) await throttle(context.monitor, disk.id, disk.iopsLimit);
}

/** Is the image in the drive? Of one that is served the node does not tell, but what was put in last. */
function holds(
  context: MachineContext,
  { id }: DiskSpec,
  image: DiskImage,
  holder: string | null,
  node: string | null,
): boolean {
  if (holder === null || node === null) return false;
  const files = linksOf(image).map(({ file }) => file);
  const last = recordOf(context).touched[id] ?? null;
  if (node === servedNode(holder)) return last === null || files.includes(last);
  return files.some((file) => fileNode(holder, file) === node);
}

/** One that does not come is still the record's: it can be removed, and is there after the next start. */
async function plugAnew(context: MachineContext, disk: DiskSpec): Promise<void> {
  await letGo(context, disk.id, null);
  context.disks.delete(disk.id);
  try {
    await addDisk(context, disk);
  } finally {
    context.disks.set(disk.id, disk);
  }
}
