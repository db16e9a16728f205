import { access, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/**
 * The kernel's number of what a loop device is over, used once. Null: it is over nothing, or this kernel (before 5.15) has no
 * such numbers.
 */
export const sequenceOf = async (device: string): Promise<string | null> => {
  const about = join('/sys/class/block', basename(device));
  try {
    await access(join(about, 'loop'));
    return (await readFile(join(about, 'diskseq'), 'utf8')).trim();
  } catch {
    return null;
  }
};
