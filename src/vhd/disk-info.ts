export type DiskImageFormat = 'vhd' | 'vhdx' | 'qcow2' | 'raw' | 'iso';

/** A file that is not what its name says, or that breaks a rule of its format. The message has no path. */
export class DiskFormatError extends Error {
  /** Where in the file; null: nowhere in particular. */
  readonly offset: number | null;
  constructor(message: string, offset: number | null = null) {
    super(offset === null ? message : `${message} (at offset ${offset})`);
    this.name = 'DiskFormatError';
    this.offset = offset;
  }
}

/** One of the names by which a differencing disk knows its parent. Text of a foreign host: never opened as it stands. */
export interface ParentName {
  readonly kind: 'relative' | 'absolute' | 'volume' | 'name';
  readonly text: string;
}

export interface DiskParent {
  /** What must be found in the parent: VHD unique id, VHDX DataWriteGuid; null when the locator has none. */
  readonly linkage: string | null;
  /** A second identity that is accepted during a merge (VHDX `parent_linkage2`). */
  readonly linkage2: string | null;
  readonly names: readonly ParentName[];
}

export type DiskHazardKind =
  /** Needs its parent; QEMU opens a differencing VHD without it and reads zeros (spec qemu §3). */
  | 'differencing'
  /** Data lie in another file that the header names. */
  | 'externalDataFile'
  /** The backing name is a protocol (nbd:, json:, ...), or no plain file name. */
  | 'protocolBacking'
  /** Has a backing file: resolve its name like a client's path before use. */
  | 'backingFile'
  | 'encrypted'
  /** A feature that we do not know. */
  | 'unknownFeature'
  | 'markedCorrupt'
  /** The last writer did not close the file; its log must be replayed by the next one. */
  | 'notClosed'
  /** It holds states of former times (qemu-img snapshot), which nobody here reads. */
  | 'internalSnapshots'
  /** It notes what changed since a backup of QEMU's. */
  | 'bitmaps'
  /** One of two copies of a structure is damaged. */
  | 'copyDamaged'
  /** No known file system of a CD. */
  | 'unknownContent'
  /** The end of the last sector is missing. */
  | 'partialSector';

/** `fatal`: must not be attached as it stands. */
export interface DiskHazard {
  readonly kind: DiskHazardKind;
  readonly fatal: boolean;
  readonly message: string;
}

export interface DiskInfo {
  readonly format: DiskImageFormat;
  readonly type: 'fixed' | 'dynamic' | 'differencing';
  /** Bytes that the guest sees. */
  readonly virtualSize: number;
  readonly fileSize: number;
  /** Unit of allocation in bytes; 0 where there is none. */
  readonly blockSize: number;
  readonly logicalSectorSize: number;
  readonly physicalSectorSize: number;
  /** Identity of the disk: VHD unique id, VHDX page 83 id; of a qcow2 that we wrote an extension of its header. */
  readonly id: string | null;
  /** VHDX: changes with every change of data; what children link to. */
  readonly dataWriteId: string | null;
  readonly parent: DiskParent | null;
  /** qcow2 only. */
  readonly backing: { readonly name: string; readonly format: string | null } | null;
  /** qcow2 only: name of the external data file ('' when the header does not name it). */
  readonly dataFile: string | null;
  readonly hazards: readonly DiskHazard[];
}
