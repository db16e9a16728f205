import type { Command } from 'commander';
import { collect, listed, output, remote, sure, timed, waiting } from './options.ts';

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

/** export, import, plan, inspect */
export const movingCommands = (program: Command): void => {
  waiting(
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
    .addOption(output(['text', 'json', 'yaml']))
    .action(async (name, directory, options) => (await import('../export.ts')).exportVm(name, directory, options));
  mending(
    timed(
      program
        .command('import <path>')
        .description('an export, a definition, or the machines of data.vmcx: plan, check, realize'),
    ),
  )
    .option('--new-id', 'the machine gets an identifier of its own', false)
    .option('--copy', 'copy its disks into the folder of the machine first', false)
    .option('--machine <name>', 'which one, by name or id, where there are several; repeat for more', collect, [])
    .option('--dry-run', 'show the plan and what stands in its way, and forget it', false)
    .option('--plan-only', 'show the plan and leave it for vsms plan', false)
    .option('--yes', 'mend what can be mended and realize, without asking', false)
    .option('--json', 'what was planned, found and done as JSON; asks nothing', false)
    .action(async (path, options) => (await import('../plan/import.ts')).importMachines(path, options));
  const plan = program.command('plan').description('planned virtual machines: imports before they are machines');
  listed(plan.command('list').alias('ls').description('all plans')).action(async (options) =>
    (await import('../plan/plan.ts')).listPlans(options),
  );
  remote(plan.command('show <plan>').description('one plan: disks, networks, checkpoints'))
    .addOption(output(['table', 'json', 'yaml']))
    .action(async (name, options) => (await import('../plan/plan.ts')).showPlan(name, options));
  remote(plan.command('validate <plan>').description('what stands in its way, and what to do'))
    .addOption(output(['table', 'json', 'yaml']))
    .action(async (name, options) => (await import('../plan/plan.ts')).validatePlan(name, options));
  mending(remote(plan.command('fix <plan>').description('change it, and mend what its findings have an answer to')))
    .option('--disk <OLD=NEW>', 'another file for a disk or CD', collect, [])
    .option('--memory <size>', 'memory in MB, or like 4G')
    .option('--processors <n>', 'virtual processors')
    .action(async (name, options) => (await import('../plan/plan.ts')).fixPlan(name, options));
  waiting(plan.command('realize <plan>').description('make it a machine')).action(async (name, options) =>
    (await import('../plan/plan.ts')).realizePlan(name, options),
  );
  sure(
    remote(plan.command('discard <plan>').alias('rm').description('forget it; files of the import are untouched')),
  ).action(async (name, options) => (await import('../plan/plan.ts')).discardPlan(name, options));
  program
    .command('inspect <file>')
    .description('what a definition (.vmcx .vmrs .xml .exp) or disk (.vhd .vhdx .avhdx .qcow2 ...) file holds')
    .addOption(output(['table', 'json', 'yaml', 'keys']))
    .option('--core <out>', 'write the memory in a saved state of Hyper-V (.vmrs) as an ELF core')
    .action(async (file, options) => (await import('../inspect/inspect.ts')).inspect(file, options));
};
