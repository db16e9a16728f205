import { stat } from 'node:fs/promises';
import { plainMode } from '../supervise/access.ts';

/** More files than that are asked anew. */
const MOST = 10_000;
const OWNER_AND_OTHERS = 0o707;
const GROUP = 0o070;

/**
 * Permissions of files without what ACLs make of them (supervise/access.ts). Of a file that we made we know them; of any
 * other a process is asked. Whoever changes them meanwhile is believed: what is no mask is compared.
 */
export class PlainModes {
  readonly #known = new Map<string, { readonly inode: number; readonly mode: number }>();

  /** `file` was just made, and nobody has an entry of its ACL yet. */
  remember(file: string, inode: number, mode: number): void {
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(file, { inode, mode });
  }

  async of(file: string): Promise<number> {
    const known = this.#known.get(file);
    if (known === undefined) return plainMode(file);
    const { ino, mode } = await stat(file);
    const same = known.inode === ino && ((known.mode ^ mode) & OWNER_AND_OTHERS) === 0;
    // The mask lets through no less than what the group had, unless somebody took that from it.
    return same && (known.mode & ~mode & GROUP) === 0 ? known.mode : plainMode(file);
  }
}
