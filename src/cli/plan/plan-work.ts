import type { Finding } from '../../client/findings.ts';
import type { DiskOnHost } from '../../client/disk-on-host.ts';
import type { PlanDetails } from '../../client/plan-details.ts';
import type { Plans } from '../../client/plans.ts';
import { BlockedError } from '../exit-codes.ts';
import { interruptible } from '../interrupt.ts';
import { printable } from '../print/output.ts';
import { type Fix, type FixFlags, fixesFor } from './plan-fixes.ts';
import { showProgress } from '../print/progress.ts';

/** A plan as it is now, with what was found and what can be done about it. */
export interface Reviewed {
  readonly plan: PlanDetails;
  /** Its disks that are called otherwise on the host. */
  readonly onHost: readonly DiskOnHost[];
  readonly findings: readonly Finding[];
  readonly fixes: readonly Fix[];
}

export const review = async (plans: Plans, id: string, flags: FixFlags): Promise<Reviewed> => {
  const findings = await plans.validate(id);
  const plan = await plans.details(id);
  return { plan, onHost: await plans.disksOnHost(plan), findings, fixes: await fixesFor(plans, plan, findings, flags) };
};

/** Mending one thing can show another: a disk that is found can have a parent that is not. */
const MOST_ROUNDS = 4;

/** Applies what can be done until nothing is left of it; `done` is told each thing that was done, also where a later one is refused. */
export const applyFixes = async (plans: Plans, first: Reviewed, flags: FixFlags, done: string[]): Promise<Reviewed> => {
  let reviewed = first;
  for (let round = 0; round < MOST_ROUNDS && reviewed.fixes.length > 0; round++) {
    for (const fix of reviewed.fixes) {
      await fix.apply();
      done.push(fix.text);
    }
    reviewed = await review(plans, first.plan.id, flags);
  }
  return reviewed;
};

export const blockingOf = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ blocking }) => blocking);

/** Realizes the plan with a progress bar. False: an interrupt cancelled it, which is told, and the plan stays. @throws BlockedError */
export const realize = async (plans: Plans, { plan, findings }: Reviewed): Promise<boolean> => {
  const left = blockingOf(findings).length;
  if (left > 0) throw new BlockedError(plan.name, plan.id, left);
  const progress = showProgress(`Realizing ${printable(plan.name)}`);
  try {
    return (await interruptible((signal) => plans.realize(plan.id, { progress: progress.show, signal }))) !== null;
  } finally {
    progress.end();
  }
};
