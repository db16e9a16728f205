import { DomainError } from '../errors.ts';
import type { DiskImage } from '../machine-spec.ts';

/** A disk file that is a block device of the host, such as /dev/loop3. */
export interface HostDisk {
  readonly device: string;
  /** Resolved Linux path. */
  readonly file: string;
}

/** The block devices that a host makes of disk files (decisions K31). */
export interface HostDisks {
  /** Why this host has none; null: it can. */
  readonly lack: string | null;
  /** Why it can make none of this disk; null: it can. @throws DomainError for one that is refused altogether */
  lackFor(image: DiskImage): Promise<string | null>;
  /** All that are there now, whoever made them. */
  list(): Promise<readonly HostDisk[]>;
  /**
   * `bytes`: the size of the disk, which may be less than that of its file; `sectorSize`: of its logical sectors.
   * @throws DomainError
   */
  attach(image: DiskImage, options: { readonly bytes: number; readonly sectorSize: number }): Promise<HostDisk>;
  /** All that was written to it is in its file then. @throws DomainError inUse while the host uses it, or when there is no such device */
  detach(device: string): Promise<void>;
}

/** A host without any. */
export const noHostDisks = (lack: string): HostDisks => {
  const refuse = (): Promise<never> => Promise.reject(new DomainError('notSupported', lack));
  return {
    lack,
    lackFor: () => Promise.resolve(lack),
    list: () => Promise.resolve([]),
    attach: refuse,
    detach: refuse,
  };
};
