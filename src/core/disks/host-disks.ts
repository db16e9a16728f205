import { DomainError } from '../errors.ts';

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
  /** All that are there now, whoever made them. */
  list(): Promise<readonly HostDisk[]>;
  /** `bytes`: how much of the file is the disk. @throws DomainError */
  attach(file: string, options: { readonly readOnly: boolean; readonly bytes: number }): Promise<HostDisk>;
  /** Goes when the last who uses it lets go. @throws DomainError when there is no such device */
  detach(device: string): Promise<void>;
}

/** A host without any. */
export const noHostDisks = (lack: string): HostDisks => {
  const refuse = (): Promise<never> => Promise.reject(new DomainError('notSupported', lack));
  return { lack, list: () => Promise.resolve([]), attach: refuse, detach: refuse };
};
