import { DomainError } from '../errors.ts';
import { shown } from '../paths/refusal.ts';

/** Files that somebody changes as a whole. */
export class DiskClaims {
  readonly #claimed = new Set<string>();

  /** @throws DomainError inUse */
  requireFree(files: readonly string[]): void {
    const taken = files.find((file) => this.#claimed.has(file));
    if (taken === undefined) return;
    throw new DomainError('inUse', `${shown(taken)} is being changed by a job. Wait for its end, or cancel it.`, {
      hresult: '0x80070020',
    });
  }

  claim(files: readonly string[]): Disposable {
    this.requireFree(files);
    for (const file of files) this.#claimed.add(file);
    return {
      [Symbol.dispose]: () => {
        for (const file of files) this.#claimed.delete(file);
      },
    };
  }
}
