import type { FileHandle } from 'node:fs/promises';

const EARLY_BYTES = 32 * 1024 * 1024;

/**
 * Has the disk write while the rest of a file is still being made: left to the end, all of a large file would be waited for
 * then, and would fill the memory of the host until then.
 */
export class EarlyWrites {
  readonly #file: Pick<FileHandle, 'datasync'>;
  #waiting = 0;
  #running: Promise<void> | null = null;
  #failure: unknown = null;

  constructor(file: Pick<FileHandle, 'datasync'>) {
    this.#file = file;
  }

  written(bytes: number): void {
    this.#waiting += bytes;
    if (this.#running !== null || this.#waiting < EARLY_BYTES) return;
    this.#waiting = 0;
    this.#running = this.#file
      .datasync()
      // The kernel tells of a page that could not be written once only; the sync at the end would know nothing.
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => {
        this.#running = null;
      });
  }

  /** Nothing of this uses the file any more. Rejects with what went wrong before, also when asked again. */
  async end(): Promise<void> {
    await this.#running;
    if (this.#failure !== null) throw this.#failure;
  }
}
