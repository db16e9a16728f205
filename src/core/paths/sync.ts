import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** What was written to a file by whomever is on the disk. */
export const syncFile = async (file: string): Promise<void> => {
  await using handle = await open(file, constants.O_RDONLY);
  await handle.sync();
};

/** Names that were made, changed or taken away in a folder are on the disk. Rejects for what is no folder. */
export const syncFolder = async (folder: string): Promise<void> => {
  await using handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  await handle.sync();
};
