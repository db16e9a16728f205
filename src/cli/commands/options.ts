import { type Command, Option } from 'commander';
import { FORMATS } from '../print/listing.ts';

/** For options that are repeated. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Read once for all commands that have them: there are many, and a command line is to start at once. */
const REMOTE = [
  new Option(
    '--host <url>',
    'https://HOST:5986 of a vsms or Hyper-V host (VSMS_HOST; default: the service of this machine)',
  ),
  new Option('--user <name>', 'account (VSMS_USER; default admin)'),
  new Option('--password <text>', 'better in VSMS_PASSWORD'),
  new Option('--token <text>', 'API token of a vsms host in place of an account; better in VSMS_TOKEN'),
  new Option('--ca <file>', 'PEM of the certificate or authority to trust'),
  new Option('--insecure', 'accept any certificate'),
  new Option('--namespace <name>', String.raw`CIM namespace (default root\virtualization\v2)`),
];
const WATCHED = [
  new Option('--watch', 'print again whenever it changes, until Ctrl-C'),
  new Option('--every <seconds>', 'look this often while watching').default('1'),
];
const TIMED = [new Option('--timeout <seconds>', 'wait this long for a job; it goes on, the exit code is 6')];
const WAITING = [
  new Option('--wait', 'wait for the end of its job (default)'),
  new Option('--no-wait', 'print the id of its job and do not wait; vsms job wait ID does'),
];

const having = (command: Command, options: readonly Option[]): Command => {
  for (const option of options) command.addOption(option);
  return command;
};

/** Options of a command that talks to a service. */
export const remote = (command: Command): Command => having(command, REMOTE);

/** Of a command that prints a list. */
export const listed = (command: Command): Command => watched(remote(command).addOption(LISTED));

export const watched = (command: Command): Command => having(command, WATCHED);

/** Of a command whose work is one job of the service. */
export const waiting = (command: Command): Command => having(timed(command), WAITING);

/** Of a command whose work is several jobs, one after the other. */
export const timed = (command: Command): Command => having(remote(command), TIMED);

/** Of a command that deletes: nothing here asks, and who says that nothing need be asked is not refused. */
export const YES = new Option('-y, --yes').hideHelp();

export const sure = (command: Command): Command => command.addOption(YES);

export const output = (choices: readonly string[]): Option =>
  new Option('-o, --output <format>', 'how to print').choices(choices).default(choices[0]);

const LISTED = output(FORMATS);
