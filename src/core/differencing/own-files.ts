import type { VirtualSystem } from '../model.ts';
import type { DiskImage } from '../machine-spec.ts';
import { differencingOf } from './disk-tree.ts';

/** The image with those files of its chain marked that checkpoints may be merged into; `held` ones are not. */
export const withOwnFiles = async (
  paths: { diskFile(path: string): Promise<string> },
  system: VirtualSystem,
  held: ReadonlySet<string>,
  image: DiskImage,
): Promise<DiskImage> => {
  const { backing } = image;
  const parents = differencingOf(system)
    .flatMap(({ parent }) => parent ?? [])
    .filter((parent) => !held.has(parent));
  if (backing === undefined || parents.length === 0) return image;
  const own = new Set(await Promise.all(parents.map((parent) => paths.diskFile(parent))));
  return {
    ...image,
    backing: backing.map((below) => (own.has(below.file) ? { ...below, own: true as const } : below)),
  };
};
