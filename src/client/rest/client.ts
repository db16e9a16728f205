import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { RestConnection, type RestOptions } from './connection.ts';
import { RestError } from './error.ts';
import { readEvents, type RestEvent, type StreamOptions } from './events.ts';
import { type Bytes, type Job, OPERATIONS, type Operations } from './generated/operations.ts';

export type OperationId = keyof Operations;

/** Bytes are given whole or as a stream. */
type Given<T> = T extends Bytes ? Buffer | Readable : T;
type InputOf<T> = { readonly [M in keyof T]: Given<T[M]> };
/** What an operation takes: `params` of its path, `query`, `body`, and headers by name (docs/rest.md). */
export type Input<K extends OperationId> = InputOf<Operations[K]['input']> & { readonly signal?: AbortSignal };

/** What `fields` chooses members of: the resource, or each item of a page of them. */
type ResourceOf<T> = T extends { readonly items: ReadonlyArray<infer I> } ? I : T;
type Told<T> = T extends { readonly 200: infer B } ? B : T extends { readonly 201: infer B } ? B : never;
/** Members that `fields` can name; none of an operation that answers no resource. */
export type Field<K extends OperationId> = Operations[K] extends { readonly fields: true }
  ? keyof ResourceOf<Told<Answers<K>>> & string
  : never;
type Chosen<T, F extends string> = T extends null
  ? T
  : T extends { readonly items: ReadonlyArray<infer I> }
    ? Omit<T, 'items'> & { readonly items: ReadonlyArray<Pick<I, F & keyof I>> }
    : Pick<T, F & keyof T>;
/** A job that is handed out in place of the resource is told whole. */
type BodyOf<T, S, F extends string> = [F] extends [never] ? Taken<T> : S extends 202 ? Taken<T> : Chosen<T, F>;

type Taken<T> = T extends Bytes ? Readable : T;
type Answers<K extends OperationId> = Operations[K]['answers'];

/** What an operation answers: `status` tells which `body` it is. `F`: the members that were chosen; all when left out. */
export type Answer<K extends OperationId, F extends string = never> = {
  readonly [S in keyof Answers<K>]: {
    readonly status: S;
    readonly body: BodyOf<Answers<K>[S], S, F>;
    /** For `ifMatch` and `ifNoneMatch`; null: it has none. */
    readonly etag: string | null;
    /** In the audit trail and the log of the host. */
    readonly requestId: string | null;
  };
}[keyof Answers<K>];

/** Operations that answer a page: items, and where the next one begins. */
export type ListId = {
  [K in OperationId]: Answers<K> extends {
    readonly 200: { readonly items: readonly unknown[]; readonly next: unknown };
  }
    ? K
    : never;
}[OperationId];
export type Item<K extends ListId> =
  Answers<K> extends { readonly 200: { readonly items: ReadonlyArray<infer T> } } ? T : never;

/** Nothing need be given where nothing must. */
type Arguments<K extends OperationId> = object extends Operations[K]['input'] ? [input?: Input<K>] : [input: Input<K>];

/** With members to tell alone, on the top level. */
type WithFields<K extends OperationId, F> = Input<K> & { readonly fields: readonly F[] };

interface PlainInput {
  readonly fields?: readonly string[];
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly prefer?: string;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

const ENDED: ReadonlySet<Job['state']> = new Set([
  'completed',
  'completedWithWarnings',
  'terminated',
  'killed',
  'failed',
]);
export const hasEnded = ({ state }: Pick<Job, 'state'>): boolean => ENDED.has(state);
/** Seconds of one look at a job. */
const LOOK = 60;

/**
 * A vsms host by REST, typed by its OpenAPI document. Every operation has the name and the shapes that stand there; a Hyper-V
 * host has no such thing: `WsmanClient` speaks to both.
 */
export class RestClient {
  readonly #connection: RestConnection;

  constructor(options: RestOptions) {
    this.#connection = new RestConnection(options);
  }

  close(): void {
    this.#connection.close();
  }

