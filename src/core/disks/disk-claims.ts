import { DomainError } from '../errors.ts';
import { shown } from '../paths/refusal.ts';

const CHANGED = 'is being changed by a job. Wait for its end, or cancel it.';

/** Files that somebody changes as a whole. */
export class DiskClaims {
  /** By file: why. */
  readonly #claimed = new Map<string, string>();

  /** @throws DomainError inUse */
  requireFree(files: readonly string[]): void {
    const taken = files.find((file) => this.#claimed.has(file));
    if (taken === undefined) return;
    throw new DomainError('inUse', `${shown(taken)} ${this.#claimed.get(taken) ?? CHANGED}`, {
      hresult: '0x80070020',
    });
  }

  claim(files: readonly string[], why: string = CHANGED): Disposable {
    this.requireFree(files);
    for (const file of files) this.#claimed.set(file, why);
    return {
      [Symbol.dispose]: () => {
        for (const file of files) this.#claimed.delete(file);
      },
    };
  }
}
