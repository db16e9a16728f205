import { checkConfiguration } from './configuration.ts';
import { checkDevices } from './devices.ts';
import type { Check, CheckSubject, Finding } from './finding.ts';
import { checkSavedState } from './saved-state.ts';
import { checkSnapshotDevices, checkSnapshots } from './snapshots.ts';
import { checkStorage } from './storage.ts';

/** In the order of the documentation of ValidatePlannedSystem (planned-systems §6). */
const CHECKS: readonly Check[] = [
  checkConfiguration,
  checkDevices,
  checkSnapshots,
  checkSnapshotDevices,
  checkSavedState,
  checkStorage,
];

/** Everything that stands in the way of the plan or that its owner should know; those that block first. */
export const findingsOf = async (
  subject: CheckSubject,
  progress: (fraction: number) => void = () => undefined,
): Promise<readonly Finding[]> => {
  const found: Finding[] = [];
  for (const [done, check] of CHECKS.entries()) {
    found.push(...(await check(subject)));
    progress((done + 1) / CHECKS.length);
  }
  return [...found.filter(({ blocking }) => blocking), ...found.filter(({ blocking }) => !blocking)];
};
