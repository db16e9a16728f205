import { open } from 'node:fs/promises';
import { constants } from 'node:fs';
import { chainFiles } from '../core/disks/chain-files.ts';
import { DomainError } from '../core/errors.ts';
import type { Guid } from '../core/model.ts';
import type { DiskSpec } from '../core/machine-spec.ts';

interface Lock {
  readonly writer: string | null;
  readonly readers: Set<string>;
}

/** QEMU's image locking: one writer or many readers of a file, whatever name it was opened by. */
export class DiskLocks {
  readonly #locks = new Map<string, Lock>();
  /** What each drive of each machine holds. */
  readonly #held = new Map<string, string>();

  /** Rejects when a file is missing, no plain file, unreadable, or in use by another drive. All of a chain or none. */
  async acquire(system: Guid, disk: DiskSpec): Promise<void> {
    if (disk.image === null) return;
    const { readOnly } = disk.image;
    const files = chainFiles(disk.image).map((file, index) => ({ file, readOnly: index > 0 || readOnly }));
    try {
      for (const [index, held] of files.entries()) await this.#acquireFile(system, disk.id, index, held);
    } catch (error) {
      this.release(system, disk.id);
      throw error;
    }
  }

  release(system: Guid, diskId: string): void {
    for (let index = 0; this.#releaseFile(ownerOf(system, diskId, index)); index++);
  }

  async #acquireFile(
    system: Guid,
    diskId: string,
    index: number,
    { file, readOnly }: { readonly file: string; readonly readOnly: boolean },
  ): Promise<void> {
    const identity = await identify(system, diskId, file, readOnly);
    const owner = ownerOf(system, diskId, index);
    const lock = this.#locks.get(identity) ?? { writer: null, readers: new Set<string>() };
    const others = [...lock.readers].filter((reader) => reader !== owner).length;
    const written = lock.writer !== null && lock.writer !== owner;
    if (written || (!readOnly && others > 0))
      throw refusal(
        system,
        diskId,
        file,
        'another machine, or another drive of this one, is using the file',
        '0x80070020',
      );
    if (readOnly) lock.readers.add(owner);
    this.#locks.set(identity, readOnly ? lock : { ...lock, writer: owner });
    this.#held.set(owner, identity);
  }

  #releaseFile(owner: string): boolean {
    const identity = this.#held.get(owner);
    const lock = identity === undefined ? undefined : this.#locks.get(identity);
    if (identity === undefined || lock === undefined) return false;
    this.#held.delete(owner);
    lock.readers.delete(owner);
    const writer = lock.writer === owner ? null : lock.writer;
    if (writer === null && lock.readers.size === 0) this.#locks.delete(identity);
    else this.#locks.set(identity, { ...lock, writer });
    return true;
  }
}

/** A file of a drive's chain, the top having index 0. */
const ownerOf = (system: Guid, diskId: string, index: number): string => `${system}|${diskId}|${index}`;

const identify = async (system: Guid, diskId: string, file: string, readOnly: boolean): Promise<string> => {
  try {
    // O_NONBLOCK: opening a FIFO must not wait for its other end.
    const handle = await open(file, (readOnly ? constants.O_RDONLY : constants.O_RDWR) | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat({ bigint: true });
      if (!stat.isFile()) throw refusal(system, diskId, file, 'it is not a file', null);
      return `${stat.dev}:${stat.ino}`;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof DomainError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw refusal(system, diskId, file, 'the file does not exist', '0x80070002');
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
      throw refusal(system, diskId, file, 'access to the file is denied', '0x80070005');
    throw refusal(system, diskId, file, (error as Error).message, null);
  }
};

/** The sentence of jobs-and-errors §9 in which clients look for the file. */
const refusal = (system: Guid, part: string, file: string, why: string, hresult: string | null): DomainError =>
  new DomainError('failed', `Attachment '${file}' failed to open because of error: ${why}.`, {
    source: { system, configuration: system, part },
    ...(hresult === null ? {} : { hresult }),
  });
