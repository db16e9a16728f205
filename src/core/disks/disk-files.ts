import type { DiskFormat } from '../ports.ts';

export type DiskMedia = 'disk' | 'cd' | 'floppy';

/** An image as a machine can use it. */
export interface AttachedImage {
  /** Resolved Linux path inside an allowed root. */
  readonly file: string;
  readonly format: DiskFormat;
  readonly readOnly: boolean;
}

/**
 * The files behind HostResource. Texts are what clients wrote (spec paths); they are resolved anew each time, so a root that
 * is no longer allowed counts at once.
 */
export interface DiskFiles {
  /**
   * Resolves, checks that the file is there and readable, and that its format is one we can serve: any disk format for a
   * disk, anything for a CD or floppy.
   * @throws DomainError invalidParameter for a path that cannot be used, failed for a file that is missing or damaged
   */
  inspect(text: string, media: DiskMedia): Promise<AttachedImage>;
}
