import type { Command } from 'commander';
import { listed, remote, waiting } from './options.ts';

/** disk, controller */
export const diskCommands = (program: Command): void => {
  const disk = program.command('disk').description('disks and CDs of machines, and disk images as files of the host');
  listed(
    disk.command('list [vm]').alias('ls').description('which images are in which drives, of one machine or of all'),
  ).action(async (name, options) => (await import('../disk.ts')).listDisks(name, options));
  listed(disk.command('inspect <file>').description('what a disk image of the host is')).action(async (file, options) =>
    (await import('../disk.ts')).inspectImage(file, options),
  );
  listed(disk.command('changes <file>').description('what an image holds that was not there at a reference point'))
    .requiredOption('--since <id>', 'of a disk of the point: reference-point list VM -o wide')
    .action(async (file, options) => (await import('../reference-point.ts')).listChanges(file, options));
  waiting(disk.command('create <file>').description('a new disk image, VHDX, VHD or qcow2'))
    .option('--size <size>', 'like 20G')
    .option('--type <type>', 'dynamic or fixed', 'dynamic')
    .option('--format <format>', 'vhdx, vhd or qcow2 (default: as the name ends)')
    .option('--parent <file>', 'a differencing disk over this one, of its size')
    .action(async (file, options) => (await import('../disk.ts')).createDisk(file, options));
  waiting(
    disk.command('resize <file> <size>').description('another size; of a disk that no running machine has'),
  ).action(async (file, size, options) => (await import('../disk.ts')).resizeDisk(file, size, options));
  waiting(disk.command('convert <from> <to>').description('a copy as VHDX, VHD or qcow2, without what lies below it'))
    .option('--type <type>', 'dynamic or fixed', 'dynamic')
    .option('--format <format>', 'vhdx, vhd or qcow2 (default: as the name ends)')
    .action(async (from, to, options) => (await import('../disk.ts')).convertDisk(from, to, options));
  waiting(disk.command('compact <file>').description('give back the room of blocks that hold nothing')).action(
    async (file, options) => (await import('../disk.ts')).compactDisk(file, options),
  );
  waiting(disk.command('validate <file>').description('is it whole, with all that it needs?')).action(
    async (file, options) => (await import('../disk.ts')).validateDisk(file, options),
  );
  remote(disk.command('attach <vm> <file>').description('put an image into a new drive, on the first free place'))
    .option('--cd', 'into a CD drive (default for .iso)')
    .option('--scsi', 'on SCSI, though IDE has room; also while the machine runs')
    .option('--at <place>', 'there ("SCSI 0:1"), or on that controller ("SCSI 1")')
    .action(async (name, file, options) => (await import('../disk.ts')).attachDisk(name, file, options));
  remote(
    disk
      .command('move <vm> <place> <to>')
      .description('a drive, by its place or file, to another place ("SCSI 1:0") or controller ("SCSI 1")'),
  ).action(async (name, place, to, options) => (await import('../disk.ts')).moveDisk(name, place, to, options));
  remote(
    disk
      .command('detach <vm> <place>')
      .description('remove a drive by its place ("SCSI 0:1") or file; the file is kept'),
  ).action(async (name, place, options) => (await import('../disk.ts')).detachDisk(name, place, options));
  remote(
    disk
      .command('upload <file> [path]')
      .description('a disk image or ISO to a vsms host; default: its folder of disks'),
  ).action(async (file, path, options) => (await import('../disk.ts')).uploadDisk(file, path, options));
  remote(disk.command('download <path> [file]').description('a disk image or ISO from a vsms host')).action(
    async (path, file, options) => (await import('../disk.ts')).downloadDisk(path, file, options),
  );
  disk
    .command('seed <file>')
    .description('write the ISO image by which cloud-init sets up a guest (NoCloud)')
    .requiredOption('--cloud-init <user-data>', 'its user data')
    .option('--network-config <file>', 'its network configuration')
    .option('--name <name>', 'name of the machine', 'vm')
    .action(async (file, options) => (await import('../vm/seed.ts')).writeSeed(file, options));
  const controller = program.command('controller').description('what the drives of a machine hang on');
  listed(
    controller
      .command('list <vm>')
      .alias('ls')
      .description('its IDE and SCSI controllers, and which locations are taken'),
  ).action(async (name, options) => (await import('../controller.ts')).listControllers(name, options));
  remote(controller.command('add <vm>').description('one more for SCSI, while the machine is off')).action(
    async (name, options) => (await import('../controller.ts')).addController(name, options),
  );
  remote(
    controller.command('remove <vm> <controller>').alias('rm').description('one without drives, like "SCSI 1"'),
  ).action(async (name, which, options) => (await import('../controller.ts')).removeController(name, which, options));
};
