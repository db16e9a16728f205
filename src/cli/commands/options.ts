import { type Command, Option } from 'commander';

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

export const output = (choices: readonly string[]): Option =>
  new Option('-o, --output <format>', 'how to print').choices(choices).default(choices[0]);
