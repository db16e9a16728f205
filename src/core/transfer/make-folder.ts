import { access, mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { withStorageErrors } from '../disks/storage-errors.ts';
import { openFolder } from '../paths/open-folder.ts';
import { invalidPath, PATH_NOT_FOUND } from '../paths/refusal.ts';
import type { PathResolver } from '../paths/resolver.ts';
import { syncFolder } from '../paths/sync.ts';
import { nameTaken } from './receive-file.ts';

/**
 * Makes a folder where a client names one, in a folder that is there: a slip of the pen in a long path makes no tree.
 * @throws DomainError invalidParameter where a client may not, 0x80070003 without the folder above, 0x80070050 when the name is taken
 */
export const makeFolder = (paths: PathResolver, text: string): Promise<void> =>
  withStorageErrors(text, () => made(paths, text));

const made = async (paths: PathResolver, text: string): Promise<void> => {
  const target = await paths.resolve(text, 'newFolder');
  if (target.exists) throw nameTaken(text);
  const parent = dirname(target.file);
  await access(parent).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw invalidPath(text, 'the folder that it lies in does not exist.', PATH_NOT_FOUND);
  });
  const above = await openFolder({ text, file: parent });
  try {
    await mkdir(above.inside(basename(target.file)), 0o750).catch((cause: unknown) => {
      throw (cause as NodeJS.ErrnoException).code === 'EEXIST' ? nameTaken(text) : cause;
    });
    await syncFolder(above.inside('.'));
  } finally {
    await above.close();
  }
};
