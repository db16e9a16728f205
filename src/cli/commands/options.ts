import { type Command, Option } from 'commander';
import { FORMATS } from '../listing.ts';

/** For options that are repeated. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Options of a command that talks to a service. */
export const remote = (command: Command): Command =>
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

/** Of a command that prints a list. */
export const listed = (command: Command): Command => watched(remote(command).addOption(output(FORMATS)));

export const watched = (command: Command): Command =>
  command
    .option('--watch', 'print again whenever it changes, until Ctrl-C')
    .option('--every <seconds>', 'look this often while watching', '1');

/** Of a command whose work is one job of the service. */
export const waiting = (command: Command): Command =>
  timed(command)
    .option('--wait', 'wait for the end of its job (default)')
    .option('--no-wait', 'print the id of its job and do not wait; vsms job wait ID does');

/** Of a command whose work is several jobs, one after the other. */
export const timed = (command: Command): Command =>
  remote(command).option('--timeout <seconds>', 'wait this long for a job; it goes on, the exit code is 6');

export const output = (choices: readonly string[]): Option =>
  new Option('-o, --output <format>', 'how to print').choices(choices).default(choices[0]);
