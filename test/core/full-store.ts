import { DISK_FULL, DomainError } from '../../src/core/errors.ts';
import type { Job } from '../../src/core/jobs/job.ts';
import type { Store } from '../../src/core/ports.ts';
import { createMemoryStore } from '../../src/store/memory.ts';

/** A store on a disk that takes some commits more, and then so many none. */
export class FullDisk {
  readonly #store = createMemoryStore();
  #taken = 0;
  #refused = 0;
  commits = 0;

  fill(after: number, refused = Number.POSITIVE_INFINITY): void {
    this.commits = 0;
    this.#taken = after;
    this.#refused = refused;
  }

  empty(): void {
    this.#refused = 0;
  }

  readonly open = (): Store => ({
    load: (table) => this.#store.load(table),
    commit: async (changes) => {
      if (this.commits++ >= this.#taken && this.#refused > 0) {
        this.#refused -= 1;
        throw new DomainError('failed', 'The store could not write: no space left.', { hresult: DISK_FULL });
      }
      await this.#store.commit(changes);
    },
    close: async () => undefined,
  });

  async jobState(id: string): Promise<number | undefined> {
    return ((await this.#store.load('jobs')).get(id) as { job: Job } | undefined)?.job.state;
  }
}
