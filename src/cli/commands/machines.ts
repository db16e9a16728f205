import { type Command, Option } from 'commander';
import type { REQUESTS } from '../../client/machine.ts';
import { collect, listed, output, remote, sure, timed, waiting } from './options.ts';

const onConsole = (command: Command): Command =>
  command
    .option('--until <text>', 'end when the guest has printed this text; nothing is typed')
    .option('--timeout <seconds>', 'end then; exit code 6 if the text has not come');

interface Verb {
  readonly name: string;
  readonly request: keyof typeof REQUESTS;
  readonly does: string;
  /** Options with which it is another request. */
  readonly harder?: readonly { readonly option: Option; readonly request: keyof typeof REQUESTS }[];
}

const VERBS: readonly Verb[] = [
  {
    name: 'shutdown',
    request: 'shutdown',
    does: 'ask the guest to shut down, and wait',
    harder: [{ option: new Option('--turn-off', 'do not ask it: vm stop'), request: 'stop' }],
  },
  {
    name: 'stop',
    request: 'stop',
    does: 'turn off at once',
    // What it does by itself: whoever says so is right.
    harder: ['--turn-off', '--force'].map((flag) => ({ option: new Option(flag).hideHelp(), request: 'stop' })),
  },
  { name: 'pause', request: 'pause', does: 'stop its processors' },
  { name: 'resume', request: 'resume', does: 'go on after pause or save' },
  { name: 'save', request: 'save', does: 'write memory to disk and end the process' },
  { name: 'reset', request: 'reset', does: 'hard reset' },
  {
    name: 'restart',
    request: 'reboot',
    does: 'ask the guest to reboot',
    harder: [{ option: new Option('--force', 'do not ask it: vm reset'), request: 'reset' }],
  },
];

const DRY_RUN = 'show what would be, and what the service says of a plan of it; nothing is changed';

