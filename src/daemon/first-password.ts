import { fstatSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Users } from '../auth/users.ts';

/**
 * Does the journal of systemd keep what goes to our standard output (systemd.exec(5), JOURNAL_STREAM)? For months then, and for
 * all who may read logs.
 */
export const isJournaled = (environment: Readonly<Record<string, string | undefined>>): boolean => {
  const { dev, ino } = fstatSync(1, { bigint: true });
  return environment['JOURNAL_STREAM'] === `${dev}:${ino}`;
};

/**
 * The password that the first start makes, until it is told: printed once, or, where what is printed is kept, in a file of the
 * state directory that goes when the account of `admin` changes. A secret never gets into a log (issue 7 §4).
 */
export class FirstPassword {
  readonly #file: string;
  readonly #printed: boolean;

  constructor(stateDirectory: string, printed: boolean) {
    this.#file = join(stateDirectory, 'first-password');
    this.#printed = printed;
  }

  /** The lines to print. Called before the password holds: one that holds and is told to nobody would lock everybody out. */
  async tell(password: string): Promise<readonly string[]> {
    const another = 'VSMS_ADMIN_PASSWORD sets another one at the next start.';
    if (this.#printed)
      return [`First start: user "admin" has the password ${password}`, `It is shown this once; ${another}`];
    const file = await open(`${this.#file}.new`, 'w', 0o600);
    try {
      await file.writeFile(`${password}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${this.#file}.new`, this.#file);
    return [
      `First start: the password of user "admin" is in ${this.#file}`,
      `The file goes when that password is changed, by "vsms user set admin" for one; ${another}`,
    ];
  }

  /** `admin` is another account now, or none. */
  forget(): Promise<void> {
    return rm(this.#file, { force: true });
  }

  /** What a service that was killed has left, or what was changed before there was a listener. */
  async forgetIfOver(users: Users): Promise<void> {
    const told = await readFile(this.#file, 'utf8').catch(() => null);
    if (told !== null && (await users.verify('admin', told.trimEnd())) === undefined) await this.forget();
    await rm(`${this.#file}.new`, { force: true });
  }
}
