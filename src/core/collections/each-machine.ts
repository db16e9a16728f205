import { DomainError } from '../errors.ts';
import type { StepContext } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import type { Jobs } from '../jobs/runner.ts';
import type { Guid } from '../model.ts';
import type { SystemsContext } from '../systems/context.ts';
import { quote } from '../systems/refusals.ts';
import { elementNameOf } from '../systems/system-defaults.ts';

/** RequestStateChange of a job: terminate. */
const TERMINATE = 4;

/** One machine's share of the work: the job that does it, and how the machine is called in texts. */
export interface Share {
  readonly machine: string;
  begin(): Promise<Job>;
}

/** The shares of machines, each with its name where it is still there. */
export const sharesOf = <P extends { readonly system: Guid }>(
  { graph }: Pick<SystemsContext, 'graph'>,
  parts: readonly P[],
  begin: (part: P) => ReturnType<Share['begin']>,
): readonly Share[] =>
  parts.map((part) => {
    const system = graph.system(part.system);
    return {
      machine: system === undefined ? part.system : quote(elementNameOf(system.active)),
      begin: () => begin(part),
    };
  });

/**
 * Begins the jobs of all machines, `atOnce` of them side by side, and resolves when all have ended. The first that fails, or a cancel of the whole,
 * ends those of the others that can be ended; nothing runs any more when this rejects.
 * @throws DomainError of the first that failed, with the name of its machine
 */
export const eachMachine = async (
  jobs: Pick<Jobs, 'requestStateChange' | 'ended'>,
  step: StepContext,
  shares: readonly Share[],
  atOnce: number = shares.length,
): Promise<void> => {
  const running = new Set<string>();
  const stopped = new AbortController();
  // One whose record the store refuses is asked to stop all the same.
  const terminate = (id: string): void => {
    jobs.requestStateChange(id, TERMINATE).catch(() => undefined);
  };
  const stop = (): void => {
    stopped.abort();
    for (const id of running) terminate(id);
  };
  step.signal.addEventListener('abort', stop, { once: true });
  let ended = 0;
  let reason: DomainError | null = null;
  const work = async (share: Share): Promise<void> => {
    try {
      const { id } = await share.begin();
      running.add(id);
      if (stopped.signal.aborted) terminate(id);
      const job = await jobs.ended(id);
      running.delete(id);
      if (job !== undefined && job.errorCode !== 0)
        throw new DomainError('failed', job.errors[0]?.message ?? 'The log of the service tells more.');
      step.progress((ended += 1) / shares.length);
    } catch (error) {
      // The first tells why; the others ended because of it.
      reason ??= new DomainError(
        error instanceof DomainError ? error.code : 'failed',
        `${share.machine}: ${error instanceof DomainError ? error.message : 'an internal error stopped the operation.'}`,
        { cause: error },
      );
      stop();
    }
  };
  try {
    step.signal.throwIfAborted();
    const waiting = shares.values();
    const line = async (): Promise<void> => {
      for (const share of waiting) if (!stopped.signal.aborted) await work(share);
    };
    await Promise.all(Array.from({ length: atOnce }, line));
  } finally {
    step.signal.removeEventListener('abort', stop);
  }
  step.signal.throwIfAborted();
  if (reason !== null) throw reason as DomainError;
};
