import type { Command } from 'commander';
import { FORMATS } from '../print/listing.ts';
import { listed, output, remote, sure, timed, waiting, watched } from './options.ts';

/** checkpoint, reference-point, fork */
export const checkpointCommands = (program: Command): void => {
  const checkpoint = program.command('checkpoint').description('checkpoints of a machine');
  waiting(checkpoint.command('create <vm> [name]').description('take one, with memory when the machine runs'))
    .option('--notes <text>', 'notes')
    .option('--disks-only', 'without memory')
    .option('--recovery', 'for a backup: its disks are read, and reference-point convert takes it')
    .action(async (name, title, options) => (await import('../checkpoint.ts')).createCheckpoint(name, title, options));
  watched(
    remote(
      checkpoint
        .command('list <vm>')
        .alias('ls')
        .description('the tree of them, with times, sizes, and where the machine is'),
    ),
  )
    .addOption(output(['tree', ...FORMATS]))
    .action(async (name, options) => (await import('../checkpoint.ts')).listCheckpoints(name, options));
  timed(checkpoint.command('apply <vm> <checkpoint>').description('go back to one; a running machine is turned off'))
    .option('--keep-now', 'take a checkpoint of the machine as it is first')
    .option('--discard-now', 'what the machine is now is lost')
    .option('--start', 'start, or go on from the memory of the checkpoint')
    .action(async (name, title, options) => (await import('../checkpoint.ts')).applyCheckpoint(name, title, options));
  sure(
    waiting(
      checkpoint.command('delete <vm> <checkpoint>').alias('rm').description('delete it; what others need of it stays'),
    ),
  )
    .option('--tree', 'with all that descend from it')
    .action(async (name, title, options) => (await import('../checkpoint.ts')).deleteCheckpoint(name, title, options));
  remote(checkpoint.command('rename <vm> <checkpoint> <name>').description('another name')).action(
    async (name, title, to, options) => (await import('../checkpoint.ts')).renameCheckpoint(name, title, to, options),
  );
  waiting(checkpoint.command('export <vm> <checkpoint> <directory>').description('write it as a machine of its own'))
    .option('--no-subdirectory', 'into the directory itself, not into a folder of the name of the machine')
    .addOption(output(['text', 'json', 'yaml']))
    .action(async (name, title, directory, options) =>
      (await import('../export.ts')).exportVm(name, directory, {
        ...options,
        checkpoints: 'all',
        checkpoint: title,
        disks: true,
        state: true,
        live: 'memory',
        keepFormat: false,
      }),
    );
  const point = program
    .command('reference-point')
    .description('moments of the disks of a machine that backups measure changes from');
  listed(point.command('list <vm>').alias('ls').description('those of a machine, the oldest first')).action(
    async (name, options) => (await import('../reference-point.ts')).listPoints(name, options),
  );
  waiting(point.command('create <vm>').description('one of the disks as they are now; prints its id'))
    .option('--application', 'with file systems at rest, by the agent of the guest')
    .action(async (name, options) => (await import('../reference-point.ts')).createPoint(name, options));
  waiting(
    point.command('convert <vm> <checkpoint>').description('make a recovery checkpoint one, after it was backed up'),
  ).action(async (name, title, options) =>
    (await import('../reference-point.ts')).convertCheckpoint(name, title, options),
  );
  sure(waiting(point.command('delete <vm> <point>').alias('rm').description('give it up; disks are merged'))).action(
    async (name, id, options) => (await import('../reference-point.ts')).deletePoint(name, id, options),
  );
  timed(
    program
      .command('fork <vm@checkpoint>')
      .description('machines that go on from a checkpoint, sharing its disks and memory until they write to them'),
  )
    .option('--count <n>', 'how many, 100 at most', '1')
    .option('--name <name>', 'they are called NAME-1, NAME-2, ... (default: the name of the machine)')
    .option('--no-start', 'leave them saved, or off where the checkpoint has no memory')
    .option('--no-network', 'their network adapters stay unplugged')
    .option('--overcommit', 'though the host has no memory for all that they might write')
    .addOption(output(['text', 'json', 'yaml']))
    .action(async (source, options) => (await import('../vm/fork.ts')).fork(source, options));
};
