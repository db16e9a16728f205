/** Order statistics of a sample; we quote medians with the spread, on machines that are never quiet. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function spread(sample: readonly number[]): Spread {
  const sorted = sample.toSorted((a, b) => a - b);
  const at = (fraction: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN;
  return { min: at(0), median: at(0.5), max: at(1) };
}

export const percentile = (sample: readonly number[], p: number): number => {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))] ?? Number.NaN;
};

const digits = (n: number): string => (n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toFixed(3));

export const show = (s: Spread, unit: string): string =>
  `${digits(s.median)} ${unit} [${digits(s.min)}-${digits(s.max)}]`;

/** One line of a report: what, ours, the peer or limit, the ratio, and the goal. */
export function line(what: string, ours: string, peer: string, ratio: string, goal: string): void {
  console.log(`${what.padEnd(44)} ${ours.padEnd(30)} ${peer.padEnd(34)} ${ratio.padEnd(12)} ${goal}`);
}

export const header = (title: string): void => {
  console.log(`\n## ${title}`);
  line('what', 'vsms', 'beside', 'ratio', 'goal');
};
