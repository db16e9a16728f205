import type { Configuration, Guid, Snapshot, VirtualSystem } from '../../model.ts';
import type { RequestContext, SystemChange } from '../../requests.ts';
import { changeBootSources } from './boot-order.ts';
import type { SystemsContext } from '../context.ts';
import { revise } from '../ledger.ts';
import { changeSystemValues } from './system-values.ts';
import { requireConfiguration, requireNotBusy } from '../targets.ts';

/** ModifySystemSettings (management-service §2). */
export const modifySystem = async (
  context: SystemsContext,
  _request: RequestContext,
  configurationId: Guid,
  change: SystemChange,
): Promise<void> => {
  const owner = requireConfiguration(context, configurationId).system.id;
  await context.turns.run(owner, async () => {
    const { system, configuration, snapshot } = requireConfiguration(context, configurationId);
    requireNotBusy(system);
    const { values, folders } = changeSystemValues(system, configuration, snapshot, change.values);
    const bootSources =
      change.bootSources === undefined || snapshot !== null
        ? configuration.bootSources
        : changeBootSources(system, configuration, change.bootSources);
    // Equal is no change: no commit, no event (M14).
    if (values === configuration.values && bootSources === configuration.bootSources) return;
    for (const folder of folders) await context.paths.checkFolder(folder);
    const after = { ...configuration, values, bootSources };
    await context.ledger.commit(system, withConfiguration(system, snapshot, after, context.clock.now()));
  });
};

/** The system with one of its configurations replaced. */
export const withConfiguration = (
  system: VirtualSystem,
  snapshot: Snapshot | null,
  configuration: Configuration,
  at: number,
): VirtualSystem =>
  snapshot === null
    ? revise(system, { active: configuration, configurationChangedAt: at })
    : revise(system, {
        snapshots: system.snapshots.map((held) => (held === snapshot ? { ...held, configuration } : held)),
        configurationChangedAt: at,
      });