  /** @throws RestError for a refusal, with its problem; ConnectionError */
  call<K extends OperationId, const F extends Field<K>>(id: K, input: WithFields<K, F>): Promise<Answer<K, F>>;
  call<K extends OperationId>(id: K, ...[input]: Arguments<K>): Promise<Answer<K>>;
  async call<K extends OperationId>(id: K, given: PlainInput = {}): Promise<Answer<K>> {
    const { verb, path } = OPERATIONS[id];
    const { params = {}, query: asked = {}, fields, body, signal, ...headers } = given;
    const query = fields === undefined ? asked : { ...asked, fields: fields.join(',') };
    const answer = await this.#connection.send({
      method: verb,
      path: `${pathOf(path, params)}${queryOf(query)}`,
      headers: headersOf(headers, body),
      ...(body === undefined ? {} : { body: isBytes(body) ? body : Buffer.from(JSON.stringify(body)) }),
      ...(signal === undefined ? {} : { signal }),
    });
    return {
      status: answer.statusCode ?? 0,
      body: await this.#bodyOf(answer, signal),
      etag: answer.headers.etag ?? null,
      requestId: (answer.headers['x-request-id'] as string | undefined) ?? null,
    } as Answer<K>;
  }

  /** JSON as what it says, nothing as null, anything else as it comes. */
  async #bodyOf(answer: IncomingMessage, signal: AbortSignal | undefined): Promise<unknown> {
    if (answer.statusCode === 204 || answer.statusCode === 304) {
      answer.resume();
      return null;
    }
    if (!/^application\/json\b/.test(answer.headers['content-type'] ?? '')) return answer;
    return JSON.parse(await this.#connection.textOf(answer, signal));
  }

  /** All items of all pages of a list. @throws RestError ConnectionError */
  items<K extends ListId, const F extends Field<K>>(
    id: K,
    input: WithFields<K, F>,
  ): AsyncGenerator<Pick<Item<K>, F & keyof Item<K>>, void>;
  items<K extends ListId>(id: K, ...[input]: Arguments<K>): AsyncGenerator<Item<K>, void>;
  async *items<K extends ListId>(id: K, input: PlainInput = {}): AsyncGenerator<Item<K>, void> {
    let cursor: string | null | undefined;
    do {
      const query = { limit: 1000, ...input.query, ...(cursor === undefined ? {} : { cursor }) };
      const answer = await this.call(id, ...([{ ...input, query }] as unknown as Arguments<K>));
      const page = answer.body as { readonly items: readonly Item<K>[]; readonly next: string | null };
      yield* page.items;
      cursor = page.next;
    } while (cursor !== null);
  }

  /**
   * The end of the job of an answer 202, however long it takes; null: the answer was the result already.
   * @throws RestError when the job failed, with its words; ConnectionError
   */
  async finished(
    answer: { readonly status: number; readonly body: unknown },
    { signal, progress }: { readonly signal?: AbortSignal; readonly progress?: (job: Job) => void } = {},
  ): Promise<Job | null> {
    if (answer.status !== 202) return null;
    let job = answer.body as Job;
    while (!hasEnded(job)) {
      progress?.(job);
      const { id } = job;
      const query = { wait: progress === undefined ? LOOK : 1 };
      const look = await this.call('getJob', { params: { id }, query, ...(signal === undefined ? {} : { signal }) });
      if (look.body !== null) job = look.body;
    }
    if (job.state === 'completed' || job.state === 'completedWithWarnings') return job;
    throw new RestError(job.error?.message ?? `${job.description}: ${job.state}.`, answer.status, null, job);
  }

  /**
   * What happens on the host, until `signal` ends it. A stream that breaks off is taken up again where it was; `hello` with
   * `resumed` false says that something was missed: read everything again.
   * @throws RestError ConnectionError when it can not be begun, or the host lets this account in no more
   */
  events(options: StreamOptions = {}): AsyncGenerator<RestEvent, void> {
    return readEvents(this.#connection, options);
  }
}

const isBytes = (body: unknown): body is Buffer | Readable =>
  Buffer.isBuffer(body) || (typeof body === 'object' && body !== null && 'pipe' in body);

/** @throws TypeError for what an address would take for another one */
const pathOf = (path: string, params: Readonly<Record<string, string>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = params[name] ?? '';
    if (/^\.{0,2}$/.test(value)) throw new TypeError(`"${value}" cannot be the ${name} of ${path}.`);
    return encodeURIComponent(value);
  });

const queryOf = (query: NonNullable<PlainInput['query']>): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`;
};

const headersOf = (
  { ifMatch, ifNoneMatch, prefer, idempotencyKey }: PlainInput,
  body: unknown,
): Readonly<Record<string, string>> => ({
  ...(body === undefined ? {} : { 'content-type': isBytes(body) ? 'application/octet-stream' : 'application/json' }),
  ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
  ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
  ...(prefer === undefined ? {} : { prefer }),
  ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
});
