import type { BackingImage, DiskImage } from '../machine-spec.ts';

/** The images of a disk, the youngest first: overlays, and what they lie over, with its parents if it has any. */
export const linksOf = ({
  file,
  format,
  parents,
  backing = [],
}: DiskImage): readonly [BackingImage, ...BackingImage[]] => [
  { file, format, ...(parents === undefined ? {} : { parents }) },
  ...backing,
];

/** Every file of a disk, the youngest first; parents of a differencing one have its format. */
export const filesOf = (image: DiskImage): readonly BackingImage[] =>
  linksOf(image).flatMap(({ file, format, parents = [] }) =>
    [file, ...parents].map((each) => ({ file: each, format })),
  );

/** Their resolved Linux paths alone. */
export const chainFiles = (image: DiskImage): readonly string[] => filesOf(image).map(({ file }) => file);
