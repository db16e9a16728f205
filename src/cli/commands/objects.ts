import type { Command } from 'commander';
import { collect, output, remote, timed } from './options.ts';

/** wql, cim */
export const objectCommands = (program: Command): void => {
  remote(program.command('wql <query>').description('objects of a WQL query'))
    .addOption(output(['list', 'table', 'json', 'yaml', 'csv']))
    .action(async (query, options) => (await import('../cim.ts')).wql(query, options));
  const cim = program.command('cim').description('objects and methods of the CIM schema');
  remote(cim.command('get <class> [keys...]').description('one object by KEY=VALUE'))
    .addOption(output(['list', 'json', 'yaml']))
    .action(async (className, keys, options) => (await import('../cim.ts')).get(className, keys, options));
  remote(cim.command('enumerate <class>').description('all objects of a class and of those derived from it'))
    .option('--where <condition>', 'only those, in WQL: "EnabledState = 2"')
    .addOption(output(['list', 'table', 'json', 'yaml', 'csv']))
    .action(async (className, options) => (await import('../cim.ts')).enumerate(className, options));
  timed(cim.command('invoke <class> <method> [args...]').description('call a method with arguments NAME=VALUE'))
    .option('--key <name=value>', 'key of the object', collect, [])
    .option('--arg <name=value>', 'argument too; repeat a name for an array', collect, [])
    .option('--no-wait', 'do not wait for the job')
    .action(async (className, method, args, options) =>
      (await import('../cim.ts')).invoke(className, method, { ...options, arg: [...args, ...options.arg] }),
    );
};
