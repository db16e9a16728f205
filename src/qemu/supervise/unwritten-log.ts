import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { openWritable } from '../../vhd/source.ts';
import { readVhdxHeader } from '../../vhd/vhdx/headers.ts';
import { clearUnwrittenLog } from '../../vhd/vhdx/reopen.ts';
import { holdFiles } from './lock-files.ts';

/**
 * Before a QEMU program opens a VHDX for writing. One that was killed just when it had named its log, and had written nothing into
 * it, leaves a file that QEMU opens without a word, and in which it then refuses each write that needs a new block (ENOTSUP, "we
 * require that the log be flushed after every write", block/vhdx-log.c): a merge never ends, a guest gets errors of its disk. A
 * file that somebody has open, that is damaged or cannot be read or written, is left as it is for QEMU to judge.
 */
export const clearUnwrittenLogOf = async (file: string): Promise<void> => {
  try {
    const writable = await openWritable(await open(file, constants.O_RDWR | constants.O_NONBLOCK));
    try {
      if ((await readVhdxHeader(writable)).header.logId === null) return;
      await using _alone = await holdFiles([file], 'alone');
      await clearUnwrittenLog(writable);
    } finally {
      await writable.close();
    }
  } catch {
    // Headers are changed in the copy that is not in use: whatever failed, the file is what it was.
  }
};
