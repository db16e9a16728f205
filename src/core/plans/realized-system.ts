import type { Guid, ImportSource, Snapshot, VirtualSystem } from '../model.ts';
import { revise } from '../systems/ledger.ts';
import { type OverlayPlan, onOverlays, overlayRows } from './realize-disks.ts';

/** The machine that a plan becomes: the same name and settings, its disks as they will be written to (K16). */
export const realizedSystem = (plan: VirtualSystem, id: Guid, overlays: OverlayPlan, at: number): VirtualSystem => {
  const resumes = hasState(plan, plan.active.id);
  const snapshots = plan.snapshots.map((snapshot): Snapshot => {
    const configuration = onOverlays(snapshot.configuration, overlays);
    const memory = hasState(plan, configuration.id);
    const { IsSaved: _, ...values } = configuration.values;
    return {
      ...snapshot,
      type: 'standard',
      configuration: { ...configuration, values: memory ? { ...values, IsSaved: true } : values },
      ...(memory ? { memory: true as const } : {}),
    };
  });
  const rows = [...(plan.differencing ?? []), ...overlayRows(overlays)];
  return {
    ...revise(plan, {
      id,
      kind: 'realized',
      active: { ...onOverlays(plan.active, overlays), id },
      snapshots,
      power: resumes ? 'saved' : 'off',
      savedState: resumes ? plan.savedState : null,
      operation: null,
      stateChangedAt: at,
      configurationChangedAt: at,
    }),
    ...(rows.length === 0 ? {} : { differencing: rows }),
    ...(plan.importSource === undefined ? {} : { importSource: settled(plan.importSource) }),
  };
};

/** A saved state of ours, which was copied; Hyper-V's stays behind. */
const hasState = (plan: VirtualSystem, configuration: Guid): boolean =>
  plan.importSource?.runtime.some((each) => each.configuration === configuration && each.kind === 'savedState') ===
  true;

/** What it came from is remembered, what was to be done with it is done. */
const settled = (source: ImportSource): ImportSource => {
  const { claims, ...rest } = source;
  return { ...(claims === undefined ? source : rest), runtime: [] };
};
