/** Common to all kinds of new disks. */
export interface NewDisk {
  /** Where it shall be; its folder exists. */
  readonly file: string;
  /** An existing file may be replaced; otherwise `close` rejects with EEXIST and nothing is changed. */
  readonly replace?: boolean;
  /** Bytes that the guest sees; whole sectors. */
  readonly size: number;
  /** Identity of the disk; made up when not given. */
  readonly id?: string;
}

/** A parent of a new differencing disk, as `DiskInfo` and the file system tell of it. */
export interface NewParent {
  /** Of a VHD its unique id, of a VHDX its DataWriteGuid. */
  readonly linkage: string;
  /** As Windows will look for it, with backslashes: `.\parent.vhdx`. */
  readonly relativePath: string;
  /** With drive letter, as far as it is known. */
  readonly absolutePath?: string;
  /** VHD only: last change of the parent's file, in milliseconds since 1970. */
  readonly changed?: number;
}

/**
 * A new disk, filled piece by piece in any order. Offsets and lengths are whole sectors of the disk; calls wait for one
 * another. The file has its name only after `close`; before, there is an unfinished one that no reader takes for a disk.
 */
export interface DiskWriter {
  readonly size: number;
  readonly logicalSectorSize: number;
  write(offset: number, data: Buffer): Promise<void>;
  /** In a differencing disk zeros hide the parent's data; elsewhere what was never written is zero already. */
  zero(offset: number, length: number): Promise<void>;
  /** Completes the file and gives it its name. */
  close(): Promise<void>;
  /** Gives up and removes what is there. */
  discard(): Promise<void>;
}
