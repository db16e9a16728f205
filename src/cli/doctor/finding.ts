/** One thing that was looked at. */
export interface Finding {
  readonly verdict: 'ok' | 'note' | 'bad';
  readonly what: string;
  /** What was found, and what to do when it is not good. */
  readonly text: string;
}

const MARK: Readonly<Record<Finding['verdict'], string>> = { ok: 'ok  ', note: 'note', bad: 'BAD ' };

/** Exit code 1 when something is bad. */
export function showFinding(finding: Finding): void {
  console.log(`${MARK[finding.verdict]}  ${finding.what}: ${finding.text}`);
  if (finding.verdict === 'bad') process.exitCode = 1;
}
