import { word } from '../i18n/index.ts';
import { get, Problem, send } from './http.ts';
import { jobNews } from './news.ts';
import { reasonsOf, remediesOf } from './reasons.ts';
import type { Job } from './types.ts';

/** Jobs that somebody here waits for, told by the event stream. */
const waiting = new Map<string, (job: Job) => void>();
/** When the stream is silent, the job itself is asked. */
const ASK_SECONDS = 15;

const RUNNING: ReadonlySet<Job['state']> = new Set(['starting', 'running', 'shuttingDown']);
export const isOver = ({ state }: Job): boolean => !RUNNING.has(state);
export const hasFailed = ({ state }: Job): boolean =>
  state === 'failed' || state === 'killed' || state === 'terminated';

/** The event stream has told of a job. */
export function tellJob(job: Job): void {
  if (isOver(job)) waiting.get(job.id)?.(job);
}

async function ended(begun: Job): Promise<Job> {
  // The stream may have told its end before the answer that tells its begin.
  const job = jobNews.last(begun.id) ?? begun;
  if (isOver(job)) return job;
  const told = new Promise<Job>((resolve) => {
    waiting.set(job.id, resolve);
  });
  try {
    for (;;) {
      const pause = new Promise<null>((resolve) => setTimeout(() => resolve(null), ASK_SECONDS * 1000));
      const next = (await Promise.race([told, pause])) ?? (await get<Job>(`/jobs/${job.id}`).catch(unlessPassing));
      if (next !== null && isOver(next)) return next;
    }
  } finally {
    waiting.delete(job.id);
  }
}

/** A service that is away is asked again; one that tells no more of the job, or not to this user, never will. @throws Problem */
function unlessPassing(error: unknown): null {
  if (error instanceof Problem && error.body.status >= 400 && error.body.status < 500 && error.body.status !== 429)
    throw error;
  return null;
}

type Verb = 'POST' | 'PATCH' | 'DELETE';
type Headers = Readonly<Record<string, string>>;

/**
 * Long work: begun, and waited for by its job, so that no connection is held meanwhile (a browser has six). `tell`: of that job, as it
 * was when it was begun.
 * @throws Problem with the reason of the job when it failed
 */
export async function work(
  method: Verb,
  path: string,
  body?: unknown,
  headers: Headers = {},
  tell?: (job: Job) => void,
): Promise<void> {
  await (await begin(method, path, body, headers, tell))();
}

/** The same, resolved when the service has taken it up; what it resolves to waits for the end. @throws Problem when it is refused */
export async function begin(
  method: Verb,
  path: string,
  body?: unknown,
  headers: Headers = {},
  tell?: (job: Job) => void,
): Promise<() => Promise<void>> {
  const answer = await send<Job | undefined>(method, path, body, {
    headers: { ...headers, prefer: 'respond-async' },
  });
  // 202 answers a job; what was done at once answers something else, or nothing.
  const job = answer !== undefined && 'percent' in answer ? answer : null;
  if (job !== null) tell?.(job);
  return async () => {
    if (job !== null) await follow(job);
  };
}

async function follow(begun: Job): Promise<void> {
  const job = await ended(begun);
  if (!hasFailed(job)) return;
  const { error } = job;
  throw new Problem({
    code: 'job-failed',
    title: word('work', job.description),
    detail: error === null ? job.state : reasonsOf(error).join(' '),
    status: 0,
    type: null,
    returnValue: error?.returnValue ?? null,
    requestId: null,
    errors: [],
    actions: error === null ? [] : remediesOf(error),
  });
}
