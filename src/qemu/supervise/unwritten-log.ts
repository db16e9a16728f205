import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { openSource, openWritable } from '../../vhd/source.ts';
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
    if (!(await namesLog(file))) return;
    // Before it is opened to write: what is held is what is written.
    await using _alone = await holdFiles([file], 'alone');
    const writable = await openWritable(await open(file, constants.O_RDWR | constants.O_NOFOLLOW));
    try {
      await clearUnwrittenLog(writable);
    } finally {
      await writable.close();
    }
  } catch {
    // Headers are changed in the copy that is not in use: whatever failed, the file is what it was.
  }
};

/** Most do not: they were closed as they should. */
const namesLog = async (file: string): Promise<boolean> => {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  const source = await openSource(await open(file, flags));
  try {
    return (await readVhdxHeader(source)).header.logId !== null;
  } finally {
    await source.close();
  }
};
