import { type Command, Option } from 'commander';

/** `--format json` and `--json`, as other command lines say `-o json`: understood, and told by no help text. */
export const withOtherSpellings = (command: Command): void => {
  for (const each of command.commands) withOtherSpellings(each);
  const output = command.options.find(({ long }) => long === '--output');
  if (output?.argChoices === undefined) return;
  const has = (long: string): boolean => command.options.some((option) => option.long === long);
  if (!has('--format')) {
    command.addOption(new Option('--format <format>').choices(output.argChoices).hideHelp());
    command.on('option:format', (format: string) => command.setOptionValueWithSource('output', format, 'cli'));
  }
  if (!has('--json') && output.argChoices.includes('json'))
    command.addOption(new Option('--json').implies({ output: 'json' }).hideHelp());
};
