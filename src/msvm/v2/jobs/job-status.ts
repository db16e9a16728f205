import type { Job } from '../../../core/jobs/job.ts';

/**
 * JobStatus: the caption, as Hyper-V has it (jobs-and-errors §2), or what the job does at the moment, so that clients which show
 * JobStatus tell it: `Copying virtual hard disks: 'C:\\VMs\\web.vhdx', 1048576 of 4194304 bytes`.
 */
export const jobStatus = ({ caption, activity }: Job): string => {
  if (activity === undefined) return caption;
  const { text, file } = activity;
  return file === null ? text : `${text}: '${file.name}', ${file.done} of ${file.total} bytes`;
};