/** vm, job */
export const machineCommands = (program: Command): void => {
  const vm = program.command('vm').description('virtual machines');
  listed(vm.command('list').alias('ls').description('all machines with their state'))
    // It lists all, as virsh does when it is told so.
    .addOption(new Option('--all').hideHelp())
    .action(async (options) => (await import('../vm/vm.ts')).list(options));
  listed(vm.command('show <vm>').description('one machine, by name or id')).action(async (name, options) =>
    (await import('../vm/show.ts')).showVm(name, options),
  );
  timed(vm.command('create <name>').description('define a machine with its devices'))
    .option('--generation <n>', '1 (BIOS, IDE) or 2 (UEFI, SCSI)', '2')
    .option('--memory <size>', 'memory in MB, or like 4G', '1024')
    .option('--processors <n>', 'virtual processors', '1')
    .option('--disk <file>', 'disk image; repeat for more', collect, [])
    .option('--iso <file>', 'ISO image; repeat for more', collect, [])
    .option('--image <file>', 'a copy of this disk image becomes its first disk')
    .option('--size <size>', 'of that disk, when it is to be larger, like 20G')
    .option('--cloud-init <user-data>', 'a file here that cloud-init sets the guest up by at its first start')
    .option('--network-config <file>', 'network configuration for cloud-init')
    .option('--switch <name>', 'virtual switch of a network adapter')
    .option('--serial <pipe>', String.raw`\\.\pipe\NAME or a socket path for COM1`)
    .option('--no-secure-boot', 'generation 2 without Secure Boot')
    .option('--notes <text>', 'notes', '')
    .option('--dry-run', DRY_RUN)
    .addOption(output(['text', 'json', 'yaml']))
    .action(async (name, options) => (await import('../vm/create-vm.ts')).create(name, options));
  onConsole(remote(vm.command('start <vm>').description('start, restore or resume')))
    .option('--wait', 'wait until it runs (default)')
    .option('--no-wait', 'print the id of its job and do not wait; vsms job wait ID does')
    .option('--console', 'stay on the serial port from the first byte on; the machine is on this host')
    .action(async (name, options) => {
      if (options.console === true) await (await import('../vm/console.ts')).startOnConsole(name, options);
      else await (await import('../vm/vm.ts')).request('start', name, options);
    });
  for (const { name, request, does, harder = [] } of VERBS) {
    const command = waiting(vm.command(`${name} <vm>`).description(does));
    for (const { option } of harder) command.addOption(option);
    command.action(async (machine, options) => {
      const chosen = harder.find(({ option }) => options[option.attributeName()] === true);
      await (await import('../vm/vm.ts')).request(chosen?.request ?? request, machine, options);
    });
  }
  remote(vm.command('set <vm>').description('change its settings; what is not named stays'))
    .option('--name <name>', 'another name')
    .option('--notes <text>', 'notes')
    .option('--memory <size>', 'memory in MB, or like 4G; at the start when it is dynamic')
    .option('--minimum-memory <size>', 'dynamic memory, never less')
    .option('--maximum-memory <size>', 'dynamic memory, never more')
    .option('--dynamic-memory', 'memory follows between minimum and maximum')
    .option('--no-dynamic-memory', 'memory does not change while it runs')
    .option('--processors <n>', 'virtual processors')
    .option('--start <action>', 'when the host starts: nothing, start-if-running, start')
    .option('--stop <action>', 'when the host goes down: turn-off, save, shutdown')
    .option(
      '--checkpoints <type>',
      'production (file systems at rest, else memory), production-only, standard (memory), disabled',
    )
    .option('--automatic-checkpoints', 'one is taken at each start, and goes when it stops well')
    .option('--no-automatic-checkpoints', 'none is')
    .option('--secure-boot', 'generation 2: Secure Boot')
    .option('--no-secure-boot', 'generation 2: without')
    .option('--serial <pipe>', String.raw`COM1: \\.\pipe\NAME, a socket path, or none`)
    .option('--dry-run', DRY_RUN)
    .addOption(output(['text', 'json', 'yaml']))
    .action(async (name, options) => (await import('../vm/vm-set.ts')).setVm(name, options));
  remote(vm.command('type <vm> [text]').description('type on the keyboard of a running machine'))
    .option('--enter', 'press Enter at the end')
    .option('--ctrl-alt-del', 'press Ctrl-Alt-Del first')
    .action(async (name, text, options) => (await import('../vm/type-keys.ts')).typeKeys(name, text, options));
  sure(waiting(vm.command('delete <vm>').alias('rm').description('delete the machine; its disks are kept')))
    .option('--force', 'turn it off first when it is on')
    .action(async (name, options) => (await import('../vm/vm.ts')).remove(name, options));
  timed(vm.command('edit <vm>').description('change it as a YAML file in $EDITOR; shows what will change and asks'))
    .option('--yes', 'do not ask')
    .action(async (name, options) => (await import('../edit.ts')).editVm(name, options));
  remote(vm.command('manifest <vm>').description('it as a file for vsms apply'))
    .addOption(output(['yaml', 'json']))
    .action(async (name, options) => (await import('../apply.ts')).printManifest(name, options));
  timed(vm.command('clone <vm> <name>').description('a second machine with copies of its disks as they are now'))
    .option('--directory <dir>', 'folder for it, on the host (default: of its name, where the host has its disks)')
    .action(async (name, to, options) => (await import('../vm/clone.ts')).cloneVm(name, to, options));
  listed(vm.command('source <vm>').description('what an imported machine still reads of the files it came from'))
    .option('--detach', 'copy what checkpoints need of them too, so that they may go', false)
    .action(async (name, options) => (await import('../transfer.ts')).showSource(name, options));
  remote(
    vm.command('devices <vm> <models>').description('inbox or virtio devices, while it is off; its drivers come first'),
  ).action(async (name, models, options) => (await import('../transfer.ts')).changeDevices(name, models, options));
  remote(vm.command('screenshot <vm> <file>').description('picture of the screen as PNG'))
    .option('--width <pixels>', 'width', '640')
    .option('--height <pixels>', 'height', '480')
    .action(async (name, file, options) => (await import('../vm/screenshot.ts')).screenshot(name, file, options));
  onConsole(remote(vm.command('console <vm>').description('serial port of a machine on this host'))).action(
    async (name, options) => (await import('../vm/console.ts')).serialConsole(name, options),
  );

  const job = program.command('job').description('what the service is doing, and did in the last minutes');
  listed(job.command('list').alias('ls').description('all jobs, the newest first'))
    .option('--running', 'only those that have not ended')
    .action(async (options) => (await import('../job.ts')).listAllJobs(options));
  listed(job.command('show <job>').description('one job')).action(async (id, options) =>
    (await import('../job.ts')).showJob(id, options),
  );
  timed(job.command('wait <job>').description('wait for its end; fails in its words when it failed')).action(
    async (id, options) => (await import('../job.ts')).waitForJob(id, options),
  );
  timed(job.command('cancel <job>').description('cancel it, and wait until what it made is taken back')).action(
    async (id, options) => (await import('../job.ts')).cancelJob(id, options),
  );
};
