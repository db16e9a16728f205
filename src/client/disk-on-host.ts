/** A path that a machine, plan or checkpoint names, and what it is on the host. */
export interface HostPath {
  /** InstanceID of the setting that names it: of a disk's image, a serial port, or the machine's own. */
  readonly setting: string;
  readonly property: string;
  /** As it was written. */
  readonly path: string;
  /** Null: it can mean no file there; `problem` says why. */
  readonly file: string | null;
  readonly problem: string | null;
}

/** A disk or an image in a drive whose file is not what its text says. */
export interface DiskOnHost {
  /** `IDE 0:1`, `SCSI 0:12`, `floppy`. */
  readonly place: string;
  /** As it was written. */
  readonly path: string;
  /** Null: it can mean no file there; `problem` says why. */
  readonly file: string | null;
  readonly problem: string | null;
}

/** Those of `disks` whose file is called otherwise than they were written, or cannot be used. */
export const renamedDisks = (
  disks: readonly { readonly setting: string; readonly place: string }[],
  paths: readonly (Omit<DiskOnHost, 'place'> & { readonly setting: string | null })[],
): readonly DiskOnHost[] =>
  disks.flatMap(({ setting, place }) =>
    paths
      .filter((each) => each.setting === setting && (each.file !== each.path || each.problem !== null))
      .map(({ path, file, problem }) => ({ place, path, file, problem })),
  );
