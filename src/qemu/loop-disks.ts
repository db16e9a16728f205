import { access } from 'node:fs/promises';
import { z } from 'zod';
import { type HostDisk, type HostDisks, noHostDisks } from '../core/disks/host-disks.ts';
import { DomainError } from '../core/errors.ts';
import { runCommand } from './supervise/run-command.ts';

const CONTROL = '/dev/loop-control';
const DEVICE = /^\/dev\/loop\d+$/;
/** What losetup tells of a file that was renamed or deleted under its device. */
const DELETED = ' (deleted)';

const listShape = z.object({
  loopdevices: z.array(z.object({ name: z.string(), 'back-file': z.string().nullable() })),
});

/** Loop devices, where this process may make them (decisions K31: this kernel has no nbd devices). */
export const openLoopDisks = async (): Promise<HostDisks> => {
  if (process.getuid?.() !== 0)
    return noHostDisks('Only root attaches disks to the host, and this service runs as an ordinary user.');
  const there = await access(CONTROL).then(
    () => true,
    () => false,
  );
  return there
    ? { lack: null, list, attach, detach }
    : noHostDisks('The kernel of this host has no loop devices to attach disks with.');
};

const list = async (): Promise<readonly HostDisk[]> => {
  const text = await runCommand('losetup', ['--list', '--json', '--output', 'NAME,BACK-FILE']);
  // Nothing at all when there is no device.
  if (text.trim() === '') return [];
  return listShape
    .parse(JSON.parse(text))
    .loopdevices.flatMap(({ name, 'back-file': file }) =>
      file === null ? [] : { device: name, file: file.endsWith(DELETED) ? file.slice(0, -DELETED.length) : file },
    );
};

const attach: HostDisks['attach'] = async (file, { readOnly, bytes }) => {
  const args = ['--find', '--show', '--partscan', '--sizelimit', String(bytes), ...(readOnly ? ['--read-only'] : [])];
  const device = (await runCommand('losetup', [...args, '--', file])).trim();
  if (!DEVICE.test(device)) throw new DomainError('failed', 'The host did not say which device the disk has become.');
  return { device, file };
};

const detach = async (device: string): Promise<void> => {
  if (!DEVICE.test(device)) throw new DomainError('invalidParameter', 'It is no loop device.');
  await runCommand('losetup', ['--detach', device]);
};
