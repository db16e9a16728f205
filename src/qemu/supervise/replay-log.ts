import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { openSource, openWritable } from '../../vhd/source.ts';
import { readVhdxHeader } from '../../vhd/vhdx/headers.ts';
import { replayVhdxLog } from '../../vhd/vhdx/reopen.ts';
import { holdFiles } from './lock-files.ts';

/**
 * Before a QEMU program opens a VHDX whose last writer may have been killed. Of what is in its log QEMU makes the file whole only where
 * it opens it for writing from the beginning: for reading, and so below an overlay that qemu-img commits, it refuses it (EPERM, "opened
 * read-only, but contains a log that needs to be replayed", block/vhdx-log.c). A log that was named, and has nothing in it, it
 * passes over without a word, and then refuses each write that needs a new block (ENOTSUP, "we require that the log be flushed after
 * every write"). Either way a merge never ended. A file that somebody has open, that is damaged or cannot be read or written, is left
 * as it is for QEMU to judge. Answers whether no log is left.
 */
export const replayLogOf = async (file: string): Promise<boolean> => {
  try {
    if (!(await namesLog(file))) return true;
    // Before it is opened to write: what is held is what is written.
    await using _alone = await holdFiles([file], 'alone');
    const writable = await openWritable(await open(file, constants.O_RDWR | constants.O_NOFOLLOW));
    try {
      const { header } = await readVhdxHeader(writable);
      if (header.logId !== null) await replayVhdxLog(writable, header);
    } finally {
      await writable.close();
    }
    return true;
  } catch {
    // The log is called empty when all of it is in its place: whatever failed, the next one does it again.
    return false;
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
