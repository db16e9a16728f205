import type { JobWatch } from '../job.ts';
import { JobError, MethodError } from '../method-error.ts';
import { JobGoesOnError, type Patience } from '../patience.ts';
import { refusalText } from '../return-values.ts';
import { type Answer, hasEnded, type Input, type OperationId, type RestClient } from './client.ts';
import { RestError } from './error.ts';
import type { Job } from './generated/operations.ts';

/** Seconds of one look at a job: with somebody who watches, and without. */
const LOOK = { watched: 1, unwatched: 60 } as const;

/** Operations whose work may be a job, waited for and refused as the same methods are over WS-Management. */
export class RestWork {
  readonly #client: RestClient;
  readonly #patience: Patience;

  constructor(client: RestClient, patience: Patience) {
    this.#client = client;
    this.#patience = patience;
  }

  /**
   * What it answers; null: a job was to do it, and has done it.
   * @throws MethodError for what the method or its job refused; RestError ConnectionError JobGoesOnError
   */
  async answer<K extends OperationId>(id: K, input: Input<K>, watch: JobWatch = {}): Promise<AtOnce<K> | null> {
    const call = this.#client.call.bind(this.#client) as unknown as (id: K, input: Input<K>) => Promise<Answer<K>>;
    const given = await call(id, { prefer: 'respond-async', ...input }).catch((error: unknown) => {
      throw asMethodError(error);
    });
    const { status, body }: { readonly status: unknown; readonly body: unknown } = given;
    if (status !== 202) return given as AtOnce<K>;
    await this.finish((body as Job).id, watch);
    return null;
  }

  /** The same where nothing of the answer is of use. */
  async run<K extends OperationId>(id: K, input: Input<K>, watch: JobWatch = {}): Promise<void> {
    await this.answer(id, input, watch);
  }

  /** @throws JobError in the words of the job when it failed; RestError ConnectionError JobGoesOnError */
  async finish(id: string, watch: JobWatch = {}): Promise<void> {
    const { state, error } = await this.ended(id, watch);
    if (state === 'completed' || state === 'completedWithWarnings') return;
    throw new JobError(error?.message ?? `The job ended: ${state}.`, error?.returnValue ?? 0, null);
  }

  /** The job when it has ended, however that was. @throws RestError ConnectionError JobGoesOnError */
  async ended(id: string, { progress, signal }: JobWatch = {}): Promise<Job> {
    const { wait, timeoutMs } = this.#patience;
    if (!wait) throw new JobGoesOnError(id, this.#patience);
    const until = timeoutMs === null ? Infinity : performance.now() + timeoutMs;
    const cancel = (): void => void this.#client.call('cancelJob', { params: { id } }).catch(() => null);
    if (signal?.aborted === true) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      for (let seconds = 0; ; ) {
        const { body } = await this.#client.call('getJob', { params: { id }, query: { wait: seconds } });
        // Nothing is answered only to who knows a revision already.
        if (body === null) continue;
        progress?.(body.percent);
        if (hasEnded(body)) return body;
        const left = until - performance.now();
        if (left <= 0) throw new JobGoesOnError(id, this.#patience);
        seconds = Math.min(progress === undefined ? LOOK.unwatched : LOOK.watched, Math.ceil(left / 1000));
      }
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }
}

type AtOnce<K extends OperationId> = Exclude<Answer<K>, { readonly status: 202 }>;

/** What a method refused, by its name, or its job, which tells its reason alone; anything else as it is. */
const asMethodError = (error: unknown): unknown => {
  if (!(error instanceof RestError) || error.problem === null) return error;
  const { returnValue, method, detail } = error.problem;
  if (returnValue === null) return error;
  if (error.job !== null) return new JobError(detail, returnValue, null);
  const named = method !== null && !detail.startsWith(`${method} answered `);
  return new MethodError(named ? refusalText(method, returnValue, detail) : detail, returnValue, null);
};
