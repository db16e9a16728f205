import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { allOf } from '../all-of.ts';
import { requireSpace } from '../disks/free-space.ts';
import type { StepContext } from '../jobs/definition.ts';
import type { Configuration, DifferencingDisk, SettingValue, Snapshot, VirtualSystem } from '../model.ts';
import { syncFolder } from '../paths/sync.ts';
import type { SystemsContext } from '../systems/context.ts';
import { captureMachine, refreshSpec, writesTo } from './capture.ts';
import { changeSystem, requireSystemOfJob } from '../systems/settings/change-system.ts';
import type { CreateParams } from './create-params.ts';
import { differencingOf, released, withFiles } from '../differencing/disk-tree.ts';
import {
  copyFirmwareState,
  linkMemory,
  makeSnapshotDirectory,
  MEMORY_FILE,
  removeSnapshotDirectory,
} from '../systems/files/state-files.ts';
import { snapshotDirectory } from '../systems/files/system-paths.ts';

/**
 * A moment of a machine, kept: the steps that every job takes which needs one (a checkpoint, the export of a running machine).
 * The machine's record names the new files before the machine writes to them: an overlay that holds nothing reads like the
 * file below it, so that the record is true on both sides of the moment, whatever dies. An attempt that fails after it
 * leaves a longer chain, which is merged again. Undoing asks the record too: a checkpoint that is in it stays, though the
 * job may not have come to know.
 */

/** An overlay that holds nothing takes less. */
const OVERLAY_BYTES = 1024 * 1024;

/** Overlays over the current files of the machine, and its record on them. The caller has its disks to itself. */
export const beginMoment = async (context: SystemsContext, params: CreateParams): Promise<void> => {
  await makeOverlays(context, params);
  await nameOverlays(context, params);
};

export const makeOverlays = async (context: SystemsContext, params: CreateParams): Promise<void> => {
  const { disks, fleet, images, paths } = context;
  const open = params.live ? (fleet.get(params.system)?.spec.disks ?? []) : [];
  const made = params.disks.map(async ({ drive, file, child }) => {
    // What a machine has open was looked into then, with all below it.
    const known = open.find(({ id }) => id === drive)?.image ?? null;
    const [below, target] = await Promise.all([known ?? disks.inspect(file, 'disk'), paths.diskFile(child)]);
    await requireSpace(target, OVERLAY_BYTES, 'the checkpoint');
    await images.createOverlay(target, below, { running: params.live });
  });
  await allOf(made);
};

/** The record of the machine on its overlays, which are on the disk. */
export const nameOverlays = (context: SystemsContext, params: CreateParams): Promise<void> =>
  changeSystem(context, params.system, (now) => onOverlays(now, params));

/** What a machine that runs need not wait for before it gets ready for the moment: of `makeOverlays` and `nameOverlays`. */
interface Overlays {
  readonly made: Promise<void>;
  readonly named: Promise<void>;
}

/**
 * Memory, firmware and TPM of the moment in the checkpoint's directory; answers whether there is memory. `overlays`: under
 * way; missing: they are there.
 */
export const captureMoment = async (
  context: SystemsContext,
  step: StepContext,
  params: CreateParams,
  overlays: Overlays = { made: Promise.resolve(), named: Promise.resolve() },
): Promise<boolean> => {
  const { paths } = context;
  const system = requireSystemOfJob(context, params.system);
  const directory = snapshotDirectory(paths, params.system, params.snapshot);
  const there = makeSnapshotDirectory(paths, params.system, params.snapshot);
  const recorded = allOf([overlays.named, there.then(() => syncFolder(dirname(directory)))]).then(() => undefined);
  // Awaited by the machine, if it comes to that.
  recorded.catch(() => undefined);
  if (params.live) return captureMachine(context, step, params, { directory, there, made: overlays.made, recorded });
  await recorded;
  const state = paths.stateDirectory(params.system);
  await copyFirmwareState(state, directory);
  if (system.savedState === null) return false;
  await linkMemory(join(state, system.savedState), join(directory, MEMORY_FILE));
  return true;
};

/** Undoes `beginMoment`, unless the checkpoint is in the record, or a reference point in its place. */
export const undoMoment = (context: SystemsContext, params: CreateParams): Promise<void> =>
  unlessTaken(context, params, async () => {
    await takeBack(context, params);
    await removeOverlays(context, params);
  });

