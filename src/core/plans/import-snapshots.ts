import type { Guid, ImportSource, Snapshot } from '../model.ts';
import type { PathResolver } from '../paths/resolver.ts';
import type { RequestContext } from '../requests.ts';
import type { SettingFilter } from './requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { newGuid } from '../systems/identifiers.ts';
import { revise } from '../systems/ledger.ts';
import { invalid, quote } from '../systems/refusals.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { readDefinitionFile, resolveDefinition } from './definition-file.ts';
import { plannedSnapshot } from './import-system.ts';
import { planConfiguration } from './plan-configuration.ts';
import { requirePlan } from './require-plan.ts';
import { runtimeFilesIn } from './runtime-files.ts';
import { findSnapshots, snapshotTree } from './snapshot-definitions.ts';

/**
 * ImportSnapshotDefinitions (planned-systems §3): checkpoints of the plan that are missing and whose definitions lie in the
 * folder; those that are there are passed over. One that the client destroyed as missing is found again.
 */
export const importSnapshots = async (
  context: SystemsContext,
  paths: PathResolver,
  _request: RequestContext,
  planId: Guid,
  folder: string,
  accepts: SettingFilter,
): Promise<readonly Guid[]> => {
  await paths.resolve(folder, 'folder');
  const owner = requirePlan(context, planId).id;
  return context.turns.run(owner, async () => {
    const plan = requirePlan(context, owner);
    const { importSource } = plan;
    if (importSource === undefined) {
      throw invalid(
        `${quote(elementNameOf(plan.active))} was not made of a definition file, so that no file of a checkpoint belongs to it.`,
      );
    }
    const machine = await readDefinitionFile(paths, await resolveDefinition(paths, importSource.definition));
    const found = await findSnapshots(paths, machine, folder);
    const names = new Map(importSource.snapshots.map(({ recorded, id }) => [recorded, id]));
    const tree = snapshotTree(machine, found);
    const held = new Map(plan.snapshots.map((snapshot) => [snapshot.configuration.id, snapshot]));
    const made: Snapshot[] = [];
    const runtime: ImportSource['runtime'][number][] = [];
    const unmapped: ImportSource['unmapped'][number][] = [];
    const beside = runtimeFilesIn(paths);
    for (const { id: recorded, parent } of tree) {
      const file = found.find(({ id }) => id === recorded);
      if (file?.source === undefined) continue;
      const id = names.get(recorded) ?? (context.graph.configuration(recorded) === undefined ? recorded : newGuid());
      names.set(recorded, id);
      if (held.get(id)?.type === 'planned') continue;
      const planned = planConfiguration(context, file.source, {
        id,
        folder: importSource.folder,
        newIdentifiers: importSource.newIdentifiers,
        accepts,
      });
      const above = nearest(parent, new Map(tree.map((each) => [each.id, each.parent])), names, held);
      const snapshot = plannedSnapshot(file, planned.configuration, held.get(id)?.parent ?? above);
      held.set(id, snapshot);
      made.push(snapshot);
      runtime.push(...(await beside(file.source, id)));
      unmapped.push(...planned.unmapped);
    }
    if (made.length === 0) return [];
    const now = new Set(made.map(({ configuration }) => configuration.id));
    const after = revise(plan, {
      snapshots: [...held.values()],
      currentSnapshot: plan.currentSnapshot ?? currentOf(machine.definition.snapshots.parent, names, now),
      configurationChangedAt: context.clock.now(),
      importSource: {
        ...importSource,
        snapshots: [...names].map(([recorded, id]) => ({ recorded, id })),
        runtime: [...importSource.runtime.filter(({ configuration }) => !now.has(configuration)), ...runtime],
        unmapped: [...importSource.unmapped.filter(({ configuration }) => !now.has(configuration)), ...unmapped],
      },
    });
    await context.ledger.commit(plan, after);
    return made.map(({ configuration }) => configuration.id);
  });
};

/** The closest ancestor that the plan has; those in between were destroyed. */
const nearest = (
  parent: Guid | null,
  parents: ReadonlyMap<Guid, Guid | null>,
  names: ReadonlyMap<Guid, Guid>,
  held: ReadonlyMap<Guid, Snapshot>,
): Guid | null => {
  for (let at = parent; at !== null; at = parents.get(at) ?? null) {
    const here = names.get(at);
    if (here !== undefined && held.has(here)) return here;
  }
  return null;
};

const currentOf = (recorded: Guid | null, names: ReadonlyMap<Guid, Guid>, made: ReadonlySet<Guid>): Guid | null => {
  const id = recorded === null ? undefined : names.get(recorded);
  return id !== undefined && made.has(id) ? id : null;
};
