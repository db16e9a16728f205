import type { BackingImage, DiskImage } from '../machine-spec.ts';

/** Every file of a disk, the youngest first; parents of a differencing one have its format. */
export const filesOf = ({ file, format, backing = [] }: DiskImage): readonly BackingImage[] => [
  { file, format },
  ...backing.flatMap((below) =>
    [below.file, ...(below.parents ?? [])].map((each) => ({ file: each, format: below.format })),
  ),
];

/** Their resolved Linux paths alone. */
export const chainFiles = (image: DiskImage): readonly string[] => filesOf(image).map(({ file }) => file);
