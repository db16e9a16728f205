import { Command, Option } from 'commander';
import type { REQUESTS } from '../client/virtual-machines.ts';
import { withoutCmdlet } from './cmdlets.ts';
import { printable } from './output.ts';

// Whoever reads us may stop in the middle, as head does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Options of a command that talks to a service. */
const remote = (command: Command): Command =>
  command
    .option(
      '--host <url>',
      'https://HOST:5986 of a vsms or Hyper-V host (VSMS_HOST; default: the service of this machine)',
    )
    .option('--user <name>', 'account (VSMS_USER; default admin)')
    .option('--password <text>', 'better in VSMS_PASSWORD')
    .option('--ca <file>', 'PEM of the certificate or authority to trust')
    .option('--insecure', 'accept any certificate')
    .option('--namespace <name>', 'CIM namespace (default root\\virtualization\\v2)');

const output = (choices: readonly string[]): Option =>
  new Option('-o, --output <format>', 'how to print').choices(choices).default(choices[0]);

// Before the subcommands: they inherit it.
const program = new Command('vsms').description('Virtual System Management Service').version('0.1.0').exitOverride();

const vm = program.command('vm').description('virtual machines');
remote(vm.command('list').description('all machines with their state'))
  .addOption(output(['table', 'json', 'name']))
  .action(async (options) => (await import('./vm.ts')).list(options));
remote(vm.command('show <vm>').description('one machine, by name or id'))
  .addOption(output(['table', 'json', 'name']))
  .action(async (name, options) => (await import('./vm.ts')).showOne(name, options));
remote(vm.command('create <name>').description('define a machine with its devices'))
  .option('--generation <n>', '1 (BIOS, IDE) or 2 (UEFI, SCSI)', '2')
  .option('--memory <MB>', 'memory in MB', '1024')
  .option('--processors <n>', 'virtual processors', '1')
  .option('--disk <file>', 'disk image; repeat for more', collect, [])
  .option('--iso <file>', 'ISO image; repeat for more', collect, [])
  .option('--switch <name>', 'virtual switch of a network adapter')
  .option('--serial <pipe>', String.raw`\\.\pipe\NAME or a socket path for COM1`)
  .option('--no-secure-boot', 'generation 2 without Secure Boot')
  .option('--notes <text>', 'notes', '')
  .action(async (name, options) => (await import('./vm.ts')).create(name, options));
const onConsole = (command: Command): Command =>
  command
    .option('--until <text>', 'end when the guest has printed this text; nothing is typed')
    .option('--timeout <seconds>', 'end then; exit code 6 if the text has not come');
onConsole(remote(vm.command('start <vm>').description('start, restore or resume')))
  .option('--console', 'stay on the serial port from the first byte on; the machine is on this host')
  .action(async (name, options) => {
    if (options.console === true) await (await import('./console.ts')).startOnConsole(name, options);
    else await (await import('./vm.ts')).request('start', name, options);
  });
const verbs: readonly (readonly [string, keyof typeof REQUESTS, string])[] = [
  ['shutdown', 'shutdown', 'ask the guest to shut down, and wait'],
  ['stop', 'stop', 'turn off at once'],
  ['pause', 'pause', 'stop its processors'],
  ['resume', 'resume', 'go on after pause or save'],
  ['save', 'save', 'write memory to disk and end the process'],
  ['reset', 'reset', 'hard reset'],
  ['restart', 'reboot', 'ask the guest to reboot'],
];
for (const [name, verb, description] of verbs) {
  remote(vm.command(`${name} <vm>`).description(description)).action(async (machine, options) =>
    (await import('./vm.ts')).request(verb, machine, options),
  );
}
remote(vm.command('set <vm>').description('change its settings; what is not named stays'))
  .option('--name <name>', 'another name')
  .option('--notes <text>', 'notes')
  .option('--memory <MB>', 'memory, at the start when it is dynamic')
  .option('--minimum-memory <MB>', 'dynamic memory, never less')
  .option('--maximum-memory <MB>', 'dynamic memory, never more')
  .option('--dynamic-memory', 'memory follows between minimum and maximum')
  .option('--no-dynamic-memory', 'memory does not change while it runs')
  .option('--processors <n>', 'virtual processors')
  .option('--start <action>', 'when the host starts: nothing, start-if-running, start')
  .option('--stop <action>', 'when the host goes down: turn-off, save, shutdown')
  .option('--secure-boot', 'generation 2: Secure Boot')
  .option('--no-secure-boot', 'generation 2: without')
  .action(async (name, options) => (await import('./vm-set.ts')).setVm(name, options));
