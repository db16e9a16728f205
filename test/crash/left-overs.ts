import { createHash } from 'node:crypto';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** A process that belongs to a service: it names the service's data directory on its command line. */
export interface Relative {
  readonly pid: number;
  readonly words: readonly string[];
}

const PROGRAMS = /^(qemu-system-|qemu-storage-daemon|swtpm)/;
/** A script of our own: Node is the program. */
const CHAIN_SERVER = /\/serve-chain\.[jt]s$/;

/** Hypervisor processes below a data directory: QEMU, storage daemons, servers of chains, TPMs. */
export const machineProcesses = async (dataDirectory: string): Promise<readonly Relative[]> => {
  const found: Relative[] = [];
  const real = await realpath(dataDirectory);
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const words = (await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')).split('\0');
    const isOurs = words.some((word) => word.includes(dataDirectory) || word.includes(real));
    const isHelper = PROGRAMS.test(basename(words[0] ?? '')) || words.some((word) => CHAIN_SERVER.test(word));
    if (isOurs && isHelper) found.push({ pid: Number(name), words });
  }
  return found;
};

/** All files and folders below a folder, by their path in it. */
export const tree = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).toSorted();
};

export const hashOf = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

const GUID = /[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}/gi;

/** Files of the service that name a machine which is not in `known`, or that somebody has not finished writing. */
export const orphans = async (dataDirectory: string, known: ReadonlySet<string>): Promise<readonly string[]> => {
  const files = [
    ...(await tree(join(dataDirectory, 'state'))).map((path) => `state/${path}`),
    ...(await tree(join(dataDirectory, 'run'))).map((path) => `run/${path}`),
    ...(await tree(join(dataDirectory, 'pipes'))).map((path) => `pipes/${path}`),
  ];
  return files.filter((path) => {
    if (/\.(part|new|tmp)$/.test(path)) return true;
    return (path.match(GUID) ?? []).some((id) => !known.has(id.toUpperCase()));
  });
};
