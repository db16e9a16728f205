import type { CimInstance } from '../../cim/instance.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import type { CimBroker, OperationContext } from '../../cim/operations.ts';
import { V2 } from './names.ts';

const COMPLETED = 7;

/**
 * The job when it has ended or `waitMs` are over. Nothing is polled: the events of jobs tell.
 * @throws CimError notFound
 */
export const endedJob = async (
  broker: CimBroker,
  context: OperationContext,
  path: ObjectPath,
  waitMs: number,
): Promise<CimInstance> => {
  const read = (): Promise<CimInstance> => broker.execute(context, { kind: 'getInstance', namespace: V2, path });
  const ended = (job: CimInstance): boolean => Number(job.get('JobState')) >= COMPLETED;
  let job = await read();
  if (waitMs <= 0 || ended(job)) return job;
  const until = performance.now() + waitMs;
  const query = `SELECT * FROM __InstanceOperationEvent WHERE TargetInstance ISA '${path.className}'`;
  const events = broker.subscribe(context, V2, query);
  try {
    // Read after the subscription, so that no end is missed between the two.
    for (job = await read(); !ended(job) && !context.signal.aborted; job = await read()) {
      const left = until - performance.now();
      if (left <= 0) break;
      await events.next(1000, left, context.signal);
    }
    return job;
  } finally {
    events.close();
  }
};
