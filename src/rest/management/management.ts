import { printEmbedded } from '../../cim/embedded/print-embedded.ts';
import { coerceValue } from '../../cim/coerce/coerce-value.ts';
import { CimError } from '../../cim/errors.ts';
import { CimInstance } from '../../cim/instance.ts';
import { ObjectPath } from '../../cim/object-path.ts';
import type { CimBroker, InstanceResult, MethodResult, OperationContext } from '../../cim/operations.ts';
import type { CimClass } from '../../cim/schema.ts';
import type { CimScalar, CimValue, CimValues } from '../../cim/values.ts';
import { jobView } from '../jobs/view.ts';
import { codeOfReturnValue, Problem } from '../problems/problem.ts';
import { jobErrors } from './job-errors.ts';
import { endedJob } from './job-watch.ts';
import { V2 } from './names.ts';

/** Return value of a method whose work goes on as a job. */
export const JOB_STARTED = 4096;

/** A job that was not over when the client's patience was (`Prefer`): 202 and the job. */
export class StillRunning extends Error {
  readonly job: CimInstance;
  constructor(job: CimInstance) {
    super('The job is still running.');
    this.name = 'StillRunning';
    this.job = job;
  }
}

/** Hyper-V's API as the broker has it, for one request: who asks, and how long that client waits for jobs. */
export class Management {
  readonly broker: CimBroker;
  readonly context: OperationContext;
  readonly #waitMs: number;

  constructor(broker: CimBroker, context: OperationContext, waitMs: number) {
    this.broker = broker;
    this.context = context;
    this.#waitMs = waitMs;
  }

  /** @throws CimError notFound */
  get(path: ObjectPath, namespace = V2): Promise<CimInstance> {
    return this.broker.execute(this.context, { kind: 'getInstance', namespace, path });
  }

  async find(path: ObjectPath): Promise<CimInstance | null> {
    try {
      return await this.get(path);
    } catch (error) {
      if (error instanceof CimError && error.code === 'notFound') return null;
      throw error;
    }
  }

  async query(wql: string, namespace = V2): Promise<readonly CimInstance[]> {
    const result = await this.broker.execute(this.context, {
      kind: 'execQuery',
      namespace,
      language: 'WQL',
      query: wql,
    });
    return 'items' in result ? collected(result.items) : [];
  }

  async associators(
    source: ObjectPath,
    associationClass: string,
    resultClass: string | null = null,
  ): Promise<readonly CimInstance[]> {
    const filter = { associationClass, resultClass, role: null, resultRole: null };
    const result = await this.broker.execute(this.context, { kind: 'associators', namespace: V2, source, filter });
    return collected(result.items);
  }

  /** One call, with its answer whatever it is. */
  call(path: ObjectPath, method: string, args: CimValues, namespace = V2): Promise<MethodResult> {
    return this.broker.execute(this.context, { kind: 'invokeMethod', namespace, path, method, args });
  }

  /**
   * One call, and the end of its job; out parameters. `waitMs`: for another time than the client's patience.
   * @throws Problem when it was refused or its job failed; StillRunning when the client waits no longer
   */
  async run(path: ObjectPath, method: string, args: CimValues = {}, waitMs = this.#waitMs): Promise<CimValues> {
    const { out, job } = await this.start(path, method, args);
    if (job !== null) await this.finish(job, waitMs);
    return out;
  }

  /** One call; the path of the job that it started. @throws Problem when it was refused */
  async start(
    path: ObjectPath,
    method: string,
    args: CimValues = {},
  ): Promise<{ readonly out: CimValues; readonly job: ObjectPath | null }> {
    const result = await this.call(path, method, args);
    if (result.returnValue === 0) return { out: result.out, job: null };
    const job = result.out['Job'];
    if (result.returnValue === JOB_STARTED && job instanceof ObjectPath) return { out: result.out, job };
    throw refusal(method, result);
  }

  /** @throws Problem when the job failed; StillRunning when the client waits no longer */
  async finish(path: ObjectPath, waitMs = this.#waitMs): Promise<CimInstance> {
    const job = await this.await(path, waitMs);
    const state = Number(job.get('JobState'));
    if (state === COMPLETED || state === WITH_WARNINGS) return job;
    throw failedJob(job, await this.errorsOf(path));
  }

  /** The job when it has ended, however that was. @throws StillRunning */
  async await(path: ObjectPath, waitMs = this.#waitMs): Promise<CimInstance> {
    const job = await endedJob(this.broker, this.context, path, waitMs);
    if (Number(job.get('JobState')) < COMPLETED) throw new StillRunning(job);
    return job;
  }

  /** What went wrong in a job that has ended, or what it found. */
  errorsOf(job: ObjectPath): Promise<readonly CimInstance[]> {
    return jobErrors(this.broker, this.context, job);
  }

  class(name: string): CimClass {
    const found = this.broker.repository.namespace(V2)?.class(name);
    if (found === undefined) throw new CimError('invalidClass', `There is no class ${name}.`, { subject: name });
    return found;
  }

  /** An embedded instance as text, the form in which methods take settings (embedded-instances §1); undefined is left out. */
  setting(className: string, values: Readonly<Record<string, CimValue | undefined>>): string {
    const cimClass = this.class(className);
    const typed: CimValues = {};
    for (const [name, value] of Object.entries(values)) {
      const property = cimClass.property(name);
      if (value === undefined || property === undefined) continue;
      typed[property.name] = coerceValue(property, value);
    }
    return printEmbedded(new CimInstance(cimClass, typed));
  }

  /** Text of a path as settings refer to other objects. */
  reference(path: ObjectPath): string {
    const keys = [...(path.keys ?? [])]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}="${String(value as CimScalar).replace(/[\\"]/g, '\\$&')}"`);
    return `\\\\${this.broker.hostName}\\${V2}:${path.className}.${keys.join(',')}`;
  }
}

/** All of them; nothing is waited for where they are there at once, which a thousand of them feel. */
const collected = async (items: InstanceResult['items']): Promise<readonly CimInstance[]> => {
  if (Symbol.iterator in items) return [...items];
  const found: CimInstance[] = [];
  for await (const item of items) found.push(item);
  return found;
};

const COMPLETED = 7;
const WITH_WARNINGS = 32768;

/** A return value that is a refusal, in the words of the method where it gave some. */
export const refusal = (method: string, { returnValue, extended }: MethodResult): Problem => {
  const value = Number(returnValue);
  const reason = extended?.get('Message');
  const message = typeof reason === 'string' && reason !== '' ? reason : `${method} answered ${value}.`;
  return new Problem(codeOfReturnValue(value), message, { returnValue: value, method });
};

/** A failed job as a problem in the job's own words. */
const failedJob = (job: CimInstance, errors: readonly CimInstance[]): Problem => {
  const value = Number(job.get('ErrorCode'));
  const said = job.get('ErrorDescription');
  const message = typeof said === 'string' && said !== '' ? said : 'The job ended before it was done.';
  return new Problem(codeOfReturnValue(value), message, { returnValue: value, job: jobView(job, errors) });
};
