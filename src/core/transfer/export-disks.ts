import { basename, extname } from 'node:path';
import { filesOf } from '../disks/chain-files.ts';
import type { BackingImage, DiskImage } from '../machine-spec.ts';
import { freeName } from './layout.ts';

/** One file of an export's folder of disks. */
export interface ExportedDisk {
  readonly name: string;
  /**
   * `copy`: byte for byte. `relink`: the same, with the name of the file below it made right. `layer`: what one file of a
   * chain holds, as a VHDX. `merge`: what a whole chain holds, as a VHDX of its own. `changes`: what of that may differ from a
   * former moment, as a VHDX over the backup of that moment, which lies elsewhere.
   */
  readonly how: 'copy' | 'relink' | 'layer' | 'merge' | 'changes';
  /** The youngest first; all but the first only for `merge` and `changes`. */
  readonly files: readonly BackingImage[];
  /** Name of the exported file below it; null: it stands alone. */
  readonly below: string | null;
  /** DataWriteGuid of the VHDX: what backups of later moments link to. Missing: a new one. */
  readonly dataWriteId?: string;
  readonly since?: DiskSince;
}

/** A former moment of a disk that there is a backup of. */
export interface DiskSince {
  /** Files that only one of both moments lies over. */
  readonly between: readonly BackingImage[];
  /** DataWriteGuid that the backup of that moment has. */
  readonly linkage: string;
}

/** A disk of one moment that is backed up. */
export interface DiskOfBackup {
  readonly dataWriteId: string;
  /** Null: all of it is exported. */
  readonly since: DiskSince | null;
}

export interface DiskPlan {
  /** Those below before those above. */
  readonly disks: readonly ExportedDisk[];
  /** Exported name by the file that an image names. */
  readonly nameOf: ReadonlyMap<string, string>;
}

/** How disks are exported: as Hyper-V takes them, or qcow2 and raw files as they are (for another vsms). */
export type DiskStyle = 'hyperV' | 'asIs';

/**
 * What is to be written for these images. `chains`: files below others stay files below others, each once whoever needs it;
 * otherwise every image becomes one disk. `taken`: names in lower case that the folder has already.
 */
export const planDisks = (
  images: readonly DiskImage[],
  options: {
    readonly chains: boolean;
    readonly style: DiskStyle;
    readonly taken: Set<string>;
    /** Files of floppy disks: bytes that stay bytes. */
    readonly floppies?: ReadonlySet<string>;
    /** By the file that an image names; for VHDX only. */
    readonly backups?: ReadonlyMap<string, DiskOfBackup>;
  },
): DiskPlan => {
  const planner = new DiskPlanner(images, options.style, options.taken);
  for (const image of images) {
    const chain = filesOf(image);
    const backup = options.backups?.get(image.file);
    if (options.floppies?.has(image.file) === true) planner.floppy(image);
    else if (backup !== undefined) planner.backup(chain, backup);
    // As they are, disks stay in their files: nothing here writes a qcow2 file.
    else if (options.chains || options.style === 'asIs' || chain.length === 1) planner.chain(chain);
    else planner.merged(chain);
  }
  return { disks: planner.disks, nameOf: planner.nameOf };
};

/** The disks of a reference point, each for itself and named after its beginning and the point. */
export const planPointDisks = (
  images: readonly DiskImage[],
  backups: ReadonlyMap<string, DiskOfBackup>,
  point: string,
): readonly ExportedDisk[] => {
  const taken = new Set<string>();
  return images.flatMap((image): readonly ExportedDisk[] => {
    const files = filesOf(image);
    const first = files.at(-1);
    if (first === undefined) return [];
    const stem = basename(first.file, extname(first.file));
    const backup = backups.get(image.file);
    const ending = backup === undefined ? extname(first.file) : backup.since === null ? '.vhdx' : '.avhdx';
    const name = freeName(taken, `${stem}_${point}`, ending);
    if (backup === undefined) return [{ name, how: 'copy', files, below: null }];
    const { dataWriteId, since } = backup;
    const whole = files.length === 1 ? 'layer' : 'merge';
    return since === null
      ? [{ name, how: whole, files, below: null, dataWriteId }]
      : [{ name, how: 'changes', files, below: `${stem}.vhdx`, dataWriteId, since }];
  });
};

