import { defineJob, type JobDefinition } from '../jobs/definition.ts';
import type { SystemsContext } from '../systems/context.ts';
import { quote } from '../systems/refusals.ts';
import { changeSystem, withSystemGivenBack } from '../systems/change-system.ts';
import type { CreateParams } from './create-params.ts';
import { beginMoment, captureMoment, undoCapture, undoMoment, withSnapshot } from './moment.ts';

export type CreateDefinition = JobDefinition<CreateParams>;

/** The job that takes a checkpoint (README): a moment of the machine that stays. */
export const createDefinition = (context: SystemsContext): CreateDefinition => {
  const isTaken = ({ snapshot }: CreateParams): boolean => context.graph.configuration(snapshot) !== undefined;
  return defineJob<CreateParams>({
    name: 'create-snapshot',
    type: 70,
    cancellable: true,
    onRestart: 'undo',
    commitPoint: 'take',
    caption: () => 'Creating Virtual Machine Checkpoint',
    failure: ({ machine }) => `The checkpoint of ${quote(machine)} could not be taken.`,
    isCommitted: isTaken,
    release: ({ system }, _, end) => withSystemGivenBack(context, system, 'creatingSnapshot', end),
    steps: [
      {
        // One step: the end of each is a wait for the disk, and the record of the machine tells the rest how far it is.
        name: 'take',
        run: async (step, params) => {
          // Taken up after the record has decided: the moment is over, and its overlays are written to.
          if (isTaken(params)) return;
          await context.diskWork.letGo(params.system);
          await beginMoment(context, params);
          const memory = await captureMoment(context, step, params);
          step.signal.throwIfAborted();
          await changeSystem(context, params.system, (now) => ({
            ...withSnapshot(now, params, memory),
            configurationChangedAt: context.clock.now(),
          }));
        },
        undo: async (_, params) => {
          await undoCapture(context, params);
          await undoMoment(context, params);
        },
      },
    ],
  });
};
