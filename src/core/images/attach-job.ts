import { defineJob, type JobDefinition } from '../jobs/definition.ts';
import { quote } from '../systems/refusals.ts';
import type { Attachments } from './attachments.ts';

export interface AttachParams {
  /** Resolved. */
  readonly file: string;
  /** As the client wrote it. */
  readonly text: string;
  readonly readOnly: boolean;
  readonly type: 'disk' | 'cd';
  /** How much of the file is the disk: a fixed VHD ends with a footer. */
  readonly bytes: number;
}

/** Number of Msvm_StorageJob.JobType. */
const ATTACH_JOB = 7;

/** AttachVirtualHardDisk (other-services §2). */
export const attachDefinition = (attachments: Attachments): JobDefinition<AttachParams> =>
  defineJob<AttachParams>({
    name: 'image-attach',
    type: ATTACH_JOB,
    className: 'Msvm_StorageJob',
    cancellable: false,
    onRestart: 'undo',
    caption: () => 'Attaching Virtual Hard Disk',
    failure: ({ text }) => `${quote(text)} could not be attached to the host.`,
    steps: [
      {
        name: 'attach',
        run: async ({ jobId }, { bytes, ...wanted }) => {
          if (attachments.get(wanted.file)?.job !== jobId) await attachments.attach({ ...wanted, job: jobId }, bytes);
        },
        undo: async ({ jobId }, { file }) => {
          if (attachments.get(file)?.job === jobId) await attachments.detach(file);
        },
      },
    ],
  });
