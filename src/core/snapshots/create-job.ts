import { allOf } from '../all-of.ts';
import { defineJob, type JobDefinition } from '../jobs/definition.ts';
import type { SystemsContext } from '../systems/context.ts';
import { quote } from '../systems/refusals.ts';
import { withSystemGivenBack } from '../systems/settings/change-system.ts';
import type { CreateParams } from './create-params.ts';
import { captureMoment, makeOverlays, nameOverlays, undoCapture, undoMoment, withSnapshot } from './moment.ts';

export type CreateDefinition = JobDefinition<CreateParams>;

/** Result of the step that takes it. */
interface Taken {
  readonly memory: boolean;
}

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
    commitsAtEnd: true,
    release: (params, { take }, end) =>
      withSystemGivenBack(context, params.system, 'creatingSnapshot', end, (now) =>
        take === undefined
          ? null
          : { ...withSnapshot(now, params, (take as Taken).memory), configurationChangedAt: context.clock.now() },
      ),
    steps: [
      {
        // One step: the end of each is a wait for the disk, and the record of the machine tells the rest how far it is.
        name: 'take',
        run: async (step, params) => {
          // As a former version left it: its record has decided, and the overlays are written to.
          if (isTaken(params)) return undefined;
          await context.diskWork.letGo(params.system);
          // Side by side: a machine that runs begins to give its memory while its overlays are made and come to be named.
          const made = makeOverlays(context, params);
          const named = made.then(() => nameOverlays(context, params));
          const captured = captureMoment(context, step, params, { made, named });
          // Whoever undoes it finds all at rest.
          const [, memory] = await allOf([named, captured]);
          step.signal.throwIfAborted();
          return { memory } satisfies Taken;
        },
        undo: async (_, params) => {
          await undoCapture(context, params);
          await undoMoment(context, params);
        },
      },
    ],
  });
};
