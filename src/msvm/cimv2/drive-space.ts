import { statfs } from 'node:fs/promises';

/** Bytes of the file system that a drive lies on. */
export interface Space {
  readonly size: bigint;
  /** What is free for anybody but root. */
  readonly free: bigint;
}

/** Looks within this time tell the same. */
const SPAN_MS = 1_000;

/**
 * Space of a folder's file system. Reads never wait for a disk: they tell what the last look found and start the next one.
 * A file system that does not answer (a share whose server is gone) keeps one look under way and no more.
 */
export class DriveSpace {
  readonly #look: () => Promise<Space>;
  readonly #now: () => number;
  #found: Space | null = null;
  #at = Number.NEGATIVE_INFINITY;
  #looking = false;

  /** @param now monotonic milliseconds */
  constructor(look: () => Promise<Space>, now: () => number = () => performance.now()) {
    this.#look = look;
    this.#now = now;
    this.#refresh();
  }

  /** null until the first look has ended, and where there is nothing to look at. */
  get(): Space | null {
    if (this.#now() - this.#at >= SPAN_MS) this.#refresh();
    return this.#found;
  }

  #refresh(): void {
    if (this.#looking) return;
    this.#looking = true;
    void this.#lookAnew();
  }

  async #lookAnew(): Promise<void> {
    this.#found = await this.#look().catch(() => null);
    this.#at = this.#now();
    this.#looking = false;
  }
}

export const spaceOf = async (folder: string): Promise<Space> => {
  const { bsize, blocks, bavail } = await statfs(folder, { bigint: true });
  return { size: blocks * bsize, free: bavail * bsize };
};
