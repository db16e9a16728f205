import type { JobStep } from '../jobs/definition.ts';
import { changeSystem } from '../systems/settings/change-system.ts';
import type { CreateParams } from '../snapshots/create-params.ts';
import { without } from '../snapshots/destroy.ts';
import { beginMoment, captureMoment, undoCapture, undoMoment, withSnapshot } from '../snapshots/moment.ts';
import { removeSnapshotDirectory } from '../systems/files/state-files.ts';
import type { SystemsContext } from '../systems/context.ts';

interface MomentParams {
  readonly moment?: CreateParams;
}

export interface MomentSteps {
  readonly keep: readonly JobStep<MomentParams>[];
  readonly forget: JobStep<MomentParams>;
}

/**
 * Steps of a job that needs a running machine as it is at one moment: a recovery checkpoint stands in the record of the machine
 * until `forget`, or until it is undone, and the files that it was made of are merged after that as those of any other.
 */
export const momentSteps = (context: SystemsContext): MomentSteps => {
  const forgetMoment = async (moment: CreateParams): Promise<void> => {
    await changeSystem(context, moment.system, (now) =>
      now.snapshots.some(({ configuration }) => configuration.id === moment.snapshot)
        ? without(now, new Set([moment.snapshot]))
        : null,
    );
    await removeSnapshotDirectory(context.paths, moment.system, moment.snapshot);
  };
  return {
    keep: [
      {
        name: 'overlays',
        weight: 0.01,
        run: (_, params) => beginMoment(context, momentOfJob(params)),
        undo: (_, params) => undoMoment(context, momentOfJob(params)),
      },
      {
        name: 'capture',
        weight: 0.2,
        doing: 'Keeping the moment of the running machine',
        run: (step, params) => captureMoment(context, step, momentOfJob(params)),
        undo: (_, params) => undoCapture(context, momentOfJob(params)),
      },
      {
        name: 'keep',
        weight: 0,
        run: (_, params, results) =>
          changeSystem(context, momentOfJob(params).system, (now) => ({
            ...withSnapshot(now, momentOfJob(params), results['capture'] === true),
            // From here on nothing that the machine does changes what is copied.
            operation: now.operation === null ? null : { ...now.operation, powerMayChange: true },
          })),
        undo: (_, params) => forgetMoment(momentOfJob(params)),
      },
    ],
    forget: { name: 'forget', weight: 0, run: (_, params) => forgetMoment(momentOfJob(params)) },
  };
};

const momentOfJob = ({ moment }: MomentParams): CreateParams => {
  if (moment === undefined) throw new Error('the job of a running machine has no moment of it');
  return moment;
};
