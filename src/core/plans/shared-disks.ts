import { firstText } from '../devices/effective.ts';
import { disksOf } from '../differencing/disk-tree.ts';
import { ifRefused } from '../errors.ts';
import type { VirtualSystem } from '../model.ts';
import type { PathResolver } from '../paths/resolver.ts';

/** A disk of a plan that another machine has as a disk of its own or of a checkpoint. */
export interface SharedDisk {
  /** As the plan names it. */
  readonly text: string;
  readonly file: string;
  readonly user: VirtualSystem;
}

/** Disks that the machine of the plan would write to, and one of `others` has too, under whatever name (paths.md, Comparison). */
export const sharedDisks = async (
  paths: PathResolver,
  plan: VirtualSystem,
  others: Iterable<VirtualSystem>,
): Promise<readonly SharedDisk[]> => {
  const texts = new Map<string, string>();
  for (const { file: text } of disksOf(plan.active)) {
    const file = await fileOf(paths, text);
    if (file !== null) texts.set(file, text);
  }
  const shared = new Map<string, SharedDisk>();
  const seen = new Set<string>();
  for (const user of texts.size === 0 ? [] : others) {
    if (user.id === plan.id) continue;
    for (const other of disksIn(user)) {
      if (seen.has(other)) continue;
      seen.add(other);
      const file = await fileOf(paths, other);
      const text = file === null ? undefined : texts.get(file);
      if (file !== null && text !== undefined && !shared.has(file)) shared.set(file, { text, file, user });
    }
  }
  return [...shared.values()];
};

const disksIn = ({ active, snapshots }: VirtualSystem): readonly string[] =>
  [active, ...snapshots.map(({ configuration }) => configuration)]
    .flatMap(({ devices }) => devices)
    .flatMap((device) => {
      const text = device.kind === 'hardDiskImage' ? firstText(device, 'HostResource') : null;
      return text === null ? [] : [text];
    });

const fileOf = async (paths: PathResolver, text: string): Promise<string | null> => {
  const place = await paths.resolve(text, 'file').catch(ifRefused(null));
  return place === null ? null : place.file;
};
