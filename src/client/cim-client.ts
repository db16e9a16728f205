import type { Argument } from './envelope.ts';
import { JobError, MethodError } from './method-error.ts';
import { isReference, numberOf, type Reference, textOf, type WireObject } from './object.ts';
import { JobGoesOnError, PATIENT, type Patience } from './patience.ts';
import { refusalText } from './return-values.ts';
import type {
  DefaultNamespace,
  InputOf,
  JobClass,
  MethodOf,
  ObjectOf,
  OutputOf,
  PropertyOf,
  QueriedProperty,
} from './schema.ts';

export interface InvokeResult<P extends string = string> {
  readonly returnValue: number;
  readonly out: WireObject<P>['properties'];
  /** The Msvm_Error that says why it was refused, where the server sends one along (vsms does, Hyper-V does not). */
  readonly refusal: ObjectOf<'Msvm_Error'> | null;
}

/** A job of any class. */
export type JobObject = ObjectOf<JobClass>;

/** Arguments by parameter. */
export type Arguments<P extends string> = { readonly [Name in P]?: Argument };

export interface Target<C extends string = string> {
  readonly className: C;
  readonly selectors?: Readonly<Record<string, string>>;
}

export interface CimClientOptions<N extends string = DefaultNamespace> {
  /** Default `root\virtualization\v2`. */
  readonly namespace?: N;
  /** With jobs; default: waits as long as they take. */
  readonly patience?: Patience;
}

/**
 * A client of objects and methods under their CIM names, whatever it speaks: `WsmanClient`, or `RestCimClient`. Names of classes,
 * properties, methods and parameters are checked where they are written out.
 */
export abstract class CimClient<N extends string = DefaultNamespace> {
  readonly namespace: string;
  readonly #patience: Patience;

  constructor(options: CimClientOptions<N>) {
    this.namespace = options.namespace ?? 'root\\virtualization\\v2';
    this.#patience = options.patience ?? PATIENT;
  }

  abstract close(): void;

  abstract get<const C extends string = string>(target: Target<C> | Reference): Promise<WireObject<PropertyOf<N, C>>>;

  /** All objects of a WQL query. `batch`: how many are asked for at a time, where that can be chosen. */
  abstract query<const Q extends string>(wql: Q, batch?: number): AsyncGenerator<WireObject<QueriedProperty<N, Q>>>;

  /** References instead of objects. */
  abstract queryReferences(wql: string, batch?: number): AsyncGenerator<Reference>;

  abstract invoke<const C extends string = string, const M extends MethodOf<N, C> = MethodOf<N, C>>(
    target: Target<C> | Reference,
    method: M,
    args?: Arguments<InputOf<N, C, M>>,
  ): Promise<InvokeResult<OutputOf<N, C, M>>>;

  /** The first object of a query, or null. */
  async first<const Q extends string>(wql: Q): Promise<WireObject<QueriedProperty<N, Q>> | null> {
    for await (const object of this.query(wql, 1)) return object;
    return null;
  }

  /**
   * Invoke, and wait for the job when there is one.
   * @throws MethodError with the job's own words when it failed
   */
  async run<const C extends string = string, const M extends MethodOf<N, C> = MethodOf<N, C>>(
    target: Target<C> | Reference,
    method: M,
    args: Arguments<InputOf<N, C, M>> = {},
    progress?: (percent: number) => void,
  ): Promise<InvokeResult<OutputOf<N, C, M>>> {
    const result: InvokeResult = await this.invoke<C, M>(target, method, args);
    if (result.returnValue === 0) return result;
    const job = result.out['Job'];
    if (result.returnValue !== 4096 || !isReference(job)) {
      throw refused(method, result);
    }
    const ended = await this.waitForJob(job, progress);
    const state = numberOf(ended.properties['JobState']);
    if (state !== 7 && state !== 32768) {
      const why = textOf(ended.properties['ErrorDescription']) ?? `The job ended in state ${state}.`;
      throw new JobError(why, numberOf(ended.properties['ErrorCode']), ended);
    }
    return result;
  }

  /**
   * Polls until the job has ended: each 10 to 500 ms, so that nobody waits a twentieth longer than the job took.
   * @throws JobGoesOnError by its patience
   */
  async waitForJob(job: Reference, progress?: (percent: number) => void): Promise<JobObject> {
    const { wait, timeoutMs } = this.#patience;
    if (!wait) throw new JobGoesOnError(idOf(job), this.#patience);
    const begun = performance.now();
    for (;;) {
      const object: JobObject = await this.get(job);
      const state = numberOf(object.properties['JobState']);
      progress?.(numberOf(object.properties['PercentComplete']));
      if (state >= 7) return object;
      const waited = performance.now() - begun;
      if (timeoutMs !== null && waited > timeoutMs) throw new JobGoesOnError(idOf(job), this.#patience);
      await new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(10, waited / 20), 500)));
    }
  }
}

const idOf = (job: Reference): string => job.selectors['InstanceID'] ?? '';

/** A refusal in words: the number's name, and the server's own reason. */
export const refused = (method: string, result: InvokeResult): MethodError =>
  new MethodError(
    refusalText(method, result.returnValue, textOf(result.refusal?.properties['Message'])),
    result.returnValue,
    null,
  );
