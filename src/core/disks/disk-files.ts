import type { DiskImage } from '../machine-spec.ts';

export type DiskMedia = 'disk' | 'cd' | 'floppy';

/** `write` when not given: the machine writes to a hard disk. `read`: it lies below an overlay, and may be read-only. */
export type DiskUse = 'write' | 'read';

/** A file below a differencing disk that has the right identity and was changed at another time than its child notes. */
export interface ParentDoubt {
  /** Resolved Linux path. */
  readonly parent: string;
  /** One sentence that names both files and both times. */
  readonly message: string;
}

export interface DiskSweep extends Pick<DiskFiles, 'inspect'> {
  /** What this sweep came to doubt of the files of an image that it inspected. */
  doubtsOf(image: DiskImage): readonly ParentDoubt[];
}

/**
 * The files behind HostResource. Texts are what clients wrote (spec paths); they are resolved anew each time, so a root that
 * is no longer allowed counts at once.
 */
export interface DiskFiles {
  /**
   * Resolves, checks that the file is there and readable, and that its format is one we can serve: any disk format for a
   * disk, with the chain below an overlay; anything for a CD or floppy. `file` is the resolved Linux path. A differencing
   * VHDX has its `parents`, and is written where it lies; for `read` one has its parents as its `backing`, and so has a
   * differencing VHD, which is for `read` only.
   * @throws DomainError invalidParameter for a path that cannot be used, failed for a file that is missing or damaged
   */
  inspect(text: string, media: DiskMedia, use?: DiskUse): Promise<DiskImage>;
  /**
   * Inspects many disks that lie over each other, as those of checkpoints do, at one moment: what lies below a file is looked
   * for once, so that a chain of n files takes n looks and not n².
   */
  sweep(): DiskSweep;
  /**
   * Keeps files to whoever changes them, until disposed: nobody else may inspect them, so no machine starts with them.
   * Resolved Linux paths. `why` follows the name of the file for whoever is refused; missing: a job changes it.
   * @throws DomainError inUse when one of them is kept already
   */
  claim(files: readonly string[], why?: string): Disposable;
}
