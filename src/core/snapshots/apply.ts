import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { allOf } from '../all-of.ts';
import { requireSpace } from '../disks/free-space.ts';
import type { Job } from '../jobs/job.ts';
import { defineJob, type JobDefinition } from '../jobs/definition.ts';
import type { Configuration, DifferencingDisk, Guid, SettingValue, Snapshot, VirtualSystem } from '../model.ts';
import type { RequestContext } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { newGuid } from '../systems/identifiers.ts';
import { revise } from '../systems/ledger.ts';
import { becomesOff, becomesSaved } from '../systems/power/power-states.ts';
import { invalid, quote, wrongState } from '../systems/refusals.ts';
import { removeSavedStates, savedStateName } from '../systems/power/saved-state.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { snapshotDirectory } from '../systems/files/system-paths.ts';
import { requireAtRest, requireNotBusy } from '../systems/targets.ts';
import { changeSystem, withSystemGivenBack } from '../systems/settings/change-system.ts';
import { requireSnapshot } from './require-snapshot.ts';
import { differencingOf, disksOf, released, withFiles } from '../differencing/disk-tree.ts';
import { childName } from '../differencing/child-name.ts';
import { copyFirmwareState, linkMemory, MEMORY_FILE } from '../systems/files/state-files.ts';

export interface ApplyParams {
  readonly system: Guid;
  readonly machine: string;
  readonly snapshot: Guid;
  /** Name of the saved state that the machine gets; null: it ends off. */
  readonly savedState: string | null;
  /** K30: its guest is to see that it was set back. */
  readonly generationId: Guid;
  /** Texts as in HostResource: the checkpoint's file, and the one over it that becomes current. */
  readonly disks: readonly { readonly file: string; readonly child: string }[];
}

export type ApplyDefinition = JobDefinition<ApplyParams>;

const OVERLAY_BYTES = 1024 * 1024;

/** ApplySnapshot (spec snapshots §3): off or saved only. */
export const applySnapshot = async (
  context: SystemsContext,
  definition: ApplyDefinition,
  request: RequestContext,
  id: Guid,
): Promise<Job> => {
  const owner = requireSnapshot(context, id).system.id;
  return context.turns.run(owner, async () => {
    const { system, snapshot } = requireSnapshot(context, id);
    refuse(system, snapshot);
    const params: ApplyParams = {
      system: owner,
      machine: elementNameOf(system.active),
      snapshot: snapshot.configuration.id,
      savedState: snapshot.memory === true ? savedStateName(system.revision + 1) : null,
      generationId: newGuid(),
      disks: disksOf(snapshot.configuration).map(({ file }) => ({ file, child: childName(file, newGuid()) })),
    };
    const busy = revise(system, { operation: { kind: 'applyingSnapshot', exclusive: true } });
    return context.jobs.submit(
      request,
      definition,
      params,
      [{ element: { kind: 'system', id: owner }, effect: 0 }],
      context.ledger.joined(system, busy),
    );
  });
};

const refuse = (system: VirtualSystem, snapshot: Snapshot): void => {
  if (system.kind === 'planned' || snapshot.type === 'planned')
    throw invalid('The checkpoint belongs to a planned virtual machine. Realize that first.');
  if (snapshot.type === 'missing')
    throw wrongState('The definition of the checkpoint was not found. Import it or delete the checkpoint.');
  requireNotBusy(system);
  requireAtRest(system, 'a checkpoint is applied');
};