remote(vm.command('type <vm> [text]').description('type on the keyboard of a running machine'))
  .option('--enter', 'press Enter at the end')
  .option('--ctrl-alt-del', 'press Ctrl-Alt-Del first')
  .action(async (name, text, options) => (await import('./type-keys.ts')).typeKeys(name, text, options));
remote(vm.command('delete <vm>').description('delete the machine; its disks are kept')).action(async (name, options) =>
  (await import('./vm.ts')).remove(name, options),
);
remote(vm.command('source <vm>').description('what an imported machine still reads of the files it came from'))
  .option('--detach', 'copy what checkpoints need of them too, so that they may go', false)
  .addOption(output(['table', 'json']))
  .action(async (name, options) => (await import('./transfer.ts')).showSource(name, options));
remote(
  vm.command('devices <vm> <models>').description('inbox or virtio devices, while it is off; its drivers come first'),
).action(async (name, models, options) => (await import('./transfer.ts')).changeDevices(name, models, options));
remote(vm.command('screenshot <vm> <file>').description('picture of the screen as PNG'))
  .option('--width <pixels>', 'width', '640')
  .option('--height <pixels>', 'height', '480')
  .action(async (name, file, options) => (await import('./vm.ts')).screenshot(name, file, options));
onConsole(remote(vm.command('console <vm>').description('serial port of a machine on this host'))).action(
  async (name, options) => (await import('./console.ts')).serialConsole(name, options),
);

const virtualSwitch = program.command('switch').description('virtual Ethernet switches');
remote(virtualSwitch.command('list').description('all switches'))
  .addOption(output(['table', 'json', 'name']))
  .action(async (options) => (await import('./switch.ts')).listSwitches(options));
remote(virtualSwitch.command('show <switch>').description('one switch, by name or id'))
  .addOption(output(['table', 'json', 'name']))
  .action(async (name, options) => (await import('./switch.ts')).showSwitch(name, options));
remote(virtualSwitch.command('adapters').description('network adapters of the host that a switch can have'))
  .addOption(output(['table', 'json', 'name']))
  .action(async (options) => (await import('./switch.ts')).listHostAdapters(options));
remote(virtualSwitch.command('create <name>').description('a private switch, or what the options make of it'))
  .option('--internal', 'the host is a station on it')
  .option('--adapter <name>', 'external: it leads out of the host by this adapter')
  .option('--notes <text>', 'notes', '')
  .action(async (name, options) => (await import('./switch.ts')).createSwitch(name, options));
remote(
  virtualSwitch.command('delete <switch>').description('delete it; machines that are on it are disconnected'),
).action(async (name, options) => (await import('./switch.ts')).deleteSwitch(name, options));
const nic = program.command('nic').description('network adapters of a machine');
const onNic = (command: Command): Command =>
  remote(command).option('--nic <name>', 'which one, by name or number, where there are several');
remote(nic.command('list <vm>').description('its adapters and what they are plugged into'))
  .addOption(output(['table', 'json']))
  .action(async (name, options) => (await import('./nic.ts')).listNics(name, options));
onNic(
  nic.command('connect <vm> <switch>').description('plug it in, also while it runs; a first adapter is made'),
).action(async (name, target, options) => (await import('./nic.ts')).connectNic(name, target, options));
onNic(nic.command('disconnect <vm>').description('pull the cable')).action(async (name, options) =>
  (await import('./nic.ts')).disconnectNic(name, options),
);
onNic(nic.command('set <vm>').description('address, VLAN, limit and guards of its port'))
  .option('--vlan <id>', 'access VLAN, or none')
  .option('--mac <address>', 'a static address, or dynamic')
  .option('--limit <Mbit/s>', 'what it may send at most, or none')
  .option('--mac-spoofing <on|off>', 'may it send from other addresses')
  .option('--dhcp-guard <on|off>', 'answers of a DHCP server that it sends are dropped')
  .option('--router-guard <on|off>', 'router advertisements that it sends are dropped')
  .action(async (name, options) => (await import('./nic.ts')).setNic(name, options));

