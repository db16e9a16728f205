import { DomainError } from '../errors.ts';
import type { Configuration, Guid, ImportSource, Snapshot, VirtualSystem } from '../model.ts';
import { PATH_NOT_FOUND } from '../paths/refusal.ts';
import type { PathResolver } from '../paths/resolver.ts';
import type { RequestContext } from '../requests.ts';
import type { ImportRequest } from './requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { newGuid } from '../systems/identifiers.ts';
import { NO_ON_TIME, NO_REQUEST } from '../systems/record.ts';
import { invalid, quote } from '../systems/refusals.ts';
import { savedStateName } from '../systems/power/saved-state.ts';
import { exportFolderOf, readDefinitionFile, resolveDefinition, type DefinitionFile } from './definition-file.ts';
import { refuseLiveDefinition, refusePlannedDefinition, refusePlannedIdentifier } from './definition-in-use.ts';
import { planConfiguration } from './plan-configuration.ts';
import { runtimeFilesIn } from './runtime-files.ts';
import { findSnapshots, type FoundSnapshot, missingSnapshot, snapshotTree } from './snapshot-definitions.ts';

/**
 * ImportSystemDefinition (planned-systems §2): a plan of what the definition says. Files are read, and nothing is written
 * but the record of the plan, by `store`.
 */
export const importSystem = async (
  context: SystemsContext,
  paths: PathResolver,
  _request: RequestContext,
  wanted: ImportRequest,
  store: (plan: VirtualSystem) => Promise<void> = (plan) => context.ledger.commit(null, plan),
): Promise<VirtualSystem> => {
  await refuseLiveDefinition(context, paths, wanted.definition);
  const resolved = await resolveDefinition(paths, wanted.definition);
  // Two imports of one definition take turns; the second finds it planned.
  return context.turns.run(`definition ${resolved.file}`, async () => {
    refusePlannedDefinition(context, wanted.definition, resolved.file, wanted.newIdentifiers);
    const source = await readDefinitionFile(paths, resolved);
    if (source.definition.kind === 'snapshot') {
      throw invalid(
        `${quote(wanted.definition)} is the definition of a checkpoint. Import the one of its machine, in the folder 'Virtual Machines'.`,
      );
    }
    const identity = identityOf(context, source, wanted);
    return context.turns.run(identity.id, async () => {
      if (context.graph.configuration(identity.id) !== undefined)
        throw new DomainError(
          'inUse',
          `The identifier ${identity.id} was taken meanwhile. Import the definition again.`,
        );
      const plan = await makePlan(context, paths, source, identity, wanted);
      await store(plan);
      return plan;
    });
  });
};

interface Identity {
  readonly id: Guid;
  readonly claims: Guid | null;
}

/** K15; an identifier that a machine of this host has stays with that machine (ImportSource.claims). */
const identityOf = (context: SystemsContext, { id }: DefinitionFile, wanted: ImportRequest): Identity => {
  if (wanted.newIdentifiers) return { id: newGuid(), claims: null };
  refusePlannedIdentifier(context, wanted.definition, id);
  return context.graph.configuration(id) === undefined ? { id, claims: null } : { id: newGuid(), claims: id };
};