/** Undoes `captureMoment`, unless the checkpoint is in the record. */
export const undoCapture = (context: SystemsContext, params: CreateParams): Promise<void> =>
  unlessTaken(context, params, () => removeSnapshotDirectory(context.paths, params.system, params.snapshot));

const unlessTaken = async (context: SystemsContext, params: CreateParams, undo: () => Promise<void>): Promise<void> => {
  const { graph } = context;
  const taken = graph.configuration(params.snapshot) ?? graph.referencePoint(params.snapshot);
  if (taken === undefined) await undo();
};

/** Only what no record names: an overlay that a machine may have written to is never deleted here. */
const removeOverlays = async ({ graph, paths }: SystemsContext, params: CreateParams): Promise<void> => {
  const system = graph.system(params.system);
  const known = new Set(system === undefined ? [] : differencingOf(system).map(({ file }) => file));
  for (const { child } of params.disks) if (!known.has(child)) await rm(await paths.diskFile(child), { force: true });
};

/** The active settings on the new files; null when they are already. */
const onOverlays = (now: VirtualSystem, { disks }: CreateParams): Partial<VirtualSystem> | null => {
  const active = withFiles(now.active, new Map(disks.map(({ file, child }) => [file, child])));
  if (active === now.active) return null;
  const rows = disks.map(({ file, child }): DifferencingDisk => ({ file: child, parent: file }));
  return { active, differencing: [...differencingOf(now), ...rows] };
};

/**
 * The active settings on the former files again, where no machine can have written to the new ones. Elsewhere the record
 * stays as it is, for it is true; the former files are given up, so that a merge makes the chain short again.
 */
const takeBack = async (context: SystemsContext, params: CreateParams): Promise<void> => {
  const held = context.fleet.get(params.system);
  const tops = await held?.machine.tops().catch(() => null);
  const untouched = (drive: string, child: string): boolean =>
    held === undefined ? !params.live : tops?.has(drive) === true && !writesTo(tops, drive, child);
  const back = params.disks.filter(({ drive, child }) => untouched(drive, child));
  const left = params.disks.filter((disk) => !back.includes(disk));
  const names = new Map(back.map(({ file, child }) => [child, file]));
  await changeSystem(context, params.system, (now) => {
    const rows = differencingOf(now).filter(({ file }) => !names.has(file));
    const next: VirtualSystem = { ...now, active: withFiles(now.active, names), differencing: rows };
    return {
      active: next.active,
      differencing: released(
        next,
        left.map(({ file }) => file),
      ),
    };
  });
  await refreshSpec(context, params.system);
};

/** The record with the checkpoint in it, as the one that the machine goes on from; nothing changes when it has it. */
export const withSnapshot = (now: VirtualSystem, params: CreateParams, memory: boolean): Partial<VirtualSystem> => {
  if (now.snapshots.some((held) => held.configuration.id === params.snapshot)) return {};
  const snapshot: Snapshot = {
    configuration: snapshotConfiguration(now.active, params, memory),
    type: params.recovery ? 'recovery' : 'standard',
    parent: now.currentSnapshot,
    createdAt: params.createdAt,
    ...(memory ? { memory: true as const } : {}),
    ...(params.capture === 'frozen' && params.live ? { atRest: true as const } : {}),
  };
  return { snapshots: [...now.snapshots, snapshot], currentSnapshot: params.snapshot };
};

/** Names that a configuration has by itself, not from the machine that it is a copy of. */
const OF_ITS_OWN: ReadonlySet<string> = new Set(['ConfigurationFile', 'GuestStateFile', 'SuspendDataRoot']);

/** A copy of all settings, each under the checkpoint's id, on the disks as they were (seed: one new RASD per device). */
const snapshotConfiguration = (active: Configuration, params: CreateParams, memory: boolean): Configuration => {
  const kept = Object.entries(active.values).filter(([name]) => !OF_ITS_OWN.has(name));
  const values: Record<string, SettingValue> = {
    ...Object.fromEntries(kept),
    ...params.values,
    ...(memory ? { IsSaved: true } : {}),
  };
  const frozen = withFiles(active, new Map(params.disks.map(({ file, child }) => [child, file])));
  return { ...frozen, id: params.snapshot, values };
};
