import { checkConfiguration } from './configuration.ts';
import { checkDevices } from './devices.ts';
import type { Check, CheckSubject, Finding } from './finding.ts';
import { checkSavedState } from './saved-state.ts';
import { checkSnapshotDevices, checkSnapshots } from './snapshots.ts';
import { checkSharedDisks } from './shared-disks.ts';
import { checkStorage } from './storage.ts';

/** In the order of the documentation of ValidatePlannedSystem (planned-systems §6). */
const CHECKS: readonly Check[] = [
  checkConfiguration,
  checkDevices,
  checkSnapshots,
  checkSnapshotDevices,
  checkSavedState,
  checkStorage,
  checkSharedDisks,
];

/** Everything that stands in the way of the plan or that its owner should know; those that block first. */
export const findingsOf = async (
  subject: CheckSubject,
  progress: (fraction: number) => void = () => undefined,
): Promise<readonly Finding[]> => {
  const [blocking, notes] = [new Told(), new Told()];
  for (const [done, check] of CHECKS.entries()) {
    for (const each of await check(subject)) (each.blocking ? blocking : notes).add(each);
    progress((done + 1) / CHECKS.length);
  }
  return [...blocking.all(), ...notes.all()];
};

/** A definition may have thousands of defects; a job keeps a hundred errors. */
const MOST_TOLD = 100;

class Told {
  readonly #found: Finding[] = [];
  #more = 0;

  add(finding: Finding): void {
    if (this.#found.length < MOST_TOLD) this.#found.push(finding);
    else this.#more++;
  }

  all(): readonly Finding[] {
    const last = this.#found.at(-1);
    if (last === undefined || this.#more === 0) return this.#found;
    return [...this.#found.slice(0, -1), { ...last, message: `${last.message} ${this.#more} more are not told.` }];
  }
}
