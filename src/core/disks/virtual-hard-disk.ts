import type { DiskInfo } from '../../vhd/disk-info.ts';
import type { Instant } from '../model.ts';

/** Msvm_VirtualHardDiskSettingData as a client wants a disk; 0 and null: the default. */
export interface VirtualHardDiskSettings {
  readonly type: 'fixed' | 'dynamic' | 'differencing';
  readonly format: 'vhd' | 'vhdx';
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
  /** First name of the parent, as recorded; null: it has none. */
  readonly parentPath: string | null;
  readonly parentId: string | null;
  /** Bytes that the file takes on this host. */
  readonly allocated: number;
  readonly changed: Instant;
  readonly inUse: boolean;
}
