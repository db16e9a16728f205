import { exportMachine } from '../../client/exports.ts';
import { Images } from '../../client/images.ts';
import { Plans } from '../../client/plans.ts';
import { settingsText } from '../../client/settings-text.ts';
import { VirtualMachines } from '../../client/virtual-machines.ts';
import { watched } from '../checkpoint.ts';
import { connect, type ConnectOptions } from '../connect.ts';
import { BlockedError } from '../exit-codes.ts';
import { fileName, inFolder } from '../host-paths.ts';
import { Interrupted, interruptible } from '../interrupt.ts';
import { printable } from '../print/output.ts';
import { findingsText } from '../plan/plan-view.ts';
import { blockingOf, realize, review } from '../plan/plan-work.ts';
import { servicePath } from '../service-path.ts';

export interface CloneFlags extends ConnectOptions {
  readonly directory?: string;
}

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' } as const;
const AS_THEY_ARE = {
  switches: new Map<string, string | null>(),
  drives: new Map<string, string>(),
  discardState: true,
  discardMissing: false,
};

/**
 * `vsms vm clone VM NAME`: an export of the disks as they are now, imported with identifiers and addresses of its own where
 * it lies. Checkpoints and memory stay behind. Works against Hyper-V hosts too.
 */
export async function cloneVm(name: string, to: string, flags: CloneFlags): Promise<void> {
  const client = await connect(flags);
  try {
    const machines = new VirtualMachines(client);
    const machine = await machines.find(name);
    const directory =
      flags.directory === undefined
        ? inFolder(await new Images(client).defaultFolder(), fileName(to))
        : servicePath(flags.directory, flags);
    await watched(`Copying ${printable(machine.name)}`, (watch) =>
      exportMachine(
        client,
        machines.reference(machine.id),
        {
          directory,
          checkpoints: 'none',
          disks: true,
          savedState: false,
          live: 'disks',
          keepFormat: false,
          subdirectory: false,
        },
        watch,
      ),
    );
    const plans = new Plans(client);
    const definition = inFolder(inFolder(directory, 'Virtual Machines'), `${machine.id}.vmcx`);
    await interruptible(async (signal) => {
      const plan = await plans.import(definition, null, true);
      try {
        signal.throwIfAborted();
        const { active } = await plans.details(plan);
        await client.run(SERVICE, 'ModifySystemSettings', {
          SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
            InstanceID: `Microsoft:${active.id}`,
            ElementName: to,
          }),
        });
        const reviewed = await review(plans, plan, AS_THEY_ARE);
        const blocking = blockingOf(reviewed.findings);
        if (blocking.length > 0) console.error(findingsText(blocking));
        signal.throwIfAborted();
        if (!(await realize(plans, reviewed))) throw new Interrupted();
      } catch (error) {
        // A plan that only needs mending is left to its owner.
        if (!(error instanceof BlockedError)) {
          await plans.discard(plan).catch(() => undefined);
          console.error(`vsms: ${printable(directory)} was made, and is kept.`);
        }
        throw error;
      }
      console.log(`${printable(to)} ${plan}`);
    });
  } finally {
    client.close();
  }
}
