import type { FileHandle } from 'node:fs/promises';
import { formatOfName } from './disk-format.ts';
import type { DiskImageFormat, DiskInfo } from './disk-info.ts';
import { inspectIso, inspectRaw } from './inspect-flat.ts';
import { inspectQcow2 } from './qcow2/inspect.ts';
import { inspectVhd } from './vhd/inspect.ts';
import { inspectVhdx } from './vhdx/inspect.ts';
import { type ByteSource, withSource } from './source.ts';

const INSPECTORS: Readonly<Record<DiskImageFormat, (source: ByteSource) => Promise<DiskInfo>>> = {
  vhd: inspectVhd,
  vhdx: inspectVhdx,
  qcow2: inspectQcow2,
  raw: inspectRaw,
  iso: inspectIso,
};

/**
 * What a disk file is, by the format that its name tells, or that the overlay above it tells. Reads a few headers, never the data.
 * `handle`: the file opened by the caller, who must confine the path; stays open.
 * Rejects with DiskFormatError when the content is not what the name says; with the file system's error otherwise.
 */
export const inspectDisk = async (
  file: string,
  handle: FileHandle | null = null,
  format: DiskImageFormat = formatOfName(file),
): Promise<DiskInfo> => {
  const inspect = INSPECTORS[format];
  return withSource(file, handle, inspect);
};

/** The hazards for which a disk must not be attached as it stands. */
export const fatalHazards = (info: DiskInfo): DiskInfo['hazards'] => info.hazards.filter((hazard) => hazard.fatal);
