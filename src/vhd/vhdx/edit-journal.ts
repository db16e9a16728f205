import { closeSync, constants, ftruncateSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import type { Edit } from './table-edits.ts';

/** Position in the file, and how many bytes follow. */
const HEAD_BYTES = 12;

/**
 * Edits of tables that are in no file yet, in a file beside them: whoever dies with them in memory leaves them to the one who comes
 * after him. They are there before a request is answered that needs them. It is written to the kernel and no further: a host that
 * loses its power loses what was not flushed, as ever, and this file is of no use then. If it is there it is complete.
 */
export class EditJournal {
  readonly #path: string;
  /** Null: it was given up, and is there no more. */
  #file: number | null;

  private constructor(path: string, file: number) {
    this.#path = path;
    this.#file = file;
  }

  /** What the one before has left; none: there was none. */
  static open(path: string): { readonly journal: EditJournal; readonly left: readonly Edit[] } {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
    const file = openSync(path, flags, 0o600);
    const { edits, end } = parse(readFileSync(file));
    // The last one may have been cut off: whoever wrote it has answered nothing for it.
    ftruncateSync(file, end);
    return { journal: new EditJournal(path, file), left: edits };
  }

  append(edit: Edit): void {
    if (this.#file === null) return;
    try {
      writeAll(this.#file, encode(edit));
    } catch {
      // Nobody may go on from something that lacks an edit.
      this.giveUp();
    }
  }

  /** All others are in the file of the disk. */
  keepOnly(edits: readonly Edit[]): void {
    if (this.#file === null) return;
    try {
      if (edits.length === 0) {
        ftruncateSync(this.#file, 0);
        return;
      }
      const next = `${this.#path}.next`;
      rmSync(next, { force: true });
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND;
      const file = openSync(next, flags, 0o600);
      const former = this.#file;
      try {
        writeAll(file, Buffer.concat(edits.map(encode)));
        renameSync(next, this.#path);
      } catch (error) {
        closeSync(file);
        throw error;
      }
      this.#file = file;
      closeSync(former);
    } catch {
      this.giveUp();
    }
  }

  /** Nobody goes on from here: what is on the disk is not known, or what is missing on it. */
  giveUp(): void {
    if (this.#file === null) return;
    closeSync(this.#file);
    this.#file = null;
    rmSync(this.#path, { force: true });
  }
}

const encode = ({ position, bytes }: Edit): Buffer => {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeBigUInt64LE(BigInt(position), 0);
  head.writeUInt32LE(bytes.length, 8);
  return Buffer.concat([head, bytes]);
};

const parse = (bytes: Buffer): { readonly edits: readonly Edit[]; readonly end: number } => {
  const edits: Edit[] = [];
  let at = 0;
  while (at + HEAD_BYTES <= bytes.length) {
    const position = Number(bytes.readBigUInt64LE(at));
    const end = at + HEAD_BYTES + bytes.readUInt32LE(at + 8);
    if (end > bytes.length) break;
    edits.push({ position, bytes: bytes.subarray(at + HEAD_BYTES, end) });
    at = end;
  }
  return { edits, end: at };
};

const writeAll = (file: number, bytes: Buffer): void => {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
};
