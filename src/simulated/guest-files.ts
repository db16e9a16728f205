import { DomainError } from '../core/errors.ts';
import type { Clock, GuestCopy } from '../core/ports.ts';

/** Of a guest's disk that is nobody's. */
const ROOM_BYTES = 16 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;
/** Time that a piece takes. */
const PIECE_MS = 1;

/** The files that were copied to a simulated guest, in memory; `/`, `/tmp` and `C:\` are there. */
export class GuestFiles {
  readonly #files = new Map<string, Buffer>();
  readonly #folders = new Set(['', '/tmp', 'c:']);

  get(path: string): Buffer | undefined {
    return this.#files.get(path);
  }

  async write(
    clock: Clock,
    { destination, overwrite, createFolders, size, read }: GuestCopy,
    progress: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const folder = destination.slice(0, Math.max(destination.lastIndexOf('/'), destination.lastIndexOf('\\')));
    if (createFolders) this.#folders.add(folder.toLowerCase());
    else if (!this.#folders.has(folder.toLowerCase()))
      throw new DomainError('failed', 'The guest refused it. It says: No such file or directory');
    if (!overwrite && this.#files.has(destination))
      throw new DomainError(
        'failed',
        'The guest has a file of that name already. Choose another name, or set OverwriteExisting.',
        { hresult: '0x80070050' },
      );
    const held = [...this.#files].reduce((sum, [name, { length }]) => sum + (name === destination ? 0 : length), 0);
    if (held + size > ROOM_BYTES)
      throw new DomainError('failed', 'The guest refused it. It says: No space left on device');
    const content = Buffer.alloc(size);
    for (let at = 0; at < size; at += PIECE_BYTES) {
      signal.throwIfAborted();
      await clock.sleep(PIECE_MS, signal);
      const length = Math.min(PIECE_BYTES, size - at);
      await read(at, content.subarray(at, at + length));
      progress(at + length);
    }
    this.#files.set(destination, content);
  }
}
