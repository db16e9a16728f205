import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigurationPlace } from '../graph.ts';
import { storeSystem } from './record.ts';

/** Deepest folder that is looked into: state directories are flat, a TPM's has one more level. */
const MAX_DEPTH = 4;

/** Bytes of the files below a directory; links are not followed, a missing directory has none. */
const bytesBelow = async (directory: string, depth: number): Promise<bigint> => {
  let total = 0n;
  for (const name of await readdir(directory).catch(() => [])) {
    const path = join(directory, name);
    const stat = await lstat(path, { bigint: true }).catch(() => null);
    if (stat?.isFile() === true) total += stat.size;
    else if (stat?.isDirectory() === true && depth > 1) total += await bytesBelow(path, depth - 1);
  }
  return total;
};

const definitionBytes = (value: object): bigint =>
  BigInt(
    Buffer.byteLength(JSON.stringify(value, (_, held: unknown) => (typeof held === 'bigint' ? String(held) : held))),
  );

/**
 * What a configuration takes besides its disks: its definition as stored, and for the active one the private files of the
 * system (saved state, UEFI variables, TPM).
 */
export const bytesOfSystemFiles = async (place: ConfigurationPlace, stateDirectory: string): Promise<bigint> => {
  if (place.snapshot !== null) return definitionBytes(place.configuration);
  return definitionBytes(storeSystem(place.system)) + (await bytesBelow(stateDirectory, MAX_DEPTH));
};
