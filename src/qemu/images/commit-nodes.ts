import { cancelJob, completeJob, isConcluded, untilAtRest } from '../machine/block-job.ts';
import type { OpenNodes } from './with-nodes.ts';

const JOB = 'commit';

/** What the top holds goes into what lies right below it. Rejects with DomainError; an interrupted one may be repeated. */
export const commitNodes = async (
  { monitor, top, below }: OpenNodes,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  const nodes = { device: top, 'top-node': top, 'base-node': below };
  await monitor.execute('block-commit', { 'job-id': JOB, ...nodes, 'auto-dismiss': false });
  try {
    await untilAtRest(monitor, JOB, progress, signal);
    await completeJob(monitor, JOB);
  } finally {
    if (await isConcluded(monitor, JOB)) await monitor.execute('job-dismiss', { id: JOB }).catch(() => undefined);
    else await cancelJob(monitor, JOB);
  }
};
