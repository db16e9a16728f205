import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';

/** Used, and until when it must be known; milliseconds since 1970. */
export type UsedAuthenticator = readonly [authenticator: string, until: number];

/** More lines than the cache has entries: most of them are over. */
const MOST_LINES = 200_000;

/**
 * The authenticators that were used, in a file, so that a service that is started again knows those of the one before. A line is
 * with the kernel before anybody is let in, and outlasts the process, however that ends; what a power cut takes with it is told by
 * `isWhole`.
 */
export class ReplayFile implements Disposable {
  readonly #path: string;
  readonly #boot: string;
  /** What the file held that is not over yet. */
  readonly entries: readonly UsedAuthenticator[];
  /** False: the host was started since the file was written, and the last lines may be missing. */
  readonly isWhole: boolean;
  #file: number;
  #lines: number;

  /** `boot` names this start of the host. @throws what the file system says */
  constructor(path: string, boot: string, now: number) {
    this.#path = path;
    this.#boot = boot;
    const [head = '', ...lines] = readIfThere(path).split('\n');
    this.isWhole = head === '' || head === headOf(boot);
    this.entries = lines.flatMap((line) => {
      const [, authenticator, until] = /^([A-Za-z0-9+/=]+) (\d+)$/.exec(line) ?? [];
      return authenticator === undefined || Number(until) <= now ? [] : [[authenticator, Number(until)] as const];
    });
    this.#file = this.#write(this.entries);
    this.#lines = this.entries.length;
  }

  /** `live`: all that is known, should the file have to be written anew. @throws what the file system says */
  append(used: UsedAuthenticator, live: () => Iterable<UsedAuthenticator>): void {
    if (this.#lines >= MOST_LINES) {
      const entries = [...live()];
      const former = this.#file;
      this.#file = this.#write(entries);
      closeSync(former);
      this.#lines = entries.length;
      return;
    }
    writeSync(this.#file, lineOf(used));
    this.#lines++;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  /** Renamed into place: a service that dies here leaves the former one. Answers it, open behind its end. */
  #write(entries: readonly UsedAuthenticator[]): number {
    const temporary = `${this.#path}.new`;
    writeFileSync(temporary, `${headOf(this.#boot)}\n${entries.map(lineOf).join('')}`, { mode: 0o600 });
    const file = openSync(temporary, 'a');
    renameSync(temporary, this.#path);
    return file;
  }
}

const headOf = (boot: string): string => `boot ${boot}`;

const lineOf = ([authenticator, until]: UsedAuthenticator): string => `${authenticator} ${Math.ceil(until)}\n`;

const readIfThere = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
};
