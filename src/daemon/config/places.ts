import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the places of the service follow from, where no file says otherwise. */
export interface PlaceSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly root: boolean;
}

/** The data directory where nobody chose one. */
export const defaultDataDirectory = ({ environment, root }: PlaceSources): string =>
  root
    ? '/var/lib/vsms'
    : join(environment['XDG_STATE_HOME'] ?? join(environment['HOME'] ?? homedir(), '.local/state'), 'vsms');

/** Files of settings that are there, in the order in which they are read. */
export function configurationFiles(
  environment: PlaceSources['environment'],
  usual = '/etc/vsms/vsms.toml',
): readonly string[] {
  const file = environment['VSMS_CONFIG'] ?? usual;
  const directory = join(file, '..', 'conf.d');
  const extra = existsSync(directory)
    ? readdirSync(directory)
        .filter((name) => name.endsWith('.toml'))
        .toSorted()
    : [];
  return [...(existsSync(file) ? [file] : []), ...extra.map((name) => join(directory, name))];
}
