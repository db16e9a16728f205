import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { create, type DiskKind, fileEnding } from './disks.ts';

/** Large enough that each block of the disk lies in several files. */
const STRIPE = 4096;

/**
 * A chain of differencing disks that together hold what a raw image does, the youngest first. Each stripe lies in one of
 * the files, and in the older ones there is something else: whoever misses a file reads a disk that is wrong.
 */
export const layeredDisk = async (
  raw: string,
  directory: string,
  kind: DiskKind,
  depth: number,
  type: 'fixed' | 'dynamic' = 'dynamic',
): Promise<readonly string[]> => {
  const content = await readFile(raw);
  const size = Math.ceil((await stat(raw)).size / STRIPE) * STRIPE;
  const files: string[] = [];
  for (let level = 0; level < depth; level++) {
    const file = join(directory, `layer${level}.${fileEnding(kind, level > 0)}`);
    const writer = await create(kind, file, size, type, files[0] ?? null);
    for (let at = 0; at < size; at += STRIPE) {
      const stripe = (at / STRIPE) % depth;
      if (stripe < level) continue;
      const here = Buffer.alloc(Math.min(STRIPE, size - at));
      if (stripe === level) content.copy(here, 0, at);
      else here.fill(`wrong ${level} `);
      await writer.write(at, here);
    }
    await writer.close();
    files.unshift(file);
  }
  return files;
};
