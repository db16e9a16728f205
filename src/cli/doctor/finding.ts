import { documentText } from '../print/listing.ts';

/** One thing that was looked at. */
export interface Finding {
  readonly verdict: 'ok' | 'note' | 'bad';
  readonly what: string;
  /** What was found, and what to do when it is not good. */
  readonly text: string;
}

const MARK: Readonly<Record<Finding['verdict'], string>> = { ok: 'ok  ', note: 'note', bad: 'BAD ' };

/** All of them in a format. Exit code 1 when something is bad. */
export async function showFindings(findings: readonly Finding[], output: string): Promise<void> {
  const document = await documentText(findings, output);
  if (document === null) return findings.forEach(showFinding);
  console.log(document);
  if (findings.some(({ verdict }) => verdict === 'bad')) process.exitCode = 1;
}

/** Exit code 1 when something is bad. */
export function showFinding(finding: Finding): void {
  console.log(`${MARK[finding.verdict]}  ${finding.what}: ${finding.text}`);
  if (finding.verdict === 'bad') process.exitCode = 1;
}