remote(program.command('wql <query>').description('objects of a WQL query'))
  .addOption(output(['list', 'json']))
  .action(async (query, options) => (await import('./cim.ts')).wql(query, options));
const cim = program.command('cim').description('objects and methods of the CIM schema');
remote(cim.command('get <class> [keys...]').description('one object by KEY=VALUE'))
  .addOption(output(['list', 'json']))
  .action(async (className, keys, options) => (await import('./cim.ts')).get(className, keys, options));
remote(cim.command('invoke <class> <method>').description('call a method'))
  .option('--key <name=value>', 'key of the object', collect, [])
  .option('--arg <name=value>', 'argument; repeat a name for an array', collect, [])
  .option('--no-wait', 'do not wait for the job')
  .action(async (className, method, options) => (await import('./cim.ts')).invoke(className, method, options));
remote(
  program.command('export <vm> <directory>').description('write a machine as a folder that Hyper-V and vsms import'),
)
  .option('--checkpoints <which>', 'all or none of them', 'all')
  .option('--checkpoint <name>', 'this one alone, as a machine of its own')
  .option('--no-disks', 'only the definition; disks stay where they are')
  .option('--no-state', 'without the saved state, or the memory of a running machine')
  .option(
    '--live <what>',
    'of a running machine: memory and disks, disks as a power cut leaves them, or application: at rest by its agent',
    'memory',
  )
  .option('--keep-format', 'disks in the format that they have, qcow2 too; for another vsms', false)
  .option('--no-subdirectory', 'into the directory itself, not into a folder of the name of the machine')
  .addOption(output(['text', 'json']))
  .action(async (name, directory, options) => (await import('./export.ts')).exportVm(name, directory, options));
const checkpoint = program.command('checkpoint').description('checkpoints of a machine');
remote(checkpoint.command('create <vm> [name]').description('take one, with memory when the machine runs'))
  .option('--notes <text>', 'notes')
  .option('--disks-only', 'without memory')
  .action(async (name, title, options) => (await import('./checkpoint.ts')).createCheckpoint(name, title, options));
remote(checkpoint.command('list <vm>').description('the tree of them, with times, sizes, and where the machine is'))
  .addOption(output(['tree', 'json', 'name']))
  .action(async (name, options) => (await import('./checkpoint.ts')).listCheckpoints(name, options));
remote(checkpoint.command('apply <vm> <checkpoint>').description('go back to one; a running machine is turned off'))
  .option('--keep-now', 'take a checkpoint of the machine as it is first')
  .option('--discard-now', 'what the machine is now is lost')
  .option('--start', 'start, or go on from the memory of the checkpoint')
  .action(async (name, title, options) => (await import('./checkpoint.ts')).applyCheckpoint(name, title, options));
remote(checkpoint.command('delete <vm> <checkpoint>').description('delete it; what others need of it stays'))
  .option('--tree', 'with all that descend from it')
  .action(async (name, title, options) => (await import('./checkpoint.ts')).deleteCheckpoint(name, title, options));
remote(checkpoint.command('rename <vm> <checkpoint> <name>').description('another name')).action(
  async (name, title, to, options) => (await import('./checkpoint.ts')).renameCheckpoint(name, title, to, options),
);
remote(checkpoint.command('export <vm> <checkpoint> <directory>').description('write it as a machine of its own'))
  .option('--no-subdirectory', 'into the directory itself, not into a folder of the name of the machine')
  .addOption(output(['text', 'json']))
  .action(async (name, title, directory, options) =>
    (await import('./export.ts')).exportVm(name, directory, {
      ...options,
      checkpoints: 'all',
      checkpoint: title,
      disks: true,
      state: true,
      live: 'memory',
      keepFormat: false,
    }),
  );
remote(
  program
    .command('fork <vm@checkpoint>')
    .description('machines that go on from a checkpoint, sharing its disks and memory until they write to them'),
)
  .option('--count <n>', 'how many, 100 at most', '1')
  .option('--name <name>', 'they are called NAME-1, NAME-2, ... (default: the name of the machine)')
  .option('--no-start', 'leave them saved, or off where the checkpoint has no memory')
  .option('--no-network', 'their network adapters stay unplugged')
  .option('--overcommit', 'though the host has no memory for all that they might write')
  .addOption(output(['text', 'json']))
  .action(async (source, options) => (await import('./fork.ts')).fork(source, options));
