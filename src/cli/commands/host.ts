import type { Command } from 'commander';
import { FORMATS } from '../print/listing.ts';
import { output, remote, YES } from './options.ts';

/** server, host, user, token, audit, doctor, config, completion */
export const hostCommands = (program: Command): void => {
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
      await import('../../daemon/main.ts');
    });
  program
    .command('host')
    .description('this host')
    .command('shutdown')
    .description('stop all machines as their automatic stop actions say, then the service')
    .action(async () => (await import('../host.ts')).shutDownHost());
  const user = program.command('user').description('accounts of the service of this machine');
  user
    .command('list')
    .alias('ls')
    .description('all accounts with their roles')
    .addOption(output(FORMATS))
    .action(async (options) => (await import('../user.ts')).listUsers(options));
  user
    .command('set <name>')
    .description('make an account or change its password, which is asked for (or VSMS_NEW_PASSWORD)')
    .option('--role <role>', 'administrator, operator or viewer (a new account: viewer)')
    .option('--ntlm', 'let it log in by NTLM, for which a hash of the password is kept')
    .option('--no-ntlm', 'keep no such hash')
    .action(async (name, options) => (await import('../user.ts')).setUser(name, options));
  user
    .command('role <name> <role>')
    .description('administrator, operator or viewer')
    .action(async (name, role) => (await import('../user.ts')).setUserRole(name, role));
  user
    .command('remove <name>')
    .alias('rm')
    .description('remove an account; it is logged out at once')
    .addOption(YES)
    .action(async (name) => (await import('../user.ts')).removeUser(name));
  const token = program.command('token').description('API tokens for REST, of the service of this machine');
  token
    .command('list')
    .alias('ls')
    .description('tokens that are in force')
    .addOption(output(FORMATS))
    .action(async (options) => (await import('../token.ts')).listTokens(options));
  token
    .command('create <name>')
    .description('make a token and print it; it is told this once')
    .option('--user <account>', 'whom it speaks for', 'admin')
    .option('--role <role>', 'scope: administrator, operator or viewer, at most that of the account', 'viewer')
    .option('--days <n>', 'days until it ends, 400 at most', '90')
    .action(async (name, options) => (await import('../token.ts')).createToken(name, options));
  token
    .command('remove <id>')
    .alias('rm')
    .description('end a token at once')
    .addOption(YES)
    .action(async (id) => (await import('../token.ts')).removeToken(id));
  const audit = program.command('audit').description('who did what on the service of this machine');
  audit
    .command('list')
    .alias('ls')
    .description('log-ins, refusals and changes, oldest first; -o json is one record a line')
    .option('--since <time>', 'not before, like 2026-11-28T15:00Z')
    .option('--who <text>', 'only of names with this text')
    .option('--kind <kind>', 'login, denied or change')
    .addOption(output(['list', ...FORMATS]))
    .action(async (options) => (await import('../audit.ts')).listAudit(options));
  audit
    .command('verify')
    .description('is the trail as it was written?')
    .option('--head <seq:hash>', 'a head that was noted before must still be there')
    .action(async (options) => (await import('../audit.ts')).verifyAudit(options));
  const doctor = program
    .command('doctor')
    .description('what this host can do, and what is missing')
    .addOption(output(['text', 'json', 'yaml']))
    .action(async (options) => (await import('../doctor/doctor.ts')).doctor(options.output));
  remote(doctor.command('login').description('why a client does not get in, and ready configuration for clients'))
    .option('--client <name>', 'print configuration for powershell, pywinrm, libvirt, openwsman, ansible or curl')
    .action(async (options) => (await import('../doctor/login-doctor.ts')).loginDoctor(options));
  program
    .command('config')
    .description('settings in force, passwords left out')
    .option('--origin', 'where each was given: a file, a variable, or the defaults')
    .addOption(output(['json', 'yaml', 'table', 'csv', 'name']))
    .action(async (options, command: Command) => {
      // Settings are a document; with their origins they are a list.
      const chosen = command.getOptionValueSource('output') !== 'default';
      const listed = options.origin === true && !chosen;
      await (await import('../config.ts')).showConfig({ ...options, ...(listed ? { output: 'table' } : {}) });
    });
  program
    .command('completion <shell>')
    .description('script for bash, zsh or fish: eval "$(vsms completion bash)"')
    .action(async (shell) => (await import('../completion.ts')).printCompletion(shell));
  program.command('__complete [words...]', { hidden: true }).action(async (words: readonly string[]) => {
    for (const word of await (await import('../completion.ts')).complete(program, words)) console.log(word);
  });
};