const makePlan = async (
  context: SystemsContext,
  paths: PathResolver,
  source: DefinitionFile,
  { id, claims }: Identity,
  { newIdentifiers, snapshotFolder, accepts, definition: text }: ImportRequest,
): Promise<VirtualSystem> => {
  const { definition } = source;
  const folder = exportFolderOf(text);
  const read = (file: DefinitionFile, configuration: Guid) =>
    planConfiguration(context, file, { id: configuration, folder, newIdentifiers, accepts });
  const own = read(source, id);
  const found = await searchedSnapshots(paths, source, snapshotFolder);
  const tree = snapshotTree(source, found);
  // A checkpoint's identifier that something else of this host has is made new: paths must be unambiguous.
  const names = tree.map(({ id: recorded }) => ({
    recorded,
    id: newIdentifiers || claims !== null || context.graph.configuration(recorded) !== undefined ? newGuid() : recorded,
  }));
  const here = new Map(names.map(({ recorded, id: name }) => [recorded, name]));
  const files = new Map(found.map((each) => [each.id, each]));
  const beside = runtimeFilesIn(paths);
  const madeOf = async ({ id: recorded, parent }: (typeof tree)[number]) => {
    const name = here.get(recorded) ?? recorded;
    const above = parent === null ? null : (here.get(parent) ?? null);
    const file = files.get(recorded);
    if (file?.source === undefined) return missingSnapshot(name, above, definition.generation, file?.problem ?? null);
    const { configuration, unmapped } = read(file.source, name);
    const runtime = await beside(file.source, name);
    return { snapshot: plannedSnapshot(file, configuration, above), runtime, unmapped };
  };
  // One after the other: what a file holds is in memory while it is read, and the folder may have a thousand of them.
  const made: Awaited<ReturnType<typeof madeOf>>[] = [];
  for (const each of tree) made.push(await madeOf(each));
  const runtime = [...(await beside(source, id)), ...made.flatMap((each) => each.runtime)];
  const importSource: ImportSource = {
    definition: text,
    file: source.file,
    folder,
    foreign: definition.own === null,
    newIdentifiers,
    recordedId: source.id,
    ...(claims === null ? {} : { claims }),
    snapshots: names,
    runtime,
    unmapped: [...own.unmapped, ...made.flatMap((each) => each.unmapped)],
  };
  const current = definition.snapshots.parent === null ? null : (here.get(definition.snapshots.parent) ?? null);
  return planRecord(context, definition, own.configuration, {
    importSource,
    snapshots: made.map(({ snapshot }) => snapshot),
    currentSnapshot: current,
  });
};

/** A machine without checkpoints may have no folder of them: os-win names it all the same. */
const searchedSnapshots = async (
  paths: PathResolver,
  source: DefinitionFile,
  folder: string | null,
): Promise<readonly FoundSnapshot[]> => {
  if (folder === null) return [];
  try {
    return await findSnapshots(paths, source, folder);
  } catch (error) {
    const listed = source.definition.snapshots.items.length > 0;
    if (!listed && error instanceof DomainError && error.hresult === PATH_NOT_FOUND) return [];
    throw error;
  }
};

export const plannedSnapshot = (
  { createdAt }: Pick<FoundSnapshot, 'createdAt'>,
  configuration: Configuration,
  parent: Guid | null,
): Snapshot => ({ configuration, type: 'planned', parent, createdAt: createdAt ?? 0 });

const planRecord = (
  context: SystemsContext,
  { generation, own }: DefinitionFile['definition'],
  active: Configuration,
  facts: { readonly importSource: ImportSource } & Pick<VirtualSystem, 'snapshots' | 'currentSnapshot'>,
): VirtualSystem => {
  const at = context.clock.now();
  const saved = facts.importSource.runtime.some(
    ({ configuration, kind }) => configuration === active.id && (kind === 'savedState' || kind === 'foreignState'),
  );
  // K27: guests of Hyper-V have the drivers of its inbox devices, and perhaps no others.
  const inbox = own === null || own.deviceModels === 'inbox';
  return {
    id: active.id,
    kind: 'planned',
    generation,
    active,
    lastApplied: null,
    power: saved ? 'saved' : 'off',
    requestedState: NO_REQUEST,
    operation: null,
    process: null,
    onTime: NO_ON_TIME,
    savedState: saved ? savedStateName(1) : null,
    createdAt: at,
    configurationChangedAt: at,
    stateChangedAt: at,
    wasRunning: false,
    revision: 1,
    ...(inbox ? { extras: { deviceModels: 'inbox' as const } } : {}),
    ...(!inbox && own.localTimeClock === true ? { extras: { localTimeClock: true as const } } : {}),
    ...facts,
  };
};
