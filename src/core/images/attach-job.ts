import type { DiskImage } from '../machine-spec.ts';
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
  /** With all that lies below it. */
  readonly image: DiskImage;
  /** Of the disk: a fixed VHD ends with a footer. */
  readonly bytes: number;
  readonly sectorSize: number;
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
        run: async ({ jobId }, { image, bytes, sectorSize, ...wanted }) => {
          if (attachments.get(wanted.file)?.job === jobId) return;
          await attachments.attach({ ...wanted, job: jobId }, image, { bytes, sectorSize });
        },
        undo: async ({ jobId }, { file }) => {
          if (attachments.get(file)?.job === jobId) await attachments.detach(file);
        },
      },
    ],
  });
