import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigurationPlace } from '../../graph.ts';
import { storeSystem } from '../record.ts';
import { snapshotDirectory, snapshotsDirectory, type SystemPaths } from './system-paths.ts';

/** Deepest folder that is looked into: state directories are flat, a TPM's has one more level. */
const MAX_DEPTH = 4;

/** Bytes of the files below a directory but one; links are not followed, a missing directory has none. */
const bytesBelow = async (directory: string, without: string | null = null, depth = MAX_DEPTH): Promise<bigint> => {
  let total = 0n;
  for (const name of await readdir(directory).catch(() => [])) {
    const path = join(directory, name);
    if (path === without) continue;
    const stat = await lstat(path, { bigint: true }).catch(() => null);
    if (stat?.isFile() === true) total += stat.size;
    else if (stat?.isDirectory() === true && depth > 1) total += await bytesBelow(path, without, depth - 1);
  }
  return total;
};

const definitionBytes = (value: object): bigint =>
  BigInt(
    Buffer.byteLength(JSON.stringify(value, (_, held: unknown) => (typeof held === 'bigint' ? String(held) : held))),
  );

/**
 * What a configuration takes besides its disks: its definition as stored and its private files (memory, UEFI variables, TPM).
 * Those of a checkpoint count for the checkpoint alone.
 */
export const bytesOfSystemFiles = async (place: ConfigurationPlace, paths: SystemPaths): Promise<bigint> => {
  const { system, snapshot, configuration } = place;
  if (snapshot !== null)
    return definitionBytes(configuration) + (await bytesBelow(snapshotDirectory(paths, system.id, configuration.id)));
  const files = await bytesBelow(paths.stateDirectory(system.id), snapshotsDirectory(paths, system.id));
  return definitionBytes(storeSystem(system)) + files;
};
