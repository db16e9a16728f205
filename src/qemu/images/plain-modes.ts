import { stat } from 'node:fs/promises';
import { plainMode } from '../supervise/access.ts';

/** More files than that are asked anew. */
const MOST = 10_000;
const OWNER_AND_OTHERS = 0o707;
const GROUP = 0o070;

/**
 * Permissions of files without what ACLs make of them (supervise/access.ts). Of a file that we made we know them; for any
 * other a process is asked, once. Whoever changes them meanwhile is believed: what is no mask is compared.
 */
export class PlainModes {
  readonly #known = new Map<string, { readonly inode: number; readonly mode: number }>();

  /** What is known of a file just made, of whose ACL nobody has an entry yet. */
  remember(file: string, inode: number, mode: number): void {
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(file, { inode, mode });
  }

  async of(file: string): Promise<number> {
    const { ino, mode } = await stat(file);
    const known = this.#known.get(file);
    const same = known?.inode === ino && ((known.mode ^ mode) & OWNER_AND_OTHERS) === 0;
    // The mask lets through no less than what the group had, unless somebody took that from it.
    if (same && (known.mode & ~mode & GROUP) === 0) return known.mode;
    const plain = await plainMode(file);
    this.remember(file, ino, plain);
    return plain;
  }
}
