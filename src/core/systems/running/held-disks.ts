import { chainFiles } from '../../disks/chain-files.ts';
import type { SystemsContext } from '../context.ts';
import type { MachineFleet } from '../machine-fleet.ts';

export interface HoldContext extends Pick<SystemsContext, 'images'> {
  readonly fleet: Pick<MachineFleet, 'ids' | 'get'>;
}

/**
 * Keeps files of disks from whoever would write to them while a job reads them, until disposed (ImageTool.hold).
 * @throws DomainError fileInUse
 */
export const holdForReading = (context: HoldContext, files: readonly string[]): Promise<AsyncDisposable> => {
  const below = filesBelow(context);
  return context.images.hold(
    [...new Set(files)].filter((file) => !below.has(file)),
    'read',
  );
};

/**
 * What running machines lie over, and nobody writes to: their processes may have it open as they had it when they wrote to it
 * themselves, with a lock that keeps all others away.
 */
const filesBelow = ({ fleet }: HoldContext): ReadonlySet<string> => {
  const [below, tops] = [new Set<string>(), new Set<string>()];
  for (const id of fleet.ids())
    for (const { image } of fleet.get(id)?.spec.disks ?? []) {
      if (image === null) continue;
      tops.add(image.file);
      for (const file of chainFiles(image).slice(1)) below.add(file);
    }
  return below.difference(tops);
};
