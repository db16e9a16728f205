import { connect, UsageError, type ConnectOptions } from './connect.ts';
import { interruptible } from './interrupt.ts';
import { documentText } from './print/listing.ts';
import { printable } from './print/output.ts';
import { showProgress } from './print/progress.ts';
import { servicePath } from './service-path.ts';
import { exportMachine, type ExportOptions, isLiveState } from '../client/exports.ts';
import { VirtualMachines } from '../client/virtual-machines.ts';

export interface ExportFlags extends ConnectOptions {
  readonly checkpoints: string;
  readonly checkpoint?: string;
  readonly disks: boolean;
  readonly state: boolean;
  readonly live: string;
  readonly keepFormat: boolean;
  readonly subdirectory: boolean;
  readonly output: 'text' | 'json' | 'yaml';
}

/** vsms export VM DIR */
export async function exportVm(name: string, directory: string, flags: ExportFlags): Promise<void> {
  if (flags.checkpoints !== 'all' && flags.checkpoints !== 'none')
    throw new UsageError('--checkpoints is all or none; one of them is named by --checkpoint.');
  const { live } = flags;
  if (!isLiveState(live)) throw new UsageError('--live is memory, disks or application.');
  const target = servicePath(directory, flags);
  const client = await connect(flags);
  const progress = showProgress(`Exporting ${printable(name)}`);
  try {
    const machines = new VirtualMachines(client);
    const machine = await machines.find(name);
    const checkpoints: ExportOptions['checkpoints'] =
      flags.checkpoint === undefined
        ? flags.checkpoints
        : { id: (await machines.findCheckpoint(machine.id, flags.checkpoint)).id };
    const { disks, state: savedState, subdirectory } = flags;
    const options = {
      directory: target,
      checkpoints,
      disks,
      savedState,
      subdirectory,
      live,
      keepFormat: flags.keepFormat,
    };
    await interruptible(async (signal) => {
      await exportMachine(client, machines.reference(machine.id), options, { progress: progress.show, signal });
      progress.end();
      console.log(
        (await documentText({ id: machine.id, name: machine.name, directory: target }, flags.output)) ??
          `${printable(machine.name)} is exported to ${printable(target)}`,
      );
    });
  } finally {
    progress.end();
    client.close();
  }
}