/** What the command line says about findings of a plan. */
const mending = (command: Command): Command =>
  command
    .option(
      '--map-switch <A=B>',
      'switch B of this host for A of the other one; nothing behind the sign: none',
      collect,
      [],
    )
    .option('--drive <C=dir>', 'folder in which a drive of the other host lies here', collect, [])
    .option('--root <dir>', 'folder of the machine on this host')
    .option('--discard-state', 'forget a saved state that this host cannot resume', false)
    .option('--discard-missing', 'leave out checkpoints whose definition is missing', false);
mending(
  remote(
    program
      .command('import <path>')
      .description('an export, a definition, or the machines of data.vmcx: plan, check, realize'),
  ),
)
  .option('--new-id', 'the machine gets an identifier of its own', false)
  .option('--copy', 'copy its disks into the folder of the machine first', false)
  .option('--machine <name>', 'which one, by name or id, where there are several; repeat for more', collect, [])
  .option('--plan-only', 'show the plan and leave it for vsms plan', false)
  .option('--yes', 'mend what can be mended and realize, without asking', false)
  .option('--json', 'what was planned, found and done as JSON; asks nothing', false)
  .action(async (path, options) => (await import('./import.ts')).importMachines(path, options));
const plan = program.command('plan').description('planned virtual machines: imports before they are machines');
remote(plan.command('list').description('all plans'))
  .addOption(output(['table', 'json', 'name']))
  .action(async (options) => (await import('./plan.ts')).listPlans(options));
remote(plan.command('show <plan>').description('one plan: disks, networks, checkpoints'))
  .addOption(output(['table', 'json']))
  .action(async (name, options) => (await import('./plan.ts')).showPlan(name, options));
remote(plan.command('validate <plan>').description('what stands in its way, and what to do'))
  .addOption(output(['table', 'json']))
  .action(async (name, options) => (await import('./plan.ts')).validatePlan(name, options));
mending(remote(plan.command('fix <plan>').description('change it, and mend what its findings have an answer to')))
  .option('--disk <OLD=NEW>', 'another file for a disk or CD', collect, [])
  .option('--memory <MB>', 'memory')
  .option('--processors <n>', 'virtual processors')
  .action(async (name, options) => (await import('./plan.ts')).fixPlan(name, options));
remote(plan.command('realize <plan>').description('make it a machine')).action(async (name, options) =>
  (await import('./plan.ts')).realizePlan(name, options),
);
remote(plan.command('discard <plan>').description('forget it; files of the import are untouched')).action(
  async (name, options) => (await import('./plan.ts')).discardPlan(name, options),
);
program
  .command('inspect <file>')
  .description('what a definition (.vmcx .vmrs .xml .exp) or disk (.vhd .vhdx .avhdx .qcow2 ...) file holds')
  .addOption(output(['table', 'json', 'keys']))
  .option('--core <out>', 'write the memory in a saved state of Hyper-V (.vmrs) as an ELF core')
  .action(async (file, options) => (await import('./inspect.ts')).inspect(file, options));
program
  .command('server [settings...]')
  .description(
    'run the service in the foreground; --NAME=VALUE sets what docs/configuration.md tells, as does VSMS_NAME',
  )
  .option('--simulated', 'short for --hypervisor=simulated')
  .allowUnknownOption()
  .action(async () => {
    // The service reads its own flags; the name of the command is none of them.
    process.argv.splice(process.argv.indexOf('server'), 1);
    await import('../daemon/main.ts');
  });
program
  .command('host')
  .description('this host')
  .command('shutdown')
  .description('stop all machines as their automatic stop actions say, then the service')
  .action(async () => (await import('./host.ts')).shutDownHost());
const job = program.command('job').description('what the service is doing, and did in the last minutes');
remote(job.command('list').description('all jobs, the newest first'))
  .option('--running', 'only those that have not ended')
  .addOption(output(['table', 'json', 'name']))
  .action(async (options) => (await import('./job.ts')).listAllJobs(options));
remote(job.command('show <id>').description('one job'))
  .addOption(output(['table', 'json', 'name']))
  .action(async (id, options) => (await import('./job.ts')).showJob(id, options));
