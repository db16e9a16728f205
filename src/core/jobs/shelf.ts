import type { Guid } from '../model.ts';
import type { AffectedElement, Job } from './job.ts';

/**
 * All jobs in memory, by id and by what they affect. A job about a snapshot's configuration is found under the id of
 * that configuration; who knows the system's configurations asks for each.
 */
export class JobShelf {
  readonly #jobs = new Map<Guid, Job>();
  readonly #byElement = new Map<Guid, Set<Guid>>();

  get(id: Guid): Job | undefined {
    return this.#jobs.get(id) ?? this.#jobs.get(id.toUpperCase());
  }

  /** In order of submission. */
  all(): Iterable<Job> {
    return this.#jobs.values();
  }

  affecting(id: Guid): Iterable<Job> {
    const ids = this.#byElement.get(id.toUpperCase());
    // Nearly always: lists ask for every machine.
    return ids === undefined ? [] : this.#of(ids);
  }

  *#of(ids: Iterable<Guid>): Generator<Job> {
    for (const id of ids) {
      const job = this.#jobs.get(id);
      if (job !== undefined) yield job;
    }
  }

  put(job: Job): void {
    const before = this.#jobs.get(job.id);
    this.#jobs.set(job.id, job);
    if (before?.affected === job.affected) return;
    if (before !== undefined) this.#unlink(before);
    for (const key of elementIds(job.affected)) {
      const ids = this.#byElement.get(key);
      if (ids === undefined) this.#byElement.set(key, new Set([job.id]));
      else ids.add(job.id);
    }
  }

  delete(id: Guid): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    this.#jobs.delete(id);
    this.#unlink(job);
  }

  #unlink(job: Job): void {
    for (const key of elementIds(job.affected)) {
      const ids = this.#byElement.get(key);
      ids?.delete(job.id);
      if (ids?.size === 0) this.#byElement.delete(key);
    }
  }
}

const elementIds = (affected: readonly AffectedElement[]): ReadonlySet<Guid> => {
  const ids = new Set<Guid>();
  for (const { element } of affected) {
    switch (element.kind) {
      case 'system':
      case 'plan':
      case 'configuration':
      case 'switch':
      case 'referencePoint':
        ids.add(element.id.toUpperCase());
        break;
      case 'setting':
        ids.add(element.configuration.toUpperCase());
        break;
      case 'service':
        break;
    }
  }
  return ids;
};