export const applyDefinition = (context: SystemsContext): ApplyDefinition => {
  const { paths, disks, images } = context;
  const stateFile = ({ system }: ApplyParams, name: string): string => join(paths.stateDirectory(system), name);
  const isApplied = (params: ApplyParams): boolean => {
    const now = context.graph.system(params.system);
    return now !== undefined && hasApplied(now, params);
  };
  const copyState = (params: ApplyParams): Promise<void> =>
    copyFirmwareState(snapshotDirectory(paths, params.system, params.snapshot), paths.stateDirectory(params.system));
  const makeOverlays = async (params: ApplyParams): Promise<void> => {
    const sweep = disks.sweep();
    const made = params.disks.map(async ({ file, child }) => {
      const target = await paths.diskFile(child);
      await requireSpace(target, OVERLAY_BYTES, 'the checkpoint');
      await images.createOverlay(target, await sweep.inspect(file, 'disk'));
    });
    // All of them before a failure is told: whoever takes them away finds all.
    await allOf(made);
  };
  const layMemory = async (params: ApplyParams): Promise<void> => {
    if (params.savedState === null) return;
    const directory = snapshotDirectory(paths, params.system, params.snapshot);
    await linkMemory(join(directory, MEMORY_FILE), stateFile(params, params.savedState));
  };
  return defineJob<ApplyParams>({
    name: 'apply-snapshot',
    type: 71,
    cancellable: false,
    onRestart: 'undo',
    commitPoint: 'switch',
    caption: () => 'Applying Virtual Machine Checkpoint',
    failure: ({ machine }) => `The checkpoint of ${quote(machine)} could not be applied.`,
    isCommitted: isApplied,
    release: ({ system }, _, end) => withSystemGivenBack(context, system, 'applyingSnapshot', end),
    steps: [
      {
        // One step: the end of each is a wait for the disk, and the record of the machine tells how far it is.
        name: 'switch',
        run: async (_, params) => {
          if (!isApplied(params)) {
            await context.diskWork.letGo(params.system);
            await allOf([makeOverlays(params), layMemory(params)]);
            await changeSystem(context, params.system, (now) => applied(context, now, params));
          }
          // The record has decided: from here on a restart goes on (README).
          await copyState(params);
          await removeSavedStates(paths.stateDirectory(params.system), params.savedState);
        },
        undo: async (_, params) => {
          if (isApplied(params)) return;
          if (params.savedState !== null) await rm(stateFile(params, params.savedState), { force: true });
          for (const { child } of params.disks) await rm(await paths.diskFile(child), { force: true });
        },
      },
    ],
  });
};

const hasApplied = (now: VirtualSystem, { generationId }: ApplyParams): boolean =>
  now.extras?.generationId === generationId;

/** The machine as it was at the checkpoint, over new files; null when it is that already. */
const applied = (context: SystemsContext, now: VirtualSystem, params: ApplyParams): Partial<VirtualSystem> | null => {
  const snapshot = now.snapshots.find(({ configuration }) => configuration.id === params.snapshot);
  if (snapshot === undefined || hasApplied(now, params)) return null;
  const at = context.clock.now();
  const becomes = params.savedState === null ? becomesOff : becomesSaved(params.savedState);
  const active = activeOf(now.active, snapshot.configuration, params);
  const former = disksOf(now.active).map(({ file }) => file);
  const rows = params.disks.map(({ file, child }): DifferencingDisk => ({ file: child, parent: file }));
  const next: VirtualSystem = {
    ...now,
    ...becomes(now, at),
    active,
    currentSnapshot: params.snapshot,
    lastApplied: params.snapshot,
    configurationChangedAt: at,
    extras: { ...now.extras, generationId: params.generationId },
    differencing: [...differencingOf(now), ...rows],
  };
  return { ...next, differencing: released(next, former) };
};

/** What stays the machine's own: the checkpoint's name must not become the machine's (spec snapshots §3). */
const OF_THE_MACHINE: readonly string[] = [
  'ElementName',
  'Notes',
  'ConfigurationFile',
  'GuestStateFile',
  'SuspendDataRoot',
];
const OF_THE_SNAPSHOT: ReadonlySet<string> = new Set([...OF_THE_MACHINE, 'IsSaved', 'IsAutomaticSnapshot']);

const activeOf = (active: Configuration, frozen: Configuration, params: ApplyParams): Configuration => {
  const values: Record<string, SettingValue> = Object.fromEntries(
    Object.entries(frozen.values).filter(([name]) => !OF_THE_SNAPSHOT.has(name)),
  );
  for (const name of OF_THE_MACHINE) {
    const value = active.values[name];
    if (value !== undefined) values[name] = value;
  }
  return { ...withFiles(frozen, new Map(params.disks.map(({ file, child }) => [file, child]))), id: active.id, values };
};
