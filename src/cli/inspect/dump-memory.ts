import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { RUNTIME_LIMITS } from '../../hvfile/limits.ts';
import { type CoreFacts, writeElfCore } from '../../hvfile/memory/elf-core.ts';
import { savedMemory } from '../../hvfile/memory/saved-memory.ts';
import { readHvFile } from '../../hvfile/read-file.ts';
import { UsageError } from '../connect.ts';
import { interruptible } from '../interrupt.ts';
import { printable } from '../print/output.ts';
import { showProgress } from '../print/progress.ts';

const MIB = 1024 * 1024;
const inMib = (bytes: number): string => `${Math.round(bytes / MIB)} MiB`;

/**
 * `vsms inspect --core OUT FILE`: the memory of a guest that Hyper-V saved, as an ELF core under the physical addresses of
 * the guest. OUT is new, and is not there when anything failed, or an interrupt came.
 */
export const dumpMemory = async (file: string, handle: FileHandle, out: string): Promise<void> => {
  const progress = showProgress(`Writing ${printable(out)}`);
  try {
    await interruptible((signal) =>
      readHvFile(file, {
        handle,
        limits: RUNTIME_LIMITS.core,
        visit: async ({ root }) => {
          const memory = savedMemory(root);
          if (memory === null)
            throw new UsageError('There is no memory in it: the machine was off, or its memory is elsewhere.');
          const facts = await intoNewFile(out, (core) =>
            writeElfCore(memory, core, (fraction) => {
              progress.show(fraction * 100);
              signal.throwIfAborted();
            }),
          );
          progress.end();
          const missing =
            facts.missing === 0 ? '' : `; ${inMib(facts.missing)} of it were never saved and read as zeros`;
          console.log(
            `${inMib(facts.memory)} of memory are written to ${printable(out)}${missing}. There are no registers in it.`,
          );
        },
      }),
    );
  } finally {
    progress.end();
  }
};

const intoNewFile = async (out: string, write: (file: FileHandle) => Promise<CoreFacts>): Promise<CoreFacts> => {
  const file = await open(out, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw new UsageError(`${printable(out)} exists already and is not overwritten.`);
      throw error;
    },
  );
  try {
    const facts = await write(file);
    await file.sync();
    await file.close();
    return facts;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(out, { force: true });
    throw error;
  }
};
