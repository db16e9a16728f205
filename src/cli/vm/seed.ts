import { writeFile } from 'node:fs/promises';
import { type SeedFlags, seedImage } from './cloud-init.ts';
import { UsageError } from '../connect.ts';
import { printable } from '../print/output.ts';

/** vsms disk seed FILE: for a host that takes no uploads. */
export const writeSeed = async (file: string, flags: SeedFlags & { readonly name: string }): Promise<void> => {
  const image = await seedImage(flags.name, flags);
  await writeFile(file, image, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(error.code === 'EEXIST' ? `${file} exists already.` : `${file}: ${error.message}`);
  });
  console.log(printable(file));
};
