import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EarlyWrites } from './early-writes.ts';

/**
 * A file that comes into being whole or not at all: written under a name of its own in the folder where it belongs, and
 * given its name when it is complete and on the disk. What a crash leaves is named `.<name>.<random>.unfinished`.
 */
export class NewFile {
  readonly #target: string;
  readonly #temporary: string;
  readonly #replace: boolean;
  readonly #handle: FileHandle;
  readonly #early: EarlyWrites;
  #open = true;

  private constructor(target: string, temporary: string, replace: boolean, handle: FileHandle) {
    this.#target = target;
    this.#temporary = temporary;
    this.#replace = replace;
    this.#handle = handle;
    this.#early = new EarlyWrites(handle);
  }

  /** `replace`: an existing file of this name may go; otherwise `commit` rejects with EEXIST. */
  static async create(target: string, replace: boolean): Promise<NewFile> {
    const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.unfinished`);
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    return new NewFile(target, temporary, replace, await open(temporary, flags, 0o640));
  }

  async write(position: number, ...parts: readonly Buffer[]): Promise<void> {
    let at = position;
    let left = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    const { length } = left;
    while (left.length > 0) {
      const { bytesWritten } = await this.#handle.write(left, 0, left.length, at);
      at += bytesWritten;
      left = left.subarray(bytesWritten);
    }
    this.#early.written(length);
  }

  /** What was written before; a hole is zeros. */
  async read(position: number, into: Buffer): Promise<void> {
    for (let done = 0; done < into.length; ) {
      const { bytesRead } = await this.#handle.read(into, done, into.length - done, position + done);
      if (bytesRead === 0) {
        into.fill(0, done);
        return;
      }
      done += bytesRead;
    }
  }

  /** Longer: with a hole that reads as zeros. */
  async resize(bytes: number): Promise<void> {
    await this.#handle.truncate(bytes);
  }

  async sync(): Promise<void> {
    await this.#early.end();
    await this.#handle.datasync();
  }

  async commit(): Promise<void> {
    await this.sync();
    try {
      await this.#close();
      if (this.#replace) await rename(this.#temporary, this.#target);
      else {
        await link(this.#temporary, this.#target);
        await rm(this.#temporary);
      }
    } catch (error) {
      await rm(this.#temporary, { force: true });
      throw error;
    }
    await syncDirectory(dirname(this.#target));
  }

  /** The last of the work; when it fails, nothing of the file is left. */
  async finish(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  /** Whatever went wrong before. */
  async discard(): Promise<void> {
    if (!this.#open) return;
    try {
      await this.#early.end().catch(() => undefined);
      await this.#close();
    } finally {
      await rm(this.#temporary, { force: true });
    }
  }

  async #close(): Promise<void> {
    this.#open = false;
    await this.#handle.close();
  }
}

const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