/** Each file of a chain with the one below it. */
const pairsOf = (chain: readonly BackingImage[]): readonly { readonly above: BackingImage; readonly below: string }[] =>
  chain.slice(1).flatMap(({ file }, i) => {
    const above = chain[i];
    return above === undefined ? [] : [{ above, below: file }];
  });

class DiskPlanner {
  readonly disks: ExportedDisk[] = [];
  readonly nameOf = new Map<string, string>();
  readonly #style: DiskStyle;
  readonly #taken: Set<string>;
  /** Files that others lie above, and those above which a VHD or VHDX lies. */
  readonly #below: ReadonlySet<string>;
  readonly #parents: ReadonlySet<string>;

  constructor(images: readonly DiskImage[], style: DiskStyle, taken: Set<string>) {
    this.#style = style;
    this.#taken = taken;
    const pairs = images.flatMap((image) => pairsOf(filesOf(image)));
    this.#below = new Set(pairs.map(({ below }) => below));
    this.#parents = new Set(pairs.filter(({ above }) => above.format !== 'qcow2').map(({ below }) => below));
  }

  chain(chain: readonly BackingImage[]): void {
    let below: string | null = null;
    for (const image of chain.toReversed()) {
      const known = this.nameOf.get(image.file);
      if (known === undefined) {
        const how = below === null ? this.#rootHow(image) : this.#childHow(image);
        const ending = how === 'layer' ? (below === null ? '.vhdx' : '.avhdx') : extname(image.file);
        this.#add({ how, files: [image], below }, image.file, image.file, ending);
      }
      below = this.nameOf.get(image.file) ?? null;
    }
  }

  floppy({ file, format }: DiskImage): void {
    if (this.nameOf.has(file)) return;
    this.#add({ how: 'copy', files: [{ file, format }], below: null }, file, file, extname(file));
  }

  /** Under the name of the file that the disk began with: no checkpoint is left to tell them apart. */
  merged(chain: readonly BackingImage[]): void {
    const [top, first] = [chain[0], chain.at(-1)];
    if (top === undefined || first === undefined || this.nameOf.has(top.file)) return;
    this.#add({ how: 'merge', files: chain, below: null }, top.file, first.file, '.vhdx');
  }

  /** Changes are named after their moment, so that those of several moments can lie in one folder. */
  backup(chain: readonly BackingImage[], { dataWriteId, since }: DiskOfBackup): void {
    const [top, first] = [chain[0], chain.at(-1)];
    if (top === undefined || first === undefined || this.nameOf.has(top.file)) return;
    const how = chain.length === 1 ? 'layer' : 'merge';
    const below = `${basename(first.file, extname(first.file))}.vhdx`;
    if (since === null) this.#add({ how, files: chain, below: null, dataWriteId }, top.file, first.file, '.vhdx');
    else this.#add({ how: 'changes', files: chain, below, dataWriteId, since }, top.file, top.file, '.avhdx');
  }

  #add(disk: Omit<ExportedDisk, 'name'>, file: string, namedAfter: string, ending: string): void {
    const name = freeName(this.#taken, basename(namedAfter, extname(namedAfter)), ending);
    this.disks.push({ ...disk, name });
    this.nameOf.set(file, name);
  }

  /** A VHD can have no VHDX above it, which is what becomes of a differencing one. */
  #rootHow({ file, format }: BackingImage): ExportedDisk['how'] {
    const above = this.#style === 'asIs' ? this.#parents : this.#below;
    const asItIs = format === 'vhdx' || (format === 'vhd' ? !above.has(file) : this.#style === 'asIs');
    return asItIs ? 'copy' : 'layer';
  }

  #childHow({ format }: BackingImage): ExportedDisk['how'] {
    return this.#style === 'asIs' && format === 'qcow2' ? 'relink' : 'layer';
  }
}
