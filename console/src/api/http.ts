import { t } from '../i18n/index.ts';
import { type JobError, reasonsOf, remediesOf } from './reasons.ts';

/** Calls of /api/v1. A refusal is thrown as `Problem`; what the service says is for people and shown as it is. */

export interface ProblemBody {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly status: number;
  readonly type: string | null;
  readonly returnValue: number | null;
  readonly requestId: string | null;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  readonly actions: readonly string[];
}

export class Problem extends Error {
  readonly body: ProblemBody;
  constructor(body: ProblemBody) {
    super(body.detail);
    this.name = 'Problem';
    this.body = body;
  }
}

export const API = new URL('api/v1', document.baseURI).pathname;

let csrfToken: string | null = null;
let onSignedOut: () => void = () => undefined;

export const setCsrfToken = (token: string | null): void => {
  csrfToken = token;
};

/** Called when the service says that nobody is signed in any more. */
export const whenSignedOut = (listener: () => void): void => {
  onSignedOut = listener;
};

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

const request = async (
  method: Method,
  path: string,
  body: unknown,
  { signal, headers = {} }: CallOptions = {},
): Promise<Response> => {
  // A part of a file goes as it is.
  const blob = body instanceof Blob;
  const answer = await fetch(API + path, {
    method,
    credentials: 'same-origin',
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': blob ? 'application/octet-stream' : 'application/json' }),
      ...(method === 'GET' || csrfToken === null ? {} : { 'x-csrf-token': csrfToken }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: blob ? body : JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw unreachable();
  });
  if (answer.ok) return answer;
  if (answer.status === 401 && path !== '/session') onSignedOut();
  throw await problemOf(answer);
};

/** Told in the language of the user: no service has said it. */
export const unreachable = (detail = t('problem.unreachable')): Problem =>
  new Problem({ ...EMPTY, code: 'unreachable', status: 0, detail });

const EMPTY: ProblemBody = {
  code: 'unknown',
  title: '',
  detail: '',
  status: 0,
  type: null,
  returnValue: null,
  requestId: null,
  errors: [],
  actions: [],
};

async function problemOf(answer: Response): Promise<Problem> {
  const told = (await answer.json().catch(() => null)) as
    | (Partial<ProblemBody> & { job?: { error?: JobError | null } | null })
    | null;
  const failure = told?.job?.error ?? null;
  return new Problem({
    ...EMPTY,
    ...told,
    status: answer.status,
    detail:
      failure === null
        ? (told?.detail ?? told?.title ?? `${answer.status} ${answer.statusText}`)
        : reasonsOf(failure).join(' '),
    errors: told?.errors ?? [],
    actions: failure === null ? [] : remediesOf(failure),
  });
}

const json = async <T>(answer: Response): Promise<T> => (answer.status === 204 ? undefined : await answer.json()) as T;

export const get = async <T>(path: string, options?: CallOptions): Promise<T> =>
  json<T>(await request('GET', path, undefined, options));

export interface Tagged<T> {
  readonly value: T;
  /** Of the revision; a change names it. */
  readonly tag: string | null;
}

/** A resource with the tag that a later change of it must name. */
export const getTagged = async <T>(path: string, options?: CallOptions): Promise<Tagged<T>> => {
  const answer = await request('GET', path, undefined, options);
  return { value: await json<T>(answer), tag: answer.headers.get('etag') };
};

/** A question that is asked by POST, with the tag of what was looked at. */
export const sendTagged = async <T>(method: 'POST', path: string, body: unknown): Promise<Tagged<T>> => {
  const answer = await request(method, path, body);
  return { value: await json<T>(answer), tag: answer.headers.get('etag') };
};

/** Every call that may take long is answered by its job at once; the event stream tells how it goes on. */
export const send = async <T>(
  method: Exclude<Method, 'GET'>,
  path: string,
  body?: unknown,
  options?: CallOptions,
): Promise<T> => json<T>(await request(method, path, body, options));

/** What was made. @throws Problem with `gone` as its words when somebody has deleted it since (204) */
export const make = async <T>(path: string, body: unknown, gone: string): Promise<T> => {
  const made = await send<T | undefined>('POST', path, body);
  if (made === undefined) throw new Problem({ ...EMPTY, code: 'not-found', status: 204, detail: gone });
  return made;
};

/** A list with all its pages, and what is told beside the items. */
export const getWhole = async <T extends { readonly items: readonly unknown[] }>(
  path: string,
  options?: CallOptions,
): Promise<T> => {
  const page = (cursor: string | null): Promise<T & { readonly next: string | null }> =>
    get(
      `${path}${path.includes('?') ? '&' : '?'}limit=1000${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      options,
    );
  let { next, ...whole } = await page(null);
  const items = [...whole.items];
  while (next !== null) {
    const more = await page(next);
    items.push(...more.items);
    next = more.next;
  }
  return { ...whole, items } as unknown as T;
};

/** All pages of a list. */
export const getAll = async <T>(path: string, options?: CallOptions): Promise<readonly T[]> =>
  (await getWhole<{ readonly items: readonly T[] }>(path, options)).items;
