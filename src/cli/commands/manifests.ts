import type { Command } from 'commander';
import { output, timed } from './options.ts';

const FILE = ['-f, --file <file>', 'YAML or JSON, a machine a document; - is standard input'] as const;

/** apply, diff */
export const manifestCommands = (program: Command): void => {
  timed(program.command('apply').description('make machines what a file says; what is so already is left alone'))
    .option(...FILE)
    .option('--dry-run', 'show what would change, and what the service says of it; nothing is changed')
    .option('--schema', 'print the JSON Schema of the file')
    .addOption(output(['text', 'json', 'yaml']))
    .action(async (options) => (await import('../apply.ts')).apply(options));
  timed(program.command('diff').description('what is not as a file says; exit code 8 when something is not'))
    .option(...FILE)
    .addOption(output(['text', 'json', 'yaml']))
    .action(async (options) => (await import('../apply.ts')).diff(options));
};
