import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { HostDisk } from '../../core/disks/host-disks.ts';
import { DomainError } from '../../core/errors.ts';
import type { MachineProcess } from '../../core/model.ts';
import { runCommand } from '../supervise/run-command.ts';

const DEVICE = /^\/dev\/loop\d+$/;
/** What losetup tells of a file that was renamed or deleted under its device. */
const DELETED = ' (deleted)';
/** Programs that look at every new device (udev) let go of it soon. */
const GONE_LIMIT_MS = 3000;
const LOOK_MS = 20;

const listShape = z.object({
  loopdevices: z.array(z.object({ name: z.string(), 'back-file': z.string().nullable() })),
});

/** Of all files, whoever made them. */
export const listLoopDevices = async (): Promise<readonly HostDisk[]> => {
  const text = await runCommand('losetup', ['--list', '--json', '--output', 'NAME,BACK-FILE']);
  // Nothing at all when there is no device.
  if (text.trim() === '') return [];
  return listShape
    .parse(JSON.parse(text))
    .loopdevices.flatMap(({ name, 'back-file': file }) =>
      file === null ? [] : { device: name, file: file.endsWith(DELETED) ? file.slice(0, -DELETED.length) : file },
    );
};

export interface LoopDevice {
  readonly readOnly: boolean;
  /** How much of the file is the disk. */
  readonly bytes: number;
  readonly sectorSize: number;
  /** Who sees the file, where nobody else does: it is in a mount namespace of his. */
  readonly seenBy?: MachineProcess;
}

/** Answers the device. Rejects with DomainError. */
export const makeLoopDevice = async (
  file: string,
  { readOnly, bytes, sectorSize, seenBy }: LoopDevice,
): Promise<string> => {
  const words = [
    ...['losetup', '--find', '--show', '--partscan', '--sizelimit', String(bytes)],
    ...(sectorSize === 512 ? [] : ['--sector-size', String(sectorSize)]),
    ...(readOnly ? ['--read-only'] : []),
    ...['--', file],
  ];
  const [program = '', ...args] =
    seenBy === undefined ? words : ['nsenter', `--mount=/proc/${seenBy.pid}/ns/mnt`, '--', ...words];
  const device = (await runCommand(program, args)).trim();
  if (!DEVICE.test(device)) throw new DomainError('failed', 'The host did not say which device the disk has become.');
  return device;
};

/**
 * Resolves when the device is over nothing any more: all that was written to it is with the file.
 * @throws DomainError inUse when the host has a file system of it mounted, or a program has it open
 */
export const removeLoopDevice = async (device: string): Promise<void> => {
  if (!DEVICE.test(device)) throw new DomainError('invalidParameter', 'It is no loop device.');
  await requireLetGo(device);
  await runCommand('losetup', ['--detach', device]);
  const limit = performance.now() + GONE_LIMIT_MS;
  while ((await listLoopDevices()).some((one) => one.device === device)) {
    if (performance.now() > limit)
      throw new DomainError(
        'inUse',
        `A program of this host has ${device} open. The disk is let go of when that does; detach it again then.`,
      );
    await sleep(LOOK_MS);
  }
};

/** Who mounts a device, or makes another one of it, has it alone, and so has who holds one of its partitions. */
const requireLetGo = async (device: string): Promise<void> => {
  try {
    const handle = await open(device, constants.O_RDONLY | constants.O_EXCL);
    await handle.close();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EBUSY') throw cause;
    throw new DomainError(
      'inUse',
      `${device} is in use on this host: it or a partition of it is mounted, or part of another device. Unmount it first.`,
      { cause },
    );
  }
};
