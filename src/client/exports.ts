import { type CimClient, type InvokeResult, refused } from './cim-client.ts';
import { finishJob } from './jobs.ts';
import type { JobWatch } from './job.ts';
import { isReference, type Reference } from './object.ts';
import { settingsText } from './settings-text.ts';
import { pathText } from './texts.ts';
import { TRANSFER_SERVICE } from './transfer.ts';

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' } as const;

export interface ExportOptions {
  /** As the host of the service names it. */
  readonly directory: string;
  /** `id`: that checkpoint as a machine of its own. */
  readonly checkpoints: 'all' | 'none' | { readonly id: string };
  readonly disks: boolean;
  readonly savedState: boolean;
  /** What of a running machine goes along: its memory too, its disks alone, or its disks when its programs are at rest. */
  readonly live: 'memory' | 'disks' | 'application';
  /** Disks stay in the format that they have; only a vsms host does that. False: as the host is set up. */
  readonly keepFormat: boolean;
  /** A folder of the machine's name inside the directory. */
  readonly subdirectory: boolean;
}

/** DiskFormat. */
const AS_IT_IS = 1;

/** CaptureLiveState. */
const LIVE_STATES = { disks: 0, memory: 1, application: 2 } as const;

export const isLiveState = (text: string): text is ExportOptions['live'] => Object.hasOwn(LIVE_STATES, text);

/**
 * ExportSystemDefinition, waited for; works against vsms and against Hyper-V. When `signal` is aborted the job is cancelled,
 * and its end is waited for all the same: the host takes back what it made.
 * @throws MethodError in the words of the host
 */
export const exportMachine = async (
  client: CimClient,
  machine: Reference,
  options: ExportOptions,
  watch: JobWatch = {},
): Promise<void> => {
  const one = typeof options.checkpoints === 'object' ? options.checkpoints.id : null;
  const { keepFormat } = options;
  const args = {
    ComputerSystem: machine,
    ExportDirectory: options.directory,
    ExportSettingData: settingsText('Msvm_VirtualSystemExportSettingData', {
      CopySnapshotConfiguration: one === null ? (options.checkpoints === 'all' ? 0 : 1) : 2,
      CopyVmRuntimeInformation: options.savedState,
      CopyVmStorage: options.disks,
      CreateVmExportSubdirectory: options.subdirectory,
      CaptureLiveState: LIVE_STATES[options.live],
      ...(one === null ? {} : { SnapshotVirtualSystem: settingsPath(client, one) }),
    }),
  };
  const method = keepFormat ? 'ExportSystem' : 'ExportSystemDefinition';
  const result: InvokeResult =
    method === 'ExportSystem'
      ? await client.invoke(TRANSFER_SERVICE, method, { ...args, DiskFormat: AS_IT_IS })
      : await client.invoke(SERVICE, method, args);
  const job = result.out['Job'];
  if (result.returnValue === 0) return;
  if (result.returnValue !== 4096 || !isReference(job)) throw refused(method, result);
  await finishJob(client, job, watch);
};

const settingsPath = (client: CimClient, id: string): string =>
  pathText(client.namespace, 'Msvm_VirtualSystemSettingData', { InstanceID: `Microsoft:${id}` });
