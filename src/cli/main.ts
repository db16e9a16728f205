import { Command } from 'commander';
import type { JobGoesOnError } from '../client/patience.ts';
import { powershellParameter, withoutCmdlet } from './words/cmdlets.ts';
import { groupsFor } from './commands/groups.ts';
import { withOtherSpellings } from './words/other-spellings.ts';
import { jsonText, printable } from './print/output.ts';

// Whoever reads us may stop in the middle, as head does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

/** What it may mean in place of commander's guess by spelling, which knows one noun only: `snap` is not `stop`. */
const unknown = async (refusal: string, words: readonly string[]): Promise<string> => {
  const { perhaps } = await import('./words/foreign-words.ts');
  return [refusal.split('\n')[0], ...(await perhaps(words))].join('\n');
};

const VERSION = '0.1.0';

/** For programs, and for reports of mistakes. */
const versionJson = (): string => {
  const { arch, platform, versions } = process;
  return jsonText({ version: VERSION, node: versions.node, platform, arch });
};

/** Runs a command line; what went wrong is said on standard error and by the exit code. */
const run = async (words: readonly string[]): Promise<void> => {
  // Before the subcommands: they inherit it.
  if (words.includes('--version') && words.includes('--json')) return console.log(versionJson());
  let refusal = '';
  const program = new Command('vsms')
    .description('Virtual System Management Service')
    .version(VERSION)
    .exitOverride()
    .configureOutput({ outputError: (text) => (refusal = text.trimEnd()) });
  for (const add of await Promise.all(groupsFor(words).map(({ load }) => load()))) add(program);
  withOtherSpellings(program);
  let ran: Command | undefined;
  program.hook('preAction', (_program, command) => {
    ran = command;
  });
  const usage = async (): Promise<string> => (await import('./words/usage.ts')).usageOf(program, words);
  const parameter = powershellParameter(words);
  if (parameter !== null) {
    process.exitCode = 2;
    return console.error(
      `error: '${parameter}' is a parameter of PowerShell; options are written otherwise here\n${await usage()}`,
    );
  }
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if ((error as Error).name === 'Interrupted') return;
    // --help and --version end here too, with exit code 0.
    const { exitCode, code } = error as { readonly exitCode?: number; readonly code?: string };
    if (typeof exitCode === 'number') {
      process.exitCode = exitCode === 0 ? 0 : 2;
      if (refusal === '') return;
      console.error(
        code === 'commander.unknownCommand' ? await unknown(refusal, words) : `${refusal}\n${await usage()}`,
      );
    }
    // Asked for by --no-wait: whoever asked wants to know which job has it.
    else if ((error as Partial<JobGoesOnError>).timedOut === false) console.log((error as JobGoesOnError).id);
    else {
      // It knows every error there is, and so loads the client and the configuration: not for a help text.
      const { exitCodeOf, failureText } = await import('./exit-codes.ts');
      const { namesInstead } = await import('./missing-names.ts');
      const text = `${failureText(error as Error)}${await namesInstead(error, ran)}`;
      // The words of a service, which may have them from a guest or another client.
      console.error(`vsms: ${text.split(/\r?\n/).map(printable).join('\n')}`);
      process.exitCode = exitCodeOf(error);
    }
  }
};

void run(withoutCmdlet(process.argv.slice(2)));
