import { DOMAIN_ERRORS, DomainError } from '../errors.ts';
import type { AffectedElement, JobError } from './job.ts';
import type { JobOutcome } from './record.ts';

/** Nothing of an unexpected error reaches a client: it may hold paths, data of others, or secrets (habit 8). */
const INTERNAL = 'An internal error stopped the operation. The log of the service tells more under the id of this job.';

/** More findings than this help nobody and would grow the job without bound. */
const MAX_ERRORS = 100;

const HIGH = 4;

/** `summary` is the first line, e.g. `'web1' failed to start.` */
export const failureOutcome = (summary: string, affected: readonly AffectedElement[], error: unknown): JobOutcome => {
  const causes = (error instanceof AggregateError ? error.errors : [error]).slice(0, MAX_ERRORS);
  const domain = causes.map((cause) => (cause instanceof DomainError ? cause : new DomainError('failed', INTERNAL)));
  const first = domain[0] ?? new DomainError('failed', INTERNAL);
  return {
    state: 10,
    // Never 0: os-win reads the code, not the state (README rule 1).
    errorCode: DOMAIN_ERRORS[first.code].returnValue,
    errorSummary: summary,
    errorDescription: describe(summary, affected, domain),
    errors: domain.map(toJobError),
  };
};

/** True where the log must tell what the client is not told. */
export const isUnexpected = (error: unknown): boolean =>
  error instanceof AggregateError ? error.errors.some(isUnexpected) : !(error instanceof DomainError);

export const cancelledOutcome = (state: 8 | 9, caption: string): JobOutcome => {
  const text = `${caption}: cancelled by request.`;
  return {
    state,
    errorCode: DOMAIN_ERRORS.failed.returnValue,
    errorSummary: text,
    errorDescription: text,
    errors: [toJobError(new DomainError('failed', text))],
  };
};

export const restartedOutcome = (summary: string, affected: readonly AffectedElement[]): JobOutcome =>
  failureOutcome(
    summary,
    affected,
    new DomainError('failed', 'The service restarted before the operation was complete. Ask for it again.'),
  );

/** The outcome with one more error, for an undo that failed too. */
export const withError = (outcome: JobOutcome, error: JobError): JobOutcome => ({
  ...outcome,
  errorDescription: `${outcome.errorDescription ?? ''}\n\n${error.message}`.trim(),
  errors: [...outcome.errors, error].slice(0, MAX_ERRORS),
});

export const toJobError = (error: DomainError): JobError => ({
  messageId: error.finding?.messageId ?? String(DOMAIN_ERRORS[error.code].returnValue),
  message: sentence(error),
  arguments: error.finding?.arguments ?? [],
  severity: error.finding?.severity ?? HIGH,
  recommendedActions: error.finding?.recommendedActions ?? [],
  source: error.source,
});

/**
 * Summary, then each cause with the setting it is about, then its root (jobs-and-errors §9): the structure in which
 * clients look for the name of the device and for HRESULT texts.
 */
const describe = (summary: string, affected: readonly AffectedElement[], errors: readonly DomainError[]): string => {
  const paragraphs = [`${summary}${systemIds(affected)}`];
  for (const error of errors) {
    paragraphs.push(sentence(error));
    const root = rootCause(error);
    if (root !== null) paragraphs.push(sentence(root));
  }
  return paragraphs.join('\n\n');
};

const sentence = (error: DomainError): string => {
  const instance = error.source?.part ? ` (Instance ID ${error.source.part.split('\\')[0]})` : '';
  const code = error.hresult !== null && !error.message.includes(error.hresult) ? ` (${error.hresult})` : '';
  return `${error.message}${instance}${code}`;
};

const rootCause = (error: DomainError): DomainError | null => {
  let root: DomainError | null = null;
  let cause = error.cause;
  for (let depth = 0; depth < 10 && cause instanceof DomainError; depth++) {
    root = cause;
    cause = cause.cause;
  }
  return root;
};

const systemIds = (affected: readonly AffectedElement[]): string => {
  const ids = new Set<string>();
  for (const { element } of affected) if (element.kind === 'system' || element.kind === 'plan') ids.add(element.id);
  return ids.size === 0 ? '' : ` (Virtual machine ID ${[...ids].slice(0, 3).join(', ')})`;
};