remote(job.command('wait <id>').description('wait for its end; fails in its words when it failed')).action(
  async (id, options) => (await import('./job.ts')).waitForJob(id, options),
);
remote(job.command('cancel <id>').description('cancel it, and wait until what it made is taken back')).action(
  async (id, options) => (await import('./job.ts')).cancelJob(id, options),
);
const user = program.command('user').description('accounts of the service of this machine');
user
  .command('list')
  .description('all accounts with their roles')
  .addOption(output(['table', 'json', 'name']))
  .action(async (options) => (await import('./user.ts')).listUsers(options));
user
  .command('set <name>')
  .description('make an account or change its password, which is asked for (or VSMS_NEW_PASSWORD)')
  .option('--role <role>', 'administrator, operator or viewer (a new account: viewer)')
  .option('--ntlm', 'let it log in by NTLM, for which a hash of the password is kept')
  .option('--no-ntlm', 'keep no such hash')
  .action(async (name, options) => (await import('./user.ts')).setUser(name, options));
user
  .command('role <name> <role>')
  .description('administrator, operator or viewer')
  .action(async (name, role) => (await import('./user.ts')).setUserRole(name, role));
user
  .command('remove <name>')
  .description('remove an account; it is logged out at once')
  .action(async (name) => (await import('./user.ts')).removeUser(name));
const token = program.command('token').description('API tokens for REST, of the service of this machine');
token
  .command('list')
  .description('tokens that are in force')
  .addOption(output(['table', 'json']))
  .action(async (options) => (await import('./token.ts')).listTokens(options));
token
  .command('create <name>')
  .description('make a token and print it; it is told this once')
  .option('--user <account>', 'whom it speaks for', 'admin')
  .option('--role <role>', 'scope: administrator, operator or viewer, at most that of the account', 'viewer')
  .option('--days <n>', 'days until it ends, 400 at most', '90')
  .action(async (name, options) => (await import('./token.ts')).createToken(name, options));
token
  .command('remove <id>')
  .description('end a token at once')
  .action(async (id) => (await import('./token.ts')).removeToken(id));
const audit = program.command('audit').description('who did what on the service of this machine');
audit
  .command('list')
  .description('log-ins, refusals and changes, oldest first; -o json is one record a line')
  .option('--since <time>', 'not before, like 2026-11-28T15:00Z')
  .option('--who <text>', 'only of names with this text')
  .option('--kind <kind>', 'login, denied or change')
  .addOption(output(['list', 'json']))
  .action(async (options) => (await import('./audit.ts')).listAudit(options));
audit
  .command('verify')
  .description('is the trail as it was written?')
  .option('--head <seq:hash>', 'a head that was noted before must still be there')
  .action(async (options) => (await import('./audit.ts')).verifyAudit(options));
const doctor = program
  .command('doctor')
  .description('what this host can do, and what is missing')
  .action(async () => (await import('./doctor.ts')).doctor());
remote(doctor.command('login').description('why a client does not get in, and ready configuration for clients'))
  .option('--client <name>', 'print configuration for powershell, pywinrm, libvirt, openwsman, ansible or curl')
  .action(async (options) => (await import('./login-doctor.ts')).loginDoctor(options));
program
  .command('config')
  .description('settings in force, passwords left out')
  .action(async () => (await import('./config.ts')).showConfig());
program
  .command('completion <shell>')
  .description('script for bash, zsh or fish: eval "$(vsms completion bash)"')
  .action(async (shell) => (await import('./completion.ts')).printCompletion(shell));
program.command('__complete [words...]', { hidden: true }).action(async (words: readonly string[]) => {
  for (const word of await (await import('./completion.ts')).complete(program, words)) console.log(word);
});

try {
  await program.parseAsync(withoutCmdlet(process.argv.slice(2)), { from: 'user' });
} catch (error) {
  // commander has said its own errors; --help and --version end here too, with exit code 0.
  const code = (error as { exitCode?: number }).exitCode;
  if (typeof code === 'number') process.exitCode = code === 0 ? 0 : 2;
  else {
    // The words of a service, which may have them from a guest or another client.
    console.error(`vsms: ${(error as Error).message.split(/\r?\n/).map(printable).join('\n')}`);
    // It knows every error there is, and so loads the client and the configuration: not for a help text.
    process.exitCode = (await import('./exit-codes.ts')).exitCodeOf(error);
  }
}
