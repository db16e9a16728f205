import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const BYTES = 4096;

const formatOf = (file: string): string => (file.endsWith('.qcow2') ? 'qcow2' : 'raw');

/** Fills the beginning of a disk with a byte, through its chain, as a guest does. */
export const writeDisk = async (file: string, pattern: number, offset = 0): Promise<void> => {
  await run('qemu-io', ['-f', formatOf(file), '-c', `write -q -P ${pattern} ${offset} ${BYTES}`, file]);
};

/** The byte that the beginning of a disk is filled with, as a guest reads it. */
export const readDisk = async (file: string, offset = 0): Promise<number> => {
  const { stdout } = await run('qemu-io', ['-r', '-f', formatOf(file), '-c', `read -v ${offset} 16`, file]);
  const match = /^[0-9a-f]+:\s+([0-9a-f]{2})/m.exec(stdout);
  if (match?.[1] === undefined) throw new Error(`nothing was read: ${stdout}`);
  return Number.parseInt(match[1], 16);
};
