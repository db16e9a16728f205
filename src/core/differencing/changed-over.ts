import type { VirtualSystem } from '../model.ts';
import type { Machine } from '../ports.ts';
import { afterMerge, differencingOf, disksOf, frozenFiles } from './disk-tree.ts';

/**
 * The record of a machine that was taken over, where the former service died between the end of a merge and its record: the
 * drive writes to the lower file already. Both held the same at that moment, and the guest has stood still since.
 */
export const changedOver = async (
  paths: { diskFile(path: string): Promise<string> },
  machine: Machine,
  system: VirtualSystem,
): Promise<Partial<VirtualSystem>> => {
  if (system.differencing === undefined) return {};
  // One that dies now tells nothing any more; its last event comes by itself.
  const tops = await machine.tops().catch(() => null);
  if (tops === null) return {};
  let after = system;
  for (const { drive, file } of disksOf(system.active)) {
    const parent = differencingOf(system).find((row) => row.file === file)?.parent ?? null;
    if (parent === null || tops.get(drive) !== (await paths.diskFile(parent))) continue;
    // Over a file that a checkpoint needs the guest never writes: there the drive has not come to its overlay yet.
    if (frozenFiles(system).includes(parent)) continue;
    after = { ...after, ...afterMerge(after, { kind: 'merge', file, parent, drive }) };
  }
  return after === system
    ? {}
    : {
        active: after.active,
        snapshots: after.snapshots,
        differencing: differencingOf(after),
        ...(after.referencePoints === undefined ? {} : { referencePoints: after.referencePoints }),
      };
};
