import { access, constants } from 'node:fs/promises';
import { type HostDisks, noHostDisks } from '../../core/disks/host-disks.ts';
import { DEFAULT_PROGRAMS, type Programs } from '../host-services.ts';
import { checkImage, type CheckedImage } from '../images/check-image.ts';
import type { AdapterLog } from '../log.ts';
import { MOUNTS_ALONE } from '../supervise/confinement.ts';
import { runCommand } from '../supervise/run-command.ts';
import { triedOnce } from '../supervise/shortage.ts';
import { listLoopDevices, makeLoopDevice, removeLoopDevice } from './loop-devices.ts';
import { ServedDisks } from './served-disks.ts';

const CONTROL = '/dev/loop-control';
const FUSE = '/dev/fuse';

/**
 * Block devices of the host, where this process may make them: a loop device over the file itself where its bytes are the disk's,
 * or over what shows the disk (decisions K31: this kernel has no nbd devices). `directory`: for what serves disks (ServedDisks).
 */
export const openHostDisks = async (
  directory: string,
  log: Pick<AdapterLog, 'warn'>,
  programs: Programs = DEFAULT_PROGRAMS,
): Promise<HostDisks> => {
  if (process.getuid?.() !== 0)
    return noHostDisks('Only root attaches disks to the host, and this service runs as an ordinary user.');
  if (!(await isThere(CONTROL)))
    return noHostDisks('The kernel of this host has no loop devices to attach disks with.');
  const served = new ServedDisks(directory, programs);
  await served.sweep().catch((error: unknown) => {
    log.warn({ err: error }, 'what a former service was about to attach to this host is not cleared away yet');
  });
  const lackOfServed = triedOnce(
    () => whatServedDisksLack(programs.storageDaemon),
    'Only raw images, fixed VHD files and CDs become devices of this host: it lets no process mount anything of its own.',
  );
  return {
    lack: null,
    lackFor: async (image) => (isPlain(await checkImage(image)) ? null : lackOfServed()),
    list: async () => {
      const disks = await served.list();
      const names = new Set(disks.map(({ device }) => device));
      return [...disks, ...(await listLoopDevices()).filter(({ device }) => !names.has(device))];
    },
    attach: async (image, options) => {
      const chain = await checkImage(image);
      const device = { ...options, readOnly: image.readOnly };
      return isPlain(chain)
        ? { device: await makeLoopDevice(image.file, device), file: image.file }
        : served.attach(image.file, chain.map(readable(options.sectorSize)), device);
    },
    detach: async (device) => {
      if (!(await served.detach(device))) await removeLoopDevice(device);
    },
  };
};

/** The bytes of the disk lie one after the other from the beginning of the file. */
const isPlain = ([top, ...below]: readonly CheckedImage[]): boolean =>
  below.length === 0 && top?.kind === 'direct' && top.source.driver === 'raw';

/** QEMU reads no VHDX with sectors of another size than 512 bytes; our own server does. */
const readable =
  (sectorSize: number) =>
  (checked: CheckedImage): CheckedImage =>
    checked.kind === 'served' && checked.image.driver === 'vhdx' && sectorSize !== 512
      ? {
          kind: 'chain',
          chain: { format: 'vhdx', files: [checked.image.file], writable: !checked.image.readOnly },
        }
      : checked;

/** Null: nothing. Rejects when this host refuses namespaces. */
const whatServedDisksLack = async (storageDaemon: string): Promise<string | null> => {
  const only = 'Only raw images, fixed VHD files and CDs become devices of this host';
  if (!(await isThere(FUSE)))
    return `${only}: its kernel has no FUSE (load the module fuse), which other formats need.`;
  const [unshare = '', ...words] = MOUNTS_ALONE;
  await runCommand(unshare, [...words, 'true']);
  const help = await runCommand(storageDaemon, ['--help']);
  return help.includes('fuse')
    ? null
    : `${only}: its qemu-storage-daemon was built without FUSE, which other formats need.`;
};

const isThere = (file: string): Promise<boolean> =>
  access(file, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
