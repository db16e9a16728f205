import { appendFileSync } from 'node:fs';

/** Order statistics of a sample; we quote medians with the spread, on machines that are never quiet. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** How many were measured. */
  readonly count: number;
}

export function spread(sample: readonly number[]): Spread {
  const sorted = sample.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const last = sorted.length - 1;
  // Of an even number the two in the middle count alike.
  const median = (at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2;
  return { min: at(0), median, max: at(last), count: sorted.length };
}

/** A number without spread: a limit, or what was measured once. */
export const single = (value: number): Spread => spread([value]);

export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly ours: Spread;
  /** The peer, or the limit, of the same run; null: there is none. */
  readonly beside: { readonly what: string; readonly value: Spread } | null;
  /** What ours through beside must be; null: the figure only explains another. */
  readonly goal: { readonly atLeast: number } | { readonly atMost: number } | null;
}

export interface Limit {
  readonly what: string;
  readonly unit: string;
  readonly ours: Spread;
  readonly limit: number;
}

/** A figure beside the most that it may be. */
export const withinLimit = ({ limit, ...figure }: Limit): Figure => ({
  ...figure,
  beside: { what: 'limit', value: single(limit) },
  goal: { atMost: 1 },
});

const digits = (n: number): string => (n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toFixed(3));

const show = (s: Spread, unit: string): string =>
  s.count === 1
    ? `${digits(s.median)} ${unit}`
    : `${digits(s.median)} ${unit} [${digits(s.min)}-${digits(s.max)}] n=${s.count}`;

const columns = (what: string, ours: string, beside: string, ratio: string, goal: string): void =>
  console.log(`${what.padEnd(44)} ${ours.padEnd(32)} ${beside.padEnd(40)} ${ratio.padEnd(8)} ${goal}`);

let missed = 0;
let section = '';

/** Goals that a figure of this run has missed. */
export const missedGoals = (): number => missed;

export const header = (title: string): void => {
  section = title;
  console.log(`\n## ${title}`);
  columns('what', 'vsms', 'beside', 'ratio', 'goal');
};

/** Prints a figure; with VSMS_BENCH_JSON also appends it to that file as a line of JSON, to compare runs by. */
export function report(figure: Figure): void {
  const { what, unit, ours, beside, goal } = figure;
  const ratio = beside === null ? null : ours.median / beside.value.median;
  const met = goal === null || ratio === null ? null : 'atLeast' in goal ? ratio >= goal.atLeast : ratio <= goal.atMost;
  if (met === false) missed++;
  const wanted = goal === null ? '' : 'atLeast' in goal ? `>= ${goal.atLeast}x` : `<= ${goal.atMost}x`;
  columns(
    what,
    show(ours, unit),
    beside === null ? '' : `${beside.what} ${show(beside.value, unit)}`,
    ratio === null ? '' : `${ratio.toFixed(2)}x`,
    met === false ? `${wanted} MISSED` : wanted,
  );
  const file = process.env['VSMS_BENCH_JSON'];
  if (file !== undefined && file !== '') {
    appendFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), section, ...figure, ratio, met })}\n`);
  }
}
