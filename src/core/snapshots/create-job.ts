import { defineJob, type JobDefinition } from '../jobs/definition.ts';
import type { SystemsContext } from '../systems/context.ts';
import { quote } from '../systems/refusals.ts';
import { changeSystem, withSystemGivenBack } from '../systems/change-system.ts';
import type { CreateParams } from './create-params.ts';
import { beginMoment, captureMoment, undoCapture, undoMoment, withSnapshot } from './moment.ts';

export type CreateDefinition = JobDefinition<CreateParams>;

/** The job that takes a checkpoint (README): a moment of the machine that stays. */
export const createDefinition = (context: SystemsContext): CreateDefinition =>
  defineJob<CreateParams>({
    name: 'create-snapshot',
    type: 70,
    cancellable: true,
    onRestart: 'undo',
    commitPoint: 'commit',
    caption: () => 'Creating Virtual Machine Checkpoint',
    failure: ({ machine }) => `The checkpoint of ${quote(machine)} could not be taken.`,
    isCommitted: ({ snapshot }) => context.graph.configuration(snapshot) !== undefined,
    release: ({ system }, _, end) => withSystemGivenBack(context, system, 'creatingSnapshot', end),
    steps: [
      {
        // Few steps: each ends with a wait for the disk.
        name: 'overlays',
        weight: 0.05,
        run: async (_, params) => {
          await context.diskWork.letGo(params.system);
          await beginMoment(context, params);
        },
        undo: (_, params) => undoMoment(context, params),
      },
      {
        name: 'capture',
        run: (step, params) => captureMoment(context, step, params),
        undo: (_, params) => undoCapture(context, params),
      },
      {
        name: 'commit',
        weight: 0,
        run: (_, params, results) =>
          changeSystem(context, params.system, (now) => ({
            ...withSnapshot(now, params, results['capture'] === true),
            configurationChangedAt: context.clock.now(),
          })),
      },
    ],
  });
