import { DomainError } from '../errors.ts';
import type { Guid } from '../model.ts';

/** Work gave way to somebody with a better right to the disks; it is to be begun again later. */
export class DiskWorkInterrupted extends DomainError {
  constructor() {
    super('failed', 'The work on the disks was interrupted. It is taken up again by itself.');
  }
}

/**
 * Work on the disks of systems in the background, one a system. Whoever needs the disks (a machine that starts or saves, a
 * checkpoint, an export) makes it let go first and keeps it away by the state of the system.
 */
export class DiskWork {
  readonly #running = new Map<Guid, { readonly abort: AbortController; readonly ended: Promise<unknown> }>();

  /**
   * The caller holds the turn of the system and knows that nothing else has its disks. Rejects with DiskWorkInterrupted when
   * the work was made to let go, in whatever words a tool or a machine says so.
   */
  begin<T>(system: Guid, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#running.has(system)) throw new Error(`work on the disks of ${system} is under way`);
    const abort = new AbortController();
    const result = work(abort.signal)
      .catch((error: unknown) => {
        throw abort.signal.aborted ? abort.signal.reason : error;
      })
      .finally(() => this.#running.delete(system));
    this.#running.set(system, { abort, ended: result.catch(() => undefined) });
    return result;
  }

  /** Resolves when no work is under way. May be called within the turn of the system: work never waits for it then. */
  async letGo(system: Guid): Promise<void> {
    const running = this.#running.get(system);
    if (running === undefined) return;
    running.abort.abort(new DiskWorkInterrupted());
    await running.ended;
  }
}
