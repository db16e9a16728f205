import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { DomainError } from '../../core/errors.ts';
import { DiskFormatError } from '../../vhd/disk-info.ts';
import { openWritable } from '../../vhd/source.ts';
import { growVhdx } from '../../vhd/vhdx/grow.ts';
import { holdFiles } from '../supervise/lock-files.ts';

/** By ourselves, since no tool of QEMU can. Nobody else has the file open meanwhile. Rejects with DomainError. */
export const growVhdxFile = async (file: string, bytes: number): Promise<void> => {
  await using _alone = await holdFiles([file], 'alone');
  const writable = await openWritable(await open(file, constants.O_RDWR | constants.O_NOFOLLOW));
  try {
    await growVhdx(writable, bytes);
  } catch (error) {
    if (!(error instanceof DiskFormatError)) throw error;
    throw new DomainError(
      'notSupported',
      `The disk cannot grow where it is: ${error.message}. Turn its virtual machine off, so that it is written anew.`,
      { cause: error },
    );
  } finally {
    await writable.close();
  }
};
