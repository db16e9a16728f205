import type { DiskInfo } from '../../vhd/disk-info.ts';
import type { Guid, Instant } from '../model.ts';

/** Msvm_VirtualHardDiskSettingData as a client wants a disk; 0 and null: the default. */
export interface VirtualHardDiskSettings {
  readonly type: 'fixed' | 'dynamic' | 'differencing';
  /** qcow2 is ours, and told by the ending of its name. */
  readonly format: 'vhd' | 'vhdx' | 'qcow2';
  /** As the client wrote it. */
  readonly path: string;
  readonly parentPath: string | null;
  /** Bytes that the guest sees; null: that of the parent, or of the disk that is converted. */
  readonly size: bigint | null;
  readonly blockSize: number;
  readonly logicalSectorSize: number;
  readonly physicalSectorSize: number;
  /** GUID without braces; null: a new one. */
  readonly id: string | null;
}

/** A disk file as Msvm_VirtualHardDiskSettingData and Msvm_VirtualHardDiskState tell of it. */
export interface VirtualHardDiskDescription {
  readonly info: DiskInfo;
  readonly path: string;
  /** Whole path of the parent that is found, in the style of `path`; as recorded where none is. Null: it has none. */
  readonly parentPath: string | null;
  readonly parentId: string | null;
  /** Bytes that the file takes on this host. */
  readonly allocated: number;
  readonly changed: Instant;
  readonly inUse: boolean;
}

/** A disk or an image of a CD that is a device of the host (Msvm_MountedStorageImage). */
export interface AttachedImage {
  /** Resolved Linux path. */
  readonly file: string;
  /** As the client wrote it. */
  readonly text: string;
  readonly readOnly: boolean;
  readonly type: 'disk' | 'cd';
  /** Tells them apart: 0 to 255. */
  readonly lun: number;
  /** Such as /dev/loop3. */
  readonly device: string;
  /** Id of the job that attached it. */
  readonly job: Guid;
}

/** What SetVirtualHardDiskSettingData changes; missing: it stays. */
export interface VirtualHardDiskChange {
  /** As the client wrote it; must be the disk that the child was made from. */
  readonly parentPath?: string;
  readonly physicalSectorSize?: 512 | 4096;
  readonly id?: string;
}
