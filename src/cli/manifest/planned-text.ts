import { EXIT } from '../exit-codes.ts';
import { documentText } from '../print/listing.ts';
import { type Difference, differenceLines } from './diff.ts';
import type { Manifest } from './schema.ts';
import type { MachineNow } from './state.ts';
import type { Trial } from './trial.ts';
import { printable } from '../print/output.ts';
import { findingsText } from '../plan/plan-view.ts';

/** What is to become of a machine. */
export interface Planned {
  readonly wanted: Pick<Manifest, 'name'>;
  readonly now: MachineNow | null;
  readonly all: readonly Difference[];
  /** What the service says of it; missing: it was not asked. */
  readonly trial?: Trial;
}

/** What would change of each, and what the service says of it. */
export const plannedText = async (plans: readonly Planned[], output: string): Promise<string> => {
  const facts = plans.map(({ wanted, now, all, trial }) => ({
    name: wanted.name,
    new: now === null,
    differences: all,
    ...trial,
  }));
  const document = await documentText(facts, output);
  if (document !== null) return document;
  return plans
    .flatMap(({ wanted, now, all, trial }) => [
      `${printable(wanted.name)}${now === null ? ' is new' : all.length === 0 ? ' is as the file says' : ''}`,
      ...differenceLines(all).map((line) => `  ${printable(line)}`),
      ...(trial === undefined ? [] : trialLines(trial)),
    ])
    .join('\n');
};

const trialLines = ({ refused, findings }: Trial): readonly string[] => [
  ...(refused === null ? [] : [`  REFUSED  ${printable(refused)}`]),
  ...(findings.length === 0
    ? []
    : // The plan is forgotten: nothing can be done to it.
      findingsText(findings, () => [])
        .split('\n')
        .map((line) => `  ${line}`)),
];

/** What a dry run found; its exit code is that of a machine that stands in nobody's way, or of the first that does. */
export const tellTrials = async (trials: readonly Planned[], output: string): Promise<void> => {
  console.log(await plannedText(trials, output));
  if (trials.some(({ trial }) => trial?.findings.some(({ blocking }) => blocking))) process.exitCode = EXIT.blocked;
  if (trials.some(({ trial }) => (trial?.refused ?? null) !== null)) process.exitCode = EXIT.usage;
};
