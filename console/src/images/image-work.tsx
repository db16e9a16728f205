import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Job } from '../api/types.ts';
import { work } from '../api/work.ts';
import { JobProgress } from '../jobs/job-progress.tsx';

/** What can be done with the file of a disk, by the end of its address. */
export type ImageChange = 'resize' | 'compact' | 'convert' | 'merge' | 'set-parent' | 'validate';

/**
 * Work on a disk image by its job. `underWay`: how far it is, for the dialog that asked; null before and after.
 * `change` rejects with a Problem: it was refused, or its job failed.
 */
export const useImageWork = (): {
  readonly change: (what: ImageChange, body: object) => Promise<void>;
  readonly underWay: ReactNode;
} => {
  const client = useQueryClient();
  const [job, setJob] = useState<Job | null>(null);
  const change = async (what: ImageChange, body: object): Promise<void> => {
    try {
      await work('POST', `/images/${what}`, body, {}, setJob);
    } finally {
      setJob(null);
      // Files that lie over it are told with the size of theirs.
      for (const queryKey of [['image'], ['files']]) await client.invalidateQueries({ queryKey });
    }
  };
  return { change, underWay: job === null ? null : <JobProgress begun={job} /> };
};
