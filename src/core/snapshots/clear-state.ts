import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { defineJob, type JobDefinition } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import type { Guid, Snapshot } from '../model.ts';
import type { RequestContext } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { quote } from '../systems/refusals.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { snapshotDirectory } from '../systems/files/system-paths.ts';
import { changeSystem, withSystemGivenBack } from '../systems/settings/change-system.ts';
import { DELETING, inTurn, submit } from './destroy.ts';
import { MEMORY_FILE, SHARED_MEMORY_FILE } from '../systems/files/state-files.ts';

export interface ClearParams {
  readonly system: Guid;
  readonly name: string;
  readonly snapshot: Guid;
}

export type ClearDefinition = JobDefinition<ClearParams>;

/** ClearSnapshotState (spec snapshots §4): a checkpoint without memory has nothing to lose, and the job ends well. */
export const clearSnapshotState = async (
  context: SystemsContext,
  definition: ClearDefinition,
  request: RequestContext,
  id: Guid,
): Promise<Job> =>
  inTurn(context, id, ({ system, snapshot }) => {
    const { configuration } = snapshot;
    const params: ClearParams = {
      system: system.id,
      name: elementNameOf(configuration),
      snapshot: configuration.id,
    };
    return submit(context, definition, request, system, params);
  });

export const clearDefinition = (context: SystemsContext): ClearDefinition =>
  defineJob<ClearParams>({
    name: 'clear-snapshot-state',
    type: 73,
    cancellable: false,
    onRestart: 'undo',
    commitPoint: 'forget',
    caption: () => 'Clearing Virtual Machine Checkpoint State',
    failure: ({ name }) => `The memory of the checkpoint ${quote(name)} could not be deleted.`,
    isCommitted: ({ snapshot }) => context.graph.configuration(snapshot)?.snapshot?.memory === undefined,
    release: ({ system }, _, end) => withSystemGivenBack(context, system, DELETING.kind, end),
    steps: [
      {
        name: 'forget',
        run: (_, { system, snapshot }) =>
          changeSystem(context, system, (now) => ({
            snapshots: now.snapshots.map((held) => (held.configuration.id === snapshot ? withoutMemory(held) : held)),
          })),
      },
      {
        name: 'file',
        run: async (_, { system, snapshot }) => {
          const directory = snapshotDirectory(context.paths, system, snapshot);
          // Forks have it under a name of their own.
          for (const name of [MEMORY_FILE, SHARED_MEMORY_FILE]) await rm(join(directory, name), { force: true });
        },
      },
    ],
  });

const withoutMemory = (snapshot: Snapshot): Snapshot => {
  const { memory: _, ...kept } = snapshot;
  const { configuration } = kept;
  const values = Object.fromEntries(Object.entries(configuration.values).filter(([name]) => name !== 'IsSaved'));
  return { ...kept, configuration: { ...configuration, values } };
};
